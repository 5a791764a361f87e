import type { Log, Platform } from '../platform/platform.ts'
import type { Store } from '../store/store.ts'
import type { DeliveryState, DeliveryTable } from '../store/tables.ts'
import { troubleOf } from './notices.ts'
import { resumeRemedy } from './report.ts'

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
  const before = verdict === 'again' ? await standingBefore(store, delivery) : undefined
  if (before) return `Part ${before.part} comes before it and is ${before.state}: ${before.id}. Resolve that one first.`
  const change =
    verdict === 'sent'
      ? { state: 'sent' as const, why: null, remedy: null, doubt: 0 }
      : { state: 'pending' as const, due: now.toISOString(), expires: null, why: null, remedy: null, doubt: 0 }
  const isWritten = await store.resolve(delivery, change, troubleOf(delivery))
  return isWritten ? undefined : 'It has changed meanwhile. Look again.'
}

/** States that no later part gets past by itself. */
const STANDING: DeliveryState[] = ['failed', 'expired', 'uncertain', 'superseded', 'cancelled']

const standingBefore = async (store: Store, { edition, part, ...delivery }: DeliveryTable) =>
  (await store.partsOf(delivery)).find(
    one => one.edition === edition && one.part < part && STANDING.includes(one.state),
  )

/**
 * Starts a platform. Its hold from before ends with that, for its token was not refused; true where it was held.
 * @throws PlatformError where it can't start; then it stays held
 */
export async function startAndResume(store: Store, platform: Platform, now: Date, log: Log): Promise<boolean> {
  await platform.start()
  return store.release(platform.name, now.toISOString()).catch(error => {
    log(`${platform.name} stays held if it was: ${error}. ${resumeRemedy(platform.name)}`)
    return false
  })
}
