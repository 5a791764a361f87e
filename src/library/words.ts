/** A word as quotes are compared: `marked` words are negations and numbers, which no bracket may skip or add. */
export type Word = { text: string; marked: boolean; from: number; to: number }

/**
 * The one place that says when two texts are the same words.
 *
 * Equal are: forms that Unicode calls compatible (NFKC), upper and lower case, all kinds of quotation marks and apostrophes, a
 * hyphen or dash and a space, one line break and another, with and without invisible characters (soft hyphens, joiners,
 * direction marks). Punctuation and symbols are ignored, but `%`, a currency sign and the decimal point belong to their number,
 * and the comma that groups thousands does not count. Scripts that put no space between words are compared by character.
 * `from` and `to` are places in the text given, in UTF-16 code units.
 */
export function readWords(text: string): Word[] {
  const { plain, origins } = normalise(text)
  const words: Word[] = []
  for (const match of plain.matchAll(WORD)) {
    const word = wordOf(match)
    const from = origins[match.index] as number
    const to = origins[match.index + match[0].length] as number
    words.push({ text: word, marked: isMarked(word), from, to })
  }
  return words
}

const GAPLESS = '\\p{sc=Han}\\p{sc=Hiragana}\\p{sc=Katakana}\\p{sc=Thai}\\p{sc=Lao}\\p{sc=Khmer}\\p{sc=Myanmar}'

const WORD = new RegExp(
  `(?<before>\\p{Sc}\\s?)?(?<number>\\p{Nd}+(?:[.,]\\p{Nd}+)*)(?<after>\\s?[%‰\\p{Sc}](?!\\s?\\p{Nd})|[%‰])?|[${GAPLESS}]|(?:(?![${GAPLESS}])[\\p{L}\\p{M}\\p{Nl}\\p{No}])+(?:'(?:(?![${GAPLESS}])[\\p{L}\\p{M}])+)*`,
  'gu',
)

function wordOf(match: RegExpExecArray): string {
  const { before = '', number, after = '' } = match.groups ?? {}
  if (number === undefined) return match[0]
  const digits = number.replace(/,(?=\p{Nd}{3}(?!\p{Nd}))/gu, '')
  const sign = after.trim()
  return /\p{Sc}/u.test(sign) ? `${sign}${digits}` : `${before.trim()}${digits}${sign}`
}

/** Normalises one code point at a time where it can, so that each place in the result still knows where it came from. */
function normalise(text: string): { plain: string; origins: number[] } {
  let plain = ''
  const origins: number[] = []
  for (const match of text.matchAll(CLUSTER)) {
    const piece = fold(match[0])
    for (let i = 0; i < piece.length; i++) origins.push(match.index)
    plain += piece
  }
  origins.push(text.length)
  return { plain, origins }
}

/** A character with the marks that combine with it: what NFKC must see together. */
const CLUSTER = /[^\p{M}]\p{M}*|\p{M}+/gsu

function fold(cluster: string): string {
  if (cluster.length === 1 && cluster < '\u007f')
    return cluster === '-' || cluster === '_' ? ' ' : cluster === '`' ? "'" : cluster.toLowerCase()
  return cluster
    .replace(/[‘’‚‛′ʼʹ´ˈ＇`]/gu, "'")
    .normalize('NFKC')
    .replace(/[\p{Cf}\p{Variation_Selector}]/gu, '')
    .replace(/[\p{Pd}\u2212_]/gu, ' ')
    .toLowerCase()
    .normalize('NFKC')
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

const NUMBERS = new Set(
  list(`
    zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen
    nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred hundreds thousand thousands million millions billion
    billions trillion trillions bn tn dozen dozens half halves third thirds quarter quarters double triple twice thrice once
    first second fourth fifth sixth seventh eighth ninth tenth percent
  `),
)
