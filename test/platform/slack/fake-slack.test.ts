import assert from 'node:assert/strict'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, it } from 'node:test'
import { App, HTTPReceiver, LogLevel, type Receiver, SocketModeReceiver, webApi } from '@slack/bolt'
import type { KnownBlock, ModalView } from '@slack/types'
import { WebSocket as RawSocket } from 'ws'
import { SILENT } from '../../fakes/silent-logger.ts'
import { createFakeSlack, type FakeSlack, type FakeSlackOptions } from '../../fakes/slack/fake-slack.ts'
import type { Fault } from '../../fakes/slack/faults.ts'
import { POSTS_A_MINUTE } from '../../fakes/slack/rate-limits.ts'

/** What is closed after each test, last opened first. */
const open: (() => Promise<unknown>)[] = []
let slack: FakeSlack

beforeEach(async () => {
  slack = await startSlack()
})

afterEach(async () => {
  for (const close of open.splice(0).toReversed()) await close()
})

async function startSlack(options: FakeSlackOptions = {}): Promise<FakeSlack> {
  const fake = await createFakeSlack(options)
  open.push(fake.close)
  fake.addUser({ id: 'U1', name: 'ada', isAdmin: true })
  fake.addUser({ id: 'U2', name: 'ben' })
  fake.addChannel({ id: 'C1', name: 'news', isMember: true, members: ['U1', 'U2'] })
  fake.addChannel({ id: 'C2', name: 'other' })
  fake.addChannel({ id: 'G1', name: 'secret', isPrivate: true })
  return fake
}

const clientOptions = (): webApi.WebClientOptions => ({
  slackApiUrl: slack.apiUrl,
  retryConfig: { retries: 0 },
  rejectRateLimitedCalls: true,
  logLevel: LogLevel.ERROR,
  logger: SILENT,
})

const client = (token = slack.botToken): webApi.WebClient => new webApi.WebClient(token, clientOptions())

/** An app of real Bolt over the receiver, which answers as a test says. */
async function startApp(receiver: Receiver, listen: (app: App) => void): Promise<App> {
  const app = new App({
    token: slack.botToken,
    receiver,
    clientOptions: clientOptions(),
    logger: SILENT,
    deferInitialization: true,
  })
  await app.init()
  listen(app)
  return app
}

async function startSocketApp(listen: (app: App) => void = () => {}): Promise<App> {
  const receiver = new SocketModeReceiver({
    appToken: slack.appToken,
    logger: SILENT,
    clientPingTimeout: 200,
    installerOptions: {
      clientOptions: { ...clientOptions(), retryConfig: { retries: 100, minTimeout: 10, maxTimeout: 10 } },
    },
  })
  const app = await startApp(receiver, listen)
  await app.start()
  open.push(() => app.stop())
  return app
}

