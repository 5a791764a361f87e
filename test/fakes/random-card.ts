import fc from 'fast-check'
import type { Block, Card, Run } from '../../src/card/card.ts'

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
        {
          weight: 1,
          arbitrary: fc.constantFrom(
            '👩‍👩‍👧‍👦',
            '🇺🇦',
            '@everyone',
            '<!channel>',
            '**',
            '`',
            '\u200b',
            '[x](y)',
            '&lt;',
          ),
        },
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
