import type { Finding, Outcome } from './platform.ts'

/** What became of a call that was not done. */
export type Failure = Exclude<Outcome, { kind: 'done' }>

/** What becomes of a call that had no turn: those before it are given up by then, or soon after. */
export const NO_TURN: Failure = { kind: 'later', afterMs: 5000, why: 'Calls before it have no answer yet.' }

const LOOK_AGAIN_MS = 30_000

/** What a failure says of looking for a message: a history that can't be read proves nothing. */
export function findingOf(failure: Failure): Finding {
  if (failure.kind === 'refused') return { kind: 'unclear', why: failure.why, remedy: failure.remedy }
  return { kind: 'later', afterMs: failure.kind === 'later' ? failure.afterMs : LOOK_AGAIN_MS, why: failure.why }
}
