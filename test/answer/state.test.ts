import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { answer } from '../../src/answer/answer.ts'
import { createBot } from '../../src/answer/bot.ts'
import type { Context } from '../../src/answer/context.ts'
import { MANAGERS_VIEWS, READOUT } from '../../src/answer/target.ts'
import type { Card } from '../../src/card/card.ts'
import { cardText } from '../../src/card/plain-text.ts'
import { WORDS } from '../../src/digest/manage/command.ts'
import { RESERVED_COLLECTIONS } from '../../src/library/collection.ts'
import { emptyShelf, updateShelf } from '../../src/library/shelf.ts'
import { briefFile, COLLECTION, recordFile } from '../fakes/collection.ts'

const matter = (brief: string, line: string): string => brief.replace('reviewed:', `${line}\nreviewed:`)

const { library } = updateShelf(emptyShelf(), [
  { path: 'town/collection.yaml', text: COLLECTION },
  { path: 'town/sources/gazette.yaml', text: recordFile() },
  { path: 'town/harbour.md', text: matter(briefFile('Harbour'), 'review_by: 2026-11-22') },
  { path: 'town/draft.md', text: matter(briefFile('A draft'), 'status: draft') },
  { path: 'town/secret.md', text: matter(briefFile('A secret'), 'embargo_until: 2026-12-01T09:00:00Z') },
  {
    path: 'town/heard.md',
    text: briefFile('Heard')
      .replace('long enough', 'too long')
      .replace('[@gazette]\n\n## Fig', '[@gazette] (unverified: heard on the radio)\n\n## Fig'),
  },
  { path: 'town/faulty.md', text: briefFile('Faulty').replace('long enough', 'far too long') },
])

const context: Context = {
  library,
  asker: { platform: 'playground', user: 'you', channel: 'C1', manager: true },
  budget: { characters: 4000, blocks: 40 },
  now: new Date('2026-11-22T12:00:00Z'),
}

const readers: Context = { ...context, asker: { ...context.asker, manager: false } }

const ask = (text: string, asked = context): Card => answer({ kind: 'asked', command: 'readout', text }, asked)

const click = (id: string, asked = context): Card => answer({ kind: 'clicked', id }, asked)

/** A line of the list of briefs. */
const lineOf = (title: string): string =>
  cardText(ask('briefs'))
    .split('\n')
    .find(line => line.startsWith(`${title}: `)) ?? ''

describe('help', () => {
  it('names managers every word behind /readout, and readers none', () => {
    const text = cardText(ask('help'))
    for (const word of [...WORDS, ...MANAGERS_VIEWS]) assert.match(text, new RegExp(`\\b${word}\\b`))
    assert.doesNotMatch(cardText(ask('help', readers)), /for managers/)
  })
})

describe('the state of the briefs', () => {
  it('names each brief with its command, status, quotes and review, whatever readers may see of it', () => {
    assert.equal(
      lineOf('Harbour'),
      'Harbour: /town harbour · published · 1 of 1 quote verified · Reviewed on 21 November 2026; a review has been due since 22 November 2026.',
    )
    assert.match(lineOf('A draft'), /\/town draft · draft ·/)
    assert.match(lineOf('A secret'), /under embargo until 2026-12-01T09:00:00Z/)
    assert.match(lineOf('Heard'), /0 of 1 quote verified/)
  })

  it('counts them above', () => {
    assert.match(cardText(ask('briefs')), /4 briefs · 3 of 4 quotes verified · 1 review due/)
  })

  it('lists the problems of all files with their places', () => {
    const text = cardText(ask('PROBLEMS '))
    assert.match(text, /^\d+ problems? in 1 file\n/)
    assert.match(text, /• town\/faulty\.md:\d+:\d+ /)
  })

  it('is for managers only, by word and by button', () => {
    for (const card of [
      ask('briefs', readers),
      click('1b:/:1', readers),
      click('1p:/:1', readers),
      ask('problems', readers),
    ]) {
      assert.equal(card.title, 'This is for managers')
      assert.doesNotMatch(JSON.stringify(card), /secret|draft|faulty/i)
    }
  })

  it('is never shared, and offers nothing that would', () => {
    for (const view of ['briefs', 'problems']) assert.ok(ask(view).actions.every(action => action.kind !== 'share'))
    assert.equal(click('1!b:/:1').sharedBy, undefined)
  })

  it('is paged like everything else', () => {
    const first = answer(
      { kind: 'asked', command: 'readout', text: 'briefs' },
      { ...context, budget: { characters: 300, blocks: 40 } },
    )
    assert.ok(first.page && first.page.of > 1)
    assert.match(JSON.stringify(first.actions), /1b:\/:2/)
  })
})

describe('the commands', () => {
  const bot = createBot(
    () => library,
    context.budget,
    () => context.now,
  )

  it('are one for each collection, and one for all', () => {
    assert.deepEqual(
      bot.commands().map(command => command.name),
      ['town', 'readout'],
    )
  })

  it('complete the managers’ words and the collections behind /readout', () => {
    const values = (text: string) => bot.complete('readout', text).map(choice => choice.value)
    assert.deepEqual(values(''), ['briefs', 'problems', 'town'])
    assert.deepEqual(values('to'), ['town'])
    assert.ok(values('town har').includes('town harbour'))
    assert.deepEqual(values('nowhere har'), [])
  })

  it('leave no collection their words', () => {
    assert.deepEqual([...RESERVED_COLLECTIONS], [READOUT, ...MANAGERS_VIEWS, ...WORDS])
  })
})
