import type { Clock, Destination, Log, Outcome, Platform } from '../platform/platform.ts'
import type { Store } from '../store/store.ts'
import type { DeliveryTable } from '../store/tables.ts'

/** What became of taking one delivery back: said to whoever asked for it. */
export type Retraction = { delivery: DeliveryTable; isGone: boolean; note: string }

/** What taking back needs; `log` hears what is waited for. */
export type RetractOptions = {
  store: Store
  platforms: Platform[]
  readDestination: (text: string) => Destination
  clock: Clock
  log: Log
}

/**
 * Takes a digest's slot back everywhere it can: what waits is cancelled, what was posted is deleted. What it told of counts as never told.
 * Tells of each as soon as it is done, for a platform may let only some be deleted each minute.
 */
export async function* retract(options: RetractOptions, deliveries: DeliveryTable[]): AsyncGenerator<Retraction> {
  const remove = createRemover(options)
  // What waits would be sent while the rest is being deleted.
  const waitingFirst = deliveries.toSorted((a, b) => Number(b.state === 'pending') - Number(a.state === 'pending'))
  for (const delivery of waitingFirst) yield retractOne(options, remove, delivery)
}

type Remove = (platform: Platform, at: Destination, message: string) => Promise<Outcome>

/** A platform that asks to wait is tried so often in a row. */
const TRIES = 5

/** Deletes as soon as a platform lets it; one that does not, though it was waited for, is not waited for again. */
function createRemover({ clock, log }: RetractOptions): Remove {
  const givenUp = new Set<Platform>()
  return async (platform, at, message) => {
    for (let tries = 1; ; tries++) {
      const outcome = await platform.remove(at, message)
      if (outcome.kind !== 'later') return outcome
      if (tries === TRIES) givenUp.add(platform)
      if (givenUp.has(platform)) return outcome
      log(`${outcome.why} The next try is in ${Math.ceil(outcome.afterMs / 1000)} s.`)
      await clock.wait(outcome.afterMs)
    }
  }
}

async function retractOne(
  { store, platforms, readDestination }: RetractOptions,
  remove: Remove,
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
  const outcome = await remove(platform, at, message)
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
