import type { Finding, Outcome, Refused } from '../platform/platform.ts'
import { BY_HAND, OVERTAKEN, tooLate } from '../store/store.ts'
import type { DeliveryTable, Instant } from '../store/tables.ts'
import { NOTICE } from './notices.ts'

/** A send is given up sooner than its lease ends, so that nobody else sends meanwhile. */
export const LEASE_MS = 30_000

/** A server may store a message after its answer was lost: it is looked for no sooner than this after the last try. */
export const SETTLE_MS = 120_000

/** How long after a broken send another is made where the platform knows it as the same. */
const REPEAT_MS = 2000

/** How long a platform that can't be asked is waited for before a delivery is left to people. */
const PATIENCE_MS = 6 * 3_600_000

export type Delivery = DeliveryTable

/** What to do with a delivery that is due. */
export type Step =
  | { kind: 'send' }
  | { kind: 'look' }
  /** Nothing but writing this. */
  | { kind: 'write'; change: Change }

/** What is written of a delivery, and what follows from it. */
export type Change = Partial<Pick<Delivery, 'state' | 'due' | 'last' | 'message' | 'why' | 'remedy' | 'doubt'>> & {
  /** Nothing more is sent to the channel, or to the whole platform, until somebody does what the remedy says. */
  holds?: { of: Exclude<Refused, 'message'>; why: string; remedy: string }
}

/** Times that a test or an operator may set. */
export type Times = { settleMs: number }

/** Our clock may have been wrong by so much when it was sent, and the message is still found. */
const SKEW_MS = 2 * 3_600_000

/** From when on a message is looked for. A clock that was set back may have been wrong when it was sent. */
export function lookFrom({ tried, created }: Delivery, now: Date): Date {
  const since = Date.parse(tried ?? created)
  return new Date(since > now.getTime() ? now.getTime() - DAY_MS : since - SKEW_MS)
}

const DAY_MS = 86_400_000

/** What is due of a delivery at an instant. `repeatsWithinMs` is the platform's; 0 where nothing may be sent, for a repeated post is one. */
export function stepOf(delivery: Delivery, now: Date, repeatsWithinMs: number, { settleMs }: Times): Step {
  switch (delivery.state) {
    case 'pending':
      return isBefore(delivery.expires, now) ? { kind: 'write', change: expired(delivery) } : { kind: 'send' }
    case 'sending':
      return { kind: 'write', change: doubtful('Readout stopped while it was sending.', now) }
    case 'checking': {
      if (canRepeat(delivery, now, repeatsWithinMs)) return { kind: 'send' }
      const last = delivery.last ?? delivery.created
      // A clock that was set back does not tell how long ago the send was: the time to settle begins anew.
      if (!isBefore(last, now)) return { kind: 'write', change: { last: now.toISOString(), due: later(now, settleMs) } }
      const settled = after(last, settleMs)
      return isBefore(settled, now) ? { kind: 'look' } : { kind: 'write', change: { due: settled } }
    }
    default:
      return { kind: 'write', change: {} }
  }
}

const expired = ({ why }: Delivery): Change => ({ state: 'expired', why: tooLate(why), remedy: null })

/** A clock that was set back proves nothing. */
function canRepeat({ tried }: Delivery, now: Date, repeatsWithinMs: number): boolean {
  if (tried === null) return false
  const sinceMs = now.getTime() - Date.parse(tried)
  return sinceMs >= 0 && sinceMs < repeatsWithinMs
}

const isBefore = (instant: Instant | null, now: Date): boolean =>
  instant !== null && Date.parse(instant) <= now.getTime()

const after = (instant: Instant, ms: number): Instant => new Date(Date.parse(instant) + ms).toISOString()

const later = (now: Date, ms: number): Instant => new Date(now.getTime() + ms).toISOString()

/** What may have happened is looked for, or repeated where the platform decides. */
const doubtful = (why: string, now: Date, waitMs = REPEAT_MS): Change => ({
  state: 'checking',
  doubt: 1,
  due: later(now, waitMs),
  why,
})

/** What a send came to. One that did not happen says nothing of an earlier one that may have. */
export function afterSend(delivery: Delivery, outcome: Outcome, now: Date): Change {
  const isDoubtful = delivery.doubt === 1
  switch (outcome.kind) {
    case 'done':
      return { state: 'sent', message: outcome.message, why: null, remedy: null, doubt: 0 }
    case 'unclear':
      return doubtful(outcome.why, now)
    case 'later':
      return isDoubtful
        ? doubtful(outcome.why, now, outcome.afterMs)
        : { state: 'pending', due: later(now, outcome.afterMs), why: outcome.why }
    case 'refused': {
      const { of, why, remedy } = outcome
      const hold = of === 'message' ? {} : { holds: { of, why, remedy } }
      // What was refused is not repeated, but the message may be there from before.
      if (isDoubtful) return { ...doubtful(why, now, SETTLE_MS), ...hold }
      // What only stands behind a hold goes out when that ends.
      return of === 'message'
        ? { state: 'failed', why, remedy }
        : { state: 'pending', due: now.toISOString(), why, ...hold }
    }
    default:
      return outcome satisfies never
  }
}

/**
 * What becomes of a delivery that would wait again, where a newer slot of its schedule was claimed meanwhile. What was posted by hand, a
 * notice, and what somebody has sent again however late give way to nothing.
 */
export function whereOvertaken({ digest, slot, expires }: Delivery, change: Change): Change | undefined {
  const isOfSchedule = digest !== NOTICE && !slot.startsWith(BY_HAND)
  return change.state === 'pending' && isOfSchedule && expires !== null ? OVERTAKEN : undefined
}

/** What looking for a message came to. */
export function afterLook(delivery: Delivery, finding: Finding, now: Date): Change {
  switch (finding.kind) {
    case 'found':
      return { state: 'sent', message: finding.message, why: null, remedy: null, doubt: 0 }
    case 'absent':
      return { state: 'pending', due: now.toISOString(), doubt: 0 }
    case 'later': {
      const isPatient = now.getTime() - Date.parse(delivery.last ?? delivery.created) < PATIENCE_MS
      return isPatient
        ? { due: later(now, finding.afterMs), why: finding.why }
        : uncertain(finding.why, resolve(delivery))
    }
    case 'unclear':
      return uncertain(finding.why, `${finding.remedy} ${resolve(delivery)}`)
    default:
      return finding satisfies never
  }
}

const resolve = ({ id }: Delivery): string =>
  `Then say what you found: \`npm run -s readout -- deliveries resolve ${id} sent\`, or \`again\` in place of \`sent\`.`

const uncertain = (why: string, remedy: string): Change => ({ state: 'uncertain', why, remedy })
