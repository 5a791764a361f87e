import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, it } from 'node:test'
import { retryPolicies, WebClient } from '@slack/web-api'
import type { Card } from '../../../src/card/card.ts'
import { paragraph } from '../../../src/card/card.ts'
import type { Finding, Outcome, Refused } from '../../../src/platform/platform.ts'
import { slackManifest } from '../../../src/platform/slack/manifest.ts'
import { SILENT } from '../../fakes/silent-logger.ts'
import type { Fault } from '../../fakes/slack/faults.ts'
import { type Adapter, openAdapter } from '../../fakes/slack-adapter.ts'

let adapter: Adapter

beforeEach(async () => {
  adapter = await openAdapter({ mode: 'http' })
})

afterEach(() => adapter.close())

const CARD: Card = { title: 'Vilnius', blocks: [paragraph('July 2023')], footer: [], actions: [] }

const DELIVERY = 'aZ_-5678901234567890ab'

const MINUTE_MS = 60_000

const at = (channel: string) => ({ ...adapter.destination, channel })

const post = (channel = 'C1'): Promise<Outcome> => adapter.platform.post(at(channel), CARD, DELIVERY)

const find = (since = adapter.clock.now()): Promise<Finding> => adapter.platform.find(at('C1'), DELIVERY, since)

const stored = () => adapter.slack.messages('C1')

const calls = (method = 'chat.postMessage') => adapter.slack.calls.filter(call => call.method === method)

/** What our own message carries. */
const mark = (delivery = DELIVERY) => ({ event_type: 'readout_delivery', event_payload: { delivery } })

/** A message of the bot's that is there already. */
const addOurs = (more: { ts?: string; metadata?: ReturnType<typeof mark> } = {}) =>
  adapter.slack.addMessage({
    channel: 'C1',
    user: adapter.slack.botUserId,
    bot_id: adapter.slack.botId,
    text: 'Vilnius',
    metadata: mark(),
    ...more,
  })

function addOthers(count: number): void {
  for (let number = 0; number < count; number++) adapter.slack.addMessage({ channel: 'C1', user: 'U1', text: 'Hello' })
}

/** A message's id so long before now. */
const tsBefore = (ms: number) => String((adapter.clock.now().getTime() - ms) / 1000)

