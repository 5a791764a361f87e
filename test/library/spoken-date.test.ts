import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { findDates, type SpokenDate } from '../../src/library/spoken-date.ts'

const parts = ({ year, month, day, weekday }: SpokenDate) => [year, month, day, weekday]

type Parts = (number | undefined)[]

const on = (year?: number, month?: number, day?: number): Parts => [year, month, day, undefined]

const weekday = (number: number): Parts => [undefined, undefined, undefined, number]

const ROWS: [text: string, dates: Parts[], language?: string][] = [
  ['28 September 2023', [on(2023, 9, 28)]],
  ['28th of September, 2023', [on(2023, 9, 28)]],
  ['1 May 2021', [on(2021, 5, 1)]],
  ['July 11', [on(undefined, 7, 11)]],
  ['July 11, 2023', [on(2023, 7, 11)]],
  ['July 1st, 2023', [on(2023, 7, 1)]],
  ['11 July', [on(undefined, 7, 11)]],
  ['11–12 July 2023', [on(2023, 7, 11), on(2023, 7, 12)]],
  ['July 11 and 12', [on(undefined, 7, 11), on(undefined, 7, 12)]],
  ['30 June – 2 July 2023', [on(undefined, 6, 30), on(2023, 7, 2)]],
  ['September 2022', [on(2022, 9)]],
  ['September', [on(undefined, 9)]],
  ['SEPTEMBER 2022', [on(2022, 9)]],
  ['2008', [on(2008)]],
  ['2023-07-12', [on(2023, 7, 12)]],
  ['2023-07', [on(2023, 7)]],
  ['Wednesday', [weekday(3)]],
  ['Sundays', [weekday(7)]],
  ['Monday and Tuesday', [weekday(1), weekday(2)]],
  ['28. September 2023', [on(2023, 9, 28)], 'de'],
  ['Mittwoch', [weekday(3)], 'de'],
  ['12 de julio de 2023', [on(2023, 7, 12)], 'es'],
  ['miércoles', [weekday(3)], 'es'],
  ['12 липня 2023', [on(2023, 7, 12)], 'uk'],
  ['12 juillet 2023', [on(2023, 7, 12)], 'fr'],
  ['12 July 2023', [on(2023, 7, 12)], 'xx'],
]

test('reads a date as a text speaks of it', async t => {
  for (const [text, dates, language = 'en'] of ROWS)
    await t.test(`${text} (${language})`, () => assert.deepEqual(findDates(`x ${text}, y`, language).map(parts), dates))
})

test('takes nothing else for a date', async t => {
  const rows = [
    'they may come',
    'to march on',
    '1,200 ships',
    '2,008 ships',
    '2008.5',
    '$2008',
    'a 2008th time',
    '12008',
    '3000',
    'Mayor',
    'Junes',
  ]
  for (const text of rows) await t.test(text, () => assert.deepEqual(findDates(text, 'en'), []))
})

test('takes no day that a month never has', () => {
  assert.deepEqual(findDates('32 July', 'en').map(parts), [on(undefined, 7)])
  assert.deepEqual(findDates('July 45', 'en').map(parts), [on(undefined, 7)])
})

const MONTHS = 'January February March April May June July August September October November December'.split(' ')

test('reads every day in every form, at its place', () => {
  const day = fc.date({ min: new Date('1000-01-01'), max: new Date('2099-12-31'), noInvalidDate: true })
  fc.assert(
    fc.property(day, fc.nat(3), (date, form) => {
      const iso = date.toISOString().slice(0, 10)
      const [year, month, number] = iso.split('-').map(Number) as [number, number, number]
      const name = MONTHS[month - 1]
      const text = [iso, `${number} ${name} ${year}`, `${name} ${number}, ${year}`, `${name} ${number} ${year}`][
        form
      ] as string
      const [found, ...more] = findDates(`On ${text} it was.`, 'en')
      assert.deepEqual(found && parts(found), on(year, month, number))
      assert.equal(found?.text, text)
      assert.deepEqual([found?.from, found?.to, more.length], [3, 3 + text.length, 0])
    }),
  )
})

test('reads a date from its own text alone as it read it in the document', () => {
  const piece = fc.constantFrom(
    '12',
    '2023',
    ' ',
    'July',
    'Wednesday',
    ', ',
    ' and ',
    '–',
    '-07',
    'May',
    ' of ',
    'x',
    '\n',
    '3rd',
    '.',
  )
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 10 }), pieces => {
      const all = findDates(pieces.join(''), 'en')
      for (const found of all) {
        const together = all.filter(other => other.from === found.from)
        assert.deepEqual(findDates(found.text, 'en').map(parts), together.map(parts))
      }
    }),
  )
})
