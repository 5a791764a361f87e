import type { Clock } from '../../src/platform/platform.ts'
import { createClock } from './slack/clock.ts'

/** A clock that runs with the real one and can be pushed forward. */
export type TestClock = Clock & {
  /** What was waited for, in milliseconds, in order. */
  waits: number[]
  push: (ms: number) => void
}

export function createTestClock(): TestClock {
  const clock = createClock()
  const waits: number[] = []
  return {
    waits,
    push: clock.advance,
    now: () => new Date(clock.now()),
    wait: (ms, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason)
        waits.push(ms)
        const callOff = clock.after(ms, resolve)
        const abort = () => {
          callOff()
          reject(signal?.reason)
        }
        signal?.addEventListener('abort', abort, { once: true })
      }),
  }
}
