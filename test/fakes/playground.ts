import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bareEnvironment } from './bare-environment.ts'
import { writeFiles } from './collection.ts'

const ROOT = join(import.meta.dirname, '../..')

/** An operator's folder with the default settings and an empty folder of briefs. */
export function writeProject(): string {
  const folder = mkdtempSync(join(tmpdir(), 'readout-'))
  writeFiles(folder, { 'config/readout.yaml': 'briefs: briefs\n', 'briefs/README.md': '# How to write a brief\n' })
  return folder
}

/** The same with the shipped briefs. */
export function writeShippedProject(): string {
  const folder = writeProject()
  cpSync(join(ROOT, 'briefs'), join(folder, 'briefs'), { recursive: true })
  return folder
}

/** The same as it is shipped, with its digests. */
export function writeWholeProject(): string {
  const folder = writeShippedProject()
  cpSync(join(ROOT, 'config/readout.yaml'), join(folder, 'config/readout.yaml'))
  return folder
}

/** An environment in which it is another time when a process starts; from there its clock runs on as ever. */
export function startingAt(instant: string): Record<string, string> {
  const shiftMs = Date.parse(instant) - Date.now()
  const preload = `globalThis.Date = new Proxy(Date, {
    construct: (real, given, target) => Reflect.construct(real, given.length > 0 ? given : [real.now() + ${shiftMs}], target),
    get: (real, key) => key === 'now' ? () => real.now() + ${shiftMs} : Reflect.get(real, key),
  })`
  return { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(preload)}` }
}

/** How a process ended, and what it said. */
export type Ended = { code: number | null; stdout: string; stderr: string }

/** A playground that answers at `address`. `stop` sends SIGTERM and tells how the process ended, and how long that took. */
export type RunningPlayground = { address: string; stop: () => Promise<Ended & { tookMs: number }> }

/** No test has a process run longer than this. */
const LONGEST_RUN_MS = 120_000

/** How `npm start` is called where it is not called alone, and how long it may run. */
type Call = { args?: string[]; timeout?: number }

/** `npm start` in a folder, with nothing of this environment but what a process needs. */
export function launch(
  folder: string,
  environment: Record<string, string>,
  { args = [], timeout = LONGEST_RUN_MS }: Call = {},
) {
  const child = spawn(process.execPath, [join(ROOT, 'src/main.ts'), ...args], {
    cwd: folder,
    env: { ...bareEnvironment(), PORT: '0', ...environment },
    timeout,
    killSignal: 'SIGKILL',
  })
  const said = { stdout: '', stderr: '' }
  child.stdout.setEncoding('utf8').on('data', chunk => {
    said.stdout += chunk
  })
  child.stderr.setEncoding('utf8').on('data', chunk => {
    said.stderr += chunk
  })
  const ended = once(child, 'close').then(([code]): Ended => ({ code, ...said }))
  return { child, said, ended }
}

/** Starts a playground that is expected not to start, and tells how it ended. */
export const failToStart = (folder: string, environment: Record<string, string>): Promise<Ended> =>
  launch(folder, environment).ended

/** Starts a playground and waits until it answers. Rejects with what the process said where it ends before. */
export async function startPlayground(
  folder: string,
  environment: Record<string, string> = {},
): Promise<RunningPlayground> {
  const { child, said, ended } = launch(folder, environment)
  const address = new Promise<string>(resolve => {
    child.stdout.on('data', () => {
      const [, found] = /^The playground is at (http:\/\/\S+)\n/m.exec(said.stdout) ?? []
      if (found !== undefined) resolve(found)
    })
  })
  const early = ended.then(({ code, stderr }) => Promise.reject(new Error(`It ended with ${code}: ${stderr}`)))
  return {
    address: await Promise.race([address, early]),
    stop: async () => {
      const asked = performance.now()
      child.kill('SIGTERM')
      return { ...(await ended), tookMs: performance.now() - asked }
    },
  }
}
