import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Brief } from '../../src/library/brief.ts'
import { compareSource, findCopiedRuns } from '../../src/library/compare-source.ts'
import { briefOf, COLLECTION, INTRO, MATTER, REPORT, recordOf, shelfOf } from '../fakes/library.ts'

const record = recordOf('report', REPORT)

test('knows the very text', () => {
  assert.deepEqual(compareSource(REPORT, record), { same: true, missingQuotations: [], missingNumbers: [] })
})

test('knows a text that differs only in how it is written', () => {
  const other = REPORT.replaceAll(/[“”]/g, '"')
    .replaceAll('\n\n', '\r\n\r\n')
    .replace('2.4 billion euros', '€2.4 billion')
  assert.equal(compareSource(other, record).same, false)
  assert.deepEqual(compareSource(other, record).missingNumbers, [])
})

test('names the quotations and numbers that a text lacks', () => {
  const other = REPORT.replace('I am not sure', 'I am sure').replace('31 ships', '32 ships')
  const { same, missingQuotations, missingNumbers } = compareSource(other, record)
  assert.equal(same, false)
  assert.deepEqual(
    missingQuotations.map(({ line, words }) => [line, words.length]),
    [[3, 4]],
  )
  assert.deepEqual(missingNumbers, ['31'])
})

const PROSE = 'The old crane on the northern quay was taken down in the rain by men who had built it.'

const copied = (changes: Parameters<typeof briefOf>[0]) => {
  const shelf = shelfOf({ ...COLLECTION, 'port/opening.md': briefOf(changes) })
  assert.deepEqual(shelf.library.problems, [])
  const briefs: Brief[] = [...(shelf.library.collections.get('port')?.briefs.values() ?? [])]
  assert.equal(briefs.length, 1)
  return findCopiedRuns(`First. ${PROSE} Then they went.`, briefs).map(run => run.words)
}

const words = (from: number, to: number) => PROSE.toLowerCase().replace('.', '').split(' ').slice(from, to).join(' ')

test('finds a run of twelve copied words, and not of eleven', () => {
  assert.deepEqual(copied({ body: `So ${words(0, 12)}! [@report]` }), [words(0, 12)])
  assert.deepEqual(copied({ body: `So ${words(0, 11)}! [@report]` }), [])
})

test('gives the longest run, in whatever case and punctuation', () => {
  assert.deepEqual(copied({ body: `Today: ${PROSE.toUpperCase().replaceAll(' ', ', ')} [@report]` }), [words(0, 19)])
})

test('looks in titles, claims and topics too', () => {
  assert.deepEqual(copied({ matter: MATTER.replace('The opening', words(2, 15)) }), [words(2, 15)])
  const differ = `${INTRO}\n\n## Where sources differ\n\n- ${words(1, 13)}\n  - ${words(3, 17)} [@report]\n  - No. [@report]`
  assert.deepEqual(copied({ body: differ }).toSorted(), [words(1, 13), words(3, 17)].toSorted())
})

test('does not look at quotes, whose words are the source’s by right', () => {
  const quote = `${INTRO}\n\n## Quotes\n\n> ${PROSE}\n>\n> — Ada Lovell [@report] (unverified: heard)`
  assert.deepEqual(copied({ body: quote }), [])
})
