import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { readYaml, writeYaml } from '../../src/library/yaml.ts'

const contentOf = (text: string): unknown => {
  const read = readYaml(text)
  assert.ok('value' in read, text)
  return read.value
}

test('keeps every scalar as it was written', () => {
  const text = 'a: 2008\nb: ~\nc: no\nd: 0x1F\ne: 2023-07-12\nf: 1e3\ng: null\nh: 007\ni: ""\nj: .inf\n'
  assert.deepEqual(contentOf(text), {
    a: '2008',
    b: '~',
    c: 'no',
    d: '0x1F',
    e: '2023-07-12',
    f: '1e3',
    g: 'null',
    h: '007',
    i: '',
    j: '.inf',
  })
})

const faultOf = (text: string): { at: string; message: string } => {
  const read = readYaml(text)
  assert.ok('fault' in read, text)
  return { at: text.slice(read.fault.at).split('\n')[0] as string, message: read.fault.message }
}

test('says what to write for a colon and for a bare *', async t => {
  const rows: [string, { at: string; message: string }][] = [
    [
      'a: b\ntitle: NATO: a summit\nc: d\n',
      { at: 'NATO: a summit', message: 'A value with a colon must stand in quotation marks: title: "NATO: a summit"' },
    ],
    [
      'title: summit:\nc: d\n',
      { at: 'summit:', message: 'A value with a colon must stand in quotation marks: title: "summit:"' },
    ],
    [
      'title: *summit\nc: d\n',
      { at: '*summit', message: 'A value that begins with * must stand in quotation marks: "*summit"' },
    ],
    [
      'a:\n  - *summit\n',
      { at: '*summit', message: 'A value that begins with * must stand in quotation marks: "*summit"' },
    ],
  ]
  for (const [text, fault] of rows) await t.test(JSON.stringify(text), () => assert.deepEqual(faultOf(text), fault))
})

test('accepts what it says to write', async t => {
  for (const value of ['NATO: a summit', 'Ada: "we open"', 'a \\ b: c', "it's: so"])
    await t.test(value, () => {
      const { message } = faultOf(`title: ${value}\n`)
      const advice = message.slice(message.indexOf('title: '))
      assert.deepEqual(contentOf(`${advice}\n`), { title: value })
    })
})

test('places a value, its key, and the nearest thing above what is not there', () => {
  const text = 'title: A\nlist:\n  - one\n  - "two"\nrows: [[x, y], [z]]\nitems:\n  - line: 7\n    who: me\n'
  const read = readYaml(text)
  assert.ok('value' in read)
  const at = (...path: PropertyKey[]) => text.slice(read.place(path)).split(/[\n\],"]/)[0]
  assert.equal(at('title'), 'A')
  assert.equal(at('list', 0), 'one')
  assert.equal(at('list', 1), 'two')
  assert.equal(at('rows', 1, 0), 'z')
  assert.equal(at('items', 0, 'who'), 'me')
  assert.equal(text.slice(read.placeOfKey(['items', 0, 'who'])), 'who: me\n')
  assert.equal(text.slice(read.placeOfKey(['rows'])).split(':')[0], 'rows')
  assert.equal(read.place(['items', 0, 'gone']), text.indexOf('line: 7'))
  assert.equal(read.place(['gone']), 0)
})

test('places an empty value in its own line', () => {
  const text = 'title: A\nempty:\nnext: b\n'
  const read = readYaml(text)
  assert.ok('value' in read)
  assert.equal(text.slice(0, read.place(['empty'])).split('\n').length, 2)
})

test('reads one document only, and says so', () => {
  assert.ok('fault' in readYaml('a: b\n---\nc: d\n'))
})

const plain = fc.string({ unit: 'grapheme', maxLength: 20 })
const key = fc.stringMatching(/^[a-z_]{1,8}$/)

const rows = fc.dictionary(key, plain, { noNullPrototype: true })

test('reads back what it writes', () => {
  const value = fc.dictionary(key, fc.oneof(plain, fc.array(plain), fc.array(rows)))
  fc.assert(fc.property(value, object => assert.deepEqual(contentOf(writeYaml(object)), { ...object })))
})

test('never throws, and places every fault in the text', () => {
  const piece = fc.constantFrom(
    'a',
    ':',
    ' ',
    '- ',
    '\n',
    '*',
    '&x',
    '[',
    ']',
    '{',
    '}',
    '"',
    "'",
    '|',
    '>',
    '#',
    '!',
    '%',
    '\t',
    '---',
    '...',
    ',',
    '?',
    '@',
    '`',
    '😀',
  )
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), pieces => {
      const text = pieces.join('')
      const read = readYaml(text)
      if ('fault' in read) assert.ok(read.fault.at >= 0 && read.fault.at <= text.length)
      else for (const path of [[], ['a'], [0], ['a', 0, 'a']]) assert.ok(read.place(path) <= text.length)
    }),
    { numRuns: 2000 },
  )
})
