import assert from 'node:assert/strict'
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { createServer, request as httpRequest } from 'node:http'
import { type AddressInfo, createServer as createTcpServer, type Socket } from 'node:net'
import { after, before, describe, it, type TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { type WebSocket, WebSocketServer } from 'ws'
import { createDiscord } from '../../../src/platform/discord/discord.ts'
import { PlatformError } from '../../../src/platform/platform.ts'
import { createFakeDiscord, type FakeDiscord } from '../../fakes/discord/fake-discord.ts'
import type { Fault } from '../../fakes/discord/faults.ts'
import {
  type DiscordAdapter,
  type DiscordAdapterOptions,
  openDiscordAdapter,
  QUIET_BOT,
} from '../../fakes/discord-adapter.ts'

/** The library lets five seconds and a half pass between two identifies: tests that need two run beside each other. */
const TOGETHER = { concurrency: 24 }
const THROTTLED_MS = 12_000

/** https://docs.discord.com/developers/events/gateway#rate-limiting */
const IDENTIFY_MS = 5000
const GREETING_MS = 20_000
const PARTING_MS = 1000
const REFUSED_WAIT_MS = 60_000
const REGISTER_AGAIN_MS = 30_000
const HOUR_MS = 3_600_000
const MOST_STOP_MS = 5000

/** What nobody handled: it would end the process. */
const unhandled: unknown[] = []
const note = (reason: unknown) => void unhandled.push(reason)

before(() => void process.on('unhandledRejection', note))

after(() => {
  process.removeListener('unhandledRejection', note)
  assert.deepEqual(unhandled, [])
})

const closers = new WeakMap<TestContext, (() => unknown)[]>()

/** Closes something after the test, what was opened last first. */
function closeLater(t: TestContext, close: () => unknown): void {
  const list = closers.get(t) ?? []
  if (list.length === 0)
    t.after(async () => {
      for (const one of list.toReversed()) await one()
    })
  closers.set(t, list)
  list.push(close)
}

/** An adapter that is not started. What Discord says of the gateway is answered by `gateway`, where it is given. */
async function open(
  t: TestContext,
  { gateway, ...options }: DiscordAdapterOptions & { gateway?: Gateway } = {},
): Promise<DiscordAdapter> {
  const adapter = await openDiscordAdapter(options)
  closeLater(t, adapter.close)
  if (!gateway) return adapter
  const { discord, lines, clock } = adapter
  const { token, applicationId } = discord
  const apiUrl = await openFront(t, discord, gateway)
  const log = (line: string) => void lines.push(line)
  const platform = createDiscord({ token, applicationId, apiUrl, events: { mode: 'gateway' } }, QUIET_BOT, log, clock)
  closeLater(t, platform.stop)
  return { ...adapter, platform }
}

/** What GET /gateway/bot is answered with; Discord's own answer where it is not set. */
type Gateway = { answer?: unknown; asked: number }

const plentiful = { total: 1000, remaining: 1000, reset_after: 0, max_concurrency: 1 }

const at = (url: unknown): Gateway => ({ answer: { url, shards: 1, session_start_limit: plentiful }, asked: 0 })

/** A server before Discord; gives back the API's address. */
async function openFront(t: TestContext, discord: FakeDiscord, gateway: Gateway): Promise<string> {
  const { hostname, port } = new URL(discord.apiUrl)
  const server = createServer((request, response) => {
    const isGateway = request.url?.endsWith('/gateway/bot') ?? false
    if (isGateway) gateway.asked += 1
    if (isGateway && 'answer' in gateway)
      return response.setHeader('content-type', 'application/json').end(JSON.stringify(gateway.answer))
    const { method, headers, url: path } = request
    const passed = httpRequest({ hostname, port, method, headers, path }, answer => {
      response.writeHead(answer.statusCode ?? 0, answer.headers)
      answer.pipe(response)
    })
    passed.on('error', () => response.destroy())
    request.pipe(passed)
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  closeLater(t, () => {
    server.close()
    server.closeAllConnections()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/api`
}

/** A gateway that does with each connection what the test says. */
async function openGateway(t: TestContext, serve: (webSocket: WebSocket, count: number) => void) {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
  await once(server, 'listening')
  const counts = { opened: 0, identified: 0 }
  server.on('connection', webSocket => {
    counts.opened += 1
    webSocket.on('error', () => webSocket.terminate())
    webSocket.on('message', text => {
      if (JSON.parse(String(text)).op === 2) counts.identified += 1
    })
    serve(webSocket, counts.opened)
  })
  closeLater(t, () => {
    for (const client of server.clients) client.terminate()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  return { url: `ws://127.0.0.1:${port}`, counts, clients: server.clients }
}

/** A server that takes connections and says nothing. */
async function openSilence(t: TestContext) {
  const sockets = new Set<Socket>()
  const server = createTcpServer(socket => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    socket.on('close', () => sockets.delete(socket))
    socket.resume()
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  closeLater(t, () => {
    server.close()
    for (const socket of sockets) socket.destroy()
  })
  return { url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`, sockets }
}

const say = (webSocket: WebSocket, frame: object) =>
  webSocket.send(JSON.stringify({ d: null, s: null, t: null, ...frame }))

const hello = (webSocket: WebSocket) => say(webSocket, { op: 10, d: { heartbeat_interval: 41_250 } })

const ready = (webSocket: WebSocket, resumeUrl: unknown) =>
  say(webSocket, { op: 0, t: 'READY', s: 1, d: { session_id: 'theirs', resume_gateway_url: resumeUrl } })

async function start(t: TestContext, options: Parameters<typeof open>[1] = {}): Promise<DiscordAdapter> {
  const adapter = await open(t, options)
  await adapter.platform.start()
  return adapter
}

/** An adapter that is connected, and whose commands are registered. */
async function connect(t: TestContext, options: Parameters<typeof open>[1] = {}): Promise<DiscordAdapter> {
  const adapter = await start(t, options)
  await isUp(adapter)
  await adapter.discord.until(() => adapter.discord.commands().length === 1)
  return adapter
}

const isUp = async ({ discord, platform }: DiscordAdapter) => {
  await discord.gateway.whenReady(1, THROTTLED_MS)
  await discord.until(() => platform.health().isUp)
}

const isDown = ({ discord, platform }: DiscordAdapter) => discord.until(() => !platform.health().isUp)

const ask = ({ discord, user, channel }: DiscordAdapter) =>
  discord.command({ name: 'nato', user, channel, text: 'vilnius' })

async function expectAnswers(adapter: DiscordAdapter): Promise<void> {
  await adapter.discord.until(() => adapter.discord.commands().length === 1)
  const { result } = await ask(adapter)
  assert.equal(result, 'answered')
}

/** The waits that are not between two tries: for a greeting, for the commands. */
const OTHER_WAITS = [GREETING_MS, REGISTER_AGAIN_MS]

const lastWait = ({ clock }: DiscordAdapter) => clock.waits.at(-1) ?? GREETING_MS

const isWaiting = (adapter: DiscordAdapter) => !OTHER_WAITS.includes(lastWait(adapter))

/** Sees out each wait between two tries until `isReached`. */
const pushUntil = (adapter: DiscordAdapter, isReached: () => boolean) =>
  adapter.discord.until(() => {
    if (isReached()) return true
    if (!adapter.platform.health().isUp && isWaiting(adapter)) adapter.clock.push(lastWait(adapter))
    return isReached()
  }, THROTTLED_MS)

async function comeBack(adapter: DiscordAdapter): Promise<void> {
  await pushUntil(adapter, () => adapter.platform.health().isUp)
  await isUp(adapter)
}

/** Lets so much of the adapter's time go by, try after try: each wait between two tries is seen out. */
async function passTime(adapter: DiscordAdapter, ms: number): Promise<void> {
  const { clock, discord } = adapter
  for (let passed = 0; passed < ms; ) {
    await discord.until(() => isWaiting(adapter))
    const { length } = clock.waits
    const next = Math.min(lastWait(adapter), ms - passed)
    clock.push(next)
    passed += next
    if (passed < ms) await discord.until(() => clock.waits.length > length)
  }
}

/** What was logged that an operator has to look at. */
const complaints = ({ lines }: DiscordAdapter) =>
  lines.filter(line => line !== 'Discord is connected.' && !line.startsWith('Discord has 1 command now'))

const hasComplained = (adapter: DiscordAdapter) =>
  adapter.discord.until(() => adapter.lines.some(line => line.startsWith('Discord is not connected')))

const asks = ({ discord }: DiscordAdapter) => discord.calls.filter(call => call.name === 'GET gateway')

const SENTENCE = /^\p{Lu}.*\.$/u
const COMPLAINT = /^Discord is not connected: \p{Lu}.*\.$/u

describe('the connection to Discord', TOGETHER, () => {
  it('is up when Discord has taken it, with no intents', async t => {
    const adapter = await connect(t)
    const { discord, platform, lines } = adapter
    assert.match(platform.health().note, SENTENCE)
    assert.equal(discord.gateway.identifies, 1)
    assert.equal(discord.gateway.intents, 0)
    await discord.until(() => lines.length === 2)
    assert.deepEqual(lines.toSorted(), ['Discord has 1 command now, in every server.', 'Discord is connected.'])
    await expectAnswers(adapter)
    assert.deepEqual(complaints(adapter), [])
    assert.deepEqual(discord.violations, [])
  })

  it('beats, and is kept where nothing else happens', async t => {
    const adapter = await connect(t, { discord: { heartbeatIntervalMs: 60, heartbeatToleranceMs: 2000 } })
    const { discord } = adapter
    await discord.until(() => discord.gateway.heartbeats > 12)
    assert.equal(discord.gateway.identifies, 1)
    assert.equal(discord.gateway.connections, 1)
    assert.equal(adapter.platform.health().isUp, true)
    assert.deepEqual(discord.violations, [])
  })

  it('beats when Discord asks for it', async t => {
    const { discord } = await connect(t)
    discord.gateway.askHeartbeat()
    await discord.until(() => discord.gateway.heartbeats === 1)
    assert.deepEqual(discord.violations, [])
  })

  for (const [outage, ms] of [
    ['5 s', 5000],
    ['60 s', 60_000],
    ['10 minutes', 600_000],
  ] as const)
    it(`comes back after an outage of ${outage}`, async t => {
      const adapter = await connect(t)
      const { discord, platform, clock } = adapter
      await discord.outage()
      await hasComplained(adapter)
      assert.equal(platform.health().isUp, false)
      assert.match(platform.health().note, /ECONNREFUSED.*\.$/)
      await passTime(adapter, ms)
      discord.clock.advance(ms)
      const waits = clock.waits.filter(wait => ![...OTHER_WAITS, PARTING_MS].includes(wait))
      assert.ok(waits.length <= 8 + ms / 10_000, `${waits.length} tries: ${waits}`)
      assert.ok(Math.max(...waits) <= 10_000, waits.join())
      assert.equal(platform.health().isUp, false)
      await discord.recover()
      await comeBack(adapter)
      await expectAnswers(adapter)
      assert.equal(complaints(adapter).length, ms > 180_000 ? complaints(adapter).length : 1)
      assert.deepEqual(discord.violations, [])
    })

  const resumable: [end: string, cause: (discord: FakeDiscord) => void][] = [
    ['is asked for a new one (opcode 7)', ({ gateway }) => gateway.askReconnect()],
    ...[4000, 4001, 4002].map((code): [string, (discord: FakeDiscord) => void] => [
      `closes it with ${code}`,
      ({ gateway }) => gateway.close(code),
    ]),
    ['is cut off', ({ gateway }) => gateway.cut()],
  ]
  for (const [end, cause] of resumable)
    it(`is resumed where Discord ${end}, and what was missed is answered`, async t => {
      const adapter = await connect(t)
      const { discord } = adapter
      cause(discord)
      await discord.until(() => discord.gateway.connections === 0)
      await isDown(adapter)
      assert.match(adapter.platform.health().note, SENTENCE)
      const missed = ask(adapter)
      await comeBack(adapter)
      assert.equal((await missed).result, 'answered')
      assert.equal(discord.gateway.resumes, 1)
      assert.equal(discord.gateway.identifies, 1)
      await expectAnswers(adapter)
      assert.deepEqual(complaints(adapter), [])
      assert.deepEqual(discord.violations, [])
    })

  it('is resumed where Discord says that the session may be (opcode 9)', async t => {
    const adapter = await connect(t)
    const { discord } = adapter
    discord.gateway.invalidate(true)
    await discord.until(() => discord.gateway.resumes > 0 || discord.gateway.connections === 0)
    await isDown(adapter)
    const missed = ask(adapter)
    await comeBack(adapter)
    assert.equal((await missed).result, 'answered')
    assert.equal(discord.gateway.identifies, 1)
    await expectAnswers(adapter)
    assert.deepEqual(discord.violations, [])
  })

  const unresumable: [end: string, cause: (discord: FakeDiscord) => void][] = [
    ['says that the session is over (opcode 9)', ({ gateway }) => gateway.invalidate(false)],
    ...[1000, 1001, 4003, 4005, 4007, 4008, 4009].map((code): [string, (discord: FakeDiscord) => void] => [
      `closes it with ${code}`,
      ({ gateway }) => gateway.close(code),
    ]),
    [
      'refuses to resume',
      ({ gateway }) => {
        gateway.refuseResume()
        gateway.cut()
      },
    ],
  ]
  for (const [end, cause] of unresumable)
    it(`begins a new session where Discord ${end}`, async t => {
      const adapter = await connect(t)
      const { discord, clock } = adapter
      const identifiedAt = clock.now().getTime()
      cause(discord)
      await isDown(adapter)
      await comeBack(adapter)
      assert.equal(discord.gateway.identifies, 2)
      const tookMs = clock.now().getTime() - identifiedAt
      assert.ok(tookMs > IDENTIFY_MS - 1000, `It identified again after ${tookMs} ms.`)
      await expectAnswers(adapter)
      assert.ok(complaints(adapter).length <= 1, adapter.lines.join('\n'))
      assert.deepEqual(discord.violations, [])
    })

  for (const [code, remedy] of [
    [4004, /DISCORD_TOKEN.*Reset Token/],
    [4010, /tell those who make it/],
    [4011, /DISCORD_MODE=http/],
    [4012, /Update Readout/],
    [4013, /tell those who make it/],
    [4014, /tell those who make it/],
  ] as const)
    it(`is tried once a minute where Discord closes it with ${code}, which is said once, with what to do`, async t => {
      const { url, counts } = await openGateway(t, webSocket => webSocket.close(code))
      const gateway = at(url)
      const adapter = await start(t, { gateway })
      const { discord, platform, clock, lines } = adapter
      await hasComplained(adapter)
      await discord.until(() => lastWait(adapter) === REFUSED_WAIT_MS)
      const [complaint = '', ...others] = complaints(adapter)
      assert.deepEqual(others, [])
      assert.match(complaint, COMPLAINT)
      assert.match(complaint, new RegExp(String(code)))
      assert.match(complaint, remedy)
      assert.equal(platform.health().isUp, false)
      assert.match(platform.health().note, remedy)
      for (let minute = 1; minute <= 3; minute++) {
        assert.equal(counts.opened, minute)
        clock.push(REFUSED_WAIT_MS - 1000)
        assert.equal(gateway.asked, minute)
        clock.push(1000)
        await discord.until(() => counts.opened === minute + 1 && isWaiting(adapter))
      }
      assert.equal(complaints(adapter).length, 1)
      delete gateway.answer
      await comeBack(adapter)
      await expectAnswers(adapter)
      assert.equal(lines.at(-1), 'Discord is connected.')
    })

  it('is tried once a minute with a token that was revoked, which is said once, with what to do', async t => {
    const adapter = await connect(t)
    const { discord, platform, clock, lines } = adapter
    discord.revokeToken()
    await isDown(adapter)
    await pushUntil(adapter, () => complaints(adapter).length > 0)
    const [complaint = ''] = complaints(adapter)
    assert.match(complaint, COMPLAINT)
    assert.match(complaint, /DISCORD_TOKEN.*Reset Token/)
    assert.match(platform.health().note, /DISCORD_TOKEN/)
    assert.ok(!`${lines}${platform.health().note}`.includes(discord.token))
    const before = discord.calls.length
    await discord.until(() => lastWait(adapter) === REFUSED_WAIT_MS)
    clock.push(REFUSED_WAIT_MS)
    await discord.until(() => discord.calls.length > before && lastWait(adapter) === REFUSED_WAIT_MS)
    assert.equal(discord.calls.length, before + 1)
    assert.equal(discord.gateway.identifies, 1)
    assert.equal(complaints(adapter).length, 1)
  })

  for (const [state, deafen] of [
    ['deaf', ({ gateway }: FakeDiscord) => gateway.zombie()],
    ['dead without a word', ({ gateway }: FakeDiscord) => gateway.freeze()],
  ] as const)
    it(`is made anew within two heartbeats where it is ${state}`, async t => {
      const heartbeatIntervalMs = 300
      const adapter = await connect(t, { discord: { heartbeatIntervalMs, heartbeatToleranceMs: 60_000 } })
      const { discord, platform } = adapter
      await discord.until(() => discord.gateway.heartbeats > 0)
      const begun = performance.now()
      deafen(discord)
      await isDown(adapter)
      const tookMs = performance.now() - begun
      assert.ok(tookMs < 2 * heartbeatIntervalMs + 200, `It took ${Math.round(tookMs)} ms.`)
      assert.match(platform.health().note, SENTENCE)
      await comeBack(adapter)
      await expectAnswers(adapter)
      assert.equal(discord.gateway.identifies, 1)
      assert.equal(discord.gateway.resumes, 1)
      assert.deepEqual(complaints(adapter), [])
    })

  const silences: [what: string, serve: (webSocket: WebSocket) => void][] = [
    ['says nothing', () => undefined],
    ['greets and then says nothing', hello],
  ]
  for (const [what, serve] of silences)
    it(`is given up and made anew where Discord ${what}`, async t => {
      const { url, counts, clients } = await openGateway(t, serve)
      const gateway = at(url)
      const adapter = await start(t, { gateway })
      const { discord, clock, platform } = adapter
      await discord.until(() => counts.opened === 1)
      clock.push(GREETING_MS - 1000)
      assert.deepEqual(complaints(adapter), [])
      clock.push(1000)
      await hasComplained(adapter)
      assert.match(complaints(adapter)[0] ?? '', /did not greet/)
      assert.equal(platform.health().isUp, false)
      await discord.until(() => clients.size === 0)
      delete gateway.answer
      await comeBack(adapter)
      await expectAnswers(adapter)
    })

  it('is given up and made anew where nothing answers at the gateway’s address', async t => {
    const { url, sockets } = await openSilence(t)
    const gateway = at(url)
    const adapter = await start(t, { gateway })
    const { discord, clock } = adapter
    await discord.until(() => sockets.size === 1)
    clock.push(GREETING_MS)
    await hasComplained(adapter)
    await discord.until(() => sockets.size === 0)
    delete gateway.answer
    await comeBack(adapter)
    await expectAnswers(adapter)
    assert.equal(complaints(adapter).length, 1)
  })

  const failures: [what: string, fault: Fault, complaint: RegExp][] = [
    ['a broken server', { kind: 'status', status: 503 }, /503/],
    ['a cut connection', { kind: 'cut', when: 'before' }, /ECONNRESET/],
    ['a connection that is closed in order', { kind: 'close', when: 'before' }, /broke/],
    ['another page', { kind: 'garbage' }, /names no gateway|no JSON/],
    ['a page that blocks', { kind: 'garbage', status: 403 }, /403/],
    ['a refusal of the token', { kind: 'error', status: 401, code: 0, message: '401: Unauthorized' }, /DISCORD_TOKEN/],
  ]
  for (const [what, fault, complaint] of failures)
    it(`is tried again where the question for the gateway meets ${what}`, async t => {
      const adapter = await open(t)
      const { discord, platform, clock } = adapter
      discord.fail('GET gateway', fault, 2)
      await platform.start()
      await hasComplained(adapter)
      const [told = ''] = complaints(adapter)
      assert.match(told, COMPLAINT)
      assert.match(told, complaint)
      assert.doesNotMatch(told, /undefined|object/)
      assert.equal(platform.health().isUp, false)
      await comeBack(adapter)
      clock.push(REGISTER_AGAIN_MS)
      await expectAnswers(adapter)
    })

  const answers: [what: string, answer: unknown][] = [
    ['nothing', null],
    ['no address', { shards: 1, session_start_limit: plentiful }],
    ['no limits', { url: 'ws://127.0.0.1:1', shards: 1 }],
    ['empty limits', { url: 'ws://127.0.0.1:1', shards: 1, session_start_limit: null }],
    ...['', 'nowhere', 'ftp://127.0.0.1', 'ws://', 'ws://127.0.0.1:1', 'ws://127.0.0.1:1/#here', 5, {}].map(
      (url): [string, unknown] => [`the address ${JSON.stringify(url)}`, at(url).answer],
    ),
  ]
  for (const [what, answer] of answers)
    it(`is tried again where the question for the gateway is answered with ${what}`, async t => {
      const gateway: Gateway = { answer, asked: 0 }
      const adapter = await start(t, { gateway })
      await hasComplained(adapter)
      const [told = ''] = complaints(adapter)
      assert.match(told, COMPLAINT)
      assert.doesNotMatch(told, /undefined|Cannot/)
      delete gateway.answer
      await comeBack(adapter)
      await expectAnswers(adapter)
    })

  it('is tried again where the gateway’s address is no gateway’s', async t => {
    const adapter = await open(t)
    const gateway = at(adapter.discord.apiUrl.replace('http', 'ws'))
    const other = await start(t, { gateway })
    await hasComplained(other)
    delete gateway.answer
    await comeBack(other)
    await expectAnswers(other)
  })

  for (const scope of ['user', 'global'] as const)
    it(`waits as long as a rate limit of the question for the gateway says: ${scope}`, async t => {
      const adapter = await open(t)
      const { discord, platform, clock } = adapter
      discord.fail('GET gateway', { kind: 'rateLimited', retryAfterS: 40, scope })
      await platform.start()
      await hasComplained(adapter)
      assert.match(complaints(adapter).find(line => line.startsWith('Discord is not')) ?? '', /rate limit/)
      const waitMs = await discord.until(() => clock.waits.find(ms => ms > REGISTER_AGAIN_MS))
      assert.ok(waitMs >= 39_000 && waitMs <= 41_000, `It waits ${waitMs} ms.`)
      // The commands are being compared meanwhile: what was on its way came too early for a limit of all calls.
      if (scope === 'user') assert.equal(discord.earlyCalls, 0)
    })

  it('waits until new sessions are allowed, where none are left', async t => {
    const adapter = await start(t, { discord: { sessionStarts: 0 } })
    const { discord, platform, clock } = adapter
    await hasComplained(adapter)
    await discord.until(() => isWaiting(adapter))
    assert.equal(lastWait(adapter), 4 * HOUR_MS)
    assert.match(complaints(adapter)[0] ?? '', COMPLAINT)
    assert.equal(platform.health().isUp, false)
    clock.push(4 * HOUR_MS - 1000)
    assert.equal(asks(adapter).length, 1)
    clock.push(1000)
    await discord.until(() => asks(adapter).length === 2)
    assert.equal(discord.gateway.connections, 0)
    assert.equal(complaints(adapter).length, 1)
  })

  it('is not asked for without end where new sessions are allowed from now on, but none is left', async t => {
    const gateway: Gateway = {
      answer: { url: 'ws://127.0.0.1:1', session_start_limit: { ...plentiful, remaining: 0, reset_after: 0 } },
      asked: 0,
    }
    const adapter = await start(t, { gateway })
    await hasComplained(adapter)
    await adapter.discord.until(() => isWaiting(adapter))
    assert.ok(lastWait(adapter) >= 250, `It waits ${lastWait(adapter)} ms.`)
  })

  it('is resumed though no new session may be started', async t => {
    const gateway: Gateway = { asked: 0 }
    const adapter = await connect(t, { gateway })
    const { discord } = adapter
    const url = `${discord.apiUrl.replace('http', 'ws').replace(/api$/, 'gateway')}`
    gateway.answer = { url, session_start_limit: { ...plentiful, remaining: 0, reset_after: HOUR_MS } }
    discord.gateway.cut()
    await isDown(adapter)
    await comeBack(adapter)
    assert.equal(discord.gateway.resumes, 1)
    await expectAnswers(adapter)
    assert.deepEqual(complaints(adapter), [])
  })

  for (const resumeUrl of ['nowhere', 'ftp://127.0.0.1', 'ws://127.0.0.1:1', '', 5, null, {}])
    it(`begins a new session where it is told to resume at ${JSON.stringify(resumeUrl)}`, async t => {
      const { url, counts, clients } = await openGateway(t, webSocket => {
        hello(webSocket)
        webSocket.once('message', () => ready(webSocket, resumeUrl))
      })
      const gateway = at(url)
      const adapter = await start(t, { gateway })
      const { discord, platform } = adapter
      await discord.until(() => platform.health().isUp)
      delete gateway.answer
      for (const client of clients) client.terminate()
      await isDown(adapter)
      await comeBack(adapter)
      assert.equal(counts.identified, 1)
      assert.equal(discord.gateway.identifies, 1)
      await expectAnswers(adapter)
      assert.ok(complaints(adapter).length <= 1, adapter.lines.join('\n'))
    })

  it('is not opened without end where Discord closes it as soon as it is there', async t => {
    const { url, counts } = await openGateway(t, webSocket => {
      hello(webSocket)
      webSocket.once('message', () => {
        ready(webSocket, url)
        webSocket.close(4000)
      })
    })
    const adapter = await start(t, { gateway: at(url) })
    await passTime(adapter, 600_000)
    assert.ok(counts.opened > 10 && counts.opened <= 75, `${counts.opened} connections in ten minutes`)
    assert.ok(counts.identified <= 2, `${counts.identified} identifies`)
  })

  it('leaves an interaction that comes twice, by one connection or by two', async t => {
    const adapter = await connect(t)
    const { discord } = adapter
    const { payload, result } = await ask(adapter)
    assert.equal(result, 'answered')
    discord.gateway.dispatch('INTERACTION_CREATE', payload)
    await discord.until(() => complaints(adapter).length === 1)
    discord.gateway.askReconnect()
    await isDown(adapter)
    discord.gateway.dispatch('INTERACTION_CREATE', payload)
    await comeBack(adapter)
    await discord.until(() => complaints(adapter).length === 2)
    assert.equal(discord.calls.filter(({ name }) => name === 'callback').length, 1)
    await expectAnswers(adapter)
    assert.deepEqual(discord.violations, [])
  })

  it('is one of two in a process, which resume each its own session', async t => {
    const pair = [await connect(t), await connect(t)]
    for (const { discord } of pair) discord.gateway.cut()
    for (const adapter of pair) await isDown(adapter)
    for (const adapter of pair) {
      await comeBack(adapter)
      await expectAnswers(adapter)
      assert.equal(adapter.discord.gateway.resumes, 1)
      assert.equal(adapter.discord.gateway.identifies, 1)
      assert.deepEqual(adapter.discord.violations, [])
    }
  })

  it('is made, and the commands are registered, when Discord comes, where it can’t be reached at the start', async t => {
    const adapter = await open(t)
    const { discord, platform, clock, lines } = adapter
    await discord.outage()
    await platform.start()
    assert.match(lines[0] ?? '', /^Discord does not answer yet: .*ECONNREFUSED.*\.$/)
    await discord.until(() => /ECONNREFUSED/.test(platform.health().note))
    assert.equal(platform.health().isUp, false)
    await passTime(adapter, 5000)
    await discord.recover()
    await comeBack(adapter)
    clock.push(REGISTER_AGAIN_MS)
    await expectAnswers(adapter)
    assert.deepEqual(discord.violations, [])
  })

  for (const [what, token, spoil] of [
    ['wrong', 'bm9ib2R5LWtub3dz.dGhp.c190b2tlbg', () => undefined],
    ['revoked', undefined, (discord: FakeDiscord) => discord.revokeToken()],
  ] as const)
    it(`is not made with a token that is ${what}: the start says which setting to mend`, async t => {
      const adapter = await open(t, token === undefined ? {} : { token })
      const { discord, platform, lines } = adapter
      spoil(discord)
      await assert.rejects(platform.start(), error => {
        assert.ok(error instanceof PlatformError)
        assert.match(error.message, /DISCORD_TOKEN.*your application, Bot, Reset Token/)
        assert.ok(!`${error.message}${error.stack}${lines}`.includes(token ?? discord.token))
        return true
      })
      assert.equal(discord.gateway.connections, 0)
      assert.deepEqual(asks(adapter), [])
      assert.equal(platform.health().isUp, false)
    })
})

/** Frames that no Discord sends, or that it sends at another time. */
const ODD_FRAMES: [what: string, frames: (string | Buffer)[]][] = [
  ['no JSON', ['', '{', 'hello', '{"op":0,"t":"INTERACTION_CREATE"']],
  ['JSON that is no object', ['null', '5', '"text"', '[]', 'true', '[{"op":10}]']],
  ['no opcode', ['{}', '{"op":null}', '{"op":"10"}', '{"op":[]}']],
  ['unknown opcodes', ['{"op":-1}', '{"op":99,"d":{}}', '{"op":1e308}', '{"op":2}', '{"op":6}', '{"op":3}']],
  ['bytes', [Buffer.from('hello'), Buffer.from('{"op":7}'), Buffer.alloc(0), Buffer.alloc(70_000, 0xff)]],
  ['an empty READY', ['{"op":0,"t":"READY","s":1,"d":null}']],
  ['a second READY', ['{"op":0,"t":"READY","s":1,"d":{}}']],
  ['a READY without a sequence', ['{"op":0,"t":"READY","d":{"session_id":{},"resume_gateway_url":[]}}']],
  ['an empty end of the session', ['{"op":9}']],
  ['an end of the session that is null', ['{"op":9,"d":null}']],
  ['an end of the session that is no truth', ['{"op":9,"d":{"toString":1}}']],
  ['an empty greeting', ['{"op":10}']],
  ['a second greeting', ['{"op":10,"d":{"heartbeat_interval":50}}']],
  ['a greeting without an interval', ['{"op":10,"d":{}}']],
  ['a greeting with an endless interval', ['{"op":10,"d":{"heartbeat_interval":1e300}}']],
  ['RESUMED out of place', ['{"op":0,"t":"RESUMED","s":1}']],
  ['events without a name or a sequence', ['{"op":0}', '{"op":0,"d":{}}', '{"op":0,"t":null,"s":null,"d":null}']],
  ['a name that is no text', ['{"op":0,"t":{"toString":null,"valueOf":null},"s":1,"d":{}}']],
  ['unknown events', ['{"op":0,"t":"NEW","s":2,"d":[]}', '{"op":0,"t":"__proto__","s":2,"d":{}}']],
  ['a sequence that is no number', ['{"op":0,"t":"A","s":"9","d":{}}', '{"op":0,"t":"A","s":{},"d":{}}']],
  ['a sequence far away', ['{"op":0,"t":"A","s":1e15,"d":{}}']],
  [
    'interactions that are none',
    [null, 5, [], {}, { type: 2 }, { type: 1 }, { type: 2, id: 1, token: 2 }, { type: 99, id: '1', token: 't' }].map(
      d => JSON.stringify({ op: 0, t: 'INTERACTION_CREATE', s: 3, d }),
    ),
  ],
  ['a huge event', [JSON.stringify({ op: 0, t: 'GUILD_CREATE', s: 3, d: 'x'.repeat(4_000_000) })]],
  ['acknowledgements of nothing', ['{"op":11}', '{"op":11,"d":5}', '{"op":11}']],
]

const tell = ({ discord }: DiscordAdapter, frames: (string | Buffer)[]) => {
  for (const frame of frames) discord.gateway.sendRaw(frame)
}

describe('a frame of Discord that can’t be read', TOGETHER, () => {
  for (const [what, frames] of ODD_FRAMES)
    it(`does no harm: ${what}`, async t => {
      const adapter = await connect(t)
      tell(adapter, frames)
      await expectAnswersAtLast(adapter)
    })

  it('does no harm, whatever it is', async t => {
    const value = fc.oneof(fc.jsonValue(), fc.constantFrom(null, true, false, 0, -1, 41_250, ''))
    const shaped = fc
      .record(
        {
          op: fc.oneof(fc.constantFrom(0, 1, 7, 9, 10, 11), fc.integer({ min: -1, max: 20 }), value),
          t: fc.oneof(fc.constantFrom('READY', 'RESUMED', 'INTERACTION_CREATE', 'GUILD_CREATE'), value),
          s: fc.oneof(fc.nat(), value),
          d: fc.oneof(
            value,
            fc.record({ heartbeat_interval: fc.oneof(fc.integer(), value) }),
            fc.record({ session_id: value, resume_gateway_url: value }),
          ),
        },
        { requiredKeys: ['op'] },
      )
      .map(frame => JSON.stringify(frame))
    const bytes = fc.uint8Array({ maxLength: 64 }).map(array => Buffer.from(array))
    const frame = fc.oneof({ weight: 4, arbitrary: shaped }, fc.json(), fc.string(), bytes)
    const many = fc.array(fc.array(frame, { minLength: 1, maxLength: 6 }), { minLength: 16, maxLength: 16 })
    await fc.assert(
      fc.asyncProperty(many, async groups => {
        await Promise.all(
          groups.map(async frames => {
            const adapter = await connect(t)
            tell(adapter, frames)
            await expectAnswersAtLast(adapter)
          }),
        )
      }),
      { numRuns: 1, endOnFailure: true },
    )
  })
})

/** Answers, on this connection or on the next: one that was spoilt may end only now. */
async function expectAnswersAtLast(adapter: DiscordAdapter): Promise<void> {
  await ask(adapter)
  for (let round = 0; round < 4; round++) {
    await comeBack(adapter)
    if ((await ask(adapter)).result === 'answered') return
  }
  assert.fail(`It answers no more: ${adapter.lines.join('\n')}`)
}

describe('the end of the connection to Discord', TOGETHER, () => {
  const states: [state: string, reach: (t: TestContext) => Promise<DiscordAdapter>][] = [
    ['while it is up', connect],
    [
      'while the gateway is asked for',
      async t => {
        const adapter = await open(t)
        adapter.discord.fail('GET gateway', { kind: 'hang', stores: false })
        await adapter.platform.start()
        await adapter.discord.until(() => asks(adapter).length === 1)
        return adapter
      },
    ],
    [
      'while nothing answers at the gateway’s address',
      async t => {
        const { url, sockets } = await openSilence(t)
        const adapter = await start(t, { gateway: at(url) })
        await adapter.discord.until(() => sockets.size === 1)
        return adapter
      },
    ],
    [
      'while a greeting is waited for',
      async t => {
        const { url, counts } = await openGateway(t, () => undefined)
        const adapter = await start(t, { gateway: at(url) })
        await adapter.discord.until(() => counts.opened === 1)
        return adapter
      },
    ],
    [
      'while the session is waited for',
      async t => {
        const { url, counts } = await openGateway(t, hello)
        const adapter = await start(t, { gateway: at(url) })
        await adapter.discord.until(() => counts.identified === 1)
        return adapter
      },
    ],
    [
      'while a second identify is held back',
      async t => {
        const adapter = await connect(t)
        const { discord, clock } = adapter
        discord.gateway.invalidate(false)
        await isDown(adapter)
        await discord.until(() => isWaiting(adapter) && discord.gateway.connections === 0)
        clock.push(lastWait(adapter))
        await discord.until(() => discord.gateway.connections === 1)
        return adapter
      },
    ],
    [
      'while the next try is waited for',
      async t => {
        const adapter = await open(t)
        adapter.discord.fail('GET gateway', { kind: 'status', status: 503 }, 100)
        await adapter.platform.start()
        await hasComplained(adapter)
        await adapter.discord.until(() => isWaiting(adapter))
        return adapter
      },
    ],
    [
      'while it is deaf',
      async t => {
        const adapter = await connect(t)
        adapter.discord.gateway.zombie()
        return adapter
      },
    ],
    [
      'while it is dead',
      async t => {
        const adapter = await connect(t)
        adapter.discord.gateway.freeze()
        return adapter
      },
    ],
    ['before the start', open],
  ]
  for (const [state, reach] of states)
    it(`comes within 5 s ${state}, a second time does no harm, and nothing begins again`, async t => {
      const adapter = await reach(t)
      const { discord, platform, clock } = adapter
      const { length } = complaints(adapter)
      const begun = performance.now()
      await Promise.all([platform.stop(), platform.stop()])
      await platform.stop()
      const tookMs = performance.now() - begun
      assert.ok(tookMs < MOST_STOP_MS, `It took ${Math.round(tookMs)} ms.`)
      assert.equal(platform.health().isUp, false)
      if (state !== 'while it is dead') await discord.until(() => discord.gateway.connections === 0)
      const calls = discord.calls.length
      for (let hour = 0; hour < 3; hour++) clock.push(HOUR_MS)
      if (state === 'before the start') await platform.start()
      clock.push(HOUR_MS)
      assert.ok(discord.calls.slice(calls).every(({ name }) => name === 'GET me'))
      assert.ok(discord.gateway.connections <= (state === 'while it is dead' ? 1 : 0))
      assert.deepEqual(complaints(adapter).slice(length), [], 'An end that was asked for is no trouble.')
    })

  it('comes during the start’s first call, and nothing begins after it', async t => {
    const adapter = await open(t)
    const { discord, platform } = adapter
    discord.fail('GET me', { kind: 'slow', ms: 400 })
    const starting = platform.start()
    await discord.until(() => discord.calls.length === 1)
    await platform.stop()
    await starting
    assert.deepEqual(
      discord.calls.map(({ name }) => name),
      ['GET me'],
    )
    assert.equal(discord.gateway.connections, 0)
  })
})

describe('a process with a connection to Discord', { concurrency: 4 }, () => {
  const lives: [
    state: string,
    reach: (discord: FakeDiscord) => Promise<unknown>,
    prepare?: (d: FakeDiscord) => void,
  ][] = [
    ['while it is up', discord => discord.gateway.whenReady(1)],
    [
      'while the gateway’s address is not told',
      discord => discord.until(() => discord.calls.some(({ name }) => name === 'GET gateway')),
      discord => discord.fail('GET gateway', { kind: 'hang', stores: false }),
    ],
    [
      'while the commands are compared',
      async discord => {
        await discord.gateway.whenReady(1)
        await discord.until(() => discord.calls.some(({ name }) => name === 'GET guilds'))
      },
      discord => discord.fail('GET guilds', { kind: 'hang', stores: false }),
    ],
    [
      'while a second identify is held back',
      async discord => {
        await discord.gateway.whenReady(1)
        discord.gateway.invalidate(false)
        await discord.until(() => discord.gateway.connections === 0)
        await discord.until(() => discord.gateway.connections === 1)
      },
    ],
    ['while it is dead', discord => discord.gateway.whenReady(1).then(() => discord.gateway.freeze())],
    [
      'while an older one is dead',
      async discord => {
        await discord.gateway.whenReady(1)
        discord.gateway.refuseResume()
        discord.gateway.freeze()
        await discord.gateway.whenReady(1, THROTTLED_MS)
      },
    ],
    [
      'after Discord greeted twice',
      async discord => {
        await discord.gateway.whenReady(1)
        discord.gateway.sendRaw('{"op":10,"d":{"heartbeat_interval":20}}')
        await discord.until(() => discord.gateway.heartbeats > 3 || discord.gateway.connections === 0)
      },
    ],
  ]
  for (const [state, reach, prepare] of lives)
    it(`ends within 5 s of a stop ${state}`, async t => {
      const discord = await createFakeDiscord({
        identifyIntervalMs: 0,
        ...(state.includes('older') && { heartbeatIntervalMs: 300, heartbeatToleranceMs: 60_000 }),
      })
      closeLater(t, discord.close)
      prepare?.(discord)
      const child = startChild(t, discord)
      await once(child, 'message')
      await reach(discord)
      const begun = performance.now()
      child.send('stop')
      const [code] = await once(child, 'exit', { signal: AbortSignal.timeout(3 * MOST_STOP_MS) })
      const tookMs = performance.now() - begun
      assert.equal(code, 0)
      assert.ok(tookMs < MOST_STOP_MS, `The process ended after ${Math.round(tookMs)} ms.`)
    })
})

const CHILD = fileURLToPath(new URL('../../fakes/discord-child.ts', import.meta.url))

function startChild(t: TestContext, { apiUrl, token, applicationId }: FakeDiscord): ChildProcess {
  const child = fork(CHILD, [apiUrl, token, applicationId], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  closeLater(t, () => child.kill('SIGKILL'))
  return child
}
