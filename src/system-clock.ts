import { setTimeout as delay } from 'node:timers/promises'
import type { Clock } from './platform/platform.ts'

/** The machine's own time; waiting for it holds no process. */
export const systemClock: Clock = {
  now: () => new Date(),
  wait: (ms, signal) => delay(ms, undefined, { ref: false, ...(signal && { signal }) }),
}

/** The same for a command, which lives as long as it waits. */
export const patientClock: Clock = {
  now: systemClock.now,
  wait: (ms, signal) => delay(ms, undefined, { ...(signal && { signal }) }),
}
