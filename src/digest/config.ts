import { z } from 'zod'
import { COLLECTION_NAME } from '../library/collection.ts'
import type { Library } from '../library/library.ts'
import type { Fault } from '../library/problem.ts'
import { expected, line, oneOf, readBySchema, slug } from '../library/schema.ts'
import { compare, suggest } from '../library/similar.ts'
import { readYaml, type YamlText } from '../library/yaml.ts'
import { A_DESTINATION, destinationFault, formatDestination, parseDestination } from './destination.ts'
import { type Digest, SECTIONS } from './digest.ts'
import { A_CRON, cronFault } from './slots.ts'
import { A_ZONE, zoneFault } from './zone.ts'

/** A text that a function finds a fault in, where there is one: what to write instead. */
const checked = (what: string, most: number, faultOf: (text: string) => string | undefined) =>
  line(what, most).check(({ value, issues }) => {
    const fault = faultOf(value)
    if (fault !== undefined) issues.push({ code: 'custom', input: value, message: fault })
  })

/** A channel in a space on a platform, as text. */
export const destinationSchema = checked(A_DESTINATION, 200, destinationFault).transform(
  text => parseDestination(text) as Digest['destinations'][number],
)

const A_WITHIN = 'a time from 1m to 31d, such as 30m, 2h or 1d'

const UNIT_MS: Record<string, number> = { m: 60_000, h: 3_600_000, d: 86_400_000 }

const MOST_WITHIN_MS = 31 * 86_400_000

/** `2h` in milliseconds. */
function toMs(text: string): number {
  const [, count, unit = ''] = /^(\d{1,5})([mhd])$/.exec(text) ?? []
  return Number(count) * (UNIT_MS[unit] ?? Number.NaN)
}

const withinSchema = checked(A_WITHIN, 20, text => {
  const ms = toMs(text)
  return ms > 0 && ms <= MOST_WITHIN_MS ? undefined : A_WITHIN
}).transform(toMs)

/** A list of at least one, none of them twice. */
const setOf = <T extends z.ZodType>(item: T, list: string, another: string) =>
  z
    .array(item, { error: expected(list) })
    .min(1, { error: expected(list) })
    .check(({ value, issues }) => {
      const texts = value.map(one => JSON.stringify(one))
      const twice = texts.findIndex((text, index) => texts.indexOf(text) < index)
      if (twice >= 0) issues.push({ code: 'custom', input: value, path: [twice], message: another })
    })

/** One digest of the configuration. */
export const digestSchema = z.strictObject({
  collection: line('the name of a collection such as nato', 100).regex(COLLECTION_NAME, {
    error: expected('the name of a collection such as nato'),
  }),
  topics: setOf(
    line('a topic', 100),
    'a list of topics: [membership]',
    'a topic that is not in the list yet',
  ).optional(),
  schedule: checked(A_CRON, 200, cronFault),
  zone: checked(A_ZONE, 60, zoneFault),
  to: setOf(destinationSchema, 'a list of destinations: [playground]', 'a destination that is not in the list yet'),
  sections: setOf(
    oneOf([...SECTIONS]),
    `a list of sections: [${SECTIONS.join(', ')}]`,
    'a section that is not in the list yet',
  ).optional(),
  when_empty: oneOf(['silent', 'note']).optional(),
  missed: z
    .strictObject(
      { policy: oneOf(['latest', 'skip']).optional(), within: withinSchema.optional() },
      { error: expected('keys such as {policy: latest, within: 2h}') },
    )
    .optional(),
})

type DigestFile = z.output<typeof digestSchema>

const DEFAULT_WITHIN_MS = 2 * 3_600_000

const toDigest = (name: string, file: DigestFile): Digest => ({
  id: `config:${name}`,
  name,
  collection: file.collection,
  topics: file.topics ?? [],
  schedule: {
    cron: file.schedule,
    zone: file.zone,
    missed: { policy: file.missed?.policy ?? 'latest', withinMs: file.missed?.within ?? DEFAULT_WITHIN_MS },
  },
  destinations: file.to,
  sections: SECTIONS.filter(section => file.sections?.includes(section) ?? true),
  whenEmpty: file.when_empty ?? 'silent',
})

const NAME = slug(60)

/** Reads the digests of a configuration, by name; each by itself, so that its unknown keys are held against its own. */
export function readDigests(
  files: [name: string, file: object][],
  yaml: Exclude<YamlText, { fault: Fault }>,
): { digests: Digest[]; faults: Fault[] } {
  const digests: Digest[] = []
  const faults: Fault[] = []
  for (const [name, file] of files) {
    const named = NAME.safeParse(name)
    if (!named.success)
      faults.push({
        at: yaml.placeOfKey(['digests', name]),
        message: `Expected a digest's name to be ${named.error.issues[0]?.message}, got "${name}".`,
      })
    const read = readBySchema(below(yaml, file, ['digests', name]), digestSchema)
    if ('faults' in read) faults.push(...read.faults)
    else digests.push(toDigest(name, read.value))
  }
  return { digests, faults }
}

/** A part of a YAML text as a text of its own. */
const below = (yaml: Exclude<YamlText, { fault: Fault }>, value: object, path: PropertyKey[]): YamlText => ({
  value,
  place: inner => yaml.place([...path, ...inner]),
  placeOfKey: inner => yaml.placeOfKey([...path, ...inner]),
})

/**
 * What digests of a configuration ask for that the library does not have. An unknown collection is an error; an unknown topic only a
 * warning, for a topic is gone with its last brief.
 */
export function checkDigests(digests: Digest[], { collections }: Library, text: string): Fault[] {
  const yaml = readYaml(text)
  if ('fault' in yaml) return []
  return digests.flatMap(({ name, collection, topics }): Fault[] => {
    const found = collections.get(collection)
    if (!found)
      return [
        {
          at: yaml.place(['digests', name, 'collection']),
          message: `There is no collection "${collection}". ${suggest(collection, [...collections.keys()])}`,
        },
      ]
    const known = [...new Set([...found.briefs.values()].flatMap(({ matter }) => matter.topics))].sort(compare)
    return topics.flatMap((topic, index) =>
      known.includes(topic)
        ? []
        : [
            {
              at: yaml.place(['digests', name, 'topics', index]),
              message: `No brief of "${collection}" has the topic "${topic}". ${suggest(topic, known)}`,
              severity: 'warning',
            },
          ],
    )
  })
}

/** Stands between what a digest's times are and what it is about. */
const ABOUT = ' | '

/** What makes a digest another one: its times, and what it is about. What becomes of missed slots may change without a new start. */
export const fingerprintOf = ({ schedule: { cron, zone }, collection, topics }: Digest): string =>
  `${cron.trim().split(/\s+/).join(' ').toUpperCase()} ${zone}${ABOUT}${JSON.stringify([collection, ...topics.toSorted()])}`

/** Whether two fingerprints are of digests about the same. */
export const isAboutTheSame = (one: string, other: string): boolean => one.split(ABOUT)[1] === other.split(ABOUT)[1]

/** A digest as an operator reads it: its name and where it goes. */
export const routeOf = ({ name, destinations }: Digest): string =>
  `${name} → ${destinations.map(formatDestination).join(', ')}`
