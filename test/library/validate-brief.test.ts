import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { emptyShelf, updateShelf } from '../../src/library/shelf.ts'
import { briefFile, COLLECTION, recordFile } from '../fakes/collection.ts'

/** The messages about a brief whose introduction is this sentence. */
function messagesFor(sentence: string): string[] {
  const { library } = updateShelf(emptyShelf(), [
    { path: 'town/collection.yaml', text: COLLECTION },
    { path: 'town/sources/gazette.yaml', text: recordFile() },
    { path: 'town/harbour.md', text: briefFile('Harbour', sentence) },
  ])
  return library.problems.map(({ message }) => message)
}

const REFUSED: [what: string, sentence: string, named: string][] = [
  ['words in quotation marks that nobody said', 'The mayor called it “a waste of money”.', 'a waste of money'],
  ['straight marks around them', 'The mayor: "We give up."', 'We give up.'],
  ['words of the reporter in quotation marks', 'It “opened on Wednesday”.', 'opened on Wednesday'],
  ['a number in words with a unit', 'It cost five euros.', 'five euros'],
  ['a large number in words', 'Two million people came.', 'Two million'],
  ['a number in digits', 'It took 13 years.', '13'],
  ['a day', 'It opened on 4 April 2023.', '4 April 2023'],
]

const ACCEPTED: [what: string, sentence: string][] = [
  ['words in quotation marks that were said', 'The mayor had waited “long enough”.'],
  ['the same number in words', 'It took twelve years and forty million euros.'],
  ['a small number in words that only counts', 'It came in two parts.'],
  ['a day by its weekday', 'It opened on 3 May 2023.'],
  ['wording of the report in emphasis', 'It _opened on Wednesday_.'],
]

describe('a statement', () => {
  for (const [what, sentence, named] of REFUSED) {
    it(`is refused for ${what}`, () => {
      const [message, ...more] = messagesFor(sentence)
      assert.deepEqual(more, [])
      assert.ok(message?.startsWith(`No source cited here holds “${named}”`), message)
    })
  }
  for (const [what, sentence] of ACCEPTED) {
    it(`may hold ${what}`, () => assert.deepEqual(messagesFor(sentence), []))
  }
})
