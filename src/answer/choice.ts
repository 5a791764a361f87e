import type { Choice } from '../card/card.ts'
import { shorten } from '../card/label.ts'
import type { Brief } from '../library/brief.ts'
import type { Collection } from '../library/collection.ts'
import { isVisibleAt } from '../library/visible.ts'
import type { Readable } from './context.ts'

/** A platform's longest choice: what stands before a title must be left of it beside a name of 60. */
const LONGEST = 100

/** Stands between a title and the name that tells it from another of the same: `Vilnius summit · vilnius`. */
const APART = ' · '

/** Each value once, and no two labels alike: what shows the same bears its brief's name as well, and asks by that. */
export function tellApart(choices: Choice[]): Choice[] {
  const once = [...new Map(choices.map(choice => [choice.value, choice])).values()]
  const seen = Map.groupBy(once, ({ label }) => folded(label))
  return once.map(choice => {
    const { label, value } = choice
    if (label === value || seen.get(folded(label))?.length === 1) return choice
    const name = value.split(' ').at(-1) ?? ''
    const apart = shorten(label, LONGEST - APART.length - name.length) + APART + name
    return { ...choice, label: apart, value: apart }
  })
}

/** Marks and capitals tell nothing apart that is typed. */
const folded = (label: string): string => label.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, ' ')

/** The brief that words of such a form name. */
export function readApart(words: string, collections: Collection[], { now }: Readable): Brief | undefined {
  if (!words.includes(APART)) return undefined
  const name = words.split(APART).at(-1) ?? ''
  return collections.flatMap(({ briefs }) => briefs.get(name) ?? []).find(brief => isVisibleAt(brief, now))
}

/**
 * What a choice asks that comes back as its label, as some of Discord's clients send it
 * (https://github.com/discord/discord-api-docs/issues/7206): `quotes: Vilnius summit`, a title cut by `…`. Other words stay as they are.
 */
export const readLabel = (text: string): string =>
  text.replace(/^(quotes|timeline|figures|sources): /, '$1 ').replace(/…$/, '')
