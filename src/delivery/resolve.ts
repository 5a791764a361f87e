import type { Store } from '../store/store.ts'
import type { DeliveryTable } from '../store/tables.ts'
import { holdTrouble, uncertainTrouble } from './notices.ts'

/** What somebody found out of a delivery that nothing proves: that it was sent, or that it has to be sent again. */
export type Verdict = 'sent' | 'again'

/** Ends the doubt of a delivery. Gives back why not, where it can't be. */
export async function resolveDelivery(
  store: Store,
  delivery: DeliveryTable,
  verdict: Verdict,
  now: Date,
): Promise<string | undefined> {
  const isLate = verdict === 'again' && delivery.state === 'expired'
  if (delivery.state !== 'uncertain' && delivery.state !== 'failed' && !isLate)
    return `It is ${delivery.state}; only what is uncertain or failed can be resolved, and what is expired be sent again.`
  const change =
    verdict === 'sent'
      ? { state: 'sent' as const, why: null, remedy: null, doubt: 0 }
      : { state: 'pending' as const, due: now.toISOString(), expires: null, why: null, remedy: null, doubt: 0 }
  if (!(await store.write(delivery, change))) return 'It has changed meanwhile. Look again.'
  await store.endTrouble(uncertainTrouble(delivery))
  return undefined
}

/** Has a destination be posted to again that was held; false where it was not. */
export async function resumeDestination(store: Store, destination: string): Promise<boolean> {
  const isReleased = await store.release(destination)
  await store.endTrouble(holdTrouble(destination))
  return isReleased
}