async function startHttpApp(listen: (app: App) => void = () => {}): Promise<App> {
  const receiver = new HTTPReceiver({ signingSecret: slack.signingSecret, logger: SILENT })
  const app = await startApp(receiver, listen)
  const server = (await app.start({ port: 0, host: '127.0.0.1' })) as Server
  open.push(() => app.stop())
  slack.requestUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/slack/events`
  return app
}

const button: KnownBlock = {
  type: 'actions',
  block_id: 'b1',
  elements: [
    { type: 'button', action_id: 'show', text: { type: 'plain_text', text: 'Show', emoji: false }, value: '7' },
    {
      type: 'external_select',
      action_id: 'pick',
      placeholder: { type: 'plain_text', text: 'Pick', emoji: false },
      min_query_length: 0,
    },
  ],
}
const divider: KnownBlock = { type: 'divider' }

/** The error that Slack answers a call with. */
const errorOf = (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => 'ok',
    error => error.data?.error ?? error.code,
  )

const post = (more: Record<string, unknown> = {}): Promise<webApi.ChatPostMessageResponse> =>
  client().apiCall('chat.postMessage', { channel: 'C1', text: 'Hello', ...more })

describe('the fake Slack, called', () => {
  it('says who the bot is and which scopes it has', async () => {
    const answer = await client().auth.test()
    assert.equal(answer.user_id, slack.botUserId)
    assert.equal(answer.bot_id, slack.botId)
    assert.deepEqual(answer.response_metadata?.scopes, [...slack.scopes])
  })

  it('refuses calls without a token, with a wrong one, with the other kind, or with a revoked one', async () => {
    assert.equal(await errorOf(client('').auth.test()), 'not_authed')
    assert.equal(await errorOf(client('xoxb-wrong').auth.test()), 'invalid_auth')
    assert.equal(await errorOf(client(slack.appToken).auth.test()), 'not_allowed_token_type')
    assert.equal(await errorOf(client('xapp-wrong').apps.connections.open()), 'invalid_auth')
    for (const state of ['token_revoked', 'account_inactive'] as const) {
      slack.account.botTokenState = state
      assert.equal(await errorOf(client().auth.test()), state)
    }
  })

  it('takes the app token in the header only', async () => {
    const body = new URLSearchParams({ token: slack.appToken })
    const answer = await fetch(`${slack.apiUrl}apps.connections.open`, { method: 'POST', body })
    assert.deepEqual(await answer.json(), { ok: false, error: 'invalid_auth' })
    assert.equal(await errorOf(client(slack.appToken).apps.connections.open()), 'ok')
  })

  it('names the scope that is missing and those that there are', async () => {
    slack.scopes.clear()
    slack.scopes.add('users:read')
    await assert.rejects(post(), {
      data: {
        ok: false,
        error: 'missing_scope',
        needed: 'chat:write',
        provided: 'users:read',
        response_metadata: { scopes: ['users:read'], acceptedScopes: ['chat:write'] },
      },
    })
  })

  it('knows neither unknown nor retired methods', async () => {
    assert.equal(await errorOf(client().apiCall('chat.shout')), 'unknown_method')
    assert.equal(await errorOf(client().apiCall('channels.history', { channel: 'C1' })), 'method_deprecated')
    assert.match(slack.violations[0] ?? '', /chat\.shout/)
  })

  it('takes JSON as well as forms, and POST only', async () => {
    const headers = { authorization: `Bearer ${slack.botToken}`, 'content-type': 'application/json' }
    const body = JSON.stringify({ channel: 'C1', text: 'Hello', blocks: [divider] })
    const answer = await fetch(`${slack.apiUrl}chat.postMessage`, { method: 'POST', headers, body })
    assert.match(await answer.text(), /"ok":true/)
    const refused = await fetch(`${slack.apiUrl}auth.test`, { headers })
    assert.match(await refused.text(), /insecure_request/)
  })

  it('notes unknown and legacy arguments, and refuses a call that lacks one', async () => {
    await post({ colour: 'red', username: 'Somebody' })
    assert.deepEqual(slack.violations, [
      'chat.postMessage has no argument colour.',
      'chat.postMessage was given username, which only old apps may use.',
    ])
    assert.equal(await errorOf(client().apiCall('chat.postMessage', { text: 'x' })), 'invalid_arguments')
  })

  it('notes calls in order and never a token', async () => {
    await client().auth.test()
    await post({ blocks: [divider] })
    assert.deepEqual(
      slack.calls.map(({ method, token, answer }) => ({ method, token, answer })),
      [
        { method: 'auth.test', token: 'bot', answer: 'ok' },
        { method: 'chat.postMessage', token: 'bot', answer: 'ok' },
      ],
    )
    assert.deepEqual(slack.calls[1]?.args, { channel: 'C1', text: 'Hello', blocks: [divider] })
    assert.doesNotMatch(JSON.stringify(slack.calls), /xoxb/)
  })

  it('enforces the real limits of calls where that is asked for', async () => {
    slack = await startSlack({ rateLimits: true })
    await post()
    await assert.rejects(post(), { code: 'slack_webapi_rate_limited_error', retryAfter: 1 })
    slack.clock.advance(1000)
    assert.equal(await errorOf(post()), 'ok')
  })

  it('takes six hundred posts a minute in the whole workspace', async () => {
    slack = await startSlack({ rateLimits: true })
    for (let at = 0; at < POSTS_A_MINUTE; at++) slack.addChannel({ id: `D${at}`, isMember: true })
    for (let at = 0; at < POSTS_A_MINUTE; at++) await post({ channel: `D${at}` })
    const { retryAfter } = await post().catch(error => error)
    assert.ok(retryAfter > 50 && retryAfter <= 60, String(retryAfter))
    slack.clock.advance(60_000)
    assert.equal(await errorOf(post()), 'ok')
  })
})

describe('the fake Slack, posted to', () => {
  it('stores a message with its author, blocks and metadata, at times that increase', async () => {
    const metadata = { event_type: 'delivery', event_payload: { id: 'x' } }
    const answers = await Promise.all([post({ blocks: [divider], metadata }), post(), post()])
    const stored = slack.messages('C1')
    assert.deepEqual(
      answers.map(answer => answer.ts),
      stored.map(message => message.ts),
    )
    assert.equal(new Set(stored.map(message => message.ts)).size, 3)
    const [{ ts: _, ...first } = { ts: '' }] = stored
    assert.deepEqual(first, {
      channel: 'C1',
      user: slack.botUserId,
      bot_id: slack.botId,
      text: 'Hello',
      blocks: [divider],
      metadata,
    })
    assert.deepEqual(slack.violations, [])
  })

  it('refuses channels where the bot may not write', async () => {
    slack.addChannel({ id: 'C3', isMember: true, isArchived: true })
    slack.addChannel({ id: 'C4', isMember: true, isRestricted: true })
    assert.equal(await errorOf(post({ channel: 'C9' })), 'channel_not_found')
    assert.equal(await errorOf(post({ channel: 'G1' })), 'channel_not_found')
    assert.equal(await errorOf(post({ channel: 'C2' })), 'not_in_channel')
    assert.equal(await errorOf(post({ channel: 'C3' })), 'is_archived')
    assert.equal(await errorOf(post({ channel: 'C4' })), 'restricted_action')
    slack.removeChannel('C1')
    assert.equal(await errorOf(post()), 'channel_not_found')
  })

  it('posts as a stranger with chat:write.public, and notes it', async () => {
    slack.scopes.add('chat:write.public')
    assert.equal(await errorOf(post({ channel: 'C2' })), 'ok')
    assert.match(slack.violations[0] ?? '', /chat:write\.public/)
  })

  it('refuses what is no message', async () => {
    const header = (words: string) => ({ type: 'header', text: { type: 'plain_text', text: words, emoji: false } })
    const section = (text: string) => ({
      type: 'rich_text',
      elements: [{ type: 'rich_text_section', elements: [{ type: 'text', text }] }],
    })
    assert.equal(await errorOf(post({ text: '' })), 'no_text')
    assert.equal(await errorOf(post({ text: 'x'.repeat(40_001) })), 'msg_too_long')
    assert.equal(await errorOf(post({ blocks: 'no list' })), 'invalid_blocks_format')
    assert.equal(await errorOf(post({ blocks: [header('x'.repeat(151))] })), 'invalid_blocks')
    assert.equal(await errorOf(post({ blocks: Array.from({ length: 51 }, () => divider) })), 'invalid_blocks')
    assert.equal(
      await errorOf(post({ blocks: Array.from({ length: 5 }, () => section('x'.repeat(2001))) })),
      'msg_blocks_too_long',
    )
    assert.equal(await errorOf(post({ metadata: { event_type: 'x' } })), 'invalid_metadata_format')
    assert.deepEqual(slack.messages('C1'), [])
  })

  it('takes what shows otherwise than it was meant, and notes it', async () => {
    await post({ text: 'a < b' })
    await client().apiCall('chat.postMessage', { channel: 'C1', blocks: [divider] })
    await post({ metadata: { event_type: 'a.b', event_payload: {} } })
    assert.match(slack.violations.join('\n'), /unescaped <.*\n.*no top-level text.*\n.*drops it/)
    assert.equal(slack.messages('C1').at(-1)?.metadata, undefined)
  })

  it('answers in threads that exist', async () => {
    const { ts } = await post()
    assert.equal(await errorOf(post({ thread_ts: ts })), 'ok')
    assert.equal(slack.messages('C1')[1]?.thread_ts, ts)
    assert.equal(await errorOf(post({ thread_ts: '1.000000' })), 'thread_not_found')
  })

  it('takes a user for the direct messages with that user, and tells the app of its own message there', async () => {
    const heard: (string | undefined)[] = []
    await startSocketApp(app =>
      app.message(async ({ message }) => void heard.push('bot_id' in message ? message.bot_id : 'none')),
    )
    const answer = await post({ channel: 'U1' })
    assert.equal(answer.channel, slack.directChannel('U1').id)
    await slack.event({ type: 'message', user: 'U1', text: 'Hi', channel: 'D1', ts: '1.000001', channel_type: 'im' })
    assert.deepEqual(heard, ['none'])
    assert.deepEqual(slack.violations, [])
  })

  it('updates and deletes the bot’s own messages only', async () => {
    const { ts } = await post({ blocks: [divider], metadata: { event_type: 'kept', event_payload: {} } })
    const theirs = slack.addMessage({ channel: 'C1', user: 'U1', text: 'Mine' }).ts
    await client().apiCall('chat.update', { channel: 'C1', ts, text: 'Other' })
    const [changed] = slack.messages('C1')
    assert.equal(changed?.text, 'Other')
    assert.deepEqual(changed?.blocks, [divider])
    assert.equal(changed?.metadata?.event_type, 'kept')
    assert.equal(changed?.edited?.user, slack.botUserId)
    const call = (method: string, at: string) => errorOf(client().apiCall(method, { channel: 'C1', ts: at, text: 'x' }))
    assert.equal(await call('chat.update', theirs), 'cant_update_message')
    assert.equal(await call('chat.update', '1.000000'), 'message_not_found')
    assert.equal(await call('chat.delete', theirs), 'cant_delete_message')
    assert.equal(await call('chat.delete', ts as string), 'ok')
    assert.equal(slack.messages('C1').length, 1)
  })

  it('shows an ephemeral message to its reader only, and keeps it out of reach of the methods', async () => {
    const write = (more: Record<string, string>) =>
      client().chat.postEphemeral({ channel: 'C1', user: 'U1', text: 'Psst', ...more })
    const { message_ts } = await write({})
    assert.equal(slack.seenBy('U1', 'C1').length, 1)
    assert.equal(slack.seenBy('U2', 'C1').length, 0)
    assert.deepEqual((await client().conversations.history({ channel: 'C1' })).messages, [])
    assert.equal(await errorOf(client().chat.delete({ channel: 'C1', ts: message_ts ?? '' })), 'message_not_found')
    assert.equal(await errorOf(write({ channel: 'C2' })), 'not_in_channel')
    assert.equal(await errorOf(write({ user: 'U9' })), 'user_not_in_channel')
  })

  it('publishes a home of a hundred blocks, and refuses more, another type, or an old hash', async () => {
    const publish = (view: Record<string, unknown>, hash?: string) =>
      client().apiCall('views.publish', {
        user_id: 'U1',
        view: { type: 'home', ...view },
        ...(hash !== undefined && { hash }),
      })
    const blocks = Array.from({ length: 100 }, () => divider)
    await publish({ blocks })
    assert.equal(slack.home('U1')?.blocks.length, 100)
    assert.equal(await errorOf(publish({ blocks: [...blocks, divider] })), 'invalid_arguments')
    assert.equal(await errorOf(publish({ blocks: [button, button] })), 'invalid_arguments')
    assert.equal(await errorOf(publish({ blocks, type: 'modal' })), 'invalid_arguments')
    assert.equal(await errorOf(publish({ blocks }, 'old')), 'hash_conflict')
    assert.equal(await errorOf(publish({ blocks: [divider] }, slack.home('U1')?.hash)), 'ok')
    assert.equal(
      await errorOf(client().views.publish({ user_id: 'U9', view: { type: 'home', blocks } })),
      'user_not_found',
    )
  })
})

describe('the fake Slack, read', () => {
  const tsOf = (answer: webApi.ConversationsHistoryResponse) => answer.messages?.map(message => message.ts)

  it('reads only where the bot is a member', async () => {
    assert.equal(await errorOf(client().conversations.history({ channel: 'C2' })), 'not_in_channel')
    assert.equal(await errorOf(client().conversations.history({ channel: 'G1' })), 'channel_not_found')
    assert.equal(await errorOf(client().conversations.info({ channel: 'G1' })), 'channel_not_found')
    slack.scopes.delete('channels:history')
    assert.equal(await errorOf(client().conversations.history({ channel: 'C1' })), 'missing_scope')
  })

  it('gives history newest first, in pages, without replies', async () => {
    const all = ['1.000001', '1.000002', '1.000003', '1.000004', '1.000005']
    for (const ts of all) slack.addMessage({ channel: 'C1', user: 'U1', text: ts, ts })
    slack.addMessage({ channel: 'C1', user: 'U1', text: 'reply', ts: '1.000006', thread_ts: '1.000001' })
    const seen: (string | undefined)[] = []
    for await (const page of client().paginate('conversations.history', { channel: 'C1', limit: 2 }))
      seen.push(...(tsOf(page) ?? []))
    assert.deepEqual(seen, all.toReversed())
    const replies = await client().conversations.replies({ channel: 'C1', ts: '1.000001' })
    assert.deepEqual(tsOf(replies), ['1.000001', '1.000006'])
    assert.equal(await errorOf(client().conversations.replies({ channel: 'C1', ts: '9.0' })), 'thread_not_found')
    assert.equal(await errorOf(client().conversations.history({ channel: 'C1', limit: 1000 })), 'invalid_limit')
    assert.equal(await errorOf(client().conversations.history({ channel: 'C1', cursor: 'x' })), 'invalid_cursor')
  })

  it('keeps to a period, whose ends belong to it only if asked', async () => {
    for (const ts of ['1.000001', '1.000002', '1.000003']) slack.addMessage({ channel: 'C1', user: 'U1', text: ts, ts })
    const read = async (more: object) => tsOf(await client().conversations.history({ channel: 'C1', ...more }))
    assert.deepEqual(await read({ oldest: '1.000001' }), ['1.000003', '1.000002'])
    assert.deepEqual(await read({ oldest: '1.000001', latest: '1.000003' }), ['1.000002'])
    assert.deepEqual(await read({ oldest: '1.000001', latest: '1.000003', inclusive: true }), [
      '1.000003',
      '1.000002',
      '1.000001',
    ])
    assert.equal(await errorOf(client().conversations.history({ channel: 'C1', oldest: 'now' })), 'invalid_ts_oldest')
  })

  it('gives metadata only when asked for', async () => {
    await post({ metadata: { event_type: 'delivery', event_payload: { id: 'x' } } })
    const read = async (all: boolean) =>
      (await client().conversations.history({ channel: 'C1', include_all_metadata: all })).messages?.[0]?.metadata
    assert.equal(await read(false), undefined)
    assert.deepEqual((await read(true))?.event_payload, { id: 'x' })
  })

  it('tells of channels, members, users and the team', async () => {
    const info = await client().conversations.info({ channel: 'C2', include_num_members: true })
    assert.equal(info.channel?.is_member, false)
    assert.equal(info.channel?.num_members, 0)
    const members = await client().conversations.members({ channel: 'C1' })
    assert.deepEqual(members.members, ['U1', 'U2', slack.botUserId])
    const list = await client().conversations.list({ types: 'public_channel,private_channel' })
    assert.deepEqual(
      list.channels?.map(channel => channel.id),
      ['C1', 'C2'],
    )
    const users = await Promise.all(['U1', 'U2'].map(user => client().users.info({ user })))
    assert.deepEqual(
      users.map(({ user }) => user?.is_admin),
      [true, false],
    )
    assert.equal(await errorOf(client().users.info({ user: 'U9' })), 'user_not_found')
    assert.equal((await client().team.info()).team?.id, slack.team.id)
  })
})

describe('the fake Slack, failing on demand', () => {
  const cases: { fault: Fault; error: string; stored: number }[] = [
    { fault: { kind: 'status', status: 503 }, error: 'slack_webapi_http_error', stored: 0 },
    { fault: { kind: 'status', status: 500, when: 'after' }, error: 'slack_webapi_http_error', stored: 1 },
    { fault: { kind: 'cut', when: 'before' }, error: 'slack_webapi_request_error', stored: 0 },
    { fault: { kind: 'cut', when: 'after' }, error: 'slack_webapi_request_error', stored: 1 },
    { fault: { kind: 'close', when: 'before' }, error: 'slack_webapi_request_error', stored: 0 },
    { fault: { kind: 'close', when: 'after' }, error: 'slack_webapi_request_error', stored: 1 },
    { fault: { kind: 'rateLimited', retryAfterS: 7 }, error: 'slack_webapi_rate_limited_error', stored: 0 },
    { fault: { kind: 'error', error: 'fatal_error' }, error: 'fatal_error', stored: 0 },
    { fault: { kind: 'garbage' }, error: '<html>Please sign in</html>', stored: 0 },
  ]
  for (const { fault, error, stored } of cases)
    it(`answers ${JSON.stringify(fault)} once, then as usual`, async () => {
      slack.fail('chat.postMessage', fault)
      assert.equal(await errorOf(post()), error)
      assert.equal(slack.messages('C1').length, stored)
      assert.equal(await errorOf(post()), 'ok')
      assert.equal(slack.messages('C1').length, stored + 1)
    })

  it('fails as often as it is told, any method too, until it is healed', async () => {
    slack.fail('*', { kind: 'error', error: 'fatal_error' }, 3)
    assert.equal(await errorOf(client().auth.test()), 'fatal_error')
    assert.equal(await errorOf(post()), 'fatal_error')
    slack.heal()
    assert.equal(await errorOf(post()), 'ok')
  })

  it('stores a message later than it answers, hangs up, or says nothing', async () => {
    const answers = ['ok', 'cut', { status: 502 }] as const
    for (const answer of answers) slack.fail('chat.postMessage', { kind: 'late', ms: 60_000, answer })
    assert.equal(await errorOf(post()), 'ok')
    assert.equal(await errorOf(post()), 'slack_webapi_request_error')
    assert.equal(await errorOf(post()), 'slack_webapi_http_error')
    assert.equal(slack.messages('C1').length, 0)
    slack.clock.advance(60_000)
    assert.equal(slack.messages('C1').length, 3)
  })

  it('hangs, whether it stores the message or not', async () => {
    for (const stores of [true, false]) {
      slack.fail('chat.postMessage', { kind: 'hang', stores })
      const aborted = new AbortController()
      const fetchOnce: typeof fetch = (url, init) => fetch(url, { ...init, signal: aborted.signal })
      const caller = new webApi.WebClient(slack.botToken, { ...clientOptions(), fetch: fetchOnce })
      const call = errorOf(caller.chat.postMessage({ channel: 'C1', text: 'Hello' }))
      const count = slack.calls.length + 1
      await slack.until(() => slack.calls.length === count && slack.calls.at(-1)?.answer !== 'none')
      aborted.abort()
      assert.equal(await call, 'slack_webapi_request_error')
    }
    assert.equal(slack.messages('C1').length, 1)
  })

  it('answers slowly', async () => {
    slack.fail('chat.postMessage', { kind: 'slow', ms: 60_000 })
    const call = errorOf(post())
    await slack.until(() => slack.messages('C1').length === 1)
    slack.clock.advance(60_000)
    assert.equal(await call, 'ok')
  })

  it('can’t be reached in an outage, and is there again at the same address', async () => {
    await slack.outage()
    assert.equal(await errorOf(post()), 'slack_webapi_request_error')
    await slack.recover()
    assert.equal(await errorOf(post()), 'ok')
  })
})

for (const [mode, start] of [
  ['Socket Mode', startSocketApp],
  ['HTTP', startHttpApp],
] as const)
  describe(`the fake Slack’s readers, over ${mode}`, () => {
    const ask = (more: { user?: string; channel?: string } = {}) =>
      slack.command({ command: '/nato', text: 'vilnius', user: 'U1', channel: 'C1', ...more })

    it('get the answer to a command privately unless it says otherwise', async () => {
      const types = [undefined, 'ephemeral', 'in_channel'] as const
      let asked = 0
      await start(app => {
        app.command('/nato', async ({ ack, command }) => {
          const response_type = types[asked++]
          await ack({ text: command.text, blocks: [divider], ...(response_type && { response_type }) })
        })
      })
      const outcomes = [await ask({ channel: 'C2' }), await ask(), await ask()]
      assert.deepEqual(
        outcomes.map(outcome => outcome.result),
        ['acked', 'acked', 'acked'],
      )
      assert.deepEqual(
        outcomes.map(outcome => outcome.messages[0]?.ephemeralTo),
        ['U1', 'U1', undefined],
      )
      assert.deepEqual(
        slack.messages('C1').map(message => message.text),
        ['vilnius'],
      )
      assert.equal(slack.seenBy('U1', 'C1').length, 2)
      assert.deepEqual(slack.violations, [])
    })

    it('see nothing of an answer that Slack would not show', async () => {
      await start(app =>
        app.command('/nato', ({ ack }) => ack({ text: 'x', blocks: Array.from({ length: 51 }, () => divider) })),
      )
      const outcome = await ask()
      assert.deepEqual(outcome.messages, [])
      assert.match(slack.violations.join('\n'), /51 entries.*\n.*shows nothing to the reader: invalid_blocks/)
    })

    it('wait no longer than the platform', async () => {
      await start(app => app.command('/nato', async () => {}))
      const asked = ask()
      await slack.until(() => (mode === 'HTTP' ? true : slack.socket.connections[0]?.envelopes === 1))
      slack.clock.advance(3000)
      const outcome = await asked
      assert.equal(outcome.result, 'timeout')
      assert.ok(outcome.tookMs >= 3000)
      assert.deepEqual(slack.violations, ['slash_commands /nato was not acknowledged within 3000 ms.'])
    })

    it('get further answers at the response_url, five at most and for half an hour', async () => {
      const statuses: number[] = []
      await start(app => {
        app.command('/nato', async ({ ack, respond }) => {
          await ack()
          for (let count = 0; count < 6; count++)
            statuses.push(
              await respond({ text: `${count}` }).then(
                ok => ok.status,
                error => error.statusCode ?? error.status ?? 0,
              ),
            )
        })
      })
      const outcome = await ask()
      await slack.until(() => statuses.length === 6)
      assert.equal(outcome.messages.length, 5)
      assert.deepEqual(
        outcome.messages.map(message => message.ephemeralTo),
        Array(5).fill('U1'),
      )
      assert.deepEqual(statuses.slice(0, 5), Array(5).fill(200))
      assert.match(slack.violations[0] ?? '', /used_url/)
      const fresh = slack.command({ command: '/nato', user: 'U1', channel: 'C1' })
      slack.clock.advance(30 * 60_000 + 1)
      const late = await fetch((await fresh).responseUrl, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: '{"text":"x"}',
      })
      assert.equal(late.status, 404)
    })

    it('click buttons of messages that they see, and get an answer beside or in place of them', async () => {
      await start(app => {
        app.command('/nato', ({ ack }) => ack({ text: 'First', blocks: [button] }))
        app.action('show', async ({ ack, body, respond }) => {
          await ack()
          const isPrivate = body.type === 'block_actions' && body.container.is_ephemeral === true
          assert.equal('message' in body && body.message !== undefined, !isPrivate)
          await respond({ text: 'Second', blocks: [button], replace_original: isPrivate })
        })
      })
      const [message] = (await ask()).messages
      assert.ok(message)
      const replaced = await slack.click({ message, action_id: 'show', user: 'U1' })
      await slack.until(() => replaced.messages.length === 1)
      assert.deepEqual(
        slack.seenBy('U1', 'C1').map(({ text, ts }) => ({ text, ts })),
        [{ text: 'Second', ts: message.ts }],
      )

      const old = slack.addMessage({
        channel: 'C1',
        user: slack.botUserId,
        bot_id: slack.botId,
        text: 'Old',
        blocks: [{ ...button }],
        ts: '1.000001',
      })
      const beside = await slack.click({ message: old, action_id: 'show', user: 'U2' })
      await slack.until(() => beside.messages.length === 1)
      assert.equal(beside.messages[0]?.ephemeralTo, 'U2')
      assert.deepEqual(slack.messages('C1'), [old])
      await assert.rejects(slack.click({ message, action_id: 'show', user: 'U2' }), /no message that U2 sees/)
      await assert.rejects(slack.click({ message: old, action_id: 'gone', user: 'U2' }), /no element gone/)
      assert.deepEqual(slack.violations, [])
    })

    it('pick from choices that the app gives, and from none that Slack would refuse', async () => {
      const choice = (text: string) => ({ text: { type: 'plain_text' as const, text }, value: text })
      await start(app => {
        app.options('pick', ({ ack, payload }) =>
          ack({
            options: Array.from({ length: payload.value === 'all' ? 101 : 2 }, () => choice(payload.value || 'newest')),
          }),
        )
        app.action('pick', async ({ ack, payload, respond }) => {
          await ack()
          await respond({ text: payload.type === 'external_select' ? (payload.selected_option?.value ?? '') : '' })
        })
      })
      const message = slack.addMessage({
        channel: 'C1',
        user: slack.botUserId,
        bot_id: slack.botId,
        text: 'x',
        blocks: [{ ...button }],
      })
      const { options } = await slack.suggest({ message, action_id: 'pick', user: 'U1', value: '' })
      assert.deepEqual(options, Array(2).fill({ text: 'newest', value: 'newest' }))
      const refused = await slack.suggest({ message, action_id: 'pick', user: 'U1', value: 'all' })
      assert.deepEqual(refused.options, [])
      assert.match(slack.violations[0] ?? '', /101 entries/)
      const picked = await slack.click({
        message,
        action_id: 'pick',
        user: 'U1',
        option: { text: 'Vilnius', value: 'v' },
      })
      await slack.until(() => picked.messages[0]?.text === 'v')
    })

    it('open the home, click there, and mention or write to the bot', async () => {
      const heard: string[] = []
      await start(app => {
        app.event('app_home_opened', async ({ event, client }) => {
          await client.views.publish({ user_id: event.user, view: { type: 'home', blocks: [button] } })
        })
        app.action('show', async ({ ack, body }) => {
          await ack()
          heard.push(`click in ${body.type === 'block_actions' && body.container.type}`)
        })
        app.event('app_mention', async ({ event, client }) => {
          await client.chat.postMessage({ channel: event.channel, thread_ts: event.thread_ts ?? event.ts, text: 'Yes' })
        })
        app.message(async ({ message }) => void heard.push(`${message.channel_type}`))
      })
      await slack.openHome({ user: 'U1' })
      await slack.until(() => slack.home('U1'))
      await slack.click({ home: true, action_id: 'show', user: 'U1' })
      await slack.directMessage({ user: 'U1', text: 'Hello' })
      const { message } = await slack.mention({ user: 'U1', channel: 'C1', text: 'vilnius' })
      await slack.until(() => slack.messages('C1').length === 2)
      assert.equal(slack.messages('C1')[1]?.thread_ts, message.ts)
      await slack.until(() => heard.length === 2)
      assert.deepEqual(heard, ['click in view', 'im'])
      assert.equal((await slack.mention({ user: 'U1', channel: 'C2', text: 'x' })).result, 'undelivered')
      slack.scopes.delete('im:history')
      assert.equal((await slack.directMessage({ user: 'U1', text: 'x' })).result, 'undelivered')
    })

    it('cause events that come again with the same id', async () => {
      const heard: unknown[] = []
      await start(app =>
        app.event('app_mention', async ({ body, context }) => void heard.push([body.event_id, context.retryNum])),
      )
      const outcome = await slack.mention({ user: 'U1', channel: 'C1', text: 'x' })
      await slack.again(outcome)
      await slack.again(outcome, { retry: { num: 1, reason: 'timeout' } })
      const id = outcome.parcel.body.event_id
      assert.deepEqual(heard, [
        [id, undefined],
        [id, undefined],
        [id, 1],
      ])
    })
  })

describe('the fake Slack over HTTP', () => {
  it('signs so that Bolt believes it, and can sign wrongly or as of long ago', async () => {
    await startHttpApp(app => app.command('/nato', ({ ack }) => ack()))
    const ask = { command: '/nato', user: 'U1', channel: 'C1' }
    assert.equal((await slack.command(ask)).status, 200)
    assert.equal((await slack.command(ask, { signingSecret: 'other' })).status, 401)
    assert.equal((await slack.command(ask, { timestampS: Math.floor(Date.now() / 1000) - 301 })).status, 401)
    const body = 'command=%2Fnato&user_id=U1'
    const headers = { ...slack.sign(body), 'content-type': 'application/x-www-form-urlencoded' }
    const answer = await fetch(slack.requestUrl ?? '', { method: 'POST', headers, body })
    assert.equal(answer.status, 200)
  })

  it('delivers an event again that the app refused', async () => {
    await startHttpApp()
    slack.requestUrl = slack.requestUrl?.replace('/events', '/nothing')
    const outcome = await slack.mention({ user: 'U1', channel: 'C1', text: 'x' })
    assert.deepEqual([outcome.result, outcome.status, outcome.attempts], ['refused', 404, 2])
  })

  it('says so where nobody listens', async () => {
    slack.requestUrl = slack.apiUrl.replace(/:\d+/, ':1')
    assert.equal((await slack.command({ command: '/nato', user: 'U1', channel: 'C1' })).result, 'undelivered')
  })
})

describe('the fake Slack’s sockets', () => {
  const ask = () => slack.command({ command: '/nato', user: 'U1', channel: 'C1' })
  const answerNato = (app: App) => app.command('/nato', ({ ack }) => ack('Yes'))

  it('give each envelope to one of the connections, in turn', async () => {
    await startSocketApp(answerNato)
    await startSocketApp(answerNato)
    for (let count = 0; count < 4; count++) assert.equal((await ask()).messages[0]?.text, 'Yes')
    assert.deepEqual(
      slack.socket.connections.map(connection => connection.envelopes),
      [2, 2],
    )
    assert.equal(slack.messages('C1').length, 0)
  })

  it('ask the app to leave, and it comes back', async () => {
    await startSocketApp(answerNato)
    for (const reason of ['warning', 'refresh_requested', 'link_disabled'] as const) {
      const [before] = slack.socket.connections
      slack.socket.disconnect(reason)
      await slack.until(() => slack.socket.connections[0] !== before && slack.socket.count === 1)
      assert.equal((await ask()).result, 'acked')
    }
  })

  it('break, and the app comes back', async () => {
    await startSocketApp(answerNato)
    slack.socket.cut()
    await slack.socket.whenLive(0)
    assert.equal((await ask()).result, 'undelivered')
    await slack.socket.whenLive(1)
    assert.equal((await ask()).result, 'acked')
  })

  it('go deaf: nothing is answered, not even a ping, until the app opens another', async () => {
    await startSocketApp(answerNato)
    slack.socket.deafen()
    const asked = ask()
    slack.clock.advance(3000)
    assert.equal((await asked).result, 'timeout')
    await slack.socket.whenLive(1)
    assert.equal(slack.socket.count, 2)
    assert.equal((await ask()).result, 'acked')
    assert.deepEqual(slack.violations, [])
  })

  it('are pinged', async () => {
    slack = await startSlack({ pingIntervalMs: 5 })
    const { url = '' } = await client(slack.appToken).apps.connections.open()
    const socket = new RawSocket(url)
    const ping = await new Promise<string>(resolve => socket.once('ping', data => resolve(String(data))))
    assert.equal(ping, 'Ping from applink-1')
    socket.close()
  })

  it('starve: pings are answered and no envelope comes', async () => {
    await startSocketApp(answerNato)
    slack.socket.starve()
    const asked = ask()
    slack.clock.advance(3000)
    assert.equal((await asked).result, 'timeout')
    assert.deepEqual(slack.violations, [])
    assert.equal(slack.socket.count, 1)
  })

  it('stay while the methods fail', async () => {
    await startSocketApp(answerNato)
    slack.socket.mute()
    assert.equal(await errorOf(client().auth.test()), 'slack_webapi_http_error')
    assert.equal((await ask()).result, 'acked')
    slack.socket.unmute()
    assert.equal(await errorOf(client().auth.test()), 'ok')
  })

  it('are refused in an outage and opened again after it', async () => {
    await startSocketApp(answerNato)
    await slack.outage()
    assert.equal(slack.socket.count, 0)
    assert.equal(await errorOf(client().auth.test()), 'slack_webapi_request_error')
    await slack.recover()
    await startSocketApp(answerNato)
    assert.equal((await ask()).result, 'acked')
  })

  it('turn away what is too many, and take an address once', async () => {
    await startSocketApp()
    const { url = '' } = await client(slack.appToken).apps.connections.open()
    slack.socket.turnAwayNext()
    const frames = await framesOf(url)
    assert.equal(frames[0]?.type, 'disconnect')
    assert.equal(frames[0]?.reason, 'too_many_websockets')
    assert.equal(slack.socket.count, 1)
    assert.deepEqual(await framesOf(url), [])
    assert.match(slack.violations[0] ?? '', /used before/)
  })

  it('greet with how many there are and how long they last', async () => {
    const { url = '' } = await client(slack.appToken).apps.connections.open()
    const [hello] = await framesOf(url, 1)
    assert.equal(hello?.type, 'hello')
    assert.equal(hello?.num_connections, 1)
  })

  it('send an event again that was not acknowledged, and note an acknowledgement that is late or wrong', async () => {
    const { url = '' } = await client(slack.appToken).apps.connections.open()
    const socket = new WebSocket(url)
    const envelopes: { envelope_id: string; retry_attempt?: number }[] = []
    socket.addEventListener('message', ({ data }) => {
      const frame = JSON.parse(data)
      if (frame.type === 'hello') return
      envelopes.push(frame)
      if (frame.retry_attempt === 1) {
        socket.send(JSON.stringify({ envelope_id: envelopes[0]?.envelope_id }))
        socket.send(JSON.stringify({ envelope_id: frame.envelope_id, payload: { text: 'x' } }))
        socket.send(JSON.stringify({ envelope_id: 'none' }))
      } else slack.clock.advance(3000)
    })
    await slack.socket.whenLive(1)
    const outcome = await slack.mention({ user: 'U1', channel: 'C1', text: 'x' })
    assert.deepEqual([outcome.result, outcome.attempts, envelopes.length], ['acked', 2, 2])
    await slack.until(() => slack.violations.length === 4)
    assert.deepEqual(slack.violations.toSorted(), [
      'An envelope was acknowledged twice, or after its time.',
      'The acknowledgement of events_api app_mention holds a payload, which Slack ignores.',
      'The socket got a message that acknowledges no envelope.',
      'events_api app_mention was not acknowledged within 3000 ms.',
    ])
    socket.close()
  })

  type Frame = { type?: string; reason?: string; num_connections?: number }

  /** What a socket gets until it is closed, or until so many frames came. */
  const framesOf = (url: string, most = Number.POSITIVE_INFINITY): Promise<Frame[]> =>
    new Promise(resolve => {
      const frames: Frame[] = []
      const socket = new WebSocket(url)
      socket.addEventListener('message', ({ data }) => {
        frames.push(JSON.parse(data))
        if (frames.length === most) socket.close()
      })
      socket.addEventListener('close', () => resolve(frames))
    })
})

describe('the fake Slack’s response_urls', () => {
  const respond = async (url: string, body: object) => {
    const answer = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    return answer.status
  }

  it('answer no ts, take in_channel, delete, and refuse bad messages', async () => {
    await startSocketApp(app => app.action('show', ({ ack }) => ack()))
    const message = slack.addMessage({
      channel: 'C1',
      user: slack.botUserId,
      bot_id: slack.botId,
      text: 'x',
      blocks: [{ ...button }],
    })
    const { responseUrl, messages } = await slack.click({ message, action_id: 'show', user: 'U1' })
    assert.equal(await respond(responseUrl, { text: 'Shared', response_type: 'in_channel' }), 200)
    assert.equal(messages[0]?.ephemeralTo, undefined)
    assert.equal(await respond(responseUrl, { blocks: [{ type: 'nonsense' }] }), 400)
    assert.equal(await respond(responseUrl, { delete_original: true }), 200)
    assert.deepEqual(
      slack.messages('C1').map(one => one.text),
      ['Shared'],
    )
    assert.equal(await respond(`${responseUrl}x`, { text: 'x' }), 404)
  })

  it('fail on demand', async () => {
    await startSocketApp(app => app.action('show', ({ ack }) => ack()))
    const message = slack.addMessage({
      channel: 'C1',
      user: slack.botUserId,
      bot_id: slack.botId,
      text: 'x',
      blocks: [{ ...button }],
    })
    const { responseUrl, messages } = await slack.click({ message, action_id: 'show', user: 'U1' })
    slack.fail('response_url', { kind: 'status', status: 500, when: 'after' })
    assert.equal(await respond(responseUrl, { text: 'x' }), 500)
    assert.equal(messages.length, 1)
  })

  it('come with triggers that open a view once and soon', async () => {
    await startSocketApp(app => app.command('/nato', ({ ack }) => ack()))
    const ask = async () =>
      String((await slack.command({ command: '/nato', user: 'U1', channel: 'C1' })).parcel.body.trigger_id)
    const view: ModalView = { type: 'modal', title: { type: 'plain_text', text: 'Title' }, blocks: [divider] }
    const trigger_id = await ask()
    const openView = (id: string) => errorOf(client().views.open({ trigger_id: id, view }))
    assert.equal(await openView(trigger_id), 'ok')
    assert.equal(await openView(trigger_id), 'exchanged_trigger_id')
    assert.equal(await openView('none'), 'invalid_trigger_id')
    const late = await ask()
    slack.clock.advance(3001)
    assert.equal(await openView(late), 'expired_trigger_id')
  })
})
