import fc from 'fast-check'
import { type Action, type Block, type Card, MOST_BUTTONS, type QuoteStatus, type Run } from '../../src/card/card.ts'
import { HOSTILE } from './hostile.ts'
import { briefCards, makeBrief } from './random-brief.ts'
import { isBlank } from './shape.ts'

/** Text as hostile as people's: emoji with joiners, Cyrillic, right-to-left, combining marks, markup, surrogates in pairs. */
export const anyText = (maxLength: number): fc.Arbitrary<string> =>
  fc
    .array(
      fc.oneof(
        {
          weight: 6,
          arbitrary: fc.constantFrom('word ', 'sentence. ', 'Ukraine’s ', 'a\u0301e\u0308', 'Київ ', 'שלום ', '日本'),
        },
        { weight: 3, arbitrary: fc.string({ unit: 'grapheme', maxLength: 12 }) },
        { weight: 1, arbitrary: fc.constantFrom('👩‍👩‍👧‍👦', '🇺🇦', '\u200b', ...HOSTILE) },
      ),
      { maxLength: Math.max(1, Math.floor(maxLength / 4)) },
    )
    .map(parts => parts.join('').slice(0, maxLength).toWellFormed())
    .filter(text => text.trim() !== '')

const leaf = (max: number): fc.Arbitrary<Run> =>
  fc.oneof(
    anyText(max).map((text): Run => ({ kind: 'text', text })),
    anyText(40).map((text): Run => ({ kind: 'code', text })),
    fc
      .tuple(anyText(60), fc.webUrl({ size: 'small' }))
      .map(([text, url]): Run => ({ kind: 'link', url, runs: [{ kind: 'text', text }] })),
  )

export const anyRuns = (max: number): fc.Arbitrary<Run[]> =>
  fc.array(
    fc.oneof(
      { weight: 4, arbitrary: leaf(max) },
      {
        weight: 1,
        arbitrary: fc
          .tuple(
            fc.constantFrom('strong' as const, 'emphasis' as const),
            fc.array(leaf(max), { minLength: 1, maxLength: 3 }),
          )
          .map(([kind, runs]): Run => ({ kind, runs })),
      },
    ),
    { minLength: 1, maxLength: 5 },
  )

export const anyBlock = (max: number): fc.Arbitrary<Block> =>
  fc.oneof(
    anyText(120).map((text): Block => ({ kind: 'heading', text })),
    anyRuns(max).map((runs): Block => ({ kind: 'paragraph', runs })),
    anyRuns(200).map((runs): Block => ({ kind: 'context', runs })),
    fc.array(anyRuns(max), { minLength: 1, maxLength: 8 }).map((items): Block => ({ kind: 'list', items })),
    fc
      .array(fc.record({ value: anyText(30), label: anyRuns(max) }), { minLength: 1, maxLength: 6 })
      .map((fields): Block => ({ kind: 'fields', fields })),
    fc
      .record({ paragraphs: fc.array(anyRuns(max), { minLength: 1, maxLength: 3 }), attribution: anyRuns(60) })
      .map((quote): Block => ({ kind: 'quote', ...quote, status: { kind: 'verified' } })),
    fc.constant<Block>({ kind: 'divider' }),
  )

export const anyCard = (max: number): fc.Arbitrary<Card> =>
  fc.record({
    title: anyText(150),
    blocks: fc.array(anyBlock(max), { minLength: 1, maxLength: 12 }),
    footer: fc.array(anyRuns(80), { maxLength: 2 }),
    actions: fc.constant([]),
  })

/** An editor's title shows something. */
const anyTitle = anyText(400).filter(title => !isBlank(title))

const anyLabel = anyText(75)

const anyStatus: fc.Arbitrary<QuoteStatus> = fc.oneof(
  fc.record({ kind: fc.constant('verified' as const), note: anyText(40) }, { requiredKeys: ['kind'] }),
  fc.record(
    { kind: fc.constant('unverified' as const), why: anyText(100), note: anyText(40) },
    { requiredKeys: ['kind', 'why'] },
  ),
)

const anyActions: fc.Arbitrary<Action[]> = fc
  .tuple(
    fc.array(anyLabel, { maxLength: MOST_BUTTONS - 1 }),
    fc.option(anyLabel, { nil: undefined }),
    fc.option(
      fc.record({
        label: anyLabel,
        choices: fc.array(fc.record({ label: anyLabel, description: anyLabel }, { requiredKeys: ['label'] }), {
          minLength: 1,
          maxLength: 100,
          size: 'small',
        }),
        more: fc.nat(1000),
      }),
      { nil: undefined },
    ),
  )
  .map(([labels, share, picker]): Action[] => [
    ...labels.map((label, index): Action => ({ kind: 'button', id: `1o:town/brief-${index}:1`, label })),
    ...(share === undefined ? [] : [{ kind: 'share' as const, id: '1!o:town/brief:1', label: share }]),
    ...(picker === undefined ? [] : [pickerOf(picker)]),
  ])

const pickerOf = ({
  label,
  choices,
  more,
}: {
  label: string
  choices: { label: string; description?: string }[]
  more: number
}): Action => ({
  kind: 'picker',
  id: '1o:town/:1',
  label,
  choices: choices.map((choice, index) => ({ ...choice, value: `town/brief-${index}` })),
  total: choices.length + more,
})

/** A block with what `anyBlock` leaves out: a minor heading, a quote's status. */
const varied = (block: Block): fc.Arbitrary<Block> => {
  if (block.kind === 'heading') return fc.constantFrom(block, { ...block, minor: true as const })
  return block.kind === 'quote' ? anyStatus.map(status => ({ ...block, status })) : fc.constant(block)
}

