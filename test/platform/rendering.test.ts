import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { type Block, type Card, type QuoteStatus, type Run, text } from '../../src/card/card.ts'
import { HOSTILE } from '../fakes/hostile.ts'
import { anyBriefCards, anyCrowdedCard, anyFullCard, anyHeavyCard } from '../fakes/random-card.ts'
import { violationsOf } from '../fakes/violations.ts'

const card = (change: Partial<Card>): Card => ({ title: 'Title', blocks: [], footer: [], actions: [], ...change })

const withBlock = (block: Block): Card => card({ blocks: [block] })

const withRuns = (...runs: Run[]): Card => withBlock({ kind: 'paragraph', runs })

const withQuote = (words: string, said = 'Ada', status: QuoteStatus = { kind: 'verified' }): Card =>
  withBlock({ kind: 'quote', paragraphs: [[text(words)]], attribution: [text(said)], status })

/** Labels are kept short by whoever composes a card. */
const asLabel = (words: string): string => words.slice(0, 75).toWellFormed()

const ADDRESS = 'https://example.org/a_(b)?c=d&e=*f*'

/** Every field of a card that holds words of an editor or a source. */
const FIELDS: [field: string, place: (words: string) => Card][] = [
  ['a title', words => card({ title: words.slice(0, 400).toWellFormed() })],
  ['a heading', words => withBlock({ kind: 'heading', text: words })],
  ['a minor heading', words => withBlock({ kind: 'heading', text: words, minor: true })],
  ['a paragraph', words => withRuns(text(words))],
  ['emphasis', words => withRuns({ kind: 'emphasis', runs: [text(words)] })],
  ['strong words', words => withRuns({ kind: 'strong', runs: [text(words)] })],
  ['strong emphasis', words => withRuns({ kind: 'strong', runs: [{ kind: 'emphasis', runs: [text(words)] }] })],
  ['code', words => withRuns({ kind: 'code', text: words })],
  ['strong code', words => withRuns({ kind: 'strong', runs: [{ kind: 'code', text: words }] })],
  [
    'a link in emphasis',
    words => withRuns({ kind: 'emphasis', runs: [{ kind: 'link', url: ADDRESS, runs: [text(words)] }] }),
  ],
  [
    'code behind a link',
    words => withRuns({ kind: 'link', url: ADDRESS, runs: [text('x')] }, { kind: 'code', text: words }),
  ],
  ['a link', words => withRuns({ kind: 'link', url: ADDRESS, runs: [text(words)] })],
  [
    'words around a link',
    words => withRuns(text(words), { kind: 'link', url: ADDRESS, runs: [text('x')] }, text(words)),
  ],
  [
    'words around styles',
    words =>
      withRuns(
        text(words),
        { kind: 'strong', runs: [text('x')] },
        text(words),
        { kind: 'code', text: 'y' },
        text(words),
      ),
  ],
  ['a context', words => withBlock({ kind: 'context', runs: [text(words)] })],
  ['an item', words => withBlock({ kind: 'list', items: [[text(words)], [text(words)]] })],
  ['the value of a field', words => withBlock({ kind: 'fields', fields: [{ value: words, label: [text('x')] }] })],
  ['the label of a field', words => withBlock({ kind: 'fields', fields: [{ value: 'x', label: [text(words)] }] })],
  ['a quote', words => withQuote(words)],
  ['an attribution', words => withQuote('x', words)],
  ['the reason of an unverified quote', words => withQuote('x', 'Ada', { kind: 'unverified', why: words })],
  ['the note on a quote', words => withQuote('x', 'Ada', { kind: 'verified', note: words })],
  ['a footer', words => card({ footer: [[text('x')], [text(words)]] })],
  ['a button', words => card({ actions: [{ kind: 'button', id: 'x', label: asLabel(words) }] })],
  ['a share button', words => card({ actions: [{ kind: 'share', id: 'x', label: asLabel(words) }] })],
  [
    'a picker',
    words =>
      card({
        actions: [
          { kind: 'picker', id: 'x', label: asLabel(words), choices: [{ label: 'x', value: 'x' }], total: 200 },
        ],
      }),
  ],
  [
    'a choice',
    words =>
      card({
        actions: [
          {
            kind: 'picker',
            id: 'x',
            label: 'x',
            choices: [{ label: asLabel(words), value: 'x', description: asLabel(words) }],
            total: 1,
          },
        ],
      }),
  ],
]

describe('the renderings of a card for Slack and Discord', () => {
  for (const [field, place] of FIELDS) {
    it(`show hostile words of ${field} as they are, and ping nobody`, () => {
      const broken = HOSTILE.flatMap(words => [words, `a ${words} z`]).flatMap(words =>
        violationsOf(place(words)).map(violation => `${JSON.stringify(words).slice(0, 200)}: ${violation}`),
      )
      assert.deepEqual(broken, [])
    })
  }

  it('cut no character that readers see as one', () => {
    for (const character of ['e\u0301', '👩‍👩‍👧‍👦', '🇺🇦', '\r\n字\u0308\u0301'])
      for (const before of ['', 'x', 'xx', 'xxx'])
        for (const place of [(words: string) => withRuns(text(words)), withQuote])
          assert.deepEqual(violationsOf(place(before + character.repeat(5000))), [])
  })

  const properties: [what: string, cards: fc.Arbitrary<Card[]>, numRuns: number][] = [
    ['whatever the card', anyFullCard(1500).map(any => [any]), 150],
    ['however many blocks it has', anyCrowdedCard.map(any => [any]), 40],
    ['however heavy its parts', anyHeavyCard.map(any => [any]), 30],
    ['whatever the brief', anyBriefCards, 150],
  ]
  for (const [what, cards, numRuns] of properties) {
    it(`keep all limits and tell the same facts in order, ${what}`, () => {
      fc.assert(
        fc.property(cards, all => assert.deepEqual(all.flatMap(violationsOf), [])),
        { numRuns, interruptAfterTimeLimit: SHRINKING_MS },
      )
    })
  }
})

/** Of a large card that breaks a promise, the smallest such card is sought no longer than this. */
const SHRINKING_MS = 60_000
