/**
 * Words as search sees them: lower case, without accents, possessives and punctuation. `F-16` is one word and `2.4` is; a number and the
 * unit that sticks to it are two. Used for names as well, so that speakers are equal however their names are typed.
 */
export function foldWords(text: string): string[] {
  const isAscii = !/\P{ASCII}/u.test(text)
  const plain = (isAscii ? text : foldAccents(text)).toLowerCase().replace(/['’‘ʼ´`](?:s(?!\p{L}))?/gu, '')
  if (/\p{Nd}/u.test(plain)) return foldNumbers(plain).match(WORD) ?? []
  return plain.match(isAscii ? /[a-z]+/g : WORD) ?? []
}

const foldAccents = (text: string): string => text.normalize('NFKD').replace(/[\p{M}\p{Cf}]/gu, '')

const foldNumbers = (text: string): string =>
  text
    .replace(/(?<![\p{L}\p{N}])(\p{L}{1,3})[-‐‑–](?=\p{Nd})/gu, '$1')
    .replace(/(?<![\p{L}\p{N}])(\p{Nd}+)(?=\p{L})/gu, '$1 ')
    .replace(/(?<=\p{Nd}),(?=\p{Nd}{3}(?!\p{Nd}))/gu, '')
    .replace(/(?<![\p{Nd}.,])(\p{Nd}+)[.,](?=\p{Nd}+(?![.,]?\p{Nd}))/gu, `$1${POINT}`)

/** Stands for a decimal point within a word. */
const POINT = '·'

const WORD = new RegExp(`[\\p{L}\\p{N}]+(?:${POINT}\\p{N}+)?`, 'gu')

/** Which spellings a collection holds to be equal. */
export type Spellings = {
  /** The folded words with every known spelling replaced by the first of its row. */
  canonical: (text: string) => string[]
  /** The same, and beside a spelling of several words those words as well, so that each is found by itself too. */
  indexed: (text: string) => string[]
  /** A folded word, or where it is a spelling by itself, the first of its row. */
  ofWord: (word: string) => string
}

/** @param rows words or phrases that are equal, such as `['Kyiv', 'Kiev', 'Київ']` */
export function createSpellings(rows: string[][]): Spellings {
  const byFirstWord = new Map<string, Variant[]>()
  for (const row of rows) {
    const canonical = foldWords(row[0] ?? '').join('')
    for (const spelling of row) {
      const words = foldWords(spelling)
      const first = words[0]
      if (first !== undefined) byFirstWord.set(first, [...(byFirstWord.get(first) ?? []), { words, canonical }])
    }
  }
  for (const variants of byFirstWord.values()) variants.sort((a, b) => b.words.length - a.words.length)
  return {
    canonical: text => replace(foldWords(text), byFirstWord, false),
    indexed: text => replace(foldWords(text), byFirstWord, true),
    ofWord: word => byFirstWord.get(word)?.find(variant => variant.words.length === 1)?.canonical ?? word,
  }
}

type Variant = { words: string[]; canonical: string }

function replace(words: string[], variants: Map<string, Variant[]>, keepPhrases: boolean): string[] {
  if (variants.size === 0) return words
  const result: string[] = []
  for (let at = 0; at < words.length; ) {
    const known = variants
      .get(words[at] as string)
      ?.find(variant => variant.words.every((word, i) => words[at + i] === word))
    result.push(known?.canonical ?? (words[at] as string))
    if (keepPhrases && known && known.words.length > 1) result.push(...known.words)
    at += known?.words.length ?? 1
  }
  return result
}

/** Whether two names are the same person's or body's, in any known spelling. */
export const sameName = (a: string, b: string, spellings: Spellings): boolean =>
  spellings.canonical(a).join(' ') === spellings.canonical(b).join(' ')
