/**
 * A date as a text speaks of it: “28 September 2023”, “July 11”, “September 2022”, “2008”, “Wednesday”. What it leaves out is absent.
 * `weekday` counts from 1 (Monday) to 7. `from` and `to` are UTF-16 places in the text.
 */
export type SpokenDate = {
  text: string
  year?: number
  month?: number
  day?: number
  weekday?: number
  from: number
  to: number
}

/** All dates of a text in a language (BCP 47; month names are those that the runtime knows for it), in order. */
export function findDates(text: string, language: string): SpokenDate[] {
  const names = namesOf(language)
  if (!names.hint.test(text)) return []
  return [...text.matchAll(names.pattern)].flatMap(match => readMatch(match, names))
}

/** A date with a year as EDTF: `2023-07-12`. */
export const edtfText = ({ year, month, day }: SpokenDate): string =>
  [String(year).padStart(4, '0'), month, day]
    .filter(part => part !== undefined)
    .map(part => String(part).padStart(2, '0'))
    .join('-')

/** `hint` matches every text that `pattern` does, and is much faster on the many that hold no date. */
type Names = { months: Map<string, number>; weekdays: Map<string, number>; pattern: RegExp; hint: RegExp }

function readMatch(match: RegExpExecArray, names: Names): SpokenDate[] {
  const groups = match.groups ?? {}
  const place = { text: match[0].replace(/\s+/g, ' '), from: match.index, to: match.index + match[0].length }
  const weekday = groups.weekday && names.weekdays.get(groups.weekday)
  if (weekday) return [{ ...place, weekday }]
  const name = groups.month1 ?? groups.month2 ?? groups.month3
  const month = name ? names.months.get(name) : Number(groups.isoMonth) || undefined
  const year = Number(groups.year1 ?? groups.year2 ?? groups.year3 ?? groups.isoYear ?? groups.year) || undefined
  const days = [groups.first1 ?? groups.first2 ?? groups.isoDay, groups.last1 ?? groups.last2].filter(
    day => day !== undefined,
  )
  const whole = { ...place, ...(year && { year }), ...(month && { month }) }
  return days.length === 0 ? [whole] : days.map(day => ({ ...whole, day: Number(day) }))
}

const known = new Map<string, Names>()

function namesOf(language: string): Names {
  const cached = known.get(language)
  if (cached) return cached
  const months = namesBy(language, 12, index => Date.UTC(2023, index, 15), [
    { month: 'long' },
    { month: 'long', day: 'numeric' },
    { month: 'short' },
  ])
  const weekdays = namesBy(language, 7, index => Date.UTC(2024, 0, 1 + index), [{ weekday: 'long' }])
  const named = [...months.keys(), ...weekdays.keys()]
  const pattern = patternOf([...months.keys()], [...weekdays.keys()])
  const names = { months, weekdays, pattern, hint: new RegExp(`\\d|${named.map(escapeRegExp).join('|')}`) }
  known.set(language, names)
  return names
}

function namesBy(
  language: string,
  count: number,
  instant: (index: number) => number,
  styles: Intl.DateTimeFormatOptions[],
): Map<string, number> {
  const names = new Map<string, number>()
  // American and British short names differ: Sep, Sept.
  const locales = language === 'en' ? ['en', 'en-GB'] : [language]
  for (const [style, locale] of styles.flatMap(one => locales.map(other => [one, other] as const))) {
    // English where the runtime does not know the language, never the machine's own.
    const format = new Intl.DateTimeFormat([locale, 'en'], { ...style, timeZone: 'UTC' })
    const type = style.month ? 'month' : 'weekday'
    for (let index = 0; index < count; index++) {
      const part = format.formatToParts(instant(index)).find(one => one.type === type)
      if (part && /\p{L}/u.test(part.value)) for (const name of cases(part.value)) names.set(name, index + 1)
    }
  }
  return names
}

/** As the language writes it, as it begins a sentence, and in capitals: the verb “may” is no month, “May” is. */
const cases = (name: string): string[] => [name, (name[0] as string).toUpperCase() + name.slice(1), name.toUpperCase()]

function patternOf(months: string[], weekdays: string[]): RegExp {
  const month = months
    .toSorted((a, b) => b.length - a.length)
    .map(escapeRegExp)
    .join('|')
  const day = '(?:0?[1-9]|[12]\\d|3[01])'
  const suffix = '(?:st|nd|rd|th|\\.|º|er)?'
  const until = '\\s?(?:[–-]|and|to|/)\\s?'
  const year = '(?:1\\d|20)\\d\\d'
  const forms = [
    `(?<isoYear>${year})-(?<isoMonth>0[1-9]|1[0-2])(?:-(?<isoDay>${day}))?(?!\\d)`,
    `(?:(?<first1>${day})${suffix}${until})?(?<last1>${day})${suffix}\\s(?:of\\s|de\\s)?(?<month1>${month})(?:,?\\s(?:de\\s)?(?<year1>${year})(?!\\d))?`,
    `(?<month2>${month})\\s(?<first2>${day})${suffix}(?![\\d.,]\\d|\\d)(?:${until}(?<last2>${day})${suffix}(?![\\d.,]\\d|\\d))?(?:,?\\s(?<year2>${year})(?!\\d))?`,
    `(?<month3>${month})(?:,?\\s(?:of\\s|de\\s)?(?<year3>${year})(?!\\d))?`,
    `(?<weekday>${weekdays.map(escapeRegExp).join('|')})s?`,
    `(?<year>${year})(?![\\p{L}\\p{N}%€$]|[.,]\\d|-\\p{L})`,
  ]
  return new RegExp(`(?<![\\p{L}\\p{N}.,$€£-])(?:${forms.join('|')})(?!\\p{L})`, 'gu')
}

const escapeRegExp = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