/** A card with everything that a card can have, at its limits too. */
export const anyFullCard = (max: number): fc.Arbitrary<Card> =>
  fc.record(
    {
      title: anyTitle,
      blocks: fc.array(anyBlock(max).chain(varied), { minLength: 0, maxLength: 12 }),
      footer: fc.array(anyRuns(80), { maxLength: 3 }),
      actions: anyActions,
      sharedBy: fc.constant('123456789012345678'),
    },
    { requiredKeys: ['title', 'blocks', 'footer', 'actions'] },
  )

/** As many and as long actions as a card can have. */
const ALL_ACTIONS: Action[] = [
  ...Array.from({ length: MOST_BUTTONS }, (_, index): Action => {
    const name = `${index}`.padEnd(75, '&')
    return { kind: index === 0 ? 'share' : 'button', id: `1o:town/${name}:1`, label: name }
  }),
  pickerOf({
    label: 'L'.repeat(75),
    choices: Array.from({ length: 100 }, () => ({ label: 'c'.repeat(75), description: 'd'.repeat(75) })),
    more: 1000,
  }),
]

const crowded = { actions: fc.constant(ALL_ACTIONS), sharedBy: fc.constant('x'), title: anyTitle }

const SMALL_RUNS: Run[][] = [
  [{ kind: 'text', text: 'x' }],
  [{ kind: 'strong', runs: [{ kind: 'emphasis', runs: [{ kind: 'code', text: 'x' }] }] }],
  [
    { kind: 'strong', runs: [{ kind: 'text', text: 'x' }] },
    { kind: 'emphasis', runs: [{ kind: 'text', text: 'y' }] },
  ],
]

const anySmallRuns = fc.constantFrom(...SMALL_RUNS)

const anySmallBlock: fc.Arbitrary<Block> = fc.oneof(
  fc.constant<Block>({ kind: 'divider' }),
  anySmallRuns.map((runs): Block => ({ kind: 'paragraph', runs })),
  anySmallRuns.map((runs): Block => ({ kind: 'context', runs })),
  fc.constant<Block>({ kind: 'heading', text: 'Heading' }),
  fc
    .tuple(anySmallRuns, fc.constantFrom(1, 3, 100))
    .map(([item, count]): Block => ({ kind: 'list', items: Array.from({ length: count }, () => item) })),
  anySmallRuns.map(
    (runs): Block => ({
      kind: 'quote',
      paragraphs: [runs],
      attribution: [{ kind: 'text', text: 'Ada' }],
      status: { kind: 'verified' },
    }),
  ),
)

/** A card of very many small blocks, with everything to click. */
export const anyCrowdedCard: fc.Arbitrary<Card> = fc.record({
  ...crowded,
  blocks: fc.array(anySmallBlock, { minLength: 10, maxLength: 120, size: 'max' }),
  footer: fc.array(anySmallRuns, { maxLength: 3 }),
})

/** What weighs most in a platform's count: escapes, bytes, line breaks, marks, addresses. */
const WEIGHTS = [
  'x',
  '字',
  'ж',
  '😀',
  '&',
  '<',
  '*',
  '\\',
  '(',
  'x\n',
  '# ',
  '- ',
  '://',
  '](',
  '\u0301',
  '👩‍👩‍👧‍👦',
  'e\u0301',
  '1. ',
  'x. ',
]

const anyHeavyText = fc
  .tuple(fc.constantFrom(...WEIGHTS), fc.constantFrom(40, 300, 3000, 12_000))
  .map(([one, length]) => `a${one.repeat(length / one.length)}`)

const anyHeavyRuns: fc.Arbitrary<Run[]> = fc.oneof(
  anyHeavyText.map((text): Run[] => [{ kind: 'text', text }]),
  anyHeavyText.map((text): Run[] => [{ kind: 'strong', runs: [{ kind: 'text', text }] }]),
  fc
    .tuple(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 60 }), fc.constantFrom(10, 100, 300))
    .map(([label, gap, count]): Run[] =>
      Array.from({ length: count }, (_, index): Run[] => [
        { kind: 'link', url: `https://example.org/${index}_(a)`, runs: [{ kind: 'text', text: 'a '.repeat(label) }] },
        { kind: 'text', text: 'b '.repeat(gap) },
      ]).flat(),
    ),
)

const anyHeavyBlock: fc.Arbitrary<Block> = fc.oneof(
  anySmallRuns.map((item): Block => ({ kind: 'list', items: Array.from({ length: 1500 }, () => item) })),
  anyHeavyRuns.map((runs): Block => ({ kind: 'paragraph', runs })),
  anyHeavyRuns.map((runs): Block => ({ kind: 'context', runs })),
  fc.array(anyHeavyRuns, { minLength: 1, maxLength: 4 }).map((items): Block => ({ kind: 'list', items })),
  fc.record({ value: anyHeavyText, label: anyHeavyRuns }).map((field): Block => ({ kind: 'fields', fields: [field] })),
  fc
    .record({
      paragraphs: fc.array(anyHeavyRuns, { minLength: 1, maxLength: 3 }),
      attribution: anyRuns(60),
      status: anyStatus,
    })
    .map((quote): Block => ({ kind: 'quote', ...quote })),
)

/** A card of a few large blocks, each as hard on one of the limits as can be. */
export const anyHeavyCard: fc.Arbitrary<Card> = fc.record({
  ...crowded,
  blocks: fc.array(anyHeavyBlock, { minLength: 1, maxLength: 4 }),
  footer: fc.array(anyRuns(80), { maxLength: 2 }),
})

/** The cards of all views of a made-up brief of 0 to 200,000 characters; small ones are by far the most. */
export const anyBriefCards: fc.Arbitrary<Card[]> = fc.nat(2 ** 31).map(seed => briefCards(makeBrief(seed)))
