import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { runsText } from '../../src/card/runs.ts'
import { type ParsedBrief, statementsOf } from '../../src/library/brief.ts'
import { parseBrief } from '../../src/library/parse-brief.ts'
import { toProblems } from '../../src/library/problem.ts'
import { briefOf, MATTER, withSection } from '../fakes/library.ts'

const FULL = `---
title: The opening
date: 2021-05-04/2021-05-05
aliases: [the quay, new harbour]
topics: [ships]
related: [closing]
reviewed: 2026-11-21
status: published
owner: desk
review_by: 2027-01-01
embargo_until: 2026-11-21T06:00:00+01:00
correction: "2026-11-21: It was the harbour, not the bridge."
---

<!-- Notes for editors are not shown. -->

The harbour _opens_, after **years**,
with a [map](https://example.org/map). [@report] It costs \`much\`. [@other]

A second paragraph. [@report]

## Key points

- It opens. [@report] [@other]
- It \\*really\\* opens [for all] and [so on…]. [@report]

## Quotes

> We will open
> the harbour.
>
> [W]e […] wait.
>
> — Ada Lovell, Minister of Ports, Party of the Sea, 2021-05-04 [@report] [@other]

> All on one line.
> -- Tom Brandt [@report] (unverified: heard on the quay)

## Timeline

- 2021-05-04: It is said: it opens. [@report]
- 2021-05: The cranes come. (own: a guess) [@report]

## Figures

- **2.4 billion euros**: the cost. [@report]
- **49**: ships and boats. [@report] (own: 31 and 18)

## Where sources differ

- When it opens
  - In May. [@report]
  - Later. [@other]
`

function parsed(text: string): ParsedBrief {
  const { brief, faults } = parseBrief('opening', text)
  assert.deepEqual(faults, [])
  assert.ok(brief)
  return brief
}

const plain = (statement: { parts: { runs: Parameters<typeof runsText>[0]; cites: { id: string }[] }[] }) =>
  statement.parts.map(({ runs, cites }) => [runsText(runs), ...cites.map(cite => cite.id)])

test('reads every kind of content', () => {
  const brief = parsed(FULL)
  assert.deepEqual(brief.matter, {
    title: 'The opening',
    date: '2021-05-04/2021-05-05',
    aliases: ['the quay', 'new harbour'],
    topics: ['ships'],
    related: ['closing'],
    reviewed: '2026-11-21',
    status: 'published',
    owner: 'desk',
    review_by: '2027-01-01',
    embargo_until: '2026-11-21T06:00:00+01:00',
    correction: '2026-11-21: It was the harbour, not the bridge.',
  })
  assert.deepEqual(brief.intro.map(plain), [
    [
      ['The harbour opens, after years, with a map.', 'report'],
      ['It costs much.', 'other'],
    ],
    [['A second paragraph.', 'report']],
  ])
  assert.deepEqual(brief.keyPoints.map(plain), [
    [['It opens.', 'report', 'other']],
    [['It *really* opens [for all] and [so on…].', 'report']],
  ])
  assert.deepEqual(
    brief.quotes.map(({ paragraphs, cites, at, ...rest }) => ({
      ...rest,
      words: paragraphs.map(runsText),
      cites: cites.map(cite => cite.id),
      line: FULL.slice(0, at).split('\n').length,
    })),
    [
      {
        speaker: 'Ada Lovell',
        role: 'Minister of Ports, Party of the Sea',
        date: { text: '2021-05-04', from: '2021-05-04', to: '2021-05-04' },
        words: ['We will open the harbour.', '[W]e […] wait.'],
        cites: ['report', 'other'],
        line: 29,
      },
      {
        speaker: 'Tom Brandt',
        unverified: 'heard on the quay',
        words: ['All on one line.'],
        cites: ['report'],
        line: 36,
      },
    ],
  )
  assert.deepEqual(
    brief.timeline.map(entry => [entry.date.text, entry.own, ...plain(entry)]),
    [
      ['2021-05-04', undefined, ['It is said: it opens.', 'report']],
      ['2021-05', 'a guess', ['The cranes come.', 'report']],
    ],
  )
  assert.deepEqual(
    brief.figures.map(figure => [figure.value, figure.own, ...plain(figure)]),
    [
      ['2.4 billion euros', undefined, ['the cost.', 'report']],
      ['49', '31 and 18', ['ships and boats.', 'report']],
    ],
  )
  assert.deepEqual(
    brief.differences.map(({ topic, claims }) => [topic, ...claims.flatMap(plain)]),
    [['When it opens', ['In May.', 'report'], ['Later.', 'other']]],
  )
})

