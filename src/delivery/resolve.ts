import type { Store } from '../store/store.ts'
import type { DeliveryTable } from '../store/tables.ts'

/** What somebody found out of a delivery that nothing proves: that it was sent, or that it has to be sent again. */
export type Verdict = 'sent' | 'again'

/** Ends the doubt of a delivery. Gives back why not, where it can't be. */
export async function resolveDelivery(
  store: Store,
  delivery: DeliveryTable,
  verdict: Verdict,
  now: Date,
): Promise<string | undefined> {
  if (delivery.state !== 'uncertain' && delivery.state !== 'failed')
    return `It is ${delivery.state}; only what is uncertain or failed can be resolved.`
  const change =
    verdict === 'sent'
      ? { state: 'sent' as const, why: null, remedy: null, doubt: 0 }
      : { state: 'pending' as const, due: now.toISOString(), expires: null, why: null, remedy: null, doubt: 0 }
  return (await store.write(delivery, change)) ? undefined : 'It has changed meanwhile. Look again.'
}
