import assert from 'node:assert/strict'
import { rmSync } from 'node:fs'
import { after, before, describe, it, type TestContext } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import {
  DESTINATIONS,
  DISCORD_CHANNEL,
  GUILD,
  isOver,
  type Life,
  NOTICES_CHANNEL,
  openStage,
  type Prepared,
  passUntilOver,
  prepare,
  rowsOf,
  SLACK_CHANNEL,
  type Stage,
  shipOf,
} from '../fakes/kill/stage.ts'
import { messagesOf, verdictOf } from '../fakes/kill/verdict.ts'

/** How many tests that mostly wait for a process run at the same time. */
const AT_ONCE = { concurrency: 2 }

const [SLACK = '', DISCORD = ''] = DESTINATIONS

const MINUTE_MS = 60_000
const HOUR_MS = 3_600_000

describe('A digest in trouble', AT_ONCE, () => {
  let short: Prepared
  let long: Prepared
  before(async () => {
    short = await prepare({ briefs: 3, points: 3 })
    long = await prepare({ briefs: 20, points: 6 })
  })
  after(() => {
    for (const { folder } of [short, long]) rmSync(folder, { recursive: true, force: true })
  })

  async function open(t: TestContext, prepared: Prepared, afterSlotMs?: number): Promise<Stage> {
    const stage = await openStage(prepared, undefined, afterSlotMs)
    t.after(stage.close)
    return stage
  }

  for (const [what, fault] of [
    ['stored and its connection cut', { kind: 'cut', when: 'after' }],
    ['stored and answered with 500', { kind: 'status', status: 500, when: 'after' }],
  ] as const) {
    it(`is there once when it is ${what}: Discord knows a repeated post, on Slack it is looked for`, async t => {
      const stage = await open(t, short)
      stage.slack.fail('chat.postMessage', fault)
      stage.discord.fail('POST messages', fault)
      await begin(stage)
      assert.ok((await passUntilOver(stage)) >= 120)
      assert.deepEqual(statesOf(stage), { [SLACK]: ['sent'], [DISCORD]: ['sent'], playground: ['sent'] })
      assert.equal(callsOf(stage, 'chat.postMessage'), 1)
      assert.equal(stage.discord.calls.filter(({ name }) => name === 'POST messages').length, 2)
      assert.deepEqual(verdictOf(stage), [])
    })
  }

  it('goes on in order after a 429 in the middle of five parts', async t => {
    const stage = await open(t, long)
    const pass = { kind: 'slow', ms: 0 } as const
    stage.discord.fail('POST messages', pass, 2)
    stage.discord.fail('POST messages', { kind: 'rateLimited', retryAfterS: 20 })
    await begin(stage)
    assert.equal(stage.discord.messages(DISCORD_CHANNEL).length, 2)
    assert.ok((await passUntilOver(stage)) >= 20)
    const ids = rowsOf(stage).deliveries.filter(({ destination }) => destination === DISCORD)
    assert.equal(ids.length, 5)
    assert.deepEqual(
      messagesOf(stage).flatMap(({ destination, deliveries }) => (destination === DISCORD ? deliveries : [])),
      ids.toSorted((a, b) => a.part - b.part).map(({ id }) => id),
    )
    assert.deepEqual(verdictOf(stage), [])
  })

  it('harms no other destination when a channel is deleted, and says which', async t => {
    const stage = await open(t, short)
    stage.slack.removeChannel(SLACK_CHANNEL)
    stage.discord.removeChannel(DISCORD_CHANNEL)
    await begin(stage)
    await passUntilOver(stage)
    assert.deepEqual(statesOf(stage), { [SLACK]: ['pending'], [DISCORD]: ['pending'], playground: ['sent'] })
    assertNoticed(stage, /Nothing more is posted to slack.*channel_not_found.*deliveries resume slack/s)
    assertNoticed(stage, /Nothing more is posted to discord.*10003.*deliveries resume discord/s)
    assert.deepEqual(verdictOf(stage, { destinations: ['playground'] }), [])
  })

  it('says how to let Readout in again when it was removed', async t => {
    const stage = await open(t, short)
    Object.assign(stage.slack.channel(SLACK_CHANNEL) ?? {}, { isMember: false })
    stage.discord.removeBot(GUILD)
    await begin(stage)
    await passUntilOver(stage)
    assert.deepEqual(statesOf(stage), { [SLACK]: ['pending'], [DISCORD]: ['pending'], playground: ['sent'] })
    assertNoticed(stage, /not_in_channel.*\/invite/s)
    assertNoticed(stage, /50001.*discord-invite/s)
  })

  it('says in the log what the token needs where it was revoked, and is posted after a start with one that works', async t => {
    const stage = await open(t, short)
    stage.slack.account.botTokenState = 'token_revoked'
    const life = await begin(stage)
    await passUntilOver(stage)
    assert.deepEqual(statesOf(stage), { [SLACK]: ['pending'], [DISCORD]: ['sent'], playground: ['sent'] })
    assert.match(stage.said(), /Nothing more is posted to slack\..*token_revoked.*Install/)
    await life.end()
    const again = await begin(stage)
    await passUntilOver(stage)
    assert.deepEqual(statesOf(stage)[SLACK], ['pending'], 'the token is still refused')
    await again.end()
    stage.slack.account.botTokenState = 'valid'
    await begin(stage)
    await passUntilOver(stage)
    assert.deepEqual(statesOf(stage)[SLACK], ['sent'])
    // The notices’ channel was cut off too: what is over is not told there.
    assert.deepEqual(stage.slack.messages(NOTICES_CHANNEL), [])
    assert.deepEqual(verdictOf(stage), [])
  })

  it('says in the notices’ channel what Discord’s token needs where it was reset', async t => {
    const stage = await open(t, short)
    stage.discord.revokeToken()
    await begin(stage)
    await passUntilOver(stage)
    assert.deepEqual(statesOf(stage), { [SLACK]: ['sent'], [DISCORD]: ['pending'], playground: ['sent'] })
    assertNoticed(stage, /Nothing more is posted to discord\..*401.*DISCORD_TOKEN.*deliveries resume discord/s)
  })

  it('is uncertain where the history can’t be read, and says how to end that', async t => {
    const stage = await open(t, short)
    stage.discord.deny(DISCORD_CHANNEL, 'ReadMessageHistory')
    stage.slack.fail('chat.postMessage', { kind: 'cut', when: 'after' })
    stage.discord.fail('POST messages', { kind: 'cut', when: 'after' })
    stage.slack.fail('conversations.history', { kind: 'error', error: 'missing_scope' })
    const life = await begin(stage)
    await life.kill()
    // By then Discord's server is not asked to decide any more.
    await stage.pass(2 * MINUTE_MS)
    await begin(stage)
    await passUntilOver(stage)
    assert.deepEqual(statesOf(stage), { [SLACK]: ['uncertain'], [DISCORD]: ['uncertain'], playground: ['sent'] })
    for (const { id } of rowsOf(stage).deliveries.filter(({ state }) => state === 'uncertain'))
      assertNoticed(stage, new RegExp(`deliveries resolve ${id} sent`))
    assert.deepEqual(verdictOf(stage), [])
  })

  it('waits for a full disk, and is posted when there is room', async t => {
    const stage = await open(t, long, -30_000)
    const life = await begin(stage)
    await life.ask('fill')
    await stage.pass(30_000)
    for (let minute = 0; minute < 10; minute++) await stage.pass(MINUTE_MS)
    assert.deepEqual(messagesOf(stage), [])
    assert.equal(stage.said().match(/Digests wait: .*full/g)?.length, 1, stage.said())
    await life.ask('free')
    for (let minute = 0; minute < 2; minute++) await stage.pass(MINUTE_MS)
    await passUntilOver(stage)
    assert.deepEqual(verdictOf(stage), [])
  })

  it('waits for a database that another process has locked', async t => {
    const stage = await open(t, short, -5000)
    const life = await begin(stage)
    const unlock = stage.lock()
    const passing = stage.pass(7000)
    while (life.isAlive() && !/Digests wait: .*locked/.test(life.said())) await delay(20)
    unlock()
    await passing
    assert.ok(life.isAlive(), life.said())
    for (let minute = 0; minute < 2; minute++) await stage.pass(MINUTE_MS)
    await passUntilOver(stage)
    assert.deepEqual(verdictOf(stage), [])
  })

  it('is not posted again when the clock steps back an hour; what was in doubt is found when that hour is over', async t => {
    const stage = await open(t, short)
    stage.slack.fail('chat.postMessage', { kind: 'cut', when: 'after' })
    await begin(stage)
    assert.deepEqual(statesOf(stage), { [SLACK]: ['checking'], [DISCORD]: ['sent'], playground: ['sent'] })
    await stage.set(-HOUR_MS)
    // Eight o'clock comes once more.
    for (let minute = 0; minute < 70; minute++) await stage.pass(MINUTE_MS)
    await passUntilOver(stage)
    assert.deepEqual(statesOf(stage), { [SLACK]: ['sent'], [DISCORD]: ['sent'], playground: ['sent'] })
    assert.deepEqual(verdictOf(stage), [])
  })

  it('that was slept through for a day is recorded and told, and the next one is posted once', async t => {
    const stage = await open(t, short, -30_000)
    await begin(stage)
    await stage.sleep(24 * HOUR_MS - 5 * MINUTE_MS)
    for (let minute = 0; minute < 3; minute++) await stage.pass(MINUTE_MS)
    assert.deepEqual(slotsOf(stage), [`${stage.slot} missed`])
    assert.deepEqual(statesOf(stage), {})
    assertNoticed(stage, new RegExp(`the slot of ${stage.slot} was missed`))
    for (let minute = 0; minute < 10; minute++) await stage.pass(MINUTE_MS)
    const next = new Date(Date.parse(stage.slot) + 24 * HOUR_MS).toISOString()
    assert.deepEqual(slotsOf(stage), [`${stage.slot} missed`, `${next} posted`])
    assert.deepEqual(statesOf(stage), { [SLACK]: ['sent'], [DISCORD]: ['sent'], playground: ['sent'] })
    assert.equal(stage.slack.messages(SLACK_CHANNEL).length, 1)
    assert.equal(stage.discord.messages(DISCORD_CHANNEL).length, 1)
  })

  it('that waits does not tell of a brief that was withdrawn meanwhile', async t => {
    const stage = await open(t, short)
    stage.slack.fail('chat.postMessage', { kind: 'rateLimited', retryAfterS: 300 })
    const life = await begin(stage)
    assert.deepEqual(statesOf(stage), { [SLACK]: ['pending'], [DISCORD]: ['sent'], playground: ['sent'] })
    // The warning in the log says that the file was read.
    stage.write({ 'briefs/port/ship-2.md': shipOf(2, 3, ['status: withdrawn', 'related: [nowhere]']) })
    while (life.isAlive() && !/ship-2\.md/.test(life.said())) {
      await delay(20)
      await stage.pass(100)
    }
    assert.ok(life.isAlive(), life.said())
    for (let minute = 0; minute < 6; minute++) await stage.pass(MINUTE_MS)
    assert.deepEqual(statesOf(stage)[SLACK], ['cancelled', 'sent'])
    const [only, ...more] = stage.slack.messages(SLACK_CHANNEL)
    assert.deepEqual(more, [])
    assert.match(only?.text ?? '', /Ship 001/)
    assert.doesNotMatch(only?.text ?? '', /Ship 002/)
    assert.match(JSON.stringify(stage.discord.messages(DISCORD_CHANNEL)), /Ship 002/)
  })
})

/** Starts the program, and waits until it has done what can be done at once. */
async function begin(stage: Stage): Promise<Life> {
  const life = stage.start()
  await life.started
  await stage.pass(0)
  await stage.pass(0)
  assert.ok(life.isAlive(), life.said())
  return life
}

/** What became of the digest's deliveries, by destination. */
const statesOf = (stage: Stage): Record<string, string[]> => {
  const states: Record<string, string[]> = {}
  for (const { digest, destination, state } of rowsOf(stage).deliveries)
    if (digest !== 'notice') states[destination] = [...(states[destination] ?? []), state]
  return states
}

const slotsOf = (stage: Stage): string[] => rowsOf(stage).slots.map(({ slot, state }) => `${slot} ${state}`)

const callsOf = ({ slack }: Stage, name: string): number => slack.calls.filter(({ method }) => method === name).length

function assertNoticed(stage: Stage, words: RegExp): void {
  assert.ok(isOver(rowsOf(stage)))
  const notices = stage.slack.messages(NOTICES_CHANNEL).map(({ text }) => text)
  assert.equal(notices.filter(text => words.test(text)).length, 1, `${words} stands once in:\n${notices.join('\n')}`)
}
