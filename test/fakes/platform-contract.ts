import assert from 'node:assert/strict'
import { afterEach, before, beforeEach, describe, it, type TestContext } from 'node:test'
import fc from 'fast-check'
import { answer } from '../../src/answer/answer.ts'
import type { Context } from '../../src/answer/context.ts'
import { type Card, paragraph, text } from '../../src/card/card.ts'
import { paginate } from '../../src/card/paginate.ts'
import type { Destination, Outcome, Platform, Refused } from '../../src/platform/platform.ts'
import { openBriefs } from './ask.ts'
import { cardFacts, type Fact, factLine } from './facts.ts'
import { HOSTILE } from './hostile.ts'
import { anyCrowdedCard, anyHeavyCard } from './random-card.ts'

/** A message as it shows: what would show as anything but words is marked in its facts by `⟦…⟧`. */
export type Posted = { id: string; facts: Fact[] }

/** The channel of the destination, and what may go wrong with it. What a platform knows no such thing of is left out. */
export type Place = {
  /** What the channel holds, oldest first. */
  messages: () => Posted[]
  /** Other people's messages, newer than what there is. */
  addOthers?: (count: number) => void
  /** Somebody else's message that carries the same mark as the message of this id; gives back its id. */
  imitate?: (message: string) => string
  /** The next post is stored, and its connection breaks. */
  breakAfterStoring?: () => void
  /** The next post's connection breaks before anything is stored. */
  breakBefore?: () => void
  /** The next post is done after so many milliseconds. */
  slow?: (ms: number) => void
  /** The next post is answered with an error of the server, and stored when what is given back is called. */
  storeLate?: () => () => void
  /** The next post is refused for so many seconds. */
  rateLimit?: (seconds: number) => void
  removeChannel?: () => void
  removeBot?: () => void
  /** Time passes at once, where the adapter waits for it. */
  pass?: (ms: number) => void
  /** The platform can't be reached. */
  outage?: () => Promise<void>
  /** Resolves when no connection is open as far as the platform's servers know; rejects where one stays. */
  disconnected?: () => Promise<unknown>
}

export type Opened = {
  /** Not started yet. */
  platform: Platform
  destination: Destination
  place: Place
  /** Called after `platform.stop`; rejects where the platform's rules were broken. */
  close: () => Promise<void>
}

/** No platform wants posts to one channel to be further apart. */
const AT_EASE_MS = 1000

