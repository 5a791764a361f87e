import type { Log } from '../platform/platform.ts'

/** Tells of what fails once, and again when it was well meanwhile. */
export function createTeller(what: string, log: Log): { fails: (error: unknown) => void; isWell: () => void } {
  let isTold = false
  return {
    fails: error => {
      if (!isTold) log(`${what}: ${error instanceof Error ? error.message : String(error)}`)
      isTold = true
    },
    isWell: () => {
      isTold = false
    },
  }
}
