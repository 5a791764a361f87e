import { LABEL, MOST_CHOICES, withoutTwins } from '../../answer/actions.ts'
import { topicsOf } from '../../answer/collection-views.ts'
import { shownBriefs } from '../../answer/context.ts'
import { type Action, type Choice, paragraph } from '../../card/card.ts'
import { shorten } from '../../card/label.ts'
import { SECTIONS, type Section } from '../digest.ts'
import { keyOf, writeClick } from './click.ts'
import { collectionChoices } from './digest-cards.ts'
import { button, type Draft, editButton, picker, type Scene, small } from './draft.ts'
import { type Entry, MOST_TOPICS, topicsIn } from './subscription.ts'
import { DAYS, EVERY_DAY, partFault, readCron, sayDays, sayTime, sayZone, WEEK, WEEKDAYS, WEEKEND } from './times.ts'
import { findZones, readZoneList, regions, writeZoneList, type ZoneList, zoneChoice, zonesOf } from './zones.ts'

/** What a picker offers stands on one of its pages on platforms that show no more at once. */
const PICKED = 25

const pageCount = (count: number): number => Math.max(1, Math.ceil(count / PICKED))

const onPickerPage = <T>(all: T[], page: number): T[] => {
  const number = Math.min(page, pageCount(all.length))
  return all.slice((number - 1) * PICKED, number * PICKED)
}

const pickerTurns = (click: Parameters<typeof writeClick>[0], count: number, page: number): Action[] => [
  ...(page > 1 ? [button('‹ Earlier choices', { ...click, page: Math.min(page, pageCount(count)) - 1 })] : []),
  ...(page < pageCount(count) ? [button('More choices ›', { ...click, page: page + 1 })] : []),
]

export function composeCollections(entry: Entry, scene: Scene, page: number, note: string[] = []): Draft {
  const all = collectionChoices('', scene)
  const click = { verb: 'collection', ref: entry.ref } as const
  return {
    title: 'Which collection?',
    blocks: [
      ...note.map(paragraph),
      paragraph(`Chosen: ${entry.digest.collection === '' ? 'none yet' : entry.digest.collection}.`),
      ...(all.length === 0 ? [paragraph('There are no collections yet.')] : []),
    ],
    actions: [
      ...pickerTurns(click, all.length, page),
      editButton(entry),
      ...picker('Choose a collection', { ...click, argument: 'pick', page }, onPickerPage(all, page)),
    ],
  }
}

/** As many of the chosen topics have a button that takes them out. */
const DROPPED = 8

export function composeTopics(entry: Entry, scene: Scene, page: number, note: string[] = []): Draft {
  const { ref, digest } = entry
  const all = topicChoices(digest.collection, '', scene).filter(({ value }) => !digest.topics.includes(value))
  const click = { verb: 'topics', ref } as const
  return {
    title: 'Which topics?',
    blocks: [
      ...note.map(paragraph),
      paragraph(digest.topics.length === 0 ? 'Chosen: all.' : `Chosen: ${digest.topics.join(', ')}.`),
      small(
        `Briefs that have one of them are told. At most ${MOST_TOPICS}. Or write them: /readout edit ${ref} topics …`,
      ),
    ],
    actions: [
      ...pickerTurns(click, all.length, page),
      ...digest.topics
        .slice(0, DROPPED)
        .map(topic => button(`Without ${topic}`, { verb: 'drop', ref, argument: keyOf(topic) })),
      ...(digest.topics.length > 0 ? [button('All topics', { verb: 'every', ref })] : []),
      editButton(entry),
      ...picker('Add a topic', { verb: 'topic', ref, argument: digest.collection, page }, onPickerPage(all, page)),
    ],
  }
}

/** The topics of a collection, the commonest first; those that hold what is typed. */
export function topicChoices(name: string, typed: string, { library, now }: Scene): Choice[] {
  const collection = library.collections.get(name)
  const shown = collection ? topicsOf(shownBriefs({ library, now }, [collection])) : []
  const words = typed.trim().toLowerCase()
  return [...new Set([...shown, ...topicsIn(collection)])]
    .filter(topic => topic.toLowerCase().includes(words))
    .map(topic => ({ label: shorten(topic, LABEL), value: topic }))
}

const mark = (label: string, isOn: boolean): string => (isOn ? `✓ ${label}` : label)

export function composeDays(entry: Entry, note: string[] = []): Draft {
  const { ref, digest } = entry
  const days = readCron(digest.schedule.cron)?.days
  if (days === undefined) return composeWhole(entry, 'On which days?', note)
  const to = (label: string, value: number, isOn: boolean) =>
    button(mark(label, isOn), { verb: 'days', ref, argument: String(value), page: 1 })
  const presets: [label: string, value: number][] = [
    ['Every day', EVERY_DAY],
    ['Weekdays', WEEKDAYS],
    ['Weekends', WEEKEND],
  ]
  return {
    title: 'On which days?',
    blocks: [...note.map(paragraph), paragraph(`Chosen: ${sayDays(days)}.`)],
    actions: withoutTwins([
      ...presets.map(([label, value]) => to(label, value, days === value)),
      ...WEEK.map(day => ({ day, value: days ^ (1 << day) }))
        .filter(({ value }) => value !== 0)
        .map(({ day, value }) => ({
          ...to(DAYS[day] as string, value, (days & (1 << day)) !== 0),
          id: writeClick({ verb: 'days', ref, argument: `${value}.${day}` }),
        })),
      editButton(entry),
    ]),
  }
}

