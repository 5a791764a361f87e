import type { Action, Block, Card, Quote, Run } from '../../src/card/card.ts'
import { isBlank } from './shape.ts'

/**
 * One thing that a card tells, in words that are the same on every platform. A link's address stands behind its words: `words <address>`.
 * What a platform would show as something other than words stands between `⟦` and `⟧`.
 */
export type Fact =
  | { kind: 'title' | 'text' | 'item' | 'shared' | 'divider'; text: string }
  | { kind: 'quote'; words: string; attribution: string; status: string }
  | { kind: 'button' | 'picker'; id: string; label: string }

/** What a card tells, in order. */
export function cardFacts(card: Card): Fact[] {
  const page = card.page && card.page.of > 1 ? ` (page ${card.page.number} of ${card.page.of})` : ''
  return shownFacts([
    { kind: 'title', text: card.title + page },
    ...card.blocks.flatMap(blockFacts),
    ...footerFacts(card),
    ...(card.sharedBy === undefined ? [] : [{ kind: 'shared' as const, text: card.sharedBy }]),
    ...card.actions.filter(action => action.kind !== 'picker').map(actionFact),
    ...card.actions.filter(action => action.kind === 'picker').map(actionFact),
  ])
}

export const footerFacts = (card: Card): Fact[] => card.footer.map(runs => ({ kind: 'text', text: wordsOf(runs) }))

/** Without the facts that show nothing; a button always shows. */
export const shownFacts = (facts: Fact[]): Fact[] =>
  facts.filter(fact => !('text' in fact) || fact.kind === 'divider' || fact.kind === 'title' || !isBlank(fact.text))

export function blockFacts(block: Block): Fact[] {
  switch (block.kind) {
    case 'heading':
      return [{ kind: 'text', text: block.text }]
    case 'paragraph':
    case 'context':
      return [{ kind: 'text', text: wordsOf(block.runs) }]
    case 'list':
      return block.items.map(item => ({ kind: 'item', text: wordsOf(item) }))
    case 'fields':
      return block.fields.map(({ value, label }) => ({ kind: 'item', text: `${value}: ${wordsOf(label)}` }))
    case 'quote':
      return [quoteFactOf(block)]
    case 'divider':
      return [{ kind: 'divider', text: '' }]
    default:
      return block satisfies never
  }
}

function quoteFactOf({ paragraphs, attribution, status, continued }: Quote): Fact {
  const verdict = status.kind === 'verified' ? '✓ verified' : `⚠ unverified: ${status.why}`
  return {
    kind: 'quote',
    words: paragraphs.map(runs => `“${wordsOf(runs)}”`).join('\n'),
    attribution: `${wordsOf(attribution)}${continued ? ' (continued)' : ''}`,
    status: status.note === undefined ? verdict : `${verdict}; ${status.note}`,
  }
}

const actionFact = (action: Action): Fact => ({
  kind: action.kind === 'picker' ? 'picker' : 'button',
  id: action.id,
  label: action.label,
})

/** The words of runs, each link's address behind its words. */
export const wordsOf = (runs: Run[]): string => runs.map(wordsOfRun).join('')

function wordsOfRun(run: Run): string {
  switch (run.kind) {
    case 'text':
    case 'code':
      return run.text
    case 'emphasis':
    case 'strong':
      return wordsOf(run.runs)
    case 'link':
      return `${wordsOf(run.runs)} <${run.url}>`
    default:
      return run satisfies never
  }
}

/** A quote as a platform shows it: its words, then on a line of its own `— attribution · ✓ verified`. */
export function readQuote(shown: string): Fact {
  const end = shown.lastIndexOf('\n— ')
  const said = end === -1 ? shown.replace(/^— /, '') : shown.slice(end + '\n— '.length)
  const verdict = [...said.matchAll(/\s· (?:✓ verified|⚠ unverified: )/g)].at(-1)?.index ?? -1
  return {
    kind: 'quote',
    words: end === -1 ? '' : shown.slice(0, end),
    attribution: verdict === -1 ? said : said.slice(0, verdict),
    status: verdict === -1 ? '⟦no status⟧' : said.slice(verdict + ' · '.length),
  }
}

/** A picker's text without how many of its choices it offers, which depends on the platform. */
export const readPickerLabel = (shown: string): string => shown.replace(/ \(the first \d+ of \d+\)$/, '')

/** Controls, overrides of the direction of writing, and the space without width by which marks are kept apart. */
const UNSEEN = /(?!\s)[\p{Cc}\u061c\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu

/** A text as it is compared: well-formed, what is unseen dropped, white space as single spaces, marks in addresses decoded. */
export const normal = (text: string): string =>
  withoutUnseen(text.replace(/\u0085/g, ' '))
    .replace(/\s+/g, ' ')
    .trim()

/** A text's characters without white space: what must be left of it after any cut. */
export const letters = (text: string): string => withoutUnseen(text).replace(/\s+/g, '')

const withoutUnseen = (text: string): string => decodeMarks(text.toWellFormed().replace(UNSEEN, ''))

/** An address is the same with its marks encoded. */
export const decodeMarks = (text: string): string =>
  text.replace(/%(?:2[89A]|5[BDF]|60|7[CE])/gi, encoded => decodeURIComponent(encoded))

/** Who said a quote, and what its check gave. */
export const saidOf = (quote: Extract<Fact, { kind: 'quote' }>): string => `— ${quote.attribution} · ${quote.status}`

/** Labels are shortened where a platform's limit is: so much of each is compared. */
const LABEL = 30

/** A fact in one line, equal for what a reader could not tell apart. */
export function factLine(fact: Fact): string {
  switch (fact.kind) {
    case 'quote':
      return `quote: ${normal(fact.words)} ${normal(saidOf(fact))}`
    case 'button':
    case 'picker':
      return `${fact.kind}: ${fact.id} ${isBlank(fact.label) ? '…' : normal(fact.label).slice(0, LABEL).trim()}`
    default:
      return `${fact.kind}: ${normal(fact.text)}`
  }
}
