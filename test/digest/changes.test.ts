import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type Run, strong, text } from '../../src/card/card.ts'
import { changeOf } from '../../src/digest/changes.ts'
import { hashesOf } from '../../src/digest/statements.ts'
import type { Brief, BriefQuote, Statement } from '../../src/library/brief.ts'
import { type EdtfDate, parseEdtf } from '../../src/library/edtf.ts'
import { makeBrief } from '../fakes/random-brief.ts'

const state = (words: string | Run[], ...ids: string[]): Statement => ({
  parts: [
    {
      runs: typeof words === 'string' ? [text(words)] : words,
      cites: ids.map(id => ({ kind: 'cite', id, at: 0 })),
    },
  ],
  at: 0,
})

const edtf = (date: string): EdtfDate => parseEdtf(date) as EdtfDate

const SAID: BriefQuote = { paragraphs: [[text('It opens.')]], speaker: 'Ada', role: 'mayor', cites: [], at: 0 }

const BRIEF: Brief = {
  ...makeBrief(1),
  matter: {
    title: 'Port',
    date: '2021',
    aliases: [],
    topics: [],
    related: [],
    reviewed: '2026-11-21',
    status: 'published',
  },
  date: edtf('2021'),
  intro: [state('The port opens.', 'a')],
  keyPoints: [state('It has cranes.', 'a'), state('It has sheds.', 'a', 'b')],
  quotes: [SAID],
  timeline: [{ ...state('It opens.', 'a'), date: edtf('2021-05-04') }],
  figures: [{ ...state('ships', 'a'), value: '31' }],
  differences: [{ topic: 'When', claims: [state('In May.', 'a'), state('In June.', 'b')], at: 0 }],
}

const points = (...keyPoints: Statement[]): Partial<Brief> => ({ keyPoints })

const [cranes, sheds] = BRIEF.keyPoints as [Statement, Statement]

const matter = (change: Partial<Brief['matter']>): Partial<Brief> => ({ matter: { ...BRIEF.matter, ...change } })

const CHANGES: [change: Partial<Brief>, summary: string | undefined][] = [
  [{}, undefined],
  [points(sheds, cranes), undefined],
  [points(cranes, { ...sheds, at: 7 }), undefined],
  [points(cranes, state('It has\n   sheds. ', 'a', 'b')), undefined],
  [points(cranes, state([text('It has '), strong('sheds'), text('.')], 'a', 'b')), undefined],
  [points(cranes, state('It has sheds.', 'b', 'a')), undefined],
  [matter({ reviewed: '2026-11-22', owner: 'desk', topics: ['ships'], aliases: ['quay'], related: ['x'] }), undefined],
  [points(cranes, state('It has sheds.', 'a')), '1 key point changed.'],
  [points(cranes, state('It has Sheds.', 'a', 'b')), '1 key point changed.'],
  [points(cranes, { ...sheds, own: 'counted' }), '1 key point changed.'],
  [
    points(cranes, state([{ kind: 'link', url: 'https://a.example/', runs: [text('It has sheds.')] }], 'a', 'b')),
    '1 key point changed.',
  ],
  [points(cranes), '1 key point removed.'],
  [points(), '2 key points removed.'],
  [points(cranes, state('Rain.'), state('Sun.'), state('Snow.')), '2 key points added; 1 key point changed.'],
  [
    { ...points(cranes, sheds, state('Rain.')), quotes: [SAID, { ...SAID, speaker: 'Tom' }] },
    '1 key point added, 1 quote.',
  ],
  [{ quotes: [{ ...SAID, unverified: 'heard' }] }, '1 quote changed.'],
  [{ quotes: [{ ...SAID, role: 'Mayor' }] }, '1 quote changed.'],
  [{ quotes: [{ ...SAID, date: edtf('2021') }] }, '1 quote changed.'],
  [{ timeline: [{ ...state('It opens.', 'a'), date: edtf('2021-05-05') }] }, '1 timeline entry changed.'],
  [{ figures: [{ ...state('ships', 'a'), value: '32' }] }, '1 figure changed.'],
  [
    { differences: [{ topic: 'The month', claims: [state('In May.', 'a'), state('In June.', 'b')], at: 0 }] },
    '2 claims where sources differ changed.',
  ],
  [{ intro: [state('The port opens.', 'a'), state('At last.')] }, '1 paragraph of the introduction added.'],
  [matter({ correction: '2026-11-22: No.' }), 'A correction.'],
  [matter({ title: 'The port' }), 'A new title.'],
  [{ date: edtf('2021-05') }, 'Another date.'],
]

describe('what changed of a brief', () => {
  for (const [index, [change, summary]] of CHANGES.entries())
    it(`${index + 1}: ${summary ?? 'nothing'}`, () => {
      assert.equal(changeOf({ ...BRIEF, ...change }, hashesOf(BRIEF))?.summary, summary)
    })
})
