import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { compare, distance, nearest, suggest } from '../../src/library/similar.ts'

test('counts added, dropped, replaced and swapped letters', async t => {
  const rows: [string, string, number][] = [
    ['kyiv', 'kyiv', 0],
    ['kyiv', 'kiv', 1],
    ['kyiv', 'kyiiv', 1],
    ['kyiv', 'kyev', 1],
    ['kyiv', 'kiyv', 1],
    ['vilnius', 'vilinus', 1],
    ['', 'abc', 3],
    ['kitten', 'sitting', 3],
    ['ca', 'abc', 3],
  ]
  for (const [a, b, apart] of rows) await t.test(`${a} and ${b}`, () => assert.equal(distance(a, b, 9), apart))
})

/** The same by its definition, without a limit. */
function slowDistance(a: string, b: string): number {
  const last = (x: string) => x.slice(0, -1)
  if (a === '' || b === '') return a.length + b.length
  const swapped = a.length > 1 && b.length > 1 && a.at(-1) === b.at(-2) && a.at(-2) === b.at(-1)
  return Math.min(
    slowDistance(last(a), b) + 1,
    slowDistance(a, last(b)) + 1,
    slowDistance(last(a), last(b)) + (a.at(-1) === b.at(-1) ? 0 : 1),
    swapped ? slowDistance(last(last(a)), last(last(b))) + 1 : Number.POSITIVE_INFINITY,
  )
}

test('agrees with the definition, and stops at the limit', () => {
  const short = fc.stringMatching(/^[abc]{0,5}$/)
  fc.assert(
    fc.property(short, short, fc.nat(6), (a, b, limit) => {
      const apart = slowDistance(a, b)
      if (apart <= limit) assert.equal(distance(a, b, limit), apart)
      else assert.ok(distance(a, b, limit) > limit)
    }),
  )
})

const near = (word: string, ...known: string[]): string[] => nearest(word, known, name => name)

test('tolerates more typing mistakes in longer words, none in the shortest', () => {
  assert.deepEqual(near('pste', 'site'), [])
  assert.deepEqual(near('kyv', 'kyiv'), [])
  assert.deepEqual(near('kyif', 'kyiv'), ['kyiv'])
  assert.deepEqual(near('vilnuis', 'vilnius'), ['vilnius'])
  assert.deepEqual(near('brusells', 'brussels'), ['brussels'])
  assert.deepEqual(near('membreshop', 'membership'), ['membership'])
})

test('gives the nearest of all, and several that are equally near', () => {
  assert.deepEqual(near('quotee', 'quota', 'quotes', 'quote'), ['quotes', 'quote'])
  assert.deepEqual(near('quotes', 'quote', 'quotes'), ['quotes'])
})

test('suggests what was meant, or lists what there is', () => {
  const known = ['title', 'topics', 'aliases']
  assert.equal(suggest('titel', known), 'Did you mean "title"?')
  assert.equal(suggest('TITLE', known), 'Did you mean "title"?')
  assert.equal(suggest('ali', known), 'Did you mean "aliases"?')
  assert.equal(suggest('x', known), 'Known: title, topics, aliases.')
  assert.equal(suggest('x', []), 'There are none yet.')
  assert.equal(suggest('x', [...'abcdefghi']), 'Known: a, b, c, d, e, f, g, h, i.')
  assert.equal(suggest('x', [...'abcdefghijk']), 'Known: a, b, c, d, e, f, g, h and 3 more.')
})

test('orders by code unit', () => {
  assert.deepEqual(['b', 'B', 'é', 'a', 'Z'].toSorted(compare), ['B', 'Z', 'a', 'b', 'é'])
})
