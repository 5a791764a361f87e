import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { readWords } from '../../src/library/words.ts'

const words = (text: string): string[] => readWords(text).map(word => word.text)

test('takes two texts for the same words', async t => {
  const rows: [what: string, a: string, b: string][] = [
    ['case', 'NATO Summit', 'nato summit'],
    ['hyphen and space', 'long-range', 'long range'],
    ['dash and space', 'long–range', 'long range'],
    ['an underscore and a space', 'long_range', 'long range'],
    ['apostrophes', 'don’t', "don't"],
    ['quotation marks', '“we” «go»', 'we go'],
    ['fullwidth forms', 'ＮＡＴＯ', 'nato'],
    ['ligatures', 'o\ufb03ce', 'office'],
    ['soft hyphens', 'is\u00adland', 'island'],
    ['a variation selector', 'a\ufe0f b', 'a b'],
    ['groups of thousands', '1,234,567', '1234567'],
    ['a space before %', '68 %', '68%'],
    ['the place of a currency sign', '5 €', '€5'],
    ['a fraction', '½', '1/2'],
    ['a range', '11-12', '11–12'],
    ['a range and a space', '11-12', '11 12'],
    ['a minus and a hyphen for it', 'of −5%', 'of -5%'],
    ['the place of a minus', '€-5', '-€5'],
    ['final sigma', 'ΟΔΟΣ', 'οδος'],
    ['Hangul, composed or not', '한국', '한국'.normalize('NFD')],
    ['accents, composed or not', 'Kožušník', 'Kožušník'.normalize('NFD')],
    ['a grapheme joiner that cannot be seen', 'a\u034fb', 'ab'],
  ]
  for (const [what, a, b] of rows) await t.test(what, () => assert.deepEqual(words(a), words(b)))
})

test('takes two texts for different words', async t => {
  const rows: [what: string, a: string, b: string][] = [
    ['%', '68%', '68'],
    ['‰', '68%', '68‰'],
    ['a currency sign', '€5', '5'],
    ['another currency sign', '€5', '$5'],
    ['a decimal point', '2.4', '24'],
    ['a decimal point and a space', '2.4', '2 4'],
    ['a decimal comma', '2,4', '2.4'],
    ['an exponent', '10²', '102'],
    ['a number and a fraction', '2½', '21/2'],
    ['a minus', '-5%', '5%'],
    ['a minus before a currency sign', '−€5', '€5'],
    ['an Arabic per cent sign', '68٪', '68'],
    ['a contraction', 'don’t', 'do'],
    ['a possessive', 'Ukraine’s', 'Ukraine'],
    ['an accent', 'café', 'cafe'],
    ['another script', 'а', 'a'],
    ['points in an abbreviation', 'U.S.', 'US'],
  ]
  for (const [what, a, b] of rows) await t.test(what, () => assert.notDeepEqual(words(a), words(b)))
})

test('marks negations and numbers, and no other words', async t => {
  const marked =
    'not no never none nobody nothing nowhere neither nor cannot without don’t won’t isn’t hardly unless nicht kein niemals не нет ні ніколи pas jamais sin nunca nie 7 68% €5 2.4 three Three third eleventh twentieth million billion half dozen hundreds once twice percent twelfth nineteenth thousandth millionth tens fifths twenties drei cinq mille medio сто тысяч мільйон п’ять'
  for (const text of marked.split(' '))
    await t.test(text, () =>
      assert.deepEqual(
        readWords(text).map(word => word.marked),
        [true],
      ),
    )
  const plain = 'we nation notice knot one’s island tension Ukraine weight of the and'
  for (const text of plain.split(' '))
    await t.test(text, () =>
      assert.deepEqual(
        readWords(text).map(word => word.marked),
        [false],
      ),
    )
})

test('compares scripts without spaces by character', () => {
  assert.deepEqual(words('北約支持'), ['北', '約', '支', '持'])
})

test('gives the same words for a text with composed and with decomposed characters', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.constantFrom('NFC', 'NFD'), (text, form) => {
      assert.deepEqual(words(text.normalize(form)), words(text))
    }),
    { seed: 1 },
  )
})

test('gives the same words for its words joined', () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom('We', ' ', '-', '’', '5', '.', ',', '%', '€', 'né', '\n', '“', '[', '…')),
      pieces => {
        const once = words(pieces.join(''))
        assert.deepEqual(words(once.join(' ; ')), once)
      },
    ),
  )
})
