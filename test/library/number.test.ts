import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type FoundNumber, findNumbers, sameNumber } from '../../src/library/number.ts'

const ROWS: [text: string, value: string, unit?: string][] = [
  ['31', '31'],
  ['0', '0'],
  ['007', '7'],
  ['1,000', '1000'],
  ['1,234,567', '1234567'],
  ['1.234.567', '1234567'],
  ['2.40', '2.4'],
  ['2,4', '2.4'],
  ['0.50', '0.5'],
  ['1,234.50', '1234.5'],
  ['1.234,50', '1234.5'],
  ['1,50,000', '150000'],
  ['0,125', '0.125'],
  ['12.7.2023', '12.7.2023'],
  ['-5%', '-5', '%'],
  ['−5', '-5'],
  ['-€5', '-5', 'EUR'],
  ['€-5', '-5', 'EUR'],
  ['68‰', '68', '‰'],
  ['EUR 5 billion', '5000000000', 'EUR'],
  ['EUR5', '5', 'EUR'],
  ['rub 5', '5'],
  ['68%', '68', '%'],
  ['68 %', '68', '%'],
  ['68 per cent', '68', '%'],
  ['68 percent', '68', '%'],
  ['€2.4 billion', '2400000000', 'EUR'],
  ['2.4 billion euros', '2400000000', 'EUR'],
  ['2.4bn euros', '2400000000', 'EUR'],
  ['€ 2,400,000,000', '2400000000', 'EUR'],
  ['US$5', '5', 'USD'],
  ['$5m', '5000000', 'USD'],
  ['5 dollars', '5', 'USD'],
  ['£3', '3', 'GBP'],
  ['₴7', '7', 'UAH'],
  ['100k', '100000'],
  ['1.2345678 thousand', '1234.5678'],
  ['300 km', '300', 'km'],
  ['300 kilometres', '300', 'km'],
  ['155mm', '155', 'mm'],
  ['F-16', '16', 'f-'],
  ['G7', '7', 'g'],
  ['three', '3'],
  ['Three', '3'],
  ['twenty-five', '25'],
  ['two hundred and six', '206'],
  ['one hundred billion euros', '100000000000', 'EUR'],
  ['two million five hundred thousand', '2500000'],
  ['half', '0.5'],
  ['a dozen', '12'],
  ['two dozen', '24'],
  ['fifth', '5'],
  ['twelfth', '12'],
  ['twenty-first', '21'],
  ['thirtieth', '30'],
  ['٣١', '31'],
  ['３１', '31'],
]

test('reads a number with its unit', async t => {
  for (const [text, value, unit] of ROWS)
    await t.test(text, () =>
      assert.deepEqual(
        findNumbers(`Of it ${text}, they say.`).map(found => [found.value, found.unit]),
        [[value, unit]],
      ),
    )
})

test('reads several numbers in order, each with its place', () => {
  const text = 'From 10–15% of 31 ships to three.'
  assert.deepEqual(
    findNumbers(text).map(({ value, unit, from, to, digits }) => [value, unit, text.slice(from, to), digits]),
    [
      ['10', undefined, '10', true],
      ['15', '%', '15%', true],
      ['31', undefined, '31', true],
      ['3', undefined, 'three', false],
    ],
  )
})

test('takes no word for a number that only begins or ends like one', () => {
  assert.deepEqual(findNumbers('Someone often wrote to the tenant, who is alone, of a tension.'), [])
})

test('takes percentage points for no percentage', () => {
  assert.deepEqual(
    findNumbers('68 percentage points').map(({ value, unit }) => [value, unit]),
    [['68', undefined]],
  )
})

const one = (text: string): FoundNumber => findNumbers(text)[0] as FoundNumber

test('knows which numbers state the same figure', async t => {
  const rows: [string, string, boolean][] = [
    ['68%', '68 per cent', true],
    ['68%', '68', false],
    ['68‰', '68', false],
    ['68‰', '68%', false],
    ['-5%', '5%', false],
    ['-5%', '−5 per cent', true],
    ['1.2.3', '123', false],
    ['68%', '69%', false],
    ['€2.4 billion', '2.4 billion euros', true],
    ['€2.4 billion', '$2.4 billion', false],
    ['€2.4 billion', '2.4 billion', false],
    ['€2.4 billion', '€24 billion', false],
    ['€2.4 billion', '€2.4 million', false],
    ['1,000', '1000', true],
    ['31', 'thirty-one', true],
    ['300 km', '300', true],
    ['300 km', '300 kg', false],
    ['F-16', '16', false],
    ['F-16', 'F-16', true],
    ['F-16', 'G16', false],
    ['1.234,56', '1.234,99', false],
    ['1.5', '1,5', true],
    ['1,500', '1.5', false],
  ]
  for (const [a, b, same] of rows)
    await t.test(`${a} and ${b}`, () => {
      assert.equal(sameNumber(one(a), one(b)), same)
      assert.equal(sameNumber(one(b), one(a)), same)
    })
})

const decimal = fc
  .tuple(fc.nat(999_999_999), fc.stringMatching(/^[0-9]{0,4}$/))
  .map(([whole, part]) => ({ whole, part, text: part ? `${whole}.${part}` : `${whole}` }))

test('keeps the exact value, with and without groups of thousands', () => {
  fc.assert(
    fc.property(decimal, ({ whole, part, text }) => {
      const grouped = `${whole.toLocaleString('en')}${part && `.${part}`}`
      assert.equal(one(grouped).value, one(text).value)
      assert.equal(Number(one(text).value), Number(text))
    }),
  )
})

test('gives different values for different numbers', () => {
  fc.assert(
    fc.property(decimal, decimal, (a, b) => {
      assert.equal(one(a.text).value === one(b.text).value, Number(a.text) === Number(b.text))
    }),
  )
})

test('reads a number from its own text alone as it read it in the document', () => {
  const piece = fc.constantFrom(
    '31',
    '2.4',
    ' ',
    ' billion',
    '%',
    '€',
    ' euros',
    'two',
    '-',
    ' and',
    ',',
    '.',
    ' hundred',
    'F-',
    ' km',
    ' of',
    'x',
    '\n',
  )
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), pieces => {
      for (const found of findNumbers(pieces.join(''))) {
        const [again] = findNumbers(found.text)
        assert.deepEqual([again?.value, again?.unit], [found.value, found.unit])
      }
    }),
  )
})

test('gives places that lie in the text, in order, without overlap', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'grapheme' }),
      fc.array(fc.constantFrom('7 ', 'two-', '€', ' %', '3.')),
      (text, bits) => {
        const whole = bits.join(text)
        let last = 0
        for (const { from, to } of findNumbers(whole)) {
          assert.ok(from >= last && to > from && to <= whole.length)
          last = to
        }
      },
    ),
  )
})