test('keeps emphasis, code and links as runs', () => {
  assert.deepEqual(parsed(FULL).intro[0]?.parts[0]?.runs, [
    { kind: 'text', text: 'The harbour ' },
    { kind: 'emphasis', runs: [{ kind: 'text', text: 'opens' }] },
    { kind: 'text', text: ', after ' },
    { kind: 'strong', runs: [{ kind: 'text', text: 'years' }] },
    { kind: 'text', text: ', with a ' },
    { kind: 'link', url: 'https://example.org/map', runs: [{ kind: 'text', text: 'map' }] },
    { kind: 'text', text: '.' },
  ])
})

const contentOf = (text: string) => {
  const { brief, faults } = parseBrief('x', text)
  assert.deepEqual(faults, [])
  return brief && JSON.parse(JSON.stringify(brief, (key, value) => (key === 'at' ? undefined : value)))
}

test('reads the same from CRLF and with a byte order mark', () => {
  const crlf = FULL.replaceAll('\n', '\r\n')
  for (const text of [crlf, `\ufeff${FULL}`, `\ufeff${crlf}`]) assert.deepEqual(contentOf(text), contentOf(FULL))
})

test('knows an attribution by each dash, with or without the empty line', async t => {
  for (const dash of ['—', '–', '―', '--'])
    for (const gap of ['\n> ', '\n>\n> '])
      await t.test(JSON.stringify(gap + dash), () => {
        const [quote] = parsed(withSection('Quotes', `> We – and all – go${gap}${dash} Ada Lovell [@report]`)).quotes
        assert.deepEqual([quote?.speaker, quote?.paragraphs.map(runsText)], ['Ada Lovell', ['We – and all – go']])
      })
})

test('takes the last of several lines with a dash for the attribution', () => {
  const [quote] = parsed(withSection('Quotes', '> — We go.\n> — And stay.\n> — Ada Lovell [@report]')).quotes
  assert.deepEqual([quote?.speaker, quote?.paragraphs.map(runsText)], ['Ada Lovell', ['— We go. — And stay.']])
})

test('reads code over two lines of a quote without the quote’s marks', () => {
  const [quote] = parsed(withSection('Quotes', '> We `go\n> home` now\n>\n> — Ada Lovell [@report]')).quotes
  assert.deepEqual(quote?.paragraphs.map(runsText), ['We go home now'])
})

test('keeps a citation that stands in a link or in emphasis', () => {
  const rows = ['It opens, [see [@report]](https://example.org).', 'It _opens [@report]_.']
  for (const body of rows)
    assert.deepEqual(
      parsed(briefOf({ body })).intro[0]?.parts.flatMap(part => part.cites.map(cite => cite.id)),
      ['report'],
      body,
    )
})

test('takes an exclamation mark before […] for no image', () => {
  const [quote] = parsed(withSection('Quotes', '> We go![…] Now.\n>\n> — Ada Lovell [@report]')).quotes
  assert.deepEqual(quote?.paragraphs.map(runsText), ['We go![…] Now.'])
})

test('keeps a citation that stands behind a bracket', () => {
  const [part] = parsed(briefOf({ body: 'It opens [sic][@report]' })).intro[0]?.parts ?? []
  assert.deepEqual([runsText(part?.runs ?? []), part?.cites.map(cite => cite.id)], ['It opens [sic]', ['report']])
})