/** Instead of days or times for a schedule that has more to it than both. */
const composeWhole = (entry: Entry, title: string, note: string[]): Draft => ({
  title,
  blocks: [
    ...[...new Set([...note, partFault(entry.digest.schedule) ?? ''])].map(paragraph),
    small(`For example: /readout edit ${entry.ref} weekdays 08:30`),
  ],
  actions: [editButton(entry)],
})

const FIVE_MINUTES = Array.from({ length: 12 }, (_, at) => at * 5)

export function composeTime(entry: Entry, note: string[] = []): Draft {
  const { ref, digest } = entry
  const minutes = readCron(digest.schedule.cron)?.minutes
  if (minutes === undefined) return composeWhole(entry, 'At what time?', note)
  const hour = Math.floor(minutes / 60) * 60
  return {
    title: 'At what time?',
    blocks: [
      ...note.map(paragraph),
      paragraph(`Chosen: ${sayTime(minutes)}, ${digest.schedule.zone}.`),
      small(`Or write it: /readout edit ${ref} 08:35`),
    ],
    actions: [
      ...FIVE_MINUTES.map(past =>
        button(mark(sayTime(hour + past), minutes === hour + past), {
          verb: 'time',
          ref,
          argument: String(hour + past),
        }),
      ),
      editButton(entry),
      ...picker(
        'Choose the hour',
        { verb: 'hour', ref, argument: String(minutes % 60) },
        timeChoices('', minutes % 60),
      ),
    ],
  }
}

/** The hours of a day; where something is typed, the times that begin so. */
export function timeChoices(typed: string, past: number): Choice[] {
  const words = typed.trim()
  const hours = Array.from({ length: 24 }, (_, hour) => hour * 60)
  const all =
    words === '' ? hours.map(hour => hour + past) : hours.flatMap(hour => FIVE_MINUTES.map(five => hour + five))
  return all
    .map(sayTime)
    .filter(time => time.startsWith(words) || time.startsWith(`0${words}`))
    .map(time => ({ label: time, value: time }))
}

export function composeZones(entry: Entry, list: ZoneList, scene: Scene, page: number, note: string[] = []): Draft {
  const { ref, digest } = entry
  const all = zonesOf(list)
  const argument = writeZoneList(list)
  const click = { verb: 'zone', ref, argument } as const
  return {
    title: 'In which time zone?',
    blocks: [
      ...note.map(paragraph),
      paragraph(`Chosen: ${sayZone(digest.schedule.zone, scene.now)}.`),
      small(`Or write it: /readout edit ${ref} Europe/Brussels, or in Brussels`),
    ],
    actions: [
      ...pickerTurns(click, all.length, page),
      editButton(entry),
      ...regions().map(region => button(region, { verb: 'zone', ref, argument: writeZoneList({ ...list, region }) })),
      ...picker(
        list.region === '' ? 'Choose a time zone' : `Choose a time zone in ${list.region}`,
        { verb: 'pick', ref, argument, page },
        onPickerPage(all, page).map(zone => zoneChoice(zone, scene.now)),
      ),
    ],
  }
}

export const zoneChoices = (argument: string, page: number, typed: string, now: Date): Choice[] => {
  const list = readZoneList(argument)
  const zones = typed.trim() === '' ? onPickerPage(zonesOf(list), page) : findZones(typed, list)
  return zones.slice(0, MOST_CHOICES).map(zone => zoneChoice(zone, now))
}

const SECTION_NAMES: Record<Section, string> = {
  new: 'New briefs',
  updated: 'Updated briefs',
  quote: 'Quote of the day',
  'on this day': 'On this day',
}

/** The sections as bits, the first the lowest. */
const sectionBits = (sections: Section[]): number =>
  SECTIONS.reduce((bits, section, at) => bits | (sections.includes(section) ? 1 << at : 0), 0)

export const sectionsOf = (bits: number): Section[] => SECTIONS.filter((_, at) => bits & (1 << at))

export function composeSections(entry: Entry, note: string[] = []): Draft {
  const { ref, digest } = entry
  const bits = sectionBits(digest.sections)
  return {
    title: 'Which sections?',
    blocks: [...note.map(paragraph), paragraph(`Chosen: ${digest.sections.join(', ')}.`)],
    actions: [
      ...SECTIONS.map((section, at) =>
        button(mark(SECTION_NAMES[section], (bits & (1 << at)) !== 0), {
          verb: 'sections',
          ref,
          argument: String(bits ^ (1 << at)),
        }),
      ),
      editButton(entry),
    ],
  }
}
