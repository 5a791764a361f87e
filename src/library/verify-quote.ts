import { fingerprint, type KeptQuotation, type KeptWord, type SourceRecord, UNKNOWN } from './record.ts'
import { nearest, someOf } from './similar.ts'
import { type Spellings, sameName } from './spelling.ts'
import { holdsSign, readWords } from './words.ts'

/** One step of a quote: a word that must stand there, words left out (`[…]`), or words of the editor's (`[Ukraine]`). */
type Step = { kind: 'word'; text: string } | { kind: 'skip' } | { kind: 'stand' }

/** A step as one record can follow it: a word by its fingerprint there. */
type Track = { kind: 'word'; print: string } | { kind: 'skip' } | { kind: 'stand' }

/**
 * Holds a quote against one source. The quote is verified when its words stand in one run in one quotation of that speaker.
 * `[…]` and `(…)` skip words of that quotation, `[x]` stands for none to three of them; neither skips or adds a negation or a
 * number. Nothing is matched loosely.
 * @returns undefined where the quote is verified, else why not, as a sentence for the editor
 */
export function whyUnverified(
  quote: string,
  speaker: string,
  record: SourceRecord,
  spellings: Spellings,
): string | undefined {
  const steps = readSteps(quote)
  if (typeof steps === 'string') return steps
  const track = steps.map(step => toTrack(step, record.sha256))
  const holds = (quotation: KeptQuotation): boolean => reach(track, quotation) === track.length
  const speakers = new Set(record.quotations.map(quotation => quotation.speaker))
  const same = new Set([...speakers].filter(one => one !== UNKNOWN && sameName(one, speaker, spellings)))
  const theirs = record.quotations.filter(quotation => same.has(quotation.speaker))
  if (theirs.some(holds)) return undefined
  const other = record.quotations.find(holds)
  if (other?.speaker === UNKNOWN)
    return `[@${record.id}] holds these words, but does not say yet whose they are. Write the speaker into its record.`
  if (other) return `[@${record.id}] gives these words to "${other.speaker}", not to "${speaker}".`
  if (theirs.length === 0)
    return `[@${record.id}] has no quotation of "${speaker}". ${suggestSpeaker(speaker, record, spellings)}`
  const reached = Math.max(...theirs.map(quotation => reach(track, quotation)))
  return `[@${record.id}] has no quotation of "${speaker}" with these words${mismatch(steps, reached)}.${hint(quote)}`
}

const toTrack = (step: Step, sha256: string): Track =>
  step.kind === 'word' ? { kind: 'word', print: fingerprint(sha256, step.text) } : step

const ELLIPSIS = '\\s*(?:…|\\.{3})\\s*'

const BRACKET = new RegExp(`[[(]${ELLIPSIS}[\\])]|\\[([^[\\]\\n]*)\\]`, 'g')

/** Whether a source holds words between quotation marks: in one run, in one quotation, whoever speaks. */
export function holdsWords(record: SourceRecord, words: string): boolean {
  const steps = readSteps(words)
  if (typeof steps === 'string') return false
  const track = steps.map(step => toTrack(step, record.sha256))
  return record.quotations.some(quotation => reach(track, quotation) === track.length)
}

function readSteps(quote: string): Step[] | string {
  const plain = joinBrackets(quote)
  const steps: Step[] = []
  let at = 0
  for (const match of plain.matchAll(BRACKET)) {
    pushWords(steps, plain.slice(at, match.index))
    at = match.index + match[0].length
    const step = readBracket(match[0], match[1])
    if (typeof step === 'string') return step
    if (steps.at(-1)?.kind !== step.kind) steps.push(step)
  }
  pushWords(steps, plain.slice(at))
  const first = steps.findIndex(step => step.kind === 'word')
  if (first < 0) return 'The quote has no words of the speaker.'
  const symbol = SYMBOL.exec(quote)?.[0]
  if (symbol) return `The quote holds “${symbol}”, which no record can hold. Leave it out.`
  return steps.slice(first, steps.findLastIndex(step => step.kind === 'word') + 1)
}

/** Pictures and signs say something, but are no words that a record could keep. */
const SYMBOL = /[\p{So}\p{Co}\p{Cn}≠]/u

