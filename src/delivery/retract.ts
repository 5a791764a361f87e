import type { Destination, Platform } from '../platform/platform.ts'
import type { Store } from '../store/store.ts'
import type { DeliveryTable } from '../store/tables.ts'

/** What became of taking one delivery back: said to whoever asked for it. */
export type Retraction = { delivery: DeliveryTable; isGone: boolean; note: string }

/**
 * Takes a digest's slot back everywhere it can: what waits is cancelled, what was posted is deleted. What it told of counts as never told.
 */
export async function retract(
  store: Store,
  platforms: Platform[],
  readDestination: (text: string) => Destination,
  deliveries: DeliveryTable[],
): Promise<Retraction[]> {
  const done: Retraction[] = []
  // What waits would be sent while the rest is being deleted.
  const waitingFirst = deliveries.toSorted((a, b) => Number(b.state === 'pending') - Number(a.state === 'pending'))
  for (const delivery of waitingFirst) done.push(await retractOne(store, platforms, readDestination, delivery))
  return done
}

async function retractOne(
  store: Store,
  platforms: Platform[],
  readDestination: (text: string) => Destination,
  delivery: DeliveryTable,
): Promise<Retraction> {
  const { state, message } = delivery
  const cancel = () => store.write(delivery, { state: 'cancelled', why: 'It was taken back.', remedy: null })
  if (state === 'pending')
    return (await cancel())
      ? { delivery, isGone: true, note: 'It was not sent yet, and will not be.' }
      : { delivery, isGone: false, note: 'It is being sent at this moment. Run this again.' }
  if (state !== 'sent')
    return {
      delivery,
      isGone: state !== 'uncertain' && state !== 'checking' && state !== 'sending',
      note: NOTES[state] ?? '',
    }
  if (!message) {
    await cancel()
    return { delivery, isGone: true, note: 'It had been deleted already.' }
  }
  const at = readDestination(delivery.destination)
  const platform = platforms.find(({ name }) => name === at.platform)
  if (!platform) return { delivery, isGone: false, note: `${at.platform} is not set up.` }
  const outcome = await platform.remove(at, message)
  if (outcome.kind !== 'done')
    return {
      delivery,
      isGone: false,
      note: `${outcome.why} ${'remedy' in outcome ? outcome.remedy : 'Run this again.'}`,
    }
  await cancel()
  return { delivery, isGone: true, note: `The message ${message} was deleted.` }
}

const NOTES: Partial<Record<DeliveryTable['state'], string>> = {
  sending: 'It is being sent at this moment. Run this again in a few minutes.',
  checking: 'It is being looked for. Run this again in a few minutes.',
  uncertain: 'Nobody knows whether it was posted: look in the channel, and delete it there.',
  failed: 'It was never posted.',
  expired: 'It was never posted.',
  superseded: 'It was never posted.',
  cancelled: 'It was never posted, or has been taken back.',
}