/** What every platform keeps to; each test opens one of its own. */
export function describePlatform(name: string, open: () => Promise<Opened>): void {
  describe(`${name}, as a platform`, () => {
    let opened: Opened
    let platform: Platform
    let place: Place
    let context: Context

    before(async () => {
      context = (await openBriefs()).context
    })
    beforeEach(async () => {
      opened = await open()
      ;({ platform, place } = opened)
      await platform.start()
    })
    afterEach(async () => {
      await platform.stop()
      await opened.close()
    })

    const since = new Date()
    const post = (card = CARD, delivery = 'delivery-1') => {
      place.pass?.(AT_EASE_MS)
      return platform.post(opened.destination, card, delivery)
    }
    const find = (delivery = 'delivery-1') => platform.find(opened.destination, delivery, since)
    const edit = (message: string, card: Card) => platform.edit(opened.destination, message, card, 'delivery-1')
    const ids = () => place.messages().map(message => message.id)

    /** Posts a card, sees it arrive as it is, and gives back its id. */
    async function expectPosted(card: Card, delivery = 'delivery-1'): Promise<string> {
      const outcome = await post(card, delivery)
      const message = messageOf(outcome)
      const shown = place.messages().filter(one => one.id === message)
      assert.deepEqual(shown.map(linesOf), [cardFacts(card).map(factLine)])
      return message
    }

    const ask = (question: string): Card =>
      answer({ kind: 'asked', command: 'nato', text: question }, { ...context, budget: platform.budget })

    it('is up after its start, and says so in a sentence', () => {
      const { isUp, note } = platform.health()
      assert.equal(isUp, true, note)
      assert.match(note, SENTENCE)
    })

    it('posts every shipped brief once, with all that it tells', async () => {
      const briefs = [...context.library.collections.values()].flatMap(({ briefs }) => [...briefs.values()])
      assert.ok(briefs.length > 5)
      for (const { name } of briefs) await expectPosted(ask(name), name)
      assert.equal(place.messages().length, briefs.length)
      assert.equal(new Set(ids()).size, briefs.length)
    })

    it('finds a message by its delivery, and neither another nor one that is not there yet', async () => {
      assert.deepEqual(await find(), { kind: 'absent' })
      const first = await expectPosted(CARD, 'delivery-1')
      assert.deepEqual(await find('delivery-1'), { kind: 'found', message: first })
      assert.deepEqual(await find('delivery-2'), { kind: 'absent' })
      const second = await expectPosted(CARD, 'delivery-2')
      assert.notEqual(second, first)
      assert.deepEqual(ids(), [first, second])
      assert.deepEqual(await find('delivery-1'), { kind: 'found', message: first })
      assert.deepEqual(await find('delivery-2'), { kind: 'found', message: second })
      assert.deepEqual(await find('delivery-'), { kind: 'absent' })
    })

    it('finds a message with an id of 22 characters', async () => {
      const delivery = 'aZ_-5678901234567890ab'
      const message = await expectPosted(CARD, delivery)
      assert.deepEqual(await find(delivery), { kind: 'found', message })
    })

    it('finds a message among 300 others', async t => {
      const addOthers = orSkip(t, place.addOthers)
      if (!addOthers) return
      addOthers(150)
      const message = await expectPosted(CARD)
      addOthers(150)
      assert.deepEqual(await find(), { kind: 'found', message })
      assert.deepEqual(await find('delivery-2'), { kind: 'absent' })
    })

    it('does not take somebody else’s message for its own', async t => {
      const imitate = orSkip(t, place.imitate)
      if (!imitate) return
      const message = await expectPosted(CARD)
      const other = imitate(message)
      assert.ok(ids().includes(other))
      assert.deepEqual(await find(), { kind: 'found', message })
    })

    it('edits one message and no other', async () => {
      const first = await expectPosted(CARD, 'delivery-1')
      const second = await expectPosted(CARD, 'delivery-2')
      const changed: Card = { ...CARD, title: 'Corrected', blocks: [paragraph('Other words.')] }
      assert.deepEqual(await edit(first, changed), { kind: 'done', message: first })
      assert.deepEqual(
        place.messages().map(({ id, ...shown }) => [id, linesOf({ id, ...shown })]),
        [
          [first, cardFacts(changed).map(factLine)],
          [second, cardFacts(CARD).map(factLine)],
        ],
      )
      assert.deepEqual(await find('delivery-1'), { kind: 'found', message: first })
    })

    it('removes one message and no other, and one that is gone is no trouble', async () => {
      const first = await expectPosted(CARD, 'delivery-1')
      const second = await expectPosted(CARD, 'delivery-2')
      const remove = () => platform.remove(opened.destination, first)
      assert.deepEqual([await remove(), ids()], [{ kind: 'done', message: first }, [second]])
      assert.deepEqual([await remove(), ids()], [{ kind: 'done', message: first }, [second]])
      assert.deepEqual(await find('delivery-1'), { kind: 'absent' })
    })

    it('says what to do where there is no message to edit', async () => {
      const outcome = await edit('1.000000', CARD)
      expectRemedy(outcome, 'message')
      assert.deepEqual(ids(), [])
    })

    it('says that a post may have happened whose connection broke, and finds it', async t => {
      const breakAfterStoring = orSkip(t, place.breakAfterStoring)
      if (!breakAfterStoring) return
      breakAfterStoring()
      const outcome = await post()
      assert.equal(outcome.kind, 'unclear')
      const [only, ...more] = ids()
      assert.deepEqual(more, [])
      assert.deepEqual(await find(), { kind: 'found', message: only })
    })

    it('finds nothing where the connection broke before a post was stored, and posts when asked again', async t => {
      const breakBefore = orSkip(t, place.breakBefore)
      if (!breakBefore) return
      breakBefore()
      const outcome = await post()
      assert.ok(outcome.kind === 'unclear' || outcome.kind === 'later', outcome.kind)
      assert.deepEqual(await find(), { kind: 'absent' })
      assert.deepEqual(ids(), [])
      await expectPosted(CARD)
      assert.equal(ids().length, 1)
    })

    it('finds a post that is stored after its answer', async t => {
      const storeLate = orSkip(t, place.storeLate)
      if (!storeLate) return
      const store = storeLate()
      assert.equal((await post()).kind, 'unclear')
      assert.deepEqual(await find(), { kind: 'absent' })
      store()
      assert.deepEqual(await find(), { kind: 'found', message: ids()[0] })
      assert.equal(ids().length, 1)
    })

    it('waits for a slow answer', async t => {
      const slow = orSkip(t, place.slow)
      if (!slow) return
      slow(300)
      await expectPosted(CARD)
    })

    it('says when a post may be tried again that came too early', async t => {
      const rateLimit = orSkip(t, place.rateLimit)
      if (!rateLimit) return
      rateLimit(30)
      const outcome = await post()
      assert.ok(outcome.kind === 'later', outcome.kind)
      // A little more than was asked for is polite.
      assert.ok(outcome.afterMs >= 30_000 && outcome.afterMs < 31_000, String(outcome.afterMs))
      assert.deepEqual(ids(), [])
      place.pass?.(outcome.afterMs)
      await expectPosted(CARD)
    })

    it('says that a post did not happen, and may later, while the platform can’t be reached', async t => {
      const outage = orSkip(t, place.outage)
      if (!outage) return
      await outage()
      const outcome = await post()
      assert.ok(outcome.kind === 'later', outcome.kind)
      assert.ok(outcome.afterMs > 0)
      const finding = await find()
      assert.ok(finding.kind === 'later', finding.kind)
      assert.ok(finding.afterMs > 0)
    })

    it('refuses to post, with what to do, where the channel is gone', async t => {
      const removeChannel = orSkip(t, place.removeChannel)
      if (!removeChannel) return
      removeChannel()
      expectRemedy(await post(), 'channel')
      expectRemedy(await edit('1.000000', CARD), 'channel')
    })

    it('refuses to post, with what to do, where the bot was removed, and proves nothing by a history that it can’t read', async t => {
      const removeBot = orSkip(t, place.removeBot)
      if (!removeBot) return
      await expectPosted(CARD)
      removeBot()
      expectRemedy(await post(CARD, 'delivery-2'), 'channel')
      const finding = await find('delivery-1')
      assert.ok(finding.kind === 'unclear', finding.kind)
      assert.match(finding.why, SENTENCE)
      assert.match(finding.remedy, SENTENCE)
      assert.equal(ids().length, 1)
    })

    it('posts the largest pages that its budget holds', async () => {
      const paragraphs = Array.from({ length: 30 }, (_, count) => paragraph(`${count} ${'word & word '.repeat(100)}`))
      const large: Card = { ...CARD, blocks: paragraphs, footer: [[text('Small print.')]] }
      const many: Card = { ...CARD, blocks: Array.from({ length: 200 }, (_, count) => paragraph(`Line ${count}.`)) }
      const random = [...fc.sample(anyCrowdedCard, SAMPLE), ...fc.sample(anyHeavyCard, SAMPLE)]
      for (const [index, card] of [large, many, ...random].entries())
        for (const page of paginate(unshared(card), platform.budget).slice(0, 2))
          messageOf(await post(page, `delivery-${index}-${page.page?.number}`))
    })

    it('shows hostile text as it is: nobody is pinged', async () => {
      const { length } = HOSTILE
      for (let at = 0; at < length; at += 10) {
        const words = HOSTILE.slice(at, at + 10)
        const card: Card = { ...CARD, title: `Hostile ${words[0]}`, blocks: words.map(paragraph) }
        for (const page of paginate(card, platform.budget))
          await expectPosted(page, `delivery-${at}-${page.page?.number}`)
      }
    })

    it('stops within seconds, once and twice, and leaves no connection open', async () => {
      await expectPosted(CARD)
      const begun = performance.now()
      await platform.stop()
      await platform.stop()
      assert.ok(performance.now() - begun < MOST_STOP_MS)
      await place.disconnected?.()
    })

    it('stops before it was started', async () => {
      const fresh = await open()
      await fresh.platform.stop()
      await fresh.close()
    })
  })
}

