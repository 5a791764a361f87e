import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { bareEnvironment } from './bare-environment.ts'
import type { Ended } from './playground.ts'
import { closeLater, type Environment } from './process.ts'

const MAIN = join(import.meta.dirname, '../../src/main.ts')

/** No test has a process run longer than this. */
const LONGEST_RUN_MS = 120_000

/** What ends by itself does within this. */
const LONGEST_COMMAND_MS = 20_000

function launch(args: string[], environment: Environment, folder: string, timeout: number) {
  const child = spawn(process.execPath, [MAIN, ...args], {
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

/** `npm start` with arguments, of which it is expected that it ends by itself. */
export const runToEnd = (args: string[], environment: Environment, folder: string): Promise<Ended> =>
  launch(args, environment, folder, LONGEST_COMMAND_MS).ended

/** A Readout that runs, and what it has said so far. */
export type Running = { address: string; said: { stdout: string; stderr: string }; stop: () => Promise<Ended> }

/** `npm start`; it ends with the test. */
export async function startReadout(t: TestContext, environment: Environment, folder: string): Promise<Running> {
  const { child, said, ended } = launch([], environment, folder, LONGEST_RUN_MS)
  const stop = () => {
    child.kill('SIGTERM')
    return ended
  }
  closeLater(t, stop)
  const address = () => /^The playground is at (http:\/\/\S+)\n/m.exec(said.stdout)?.[1]
  const early = ended.then(({ code, stderr }) => Promise.reject(new Error(`It ended with ${code}: ${stderr}`)))
  early.catch(() => undefined)
  return { address: await Promise.race([eventually(address), early]), said, stop }
}

const GLANCE_MS = 20

/** Reads until something truthy is read. */
export async function eventually<T>(read: () => T | Promise<T>, withinMs = 20_000): Promise<NonNullable<T>> {
  const until = performance.now() + withinMs
  for (;;) {
    const value = await read()
    if (value) return value
    if (performance.now() > until) throw new Error(`Nothing that satisfies ${read} happened within ${withinMs} ms.`)
    await new Promise(resolve => setTimeout(resolve, GLANCE_MS))
  }
}
