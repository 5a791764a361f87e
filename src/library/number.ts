/**
 * A number as a text holds it. `value` is exact decimal digits with the scale multiplied in (`2400000000` for “2.4 billion”), so
 * that equal numbers are equal strings. `unit` is `%`, a currency's ISO code, a measure such as `km`, or the name that the number
 * belongs to (`f-` in F-16); absent for a plain count. `from` and `to` are UTF-16 places in the text.
 */
export type FoundNumber = { text: string; value: string; unit?: string; from: number; to: number; digits: boolean }

/** All numbers of a text, written in digits or in English words, in order. Dates are numbers here too. */
export function findNumbers(text: string): FoundNumber[] {
  return [...text.matchAll(NUMBER)].flatMap(match => {
    const found = match.groups?.digits === undefined ? wordNumber(match) : digitNumber(match)
    return found ? [found] : []
  })
}

/** Whether two numbers state the same figure: the same value, and the same `%`, currency or name; a measure may be left out. */
export function sameNumber(a: FoundNumber, b: FoundNumber): boolean {
  if (a.value !== b.value) return false
  if (a.unit === b.unit) return true
  const lax = (unit: string | undefined) => unit === undefined || MEASURES.has(unit)
  return (a.unit === undefined || b.unit === undefined) && lax(a.unit) && lax(b.unit)
}

const UNITS: [unit: string, spellings: string][] = [
  ['%', '%|percent|per cent|pct'],
  ['‰', '‰|per mille'],
  ['EUR', '€|euros?|eur'],
  ['USD', 'us\\$|\\$|dollars?|usd'],
  ['GBP', '£|pounds? sterling|gbp'],
  ['RUB', '₽|roubles?|rubles?|rub'],
  ['UAH', '₴|hryvnias?|hryvnia|uah'],
  ['JPY', '¥|yen|jpy'],
  ['CHF', 'chf|swiss francs?'],
  ['km', 'kilomet(?:er|re)s?|km'],
  ['m', 'met(?:er|re)s?|m'],
  ['mm', 'millimet(?:er|re)s?|mm'],
  ['kg', 'kilograms?|kilos?|kg'],
  ['t', 'tonn?e?s?'],
]

const MEASURES = new Set(['km', 'm', 'mm', 'kg', 't'])

const SCALES: Record<string, number> = {
  hundred: 2,
  thousand: 3,
  k: 3,
  million: 6,
  mn: 6,
  mln: 6,
  billion: 9,
  bn: 9,
  bln: 9,
  trillion: 12,
  tn: 12,
  trn: 12,
}

/** The words that multiply what stands before them within a group of three digits. */
const MULTIPLES: Record<string, number> = { dozen: 12, hundred: 100 }

/** The ordinal of a number's English name: `twentieth` of `twenty`. */
export const ordinalOf = (name: string): string => IRREGULAR[name] ?? `${name.replace(/y$/, 'ie')}th`

const IRREGULAR: Record<string, string> = {
  one: 'first',
  two: 'second',
  three: 'third',
  five: 'fifth',
  eight: 'eighth',
  nine: 'ninth',
  twelve: 'twelfth',
}

const CARDINALS = Object.fromEntries([
  ...'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen'
    .split(' ')
    .map((name, value): [string, number] => [name, value]),
  ...'twenty thirty forty fifty sixty seventy eighty ninety'
    .split(' ')
    .map((name, index): [string, number] => [name, (index + 2) * 10]),
])

const SMALL: Record<string, number> = Object.fromEntries(
  Object.entries(CARDINALS).flatMap(([name, value]) => [
    [name, value],
    [ordinalOf(name), value],
  ]),
)

/** The English names of numbers: the cardinals and the scales. */
export const NUMBER_NAMES = [...Object.keys(CARDINALS), ...Object.keys(MULTIPLES), ...Object.keys(SCALES)]

const CODES = UNITS.map(([unit]) => unit).filter(unit => /^[A-Z]{3}$/.test(unit))
const CURRENCY = `(?:US\\$|\\p{Sc}|(?<![\\p{L}\\p{N}])(?-i:${CODES.join('|')}))`
const MINUS = '[-‐–\u2212]'
const UNIT = UNITS.map(([, spellings]) => spellings).join('|')
const SCALE = Object.keys(SCALES).join('|')
const WORDS = [
  ...Object.keys(SMALL),
  ...Object.keys(MULTIPLES),
  ...Object.keys(SCALES).filter(name => name.length > 3),
  'half',
].join('|')
const AFTER = `(?:[\\s-]?(?<scale>${SCALE})(?!\\p{L}))?(?:[\\s-]?(?:of\\s)?(?<unit>${UNIT})(?![\\p{L}]))?`