/** https://nodejs.org/api/process.html: what starts processes often kills them ten seconds after SIGTERM. */
const MOST_STOP_MS = 5000

const SENTENCE = /^[^\n]*\p{L}[^\n]*[.)]$/u

/** The same cards each time. */
const SAMPLE = { numRuns: 5, seed: 1 }

const CARD: Card = {
  title: 'Vilnius',
  blocks: [
    paragraph('The summit was on 11 and 12 July 2023.'),
    {
      kind: 'quote',
      paragraphs: [[text('We have waited long enough.')]],
      attribution: [text('Ada')],
      status: { kind: 'verified' },
    },
  ],
  footer: [[text('Reviewed 2026-11-21.')]],
  actions: [{ kind: 'button', id: '1o:nato/vilnius:1', label: 'Quotes' }],
}

/** What is posted by a delivery is shared by nobody. */
function unshared({ sharedBy: _, ...card }: Card): Card {
  return card
}

const linesOf = ({ facts }: Posted): string[] => facts.map(factLine)

/** What a platform may lack; a test of it is skipped there. */
function orSkip<Tool>(t: TestContext, tool: Tool | undefined): Tool | undefined {
  if (tool === undefined) t.skip('There is no such thing on this platform.')
  return tool
}

function messageOf(outcome: Outcome): string {
  assert.ok(outcome.kind === 'done', JSON.stringify(outcome))
  return outcome.message
}

/** Whether an outcome is final and says what happened, of what, and what to do, in sentences. */
function expectRemedy(outcome: Outcome, of: Refused): void {
  assert.ok(outcome.kind === 'refused' && outcome.of === of, JSON.stringify(outcome))
  assert.match(outcome.why, SENTENCE)
  assert.match(outcome.remedy, SENTENCE)
}
