import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { afterEach, describe, it } from 'node:test'
import type { KnownBlock } from '@slack/types'
import fc from 'fast-check'
import type { Choice } from '../../../src/card/card.ts'
import type { Library } from '../../../src/library/library.ts'
import type { Bot } from '../../../src/platform/platform.ts'
import { renderSlack } from '../../../src/platform/slack/render.ts'
import { openBriefs } from '../../fakes/ask.ts'
import type { Outcome } from '../../fakes/discord/deliver.ts'
import type { FakeDiscordOptions } from '../../fakes/discord/fake-discord.ts'
import type { Fault } from '../../fakes/discord/faults.ts'
import type { Typed, Typing } from '../../fakes/discord/readers.ts'
import { signRequest } from '../../fakes/discord/signing.ts'
import type { Message } from '../../fakes/discord/world.ts'
import {
  botOver,
  buttonOf,
  type DiscordBot,
  factsOf,
  labelsOf,
  type Mode,
  openPlace,
  type Place,
  pickerOf,
  sharersOf,
  startDiscordBot,
  titleOf,
} from '../../fakes/discord-bot.ts'
import { factLine } from '../../fakes/facts.ts'
import { HOSTILE } from '../../fakes/hostile.ts'
import { briefOf, COLLECTION, INTRO, MATTER, reportYaml, shelfOf } from '../../fakes/library.ts'
import { readSlack } from '../../fakes/read-slack.ts'
import { libraryOf, portLibrary } from '../../fakes/slack-bot.ts'

const { context } = await openBriefs()
const SHIPPED = botOver(context.library)
const MANY = botOver(portLibrary(40))

const BROKEN: Bot = {
  ...SHIPPED,
  ask: () => Promise.reject(new Error('The library fell over.')),
  complete: () => {
    throw new Error('The library fell over.')
  },
}

const EPHEMERAL = 64
const COMPONENTS_V2 = 32768

/** What is stopped and closed after each test, and looked at then: no test may leave a violation or a secret behind. */
const bots: DiscordBot[] = []
const places = new Set<Place>()

afterEach(async () => {
  const [stopped, left] = [bots.splice(0), [...places]]
  places.clear()
  for (const bot of stopped) await bot.stop()
  for (const { discord } of left) await discord.close()
  for (const { discord, lines } of stopped) {
    assert.deepEqual(discord.violations, [])
    const log = lines.join('\n')
    assert.ok(!log.includes(discord.token), 'The token is in the log.')
    assert.ok(!log.includes(TOKENS_BEGIN), 'The token of an interaction is in the log.')
  }
})

/** Of each interaction: `interaction:` in base64. */
const TOKENS_BEGIN = 'aW50ZXJhY3Rpb24'

async function start(mode: Mode, brain: Bot = SHIPPED, like?: FakeDiscordOptions): Promise<DiscordBot> {
  const place = await openPlace(like)
  return startIn(place, mode, brain)
}

/** Starts the adapter in a Discord that is there already, as after a restart. */
async function startIn(place: Place, mode: Mode, brain: Bot = SHIPPED): Promise<DiscordBot> {
  places.add(place)
  const bot = await startDiscordBot(mode, brain, place)
  bots.push(bot)
  return bot
}

const typed = ({ reader, channel }: DiscordBot, text: string, by: Partial<Typed> = {}): Typed => ({
  name: 'nato',
  user: reader,
  channel,
  text,
  ...by,
})

/** Somebody's direct messages with the bot. */
const directly = (user: string): Typed => {
  const { channel: _, ...rest } = { name: 'nato', user, channel: undefined }
  return rest
}

const answerOf = ({ result, message, refusal }: Outcome): Message => {
  assert.equal(result, 'answered', JSON.stringify(refusal))
  assert.ok(message)
  return message
}

/** Types a command, and gives what the first response shows. */
const ask = async (bot: DiscordBot, text: string, by: Partial<Typed> = {}): Promise<Message> =>
  answerOf(await bot.discord.command(typed(bot, text, by)))

/** Types into a command, and gives what is offered. */
async function offered(bot: DiscordBot, text: string, by: Partial<Typing> = {}): Promise<Outcome['choices']> {
  const { result, choices } = await bot.discord.autocomplete(typed(bot, text, by))
  assert.equal(result, 'answered')
  return choices
}

const click = (bot: DiscordBot, message: Message, label: string, user = bot.reader): Promise<Outcome> =>
  bot.discord.click(message, buttonOf(message, label), { user })

/** Clicks a button by its label, and gives the answer. */
const press = async (bot: DiscordBot, message: Message, label: string, user = bot.reader): Promise<Message> =>
  answerOf(await click(bot, message, label, user))

/** Picks from the picker by a value, and gives the answer. */
const pick = async (bot: DiscordBot, message: Message, value: string, user = bot.reader): Promise<Message> =>
  answerOf(await bot.discord.pick(message, pickerOf(message), value, { user }))

const privately = (user: string) => ({ flags: COMPONENTS_V2 | EPHEMERAL, ephemeralTo: user })

const visibility = ({ flags, ephemeralTo }: Message) => ({ flags, ephemeralTo })

type Left = { ephemeralTo?: string; name?: string; channel?: string }

/** A message of the bot's own with one button, as an older version of the bot might have left it. */
function leave({ discord, channel }: DiscordBot, id: string, left: Left = {}): Message {
  const { ephemeralTo, name, channel: at = channel } = left
  return discord.addMessage({
    channelId: at,
    authorId: discord.applicationId,
    flags: COMPONENTS_V2 | (ephemeralTo === undefined ? 0 : EPHEMERAL),
    components: [{ type: 1, components: [{ type: 2, style: 2, custom_id: id, label: 'Old' }] }],
    ...(ephemeralTo !== undefined && { ephemeralTo }),
    ...(name !== undefined &&
      ephemeralTo !== undefined && { origin: { id: discord.snowflake(), type: 2, name, userId: ephemeralTo } }),
  })
}

/** Posts what `/nato latest` gives, as a digest. */
async function postDigest(bot: DiscordBot, delivery: string): Promise<Message> {
  const asker = { platform: 'discord', user: 'nobody', manager: false }
  const card = await SHIPPED.ask({ kind: 'asked', command: 'nato', text: 'everything' }, asker)
  const sent = await bot.platform.post(bot.destination, card, delivery)
  assert.equal(sent.kind, 'done')
  return bot.discord.messages(bot.channel).at(-1) as Message
}

/** The choice that a picker lists under a label, and a select that gives the label instead. */
function labelPicker(bot: DiscordBot, id: string, label: string): Message {
  const options = [{ label, value: label }]
  return bot.discord.addMessage({
    channelId: bot.channel,
    authorId: bot.discord.applicationId,
    flags: COMPONENTS_V2 | EPHEMERAL,
    ephemeralTo: bot.reader,
    components: [{ type: 1, components: [{ type: 3, custom_id: id, options }] }],
  })
}

