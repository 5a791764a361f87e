import { LABEL } from '../../answer/actions.ts'
import type { Choice } from '../../card/card.ts'
import { shorten } from '../../card/label.ts'
import type { Asker } from '../../platform/platform.ts'
import type { Digest } from '../digest.ts'
import {
  composeCollections,
  composeDays,
  composeSections,
  composeTime,
  composeTopics,
  composeZones,
  sectionsOf,
  timeChoices,
  topicChoices,
  zoneChoices,
} from './choices.ts'
import { type Click, keyOf } from './click.ts'
import { collectionChoices, composeEdit } from './digest-cards.ts'
import type { Draft, Scene } from './draft.ts'
import { changed, type Entry, firstZone, MOST_TOPICS, ownZone, topicsIn } from './subscription.ts'
import { EVERY_DAY, partFault, readCron, readTime, writeCron } from './times.ts'
import type { Visit } from './visit.ts'
import { findTopic, readWords } from './words.ts'
import { readZone, readZoneList } from './zones.ts'

/** What a digest becomes, and why it does not. */
export type Edit = { change?: Digest; faults: string[] }

/** What a click or a choice makes of a digest; no change where it only shows what there is to choose. */
export function readEdit(
  { digest }: Entry,
  { verb, argument }: Click,
  value: string | undefined,
  { library, asker }: Scene & { asker: Asker },
): Edit {
  const to = (change: Partial<Digest>): Edit => ({ change: changed(digest, change, library), faults: [] })
  const at = (schedule: Partial<Digest['schedule']>): Edit => to({ schedule: { ...digest.schedule, ...schedule } })
  const times = readCron(digest.schedule.cron)
  const apart: Edit = { faults: [partFault(digest.schedule) ?? []].flat() }
  const collection = library.collections.get(digest.collection)
  switch (verb) {
    case 'edit': {
      if (value === undefined) return { faults: [] }
      const { digest: change, faults } = readWords(value, digest, { library, asker })
      return faults.length === 0 ? { change, faults } : { faults: [...faults, 'Nothing was changed.'] }
    }
    case 'collection': {
      if (value === undefined) return { faults: [] }
      const chosen = library.collections.get(value)
      if (!chosen) return { faults: [`There is no collection “${shorten(value, 40)}”.`] }
      const zone = firstZone(digest, value, library, asker) ?? digest.schedule.zone
      return to({ collection: value, schedule: { ...digest.schedule, zone } })
    }
    case 'topic': {
      if (value === undefined || !collection) return { faults: [] }
      const topic = topicsIn(collection).find(one => shorten(one, LABEL) === value) ?? findTopic(value, collection)
      if (topic === undefined)
        return { faults: [`No brief of ${digest.collection} has the topic “${shorten(value, 40)}”.`] }
      if (digest.topics.length >= MOST_TOPICS) return { faults: [`A digest names at most ${MOST_TOPICS} topics.`] }
      return to({ topics: [...new Set([...digest.topics, topic])] })
    }
    case 'drop':
      return to({ topics: digest.topics.filter(topic => keyOf(topic) !== argument) })
    case 'every':
      return to({ topics: [] })
    case 'days': {
      const days = Number(argument.split('.')[0]) & EVERY_DAY
      if (!times || days === 0) return apart
      return at({ cron: writeCron({ ...times, days }) })
    }
    case 'time':
    case 'hour': {
      const said =
        verb === 'hour' ? value : /^\d{1,4}$/.test(argument) && Number(argument) < 1440 ? argument : undefined
      if (!times || said === undefined) return apart
      const minutes = verb === 'hour' ? readTime(said.trim()) : Number(said)
      if (minutes === undefined || Number.isNaN(minutes))
        return { faults: [`Expected a time such as 08:30, got “${shorten(said, 40)}”.`] }
      return at({ cron: writeCron({ ...times, minutes }) })
    }
    case 'pick': {
      if (value === undefined) return { faults: [] }
      const { zone, likely } = readZone(value)
      const hint = likely === undefined ? '' : ` Did you mean ${likely}?`
      return zone === undefined
        ? { faults: [`Expected a time zone such as Europe/Brussels, got “${shorten(value, 40)}”.${hint}`] }
        : at({ zone })
    }
    case 'sections': {
      if (argument === '') return { faults: [] }
      const sections = sectionsOf(Number(argument))
      return sections.length > 0 ? to({ sections }) : { faults: ['A digest has at least one section.'] }
    }
    case 'empty':
      return argument === 'note' || argument === 'silent' ? to({ whenEmpty: argument }) : { faults: [] }
    default:
      return { faults: [] }
  }
}

/** The card from which a choice was made, or the whole where nothing more is chosen there. */
export function composeChoice(entry: Entry, { verb, argument, page }: Click, visit: Visit, faults: string[]): Draft {
  const isMade = faults.length === 0
  switch (verb) {
    case 'collection':
      return isMade && argument === 'pick' ? composeEdit(entry, visit) : composeCollections(entry, visit, page, faults)
    case 'topics':
    case 'topic':
    case 'drop':
    case 'every':
      return composeTopics(entry, visit, verb === 'topics' ? page : 1, faults)
    case 'days':
      return composeDays(entry, faults)
    case 'time':
    case 'hour':
      return composeTime(entry, faults)
    case 'pick':
    case 'zone': {
      if (verb === 'pick' && isMade) return composeEdit(entry, visit)
      const { region } = readZoneList(argument)
      return composeZones(entry, { region, first: zonesFirst(entry, visit) }, visit, page, faults)
    }
    case 'sections':
      return composeSections(entry, faults)
    default:
      return composeEdit(entry, visit, faults)
  }
}

/** The asker's own zone, then the collection's. */
const zonesFirst = ({ digest }: Entry, { asker, library }: Scene & { asker: Asker }): string[] => [
  ...new Set([ownZone(asker), library.collections.get(digest.collection)?.zone].filter(zone => zone !== undefined)),
]

/** What a picker offers for a text typed into it. */
export function offerFor({ verb, argument, page }: Click, text: string, scene: Scene): Choice[] {
  switch (verb) {
    case 'collection':
      return collectionChoices(text, scene)
    case 'topic':
      return topicChoices(argument, text, scene)
    case 'hour':
      return timeChoices(text, Number(argument) || 0)
    case 'pick':
      return zoneChoices(argument, page, text, scene.now)
    default:
      return []
  }
}
