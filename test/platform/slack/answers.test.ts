import assert from 'node:assert/strict'
import { afterEach, describe, it } from 'node:test'
import type { Bot } from '../../../src/platform/platform.ts'
import { openBriefs } from '../../fakes/ask.ts'
import { HOSTILE } from '../../fakes/hostile.ts'
import type { Fault } from '../../fakes/slack/faults.ts'
import type { Message } from '../../fakes/slack/world.ts'
import {
  botOver,
  buttonOf,
  labelsOf,
  libraryOf,
  type Mode,
  pickerOf,
  portLibrary,
  type SlackBot,
  sharersOf,
  startSlackBot,
  titleOf,
} from '../../fakes/slack-bot.ts'

const { context } = await openBriefs()
const SHIPPED = botOver(context.library)
const MANY = botOver(portLibrary(130))

const BROKEN: Bot = { ...SHIPPED, ask: () => Promise.reject(new Error('The library fell over.')) }

/** What is closed after each test, and looked at then: no test may leave a violation or a secret behind. */
const open: SlackBot[] = []

afterEach(async () => {
  const bots = open.splice(0)
  for (const bot of bots) await bot.close()
  for (const { slack, lines } of bots) {
    assert.deepEqual(slack.violations, [])
    const log = lines.join('\n')
    for (const secret of [slack.botToken, slack.appToken, slack.signingSecret])
      assert.ok(!log.includes(secret), 'A secret is in the log.')
  }
})

async function start(mode: Mode, brain: Bot = SHIPPED): Promise<SlackBot> {
  const bot = await startSlackBot(mode, brain)
  open.push(bot)
  return bot
}

const FAMILIAR = { command: '/nato', user: 'U2', channel: 'C1' }

/** Types a command, and gives what its acknowledgement shows. */
async function ask({ slack }: SlackBot, text: string, by: Partial<typeof FAMILIAR> = {}): Promise<Message> {
  const { result, messages } = await slack.command({ ...FAMILIAR, ...by, text })
  assert.equal(result, 'acked')
  assert.equal(messages.length, 1)
  return messages[0] as Message
}

/** Clicks a button by its label, and gives the answer. */
async function press({ slack }: SlackBot, message: Message, label: string, user = 'U2'): Promise<Message> {
  const { messages, result } = await slack.click({ message, action_id: buttonOf(message, label), user })
  assert.equal(result, 'acked')
  return slack.until(() => messages[0])
}

/** Picks from the picker by a value, and gives the answer. */
async function pick({ slack }: SlackBot, message: Message, value: string, user = 'U2'): Promise<Message> {
  const option = { text: value, value }
  const { messages } = await slack.click({ message, action_id: pickerOf(message), user, option })
  return slack.until(() => messages[0])
}

/** What the bot has written in a channel for all to see. */
const postsOf = ({ slack }: SlackBot, channel: string): Message[] =>
  slack.messages(channel).filter(one => one.bot_id === slack.botId)

/** Presses a button in App Home, and waits until Home has another title. */
async function pressHome({ slack }: SlackBot, label: string): Promise<void> {
  const home = slack.home('U2')
  assert.ok(home)
  await slack.click({ home: true, action_id: buttonOf(home, label), user: 'U2' })
  await slack.until(() => slack.home('U2')?.hash !== home.hash)
}

/** A message of the bot's own with one button, as an older version of the bot might have left it. */
const leave = ({ slack }: SlackBot, action_id: string, ephemeralTo?: string): Message =>
  slack.addMessage({
    channel: 'C1',
    user: slack.botUserId,
    bot_id: slack.botId,
    text: 'Old',
    blocks: [
      {
        type: 'actions',
        elements: [{ type: 'button', action_id, text: { type: 'plain_text', text: 'Old', emoji: false } }],
      },
    ],
    ...(ephemeralTo !== undefined && { ephemeralTo }),
  })

/** What was logged of questions without an answer. */
const failures = ({ lines }: SlackBot): string[] => lines.filter(line => line.includes('could not be answered'))

const SHARE = 'Share to channel'
const HOME = 'NATO and Ukraine in short, sourced briefs'

