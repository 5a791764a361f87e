/** Made-up English, the same each time: words as often as words are in a language, by the law of Zipf. */
export type Prose = {
  between: (least: number, most: number) => number
  pick: <T>(from: T[]) => T
  /** A word that tells something, a frequent one more often. */
  word: () => string
  /** A word of the vocabulary, each as likely as the other. */
  anyWord: () => string
  words: (count: number) => string[]
  sentence: (count: number) => string
  title: (count: number) => string
  person: () => string
  /** A number with or without a unit, such as `2.4 billion euros`. */
  number: () => string
  /** A day such as `2023-07-12`. */
  day: () => string
}

const WORDS = 30_000

/** The words that are most frequent in English, none of them a negation, a number or a month. */
const COMMON =
  `the of and to in a is that for it as was with be by on he i this are or his from at which but have an had they
  you were their been has would will there her more all she who if so when its about into can other some could them than then
  only time these two may first new now people my made over did like after years us our`
    .split(/\s+/)
    .filter(word => !['two', 'first', 'may'].includes(word))

export function createProse(seed: number): Prose {
  const random = createRandom(seed)
  const between = (least: number, most: number) => least + Math.floor(random() * (most - least + 1))
  const pick = <T>(from: T[]): T => from[Math.floor(random() * from.length)] as T
  const vocabulary = [...COMMON, ...makeWords(WORDS, pick, between)]
  const rank = createZipf(vocabulary.length, random)
  const anyRank = () => vocabulary[rank()] as string
  const telling = () => COMMON.length + (rank() % (vocabulary.length - COMMON.length))
  const words = (count: number) => Array.from({ length: count }, anyRank)
  const word = () => vocabulary[telling()] as string
  const anyWord = () => vocabulary[between(COMMON.length, vocabulary.length - 1)] as string
  return {
    between,
    pick,
    word,
    anyWord,
    words,
    sentence: count => `${capitalise(words(count).join(' '))}.`,
    title: count => capitalise([...Array.from({ length: count - 1 }, word), anyWord()].join(' ')),
    person: () => `${capitalise(anyWord())} ${capitalise(anyWord())}`,
    number: () => `${pick(AMOUNTS)(between)}`,
    day: () => `20${between(10, 25)}-${padded(between(1, 12))}-${padded(between(1, 28))}`,
  }
}

type Between = Prose['between']

const AMOUNTS: ((between: Between) => string)[] = [
  between => String(between(2, 999)),
  between => `${between(1, 99)}%`,
  between => `${between(1, 99)}.${between(1, 9)} billion euros`,
  between => `${between(1, 99)},${String(between(0, 999)).padStart(3, '0')}`,
]

const padded = (number: number): string => String(number).padStart(2, '0')

const capitalise = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

const ONSETS = 'b br c ch d f g gr h j k l m n p pl pr qu r s st t th tr v w z'.split(' ')
const VOWELS = 'a e i o u a e i o ea ou'.split(' ')
const CODAS = ['', '', '', '', '', '', '', '', '', ...'n r s t l nd rt st ck m'.split(' ')]

/** Words of two to four syllables, each once, the shorter ones first, as in a language. */
function makeWords(count: number, pick: Prose['pick'], between: Between): string[] {
  const words = new Set<string>()
  while (words.size < count) {
    const syllables = between(2, words.size < count / 10 ? 2 : 4)
    words.add(Array.from({ length: syllables }, () => pick(ONSETS) + pick(VOWELS) + pick(CODAS)).join(''))
  }
  return [...words]
}

/** Gives ranks from 0, each in proportion to one over the rank. */
function createZipf(count: number, random: () => number): () => number {
  const sums: number[] = []
  let sum = 0
  for (let rank = 0; rank < count; rank++) {
    sum += 1 / (rank + 2)
    sums.push(sum)
  }
  return () => lowerBound(sums, random() * sum)
}

function lowerBound(sums: number[], wanted: number): number {
  let [low, high] = [0, sums.length - 1]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((sums[middle] as number) < wanted) low = middle + 1
    else high = middle
  }
  return low
}

/** mulberry32: https://github.com/bryc/code/blob/master/jshash/PRNGs.md */
function createRandom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