/** Brackets that touch a word are part of it, and the whole word must be the speaker's: `[W]e`, `hope[less]`. */
function joinBrackets(quote: string): string {
  return quote.replace(BRACKETS, (brackets, at: number) => {
    const end = at + brackets.length
    const touches =
      ENDS_IN_WORD.test(quote.slice(Math.max(0, at - 2), at)) || BEGINS_WORD.test(quote.slice(end, end + 2))
    return touches ? brackets.replace(/[[\]]/g, '') : brackets
  })
}

const BRACKETS = new RegExp(`(?:\\[(?!${ELLIPSIS}\\])[^[\\]]+\\])+`, 'g')

/** What a word consists of; a hyphen and what can't be seen may stand between it and a bracket. */
const OF_WORD = '[\\p{L}\\p{M}\\p{N}\\p{Cf}\\p{Default_Ignorable_Code_Point}‐‑-]'
const ENDS_IN_WORD = new RegExp(`${OF_WORD}$`, 'u')
const BEGINS_WORD = new RegExp(`^${OF_WORD}`, 'u')

/** @param added what an editor's bracket holds; undefined for `[…]` */
function readBracket(bracket: string, added: string | undefined): Step | string {
  if (added === undefined) return { kind: 'skip' }
  const words = readWords(added)
  if (words.some(word => word.marked) || holdsSign(added))
    return `The bracket ${bracket} adds a negation or a number, which no bracket can.`
  if (words.length === 0) return `The bracket ${bracket} holds no word. Write […] where words are left out.`
  if (words.length > STANDS_FOR)
    return `The bracket ${bracket} holds more than ${STANDS_FOR} words. It may only say what is meant.`
  return { kind: 'stand' }
}

function pushWords(steps: Step[], text: string): void {
  for (const word of readWords(text)) steps.push({ kind: 'word', text: word.text })
}

/** The most words that `[x]` may stand for. */
const STANDS_FOR = 3

/** How many steps of a quote one quotation can follow. All places where the steps so far may have led are kept at once. */
function reach(track: Track[], quotation: KeptQuotation): number {
  let places = new Set(quotation.words.keys())
  for (const [index, step] of track.entries()) {
    places = new Set(advance(step, places, quotation.words))
    if (places.size === 0) return index
  }
  return track.length
}

function* advance(step: Track, places: Set<number>, words: KeptWord[]): Generator<number> {
  for (const place of places) {
    if (step.kind === 'word') {
      if (words[place]?.print === step.print) yield place + 1
      continue
    }
    const most = step.kind === 'skip' ? words.length : place + STANDS_FOR
    yield place
    for (let next = place; next < most && words[next]?.marked === false; next++) yield next + 1
  }
}

/** Shows where the words part, with the last ones that agree and the first that does not. */
function mismatch(steps: Step[], reached: number): string {
  const wrong = steps.slice(reached).find(step => step.kind === 'word')
  if (reached === 0 || !wrong) return ''
  const agreed = steps.slice(0, reached).flatMap(step => (step.kind === 'word' ? [step.text] : ['[…]']))
  return `: they agree as far as “${agreed.slice(-AGREED).join(' ')}”, not at “${wrong.text}”`
}

const AGREED = 5

const hint = (quote: string): string =>
  /…|\.{3}/.test(quote.replace(BRACKET, '')) ? ' Write […] where words are left out.' : ''

function suggestSpeaker(speaker: string, record: SourceRecord, spellings: Spellings): string {
  const speakers = [...new Set(record.quotations.map(quotation => quotation.speaker))].filter(name => name !== UNKNOWN)
  const key = (name: string) => spellings.canonical(name).join(' ')
  const near = nearest(key(speaker), speakers, key)[0] ?? speakers.find(name => shareWord(key(name), key(speaker)))
  if (near !== undefined) return `Did you mean "${near}"?`
  if (speakers.length > 0) return `Its speakers: ${someOf(speakers)}.`
  return record.quotations.length > 0 ? 'Its record names no speaker yet.' : 'Its record holds no quotations.'
}

const shareWord = (a: string, b: string): boolean =>
  a.split(' ').some(word => word.length > 3 && b.split(' ').includes(word))