for (const mode of ['socket', 'http'] as const) {
  describe(`Slack over ${mode}: commands`, () => {
    it('answers in the acknowledgement, to the reader alone', async () => {
      const bot = await start(mode)
      const answer = await ask(bot, 'vilnius')
      assert.equal(titleOf(answer), 'Vilnius summit')
      assert.equal(answer.ephemeralTo, 'U2')
      assert.match(answer.text, /Vilnius summit/)
      assert.deepEqual(bot.slack.seenBy('U3', 'C1'), [])
      assert.ok(!bot.slack.calls.some(({ method }) => method === 'response_url' || method.startsWith('chat.')))
    })

    it('shows what there is for an empty text, and answers a command that it does not know', async () => {
      const bot = await start(mode)
      assert.equal(titleOf(await ask(bot, '')), HOME)
      assert.equal(titleOf(await ask(bot, 'x', { command: '/bogus' })), 'There is no command /bogus')
    })

    it('reads what was typed, though Slack escapes it', async () => {
      const bot = await start(mode)
      assert.equal(titleOf(await ask(bot, 'AT&amp;T')), 'There is no brief on “AT&T”')
      assert.equal(titleOf(await ask(bot, 'zq &lt;wx&gt;')), 'There is no brief on “zq <wx>”')
      assert.equal(titleOf(await ask(bot, '&amp;lt;zqwx')), 'There is no brief on “&lt;zqwx”')
    })

    it('answers a text of 4000 characters', async () => {
      const bot = await start(mode)
      assert.notEqual(titleOf(await ask(bot, 'vilnius '.repeat(500))), '')
      assert.notEqual(titleOf(await ask(bot, '&amp;'.repeat(800))), '')
    })

    it('offers no sharing in a conversation of two', async () => {
      const bot = await start(mode)
      const { id } = bot.slack.directChannel('U2')
      assert.ok(!labelsOf(await ask(bot, 'vilnius', { channel: id })).includes(SHARE))
      assert.ok(labelsOf(await ask(bot, 'vilnius')).includes(SHARE))
    })

    it('shows the state of the briefs to admins, and to nobody else', async () => {
      const bot = await start(mode)
      assert.equal(titleOf(await ask(bot, 'briefs', { command: '/readout', user: 'U1' })), 'Briefs')
      assert.equal(titleOf(await ask(bot, 'briefs', { command: '/readout' })), 'This is for managers')
    })

    it('takes a user for no manager, in time, where Slack does not say who it is', async () => {
      const faults: Fault[] = [
        { kind: 'status', status: 500 },
        { kind: 'error', error: 'user_not_found' },
        { kind: 'rateLimited', retryAfterS: 60 },
        { kind: 'cut', when: 'before' },
        { kind: 'garbage' },
        { kind: 'hang', stores: false },
      ]
      const bot = await start(mode)
      for (const fault of faults) {
        bot.slack.fail('users.info', fault)
        const answer = await ask(bot, 'briefs', { command: '/readout', user: 'U1' })
        assert.equal(titleOf(answer), 'This is for managers', fault.kind)
      }
    })

    it('asks again who a user is after Slack could not say', async () => {
      const bot = await start(mode)
      bot.slack.fail('users.info', { kind: 'status', status: 500 })
      await ask(bot, 'briefs', { command: '/readout', user: 'U1' })
      assert.equal(titleOf(await ask(bot, 'briefs', { command: '/readout', user: 'U1' })), 'Briefs')
    })

    it('says sorry, and logs why, where the bot fails', async () => {
      const bot = await start(mode, BROKEN)
      const { messages } = await bot.slack.command({ ...FAMILIAR, text: 'vilnius' })
      assert.deepEqual(
        messages.map(({ text, ephemeralTo }) => ({ text, ephemeralTo })),
        [{ text: 'Readout could not answer; its log says why.', ephemeralTo: 'U2' }],
      )
      await bot.slack.until(() => bot.lines.some(line => line.includes('The library fell over.')))
    })

    it('says sorry to a click privately where the bot fails, and leaves the message as it is', async () => {
      const bot = await start(mode, BROKEN)
      const digest = leave(bot, '1o:nato/vilnius:1')
      const told = await press(bot, digest, 'Old')
      assert.deepEqual([told.text, told.ephemeralTo], ['Readout could not answer; its log says why.', 'U2'])
      assert.deepEqual(bot.slack.messages('C1'), [digest])
      await bot.slack.until(() => bot.lines.some(line => line.includes('The library fell over.')))
    })
  })

  describe(`Slack over ${mode}: clicks`, () => {
    it('replaces a private answer by a view, a page and a picked brief', async () => {
      const bot = await start(mode)
      const answer = await ask(bot, 'vilnius')
      const view = await press(bot, answer, 'Quotes')
      assert.equal(titleOf(view), 'Vilnius summit: quotes')
      const home = await ask(bot, '')
      const picked = await pick(bot, home, 'nato/kyiv')
      assert.match(titleOf(picked), /Kyiv/i)
      assert.deepEqual([view.ts, picked.ts], [answer.ts, home.ts])
      assert.deepEqual(
        bot.slack.seenBy('U2', 'C1').map(({ ts, ephemeralTo }) => [ts, ephemeralTo]),
        [
          [answer.ts, 'U2'],
          [home.ts, 'U2'],
        ],
      )
    })

    it('turns the pages of a private answer in place', async () => {
      const bot = await start(mode, MANY)
      const first = await ask(bot, 'latest', { command: '/port' })
      const second = await press(bot, first, 'Next page ›')
      assert.match(titleOf(second), /page 2 of/)
      assert.match(titleOf(await press(bot, second, '‹ Previous page')), /page 1 of/)
      assert.equal(bot.slack.seenBy('U2', 'C1').length, 1)
    })

    it('leaves a digest as it is, and answers privately, however old the digest is', async () => {
      const bot = await start(mode)
      const { slack, platform } = bot
      const card = await SHIPPED.ask(
        { kind: 'asked', command: 'nato', text: '' },
        { platform: 'slack', user: 'nobody', manager: false },
      )
      const sent = await platform.post({ platform: 'slack', space: slack.team.id, channel: 'C1' }, card, 'delivery-1')
      assert.equal(sent.kind, 'done')
      const [digest] = slack.messages('C1')
      assert.ok(digest)
      for (const days of [0, 1, 400]) {
        slack.clock.advance(days * 24 * 3600_000)
        const clicked = await press(bot, digest, 'Latest')
        const picked = await pick(bot, digest, 'nato/vilnius', 'U3')
        assert.deepEqual([titleOf(clicked), clicked.ephemeralTo], ['Latest briefs', 'U2'])
        assert.deepEqual([titleOf(picked), picked.ephemeralTo], ['Vilnius summit', 'U3'])
      }
      assert.deepEqual(slack.messages('C1'), [digest])
    })

    it('leaves a shared answer and the answer to a mention as they are, and answers privately', async () => {
      const bot = await start(mode)
      const { slack } = bot
      await slack.click({ message: await ask(bot, 'vilnius'), action_id: '1!o:nato/vilnius:1', user: 'U2' })
      await slack.until(() => slack.messages('C1').length === 1)
      await slack.mention({ channel: 'C1', user: 'U2', text: 'vilnius' })
      await slack.until(() => postsOf(bot, 'C1').length === 2)
      const before = slack.messages('C1')
      for (const message of postsOf(bot, 'C1')) {
        const answer = await press(bot, message, 'Quotes', 'U3')
        assert.deepEqual([titleOf(answer), answer.ephemeralTo], ['Vilnius summit: quotes', 'U3'])
      }
      assert.deepEqual(slack.messages('C1'), before)
    })

    it('answers old and foreign buttons, in place where the answer was private', async () => {
      const bot = await start(mode)
      for (const id of ['0x:old', 'someone_elses', '1o:nato/gone:1', '1o:gone/gone:999', '9!o:nato/vilnius:1']) {
        const shown = await press(bot, leave(bot, id), 'Old')
        assert.equal(shown.ephemeralTo, 'U2')
        assert.notEqual(titleOf(shown), '')
        const mine = leave(bot, id, 'U2')
        assert.equal((await press(bot, mine, 'Old')).ts, mine.ts)
      }
      assert.deepEqual(failures(bot), [])
    })
  })

  describe(`Slack over ${mode}: sharing`, () => {
    it('posts once where the bot is a member, and names who shared', async () => {
      const bot = await start(mode)
      const answer = await ask(bot, 'vilnius')
      await bot.slack.click({ message: answer, action_id: buttonOf(answer, SHARE), user: 'U2' })
      await bot.slack.until(() => postsOf(bot, 'C1').length > 0)
      await bot.stop()
      const [shared, ...more] = postsOf(bot, 'C1')
      assert.ok(shared)
      assert.deepEqual(more, [])
      assert.deepEqual(sharersOf(shared), ['U2'])
      assert.equal(titleOf(shared), 'Vilnius summit')
      assert.ok(!labelsOf(shared).includes(SHARE))
      assert.deepEqual(
        bot.slack.calls
          .filter(({ method }) => method !== 'users.info')
          .slice(-1)
          .map(({ method }) => method),
        ['chat.postMessage'],
      )
    })

    it('answers the click in public where the bot is no member', async () => {
      const bot = await start(mode)
      for (const channel of ['C2', 'G1']) {
        const answer = await ask(bot, 'vilnius', { channel })
        const shared = await press(bot, answer, SHARE)
        assert.equal(shared.ephemeralTo, undefined)
        assert.deepEqual(sharersOf(shared), ['U2'])
        assert.equal(bot.slack.messages(channel).length, 1)
        assert.equal(titleOf(bot.slack.seenBy('U2', channel)[0] as Message), 'Vilnius summit')
        assert.notEqual(shared.ts, answer.ts)
      }
    })

    it('shares once on a double click, and says so to the second', async () => {
      const bot = await start(mode)
      for (const channel of ['C1', 'C2']) {
        const message = await ask(bot, 'vilnius', { channel })
        const click = { message, action_id: buttonOf(message, SHARE), user: 'U2' }
        const outcomes = await Promise.all([bot.slack.click(click), bot.slack.click(click)])
        const told = await bot.slack.until(() =>
          outcomes.flatMap(one => one.messages).find(one => one.text === 'You have shared this already.'),
        )
        await bot.slack.until(() => postsOf(bot, channel).length > 0)
        assert.equal(told.ephemeralTo, 'U2')
        const again = await press(bot, message, SHARE)
        assert.equal(again.text, 'You have shared this already.')
        assert.equal(postsOf(bot, channel).length, 1)
      }
    })

    it('does not repeat a share that was cut after it was stored, and says that it is uncertain', async () => {
      for (const fault of [
        { kind: 'cut', when: 'after' },
        { kind: 'status', status: 500, when: 'after' },
      ] satisfies Fault[]) {
        const bot = await start(mode)
        bot.slack.fail('chat.postMessage', fault)
        const told = await press(bot, await ask(bot, 'vilnius'), SHARE)
        assert.match(told.text, /did not say whether the answer was shared/)
        assert.equal(told.ephemeralTo, 'U2')
        assert.equal(postsOf(bot, 'C1').length, 1)
        assert.equal(bot.lines.filter(line => line.includes('It is not certain that an answer was shared')).length, 1)
      }
    })

    it('never shares what is for managers', async () => {
      const bot = await start(mode)
      const answer = await ask(bot, 'briefs', { command: '/readout', user: 'U1' })
      assert.ok(!labelsOf(answer).includes(SHARE))
      for (const id of ['1!b:/:1', '1!p:/:1']) {
        const shown = await press(bot, leave(bot, id, 'U1'), 'Old', 'U1')
        assert.equal(shown.ephemeralTo, 'U1')
        assert.deepEqual(sharersOf(shown), [])
      }
      assert.deepEqual(bot.slack.messages('C1'), [])
    })
  })

  describe(`Slack over ${mode}: messages`, () => {
    it('answers direct messages there, and a click replaces the answer', async () => {
      const bot = await start(mode)
      const { id } = bot.slack.directChannel('U2')
      await bot.slack.directMessage({ user: 'U2', text: 'nato vilnius' })
      const answer = await bot.slack.until(() => postsOf(bot, id)[0])
      assert.equal(titleOf(answer), 'Vilnius summit')
      assert.ok(!labelsOf(answer).includes(SHARE))
      const old = bot.slack.addMessage({ ...answer, ts: '1600000000.000001' })
      for (const message of [answer, old]) {
        const view = await press(bot, message, 'Quotes')
        assert.deepEqual([titleOf(view), view.ts], ['Vilnius summit: quotes', message.ts])
      }
      assert.equal(bot.slack.seenBy('U2', id).length, 3)
    })

    it('answers a mention in its thread, for all to see and without sharing', async () => {
      const bot = await start(mode)
      const { slack } = bot
      const first = await slack.mention({ channel: 'C1', user: 'U2', text: 'nato vilnius' })
      await slack.until(() => postsOf(bot, 'C1').length === 1)
      const within = { channel: 'C1', user: 'U3', thread_ts: first.message.ts, text: 'AT&amp;T' }
      await slack.mention(within)
      await slack.until(() => postsOf(bot, 'C1').length === 2)
      const [one, two] = postsOf(bot, 'C1')
      assert.ok(one && two)
      assert.deepEqual([one.thread_ts, two.thread_ts], [first.message.ts, first.message.ts])
      assert.deepEqual([titleOf(one), titleOf(two)], ['Vilnius summit', 'There is no brief on “AT&T”'])
      assert.ok(![...labelsOf(one), ...labelsOf(two)].includes(SHARE))
      assert.deepEqual(slack.seenBy('U1', 'C1'), slack.messages('C1'))
    })

    it('answers a click in a thread there, and privately', async () => {
      const bot = await start(mode)
      const { message } = await bot.slack.mention({ channel: 'C1', user: 'U2', text: 'nato vilnius' })
      const answer = await bot.slack.until(() => postsOf(bot, 'C1')[0])
      const view = await press(bot, answer, 'Quotes', 'U3')
      assert.deepEqual([view.ephemeralTo, view.thread_ts], ['U3', message.ts])
    })

    it('does not answer bots, itself, edits, joins, or what is said to others', async () => {
      const bot = await start(mode)
      const { slack } = bot
      const { id } = slack.directChannel('U2')
      const parent = slack.addMessage({ channel: 'C1', user: 'U3', text: 'Hello' })
      const said = { type: 'message', channel: id, channel_type: 'im', user: 'U2', text: 'nato vilnius', ts: parent.ts }
      const named = { type: 'app_mention', channel: 'C1', user: 'U2', text: 'nato vilnius', ts: parent.ts }
      for (const event of [
        { ...said, bot_id: 'B9', user: 'U9' },
        { ...said, bot_id: 'B9', subtype: 'bot_message' },
        { ...said, user: slack.botUserId, bot_id: slack.botId },
        { ...said, subtype: 'message_changed', message: { text: 'nato vilnius' } },
        { ...said, subtype: 'message_deleted' },
        { ...said, subtype: 'channel_join' },
        { ...said, channel: 'C1', channel_type: 'channel' },
        { ...named, bot_id: 'B9', user: 'U9' },
        { ...named, user: slack.botUserId, bot_id: slack.botId },
      ])
        assert.equal((await slack.event(event)).result, 'acked')
      await slack.mention({ channel: 'C1', user: 'U2', text: 'vilnius' })
      await slack.until(() => postsOf(bot, 'C1').length > 0)
      await bot.stop()
      assert.deepEqual([postsOf(bot, 'C1').length, postsOf(bot, id).length], [1, 0])
    })

    it('answers an event that is delivered twice once, and two events of the same words twice', async () => {
      const bot = await start(mode)
      const { slack } = bot
      const { id } = slack.directChannel('U2')
      const mention = await slack.mention({ channel: 'C1', user: 'U2', text: 'vilnius' })
      const message = await slack.directMessage({ user: 'U2', text: 'vilnius' })
      const home = await slack.openHome({ user: 'U2' })
      for (const outcome of [mention, message, home]) {
        assert.equal((await slack.again(outcome)).result, 'acked')
        assert.equal((await slack.again(outcome, { retry: { num: 1, reason: 'timeout' } })).result, 'acked')
      }
      await slack.mention({ channel: 'C1', user: 'U2', text: 'vilnius' })
      await slack.directMessage({ user: 'U2', text: 'vilnius' })
      await slack.until(() => postsOf(bot, 'C1').length >= 2 && postsOf(bot, id).length >= 2)
      await bot.stop()
      assert.deepEqual([postsOf(bot, 'C1').length, postsOf(bot, id).length], [2, 2])
      assert.equal(slack.calls.filter(({ method }) => method === 'views.publish').length, 1)
    })

    it('answers a mention once though the message is edited afterwards', async () => {
      const bot = await start(mode)
      const { slack } = bot
      const { message } = await slack.mention({ channel: 'C1', user: 'U2', text: 'vilnius' })
      const edited = { user: 'U2', ts: message.ts }
      await slack.event({ ...message, type: 'app_mention', text: `${message.text} summit`, edited })
      await slack.mention({ channel: 'C1', user: 'U3', text: 'vilnius' })
      await slack.until(() => postsOf(bot, 'C1').length >= 2)
      await bot.stop()
      assert.equal(postsOf(bot, 'C1').length, 2)
    })

    it('pings nobody, whatever a brief or a question says', async () => {
      const words = HOSTILE.filter(word => /^<!\w+>$|^@(everyone|here)$/.test(word))
      assert.ok(words.length > 4)
      const bot = await start(mode, botOver(libraryOf(words)))
      const { slack } = bot
      await ask(bot, 'opening', { command: '/port' })
      await ask(bot, 'zq &lt;!channel&gt; &lt;@U1&gt;', { command: '/port' })
      const message = await ask(bot, 'opening', { command: '/port' })
      await slack.click({ message, action_id: buttonOf(message, SHARE), user: 'U2' })
      await slack.mention({ channel: 'C1', user: 'U2', text: 'opening' })
      await slack.until(() => postsOf(bot, 'C1').length === 2)
      for (const { text, blocks } of slack.seenBy('U2', 'C1').filter(one => one.bot_id !== undefined)) {
        assert.doesNotMatch(text, /<[!@#]/)
        assert.doesNotMatch(JSON.stringify(blocks), /"type":"(?:broadcast|usergroup|mrkdwn)"/)
      }
      assert.match(message.text, /&lt;!channel&gt;/)
    })

    it('logs no token and no address to answer at, whatever goes wrong', async () => {
      const bot = await start(mode)
      const { slack } = bot
      const faults: Fault[] = [
        { kind: 'status', status: 500 },
        { kind: 'error', error: 'invalid_auth' },
        { kind: 'rateLimited', retryAfterS: 60 },
        { kind: 'cut', when: 'before' },
        { kind: 'garbage' },
      ]
      for (const [index, fault] of faults.entries()) {
        slack.fail('chat.postMessage', fault)
        await slack.mention({ channel: 'C1', user: 'U2', text: 'vilnius' })
        await slack.until(() => failures(bot).length > index)
      }
      const message = await ask(bot, 'vilnius')
      slack.fail('response_url', { kind: 'status', status: 500 })
      const { responseUrl } = await slack.click({ message, action_id: buttonOf(message, 'Quotes'), user: 'U2' })
      await slack.until(() => failures(bot).length > faults.length)
      assert.ok(!bot.lines.join('\n').includes(new URL(responseUrl).pathname))
    })
  })

  describe(`Slack over ${mode}: App Home and pickers`, () => {
    it('publishes Home, shows clicks and picks there, and leads back', async () => {
      const bot = await start(mode)
      const { slack } = bot
      await slack.openHome({ user: 'U2' })
      const home = await slack.until(() => slack.home('U2'))
      assert.equal(titleOf(home), HOME)
      const labels = [...labelsOf(home)]
      await pressHome(bot, 'Latest')
      const latest = slack.home('U2')
      assert.ok(latest)
      assert.equal(titleOf(latest), 'Latest briefs')
      assert.equal(labelsOf(latest)[0], '‹ Back')
      const option = { text: 'Vilnius summit', value: 'nato/vilnius' }
      await slack.click({ home: true, action_id: pickerOf(latest), user: 'U2', option })
      await slack.until(() => slack.home('U2')?.hash !== latest.hash)
      const brief = slack.home('U2')
      assert.ok(brief)
      assert.equal(titleOf(brief), 'Vilnius summit')
      labels.push(...labelsOf(latest), ...labelsOf(brief))
      await pressHome(bot, '‹ Back')
      assert.deepEqual(slack.home('U2')?.blocks, home.blocks)
      assert.ok(!labels.includes(SHARE))
      assert.ok(!labelsOf(home).includes('‹ Back'))
    })

    it('offers the newest briefs of its collection first, and no more than 100', async () => {
      const bot = await start(mode, MANY)
      const message = await ask(bot, '', { command: '/port' })
      const { options } = await bot.slack.suggest({ message, action_id: pickerOf(message), user: 'U2', value: '' })
      assert.deepEqual(
        options.map(({ text }) => text),
        Array.from({ length: 100 }, (_, index) => `Ship ${String(130 - index).padStart(3, '0')}`),
      )
      const dock = await ask(bot, '', { command: '/dock' })
      const docked = await bot.slack.suggest({ message: dock, action_id: pickerOf(dock), user: 'U2', value: '' })
      assert.deepEqual(docked.options, [{ text: 'Crane', value: 'dock/crane' }])
      const others = await bot.slack.suggest({ message, action_id: pickerOf(message), user: 'U2', value: 'crane' })
      assert.ok(!others.options.some(({ value }) => value.startsWith('dock/')))
    })

    it('offers what a typed text means, mistyped or not, and opens what is picked', async () => {
      const bot = await start(mode)
      await bot.slack.openHome({ user: 'U2' })
      await bot.slack.until(() => bot.slack.home('U2'))
      const message = await ask(bot, '')
      const action_id = pickerOf(message)
      for (const value of ['v', 'vil', 'Vilnius summit', 'vilnuis', 'AT&T vilnius']) {
        const { options } = await bot.slack.suggest({ message, action_id, user: 'U2', value })
        assert.ok(
          options.some(option => option.value === 'nato/vilnius'),
          value,
        )
      }
      for (const value of ['', 'vilnuis']) {
        const { options } = await bot.slack.suggest({ home: true, action_id, user: 'U2', value })
        assert.ok(
          options.some(option => option.value === 'nato/vilnius'),
          value,
        )
      }
      assert.equal(titleOf(await pick(bot, message, 'nato/vilnius')), 'Vilnius summit')
    })
  })
}

describe('Slack over HTTP: what is refused', () => {
  const JSON_TYPE = { 'content-type': 'application/json' }

  /** Sends a body as it is, and gives the status. */
  async function send({ url }: SlackBot, body: string, headers: Record<string, string>): Promise<number> {
    const response = await fetch(url, { method: 'POST', body, headers: { ...JSON_TYPE, ...headers } })
    await response.text()
    return response.status
  }

  it('refuses a wrong signature and an old time, and answers nothing', async () => {
    const bot = await start('http')
    const { slack } = bot
    const typed = { ...FAMILIAR, text: 'vilnius' }
    const nowS = Math.floor(Date.now() / 1000)
    const hows = [{ signingSecret: 'wrong' }, { timestampS: nowS - 6 * 60 }, { timestampS: nowS - 400 * 24 * 3600 }]
    for (const how of hows) {
      const outcome = await slack.command(typed, how)
      assert.equal(outcome.status, 401)
      assert.deepEqual(outcome.messages, [])
    }
    assert.deepEqual(
      slack.calls.filter(({ method }) => method === 'users.info'),
      [],
    )
  })

  it('refuses a request whose signature or time is missing, or whose body was changed', async () => {
    const bot = await start('http')
    const body = JSON.stringify({ type: 'url_verification', challenge: 'abc' })
    const { 'x-slack-signature': signature = '', 'x-slack-request-timestamp': time = '' } = bot.slack.sign(body)
    assert.equal(await send(bot, body, {}), 401)
    assert.equal(await send(bot, body, { 'x-slack-signature': signature }), 401)
    assert.equal(await send(bot, body, { 'x-slack-request-timestamp': time }), 401)
    assert.equal(await send(bot, `${body} `, bot.slack.sign(body)), 401)
    assert.equal(await send(bot, body, { 'x-slack-signature': 'v0=', 'x-slack-request-timestamp': time }), 401)
    assert.equal(await send(bot, body, { 'x-slack-signature': signature, 'x-slack-request-timestamp': 'NaN' }), 401)
  })

  it('refuses a body of more than 1 MiB', async () => {
    const bot = await start('http')
    const body = JSON.stringify({ type: 'event_callback', filler: 'x'.repeat(1024 * 1024) })
    assert.equal(await send(bot, body, bot.slack.sign(body)), 413)
  })

  it('refuses a body that is no JSON', async () => {
    const bot = await start('http')
    for (const body of ['{"type":', '', 'x=1']) assert.equal(await send(bot, body, bot.slack.sign(body)), 400, body)
    assert.equal(titleOf(await ask(bot, 'vilnius')), 'Vilnius summit')
  })

  it('takes POST only', async () => {
    const { url } = await start('http')
    for (const method of ['GET', 'PUT', 'DELETE']) {
      const response = await fetch(url, { method })
      assert.equal(response.status, 405)
      assert.equal(response.headers.get('allow'), 'POST')
    }
  })

  it('answers the question whether the address is its own', async () => {
    const bot = await start('http')
    const body = JSON.stringify({ type: 'url_verification', challenge: 'abc' })
    const response = await fetch(bot.url, { method: 'POST', body, headers: { ...JSON_TYPE, ...bot.slack.sign(body) } })
    assert.equal(response.status, 200)
    assert.match(await response.text(), /abc/)
  })
})
