import type { Destination } from '../../platform/platform.ts'
import type { Store } from '../../store/store.ts'
import type { SubscriptionTable } from '../../store/tables.ts'
import { formatDestination, PLAYGROUND } from '../destination.ts'
import type { Digest } from '../digest.ts'
import type { Draft } from './draft.ts'
import { foreign, gone } from './refusals.ts'
import { brokenDigest, readSubscription } from './stored.ts'
import { CHAT, type Entry, entryOf, goesTo } from './subscription.ts'

/** The digests of a channel. */
export type Entries = {
  /** What is posted to a channel: the configuration's digests first, then those made in chat, in the order in which they were. */
  at: (place: Destination) => Promise<Entry[]>
  /** The same, and in the playground, which is the operator's, those of the configuration that go elsewhere. */
  shown: (place: Destination) => Promise<Entry[]>
  /** A digest by what buttons know it by, drafts too, or what to say where it can't be used here. */
  find: (ref: string, place: Destination) => Promise<Entry | Draft>
  /** A draft of a channel by its id. */
  draft: (ref: string, place: Destination) => Promise<Entry | undefined>
}

export function createEntries(store: Store, digests: () => Promise<Digest[]>): Entries {
  const pausedOnes = async (): Promise<Set<string>> =>
    new Set((await store.digests()).filter(({ paused }) => paused === 1).map(({ id }) => id))

  async function at(place: Destination): Promise<Entry[]> {
    const paused = await pausedOnes()
    const fixed = (await digests()).filter(one => !one.id.startsWith(CHAT) && goesTo(one, place))
    const made = (await store.subscriptions()).filter(
      ({ destination, state }) => destination === formatDestination(place) && state === 'active',
    )
    return [
      ...fixed.map(digest => entryOf(digest, stateOf(digest, paused))),
      ...made.map(row => entryOfRow(row, paused)),
    ]
  }

  async function shown(place: Destination): Promise<Entry[]> {
    if (place.platform !== PLAYGROUND.platform) return at(place)
    const paused = await pausedOnes()
    const others = (await digests()).filter(one => !one.id.startsWith(CHAT) && !goesTo(one, place))
    return [
      ...(await at(place)),
      ...others.map((digest): Entry => ({ ...entryOf(digest, stateOf(digest, paused)), origin: 'elsewhere' })),
    ]
  }

  async function find(ref: string, place: Destination): Promise<Entry | Draft> {
    if (ref.startsWith('.')) return (await shown(place)).find(entry => entry.ref === ref) ?? gone
    const row = await store.subscription(ref)
    if (!row || row.state === 'removed') return gone
    return row.destination === formatDestination(place) ? entryOfRow(row, await pausedOnes()) : foreign
  }

  return {
    at,
    shown,
    find,
    draft: async (ref, place) => {
      const row = await store.subscription(ref)
      const isDraftHere = row?.state === 'draft' && row.destination === formatDestination(place)
      return isDraftHere ? entryOfRow(row, new Set()) : undefined
    },
  }
}

function entryOfRow(row: SubscriptionTable, paused: Set<string>): Entry {
  const digest = readSubscription(row)
  if (!digest) return entryOf(brokenDigest(row), 'broken')
  if (row.state === 'draft') return entryOf(digest, 'draft')
  return entryOf(digest, stateOf(digest, paused))
}

const stateOf = ({ id }: Digest, paused: Set<string>): Entry['state'] => (paused.has(id) ? 'paused' : 'active')