/** What was logged, but for what a start says. */
const troubles = ({ lines }: DiscordBot): string[] =>
  lines.filter(line => !/^Discord (?:is connected|has \d+ commands)/.test(line))

/** Waits until nobody listens there. */
async function whenClosed(url: string): Promise<void> {
  const isOpen = await fetch(url).then(
    () => true,
    () => false,
  )
  if (isOpen) await whenClosed(url)
}

const dataOf = (response: Outcome['response']) => (response?.data ?? {}) as Record<string, unknown>

/** A copy that later edits leave as it is. */
const frozen = <Thing>(thing: Thing): Thing => structuredClone(thing)

const SHARE = 'Share to channel'
const HOME = 'NATO and Ukraine in short, sourced briefs'
const TYPED = ['', 'v', 'vil', 'u', 'nato', 'quotes ', 'quotes s', 'timeline ', 'figures k', 'sources ukr', 'kiev', 'l']

/** Asks each choice by its name and by its value, and compares what comes. */
async function expectSameByName(
  bot: DiscordBot,
  texts: string[],
  by: Partial<Typed> = {},
  isSame = (named: Message, valued: Message, _: string) => linesOf(named) === linesOf(valued),
): Promise<number> {
  const choices = new Map<string, Outcome['choices'][number]>()
  for (const text of texts)
    for (const choice of await offered(bot, text, by)) choices.set(`${choice.name}\n${choice.value}`, choice)
  for (const { name, value } of choices.values()) {
    const [named, valued] = [await ask(bot, name, by), await ask(bot, String(value), by)]
    assert.ok(isSame(named, valued, String(value)), `${name} is not ${value}: ${linesOf(named)}\n${linesOf(valued)}`)
  }
  return choices.size
}

const linesOf = (message: Message): string => factsOf(message).map(factLine).join('\n')

/** Half a title, or one that differs from another's only in what no search reads, may give a choice, never another brief. */
function isSameOrOffered(named: Message, valued: Message, value: string): boolean {
  const [brief = ''] = /brief-\d$/.exec(value) ?? []
  const buttons = factsOf(named).flatMap(fact => (fact.kind === 'button' ? [fact.id] : []))
  return linesOf(named) === linesOf(valued) || buttons.includes(`1o:port/${brief}:1`)
}

