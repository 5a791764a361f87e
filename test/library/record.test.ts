import assert from 'node:assert/strict'
import { hash } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { readRecord } from '../../src/library/read-file.ts'
import { aboutFaults, draftRecord, fingerprint, toRecord } from '../../src/library/record.ts'
import { readWords } from '../../src/library/words.ts'
import { writeYaml } from '../../src/library/yaml.ts'
import { ABOUT, REPORT } from '../fakes/library.ts'

const draft = draftRecord(REPORT, ABOUT, [])

test('keeps quotations as fingerprints with their lines and speakers, and marks negations and numbers', () => {
  const record = toRecord('report', draft.file)
  assert.deepEqual(
    record.quotations.map(({ line, speaker, words }) => [line, speaker, words.map(word => word.marked)]),
    [
      [1, 'Ada Lovell', readWords(draft.quotations[0]?.text ?? '').map(word => word.marked)],
      [3, 'Tom Brandt', [false, false, true, false]],
      [3, 'Tom Brandt', [false, false, false, false, false]],
    ],
  )
  const sha256 = hash('sha256', REPORT)
  assert.equal(record.sha256, sha256)
  assert.deepEqual(
    record.quotations[1]?.words.map(word => word.print),
    ['i', 'am', 'not', 'sure'].map(word => fingerprint(sha256, word)),
  )
})

test('keeps the numbers and dates of the whole document, a day’s digits as date only, a year as both', () => {
  assert.deepEqual(draft.file.numbers, ['2022', '2.4 billion euros', '68%', '31'])
  assert.deepEqual(draft.file.dates, ['4 May 2021', '2022'])
})

test('keeps each number and date once', () => {
  const { file } = draftRecord('31 and 31, on Monday and Monday.', ABOUT, [])
  assert.deepEqual([file.numbers, file.dates], [['31'], ['Monday']])
})

test('gives the same record when its file is written and read again', () => {
  const read = readRecord('report', writeYaml(draft.file))
  assert.deepEqual(read.faults, [])
  assert.deepEqual(read.good, toRecord('report', draft.file))
})

test('reads fingerprints that are folded over lines', () => {
  const folded = writeYaml(draft.file).replace(/words: (.*)/g, 'words: >\n      $1\n')
  assert.deepEqual(readRecord('report', folded), { good: toRecord('report', draft.file), faults: [] })
})

test('keeps nothing of the reporter’s prose', () => {
  const written = writeYaml(draft.file).toLowerCase()
  for (const word of ['minister', 'mayor', 'counted', 'ships', 'paused', 'open', 'harbour in', 'sure', 'come'])
    assert.ok(!written.replace('title: the harbour\n', '').includes(word), word)
  const prints = new Set(
    toRecord('report', draft.file).quotations.flatMap(({ words }) => words.map(word => word.print)),
  )
  const prose = ['minister', 'mayor', 'counted', 'ships', 'paused'].map(word => fingerprint(draft.file.sha256, word))
  assert.deepEqual(
    prose.filter(print => prints.has(print)),
    [],
  )
})

test('takes a paragraph for speech that the editor names', () => {
  const document = 'He spoke.\n\nWe go, and we don’t stay.\n'
  const { file, quotations } = draftRecord(document, ABOUT, [{ line: 3, speaker: 'Tom Brandt' }])
  assert.deepEqual(
    quotations.map(({ text, line, speaker }) => [text, line, speaker]),
    [['We go, and we don’t stay.', 3, 'Tom Brandt']],
  )
  assert.deepEqual(
    toRecord('x', file).quotations[0]?.words.map(word => word.marked),
    [false, false, false, false, true, false],
  )
})

test('refuses speech at a line that begins no paragraph', () => {
  assert.throws(() => draftRecord('One.\n\nTwo.\n', ABOUT, [{ line: 2, speaker: 'X' }]), {
    name: 'RangeError',
    message: 'Line 2 of the document begins no paragraph.',
  })
})

test('salts fingerprints, so that two records do not show their common words', () => {
  const [a, b] = ['a', 'b'].map(text => hash('sha256', text)) as [string, string]
  assert.match(fingerprint(a, 'harbour'), /^[0-9a-f]{5}$/)
  assert.equal(fingerprint(a, 'harbour'), fingerprint(a, 'harbour'))
  assert.notEqual(fingerprint(a, 'harbour'), fingerprint(b, 'harbour'))
})

test('spreads fingerprints evenly over 20 bits', () => {
  const sha256 = hash('sha256', 'x')
  const prints = Array.from({ length: 65_536 }, (_, i) => Number.parseInt(fingerprint(sha256, `w${i}`), 16))
  const counts = new Array<number>(16).fill(0)
  for (const print of prints) counts[print >> 16] = (counts[print >> 16] as number) + 1
  // 4,096 are expected in each sixteenth; five standard deviations are 310.
  assert.ok(
    counts.every(count => Math.abs(count - 4096) < 310),
    counts.join(' '),
  )
  // 65,536² / 2 / 2^20 = 2,048 pairs are expected to meet; a fingerprint of fewer bits has many more.
  const met = prints.length - new Set(prints).size
  assert.ok(met > 1700 && met < 2300, `${met}`)
})

test('says what is wrong with what an editor says of a source', () => {
  assert.deepEqual(aboutFaults(ABOUT), [])
  assert.deepEqual(aboutFaults({ ...ABOUT, published: '2021-02-30', url: 'ftp://x' }), [
    'Expected --published to be a date such as 2023-07-12, 2022-09, 2008 or 2023-07-11/2023-07-12, got "2021-02-30".',
    'Expected --url to be an address such as https://example.org/article, got "ftp://x".',
  ])
  assert.deepEqual(aboutFaults({ ...ABOUT, published: 'May' }), [
    'Expected --published to be a date such as 2023-07-12, 2022-09, 2008 or 2023-07-11/2023-07-12, got "May".',
  ])
})

test('reads every record that it can write', () => {
  const piece = fc.constantFrom(
    '“',
    '”',
    'We',
    ' ',
    '\n',
    '5%',
    ' million',
    'three',
    '12 July 2023',
    'not',
    '… ',
    '€',
    'Monday',
    '-',
  )
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), pieces => {
      const { file } = draftRecord(pieces.join(''), ABOUT, [])
      const read = readRecord('x', writeYaml(file))
      assert.deepEqual(
        read.faults.filter(fault => fault.severity !== 'warning'),
        [],
      )
      assert.deepEqual(read.good, toRecord('x', file))
      assert.equal(read.good?.numbers.length, file.numbers.length)
    }),
  )
})
