import { fingerprint, type KeptQuotation, type KeptWord, type SourceRecord } from './record.ts'
import { nearest } from './similar.ts'
import { type Spellings, sameName } from './spelling.ts'
import { readWords, type Word } from './words.ts'

/** One step of a quote: a word that must stand there, words left out (`[…]`), or words of the editor's (`[Ukraine]`). */
type Step = { kind: 'word'; word: Word } | { kind: 'skip' } | { kind: 'stand' }

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
  const theirs = record.quotations.filter(quotation => sameName(quotation.speaker, speaker, spellings))
  const reached = theirs.map(quotation => reach(steps, quotation, record.sha256))
  if (reached.includes(steps.length)) return undefined
  const other = record.quotations.find(quotation => reach(steps, quotation, record.sha256) === steps.length)
  if (other) return `[@${record.id}] gives these words to "${other.speaker}", not to "${speaker}".`
  if (theirs.length === 0)
    return `[@${record.id}] has no quotation of "${speaker}". ${suggestSpeaker(speaker, record, spellings)}`
  return `[@${record.id}] has no quotation of "${speaker}" with these words${mismatch(steps, Math.max(...reached))}.${hint(quote)}`
}

function readSteps(quote: string): Step[] | string {
  const plain = quote.replace(/\[(\p{L})\](?=\p{L})/gu, '$1')
  const steps: Step[] = []
  let at = 0
  for (const match of plain.matchAll(/[[(]\s*(?:…|\.{3})\s*[\])]|\[([^[\]]*)\]/g)) {
    steps.push(...toWords(plain.slice(at, match.index)))
    at = match.index + match[0].length
    const added = readWords(match[1] ?? '')
    if (added.some(word => word.marked))
      return `The bracket ${match[0]} adds a negation or a number, which no bracket can.`
    steps.push({ kind: match[1] === undefined ? 'skip' : 'stand' })
  }
  steps.push(...toWords(plain.slice(at)))
  const first = steps.findIndex(step => step.kind === 'word')
  if (first < 0) return 'The quote has no words of the speaker.'
  return steps.slice(first, steps.findLastIndex(step => step.kind === 'word') + 1)
}

const toWords = (text: string): Step[] => readWords(text).map(word => ({ kind: 'word', word }))

/** The most words that `[x]` may stand for. */
const STANDS_FOR = 3

/** How many steps of a quote one quotation can follow. All places where the steps so far may have led are kept at once. */
function reach(steps: Step[], quotation: KeptQuotation, sha256: string): number {
  let places = new Set(quotation.words.keys())
  for (const [index, step] of steps.entries()) {
    places = new Set(advance(step, places, quotation.words, sha256))
    if (places.size === 0) return index
  }
  return steps.length
}

function* advance(step: Step, places: Set<number>, words: KeptWord[], sha256: string): Generator<number> {
  const print = step.kind === 'word' ? fingerprint(sha256, step.word.text) : ''
  for (const place of places) {
    if (step.kind === 'word') {
      if (words[place]?.print === print) yield place + 1
      continue
    }
    const most = step.kind === 'skip' ? words.length : place + STANDS_FOR
    yield place
    for (let next = place; next < most && words[next]?.marked === false; next++) yield next + 1
  }
}

/** Shows where the words part, with the last ones that agree and the first that does not. */
function mismatch(steps: Step[], reached: number): string {
  const wrong = steps.slice(reached).find(step => step.kind === 'word')?.word
  if (reached === 0 || !wrong) return ''
  const agreed = steps.slice(0, reached).flatMap(step => (step.kind === 'word' ? [step.word.text] : ['[…]']))
  return `: they agree as far as “${agreed.slice(-AGREED).join(' ')}”, not at “${wrong.text}”`
}

const AGREED = 5

const hint = (quote: string): string =>
  /…|\.{3}/.test(quote.replace(/[[(]\s*(?:…|\.{3})\s*[\])]/g, '')) ? ' Write […] where words are left out.' : ''

function suggestSpeaker(speaker: string, record: SourceRecord, spellings: Spellings): string {
  const speakers = [...new Set(record.quotations.map(quotation => quotation.speaker))]
  const key = (name: string) => spellings.canonical(name).join(' ')
  const near = nearest(key(speaker), speakers, key)[0] ?? speakers.find(name => shareWord(key(name), key(speaker)))
  if (near !== undefined) return `Did you mean "${near}"?`
  return speakers.length > 0 ? `Its speakers: ${speakers.join(', ')}.` : 'Its record holds no quotations.'
}

const shareWord = (a: string, b: string): boolean =>
  a.split(' ').some(word => word.length > 3 && b.split(' ').includes(word))
