import assert from 'node:assert/strict'
import { before, describe, it } from 'node:test'
import { answer } from '../../src/answer/answer.ts'
import { createBot } from '../../src/answer/bot.ts'
import { complete } from '../../src/answer/complete.ts'
import type { Context } from '../../src/answer/context.ts'
import type { Choice } from '../../src/card/card.ts'
import { emptyShelf, updateShelf } from '../../src/library/shelf.ts'
import { openBriefs } from '../fakes/ask.ts'
import { briefFile, COLLECTION, recordFile } from '../fakes/collection.ts'

const LONG = 'A harbour that was opened and closed and opened again while the whole town looked on'

const { library } = updateShelf(emptyShelf(), [
  { path: 'town/collection.yaml', text: COLLECTION },
  { path: 'town/sources/gazette.yaml', text: recordFile() },
  { path: 'town/harbour.md', text: briefFile('Harbour') },
  { path: 'town/old-harbour.md', text: briefFile('Harbour') },
  { path: 'town/long.md', text: briefFile(`${LONG}, twice`) },
  { path: 'town/longer.md', text: briefFile(`${LONG}, thrice`) },
  { path: 'town/longest.md', text: briefFile(`A bridge: ${LONG}`) },
  { path: 'town/dotted.md', text: briefFile('Fish · harbour') },
])

const town: Context = {
  library,
  asker: { platform: 'discord', user: 'U1', channel: 'C1', manager: true },
  budget: { characters: 4000, blocks: 40 },
  now: new Date('2026-11-22T12:00:00Z'),
}

const QUESTIONS = [
  '',
  'har',
  'harbour',
  'quotes ',
  'quotes h',
  'timeline a',
  'figures ',
  'sources fish',
  'a harb',
  'hep',
]

/** The same card, whatever words asked for it. */
const ask = (command: string, text: string, context: Context) => answer({ kind: 'asked', command, text }, context)

/** Each choice that some typed text gives, once. */
const choicesOf = (command: string, questions: string[], context: Context): Choice[] => [
  ...new Map(
    questions.flatMap(text => complete(command, text, context)).map(choice => [choice.value, choice]),
  ).values(),
]

describe('what completes a typed text', () => {
  let shipped: Context
  before(async () => {
    shipped = (await openBriefs()).context
  })

  it('asks the same by its label as by its value', () => {
    const all: [string, Choice[], Context][] = [
      ['town', choicesOf('town', QUESTIONS, town), town],
      ['readout', choicesOf('readout', ['', 'b', ...QUESTIONS.map(text => `town ${text}`)], town), town],
      ['nato', choicesOf('nato', ['', 'v', 'quotes ', 'timeline ', 'figures ', 'sources ', 'l'], shipped), shipped],
    ]
    for (const [command, choices, context] of all) {
      assert.ok(choices.length > 8)
      for (const { label, value } of choices)
        assert.deepEqual(ask(command, label, context), ask(command, value, context), `${label} is not ${value}`)
    }
  })

  it('tells briefs of the same title apart, and no others', () => {
    const labels = (text: string) => complete('town', text, town).map(choice => choice.label)
    assert.deepEqual(
      new Set(labels('quotes harb')),
      new Set([
        'quotes: Harbour · harbour',
        'quotes: Harbour · old-harbour',
        'quotes: Fish · harbour',
        ...labels('quotes a harb'),
      ]),
    )
    for (const text of QUESTIONS) assert.equal(new Set(labels(text)).size, labels(text).length, text)
  })

  it('is never more than was asked for, and ends with everything where nothing is typed', () => {
    assert.deepEqual(complete('town', '', town, 3).length, 3)
    assert.deepEqual(complete('town', ' ', town, 3).at(-1), { label: 'Everything', value: 'everything' })
    assert.deepEqual(complete('readout', 'town ', town, 3).at(-1), {
      label: 'town: Everything',
      value: 'town everything',
    })
    for (const text of QUESTIONS) assert.ok(complete('town', text, town, 2).length <= 2)
  })
})

describe('the commands', () => {
  it('keep that of a collection whose settings have a fault', () => {
    const faulty = updateShelf(emptyShelf(), [{ path: 'town/collection.yaml', text: 'descriptoin: A town\n' }])
    const bot = createBot(
      () => faulty.library,
      town.budget,
      () => town.now,
    )
    assert.deepEqual(
      bot.commands().map(({ name }) => name),
      ['town', 'readout'],
    )
  })
})