const NUMBER = new RegExp(
  `(?<minus>(?<=^|[\\s\\p{Ps}\\p{Pi}"])${MINUS})?(?:(?<sign>${CURRENCY}\\s?)(?<minus2>${MINUS})?|(?<name>(?<![\\p{L}\\p{N}])\\p{L}+-?))?` +
    `(?<digits>\\p{Nd}+(?:[.,]\\p{Nd}+)*)${AFTER}` +
    `|(?<![\\p{L}\\p{N}])(?<words>(?:${WORDS})(?:[\\s-](?:and\\s)?(?:${WORDS}))*)(?![\\p{L}])(?:[\\s-]?(?:of\\s)?(?<unit2>${UNIT})(?![\\p{L}]))?`,
  'giu',
)

/** What stands before digits without being a name of its own: “mid-2023”, “US$5”. */
const PREFIXES = /^(?:mid|pre|post|early|late|since|non|us)-?$/i

function digitNumber(match: RegExpExecArray): FoundNumber {
  const { name, sign, minus, minus2, digits = '', scale, unit } = match.groups ?? {}
  const millions = sign && unit?.toLowerCase() === 'm' ? 6 : 0
  const value = exactValue(digits, scale ? (SCALES[scale.toLowerCase()] as number) : millions)
  if (name !== undefined && !PREFIXES.test(name)) return found(match, value, name.toLowerCase(), true)
  return found(match, minus || minus2 ? `-${value}` : value, unitOf(sign ?? unit), true)
}

function wordNumber(match: RegExpExecArray): FoundNumber | undefined {
  const { words = '', unit2 } = match.groups ?? {}
  const value = wordsValue(
    words
      .toLowerCase()
      .split(/[\s-]+/)
      .filter(word => word !== 'and'),
  )
  return value === undefined ? undefined : found(match, value, unitOf(unit2), false)
}

function found(match: RegExpExecArray, value: string, unit: string | undefined, digits: boolean): FoundNumber {
  const place = { text: match[0].replace(/\s+/g, ' '), from: match.index, to: match.index + match[0].length, digits }
  return unit === undefined ? { ...place, value } : { ...place, value, unit }
}

function unitOf(spelling: string | undefined): string | undefined {
  const wanted = spelling?.trim()
  if (!wanted) return undefined
  const known = UNITS.find(([, spellings]) => new RegExp(`^(?:${spellings})$`, 'iu').test(wanted))
  return known?.[0] ?? wanted
}

/** The exact value of digits, multiplied by a power of ten; digits that are no decimal number, as in 12.7.2023, stay what they are. */
function exactValue(digits: string, power: number): string {
  const ascii = digits.normalize('NFKC').replace(/\p{Nd}/gu, digit => String(digitValue(digit)))
  const match = COMMA_GROUPS.exec(ascii) ?? POINT_GROUPS.exec(ascii) ?? DECIMAL.exec(ascii)
  if (!match) return ascii
  const [, whole = '', part = ''] = match
  return shift(whole.replace(/[.,]/g, ''), part, power)
}

/** `1,234,567.89`, and `1,50,000` as in India */
const COMMA_GROUPS = /^([1-9]\d{0,2}(?:,\d{2,3})*,\d{3})(?:\.(\d+))?$/

/** `1.234,56` and `1.234.567`; but `1.234` is a decimal */
const POINT_GROUPS = /^([1-9]\d{0,2}(?:\.\d{3})+(?:(?=,)|\.\d{3}))(?:,(\d+))?$/

const DECIMAL = /^(\d+)(?:[.,](\d+))?$/

/** Unicode keeps each script's ten digits in a row that begins at a multiple of ten or sixteen: count back to its zero. */
function digitValue(digit: string): number {
  const code = digit.codePointAt(0) as number
  let zero = code
  while (code - zero < 9 && /\p{Nd}/u.test(String.fromCodePoint(zero - 1))) zero--
  return code - zero
}

/** Multiplies a decimal by a power of ten, exactly, and drops zeros that say nothing. */
function shift(whole: string, part: string, power: number): string {
  const digits = `${whole}${part.slice(0, power).padEnd(power, '0')}`.replace(/^0+(?=\d)/, '')
  const rest = part.slice(power).replace(/0+$/, '')
  return rest ? `${digits}.${rest}` : digits
}

function wordsValue(words: string[]): string | undefined {
  if (words.length === 1 && words[0] === 'half') return '0.5'
  let total = 0
  let group = 0
  for (const word of words) {
    const multiple = MULTIPLES[word]
    const scale = SCALES[word]
    if (word === 'half') return undefined
    if (multiple !== undefined) group = (group || 1) * multiple
    else if (scale !== undefined) {
      total += (group || 1) * 10 ** scale
      group = 0
    } else group += SMALL[word] ?? 0
  }
  return String(total + group)
}