test('takes two brackets side by side for brackets', () => {
  const [quote] = parsed(withSection('Quotes', '> We […][all] go.\n>\n> — Ada Lovell [@report]')).quotes
  assert.deepEqual(quote?.paragraphs.map(runsText), ['We […][all] go.'])
})

test('leaves an address as it was meant', async t => {
  const rows: [string, string][] = [
    ['https://example.org/a_b?c=1&d=2#e', 'https://example.org/a_b?c=1&d=2#e'],
    ['https://example.org/a\\_\\(b\\)', 'https://example.org/a_(b)'],
    ['<https://example.org/a>', 'https://example.org/a'],
    ['mailto:desk@example.org', 'mailto:desk@example.org'],
  ]
  for (const [address, url] of rows)
    await t.test(address, () => {
      const [part] = parsed(briefOf({ body: `A [link](${address}). [@report]` })).intro[0]?.parts ?? []
      assert.deepEqual(part?.runs[1], { kind: 'link', url, runs: [{ kind: 'text', text: 'link' }] })
    })
})

test('refuses an address that a reader’s machine would run', async t => {
  for (const address of [
    'javascript:alert',
    'JaVaScRiPt:alert',
    'data:text/html,x',
    'vbscript:x',
    'file:///etc',
    '//example.org',
    'vilnius.md',
    '#x',
  ])
    await t.test(address, () =>
      assert.equal(parseBrief('x', briefOf({ body: `A [link](${address}). [@report]` })).faults.length, 1),
    )
})

