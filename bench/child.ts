import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const ROOT = join(import.meta.dirname, '..')

/** A program of this repository that runs as a process of its own. */
export type Child = {
  /** Resolves with the first address that the program prints. */
  address: Promise<string>
  /** The memory that it holds in bytes, after everything that it can spare was collected. */
  residentBytes: () => Promise<number>
  /** What it holds and has used at this moment; a process that is busy answers late. */
  usage: () => Promise<Usage>
  /** Tells a program that waits for it to begin. */
  begin: () => void
  stop: () => Promise<void>
}

/** The memory that a process holds, and the time of processors that it has used since its start. */
export type Usage = { residentBytes: number; cpuMs: number }

/** Starts one, with nothing of this environment but what a process needs. */
export function startChild(program: string, environment: Record<string, string>): Child {
  const { PATH, HOME, SystemRoot, TEMP, TMPDIR } = process.env
  const reporter = join(import.meta.dirname, 'report-memory.ts')
  const folder = mkdtempSync(join(tmpdir(), 'readout-bench-'))
  const child = spawn(process.execPath, ['--expose-gc', '--import', reporter, join(ROOT, program)], {
    cwd: ROOT,
    env: { PATH, HOME, SystemRoot, TEMP, TMPDIR, READOUT_CONFIG: writeSettings(folder), ...environment },
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  })
  const address = readAddress(child, program)
  address.catch(() => undefined)
  let asked: Promise<unknown> = Promise.resolve()
  /** One question at a time, so that each has its own answer. */
  const ask = (question: string): Promise<unknown> => {
    asked = asked.then(async () => {
      child.send(question)
      const [answer] = await once(child, 'message')
      return answer
    })
    return asked
  }
  return {
    address,
    residentBytes: async () => Number(await ask('report')),
    usage: async () => (await ask('usage')) as Usage,
    begin: () => void child.send('begin'),
    stop: async () => {
      if (child.exitCode === null) {
        child.kill('SIGTERM')
        await once(child, 'close')
      }
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Settings with the shipped briefs and a database of its own: what is remembered of this checkout's posts is left alone. */
function writeSettings(folder: string): string {
  const path = join(folder, 'readout.yaml')
  writeFileSync(path, `briefs: ${join(ROOT, 'briefs')}\ndatabase: ${join(folder, 'readout.sqlite')}\n`)
  return path
}

function readAddress(child: ChildProcess, program: string): Promise<string> {
  let said = ''
  return new Promise((resolve, reject) => {
    child.stdout?.setEncoding('utf8').on('data', chunk => {
      said += chunk
      const [found] = /http:\/\/127\.0\.0\.1:\d+(?=\s)/.exec(said) ?? []
      if (found !== undefined) resolve(found)
    })
    child.once('close', code => reject(new Error(`${program} ended with ${code} and gave no address: ${said}`)))
  })
}
