import type { TestContext } from 'node:test'
import { type Ended, launch } from './playground.ts'
import { closeLater, type Environment } from './process.ts'

/** What ends by itself does within this. */
const LONGEST_COMMAND_MS = 20_000

/** `npm start` with arguments, of which it is expected that it ends by itself. */
export const runToEnd = (args: string[], environment: Environment, folder: string): Promise<Ended> =>
  launch(folder, environment, { args, timeout: LONGEST_COMMAND_MS }).ended

/** A Readout that runs, and what it has said so far. */
export type Running = { address: string; said: { stdout: string; stderr: string }; stop: () => Promise<Ended> }

/** `npm start`; it ends with the test. */
export async function startReadout(t: TestContext, environment: Environment, folder: string): Promise<Running> {
  const { child, said, ended } = launch(folder, environment)
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
