import { reportDeliveries, reportHolds, reportSlots, reportTroubles, resumeRemedy } from '../delivery/report.ts'
import { resolveDelivery, type Verdict } from '../delivery/resolve.ts'
import { SETUPS } from '../platforms.ts'
import type { Settings } from '../settings.ts'
import { type OpenStore, openExisting } from '../store/open-existing.ts'
import type { DeliveryState, DeliveryTable, SlotState } from '../store/tables.ts'
import { CommandError, FOUND, MISUSED } from './command-error.ts'
import { readDestination } from './destination.ts'
import { STATES, type State } from './states.ts'

/** What is asked of the deliveries. */
export type DeliveriesOptions = { state?: State[]; limit: number; format: 'text' | 'json' }

const isOfSlot = (state: State): state is Extract<SlotState, State> => state === 'missed' || state === 'empty'

const isOfDelivery = (state: State): state is DeliveryState => !isOfSlot(state)

/** What was sent where, what was not, and what operators were told, as lines. */
export async function listDeliveries(settings: Settings, options: DeliveriesOptions): Promise<string[]> {
  const found = await withStore(settings, store => lookUp(store, options))
  if (options.format === 'json') return [JSON.stringify(withoutCards(found ?? NOTHING), null, 2)]
  if (!found) return [noDatabase(settings)]
  const { deliveries, slots, holds, troubles } = found
  const sections = [
    section('Held', reportHolds(holds)),
    section('Deliveries, the newest first', reportDeliveries(deliveries)),
    section('Slots without a post, the newest first', reportSlots(slots)),
    section('What operators were told, the newest first', reportTroubles(troubles)),
  ].filter(lines => lines.length > 0)
  return sections.length === 0
    ? [options.state ? 'There are none.' : 'Nothing was due yet.']
    : sections.map(lines => lines.join('\n')).flatMap((text, index) => (index > 0 ? ['', text] : [text]))
}

type Found = {
  deliveries: DeliveryTable[]
  slots: Awaited<ReturnType<OpenStore['slotsThat']>>
  holds: Awaited<ReturnType<OpenStore['holds']>>
  troubles: Awaited<ReturnType<OpenStore['troubles']>>
}

const NOTHING: Found = { deliveries: [], slots: [], holds: [], troubles: [] }

/** What was posted is in the channel. */
const withoutCards = ({ deliveries, ...rest }: Found) => ({
  deliveries: deliveries.map(({ card: _, ...delivery }) => delivery),
  ...rest,
})

/** Where states are asked for, nothing else is given. */
async function lookUp(store: OpenStore, { state, limit }: DeliveriesOptions): Promise<Found> {
  const asked: readonly State[] = state ?? STATES
  const [sent, slots] = [asked.filter(isOfDelivery), asked.filter(isOfSlot)]
  return {
    deliveries: sent.length > 0 ? await store.deliveries(limit, state ? sent : []) : [],
    slots: slots.length > 0 ? await store.slotsThat(slots, limit) : [],
    holds: state ? [] : await store.holds(),
    troubles: state ? [] : (await store.troubles()).toReversed().slice(0, limit),
  }
}

const section = (title: string, lines: string[]): string[] => (lines.length === 0 ? [] : [`${title}:`, ...lines])

const noDatabase = ({ database }: Settings): string =>
  `There is no database ${database} yet, so nothing was ever posted. npm start makes it.`

/** Opens the database that there is, and closes it; undefined where there is none. */
async function withStore<T>(settings: Settings, work: (store: OpenStore) => Promise<T>): Promise<T | undefined> {
  const store = await openExisting(settings.database)
  try {
    return store && (await work(store))
  } finally {
    await store?.close()
  }
}

/**
 * The same where there has to be one.
 * @throws CommandError
 */
export async function withOpenStore<T>(settings: Settings, work: (store: OpenStore) => Promise<T>): Promise<T> {
  const done = await withStore(settings, async store => ({ value: await work(store) }))
  if (!done) throw new CommandError(noDatabase(settings), FOUND)
  return done.value
}

/** @throws CommandError */
export async function findDelivery(store: OpenStore, id: string): Promise<DeliveryTable> {
  const delivery = await store.delivery(id)
  if (delivery) return delivery
  throw new CommandError(
    `There is no delivery "${id}". Its id is the first word of its line in: npm run -s readout -- deliveries. To take a digest back, write its slot behind its name.`,
    MISUSED,
  )
}

/**
 * Ends the doubt of a delivery, and says what follows.
 * @throws CommandError where it can't be ended
 */
export const resolve = (settings: Settings, id: string, verdict: Verdict, now: Date): Promise<string> =>
  withOpenStore(settings, async store => {
    const delivery = await findDelivery(store, id)
    const refusal = await resolveDelivery(store, delivery, verdict, now)
    if (refusal !== undefined) throw new CommandError(refusal, FOUND)
    return verdict === 'sent' ? `${id} counts as sent.` : `${id} is sent again, ${SOON}.`
  })

const SOON = 'within seconds where Readout runs, else when it starts'

/** Resumes all that is held. */
const ALL = 'all'

/** What is held in one piece where the bot itself is refused. */
const PLATFORMS = SETUPS.map(({ name }) => name)

const KEYS = [...PLATFORMS, ALL]

/**
 * Ends the hold of a destination or of a platform, or every one, and says what follows.
 * @throws CommandError where it is not held
 */
export async function resume(settings: Settings, what: string): Promise<string> {
  if (!KEYS.includes(what)) readDestination(what, KEYS)
  return withOpenStore(settings, async store => {
    const held = (await store.holds()).map(hold => hold.destination)
    if (what === ALL) {
      for (const one of held) await store.release(one)
      return held.length === 0 ? 'Nothing is held.' : `Posted to again: ${held.join(', ')}. What waits is sent ${SOON}.`
    }
    if (await store.release(what)) {
      const [platform] = await store.holdsOver(what)
      return platform
        ? `${what} itself is not held any more, but all of ${platform.destination} is. ${resumeRemedy(platform.destination)}`
        : `${what} is posted to again: what waits is sent ${SOON}.`
    }
    const others = held.length === 0 ? 'Nothing is held.' : `Held: ${held.join(', ')}.`
    throw new CommandError(`${what} is not held. ${others}`, FOUND)
  })
}
