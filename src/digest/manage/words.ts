import { shorten } from '../../card/label.ts'
import type { Collection } from '../../library/collection.ts'
import { keyOf, type Library } from '../../library/library.ts'
import { meant } from '../../library/similar.ts'
import type { Asker } from '../../platform/platform.ts'
import { type Digest, SECTIONS, type Section } from '../digest.ts'
import { scheduleFault } from '../slots.ts'
import { changed, firstZone, givenName, MOST_TOPICS, topicsIn } from './subscription.ts'
import { DAYS, EVERY_DAY, partFault, readCron, readTime, WEEKDAYS, WEEKEND, writeCron } from './times.ts'
import { findCity, findZone, readZone } from './zones.ts'

/** What words say of a digest, and what of them could not be understood, as sentences. */
export type Reading = { digest: Digest; faults: string[] }

type Token = { word: string; isQuoted: boolean }

/** What has been read so far. */
type Said = {
  /** The word that names the collection. */
  collection: Token | undefined
  change: Partial<Digest>
  topics: string[] | undefined
  days: number | undefined
  minutes: number | undefined
  cron: string | undefined
  zone: string | undefined
  faults: string[]
}

/** Words that only join others. */
const JOINING = new Set([
  'at',
  'on',
  'and',
  'in',
  'to',
  'for',
  'about',
  'topic',
  'topics',
  'collection',
  'zone',
  'time',
  'days',
  'the',
])

/**
 * What is said of a digest in one line, in any order: `nato membership weekdays 08:30 Europe/Brussels`. What is not said stays. A cron
 * expression and words that mean something else otherwise stand in quotation marks.
 */
export function readWords(text: string, old: Digest, { library, asker }: Readership): Reading {
  const tokens = tokensOf(text)
  const collection = findCollection(tokens, old, library)
  const said = { ...nothingSaid(), collection, change: collection ? { collection: nameIn(collection) } : {} }
  for (let at = 0; at < tokens.length && said.faults.length < MOST_FAULTS; )
    at += readOne(tokens.slice(at), said, old, library)
  return settle(said, old, library, asker)
}

/** The briefs that words are about, and who writes them. */
type Readership = { library: Library; asker: Asker }

const nothingSaid = (): Said => ({
  collection: undefined,
  change: {},
  topics: undefined,
  days: undefined,
  minutes: undefined,
  cron: undefined,
  zone: undefined,
  faults: [],
})

/** A line that is none of ours is not read to its end. */
const MOST_FAULTS = 4

