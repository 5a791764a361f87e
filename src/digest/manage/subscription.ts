import { topicsOf } from '../../answer/collection-views.ts'
import { fitLabel } from '../../card/label.ts'
import type { Collection } from '../../library/collection.ts'
import type { Library } from '../../library/library.ts'
import type { Asker, Destination } from '../../platform/platform.ts'
import { formatDestination, PLAYGROUND } from '../destination.ts'
import { type Digest, SECTIONS } from '../digest.ts'
import { missingOf } from '../missing.ts'
import { nextSlots, scheduleFault } from '../slots.ts'
import { keyOf } from './click.ts'
import { WEEKDAYS, writeCron } from './times.ts'
import { readZone } from './zones.ts'

/** So many digests may be subscribed to in one channel. */
export const MOST_SUBSCRIPTIONS = 20

/** So many topics one of them may name. */
export const MOST_TOPICS = 20

/**
 * A digest as managers of a channel see it. What was made in chat can be changed there; the configuration's is its operator's, and one of it that
 * goes elsewhere is only looked at, in the playground.
 */
export type Entry = {
  /** What buttons and commands know it by. */
  ref: string
  digest: Digest
  origin: 'chat' | 'configuration' | 'elsewhere'
  /** A broken one can't be read, only removed. */
  state: 'draft' | 'active' | 'paused' | 'broken'
}

/** The configuration's digests have names that may be longer than an id has room for. */
export const refOf = ({ id }: Digest): string => (id.startsWith(CHAT) ? id.slice(CHAT.length) : `.${keyOf(id)}`)

export const CHAT = 'chat:'

export const entryOf = (digest: Digest, state: Entry['state']): Entry => ({
  ref: refOf(digest),
  digest,
  origin: digest.id.startsWith(CHAT) ? 'chat' : 'configuration',
  state,
})

/** The channel that a question comes from; undefined in a conversation of two. */
export function placeOf({ platform, space, channel }: Asker): Destination | undefined {
  if (platform === PLAYGROUND.platform) return PLAYGROUND
  return space === undefined || channel === undefined ? undefined : { platform, space, channel }
}

const MORNING = 8 * 60

const WITHIN_MS = 2 * 3_600_000

/** What a subscription is before anything is said of it: on weekdays at 08:00 where whoever makes it lives. */
export function newDigest(id: string, place: Destination, asker: Asker, library: Library): Digest {
  const [only, ...more] = library.collections.values()
  const collection = more.length === 0 ? only : undefined
  const digest: Digest = {
    id: `${CHAT}${id}`,
    name: '',
    collection: collection?.name ?? '',
    topics: [],
    schedule: {
      cron: writeCron({ days: WEEKDAYS, minutes: MORNING }),
      zone: ownZone(asker) ?? collection?.zone ?? 'UTC',
      missed: { policy: 'latest', withinMs: WITHIN_MS },
    },
    destinations: [place],
    sections: [...SECTIONS],
    whenEmpty: 'silent',
  }
  return { ...digest, name: nameOf(digest) }
}

/** The asker's own zone, where the platform tells one that the runtime knows. */
export const ownZone = ({ zone }: Asker): string | undefined => (zone === undefined ? undefined : readZone(zone).zone)

/** The zone that a collection brings where it is the first of a digest, and neither the asker’s platform nor anybody has said one. */
export const firstZone = (old: Digest, collection = '', { collections }: Library, asker: Asker): string | undefined =>
  old.collection === '' && old.schedule.zone === 'UTC' && ownZone(asker) === undefined
    ? collections.get(collection)?.zone
    : undefined

const LONGEST_NAME = 75

/** What a subscription is called unless it was given a name: `nato: membership`. */
export const nameOf = ({ collection, topics }: Pick<Digest, 'collection' | 'topics'>): string =>
  fitLabel(topics.length > 0 ? `${collection}: ${topics.join(', ')}` : collection, LONGEST_NAME)

export const givenName = (name: string): string => fitLabel(name, LONGEST_NAME)

/** A digest with something changed; its name follows unless it was given one, and topics stay that the collection has. */
export function changed(old: Digest, change: Partial<Digest>, library: Library): Digest {
  const isNamed = old.name !== nameOf(old)
  const collection = change.collection ?? old.collection
  const known = topicsIn(library.collections.get(collection))
  const kept = collection === old.collection ? old.topics : old.topics.filter(topic => known.includes(topic))
  const next = { ...old, topics: kept, ...change }
  return { ...next, name: change.name ?? (isNamed ? old.name : nameOf(next)) }
}

/** Every topic of a collection, the commonest first. */
export const topicsIn = (collection: Collection | undefined): string[] =>
  collection ? topicsOf([...collection.briefs.values()]) : []

/** What keeps a digest from ever being due, as a sentence. */
export function timeFaultOf({ schedule }: Digest): string | undefined {
  const fault = scheduleFault(schedule)
  return fault && `Expected ${fault.key} to be ${fault.fault}, got “${schedule[fault.key]}”.`
}

/** The next slots of a digest, at most so many; none where its times can't be used. */
export const comingSlots = (digest: Digest, now: Date, count: number): Date[] =>
  scheduleFault(digest.schedule) ? [] : nextSlots(digest.schedule, now, count)

/** What keeps a digest from being posted, as sentences. */
export function faultsOf({ digest, origin }: Entry, library: Library): string[] {
  const { collection, sections } = digest
  const fault = timeFaultOf(digest)
  const choose = origin === 'chat' ? 'Choose another.' : 'Ask whoever runs Readout to name another.'
  if (collection === '' && library.collections.size === 0)
    return ['There are no collections yet that a digest could be made from.']
  return [
    ...(collection === '' ? ['Choose the collection that the digest is made from.'] : []),
    ...(collection !== '' && !library.collections.has(collection)
      ? [`There is no collection “${collection}” any more. ${choose}`]
      : []),
    ...(fault === undefined ? [] : [fault]),
    ...(sections.length === 0 ? ['Choose at least one section.'] : []),
  ]
}

/** Why a digest that could be posted is empty whatever happens, in a sentence. */
export function lackOf(digest: Digest, library: Library): string | undefined {
  const missing = missingOf(digest, library)
  return missing && `${missing.what} ${missing.remedy}`
}

/** That a digest would be silent if it were posted now, and why. */
export function saySilence(digest: Digest, library: Library): string {
  const lack = lackOf(digest, library)
  return lack === undefined
    ? 'Posted now, it would be silent: there is nothing new to tell.'
    : `Posted now, it would be silent. ${lack}`
}

/** What is wrong with a digest, as sentences: what keeps it from being posted, else why it is empty. */
export function troublesOf(entry: Entry, library: Library): string[] {
  const faults = faultsOf(entry, library)
  return faults.length > 0 ? faults : [lackOf(entry.digest, library) ?? []].flat()
}

/** Where a digest goes, as operators write it. */
export const sayDestinations = ({ destinations }: Digest): string => destinations.map(formatDestination).join(', ')

/** Whether a digest goes to a channel. */
export const goesTo = ({ destinations }: Digest, place: Destination): boolean =>
  destinations.some(one => formatDestination(one) === formatDestination(place))
