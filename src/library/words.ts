import { NUMBER_NAMES, ordinalOf } from './number.ts'

/** A word as quotes are compared: `marked` words are negations and numbers, which no bracket may skip or add. */
export type Word = { text: string; marked: boolean }

/**
 * The one place that says when two texts are the same words.
 *
 * Equal are: forms that Unicode calls compatible (NFKC), upper and lower case, all kinds of quotation marks and apostrophes, a
 * hyphen or dash and a space, one line break and another, with and without invisible characters (soft hyphens, joiners,
 * direction marks). Punctuation and symbols are ignored, but `%`, a currency sign, the minus and the decimal point belong to their
 * number, and the comma that groups thousands does not count. A sign that stands for digits is a word of its own: `10²` is not
 * `102`. Scripts that put no space between words are compared by character.
 */
export function readWords(text: string): Word[] {
  return [...normalise(text).matchAll(WORD)].map(match => {
    const word = wordOf(match)
    return { text: word, marked: isMarked(word) }
  })
}

const GAPLESS = '\\p{sc=Han}\\p{sc=Hiragana}\\p{sc=Katakana}\\p{sc=Thai}\\p{sc=Lao}\\p{sc=Khmer}\\p{sc=Myanmar}'

const SHARE = '%‰‱٪'

const MINUS = '\u2212'

const WORD = new RegExp(
  `(?<before>${MINUS}?\\p{Sc}\\s?${MINUS}?|${MINUS})?(?<number>\\p{Nd}+(?:[.,]\\p{Nd}+)*)(?<after>\\s?[${SHARE}\\p{Sc}](?!\\s?${MINUS}?\\p{Nd})|[${SHARE}])?` +
    `|[${GAPLESS}]|(?:(?![${GAPLESS}])[\\p{L}\\p{M}\\p{Nl}\\p{No}])+(?:'(?:(?![${GAPLESS}])[\\p{L}\\p{M}])+)*`,
  'gu',
)

/** Whether a text holds a sign that changes the number beside it. */
export const holdsSign = (text: string): boolean => SIGN.test(text)

const SIGN = new RegExp(`[${SHARE}\\p{Sc}]`, 'u')

/** A number with its minus, its currency and its share, wherever they stood. */
function wordOf(match: RegExpExecArray): string {
  const { before = '', number, after = '' } = match.groups ?? {}
  if (number === undefined) return match[0]
  const minus = before.includes(MINUS) ? MINUS : ''
  const digits = number.replace(/,(?=\p{Nd}{3}(?!\p{Nd}))/gu, '')
  const sign = after.trim()
  const currency = /\p{Sc}/u.exec(sign) ?? /\p{Sc}/u.exec(before) ?? ''
  return `${minus}${currency}${digits}${/\p{Sc}/u.test(sign) ? '' : sign}`
}

function normalise(text: string): string {
  return (isAscii(text) ? text.toLowerCase() : fold(text))
    .replaceAll('`', "'")
    .replace(DASH, (_, minus) => (minus ? MINUS : ' '))
}

const isAscii = (text: string): boolean => /^[\0-\x7f]*$/.test(text)

/** A dash, and whether it is a minus: one that begins a word, right before a number. */
const DASH = /((?<=^|[\s\p{Ps}\p{Pi}\p{Sc}"])[-‐–\u2212](?=(?:\p{Sc}\s?)?\p{Nd}))|[\p{Pd}\u2212_]/gu

const fold = (text: string): string =>
  text
    .normalize('NFC')
    .replace(/[‘’‚‛′ʼʹ´ˈ＇]/g, "'")
    .replace(/[^\p{ASCII}\p{L}\p{M}\p{Nd}\p{P}\p{Z}]/gu, spaceDigits)
    .normalize('NFKC')
    .replace(/[\p{Cf}\p{Default_Ignorable_Code_Point}]/gu, '')
    .toLowerCase()
    .replaceAll('ς', 'σ')
    .normalize('NFKC')

function spaceDigits(sign: string): string {
  const plain = sign.normalize('NFKC')
  return /\p{Nd}/u.test(plain) ? ` ${plain} ` : sign
}

const isMarked = (word: string): boolean =>
  /\p{Nd}/u.test(word) || NUMBERS.has(word) || NEGATIONS.has(word) || word.endsWith("n't")

const list = (words: string): string[] => words.trim().split(/\s+/)

/** In the languages that sources have had; a word that only looks like one makes a check stricter, never laxer. */
const NEGATIONS = new Set(
  list(`
    not no never none nor neither nothing nobody nowhere cannot without hardly scarcely barely seldom rarely unless except
    nicht kein keine keinen keinem keiner keines nie niemals nichts niemand weder ohne
    ne n pas jamais rien aucun aucune sans ni nunca nada nadie ningún ninguna sin tampoco non mai niente nessuno senza né
    не ні нет никогда ніколи нічого ничего ніхто никто без нема немає жоден жодна nie nigdy nic nikt bez ani żaden
  `),
)

/** English names of numbers in every form, and the basic ones of the other languages, except where they are articles. */
const NUMBERS = new Set([
  ...NUMBER_NAMES.flatMap(name => [name, ordinalOf(name)]).flatMap(name => [
    name,
    `${name}s`,
    name.replace(/y$/, 'ies'),
  ]),
  ...list(`
    half halves quarter quarters double triple twice thrice once percent percents cent m b minus plus
    null eins zwei drei vier fünf sechs sieben acht neun zehn elf zwölf hundert tausend million millionen milliarde milliarden
    halb halbe halben halber halbes hälfte dutzend prozent
    zéro deux trois quatre cinq six sept huit neuf dix cents mille million millions milliard milliards demi demie moitié douzaine
    cero dos tres cuatro cinco seis siete ocho nueve diez cien ciento cientos mil millón millones medio mitad docena
    due tre quattro cinque sei sette otto nove dieci cento mila milione milioni miliardo miliardi mezzo mezza metà dozzina
    нуль один одна одне одно два дві две три чотири четыре п'ять пять шість шесть сім семь вісім восемь дев'ять девять десять
    сто сотня сотні сотни сотень тисяча тисячі тисяч тысяча тысячи тысяч мільйон мільйони мільйонів миллион миллиона миллионов
    мільярд мільярди мільярдів миллиард миллиарда миллиардов половина половини половины половину відсоток відсотків процент
    процентов
  `),
])