for (const mode of ['gateway', 'http'] as const) {
  describe(`Discord over ${mode}: commands`, () => {
    it('answers in the first response, to the reader alone, and pings nobody', async () => {
      const bot = await start(mode)
      const { discord, channel, reader, other } = bot
      const { response, message, result } = await discord.command(typed(bot, 'vilnius'))
      assert.equal(result, 'answered')
      assert.ok(message && response)
      const { flags, allowed_mentions, content } = dataOf(response)
      assert.deepEqual(
        { type: response.type, flags, allowed_mentions, content },
        { type: 4, flags: COMPONENTS_V2 | EPHEMERAL, allowed_mentions: { parse: [] }, content: undefined },
      )
      assert.match(titleOf(message), /^Vilnius summit/)
      assert.deepEqual(visibility(message), privately(reader))
      assert.deepEqual([discord.seenBy(other, channel), discord.messages(channel)], [[], []])
      assert.equal(
        discord.calls.filter(({ name }) => /callback|followup|messages/.test(name)).length,
        mode === 'http' ? 0 : 1,
      )
      assert.deepEqual(troubles(bot), [])
    })

    it('tells the same facts of each brief as Slack does, on every page of every view', async () => {
      const bot = await start(mode)
      const asker = { platform: 'discord', space: bot.guild, channel: bot.channel, user: bot.reader, manager: false }
      const onSlack = async (message: Message, id?: string) => {
        assert.ok(id)
        const card = await SHIPPED.ask({ kind: 'clicked', id }, asker)
        const { blocks } = renderSlack(card)
        assert.deepEqual(factsOf(message).map(factLine), readSlack({ blocks: blocks as KnownBlock[] }).map(factLine))
      }
      let pages = 0
      for (const brief of context.library.collections.get('nato')?.briefs.keys() ?? [])
        for (const view of ['overview', 'quotes', 'timeline', 'figures', 'sources']) {
          let message = await ask(bot, view === 'overview' ? brief : `${view} ${brief}`)
          const letter = view[0]
          for (let page = 1; ; page++, pages++) {
            await onSlack(message, `1${letter}:nato/${brief}:${page}`)
            if (!labelsOf(message).includes('Next page ›')) break
            message = await press(bot, message, 'Next page ›')
          }
        }
      assert.ok(pages > 0)
    })

    it('reads free text: a name, a date, a view, words to search for, and what nothing holds', async () => {
      const bot = await start(mode)
      const titles: [text: string, title: RegExp][] = [
        ['vilnuis', /^Vilnius summit/],
        ['  VILNIUS  ', /^Vilnius summit/],
        ['july 2023', /July 2023|2023-07/],
        ['quotes stoltenberg', /^Quotes: .*Stoltenberg/],
        ['latest', /^Latest briefs/],
        ['everything', new RegExp(`^${HOME}`)],
        ['help', /./],
        ['what did they say about f-16s', /^Search: /],
        ['zq <wx> *y* @everyone', /^There is no brief on “zq <wx> \*y\* @everyone”/],
      ]
      for (const [text, title] of titles) assert.match(titleOf(await ask(bot, text)), title, text)
    })

    it('answers and completes a text as long as Discord lets one be', async () => {
      const bot = await start(mode, MANY)
      for (const text of ['x'.repeat(6000), 'ship '.repeat(1200), '😀'.repeat(6000), 'quotes '.repeat(857)]) {
        assert.notEqual(titleOf(await ask(bot, text, { name: 'port' })), '')
        await offered(bot, text, { name: 'port' })
      }
    })

    it('says that there is no such command where its collection has gone', async () => {
      const commands = () => [...SHIPPED.commands(), { name: 'gone', description: 'Gone' }]
      const bot = await start(mode, { ...SHIPPED, commands })
      assert.equal(titleOf(await ask(bot, 'vilnius', { name: 'gone' })), 'There is no command /gone')
      assert.deepEqual(await offered(bot, '', { name: 'gone' }), [])
    })

    it('answers in direct messages, without sharing, and a click replaces the answer', async () => {
      const bot = await start(mode)
      const by = directly(bot.reader)
      const answer = answerOf(await bot.discord.command({ ...by, text: 'vilnius' }))
      assert.ok(!labelsOf(answer).includes(SHARE))
      assert.ok(labelsOf(await ask(bot, 'vilnius')).includes(SHARE))
      const view = await press(bot, answer, 'Quotes')
      assert.deepEqual([view.id, titleOf(view)], [answer.id, 'Vilnius summit: quotes'])
      const { choices } = await bot.discord.autocomplete({ ...by, text: 'vil' })
      assert.equal(choices[0]?.value, 'vilnius')
    })

    it('says sorry, and logs why, where the bot fails, and offers nothing', async () => {
      const bot = await start(mode, BROKEN)
      const answer = await ask(bot, 'vilnius')
      assert.deepEqual([titleOf(answer), visibility(answer)], ['Readout could not answer', privately(bot.reader)])
      assert.deepEqual(await offered(bot, 'v'), [])
      const digest = leave(bot, '1o:nato/vilnius:1')
      const before = frozen(digest)
      const told = await press(bot, digest, 'Old')
      assert.deepEqual([titleOf(told), visibility(told)], ['Readout could not answer', privately(bot.reader)])
      assert.deepEqual(bot.discord.messages(bot.channel), [before])
      assert.deepEqual(
        troubles(bot).map(trouble => trouble.split('\n')[0]),
        Array.from(
          { length: 3 },
          () => 'An interaction of Discord could not be answered: Error: The library fell over.',
        ),
      )
    })

    it('pings nobody, whatever a brief or a question says', async () => {
      const words = HOSTILE.filter(word => /^[\\a]*(?:@|<[@#])/.test(word))
      assert.ok(words.length > 10)
      const bot = await start(mode, botOver(libraryOf(words.map(one => `${escapeMarks(one)} (own: made up)`))))
      const answer = await ask(bot, 'opening', { name: 'port' })
      const outcome = await click(bot, answer, SHARE)
      const asked = await bot.discord.command(typed(bot, '<@123456789012345678> @everyone', { name: 'port' }))
      for (const { response } of [outcome, asked]) assert.deepEqual(dataOf(response).allowed_mentions, { parse: [] })
      const shared = bot.discord.messages(bot.channel)[0]
      assert.ok(shared)
      assert.deepEqual(
        factsOf(shared).filter(fact => 'text' in fact && fact.text.includes('⟦')),
        [],
      )
    })

    it('answers 200 commands at once', async () => {
      const bot = await start(mode, MANY, { rateLimits: true, deadlineMs: 30_000 })
      const outcomes = await Promise.all(
        Array.from({ length: 200 }, (_, index) =>
          bot.discord.command(typed(bot, `ship-${String((index % 40) + 1).padStart(3, '0')}`, { name: 'port' })),
        ),
      )
      assert.deepEqual(
        outcomes.map(outcome => titleOf(answerOf(outcome))),
        outcomes.map((_, index) => `Ship ${String((index % 40) + 1).padStart(3, '0')}`),
      )
      assert.equal(bot.discord.seenBy(bot.reader, bot.channel).length, 200)
    })

    it('finishes what is in hand when it stops', async () => {
      const begun = Promise.withResolvers<void>()
      const gate = Promise.withResolvers<void>()
      const slow: Bot = {
        ...SHIPPED,
        ask: async (question, asker) => {
          begun.resolve()
          await gate.promise
          return SHIPPED.ask(question, asker)
        },
      }
      const bot = await start(mode, slow)
      const asked = bot.discord.command(typed(bot, 'vilnius'))
      await begun.promise
      const seen = bot.stop().then(() => bot.discord.seenBy(bot.reader, bot.channel).length)
      if (mode === 'gateway') assert.notDeepEqual(await offered(bot, 'vil'), [])
      else await whenClosed(bot.url)
      gate.resolve()
      assert.match(titleOf(answerOf(await asked)), /^Vilnius summit/)
      if (mode === 'gateway') assert.equal(await seen, 1)
      await bot.stop()
    })
  })

  describe(`Discord over ${mode}: completion`, () => {
    it('offers the newest where nothing is typed, and everything last', async () => {
      const bot = await start(mode, MANY)
      const choices = await offered(bot, '', { name: 'port' })
      assert.deepEqual(choices, [
        ...Array.from({ length: 24 }, (_, index) => ({ name: `Ship 0${40 - index}`, value: `ship-0${40 - index}` })),
        { name: 'Everything', value: 'everything' },
      ])
      assert.deepEqual(await offered(bot, '', { name: 'dock' }), [
        { name: 'Crane', value: 'crane' },
        { name: 'Everything', value: 'everything' },
      ])
    })

    it('offers no more than 25, whatever is typed', async () => {
      const bot = await start(mode, MANY)
      for (const text of ['s', 'ship', 'quotes ', 'timeline s', 'figures ship'])
        assert.equal((await offered(bot, text, { name: 'port' })).length, 25, text)
      const forManagers = { name: 'readout', user: bot.manager }
      for (const text of ['port ', 'port ship', 'port quotes '])
        assert.equal((await offered(bot, text, forManagers)).length, 25, text)
      assert.equal((await offered(bot, 'port ', forManagers)).at(-1)?.name, 'port: Everything')
    })

    it('finds what is mistyped, spelt another way, or said by somebody', async () => {
      const bot = await start(mode)
      const wanted: [text: string, value: string][] = [
        ['vilnuis', 'vilnius'],
        ['VIL', 'vilnius'],
        ['nato s', 'vilnius'],
        ['Kiev', 'kyiv'],
        ['Київ', 'kyiv'],
        ['quotes stoltenberg', 'quotes jens stoltenberg'],
        ['quotes sto', 'quotes jens stoltenberg'],
        ['timeline viln', 'timeline vilnius'],
        ['quo', 'quotes'],
      ]
      for (const [text, value] of wanted) {
        const values = (await offered(bot, text)).map(choice => choice.value)
        assert.ok(values.includes(value), `${text}: ${values.join(', ')}`)
      }
    })

    it('understands a choice that comes back as its name', async () => {
      const bot = await start(mode)
      assert.ok((await expectSameByName(bot, TYPED)) > 30)
      const forManagers = { name: 'readout', user: bot.manager }
      const texts = ['', 'b', ...TYPED.map(text => `nato ${text}`)]
      assert.ok((await expectSameByName(bot, texts, forManagers)) > 30)
    })

    it('opens what a choice names, and tells twins apart, however long names are', async () => {
      const names = ['a', 'b'].map(last => `${'long-'.repeat(11)}name${last}`)
      const bot = await start(mode, botOver(briefsIn('port', names)))
      for (const [by, before] of [
        [{ name: 'port' }, ''],
        [{ name: 'readout', user: bot.manager }, 'port '],
      ] satisfies [Partial<Typed>, string][])
        for (const [text, title] of SIDES) {
          const choices = await offered(bot, `${before}${text}harb`, by)
          const answers = new Set<string>()
          for (const words of choices.flatMap(({ name, value }) => [name, String(value)])) {
            const answer = await ask(bot, words, by)
            assert.match(titleOf(answer), title, words)
            answers.add(linesOf(answer))
          }
          assert.deepEqual([choices.length, answers.size], [2, 2], text)
        }
    })

    it('opens what a choice names whose value Discord would not take whole', async () => {
      const [collection, name] = [`port-${'x'.repeat(26)}`, `${'long-'.repeat(11)}names`]
      const by = { name: 'readout' }
      const bot = await start(mode, botOver(briefsIn(collection, [name])))
      assert.equal(`${collection} timeline ${name}`.length, 101)
      for (const [text, title] of SIDES) {
        const choices = await offered(bot, `${collection} ${text}harb`, { ...by, user: bot.manager })
        assert.equal(choices.length, 1)
        for (const words of choices.flatMap(choice => [choice.name, String(choice.value)]))
          assert.match(titleOf(await ask(bot, words, { ...by, user: bot.manager })), title, words)
      }
    })

    it('offers names and values that Discord takes, and means the same by both, whatever titles and speakers are', async () => {
      let library = portLibrary(1)
      const bot = await start(
        mode,
        botOver(() => library),
      )
      let choices = 0
      await fc.assert(
        fc.asyncProperty(fc.array(anyNamed, { minLength: 1, maxLength: 4 }), anyTyped, async (named, text) => {
          library = libraryNamed(named)
          const by = { name: 'port' }
          for (const one of [text, '', 'quotes ', `quotes ${named[0]?.speaker.slice(0, 3) ?? ''}`, 'timeline ']) {
            const got = await offered(bot, one, by)
            for (const { name, value } of got) {
              assert.ok(isChoiceText(name), JSON.stringify(name))
              assert.ok(isChoiceText(String(value)), JSON.stringify(value))
            }
            assert.equal(new Set(got.map(({ name }) => name)).size, got.length, 'Two choices have one name.')
            choices += got.length
          }
          await expectSameByName(bot, ['', 'quotes ', 'timeline '], by, isSameOrOffered)
        }),
        { numRuns: 12, examples: [[[{ title: 'Harbour', speaker: `Adam${'😀'.repeat(70)}` }], '']] },
      )
      assert.ok(choices > 50)
    })

    it('offers names and values that Discord takes, whatever the bot gives', async () => {
      let given: Choice[] = []
      const bot = await start(mode, { ...SHIPPED, complete: () => given })
      const words = fc.oneof(fc.string({ unit: 'binary', minLength: 1, maxLength: 300 }), fc.constantFrom(...HOSTILE))
      const value = fc.stringMatching(/^[a-z][a-z -]{0,130}[a-z]$/)
      await fc.assert(
        fc.asyncProperty(fc.uniqueArray(fc.record({ label: words, value }), { maxLength: 25 }), async any => {
          given = any
          const result = await bot.discord.autocomplete(typed(bot, 'x'))
          // Labels that are one when they are cut are the bot's to tell apart.
          const twins = bot.discord.violations.splice(0).filter(one => !one.startsWith('Two choices'))
          assert.deepEqual([result.result, twins], ['answered', []])
        }),
        { numRuns: 50 },
      )
    })
  })

  describe(`Discord over ${mode}: clicks`, () => {
    it('replaces a private answer by a view, a page and a picked brief', async () => {
      const bot = await start(mode)
      const answer = await ask(bot, 'vilnius')
      const { response, message: view } = await click(bot, answer, 'Quotes')
      assert.ok(view)
      assert.deepEqual([response?.type, view.id], [7, answer.id])
      assert.equal(titleOf(view), 'Vilnius summit: quotes')
      const home = await ask(bot, 'everything')
      const picked = await pick(bot, home, 'nato/kyiv')
      assert.match(titleOf(picked), /Kyiv/)
      assert.equal(picked.id, home.id)
      assert.deepEqual(
        bot.discord.seenBy(bot.reader, bot.channel).map(one => [one.id, visibility(one)]),
        [answer, home].map(({ id }) => [id, privately(bot.reader)]),
      )
      assert.deepEqual(bot.discord.messages(bot.channel), [])
    })

    it('turns the pages of a private answer in place', async () => {
      const bot = await start(mode, MANY)
      const first = await ask(bot, 'latest', { name: 'port' })
      const second = await press(bot, first, 'Next page ›')
      assert.match(titleOf(second), /page 2 of/)
      assert.match(titleOf(await press(bot, second, '‹ Previous page')), /page 1 of/)
      assert.equal(bot.discord.seenBy(bot.reader, bot.channel).length, 1)
    })

    it('opens what is picked by its label', async () => {
      const bot = await start(mode)
      const id = pickerOf(await ask(bot, 'everything'))
      const list = labelPicker(bot, id, 'Vilnius summit')
      const picked = answerOf(await bot.discord.pick(list, id, 'Vilnius summit', { user: bot.reader }))
      assert.deepEqual([picked.id, titleOf(picked).slice(0, 14)], [list.id, 'Vilnius summit'])
    })

    it('leaves a digest as it is, and answers privately, however old it is and whichever process posted it', async () => {
      const place = await openPlace()
      const poster = await startIn(place, mode)
      const digest = await postDigest(poster, 'delivery-1')
      const before = frozen(digest)
      await poster.stop()
      for (const days of [0, 1, 400]) {
        place.discord.clock.advance(days * 24 * 3600_000)
        const bot = await startIn(place, mode)
        const clicked = await press(bot, digest, 'Latest')
        const picked = await pick(bot, digest, 'nato/vilnius', bot.other)
        assert.match(titleOf(clicked), /^Latest briefs/)
        assert.match(titleOf(picked), /^Vilnius summit/)
        assert.deepEqual([clicked, picked].map(visibility), [privately(bot.reader), privately(bot.other)])
        await bot.stop()
      }
      assert.deepEqual(place.discord.messages(place.channel), [before])
    })

    it('understands each button of a digest that is marked with its delivery', async () => {
      const bot = await start(mode)
      const digest = await postDigest(bot, 'sBbCjhjxr0b7bhbkDFWAQQ')
      const marked = factsOf(digest).filter(fact => fact.kind === 'button' && fact.id.includes('~'))
      assert.equal(marked.length, 1)
      for (const label of labelsOf(digest)) {
        const answer = await press(bot, digest, label)
        assert.notEqual(titleOf(answer), 'This button is no longer understood', label)
        assert.deepEqual(visibility(answer), privately(bot.reader))
      }
      const old = leave(bot, '1q:nato/vilnius:1~sBbCjhjxr0b7bhbkDFWAQQ')
      assert.equal(titleOf(await press(bot, old, 'Old')), 'Vilnius summit: quotes')
    })

    it('replaces the private answer that a click on a digest gave', async () => {
      const bot = await start(mode)
      const digest = await postDigest(bot, 'delivery-1')
      const before = frozen(digest)
      const answer = await pick(bot, digest, 'nato/vilnius')
      const view = await press(bot, answer, 'Quotes')
      assert.deepEqual([view.id, titleOf(view)], [answer.id, 'Vilnius summit: quotes'])
      assert.deepEqual(bot.discord.messages(bot.channel), [before])
    })

    it('leaves a message in direct messages that is not private as it is', async () => {
      const bot = await start(mode)
      const { id } = bot.discord.directChannel(bot.reader)
      const old = leave(bot, '1q:nato/vilnius:1', { channel: id })
      const before = frozen(old)
      const answer = await press(bot, old, 'Old')
      assert.deepEqual([titleOf(answer), visibility(answer)], ['Vilnius summit: quotes', privately(bot.reader)])
      assert.deepEqual(bot.discord.message(old.id), before)
    })

    it('answers old and foreign buttons, in place where the answer was private', async () => {
      const bot = await start(mode)
      for (const id of ['0x:old', 'someone_elses', '~delivery', '1o:nato/gone:1', '1o:gone/gone:999', '9!o:a/b:1']) {
        const shown = await press(bot, leave(bot, id), 'Old')
        assert.deepEqual(visibility(shown), privately(bot.reader), id)
        assert.notEqual(titleOf(shown), '')
        const mine = leave(bot, id, { ephemeralTo: bot.reader })
        const replaced = await press(bot, mine, 'Old')
        assert.deepEqual([replaced.id, titleOf(replaced)], [mine.id, titleOf(shown)])
      }
      assert.deepEqual(troubles(bot), [])
    })
  })

  describe(`Discord over ${mode}: sharing`, () => {
    it('posts the answer for all to see, and names who shared it', async () => {
      const bot = await start(mode)
      const answer = await ask(bot, 'kyiv')
      const before = frozen(answer)
      const shared = await press(bot, answer, SHARE)
      assert.deepEqual(visibility(shared), { flags: COMPONENTS_V2, ephemeralTo: undefined })
      assert.deepEqual([sharersOf(shared), titleOf(shared)], [[bot.reader], titleOf(before)])
      assert.ok(!labelsOf(shared).includes(SHARE))
      assert.deepEqual(bot.discord.seenBy(bot.reader, bot.channel), [before, shared])
      assert.deepEqual(bot.discord.messages(bot.channel), [shared])
    })

    it('leaves a shared answer as it is when it is clicked, and answers privately', async () => {
      const bot = await start(mode)
      const shared = await press(bot, await ask(bot, 'vilnius'), SHARE)
      const before = frozen(shared)
      for (const user of [bot.reader, bot.other]) {
        const view = await press(bot, shared, 'Quotes', user)
        assert.deepEqual([titleOf(view), visibility(view)], ['Vilnius summit: quotes', privately(user)])
      }
      assert.deepEqual(bot.discord.messages(bot.channel), [before])
    })

    it('shares once on a double click, says so to the second, and lets others share theirs', async () => {
      const bot = await start(mode)
      const answer = await ask(bot, 'vilnius')
      const both = await Promise.all([click(bot, answer, SHARE), click(bot, answer, SHARE)])
      const again = await click(bot, answer, SHARE)
      const told = [...both, again].map(answerOf).filter(one => titleOf(one) === 'Shared already')
      assert.deepEqual(told.map(visibility), [privately(bot.reader), privately(bot.reader)])
      assert.equal(bot.discord.messages(bot.channel).length, 1)
      await press(bot, await ask(bot, 'vilnius', { user: bot.other }), SHARE, bot.other)
      assert.deepEqual(bot.discord.messages(bot.channel).map(sharersOf), [[bot.reader], [bot.other]])
    })

    it('shares what two users want to share of one message, once for each', async () => {
      const bot = await start(mode)
      const old = leave(bot, '1!o:nato/vilnius:1')
      for (const user of [bot.reader, bot.other, bot.reader]) await press(bot, old, 'Old', user)
      assert.deepEqual(bot.discord.messages(bot.channel).flatMap(sharersOf), [bot.reader, bot.other])
    })

    it('never shares what is for managers', async () => {
      const bot = await start(mode)
      const answer = await ask(bot, 'briefs', { name: 'readout', user: bot.manager })
      assert.ok(!labelsOf(answer).includes(SHARE))
      for (const id of ['1!b:/:1', '1!p:/:1']) {
        const left = leave(bot, id, { ephemeralTo: bot.manager, name: 'readout' })
        const shown = await press(bot, left, 'Old', bot.manager)
        assert.deepEqual([shown.ephemeralTo, sharersOf(shown)], [bot.manager, []])
      }
      assert.deepEqual(bot.discord.messages(bot.channel), [])
    })
  })

  describe(`Discord over ${mode}: managers`, () => {
    const FOR_MANAGERS = 'This is for managers'

    it('offers the managers’ command to those who manage channels, in a server only', async () => {
      const bot = await start(mode)
      const forManagers = { name: 'readout', user: bot.manager }
      assert.equal(titleOf(await ask(bot, 'briefs', forManagers)), 'Briefs')
      assert.deepEqual(
        (await offered(bot, '', forManagers)).map(({ value }) => value),
        ['briefs', 'problems', 'nato'],
      )
      await assert.rejects(ask(bot, 'briefs', { name: 'readout' }), /lacks the permissions/)
      await assert.rejects(
        bot.discord.command({ ...directly(bot.manager), name: 'readout', text: 'briefs' }),
        /has no command/,
      )
    })

    it('takes whoever a server’s own settings let use the managers’ command for a manager', async () => {
      const bot = await start(mode)
      for (const command of bot.discord.commands())
        if (command.name === 'readout') command.default_member_permissions = null
      assert.equal(titleOf(await ask(bot, 'briefs', { name: 'readout' })), 'Briefs')
    })

    it('takes nobody for a manager who uses another command, whatever they may do', async () => {
      const bot = await start(mode)
      assert.notEqual(titleOf(await ask(bot, 'briefs', { user: bot.manager })), 'Briefs')
    })

    it('keeps a manager a manager on the answer of the managers’ command, click after click', async () => {
      const bot = await start(mode)
      const answer = leave(bot, '1b:/:1', { ephemeralTo: bot.manager, name: 'readout' })
      const shown = await press(bot, answer, 'Old', bot.manager)
      assert.deepEqual([shown.id, titleOf(shown)], [answer.id, 'Briefs'])
      const home = await ask(bot, 'nato everything', { name: 'readout', user: bot.manager })
      const latest = await press(bot, home, 'Latest', bot.manager)
      assert.equal(latest.id, home.id)
      assert.match(titleOf(latest), /^Latest briefs/)
      const drafts = await start(mode, botOver(draftsOf(120)))
      const first = await ask(drafts, 'briefs', { name: 'readout', user: drafts.manager })
      const second = await press(drafts, first, 'Next page ›', drafts.manager)
      assert.match(titleOf(second), /^Briefs \(page 2 of/)
      assert.match(titleOf(await press(drafts, second, 'Next page ›', drafts.manager)), /^Briefs \(page 3 of/)
    })

    it('shows the managers’ views to nobody by a button of any other message', async () => {
      const bot = await start(mode)
      const direct = bot.discord.directChannel(bot.manager).id
      const all: [message: Message, user: string][] = [
        [leave(bot, '1b:/:1'), bot.reader],
        [leave(bot, '1b:/:1'), bot.manager],
        [leave(bot, '1p:/:1~delivery'), bot.manager],
        [leave(bot, '1b:/:1', { ephemeralTo: bot.reader }), bot.reader],
        [leave(bot, '1b:/:1', { ephemeralTo: bot.reader, name: 'nato' }), bot.reader],
        [leave(bot, '1!b:/:1', { ephemeralTo: bot.reader, name: 'nato' }), bot.reader],
        [leave(bot, '1b:/:1', { ephemeralTo: bot.manager, name: 'readout', channel: direct }), bot.manager],
      ]
      for (const [message, user] of all)
        assert.equal(titleOf(await press(bot, message, 'Old', user)), FOR_MANAGERS, JSON.stringify(message.components))
    })
  })

  describe(`Discord over ${mode}: what comes twice`, () => {
    it('answers an interaction that is delivered twice once, and says so once', async () => {
      const bot = await start(mode)
      const { discord } = bot
      const asked = await discord.command(typed(bot, 'vilnius'))
      const shared = await click(bot, answerOf(asked), SHARE)
      for (const outcome of [asked, shared]) {
        const before = bot.lines.length
        const again = discord.again(outcome)
        await discord.until(() => bot.lines.length > before)
        discord.clock.advance(3000)
        await again
      }
      assert.deepEqual(troubles(bot), ['Discord sent an interaction twice.', 'Discord sent an interaction twice.'])
      assert.equal(discord.seenBy(bot.reader, bot.channel).length, 2)
      assert.equal(discord.messages(bot.channel).length, 1)
      assert.equal(discord.calls.filter(({ name }) => name === 'callback').length, mode === 'http' ? 0 : 2)
    })
  })
}

/** What is asked of a brief, and what answers it. */
const SIDES: [text: string, title: RegExp][] = [
  ['', /^Harbour$/],
  ['timeline ', /^Harbour: timeline$/],
  ['sources ', /^Harbour: sources$/],
]

const SHIPS = ['barge', 'ferry']

/** A library of one collection, whose briefs have these names and all one title. */
function briefsIn(collection: string, names: string[]): Library {
  const bodyOf = (at: number) => `${INTRO}\n\n## Timeline\n\n- 2021-05-04: The ${SHIPS[at]} came in. [@report]`
  const { library } = shelfOf({
    [`${collection}/collection.yaml`]: 'description: Ships and harbours\n',
    [`${collection}/sources/report.yaml`]: reportYaml(),
    ...Object.fromEntries(
      names.map((name, at) => [
        `${collection}/${name}.md`,
        briefOf({ matter: 'title: Harbour\ndate: 2021-05-04\nreviewed: 2026-11-21', body: bodyOf(at) }),
      ]),
    ),
  })
  assert.equal(library.collections.get(collection)?.briefs.size, names.length)
  return library
}

/** A library of so many briefs that only managers see. */
function draftsOf(count: number): Library {
  const drafts = Array.from({ length: count }, (_, at) => [`port/draft-${at}.md`, briefOf({ matter: DRAFT })] as const)
  return shelfOf({ ...COLLECTION, ...Object.fromEntries(drafts) }).library
}

const DRAFT = `${MATTER}\nstatus: draft`

/** Words as they stand in a brief's Markdown. */
const escapeMarks = (words: string): string => words.replace(/[!-/:-@[-`{-~]/g, '\\$&')

type Named = { title: string; speaker: string }

/** A library of briefs with these titles and speakers, each where the parser takes it. */
function libraryNamed(named: Named[]): Library {
  const briefs = named.map(({ title, speaker }, at) => {
    const body = `${INTRO}\n\n## Quotes\n\n> Words.\n>\n> — ${escapeMarks(speaker)}, mayor [@report] (unverified: made up)\n`
    const matter = `title: ${JSON.stringify(title)}\ndate: 2021-05-04\nreviewed: 2026-11-21`
    return [`port/brief-${at}.md`, briefOf({ matter, body })] as const
  })
  return shelfOf({ ...COLLECTION, ...Object.fromEntries(briefs) }).library
}

const anyWords = fc.oneof(
  fc.constantFrom(...HOSTILE.map(words => words.slice(0, 150).toWellFormed())),
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 150 }),
  fc.constantFrom('Harbour', 'Harbour of Lindenau', '2023', 'Ada Lovell', '😀'.repeat(70), `${'Very '.repeat(25)}long`),
)

/** What has no letters can't be asked for by its words, nor by half a word. */
const anyName = anyWords
  .filter(words => /\p{L}{3}/u.test(words))
  .map(words =>
    words
      .replace(/\S{35}/gu, '$& ')
      .slice(0, 150)
      .toWellFormed(),
  )

const anyNamed = fc.record({ title: anyName, speaker: anyName.map(words => words.replace(/[\s,]+/g, ' ')) })

const anyTyped = fc.oneof(anyWords, fc.string({ unit: 'binary', maxLength: 40 }))

const isChoiceText = (text: string): boolean => text.trim() !== '' && [...text].length <= 100 && text.isWellFormed()

describe('Discord over gateway: answers that go wrong', () => {
  const CUT_AFTER: Fault = { kind: 'cut', when: 'after' }
  const DOUBTFUL = /^An answer may not have reached its reader: /

  it('has answered once where the callback’s answer is lost', async () => {
    const bot = await start('gateway')
    for (const fault of [
      CUT_AFTER,
      { kind: 'close', when: 'after' },
      { kind: 'status', status: 502, when: 'after' },
      { kind: 'hang', stores: true },
    ] satisfies Fault[]) {
      bot.discord.fail('callback', fault)
      const before = bot.discord.seenBy(bot.reader, bot.channel).length
      assert.match(titleOf(await ask(bot, 'vilnius')), /^Vilnius summit/)
      await bot.discord.until(() => bot.discord.calls.filter(({ answer }) => answer === '40060').length > before)
      assert.equal(bot.discord.seenBy(bot.reader, bot.channel).length, before + 1, fault.kind)
    }
  })

  it('answers by a second try where the first did not arrive', async () => {
    const bot = await start('gateway')
    for (const fault of [
      { kind: 'cut', when: 'before' },
      { kind: 'close', when: 'before' },
      { kind: 'status', status: 500 },
      { kind: 'status', status: 503 },
      { kind: 'garbage', status: 502 },
    ] satisfies Fault[]) {
      bot.discord.fail('callback', fault)
      assert.match(titleOf(await ask(bot, 'vilnius')), /^Vilnius summit/, fault.kind)
    }
    assert.deepEqual(troubles(bot), [])
    assert.equal(bot.discord.seenBy(bot.reader, bot.channel).length, 5)
  })

  it('logs once what could not be answered, and goes on', async () => {
    const bot = await start('gateway')
    const faults: [Fault, times: number, why: RegExp][] = [
      [{ kind: 'status', status: 500 }, 2, /HTTP 500/],
      [{ kind: 'cut', when: 'before' }, 2, /The connection to Discord broke/],
      [{ kind: 'rateLimited', retryAfterS: 60 }, 1, /rate limit/],
      [{ kind: 'garbage', status: 403 }, 1, /HTTP 403/],
      [{ kind: 'error', status: 404, code: 10062, message: 'Unknown interaction' }, 1, /10062/],
      [{ kind: 'error', status: 400, code: 50035, message: 'Invalid Form Body' }, 1, /50035/],
    ]
    for (const [index, [fault, times, why]] of faults.entries()) {
      bot.discord.fail('callback', fault, times)
      const asked = bot.discord.command(typed(bot, 'vilnius'))
      await bot.discord.until(() => troubles(bot).length > index)
      bot.discord.clock.advance(3000)
      assert.notEqual((await asked).result, 'answered')
      assert.match(troubles(bot)[index] ?? '', DOUBTFUL)
      assert.match(troubles(bot)[index] ?? '', why)
    }
    assert.match(titleOf(await ask(bot, 'vilnius')), /^Vilnius summit/)
    assert.equal(troubles(bot).length, faults.length)
    assert.equal(bot.discord.seenBy(bot.reader, bot.channel).length, 1)
  })

  it('logs once what came too late, and what another process has answered', async () => {
    const bot = await start('gateway')
    const late = await bot.discord.command(typed(bot, 'vilnius'), { ageMs: 3500 })
    assert.deepEqual([late.result, late.refusal?.code], ['refused', 10062])
    await bot.discord.until(() => troubles(bot).length === 1)
    assert.match(troubles(bot)[0] ?? '', /10062/)
    const twin = await startIn(bot, 'gateway')
    await ask(bot, 'vilnius')
    const refused = () => [...troubles(bot), ...troubles(twin)].filter(line => line.includes('40060'))
    await bot.discord.until(() => refused().length > 0)
    await Promise.all([bot.stop(), twin.stop()])
    assert.equal(refused().length, 1)
    assert.equal(bot.discord.seenBy(bot.reader, bot.channel).length, 1)
  })

  it('frees a share that certainly failed', async () => {
    const bot = await start('gateway')
    for (const fault of [
      { kind: 'rateLimited', retryAfterS: 60 },
      { kind: 'error', status: 404, code: 10062, message: 'Unknown interaction' },
    ] satisfies Fault[]) {
      const answer = await ask(bot, 'vilnius')
      const before = troubles(bot).length
      bot.discord.fail('callback', fault)
      const failed = click(bot, answer, SHARE)
      await bot.discord.until(() => troubles(bot).length > before)
      bot.discord.clock.advance(3000)
      assert.notEqual((await failed).result, 'answered')
      assert.deepEqual(sharersOf(await press(bot, answer, SHARE)), [bot.reader], fault.kind)
    }
    assert.equal(bot.discord.messages(bot.channel).length, 2)
  })

  it('shares nothing a second time that may be there, whatever becomes of the second try', async () => {
    const bot = await start('gateway')
    const seconds: Fault[] = [
      { kind: 'rateLimited', retryAfterS: 60 },
      { kind: 'garbage', status: 403 },
      { kind: 'error', status: 404, code: 10062, message: 'Unknown interaction' },
      { kind: 'status', status: 500 },
    ]
    for (const [index, fault] of seconds.entries()) {
      const answer = await ask(bot, 'vilnius')
      bot.discord.fail('callback', CUT_AFTER)
      bot.discord.fail('callback', fault)
      assert.deepEqual(sharersOf(await press(bot, answer, SHARE)), [bot.reader])
      await bot.discord.until(() => troubles(bot).length > index)
      const told = await press(bot, answer, SHARE)
      assert.equal(titleOf(told), 'Shared already', fault.kind)
      assert.equal(bot.discord.messages(bot.channel).length, index + 1)
    }
  })

  it('shares nothing a second time that another process has answered', async () => {
    const bot = await start('gateway')
    const answer = await ask(bot, 'vilnius')
    bot.discord.fail('callback', { kind: 'error', status: 400, code: 40060, message: 'Already acknowledged' })
    const lost = click(bot, answer, SHARE)
    await bot.discord.until(() => troubles(bot).length > 0)
    bot.discord.clock.advance(3000)
    assert.notEqual((await lost).result, 'answered')
    assert.equal(titleOf(await press(bot, answer, SHARE)), 'Shared already')
    assert.equal(troubles(bot).length, 1)
  })

  it('logs an event that can’t be read, whatever it is, and goes on', async () => {
    const bot = await start('gateway')
    const { payload: asked } = await bot.discord.command(typed(bot, 'vilnius'))
    const { payload: clicked } = await click(bot, await ask(bot, 'vilnius'), 'Quotes')
    await fc.assert(
      fc.asyncProperty(anyUnreadable(asked, clicked), async event => {
        const before = bot.lines.length
        bot.discord.gateway.dispatch('INTERACTION_CREATE', event)
        await bot.discord.until(() => bot.lines.length > before)
        assert.deepEqual(bot.lines.slice(before), ['Discord sent an interaction that can’t be read.'])
      }),
      { numRuns: 60 },
    )
    bot.discord.gateway.dispatch('MESSAGE_CREATE', { content: 'vilnius' })
    assert.match(titleOf(await ask(bot, 'vilnius')), /^Vilnius summit/)
    assert.equal(bot.discord.gateway.identifies, 1)
  })

  it('stops within seconds though an answer never comes', async () => {
    const begun = Promise.withResolvers<void>()
    const stuck: Bot = {
      ...SHIPPED,
      ask: () => {
        begun.resolve()
        return new Promise(() => {})
      },
    }
    const bot = await start('gateway', stuck)
    const asked = bot.discord.command(typed(bot, 'vilnius'))
    await begun.promise
    const stopped = bot.stop()
    bot.clock.push(3000)
    await stopped
    bot.discord.clock.advance(3000)
    assert.equal((await asked).result, 'timedOut')
  })
})

/** What stands in an interaction, and can't stand otherwise. */
const PLACES: [which: 'asked' | 'clicked', path: string[]][] = [
  ['asked', ['type']],
  ['asked', ['id']],
  ['asked', ['token']],
  ['asked', ['data']],
  ['asked', ['data', 'name']],
  ['asked', ['data', 'options', '0', 'name']],
  ['asked', ['member', 'user', 'id']],
  ['clicked', ['data', 'custom_id']],
  ['clicked', ['message']],
  ['clicked', ['message', 'id']],
]

const JUNK = [undefined, null, 0, 1.5, true, [], {}, [['a']], { id: null }]

/** Any JSON, and interactions in which one thing is of another kind. */
const anyUnreadable = (asked: object, clicked: object) =>
  fc.oneof(
    fc.jsonValue({ maxDepth: 3 }),
    fc
      .record({ place: fc.constantFrom(...PLACES), junk: fc.constantFrom(...JUNK) })
      .map(({ place: [which, path], junk }) => spoil(which === 'asked' ? asked : clicked, path, junk)),
  )

function spoil(whole: object, path: string[], junk: unknown): unknown {
  const copy: Record<string, unknown> = structuredClone(whole) as Record<string, unknown>
  let at = copy
  for (const step of path.slice(0, -1)) at = at[step] as Record<string, unknown>
  at[path.at(-1) as string] = junk
  return copy
}

describe('Discord over HTTP: what is refused', () => {
  const { privateKey, publicKey: ours } = generateKeyPairSync('ed25519')
  const publicKey = ours.export({ format: 'der', type: 'spki' }).subarray(-32).toString('hex')

  /** The adapter with a key of the test's own, so that a test can sign whatever it sends. */
  async function startSigned(): Promise<DiscordBot> {
    const place = await openPlace()
    places.add(place)
    const bot = await startDiscordBot('http', SHIPPED, place, publicKey)
    bots.push(bot)
    return bot
  }

  const sign = (body: string) => signRequest(body, privateKey, Math.floor(Date.now() / 1000))

  async function send(url: string, body: string, headers: Record<string, string>): Promise<Response> {
    const response = await fetch(url, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json', ...headers },
    })
    return new Response(await response.text(), { status: response.status, headers: response.headers })
  }

  const PING = JSON.stringify({ type: 1 })

  it('answers a ping, and refuses one that is signed with another key or not at all', async () => {
    const { discord } = await start('http')
    const { status, body, headers } = await discord.ping()
    assert.deepEqual([status, JSON.parse(body)], [200, { type: 1 }])
    assert.match(String(headers['content-type']), /^application\/json/)
    assert.equal((await discord.pingBadSignature('wrong')).status, 401)
    assert.equal((await discord.pingBadSignature('none')).status, 401)
  })

  it('refuses a command with a wrong signature, and answers nothing', async () => {
    const bot = await start('http')
    for (const signature of ['wrong', 'none'] as const) {
      const outcome = await bot.discord.command(typed(bot, 'vilnius'), { signature })
      assert.deepEqual([outcome.status, outcome.message], [401, undefined])
    }
  })

  it('refuses a signature that is missing, malformed or of another body or time', async () => {
    const { url } = await startSigned()
    const signed = sign(PING)
    assert.equal((await send(url, PING, signed)).status, 200)
    const signature = signed['x-signature-ed25519'] ?? ''
    const time = signed['x-signature-timestamp'] ?? ''
    const bad = [
      '',
      'x',
      'zz'.repeat(64),
      signature.slice(1),
      signature.slice(2),
      `${signature}00`,
      '0'.repeat(128),
      '00'.repeat(5000),
    ]
    for (const wrong of bad)
      assert.equal(
        (await send(url, PING, { 'x-signature-ed25519': wrong, 'x-signature-timestamp': time })).status,
        401,
        wrong.slice(0, 200),
      )
    assert.equal((await send(url, PING, {})).status, 401)
    assert.equal((await send(url, PING, { 'x-signature-ed25519': signature })).status, 401)
    assert.equal((await send(url, PING, { 'x-signature-timestamp': time })).status, 401)
    assert.equal((await send(url, PING, { ...signed, 'x-signature-timestamp': `${time}0` })).status, 401)
    assert.equal((await send(url, `${PING} `, signed)).status, 401)
    assert.equal((await send(url, '', signed)).status, 401)
  })

  it('takes POST only', async () => {
    const { url } = await startSigned()
    for (const method of ['GET', 'PUT', 'DELETE', 'PATCH', 'HEAD']) {
      const response = await fetch(url, { method })
      assert.deepEqual([response.status, response.headers.get('allow')], [405, 'POST'], method)
    }
  })

  it('refuses a body of more than 1 MiB, and takes one of as much', async () => {
    const { url } = await startSigned()
    const sized = (bytes: number) => {
      const body = JSON.stringify({ type: 1, filler: '' })
      return body.replace('""', `"${'x'.repeat(bytes - body.length)}"`)
    }
    const [fits, over] = [sized(1024 * 1024), sized(1024 * 1024 + 1)]
    assert.equal((await send(url, fits, sign(fits))).status, 200)
    assert.equal((await send(url, over, sign(over))).status, 413)
  })

  it('refuses what is signed and no interaction, says so in the log, and goes on', async () => {
    const bot = await start('http')
    const { payload: asked } = await bot.discord.command(typed(bot, 'vilnius'))
    const { payload: clicked } = await click(bot, await ask(bot, 'vilnius'), 'Quotes')
    const signed = await startSigned()
    const bodies = fc.oneof(
      fc.constantFrom('', '{"type":', 'x=1', '[', `${'['.repeat(100_000)}`, '{"type":5}', '\u0000'),
      anyUnreadable(asked, clicked).map(value => JSON.stringify(value) ?? ''),
    )
    await fc.assert(
      fc.asyncProperty(bodies, async body => {
        const before = signed.lines.length
        assert.equal((await send(signed.url, body, sign(body))).status, 400, body)
        assert.deepEqual(signed.lines.slice(before), ['Discord sent an interaction that can’t be read.'])
      }),
      { numRuns: 60 },
    )
    assert.equal((await send(signed.url, PING, sign(PING))).status, 200)
  })

  it('answers at no other path', async () => {
    const { url } = await startSigned()
    for (const path of ['/', '/discord', '/discord/interactionsx', '/interactions', '/slack/events'])
      assert.equal((await send(new URL(path, url).href, PING, sign(PING))).status, 404, path)
    assert.equal((await send(`${url}?x=1`, PING, sign(PING))).status, 200)
  })
})
