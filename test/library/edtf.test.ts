import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type EdtfDate, formatEdtf, overlaps, parseEdtf } from '../../src/library/edtf.ts'

const GOOD: [text: string, from: string, to: string, formatted: string][] = [
  ['2008', '2008-01-01', '2008-12-31', '2008'],
  ['2022-09', '2022-09-01', '2022-09-30', 'September 2022'],
  ['2023-02', '2023-02-01', '2023-02-28', 'February 2023'],
  ['2024-02', '2024-02-01', '2024-02-29', 'February 2024'],
  ['1900-02', '1900-02-01', '1900-02-28', 'February 1900'],
  ['2000-02', '2000-02-01', '2000-02-29', 'February 2000'],
  ['2023-07-12', '2023-07-12', '2023-07-12', '12 July 2023'],
  ['2024-02-29', '2024-02-29', '2024-02-29', '29 February 2024'],
  ['2023-07-11/2023-07-12', '2023-07-11', '2023-07-12', '11–12 July 2023'],
  ['2023-06-30/2023-07-02', '2023-06-30', '2023-07-02', '30 June – 2 July 2023'],
  ['2022-12-31/2023-01-02', '2022-12-31', '2023-01-02', '31 December 2022 – 2 January 2023'],
  ['2023-06/2023-07', '2023-06-01', '2023-07-31', 'June – July 2023'],
  ['2022-12/2023-01', '2022-12-01', '2023-01-31', 'December 2022 – January 2023'],
  ['2022/2023', '2022-01-01', '2023-12-31', '2022 – 2023'],
  ['2022/2023-05', '2022-01-01', '2023-05-31', '2022 – May 2023'],
  ['2023-07-12/2023-07-12', '2023-07-12', '2023-07-12', '12 July 2023'],
  ['0044-03-15', '0044-03-15', '0044-03-15', '15 March 0044'],
]

test('reads a date, its first and its last day, and shows it', async t => {
  for (const [text, from, to, formatted] of GOOD)
    await t.test(text, () => {
      assert.deepEqual(parseEdtf(text), { text, from, to })
      assert.equal(formatEdtf(parseEdtf(text) as EdtfDate), formatted)
    })
})

const BAD = [
  '',
  ' ',
  'yesterday',
  '2023-7-12',
  '2023-13',
  '2023-00',
  '2023-02-30',
  '2023-02-29',
  '1900-02-29',
  '2023-04-31',
  '2023-07-00',
  '2023-07-32',
  '12-07-2023',
  '12 July 2023',
  '2023/07/12',
  '20230712',
  '23-07-12',
  '2023-07-12/',
  '/2023-07-12',
  '/',
  '2023-07-12/2023-07-11',
  '2023/2022',
  '2022/2023/2024',
  '2023-07-12T06:00',
  '2023-07-12 ',
  '2023-07-12\n',
  '-2023',
  '٢٠٢٣',
  '2023-07-12/yesterday',
]

test('refuses what is no date', async t => {
  for (const text of BAD) await t.test(JSON.stringify(text), () => assert.equal(parseEdtf(text), undefined))
})

test('knows whether two dates share a day', async t => {
  const rows: [string, string, boolean][] = [
    ['2023-07-12', '2023-07-12', true],
    ['2023-07-12', '2023-07-13', false],
    ['2023-07', '2023-07-31', true],
    ['2023-07', '2023-08', false],
    ['2023', '2023-07-11/2023-07-12', true],
    ['2022-12-31/2023-01-01', '2023', true],
    ['2021/2022', '2023', false],
  ]
  for (const [a, b, shared] of rows)
    await t.test(`${a} and ${b}`, () => {
      assert.equal(overlaps(parseEdtf(a) as EdtfDate, parseEdtf(b) as EdtfDate), shared)
      assert.equal(overlaps(parseEdtf(b) as EdtfDate, parseEdtf(a) as EdtfDate), shared)
    })
})

test('has a date for every day of the calendar, and for no other', () => {
  const instants = fc.date({ min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true })
  fc.assert(
    fc.property(instants, instant => {
      const text = instant.toISOString().slice(0, 10)
      assert.deepEqual(parseEdtf(text), { text, from: text, to: text })
    }),
  )
  fc.assert(
    fc.property(fc.integer({ min: 1000, max: 9999 }), fc.nat(99), fc.nat(99), (year, month, day) => {
      const text = `${year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`
      const instant = new Date(`${text}T00:00:00Z`)
      const real = !Number.isNaN(instant.getTime()) && instant.toISOString().startsWith(text)
      assert.equal(parseEdtf(text) !== undefined, real)
    }),
  )
})