const QUOTED = /["“”„«»]([^"“”„«»]*)["“”„«»]|[^\s,;]+/gu

const tokensOf = (text: string): Token[] =>
  [...text.matchAll(QUOTED)].map(([word, quoted]) => ({ word: quoted?.trim() ?? word, isQuoted: quoted !== undefined }))

/** Reads what stands first, and says how many words that was. */
function readOne(tokens: Token[], said: Said, old: Digest, library: Library): number {
  const [{ word, isQuoted }] = tokens as [Token]
  if (word === '') return 1
  const readers = isQuoted ? [readQuoted] : [readSettings, readDays, readClock, readCollection]
  for (const read of [...readers, readTopic]) {
    const count = read(tokens, said, old, library)
    if (count > 0) return count
  }
  const zoned = readPlace(tokens, said)
  if (zoned > 0) return zoned
  if (JOINING.has(word.toLowerCase())) return 1
  said.faults.push(notUnderstood(word, said, old, library))
  return 1
}

type Reader = (tokens: Token[], said: Said, old: Digest, library: Library) => number

/** A cron expression: five fields that begin with what a minute may be. */
const readQuoted: Reader = ([token], said) => {
  const { word } = token as Token
  if (!/^[\d*]\S*(\s+\S+){4}$/.test(word)) return 0
  const fault = scheduleFault({ cron: word, zone: 'UTC' })
  if (fault) said.faults.push(`Expected the time to be ${fault.fault}, got “${short(word)}”.`)
  else if (said.cron !== undefined) said.faults.push('Write one cron expression.')
  else said.cron = word.split(/\s+/).join(' ')
  return 1
}

const readSettings: Reader = (tokens, said) => {
  const words = tokens.map(({ word }) => word.toLowerCase())
  switch (words[0]) {
    case 'silent':
    case 'note':
      said.change = { ...said.change, whenEmpty: words[0] }
      return 1
    case 'everything':
      said.topics ??= []
      return 1
    case 'called':
    case 'name': {
      const name = tokens[1]?.word ?? ''
      if (name === '') said.faults.push('Write the name behind it, in quotation marks: name "The morning".')
      else said.change = { ...said.change, name: givenName(name) }
      return 2
    }
    case 'sections':
      return readSections(tokens, said)
    default:
      // `all topics`, and `all` alone.
      if (words[0] !== 'all') return 0
      said.topics ??= []
      return words[1] === 'topics' ? 2 : 1
  }
}

/** The sections behind their word; those that were not named are left out. */
function readSections(tokens: Token[], said: Said): number {
  const sections: Section[] = []
  let at = 1
  for (let found = sectionAt(tokens, at); found; found = sectionAt(tokens, at)) {
    sections.push(found.section)
    at += found.count
  }
  if (sections.length === 0) said.faults.push(`Write which sections: sections ${SECTIONS.join(', ')}.`)
  else said.change = { ...said.change, sections: SECTIONS.filter(section => sections.includes(section)) }
  return at
}

/** A section may stand in quotation marks, and is one word then. */
function sectionAt(tokens: Token[], at: number): { section: Section; count: number } | undefined {
  for (const count of [3, 2, 1]) {
    const section = SECTIONS.find(one => one === phraseOf(tokens.slice(at, at + count)))
    if (section) return { section, count }
  }
  return undefined
}

const phraseOf = (tokens: Token[]): string => tokens.map(({ word }) => word.toLowerCase()).join(' ')

const GROUPS: [pattern: RegExp, days: number][] = [
  [/^(every day|daily|everyday)$/, EVERY_DAY],
  [/^(every )?(weekdays?|workdays?)$/, WEEKDAYS],
  [/^(every )?weekends?$/, WEEKEND],
]

const readDays: Reader = (tokens, said) => {
  for (const count of [4, 3, 2, 1]) {
    const some = tokens.slice(0, count)
    if (some.length < count || some.some(({ isQuoted }) => isQuoted)) continue
    const phrase = phraseOf(some)
    const days = GROUPS.find(([pattern]) => pattern.test(phrase))?.[1] ?? namedDays(phrase)
    if (days === undefined) continue
    said.days = (said.days ?? 0) | days
    return count
  }
  return 0
}

/** `mon`, `Mondays`, `every friday`, `mon-fri`, `from monday to friday`. */
function namedDays(phrase: string): number | undefined {
  const [from, to, ...more] = phrase.replace(/^(?:every|from) /, '').split(RANGE)
  const [first, last] = [dayOf(from), dayOf(to ?? from)]
  if (first === undefined || last === undefined || more.length > 0) return undefined
  let days = 0
  for (let day = first; ; day = (day + 1) % 7) {
    days |= 1 << day
    if (day === last) return days
  }
}

const RANGE = /\s*[-–]\s*|\s+(?:to|until|till|through)\s+/

function dayOf(word = ''): number | undefined {
  const day = DAYS.findIndex(name => {
    const lower = name.toLowerCase()
    return [lower, `${lower}s`, lower.slice(0, 3), lower.slice(0, 4)].includes(word)
  })
  return day < 0 ? undefined : day
}

const readClock: Reader = ([token, next], said) => {
  const { word } = token as Token
  const isSplit = /^[ap]m$/i.test(next?.word ?? '')
  const minutes =
    word.toLowerCase() === 'noon'
      ? 720
      : word.toLowerCase() === 'midnight'
        ? 0
        : readTime(isSplit ? word + next?.word : word)
  if (minutes === undefined) return 0
  if (Number.isNaN(minutes)) said.faults.push(`Expected a time such as 08:30, got “${short(word)}”.`)
  else if (said.minutes !== undefined)
    said.faults.push('Write one time. Several are a cron expression in quotation marks, such as "0 8,20 * * *".')
  else said.minutes = minutes
  return isSplit ? 2 : 1
}

const readCollection: Reader = ([token], said) => (token === said.collection ? 1 : 0)

const nameIn = ({ word }: Token): string => word.toLowerCase().replace(/^\//, '')

/** The first word that names a collection and nothing else. It is looked for before all others, for it says which topics there are. */
function findCollection(tokens: Token[], old: Digest, library: Library): Token | undefined {
  return tokens.find(
    (token, at) => !token.isQuoted && library.collections.has(nameIn(token)) && !meansElse(tokens, at, old, library),
  )
}

/** Whether a word is a name that is given, a city, a setting, a day, a time, or belongs to a longer topic. */
function meansElse(tokens: Token[], at: number, old: Digest, library: Library): boolean {
  const before = tokens[at - 1]
  const rest = tokens.slice(at)
  const count = (read: Reader, from: number) => (from < 0 ? 0 : read(tokens.slice(from), nothingSaid(), old, library))
  return (
    (before !== undefined && !before.isQuoted && NAMING.has(before.word.toLowerCase())) ||
    (before !== undefined && readPlace([before, ...rest], nothingSaid()) > 1) ||
    [readSettings, readDays, readClock].some(read => count(read, at) > 0) ||
    Array.from({ length: MOST_WORDS }).some((_, back) => count(readTopic, at - back) > Math.max(back, 1))
  )
}

const NAMING = new Set(['name', 'called'])

/** As many words as make a topic of the collection, the most first. */
const readTopic: Reader = (tokens, said, old, library) => {
  const collection = library.collections.get(said.change.collection ?? old.collection)
  if (!collection) return 0
  const unquoted = tokens.findIndex(({ isQuoted }) => isQuoted)
  const reach = tokens[0]?.isQuoted ? 1 : Math.min(MOST_WORDS, unquoted < 0 ? tokens.length : unquoted)
  for (let count = reach; count > 0; count--) {
    const topic = findTopic(
      tokens
        .slice(0, count)
        .map(({ word }) => word)
        .join(' '),
      collection,
    )
    if (topic === undefined) continue
    said.topics = [...new Set([...(said.topics ?? []), topic])]
    return count
  }
  return 0
}

const MOST_WORDS = 8

/** The topic of a collection that words name, in any case and spelling. */
export function findTopic(words: string, collection: Collection): string | undefined {
  const key = keyOf(words, collection.spellings)
  return key === '' ? undefined : topicsIn(collection).find(topic => keyOf(topic, collection.spellings) === key)
}

/** A zone by its name, or behind `in` by its city: `Europe/Brussels`, `in new york`. */
function readPlace(tokens: Token[], said: Said): number {
  const isCity = ['in', 'zone'].includes(tokens[0]?.word.toLowerCase() ?? '')
  const words = isCity ? tokens.slice(1) : tokens
  for (const count of [3, 2, 1]) {
    const name = words
      .slice(0, count)
      .map(({ word }) => word)
      .join(' ')
    const zone = words.length < count ? undefined : (findZone(name) ?? (isCity ? findCity(name) : undefined))
    if (zone === undefined) continue
    if (said.zone !== undefined && said.zone !== zone) said.faults.push(`Write one time zone, ${said.zone} or ${zone}.`)
    said.zone = zone
    return isCity ? count + 1 : count
  }
  return 0
}

function notUnderstood(word: string, said: Said, old: Digest, { collections }: Library): string {
  const place = readZone(word)
  const zone = place.zone ?? place.likely
  if (word.includes('/'))
    return `Expected a time zone such as Europe/Brussels, got “${short(word)}”.${zone === undefined ? '' : ` Did you mean ${zone}?`}`
  if (said.collection && collections.has(word.toLowerCase()))
    return `Write one collection, ${nameIn(said.collection)} or ${word.toLowerCase()}.`
  const collection = collections.get(said.change.collection ?? old.collection)
  const likely = meant(word, [...collections.keys(), ...topicsIn(collection), ...DAYS, 'weekdays', 'daily', 'weekends'])
  const hint =
    likely !== undefined
      ? `Did you mean “${likely}”?`
      : zone !== undefined
        ? `For the time zone write ${zone}.`
        : EXAMPLE
  return `“${short(word)}” is no collection, topic, day, time or time zone. ${hint}`
}

const EXAMPLE = 'Write, for example: nato membership weekdays 08:30 Europe/Brussels.'

const short = (word: string): string => shorten(word, 40)

/** Puts together what was said. */
function settle(said: Said, old: Digest, library: Library, asker: Asker): Reading {
  const isPart = said.cron === undefined && (said.days === undefined) !== (said.minutes === undefined)
  const part = isPart ? partFault(old.schedule) : undefined
  const topics = said.topics?.slice(0, MOST_TOPICS)
  const faults = [
    ...said.faults,
    ...((said.topics?.length ?? 0) > MOST_TOPICS ? [`A digest names at most ${MOST_TOPICS} topics.`] : []),
    ...(said.cron !== undefined && (said.days ?? said.minutes) !== undefined
      ? ['Write either days and a time or a cron expression, which says both.']
      : []),
    ...(part === undefined ? [] : [part]),
  ]
  const times = readCron(old.schedule.cron) ?? { days: WEEKDAYS, minutes: 480 }
  const { days = times.days, minutes = times.minutes } = said
  const cron =
    said.cron ??
    (said.days === undefined && said.minutes === undefined ? old.schedule.cron : writeCron({ days, minutes }))
  const zone = said.zone ?? firstZone(old, said.change.collection, library, asker) ?? old.schedule.zone
  const change = { ...said.change, ...(topics && { topics }), schedule: { ...old.schedule, cron, zone } }
  return { digest: changed(old, change, library), faults: faults.slice(0, MOST_FAULTS) }
}
