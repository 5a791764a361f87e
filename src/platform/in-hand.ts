import type { Clock } from './platform.ts'

/** What is being answered at the moment, for a graceful stop. */
export type InHand = {
  track: <T>(work: Promise<T>) => Promise<T>
  /** Resolves when all of it is finished, and after so many milliseconds at the latest. */
  finish: (ms: number) => Promise<void>
}

export function createInHand(clock: Clock): InHand {
  const inHand = new Set<Promise<unknown>>()
  return {
    track: async work => {
      inHand.add(work)
      try {
        return await work
      } finally {
        inHand.delete(work)
      }
    },
    finish: async ms => {
      await Promise.race([Promise.allSettled(inHand), clock.wait(ms)])
    },
  }
}
