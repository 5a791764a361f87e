import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { createSpellings, foldWords, sameName } from '../../src/library/spelling.ts'

test('folds case, accents, possessives and punctuation, and keeps scripts', async t => {
  const rows: [string, string[]][] = [
    ['Kyiv’s Summit!', ['kyiv', 'summit']],
    ["Kyiv's", ['kyiv']],
    ['the allies’ plan', ['the', 'allies', 'plan']],
    ['O’Brien', ['obrien']],
    ['Türkiye', ['turkiye']],
    ['Київ', ['киів']],
    ['F-16', ['f16']],
    ['F16', ['f16']],
    ['F‑16s', ['f16s']],
    ['long-range', ['long', 'range']],
    ['', []],
    ['—!', []],
  ]
  for (const [text, folded] of rows) await t.test(text, () => assert.deepEqual(foldWords(text), folded))
})

const spellings = createSpellings([
  ['Kyiv', 'Kiev', 'Київ'],
  ['NATO', 'North Atlantic Treaty Organization'],
  ['UN', 'United Nations'],
  ['United States', 'USA'],
])

test('replaces each spelling by the first of its row', async t => {
  const rows: [string, string][] = [
    ['Kiev', 'kyiv'],
    ['до Київ', 'до kyiv'],
    ['Kyiv’s', 'kyiv'],
    ['the North Atlantic Treaty Organization met', 'the nato met'],
    ['North Atlantic', 'north atlantic'],
    ['United Nations', 'un'],
    ['United States', 'unitedstates'],
    ['USA', 'unitedstates'],
    ['Kievan', 'kievan'],
  ]
  for (const [text, canonical] of rows)
    await t.test(text, () => assert.equal(spellings.canonical(text).join(' '), canonical))
})

test('prefers the longest spelling that begins with a word', () => {
  const rows = createSpellings([
    ['Council', 'Group'],
    ['G7', 'Group of Seven'],
  ])
  assert.deepEqual(rows.canonical('the Group of Seven and the Group'), ['the', 'g7', 'and', 'the', 'council'])
})

test('indexes a spelling of several words under those words as well', () => {
  assert.deepEqual(spellings.indexed('the United Nations'), ['the', 'un', 'united', 'nations'])
  assert.deepEqual(spellings.indexed('Kiev'), ['kyiv'])
})

test('knows a name in each of its spellings, and no other', async t => {
  const names = createSpellings([
    ['Zelenskyy', 'Zelensky', 'Selenskyj', 'Зеленський'],
    ['Volodymyr', 'Володимир'],
  ])
  const rows: [string, string, boolean][] = [
    ['Volodymyr Zelenskyy', 'VOLODYMYR ZELENSKY', true],
    ['Volodymyr Zelenskyy', 'Володимир Зеленський', true],
    ['Volodymyr Zelenskyy', 'Volodymyr  Selenskyj', true],
    ['Volodymyr Zelenskyy', 'Zelenskyy', false],
    ['Volodymyr Zelenskyy', 'Zelenskyy Volodymyr', false],
    ['Volodymyr Zelenskyy', 'Volodymyr Zelenskaya', false],
    ['José', 'Jose', true],
  ]
  for (const [a, b, same] of rows) await t.test(`${a} and ${b}`, () => assert.equal(sameName(a, b, names), same))
})

test('folding twice changes nothing', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), text => {
      const once = foldWords(text)
      assert.deepEqual(foldWords(once.join('\n')), once)
    }),
  )
})

test('without rows words stay as they are folded', () => {
  const none = createSpellings([])
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), text => {
      assert.deepEqual(none.canonical(text), foldWords(text))
      assert.deepEqual(none.indexed(text), foldWords(text))
    }),
  )
})
