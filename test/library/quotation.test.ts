import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { findQuotations, splitParagraphs } from '../../src/library/quotation.ts'

const texts = (document: string): string[] => findQuotations(document).map(quotation => quotation.text)

test('finds what stands between marks of any kind', async t => {
  const rows: [what: string, document: string, found: string[]][] = [
    ['curly marks', 'She said “we go” and “we stay”.', ['we go', 'we stay']],
    ['straight marks', 'She said "we go" and "we stay".', ['we go', 'we stay']],
    ['low marks', 'Sie sagte „wir gehen“ und „wir bleiben“.', ['wir gehen', 'wir bleiben']],
    ['low marks that close as in Polish', 'Powiedziała „idziemy”.', ['idziemy']],
    ['pointed marks', 'Вона сказала «ми йдемо».', ['ми йдемо']],
    ['pointed marks that point inwards', 'Sie sagte »wir gehen«.', ['wir gehen']],
    ['the same mark twice, as in Swedish', 'Hon sade ”vi går” och ”vi stannar”.', ['vi går', 'vi stannar']],
    ['single marks', 'The “special” and the ‘closer than ever’ island.', ['special', 'closer than ever']],
    ['an apostrophe in single marks', 'It is ‘our neighbour’s day’ now.', ['our neighbour’s day']],
    ['an apostrophe outside', 'It is the neighbour’s day, and don’t ask.', []],
    ['single marks inside double ones', 'She said “it is ‘special’ to us”.', ['it is ‘special’ to us']],
    ['inches', 'A pipe of 5" or 6" across.', []],
    ['marks around nothing', 'She wrote “ ” and “—”.', []],
    ['brackets before a mark', 'They agreed (“we go”).', ['we go']],
    ['a mark at the start and the end', '“we go”', ['we go']],
    ['no marks', 'Nobody spoke.', []],
  ]
  for (const [what, document, found] of rows) await t.test(what, () => assert.deepEqual(texts(document), found))
})

test('ends a quotation without a closing mark with its paragraph, and says so', () => {
  const document = 'She said: “we go and go\n\nand they said “no”.\n'
  assert.deepEqual(
    findQuotations(document).map(({ text, flaw }) => [text, flaw]),
    [
      ['we go and go', 'no closing mark'],
      ['no', undefined],
    ],
  )
})

test('begins a new quotation at a nested opening mark, and says so of both', () => {
  assert.deepEqual(
    findQuotations('She said “we go, he said “now” and left”.').map(({ text, flaw }) => [text, flaw]),
    [
      ['we go, he said ', 'nested'],
      ['now', 'nested'],
    ],
  )
})

const speakers = (document: string): (string | undefined)[] =>
  findQuotations(document).map(quotation => quotation.speaker)

test('proposes the speaker who is named nearest', async t => {
  const rows: [what: string, document: string, found: (string | undefined)[]][] = [
    ['behind the quotation', '“We go,” Ada Lovell said.', ['Ada Lovell']],
    ['before the quotation', 'Ada Lovell said: “We go.”', ['Ada Lovell']],
    [
      'by the surname, once named in full',
      'Ada Lovell said: “We go.”\n\n“We stay,” Lovell added.',
      ['Ada Lovell', 'Ada Lovell'],
    ],
    ['without the title', 'Foreign Minister Ada Lovell said: “We go.”', ['Ada Lovell']],
    ['behind rather than before', 'Ada Lovell said so. “We go,” Tom Brandt said.', ['Tom Brandt']],
    ['outside the quotation', 'Ada Lovell said: “Tom Brandt said so.”', ['Ada Lovell']],
    ['the last one where nobody is named', 'Ada Lovell said: “We go.”\n\n“We stay.”', ['Ada Lovell', 'Ada Lovell']],
    ['nobody where nobody is', '“We go.”', [undefined]],
    [
      'nobody who has no verb of speaking near',
      `${'x '.repeat(80)}Ada Lovell ${'x '.repeat(80)} “We go.”`,
      [undefined],
    ],
  ]
  for (const [what, document, found] of rows) await t.test(what, () => assert.deepEqual(speakers(document), found))
})

test('takes a line for a paragraph, or in a hard-wrapped text the lines up to an empty one', () => {
  const long = 'x'.repeat(101)
  assert.deepEqual(splitParagraphs(`one\ntwo\n${long}\n`), [
    { text: 'one', from: 0, line: 1 },
    { text: 'two', from: 4, line: 2 },
    { text: long, from: 8, line: 3 },
  ])
  assert.deepEqual(splitParagraphs('one\ntwo\n \n\nthree'), [
    { text: 'one\ntwo', from: 0, line: 1 },
    { text: 'three', from: 11, line: 5 },
  ])
})

test('finds a quotation over the lines of a hard-wrapped paragraph', () => {
  assert.deepEqual(texts('She said “we\ngo” then.\n'), ['we\ngo'])
})

const pieces = fc.array(
  fc.constantFrom(
    '“',
    '”',
    '„',
    '«',
    '»',
    '"',
    '‘',
    '’',
    'we',
    'Ada Lovell said',
    ' ',
    '\n',
    '\n\n',
    '.',
    ',',
    '(',
    '…',
    '5',
    '😀',
  ),
  { maxLength: 40 },
)

test('gives texts that stand at their places, in order, without overlap, each with a letter or digit', () => {
  fc.assert(
    fc.property(pieces, bits => {
      const document = bits.join('')
      let last = 0
      for (const { text, from, to } of findQuotations(document)) {
        assert.equal(document.slice(from, to), text)
        assert.ok(from >= last)
        assert.match(text, /[\p{L}\p{N}]/u)
        last = to
      }
    }),
  )
})

test('gives paragraphs that stand at their places and leave out only white space', () => {
  fc.assert(
    fc.property(pieces, bits => {
      const document = bits.join('')
      const paragraphs = splitParagraphs(document)
      for (const { text, from, line } of paragraphs) {
        assert.equal(document.slice(from, from + text.length), text)
        assert.equal(document.slice(0, from).split('\n').length, line)
      }
      const letters = (text: string) => text.replace(/\s/g, '')
      assert.equal(letters(paragraphs.map(paragraph => paragraph.text).join('')), letters(document))
    }),
  )
})
