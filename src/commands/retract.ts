import { createBot } from '../answer/bot.ts'
import { type Retraction, retract } from '../delivery/retract.ts'
import { readDestination } from '../digests.ts'
import type { Library } from '../library/library.ts'
import { type Clock, type Log, type Platform, PlatformError } from '../platform/platform.ts'
import { createOpenPages } from '../platform/playground/open-pages.ts'
import { createPlayground } from '../platform/playground/playground.ts'
import { SETUPS } from '../platforms.ts'
import { keptChannel } from '../playground-channel.ts'
import type { Settings } from '../settings.ts'
import type { OpenStore } from '../store/open-existing.ts'
import type { DeliveryTable } from '../store/tables.ts'
import { CommandError, FOUND, MISUSED } from './command-error.ts'
import { findDelivery } from './deliveries.ts'
import { findDigests, wantedDigests } from './wanted.ts'

/**
 * What is to be taken back: all that a digest posted for a slot, or one delivery by its id.
 * @throws CommandError where there is no such thing
 */
export async function findPosted(
  settings: Settings,
  store: OpenStore,
  what: string,
  slot: string | undefined,
): Promise<DeliveryTable[]> {
  if (slot === undefined) return [await findDelivery(store, what)]
  const id = await findPostedDigest(settings, store, what)
  const deliveries = await store.ofSlot(id, readSlot(slot))
  if (deliveries.length > 0) return deliveries
  const latest = (await store.slotsThat(['posted'], MANY)).filter(({ digest }) => digest === id).slice(0, SHOWN)
  const those = latest.length === 0 ? 'It was never posted.' : `Its latest: ${latest.map(one => one.slot).join(', ')}.`
  throw new CommandError(`${id} has no posts of the slot "${slot}". ${those}`, MISUSED)
}

/** As many slots are looked at for those of one digest, and as many are named. */
const MANY = 1000
const SHOWN = 5

/** A digest that is no more has posted, too; it goes by its id. */
async function findPostedDigest(settings: Settings, store: OpenStore, typed: string): Promise<string> {
  const wanted = (await wantedDigests(settings, store)).map(({ digest: { id, name } }) => ({ id, name }))
  const known = new Set(wanted.map(({ id }) => id))
  const former = (await store.postedDigests()).filter(id => !known.has(id)).map(id => ({ id, name: id }))
  const [first, ...more] = findDigests([...wanted, ...former], typed)
  if (first && more.length === 0) return first.id
  const ids = [first, ...more].map(one => one?.id)
  throw new CommandError(`Several digests are called "${typed}". Say which: ${ids.join(', ')}.`, MISUSED)
}

/** An instant as it is stored; what names no instant stays: the slot of a digest that was posted by hand. */
function readSlot(typed: string): string {
  const at = Date.parse(typed)
  return /^\d{4}-\d\d-\d\dT/.test(typed) && !Number.isNaN(at) ? new Date(at).toISOString() : typed
}

/** What would be taken back, as lines. */
export const describePosted = (deliveries: DeliveryTable[]): string[] =>
  deliveries.map(({ id, state, message, destination, part, parts }) => {
    const which = parts > 1 ? `, part ${part} of ${parts}` : ''
    return `${id}  ${state}${message ? `, message ${message}` : ''} → ${destination}${which}`
  })

/** What taking back needs. */
export type RetractTools = { library: Library; clock: Clock; log: Log }

/** Takes deliveries back everywhere it can, one after the other. The platforms are called and not started: no reader is answered from here. */
export async function* takeBack(
  store: OpenStore,
  deliveries: DeliveryTable[],
  { library, clock, log }: RetractTools,
): AsyncGenerator<Retraction> {
  const botWithin = (budget: Platform['budget']) => createBot(() => library, budget, clock.now)
  const playground = createPlayground(botWithin, createOpenPages(), keptChannel(store, clock))
  const others = SETUPS.filter(({ name }) => deliveries.some(one => one.destination.startsWith(`${name}:`))).map(
    setup =>
      setup.create(process.env, botWithin, log, clock).catch(error => {
        if (!(error instanceof PlatformError)) throw error
        log(error.message)
        return undefined
      }),
  )
  const platforms = [playground, ...(await Promise.all(others)).flatMap(platform => platform ?? [])]
  yield* retract({ store, platforms, readDestination, clock, log }, deliveries)
}

/** What became of one, as a line. */
export const reportRetraction = ({ delivery, isGone, note }: Retraction): string =>
  `${isGone ? '✓' : '✗'} ${delivery.id} → ${delivery.destination}: ${note}`

/** @throws CommandError where something is still there */
export function requireGone(done: Retraction[]): void {
  const left = done.filter(({ isGone }) => !isGone).length
  if (left > 0)
    throw new CommandError(`${left} of ${done.length} could not be taken back; the lines above say why.`, FOUND)
}
