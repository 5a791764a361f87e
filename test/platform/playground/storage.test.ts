import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { createBot } from '../../../src/answer/bot.ts'
import { type Card, paragraph } from '../../../src/card/card.ts'
import { PLAYGROUND } from '../../../src/digest/destination.ts'
import { emptyShelf } from '../../../src/library/shelf.ts'
import type { Bot, Platform } from '../../../src/platform/platform.ts'
import { createOpenPages } from '../../../src/platform/playground/open-pages.ts'
import { createPlayground } from '../../../src/platform/playground/playground.ts'
import type { Channel } from '../../../src/platform/playground/posts.ts'
import { type HttpServer, startServer } from '../../../src/server.ts'

const fail = async (): Promise<never> => {
  throw new Error('database is locked')
}

const BROKEN: Channel = { newest: fail, add: fail, find: fail, edit: fail, remove: fail }

const CARD: Card = { title: 'Vilnius', blocks: [paragraph('The summit.')], footer: [], actions: [] }

/** A bot whose managers' command needs the storage that fails. */
const botThatNeedsStorage = (bot: Bot): Bot => ({
  ...bot,
  ask: (question, asker) =>
    question.kind === 'asked' && question.text === 'digests' ? fail() : bot.ask(question, asker),
})

describe('the playground while its storage fails', () => {
  const failures: unknown[] = []
  let platform: Platform
  let server: HttpServer

  before(async () => {
    const { library } = emptyShelf()
    const create = (budget: Platform['budget']) =>
      botThatNeedsStorage(
        createBot(
          () => library,
          budget,
          () => new Date(),
        ),
      )
    platform = createPlayground(create, createOpenPages(), BROKEN)
    server = await startServer(platform.routes, { host: '127.0.0.1', port: 0 }, error => failures.push(error))
  })
  after(async () => {
    await platform.stop()
    await server.close()
  })

  const WHY = /The playground’s channel can’t be used: database is locked\./

  it('opens its page, and says what can’t be shown and why', async () => {
    const response = await fetch(server.address)
    const page = await response.text()
    assert.equal(response.status, 200)
    assert.equal(page.split(WHY).length - 1, 2)
    assert.match(page, /This can’t be shown now<\/h2><p>database is locked\./)
    assert.match(page, /<h2>Problems<\/h2>/)
    assert.deepEqual(failures, [])
  })

  it('says why there are no messages of the channel', async () => {
    const sides = JSON.parse(await (await fetch(`${server.address}/posts`)).text())
    for (const side of ['slack', 'discord']) assert.match(sides[side], WHY)
  })

  it('says that a question can’t be answered, and tells the log why', async () => {
    const question = { kind: 'typed', line: '/readout digests' }
    const body = JSON.stringify({ place: 'card', question })
    const response = await fetch(`${server.address}/ask`, { method: 'POST', body })
    assert.deepEqual([response.status, await response.text()], [500, 'Readout could not answer; its log says why.\n'])
    assert.equal(String(failures.pop()), 'Error: database is locked')
  })

  it('tells the deliveries that nothing is certain, and to look again', async () => {
    const outcomes = [
      await platform.post(PLAYGROUND, CARD, 'delivery-1'),
      await platform.edit(PLAYGROUND, '1', CARD, 'delivery-1'),
      await platform.remove(PLAYGROUND, '1'),
    ]
    for (const outcome of outcomes) {
      assert.ok(outcome.kind === 'unclear', outcome.kind)
      assert.match(outcome.why, WHY)
    }
    const finding = await platform.find(PLAYGROUND, 'delivery-1', new Date())
    assert.ok(finding.kind === 'later', finding.kind)
    assert.ok(finding.afterMs > 0)
  })
})