/** Whether each fault lies in the text, at a line and column that it has. */
function assertPlaced(text: string, faults: { at: number; message: string }[]): void {
  const lines = text.split('\n')
  for (const { line, column, message } of toProblems('x.md', text, faults)) {
    assert.ok(line >= 1 && line <= lines.length, `${line} of ${lines.length}: ${message}`)
    assert.ok(column >= 1 && column <= [...(lines[line - 1] as string)].length + 1, `${line}:${column}: ${message}`)
    assert.doesNotMatch(message, /undefined|NaN|\[object/)
  }
}

const MARKUP = fc.constantFrom(
  ...'# |## Key points\n|## Quotes\n|## Timeline\n|## Figures\n|## Where sources differ\n|- |1. |> |> — |---|\n|\n\n|\r\n|  |    |\t|*|**|_|`|```|[|]|(|)|![|<b>|</b>|<!--|-->|&amp;|\\|[@report]|[@|: |2021-05-04|**31**|(own: x)|(unverified: x)|https://|title: |aliases: [|word|Ada|😀|\u200b|\ufeff|=|~|!|"|\''.split(
    '|',
  ),
)

const markup = fc.array(MARKUP, { maxLength: 40 }).map(pieces => pieces.join(''))

test('never throws, gives a brief or faults, and places each fault in the text', () => {
  fc.assert(
    fc.property(
      fc.oneof(markup, fc.string({ unit: 'binary' })),
      fc.boolean(),
      fc.boolean(),
      (noise, whole, inMatter) => {
        const text = whole ? noise : briefOf(inMatter ? { matter: `${MATTER}\n${noise}` } : { body: noise })
        const { brief, faults } = parseBrief('x', text)
        assert.equal(brief === undefined, faults.length > 0)
        assertPlaced(text, faults)
      },
    ),
    { numRuns: 3000 },
  )
})

test('never throws for any beginning of a good brief, nor for one with a hole', () => {
  for (let end = 0; end <= FULL.length; end++)
    assertPlaced(FULL.slice(0, end), parseBrief('x', FULL.slice(0, end)).faults)
  fc.assert(
    fc.property(fc.nat(FULL.length), fc.nat(FULL.length), fc.boolean(), (a, b, crlf) => {
      const hole = FULL.slice(0, Math.min(a, b)) + FULL.slice(Math.max(a, b))
      const text = crlf ? hole.replaceAll('\n', '\r\n') : hole
      assertPlaced(text, parseBrief('x', text).faults)
    }),
    { numRuns: 300 },
  )
})

test('places a fault at the same line and column after CRLF, a byte order mark and emoji', () => {
  const faulty = fc.constantFrom('<br>', '&amp;', '![x](y)', '[x](y)')
  const before = fc
    .array(fc.constantFrom('a', '😀', 'é', ' b', '🏳️‍🌈', '한'), { minLength: 1 })
    .map(words => words.join(''))
  fc.assert(
    fc.property(before, faulty, fc.boolean(), fc.boolean(), (words, fault, crlf, bom) => {
      const text = withSection('Key points', `- ${words} ${fault} c. [@report]`)
      const written = (bom ? '\ufeff' : '') + (crlf ? text.replaceAll('\n', '\r\n') : text)
      const problems = toProblems('x.md', written, parseBrief('x', written).faults)
      assert.deepEqual(
        problems.map(({ line, column }) => [line, column]),
        [[11, [...words].length + 4]],
      )
    }),
  )
})

const word = fc.stringMatching(/^[A-Za-zéї😀]{1,8}$/u)
const marked = fc
  .tuple(word, fc.constantFrom('', '*', '_', '**', '__', '`', 'link', 'brackets', 'escape', 'round'))
  .map(([inner, mark]) => ({
    inner,
    written:
      mark === 'link'
        ? `[${inner}](https://example.org)`
        : mark === 'brackets'
          ? `[${inner}]`
          : mark === 'round'
            ? `(${inner})`
            : mark === 'escape'
              ? `\\*${inner}\\_`
              : `${mark}${inner}${mark}`,
  }))
const gap = fc.constantFrom(' ', '\n  ', ' [@report] ', ', ', '  \n  ', ' <!-- x --> ', '; ')
const sentence = fc.array(fc.tuple(marked, gap), { minLength: 1, maxLength: 12 }).map(pieces => ({
  inner: pieces.map(([piece]) => piece.inner),
  written: `So ${pieces.map(([piece, space]) => piece.written + space).join('')}end. [@report]`,
}))

test('loses no letter of a statement, wherever it stands', () => {
  const place = fc.constantFrom<[heading: string, before: string]>(
    ['Key points', '- '],
    ['Timeline', '- 2021-05-04: '],
    ['Figures', '- **31**: '],
    ['Where sources differ', '- Topic\n  - One. [@report]\n  - '],
  )
  fc.assert(
    fc.property(sentence, place, ({ inner, written }, [heading, before]) => {
      const indented = before.includes('Topic') ? written.replaceAll('\n', '\n  ') : written
      const brief = parsed(withSection(heading, before + indented))
      const text =
        statementsOf(brief)
          .at(-1)
          ?.parts.map(part => runsText(part.runs))
          .join(' ') ?? ''
      assert.deepEqual(text.match(/[\p{L}\p{S}]+/gu), ['So', ...inner, 'end'])
    }),
    { numRuns: 500 },
  )
})

test('loses no letter of a quote, and gives none of its marks', () => {
  fc.assert(
    fc.property(
      fc.array(fc.array(word, { minLength: 1, maxLength: 12 }), { minLength: 1, maxLength: 4 }),
      fc.nat(5),
      (paragraphs, every) => {
        const lines = paragraphs.map(words =>
          words.map((one, i) => (i % (every + 1) === every ? `${one}\n>` : one)).join(' '),
        )
        const brief = parsed(withSection('Quotes', `> ${lines.join('\n>\n> ')}\n>\n> — Ada Lovell [@report]`))
        assert.deepEqual(
          brief.quotes[0]?.paragraphs.map(runs => runsText(runs)),
          paragraphs.map(words => words.join(' ')),
        )
      },
    ),
  )
})

test('a line that would take minutes to parse is a problem at its place', () => {
  const text = briefOf().concat(`\n${' '.repeat(30_000)}x\n`)
  const { faults } = parseBrief('opening', text)
  assert.deepEqual(
    faults.map(({ message }) => message),
    ['This line has 30001 characters, more than the 20000 that are read. Break it.'],
  )
  assert.equal(text.slice(faults[0]?.at).trim(), 'x')
})