describe('a post on Slack', () => {
  it('carries its delivery, unfurls nothing, and is made once', async () => {
    const outcome = await post()
    const [message, ...more] = stored()
    assert.deepEqual(more, [])
    assert.deepEqual(outcome, { kind: 'done', message: message?.ts })
    assert.deepEqual(message?.metadata, mark())
    const unfurled = calls().map(({ args }) => [args.unfurl_links, args.unfurl_media].map(String))
    assert.deepEqual(unfurled, [['false', 'false']])
    assert.deepEqual(adapter.slack.violations, [])
  })

  it('keeps its delivery when it is edited', async () => {
    const { ts } = addOurs()
    const changed = { ...CARD, title: 'Corrected' }
    assert.deepEqual(await adapter.platform.edit(at('C1'), ts, changed, DELIVERY), { kind: 'done', message: ts })
    assert.deepEqual(stored()[0]?.metadata, mark())
    assert.match(stored()[0]?.text ?? '', /Corrected/)
  })

  type Case = [what: string, fault: Fault, stored: number]

  const unclear: Case[] = [
    ...[500, 502, 503].flatMap((status): Case[] => [
      [`HTTP ${status}, not stored`, { kind: 'status', status, when: 'before' }, 0],
      [`HTTP ${status}, stored`, { kind: 'status', status, when: 'after' }, 1],
    ]),
    ['a cut before it is stored', { kind: 'cut', when: 'before' }, 0],
    ['a cut after it is stored', { kind: 'cut', when: 'after' }, 1],
    ['an orderly close before it is stored', { kind: 'close', when: 'before' }, 0],
    ['an orderly close after it is stored', { kind: 'close', when: 'after' }, 1],
    ['a page of HTML', { kind: 'garbage' }, 0],
    ...['internal_error', 'fatal_error', 'service_unavailable', 'request_timeout'].map(
      (error): Case => [error, { kind: 'error', error }, 0],
    ),
  ]
  for (const [what, fault, count] of unclear) {
    it(`may have happened after ${what}, and is not repeated`, async () => {
      adapter.slack.fail('chat.postMessage', fault)
      const outcome = await post()
      assert.ok(outcome.kind === 'unclear', JSON.stringify(outcome))
      assert.match(outcome.why, /^Slack|^The connection to Slack/)
      assert.equal(calls().length, 1)
      assert.equal(stored().length, count)
      assert.equal((await find()).kind, count === 1 ? 'found' : 'absent')
    })
  }

  for (const answer of ['cut', { status: 500 }] as const) {
    it(`is found when it is stored a minute after ${answer === 'cut' ? 'a cut' : 'HTTP 500'}`, async () => {
      const since = adapter.clock.now()
      adapter.slack.fail('chat.postMessage', { kind: 'late', ms: MINUTE_MS, answer })
      assert.equal((await post()).kind, 'unclear')
      assert.deepEqual(await find(since), { kind: 'absent' })
      adapter.slack.clock.advance(MINUTE_MS)
      assert.deepEqual(await find(since), { kind: 'found', message: stored()[0]?.ts })
      assert.equal(calls().length, 1)
    })
  }

  it('is done when Slack answers before it shows the message', async () => {
    const since = adapter.clock.now()
    adapter.slack.fail('chat.postMessage', { kind: 'late', ms: MINUTE_MS, answer: 'ok' })
    const outcome = await post()
    assert.ok(outcome.kind === 'done')
    assert.deepEqual(await find(since), { kind: 'absent' })
    adapter.slack.clock.advance(MINUTE_MS)
    assert.deepEqual(await find(since), { kind: 'found', message: outcome.message })
  })

  it('is given up after ten seconds without an answer, and may have happened', { timeout: 15_000 }, async t => {
    const other = await openAdapter({ mode: 'http' })
    t.after(other.close)
    adapter.slack.fail('chat.postMessage', { kind: 'hang', stores: true })
    other.slack.fail('chat.postMessage', { kind: 'hang', stores: false })
    const [storing, losing] = await Promise.all([post(), other.platform.post(at('C1'), CARD, DELIVERY)])
    assert.deepEqual([storing.kind, losing.kind], ['unclear', 'unclear'])
    assert.equal(calls().length, 1)
    assert.deepEqual(await find(), { kind: 'found', message: stored()[0]?.ts })
    assert.deepEqual(await other.platform.find(at('C1'), DELIVERY, other.clock.now()), { kind: 'absent' })
  })

  it('waits for a slow answer', async () => {
    adapter.slack.fail('chat.postMessage', { kind: 'slow', ms: 500 })
    assert.equal((await post()).kind, 'done')
    assert.equal(calls().length, 1)
  })

  it('may be tried again when Slack says so', async () => {
    adapter.slack.fail('chat.postMessage', { kind: 'rateLimited', retryAfterS: 17 })
    const outcome = await post()
    assert.ok(outcome.kind === 'later')
    assert.equal(outcome.afterMs, 17_000)
    assert.equal(calls().length, 1)
    assert.deepEqual(stored(), [])
  })

  it('is not tried where Slack asks to wait, to whatever channel, for its limit is that of the workspace', async () => {
    adapter.slack.addChannel({ id: 'C3', isMember: true })
    adapter.slack.fail('chat.postMessage', { kind: 'rateLimited', retryAfterS: 17 })
    await post()
    const other = await post('C3')
    assert.ok(other.kind === 'later' && other.afterMs > 16_000 && other.afterMs <= 17_000, JSON.stringify(other))
    assert.equal(calls().length, 1)
    adapter.clock.push(17_000)
    assert.deepEqual([(await post('C3')).kind, calls().length], ['done', 2])
  })

  it('waits as long as Slack asked for at most, whatever a later answer says', async () => {
    for (const [number, retryAfterS] of [30, 5].entries()) {
      adapter.slack.addChannel({ id: `D${number}`, isMember: true })
      adapter.slack.fail('chat.postMessage', { kind: 'rateLimited', retryAfterS })
    }
    await Promise.all([post('D0'), post('D1')])
    adapter.clock.push(10_000)
    assert.deepEqual([(await post()).kind, calls().length], ['later', 2])
    adapter.clock.push(20_000)
    assert.equal((await post()).kind, 'done')
  })

  it('comes a second after the one before it in its channel, and at once in another', async () => {
    adapter.slack.addChannel({ id: 'C3', isMember: true })
    await post()
    const second = post()
    assert.equal((await post('C3')).kind, 'done')
    assert.equal(stored().length, 1)
    adapter.clock.push(1000)
    assert.equal((await second).kind, 'done')
    assert.equal(stored().length, 2)
  })

  it('did not happen behind one that hangs, and may later', async () => {
    adapter.slack.fail('chat.postMessage', { kind: 'hang', stores: false })
    void post()
    const second = post()
    await adapter.slack.until(() => calls().length === 1)
    adapter.clock.push(4000)
    const outcome = await second
    assert.ok(outcome.kind === 'later' && outcome.afterMs > 0, JSON.stringify(outcome))
    assert.equal(calls().length, 1)
  })

  it('may be tried again when Slack asks to wait without saying how long', async () => {
    adapter.slack.fail('chat.postMessage', { kind: 'error', error: 'ratelimited' })
    assert.equal((await post()).kind, 'later')
  })

  it('did not happen while nobody listens, and may later', async () => {
    await adapter.slack.outage()
    const outcome = await post()
    assert.ok(outcome.kind === 'later', JSON.stringify(outcome))
    assert.match(outcome.why, /ECONNREFUSED/)
    await adapter.slack.recover()
    assert.deepEqual(await find(), { kind: 'absent' })
    assert.equal((await post()).kind, 'done')
    assert.equal(stored().length, 1)
  })

  /** Errors that stay until somebody does something, and a word of what to do. */
  const permanent: [error: string, remedy: RegExp][] = [
    ['not_in_channel', /\/invite/],
    ['channel_not_found', /\/invite/],
    ['is_archived', /Unarchive/],
    ['restricted_action', /Posting permissions/],
    ['restricted_action_read_only_channel', /Posting permissions/],
    ['invalid_auth', /SLACK_BOT_TOKEN/],
    ['not_authed', /SLACK_BOT_TOKEN/],
    ['token_revoked', /SLACK_BOT_TOKEN/],
    ['token_expired', /SLACK_BOT_TOKEN/],
    ['account_inactive', /SLACK_BOT_TOKEN/],
    ['missing_scope', /slack-manifest/],
    ['an_error_of_next_year', /an_error_of_next_year .*https:\/\/docs\.slack\.dev/],
  ]
  const kinds: [of: Refused, errors: string[]][] = [
    [
      'account',
      [
        'invalid_auth',
        'not_authed',
        'token_revoked',
        'token_expired',
        'account_inactive',
        'missing_scope',
        'org_login_required',
      ],
    ],
    [
      'channel',
      [
        'not_in_channel',
        'channel_not_found',
        'is_archived',
        'restricted_action',
        'no_permission',
        'an_error_of_next_year',
      ],
    ],
    ['message', ['invalid_blocks', 'msg_blocks_too_long', 'msg_too_long', 'no_text', 'invalid_metadata_format']],
  ]
  for (const [of, errors] of kinds)
    for (const error of errors)
      it(`is refused by ${error}, which is of the ${of}`, async () => {
        adapter.slack.fail('chat.postMessage', { kind: 'error', error })
        assert.partialDeepStrictEqual(await post(), { kind: 'refused', of })
      })
  for (const [error, remedy] of permanent) {
    it(`is refused by ${error}, with what to do`, async () => {
      adapter.slack.fail('chat.postMessage', { kind: 'error', error })
      expectRefused(await post(), error, remedy)
      assert.equal(calls().length, 1)
    })
  }

  const states: [
    what: string,
    set: (channel: NonNullable<ReturnType<Adapter['slack']['channel']>>) => void,
    error: string,
  ][] = [
    ['archived', channel => Object.assign(channel, { isArchived: true }), 'is_archived'],
    ['restricted', channel => Object.assign(channel, { isRestricted: true }), 'restricted_action'],
    ['left', channel => Object.assign(channel, { isMember: false }), 'not_in_channel'],
  ]
  for (const [what, set, error] of states) {
    it(`is refused in a channel that is ${what}`, async () => {
      const channel = adapter.slack.channel('C1')
      assert.ok(channel)
      set(channel)
      expectRefused(await post(), error, /./)
      assert.deepEqual(stored(), [])
    })
  }

  it('is refused with a token that was revoked or whose scope is missing, which is named', async () => {
    adapter.slack.scopes.delete('chat:write')
    const outcome = await post()
    expectRefused(outcome, 'missing_scope', /slack-manifest/)
    assert.match(JSON.stringify(outcome), /chat:write/)
    adapter.clock.push(1000)
    adapter.slack.account.botTokenState = 'token_revoked'
    expectRefused(await post(), 'token_revoked', /SLACK_BOT_TOKEN/)
  })

  it('goes only where the bot is a member: chat:write.public is never asked for', async () => {
    assert.ok(!slackManifest([], undefined).oauth_config.scopes.bot.includes('chat:write.public'))
    expectRefused(await post('C2'), 'not_in_channel', /\/invite/)
    assert.deepEqual(adapter.slack.messages('C2'), [])
    assert.deepEqual(adapter.slack.violations, [])
  })

  it('tells no token, whatever goes wrong', async () => {
    const outcomes: Outcome[] = []
    for (const fault of [...unclear.map(([, one]) => one), { kind: 'error', error: 'invalid_auth' } as const]) {
      adapter.slack.fail('chat.postMessage', fault)
      outcomes.push(await post())
      adapter.clock.push(1000)
    }
    assert.equal(outcomes.length, unclear.length + 1)
    assert.doesNotMatch(JSON.stringify([outcomes, adapter.lines]), /xoxb|xapp/)
  })
})

