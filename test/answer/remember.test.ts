import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createBot } from '../../src/answer/bot.ts'
import { cardText } from '../../src/card/plain-text.ts'
import type { Library } from '../../src/library/library.ts'
import { emptyShelf, updateShelf } from '../../src/library/shelf.ts'
import type { Asker, Bot } from '../../src/platform/platform.ts'
import { briefFile, COLLECTION, recordFile } from '../fakes/collection.ts'

const libraryOf = (brief: string): Library =>
  updateShelf(emptyShelf(), [
    { path: 'town/collection.yaml', text: COLLECTION },
    { path: 'town/sources/gazette.yaml', text: recordFile() },
    { path: 'town/harbour.md', text: brief },
  ]).library

const READER: Asker = { platform: 'slack', channel: 'C1', user: 'U1', manager: false }

const ask = (bot: Bot, text: string, asker = READER) => bot.ask({ kind: 'asked', command: 'town', text }, asker)

/** A bot whose library and time the test sets. */
function createMovableBot(brief = briefFile('Harbour')) {
  const world = { library: libraryOf(brief), now: new Date('2026-11-22T08:00:00Z') }
  const bot = createBot(
    () => world.library,
    { characters: 4000, blocks: 40 },
    () => world.now,
  )
  return { world, bot }
}

describe('a remembered answer', () => {
  it('is given again for the same question', async () => {
    const { bot } = createMovableBot()
    assert.equal(await ask(bot, 'harbour'), await ask(bot, 'harbour', { ...READER, user: 'U2' }))
  })

  it('is forgotten when the library changes', async () => {
    const { bot, world } = createMovableBot()
    await ask(bot, 'harbour')
    world.library = libraryOf(briefFile('Harbour of Lindenau'))
    assert.equal((await ask(bot, 'harbour')).title, 'Harbour of Lindenau')
  })

  it('is forgotten at the very instant when an embargo ends', async () => {
    const brief = briefFile('Harbour').replace('reviewed:', 'embargo_until: 2026-11-22T09:30:00+01:00\nreviewed:')
    const { bot, world } = createMovableBot(brief)
    assert.doesNotMatch((await ask(bot, 'harbour')).title, /^Harbour$/)
    world.now = new Date('2026-11-22T08:29:59.999Z')
    assert.doesNotMatch((await ask(bot, 'harbour')).title, /^Harbour$/)
    world.now = new Date('2026-11-22T08:30:00Z')
    assert.equal((await ask(bot, 'harbour')).title, 'Harbour')
  })

  it('is forgotten when a day begins, for a review may be due', async () => {
    const { bot, world } = createMovableBot(
      briefFile('Harbour').replace('reviewed:', 'review_by: 2026-11-23\nreviewed:'),
    )
    assert.doesNotMatch(cardText(await ask(bot, 'harbour')), /has been due/)
    world.now = new Date('2026-11-23T00:00:00Z')
    assert.match(cardText(await ask(bot, 'harbour')), /has been due/)
  })

  it('is another for managers, and where nothing can be shared', async () => {
    const { bot } = createMovableBot()
    const briefs = (asker: Asker) => bot.ask({ kind: 'asked', command: 'readout', text: 'briefs' }, asker)
    assert.equal((await briefs({ ...READER, manager: true })).title, 'Briefs')
    assert.equal((await briefs(READER)).title, 'This is for managers')
    const { channel: _, ...alone } = READER
    assert.ok((await ask(bot, 'harbour')).actions.some(action => action.kind === 'share'))
    assert.ok((await ask(bot, 'harbour', alone)).actions.every(action => action.kind !== 'share'))
  })

  it('names who shares it, each time', async () => {
    const { bot } = createMovableBot()
    const share = (user: string) => bot.ask({ kind: 'clicked', id: '1!o:town/harbour:1' }, { ...READER, user })
    assert.deepEqual([(await share('U1')).sharedBy, (await share('U2')).sharedBy], ['U1', 'U2'])
  })
})
