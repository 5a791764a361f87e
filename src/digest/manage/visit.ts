import type { Asker, Destination } from '../../platform/platform.ts'
import type { Digest } from '../digest.ts'
import type { Scene } from './draft.ts'
import type { Change } from './log.ts'

/** One question of a manager: who asks where, at which instant, of which library. */
export type Visit = Scene & {
  asker: Asker
  place: Destination
  /** The place as it is stored. */
  at: string
  /** The asker as it is stored. */
  who: string
  /** What keeps everything from being posted there now, as sentences; each card that shows a digest says it. */
  inTheWay: string[]
}

/** What the log keeps of what somebody did with a digest. */
export const changeOf = ({ id }: Digest, what: string, { now, who, at }: Visit): Change => ({
  at: now.toISOString(),
  who,
  destination: at,
  digest: id,
  what,
})
