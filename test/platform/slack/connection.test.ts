import assert from 'node:assert/strict'
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { afterEach, beforeEach, describe, it, type TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import { type Logger, LogLevel, SocketModeReceiver } from '@slack/bolt'
import { PlatformError } from '../../../src/platform/platform.ts'
import { keepSocket } from '../../../src/platform/slack/connection.ts'
import { createTestClock } from '../../fakes/clock.ts'
import { createFakeSlack, type FakeSlack } from '../../fakes/slack/fake-slack.ts'
import { type Adapter, type AdapterOptions, openAdapter } from '../../fakes/slack-adapter.ts'

/** What is closed after each test, last opened first. */
const open: (() => Promise<unknown>)[] = []
/** What nobody handled: it would end the process. */
const unhandled: unknown[] = []
const note = (reason: unknown) => void unhandled.push(reason)

beforeEach(() => {
  process.on('unhandledRejection', note)
})

afterEach(async () => {
  for (const close of open.splice(0).toReversed()) await close()
  process.removeListener('unhandledRejection', note)
  assert.deepEqual(unhandled.splice(0), [])
})

async function start(options: AdapterOptions = {}): Promise<Adapter> {
  const adapter = await openAdapter(options)
  open.push(adapter.close)
  await adapter.platform.start()
  return adapter
}

/** An adapter that is connected. */
async function connect(options: AdapterOptions = {}): Promise<Adapter> {
  const adapter = await start(options)
  await isUp(adapter)
  return adapter
}

const isUp = ({ slack, platform }: Adapter) => slack.until(() => platform.health().isUp && slack.socket.count === 1)

const isDown = ({ slack, platform }: Adapter) => slack.until(() => !platform.health().isUp)

const ask = ({ slack }: Adapter) => slack.command({ command: '/nato', user: 'U1', channel: 'C1' })

async function expectAnswers(adapter: Adapter): Promise<void> {
  const { result, messages } = await ask(adapter)
  assert.equal(result, 'acked')
  assert.equal(messages.length, 1)
}

/** Lets so much of the adapter's time go by, try after try: each wait between two tries is seen out. */
async function passTime(adapter: Adapter, ms: number): Promise<void> {
  const { clock, slack } = adapter
  for (let passed = 0; passed < ms; ) {
    await slack.until(() => clock.waits.at(-1) !== HELLO_MS)
    const { length } = clock.waits
    const next = Math.min(clock.waits.at(-1) ?? 0, ms - passed)
    clock.push(next)
    passed += next
    if (passed < ms) await slack.until(() => clock.waits.length > length)
  }
}

/** Sees out each wait between two tries until the connection is up. */
const comeBack = async (adapter: Adapter) => {
  const { clock, slack, platform } = adapter
  await slack.until(() => {
    const wait = clock.waits.at(-1) ?? HELLO_MS
    if (!platform.health().isUp && wait !== HELLO_MS) clock.push(wait)
    return platform.health().isUp
  })
  await isUp(adapter)
}

/** What was logged but that Slack is connected. */
const complaints = ({ lines }: Adapter) => lines.filter(line => line !== 'Slack is connected.')

const hasComplained = (adapter: Adapter) =>
  adapter.slack.until(() => adapter.lines.some(line => line.startsWith('Slack is not connected')))

const opens = ({ slack }: Adapter) => slack.calls.filter(call => call.method === 'apps.connections.open')

const SENTENCE = /^\p{Lu}.*\.$/u

describe('the connection to Slack', () => {
  it('is up when Slack has greeted it', async () => {
    const adapter = await connect()
    assert.match(adapter.platform.health().note, SENTENCE)
    await expectAnswers(adapter)
    assert.deepEqual(complaints(adapter), [])
  })

  for (const [outage, ms] of [
    ['5 s', 5000],
    ['60 s', 60_000],
    ['10 minutes', 600_000],
  ] as const)
    it(`comes back after an outage of ${outage}`, async () => {
      const adapter = await connect()
      await adapter.slack.outage()
      await hasComplained(adapter)
      const { isUp: isWell, note } = adapter.platform.health()
      assert.equal(isWell, false)
      assert.match(note, SENTENCE)
      assert.match(note, /ECONNREFUSED/)
      await passTime(adapter, ms)
      assert.equal(adapter.platform.health().isUp, false)
      await adapter.slack.recover()
      const [longest = 0] = adapter.clock.waits.filter(wait => wait !== HELLO_MS).toSorted((a, b) => b - a)
      assert.ok(longest <= 10_000, `It waited ${longest} ms.`)
      await comeBack(adapter)
      await expectAnswers(adapter)
      assert.equal(complaints(adapter).length, 1, adapter.lines.join('\n'))
    })

  for (const reason of ['warning', 'refresh_requested'] as const)
    it(`is made anew when Slack asks for it: ${reason}`, async () => {
      const adapter = await connect()
      const [before] = adapter.slack.socket.connections
      adapter.slack.socket.disconnect(reason)
      await adapter.slack.until(
        () => adapter.slack.socket.count === 1 && adapter.slack.socket.connections[0] !== before,
      )
      await isUp(adapter)
      await expectAnswers(adapter)
      assert.deepEqual(complaints(adapter), [])
      assert.deepEqual(adapter.slack.violations, [])
    })

  it('is made anew within a second when it breaks, and says so meanwhile', async () => {
    const adapter = await connect()
    adapter.slack.socket.cut()
    await isDown(adapter)
    assert.match(adapter.platform.health().note, SENTENCE)
    await adapter.slack.socket.whenLive(1, 1000)
    await isUp(adapter)
    await expectAnswers(adapter)
  })

  it('is made anew within a minute when the socket goes deaf', { timeout: 30_000 }, async () => {
    const adapter = await connect()
    const [deaf] = adapter.slack.socket.connections
    adapter.slack.socket.deafen()
    await adapter.slack.socket.whenLive(1, MOST_DEAF_MS)
    assert.notEqual(adapter.slack.socket.connections.at(-1), deaf)
    await adapter.slack.until(() => adapter.platform.health().isUp)
    await expectAnswers(adapter)
  })

  it('is kept in a quiet workspace', async () => {
    const { slack, health, pings } = await keepQuiet()
    await slack.until(pings.areMany, 10_000)
    assert.equal(slack.calls.length, 1)
    assert.equal(health().isUp, true)
  })

  it('is tried again while Slack’s methods fail', async () => {
    const adapter = await connect()
    adapter.slack.socket.mute()
    adapter.slack.socket.cut()
    await hasComplained(adapter)
    assert.match(adapter.platform.health().note, /503/)
    await passTime(adapter, 60_000)
    assert.ok(opens(adapter).length > 5)
    adapter.slack.socket.unmute()
    await comeBack(adapter)
    await expectAnswers(adapter)
  })

  it('is tried again when Slack has too many', async () => {
    const adapter = await openAdapter()
    open.push(adapter.close)
    adapter.slack.socket.turnAwayNext(2)
    await adapter.platform.start()
    await hasComplained(adapter)
    await comeBack(adapter)
    await expectAnswers(adapter)
    assert.match(complaints(adapter)[0] ?? '', SENTENCE_OF_SLACK)
    assert.doesNotMatch(complaints(adapter)[0] ?? '', /undefined/)
  })

  it('is tried once a minute with an app token that Slack refuses, which is said once, with what to do', async () => {
    const adapter = await connect()
    adapter.slack.fail('apps.connections.open', { kind: 'error', error: 'token_revoked' }, 5)
    adapter.slack.socket.cut()
    await hasComplained(adapter)
    const before = opens(adapter).length
    await passTime(adapter, 120_000)
    await adapter.slack.until(() => opens(adapter).length >= before + 1)
    assert.ok(opens(adapter).length <= before + 2, `${opens(adapter).length - before} tries in two minutes`)
    assert.equal(complaints(adapter).length, 1, adapter.lines.join('\n'))
    assert.match(complaints(adapter)[0] ?? '', /SLACK_APP_TOKEN/)
    assert.doesNotMatch(adapter.lines.join('\n'), /xapp-|xoxb-[\w]/)
    assert.match(adapter.platform.health().note, /SLACK_APP_TOKEN/)
    adapter.slack.heal()
    await comeBack(adapter)
  })

  it('is made when Slack comes, where Slack can’t be reached at the start', async () => {
    const adapter = await openAdapter()
    open.push(adapter.close)
    await adapter.slack.outage()
    await adapter.platform.start()
    await adapter.slack.until(() => /ECONNREFUSED/.test(adapter.platform.health().note))
    assert.equal(adapter.platform.health().isUp, false)
    await adapter.slack.recover()
    await comeBack(adapter)
    await expectAnswers(adapter)
  })

  for (const [what, botToken, spoil] of [
    ['wrong', 'xoxb-nobody-knows-this', () => undefined],
    ['revoked', undefined, (slack: FakeSlack) => Object.assign(slack.account, { botTokenState: 'token_revoked' })],
  ] as const)
    it(`is not made with a bot token that is ${what}: the start says which setting to mend`, async () => {
      const adapter = await openAdapter(botToken === undefined ? {} : { botToken })
      open.push(adapter.close)
      spoil(adapter.slack)
      await assert.rejects(adapter.platform.start(), error => {
        assert.ok(error instanceof PlatformError)
        assert.match(error.message, /SLACK_BOT_TOKEN/)
        assert.doesNotMatch(`${error.message}${error.stack}${adapter.lines}`, /nobody-knows|xoxb-fake|xapp-/)
        return true
      })
      assert.equal(adapter.slack.socket.count, 0)
    })
})

describe('the end of the connection to Slack', () => {
  it('waits for an answer that is in hand', async () => {
    const adapter = await connect()
    adapter.slack.fail('chat.postMessage', { kind: 'slow', ms: 700 })
    const mention = await adapter.slack.mention({ user: 'U1', channel: 'C1', text: 'vilnius' })
    await adapter.slack.until(() => adapter.slack.messages('C1').length === 2)
    assert.equal(mention.result, 'acked')
    const begun = performance.now()
    await adapter.platform.stop()
    const tookMs = performance.now() - begun
    assert.ok(tookMs > 300 && tookMs < MOST_STOP_MS, `It took ${tookMs} ms.`)
    assert.deepEqual(complaints(adapter), [])
  })

  const states: [state: string, reach: (slack: FakeSlack) => unknown][] = [
    ['while it is up', slack => slack.socket.whenLive()],
    ['while it is being made', slack => slack.until(() => slack.calls.at(-1)?.method === 'apps.connections.open')],
    [
      'while Slack fails',
      async slack => {
        await slack.socket.whenLive()
        slack.socket.mute()
        slack.socket.cut()
        await slack.until(() => slack.calls.filter(({ answer }) => answer === 'status').length > 1)
      },
    ],
    ['while it is deaf', slack => slack.socket.whenLive().then(() => slack.socket.deafen())],
  ]
  for (const [state, reach] of states)
    it(`comes within 5 s ${state}, and nothing keeps the process`, { timeout: 20_000 }, async t => {
      const slack = await createFakeSlack()
      open.push(slack.close)
      if (state === 'while it is being made') slack.fail('apps.connections.open', { kind: 'slow', ms: 1000 })
      const child = startChild(t, slack)
      await once(child, 'message')
      await reach(slack)
      const begun = performance.now()
      child.send('stop')
      const [code] = await once(child, 'exit')
      const tookMs = performance.now() - begun
      assert.equal(code, 0)
      assert.ok(tookMs < MOST_STOP_MS, `The process ended after ${Math.round(tookMs)} ms.`)
    })
})

const HELLO_MS = 20_000
const MOST_STOP_MS = 5000

/** What was promised is a minute; the SDK asks every 1.7 s and gives up after 5 s. */
const MOST_DEAF_MS = 20_000

const SENTENCE_OF_SLACK = /^Slack is not connected: \p{Lu}.*\.$/u

const CHILD = fileURLToPath(new URL('../../fakes/slack-child.ts', import.meta.url))

function startChild(t: TestContext, slack: FakeSlack): ChildProcess {
  const child = fork(CHILD, [slack.apiUrl, slack.botToken, slack.appToken], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  t.after(() => child.kill('SIGKILL'))
  return child
}

/** A connection that is asked ten times a second, in a workspace where nothing happens. */
async function keepQuiet() {
  const slack = await createFakeSlack({ pingIntervalMs: 100 })
  open.push(slack.close)
  const receiver = new SocketModeReceiver({
    appToken: slack.appToken,
    autoReconnectEnabled: false,
    clientPingTimeout: 300,
    logger: SILENT,
    installerOptions: { clientOptions: { slackApiUrl: slack.apiUrl } },
  })
  const clock = createTestClock()
  const connection = keepSocket(receiver, () => undefined, clock)
  open.push(connection.stop)
  await slack.socket.whenLive()
  await slack.until(() => connection.health().isUp)
  const pings = { count: 0, areMany: () => pings.count > 25 }
  for (const { webSocket } of slack.socket.connections) webSocket.on('ping', () => pings.count++)
  return { slack, health: connection.health, pings }
}

const SILENT: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  setLevel: () => undefined,
  getLevel: () => LogLevel.ERROR,
  setName: () => undefined,
}
