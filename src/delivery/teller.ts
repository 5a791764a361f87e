import type { Log } from '../platform/platform.ts'

/** As many causes are remembered; of more than that the oldest is told again. */
const MOST_CAUSES = 100

/** Tells of what fails, once for each cause, and again when all that failed for it was well meanwhile. */
export type Teller = {
  fails: (error: unknown, where?: string) => void
  isWell: (where?: string) => void
  /** Nothing is left that could fail. */
  forget: () => void
}

export function createTeller(what: string, log: Log): Teller {
  const failing = new Map<string, Set<string>>()
  return {
    fails: (error, where = '') => {
      const cause = error instanceof Error ? error.message : String(error)
      const places = failing.get(cause)
      if (places) return void places.add(where)
      log(`${what}: ${cause}`)
      failing.set(cause, new Set([where]))
      for (const oldest of failing.keys()) if (failing.size > MOST_CAUSES) failing.delete(oldest)
    },
    forget: () => failing.clear(),
    isWell: (where = '') => {
      for (const [cause, places] of failing) if (places.delete(where) && places.size === 0) failing.delete(cause)
    },
  }
}