describe('Slack’s own client', () => {
  it('by its defaults leaves three messages where two connections broke', async () => {
    const { botToken, apiUrl, messages, fail } = adapter.slack
    const client = new WebClient(botToken, {
      slackApiUrl: apiUrl,
      retryConfig: { ...retryPolicies.tenRetriesInAboutThirtyMinutes, minTimeout: 1 },
      logger: SILENT,
    })
    fail('chat.postMessage', { kind: 'cut', when: 'after' }, 2)
    await client.chat.postMessage({ channel: 'C1', text: 'Hello' })
    assert.equal(messages('C1').length, 3)
  })
})

describe('looking for a post on Slack', () => {
  it('asks for metadata, in pages, and from a minute before the send', async () => {
    const since = new Date('2026-11-22T12:00:00Z')
    await find(since)
    assert.deepEqual(
      calls('conversations.history').map(({ args }) =>
        [args.oldest, args.include_all_metadata, args.limit].map(String),
      ),
      [[String((since.getTime() - MINUTE_MS) / 1000), 'true', '200']],
    )
  })

  it('allows for clocks that differ by less than a minute, and looks no earlier', async () => {
    addOurs({ ts: tsBefore(90_000) })
    assert.deepEqual(await find(), { kind: 'absent' })
    const { ts } = addOurs({ ts: tsBefore(45_000) })
    assert.deepEqual(await find(), { kind: 'found', message: ts })
  })

  it('finds the last message of ten pages, and says so when there are more', async () => {
    const since = adapter.clock.now()
    const { ts } = addOurs()
    addOthers(1999)
    assert.deepEqual(await find(since), { kind: 'found', message: ts })
    addOthers(1)
    const finding = await find(since)
    expectUnclear(finding, /2000 messages/, /channel/)
    assert.equal(calls('conversations.history').length, 20)
  })

  it('says that nothing is there after exactly ten pages', async () => {
    const since = adapter.clock.now()
    addOthers(2000)
    assert.deepEqual(await find(since), { kind: 'absent' })
  })

  it('takes only a message of its own with the whole mark', async () => {
    const since = adapter.clock.now()
    const base = { channel: 'C1', text: 'Vilnius' }
    const { botId, botUserId, addMessage } = adapter.slack
    addMessage({ ...base, user: 'U1', metadata: mark() })
    addMessage({ ...base, user: 'U2', bot_id: 'B2', metadata: mark() })
    addMessage({ ...base, user: botUserId, metadata: mark() })
    const ours = { ...base, user: botUserId, bot_id: botId }
    addMessage(ours)
    addMessage({ ...ours, metadata: mark('other') })
    addMessage({ ...ours, metadata: { event_type: 'other', event_payload: { delivery: DELIVERY } } })
    addMessage({ ...ours, metadata: { event_type: 'readout_delivery', event_payload: {} } })
    assert.deepEqual(await find(since), { kind: 'absent' })
    const { ts } = addOurs()
    assert.deepEqual(await find(since), { kind: 'found', message: ts })
  })

  it('proves nothing where the bot is no member, and says what to do', async () => {
    addOurs()
    const channel = adapter.slack.channel('C1')
    assert.ok(channel)
    channel.isMember = false
    expectUnclear(await find(), /not_in_channel/, /\/invite/)
  })

  it('proves nothing in a channel that is gone, without the scope, or with a revoked token', async () => {
    adapter.slack.scopes.delete('channels:history')
    expectUnclear(await find(), /missing_scope \(channels:history/, /slack-manifest/)
    adapter.slack.account.botTokenState = 'token_revoked'
    expectUnclear(await find(), /token_revoked/, /SLACK_BOT_TOKEN/)
    adapter.slack.account.botTokenState = 'valid'
    adapter.slack.scopes.add('channels:history')
    adapter.slack.removeChannel('C1')
    expectUnclear(await find(), /channel_not_found/, /channel’s id/)
  })

  const faults: Fault[] = [
    { kind: 'status', status: 500 },
    { kind: 'cut', when: 'before' },
    { kind: 'close', when: 'before' },
    { kind: 'garbage' },
    { kind: 'rateLimited', retryAfterS: 30 },
    { kind: 'error', error: 'internal_error' },
  ]
  for (const method of ['conversations.history', 'auth.test'])
    for (const fault of faults)
      it(`proves nothing when ${method} fails: ${JSON.stringify(fault)}`, async () => {
        addOurs()
        adapter.slack.fail(method, fault)
        expectUnclear(await find(), /Slack/, /^Try again/)
        assert.equal((await find()).kind, 'found')
      })

  it('proves nothing when a later page fails', async () => {
    const since = adapter.clock.now()
    addOurs()
    addOthers(300)
    const { find: look } = adapter.platform
    let pages = 0
    const failSecond = adapter.slack.until(() => {
      const now = calls('conversations.history').length
      if (now > pages) adapter.slack.fail('conversations.history', { kind: 'status', status: 500 })
      pages = now
      return now > 0
    })
    const [finding] = await Promise.all([look(at('C1'), DELIVERY, since), failSecond])
    expectUnclear(finding, /500/, /^Try again/)
  })

  it('proves nothing while nobody listens', async () => {
    await adapter.slack.outage()
    expectUnclear(await find(), /ECONNREFUSED/, /^Try again/)
  })
})

function expectRefused(outcome: Outcome, error: string, remedy: RegExp): void {
  assert.ok(outcome.kind === 'refused', JSON.stringify(outcome))
  assert.match(outcome.why, new RegExp(`^Slack refused with ${error}\\b.*\\.$`))
  assert.match(outcome.remedy, remedy)
  assert.match(outcome.remedy, /\.$/)
}

/** Nothing is proved: it can be asked again later, or somebody has to do something. */
function expectUnclear(finding: Finding, why: RegExp, remedy: RegExp): void {
  assert.ok(finding.kind === 'unclear' || finding.kind === 'later', JSON.stringify(finding))
  assert.match(finding.why, why)
  if (finding.kind === 'later') return void assert.ok(finding.afterMs > 0)
  assert.match(finding.remedy, remedy)
}
