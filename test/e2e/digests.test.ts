import assert from 'node:assert/strict'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, it, type TestContext } from 'node:test'
import { newDelivery } from '../../src/store/new-delivery.ts'
import { openDatabase } from '../../src/store/open.ts'
import { createStore, type Store } from '../../src/store/store.ts'
import type { DeliveryTable } from '../../src/store/tables.ts'
import { writeFiles } from '../fakes/collection.ts'
import { CARD, partsTo } from '../fakes/digests.ts'
import { createFakeDiscord, type FakeDiscord } from '../fakes/discord/fake-discord.ts'
import { type Ended, writeShippedProject } from '../fakes/playground.ts'
import { closeLater, type Environment, readout, removeLater, STACK, socketMode, startSlack } from '../fakes/process.ts'
import { eventually, type Running, runToEnd, startReadout } from '../fakes/readout.ts'
import type { FakeSlack } from '../fakes/slack/fake-slack.ts'

/** How many tests that mostly wait for a process run at the same time. */
const AT_ONCE = { concurrency: 3 }

const HOUR_MS = 3_600_000

/** An operator's folder whose digests go to a fake Slack, a fake Discord and the playground. */
type Place = {
  slack: FakeSlack
  discord: FakeDiscord
  environment: Environment
  folder: string
  /** Where digests go on Slack and on Discord, and a channel on Discord where operators are told of trouble. */
  onSlack: string
  onDiscord: string
  operators: string
  messages: (destination: string) => { text: string }[]
}

async function openPlace(t: TestContext): Promise<Place> {
  const slack = await startSlack(t)
  const discord = await createFakeDiscord({ identifyIntervalMs: 0 })
  closeLater(t, discord.close)
  const guild = discord.addGuild().id
  const addChannel = () => `discord:${guild}/${discord.addChannel({ guildId: guild }).id}`
  const channelOf = (destination: string) => destination.slice(destination.indexOf('/') + 1)
  return {
    slack,
    discord,
    environment: {
      ...socketMode(slack),
      DISCORD_API_URL: discord.apiUrl,
      DISCORD_TOKEN: discord.token,
      DISCORD_APPLICATION_ID: discord.applicationId,
    },
    folder: removeLater(t, writeShippedProject()),
    onSlack: 'slack:T0FAKE0001/C1',
    onDiscord: addChannel(),
    operators: addChannel(),
    messages: destination =>
      (destination.startsWith('slack')
        ? slack.messages(channelOf(destination))
        : discord.messages(channelOf(destination))
      ).map(message => ({ text: JSON.stringify(message) })),
  }
}

/** A schedule whose latest slot was a while ago, and whose next is nearly a day away. */
function aWhileAgo(now = new Date()): { cron: string; slot: string } {
  const at = new Date(Math.floor((now.getTime() - 10 * 60_000) / 60_000) * 60_000)
  return { cron: `${at.getUTCMinutes()} ${at.getUTCHours()} * * *`, slot: at.toISOString() }
}

const configOf = (digests: Record<string, string[]>, cron: string, more = ''): string =>
  [
    'digests:',
    ...Object.entries(digests).map(
      ([name, to]) =>
        `  ${name}: { collection: nato, schedule: ${cron}, zone: UTC, to: [${to.map(one => `"${one}"`).join(', ')}], sections: [new, quote] }`,
    ),
    more,
    '',
  ].join('\n')

const configure = (folder: string, config: string): void => writeFiles(folder, { 'config/readout.yaml': config })

const fileOf = (folder: string): string => join(folder, 'data/readout.sqlite')

/** Reads or changes the database as somebody does who looks into the file. */
function query<Row = Record<string, string>>(folder: string, sql: string, ...values: string[]): Row[] {
  const database = new DatabaseSync(fileOf(folder), { timeout: 5000 })
  try {
    return database.prepare(sql).all(...values) as Row[]
  } finally {
    database.close()
  }
}

/** Makes the slots of the last hour undecided again. */
const turnBack = (folder: string): unknown =>
  query(folder, 'update digests set cursor = ?', new Date(Date.now() - HOUR_MS).toISOString())

/** Has the digests of a folder begin. */
async function begin(t: TestContext, { folder, environment }: Pick<Place, 'folder' | 'environment'>): Promise<void> {
  const { code, stderr } = await (await startReadout(t, environment, folder)).stop()
  assert.equal(code, 0, stderr)
}

/** A place where a digest of a slot was just posted everywhere, by a Readout that runs. */
async function post(t: TestContext): Promise<Place & { slot: string; running: Running }> {
  const place = await openPlace(t)
  const { folder, environment, onSlack, onDiscord } = place
  const { cron, slot } = aWhileAgo()
  configure(folder, configOf({ morning: ['playground', onSlack, onDiscord] }, cron))
  await begin(t, place)
  writeFiles(folder, { 'briefs/nato/harbour.md': BRIEF })
  turnBack(folder)
  const running = await startReadout(t, environment, folder)
  await eventually(() => query(folder, "select id from deliveries where state = 'sent'").length === 3)
  return { ...place, slot, running }
}

/** Deliveries in a database of its own, of which no Readout knows. */
async function writeRows(folder: string, rows: DeliveryTable[], and?: (store: Store) => Promise<unknown>) {
  mkdirSync(join(folder, 'data'), { recursive: true })
  const store = createStore(await openDatabase(fileOf(folder)))
  await store.claimSlot({
    digest: 'config:morning',
    slot: SLOT,
    decided: SLOT,
    destinations: [],
    missed: [],
    compose: () => ({ state: 'posted', note: '', deliveries: rows, carries: [] }),
  })
  await and?.(store)
  await store.close()
}

const SLOT = '2026-11-22T07:00:00.000Z'

const deliver = (state: DeliveryTable['state'], to: string, more: Partial<DeliveryTable> = {}): DeliveryTable => ({
  ...(partsTo(to, 1, new Date(SLOT), { digest: 'config:morning', slot: SLOT })[0] as DeliveryTable),
  state,
  ...more,
})

/** Runs a command of which it is expected how it ends. */
async function run(folder: string, code: number, ...args: string[]): Promise<Ended> {
  const ended = await readout(args, {}, folder)
  assert.equal(ended.code, code, ended.stdout + ended.stderr)
  assert.doesNotMatch(ended.stderr, STACK)
  return ended
}

const project = (t: TestContext, config?: string): string => {
  const folder = removeLater(t, writeShippedProject())
  configure(folder, config ?? configOf({ morning: ['playground'], evening: ['slack:T1/C1'] }, '0 8 * * *'))
  return folder
}

describe('digests', AT_ONCE, () => {
  it('arrive on every platform, once for each slot, through starts and clocks that go back', async t => {
    const { folder, environment, messages, onSlack, onDiscord, running, slot, ...place } = await post(t)
    const page = await (await fetch(`${running.address}/posts`)).text()
    assert.match(page, /Harbour meeting/)
    await running.stop()
    turnBack(folder)
    const again = await startReadout(t, environment, folder)
    await eventually(() => query(folder, 'select id from digests where cursor >= ?', slot).length === 1)
    const { code, stderr } = await again.stop()
    assert.equal(code, 0, stderr)
    assert.equal(query(folder, 'select * from posts').length, 1)
    for (const destination of [onSlack, onDiscord]) {
      assert.equal(messages(destination).length, 1)
      for (const words of [/comes late/, /Harbour meeting/, /Quote of the day/])
        assert.match(messages(destination)[0]?.text ?? '', words)
    }
    assert.deepEqual([place.slack.violations, place.discord.violations], [[], []])
  })

  it('are held where a channel refuses them; operators are told once, and the rest is posted', async t => {
    const place = await openPlace(t)
    const { slack, folder, environment, onSlack, onDiscord, operators, messages } = place
    const channel = slack.channel('C1')
    assert.ok(channel)
    channel.isArchived = true
    configure(
      folder,
      configOf({ one: [onSlack, onDiscord], two: [onSlack] }, aWhileAgo().cron, `notices: "${operators}"`),
    )
    await begin(t, place)
    turnBack(folder)
    await startReadout(t, environment, folder)
    await eventually(() => messages(operators).length > 0 && messages(onDiscord).length > 0)
    assert.match(messages(operators)[0]?.text ?? '', /Nothing more is posted to slack\\*:T0FAKE0001\/C1.*archived/s)

    const { stdout } = await run(folder, 0, 'deliveries')
    assert.match(stdout, /^Held:\nslack:T0FAKE0001\/C1: nothing is posted since .*archived.*deliveries resume slack:T0/)
    assert.deepEqual(query(folder, "select id from deliveries where state = 'failed'"), [], 'all of them wait')
    const doctor = await readout(['doctor'], environment, folder)
    assert.equal(doctor.code, 1)
    assert.match(doctor.stdout, /^✗ slack:T0FAKE0001\/C1: #news is archived/m)
    assert.match(doctor.stdout, /^✓ Database: .*; a Readout runs on it\.$/m)
    assert.match(doctor.stdout, /^✗ slack:T0FAKE0001\/C1: nothing is posted since/m)

    channel.isArchived = false
    await run(folder, 0, 'deliveries', 'resume', onSlack)
    await eventually(() => messages(onSlack).length === 2, 40_000)
    assert.equal(messages(operators).length, 1)
    assert.equal(messages(onDiscord).length, 1)
  })

  it('follow their settings while Readout runs, and stay as they were while the file is broken', async t => {
    const folder = project(t, configOf({ morning: ['playground'] }, '0 8 * * *'))
    const { address, said, stop } = await startReadout(t, {}, folder)
    const list = async () => (await fetch(`${address}/?q=${encodeURIComponent('/readout digests')}`)).text()
    assert.doesNotMatch(await list(), /evening/)
    configure(folder, configOf({ morning: ['playground'], evening: ['playground'] }, '0 8 * * *'))
    await eventually(() => /settings were read again\.\n/.test(said.stdout))
    assert.match(await list(), /evening/)
    configure(folder, configOf({ morning: ['playground'] }, '0 8 31 2 *'))
    await eventually(() => /The settings stay as they were/.test(said.stderr))
    assert.match(said.stderr, /config\/readout\.yaml:2:\d+: Expected .*schedule to be .*got "0 8 31 2 \*"/)
    assert.match(await list(), /evening/)
    assert.doesNotMatch(await list(), /paused/)
    configure(folder, configOf({ morning: ['playground'] }, '0 8 * * *', 'paused: true'))
    await eventually(() => /nothing is posted \(paused: true\)/.test(said.stdout))
    assert.match(await list(), /paused/)
    assert.equal((await stop()).code, 0)
  })

  it('begin as soon as they are saved, and are told of when their collection goes away', async t => {
    const folder = project(t, configOf({ morning: ['playground'] }, '0 8 * * *'))
    const { said } = await startReadout(t, {}, folder)
    const digests = () => query(folder, 'select id from digests').length
    await eventually(() => digests() === 1)
    configure(folder, configOf({ morning: ['playground'], evening: ['playground'] }, '0 8 * * *'))
    await eventually(() => digests() === 2)
    rmSync(join(folder, 'briefs/nato'), { recursive: true })
    await eventually(() => /^config\/readout\.yaml:3:\d+: There is no collection "nato"\./m.test(said.stderr))
    assert.equal(said.stderr.match(/There is no collection/g)?.length, 2)
    configure(folder, configOf({ morning: ['playground'], evening: ['playground'] }, '0 9 * * *'))
    const told =
      /There is no collection "nato" in the library\. It is needed for: morning, evening\. Bring its folder back/
    await eventually(() => told.test(said.stderr))
    const doctor = await run(folder, 1, 'doctor')
    assert.match(
      doctor.stdout,
      /^✗ \S+: There is no collection "nato" in the library\. It is needed for: morning, eve/m,
    )
  })

  it('are passed over while everything is paused', async t => {
    const folder = project(t)
    const { cron, slot } = aWhileAgo()
    configure(folder, configOf({ morning: ['playground'] }, cron, 'paused: true'))
    await begin(t, { folder, environment: {} })
    turnBack(folder)
    const running = await startReadout(t, {}, folder)
    await eventually(() => query(folder, 'select id from digests where cursor > ?', slot).length === 1)
    await running.stop()
    assert.deepEqual(query(folder, 'select * from slots'), [])
    assert.match((await run(folder, 0, 'next')).stdout, /^Nothing is posted anywhere: paused is true.*\n.*paused: not/)
    assert.match((await run(folder, 1, 'doctor')).stdout, /^✗ Nothing is posted anywhere: paused is true/m)
  })

  it('are told of where nobody was there for their slot', async t => {
    const folder = project(t)
    const at = new Date(Date.now() - 3 * HOUR_MS)
    const cron = `${at.getUTCMinutes()} ${at.getUTCHours()} * * *`
    configure(folder, configOf({ morning: ['playground'] }, cron, 'notices: playground'))
    await begin(t, { folder, environment: {} })
    query(folder, 'update digests set cursor = ?', new Date(at.getTime() - HOUR_MS).toISOString())
    const running = await startReadout(t, {}, folder)
    await eventually(() => query(folder, 'select * from posts').length === 1)
    await running.stop()
    const { stdout } = await run(folder, 0, 'deliveries', '--state', 'missed')
    assert.match(stdout, /^Slots without a post, the newest first:\nmissed {2}config:morning, .*not running then\.\n$/)
    assert.match((await run(folder, 1, 'doctor')).stdout, /^✗ .*morning: the slot of .* was missed/m)
  })

  it('are not sent by two processes on the same file', async t => {
    const folder = project(t)
    await startReadout(t, {}, folder)
    const { code, stderr } = await runToEnd([], {}, folder)
    assert.equal(code, 2)
    assert.match(stderr, /^Another Readout already runs on \S+readout\.sqlite\. Stop it, or set another database\.\n$/)
  })
})

describe('npm start -- --dry-run', AT_ONCE, () => {
  it('prints each digest for each of its channels, posts nothing and changes nothing', async t => {
    const { folder, environment, slack, discord, onSlack, onDiscord, running, messages } = await post(t)
    await running.stop()
    turnBack(folder)
    const rows = () =>
      ['digests', 'slots', 'deliveries', 'seen', 'posts'].map(table => query(folder, `select * from ${table}`))
    const before = rows()
    const calls = () => slack.calls.length + discord.calls.length
    const known = calls()
    const { code, stdout, stderr } = await runToEnd(['--dry-run'], environment, folder)
    assert.deepEqual([code, stderr], [0, ''])
    for (const destination of ['playground', onSlack, onDiscord])
      assert.ok(stdout.includes(`── morning → ${destination} (config:morning)\n\nmorning, `), stdout)
    assert.equal(stdout.match(/Quote of the day/g)?.length, 3)
    assert.deepEqual(rows(), before)
    assert.equal(calls(), known)
    assert.deepEqual([messages(onSlack).length, messages(onDiscord).length], [1, 1])
  })

  it('makes no database', async t => {
    const folder = project(t)
    const { code, stdout } = await runToEnd(['--dry-run'], {}, folder)
    assert.equal(code, 0)
    assert.match(stdout, /── evening → slack:T1\/C1 \(config:evening\)\nIt begins there when Readout starts/)
    assert.ok(!existsSync(join(folder, 'data')))
  })

  it('runs beside a Readout', async t => {
    const folder = project(t)
    await startReadout(t, {}, folder)
    assert.equal((await runToEnd(['--dry-run'], {}, folder)).code, 0)
  })
})

describe('readout preview', AT_ONCE, () => {
  it('prints the digest that is named, with what is new since it was posted', async t => {
    const folder = project(t)
    await begin(t, { folder, environment: {} })
    writeFiles(folder, { 'briefs/nato/harbour.md': BRIEF })
    const { stdout } = await run(folder, 0, 'preview', 'Morning')
    assert.match(
      stdout,
      /^── morning → playground \(config:morning\)\n\nmorning, .*\n\nNew briefs\n\nHarbour meeting\n/,
    )
    assert.doesNotMatch(stdout, /evening/)
  })

  it('says that a digest would be silent, or is paused', async t => {
    const folder = project(
      t,
      configOf({ morning: ['playground'] }, '0 8 * * *', 'paused: true').replace('new, quote', 'new'),
    )
    const { stdout } = await run(folder, 0, 'preview')
    assert.match(
      stdout,
      /It is paused, and not posted\.\n.*\nPosted now, it would be silent: there is nothing new to tell/,
    )
  })

  it('says why a digest would be silent whatever happens', async t => {
    const lacking = (key: string, value: string) =>
      project(t, configOf({ morning: ['playground'] }, '0 8 * * *').replace('collection: nato', `${key}: ${value}`))
    assert.match(
      (await run(lacking('collection: nato, topics', '[harbours]'), 0, 'preview')).stdout,
      /it would be silent\. No brief of "nato" has the topic "harbours"\. Give it to a brief/,
    )
    assert.match(
      (await run(lacking('collection', 'natto'), 0, 'preview')).stdout,
      /it would be silent\. There is no collection "natto" in the library\./,
    )
  })

  it('names the digest that is most likely meant', async t => {
    const { stderr } = await run(project(t), 2, 'preview', 'evning')
    assert.equal(stderr, 'There is no digest "evning". Did you mean "evening"?\n')
  })
})

describe('readout next', AT_ONCE, () => {
  it('lists the coming runs, also before the first start', async t => {
    const folder = project(t, configOf({ morning: ['playground'] }, '0 8 28 3 *').replace('UTC', 'Europe/Brussels'))
    const { stdout } = await run(folder, 0, 'next', '--count', '3')
    assert.equal(stdout.trim().split('\n').length, 3)
    assert.match(
      stdout,
      /28 Mar 2027 08:00 Europe\/Brussels \(UTC\+2\) {2}morning → playground; clocks go forward that day/,
    )
    assert.ok(!existsSync(join(folder, 'data')))
  })

  it('lists digests that were made in chat and marks those that are paused', async t => {
    const folder = project(t)
    const digest = {
      id: 'chat:k3J9',
      name: 'members',
      collection: 'nato',
      topics: [],
      sections: ['new'],
      whenEmpty: 'silent',
    }
    const schedule = { cron: '0 9 * * *', zone: 'UTC', missed: { policy: 'latest', withinMs: HOUR_MS } }
    const there = { platform: 'slack', space: 'T1', channel: 'C2' }
    await writeRows(folder, [], async store => {
      const row = { id: 'k3J9', destination: 'slack:T1/C2', state: 'active' as const, created: SLOT, by: 'slack:U1' }
      const text = JSON.stringify({ ...digest, schedule, destinations: [there] })
      const change = { at: SLOT, who: 'slack:U1', destination: 'slack:T1/C2', digest: 'chat:k3J9', what: 'paused' }
      await store.addDraft({ ...row, digest: text }, SLOT)
      await store.pauseDigestBy('chat:k3J9', true, SLOT, change)
    })
    const { stdout } = await run(folder, 0, 'next')
    assert.match(stdout, /09:00 UTC \(UTC\+0\) {2}members → slack:T1\/C2; paused: not posted\n/)
    assert.match(stdout, /08:00 UTC \(UTC\+0\) {2}morning → playground\n/)
  })

  it('says that there are no digests, and takes no count that is none', async t => {
    const folder = project(t, 'briefs: briefs\n')
    assert.match((await run(folder, 0, 'next')).stdout, /^There are no digests: write one into config\/readout\.yaml/)
    for (const count of ['0', 'x', '101'])
      assert.match((await run(folder, 2, 'next', '--count', count)).stderr, /Expected a number from 1 to 100\./)
  })
})

describe('readout deliveries', AT_ONCE, () => {
  it('and the other commands work while a setting has a fault, with what is sound', async t => {
    const folder = project(t, configOf({ morning: ['playground'], evening: ['playground'] }, '"0 9 * * *"'))
    await writeRows(folder, [deliver('sent', 'playground', { message: '7' })])
    writeFiles(folder, {
      'config/readout.yaml': readFileSync(join(folder, 'config/readout.yaml'), 'utf8').replace(
        '"0 9 * * *"',
        '"0 25 * * *"',
      ),
    })
    const fault = /readout\.yaml:\d+:\d+: Expected schedule .*\n.*goes on with its settings from before/
    const listed = await run(folder, 1, 'deliveries')
    assert.match(listed.stdout, /sent, message 7/)
    assert.match(listed.stderr, fault)
    const next = await run(folder, 1, 'next')
    assert.match(next.stdout, /evening → playground/)
    assert.doesNotMatch(next.stdout, /morning/)
    assert.match((await run(folder, 1, 'doctor')).stderr, fault)
    writeFiles(folder, { 'config/readout.yaml': 'databse: elsewhere.sqlite' })
    assert.match((await run(folder, 2, 'deliveries')).stderr, /Unknown key "databse"/)
    writeFiles(folder, { 'config/readout.yaml': 'database: [' })
    assert.match((await run(folder, 2, 'deliveries')).stderr, /readout\.yaml:1:/)
  })

  it('says that there is no database yet, and makes none', async t => {
    const folder = project(t, configOf({ morning: ['playground'] }, '0 8 * * *'))
    const none = /There is no database \S+readout\.sqlite yet, so nothing was ever posted\./
    assert.match((await run(folder, 0, 'deliveries')).stdout, none)
    for (const args of [
      ['resolve', 'x', 'sent'],
      ['resume', 'playground'],
      ['retract', 'morning', SLOT, '--yes'],
    ])
      assert.match((await run(folder, 1, 'deliveries', ...args)).stderr, none)
    assert.match((await run(folder, 0, 'doctor')).stdout, /^✓ Database: .* is not there yet/m)
    assert.ok(!existsSync(join(folder, 'data')))
  })

  it('lists what was sent with its message, what was not with its remedy, and only the states that are asked for', async t => {
    const folder = project(t)
    const [early, late] = ['2026-11-22T07:00:01.000Z', '2026-11-22T07:02:03.000Z']
    const sent = deliver('sent', 'playground', { message: '17', tried: early, last: early, attempts: 1 })
    const uncertain = deliver('uncertain', 'slack:T1/C1', {
      parts: 3,
      why: 'The history is hidden.',
      remedy: 'Look for IDEAS.',
      tried: early,
      last: late,
      attempts: 3,
    })
    await writeRows(folder, [
      sent,
      uncertain,
      deliver('failed', 'slack:T1/C2', { why: 'It refused.', remedy: 'Invite.' }),
    ])
    const { stdout } = await run(folder, 0, 'deliveries')
    assert.ok(
      stdout.includes(`${sent.id}  sent, message 17  config:morning, ${SLOT} → playground\n    Sent ${early}.\n`),
      stdout,
    )
    assert.ok(
      stdout.includes(`${uncertain.id}  uncertain  config:morning, part 1 of 3, ${SLOT} → slack:T1/C1
    Tried 3 times, last ${late}.
    The history is hidden.
    What to do: Look for IDEAS.
    Parts 2 to 3 wait behind it.
`),
      stdout,
    )
    assert.match(stdout, /failed .*\n {4}It refused\.\n {4}What to do: Invite\.\n {4}To send it after all: .* again\n/)
    const { stdout: json } = await run(folder, 0, 'deliveries', '--state', 'failed', 'uncertain', '--format', 'json')
    const { deliveries } = JSON.parse(json)
    assert.deepEqual(deliveries.map((one: DeliveryTable) => one.state).toSorted(), ['failed', 'uncertain'])
    assert.equal((await run(folder, 0, 'deliveries', '--state', 'expired')).stdout, 'There are none.\n')
    assert.equal((await run(folder, 0, 'deliveries', '--limit', '1')).stdout.match(/config:morning/g)?.length, 1)
    assert.match((await run(folder, 2, 'deliveries', '--state', 'lost')).stderr, /Allowed choices are pending, sending/)
    assert.match(
      (await run(folder, 1, 'doctor')).stdout,
      /^✗ It is not certain that config:morning, .* to slack:T1\/C1\. The history is hidden\. Look for IDEAS\.$/m,
    )
  })

  it('resolve takes what somebody found, and refuses what needs no resolving', async t => {
    const folder = project(t)
    const rows = ['C1', 'C2', 'C3'].map((channel, index) =>
      deliver((['uncertain', 'uncertain', 'sent'] as const)[index] ?? 'sent', `slack:T1/${channel}`),
    )
    await writeRows(folder, rows)
    const [one = '', two = '', three = ''] = rows.map(({ id }) => id)
    const stateOf = (id: string) => query(folder, 'select state from deliveries where id = ?', id)[0]?.state
    await run(folder, 0, 'deliveries', 'resolve', one, 'sent')
    await run(folder, 0, 'deliveries', 'resolve', two, 'again')
    assert.deepEqual([stateOf(one), stateOf(two)], ['sent', 'pending'])
    assert.match((await run(folder, 1, 'deliveries', 'resolve', three, 'again')).stderr, /^It is sent; only what is/)
    assert.match(
      (await run(folder, 2, 'deliveries', 'resolve', 'nonesuch', 'sent')).stderr,
      /There is no delivery "nonesuch"/,
    )
    assert.match(
      (await run(folder, 2, 'deliveries', 'resolve', two, 'perhaps')).stderr,
      /Allowed choices are sent, again/,
    )
  })

  it('resolve takes an id that begins with a hyphen', async t => {
    const folder = project(t)
    for (const [index, id] of ['-bcdefghijklmnopqrstuv', '--cdefghijklmnopqrstuv'].entries()) {
      if (index === 0) await writeRows(folder, [deliver('uncertain', 'slack:T1/C1', { id })])
      else query(folder, 'update deliveries set id = ?, state = ?', id, 'uncertain')
      await run(folder, 0, 'deliveries', 'resolve', id, 'sent')
    }
    assert.match((await run(folder, 2, 'deliveries', 'resolve', 'x', 'sent', '--fast')).stderr, /too many arguments/)
  })

  it('leaves the database of an older Readout as it is, and says what to do', async t => {
    const folder = project(t)
    await writeRows(folder, [])
    query(folder, 'delete from kysely_migration')
    query(folder, 'drop table posts')
    const before = readFileSync(fileOf(folder))
    for (const command of ['next', 'preview', 'deliveries'])
      assert.match((await run(folder, 2, command)).stderr, /tables of this Readout yet\. Start it once with npm start/)
    assert.match((await run(folder, 1, 'doctor')).stdout, /✗ Database: .*tables of this Readout yet\. Start it once/)
    assert.deepEqual(readFileSync(fileOf(folder)), before)
  })

  it('resume ends a hold, and says what is held', async t => {
    const folder = project(t)
    await writeRows(folder, [], store =>
      store.hold({ destination: 'slack:T1/C1', since: SLOT, why: 'It refused.', remedy: 'Invite.' }),
    )
    assert.match(
      (await run(folder, 1, 'deliveries', 'resume', 'slack:T1/C2')).stderr,
      /not held\. Held: slack:T1\/C1\./,
    )
    assert.match(
      (await run(folder, 2, 'deliveries', 'resume', '#news')).stderr,
      /Expected a destination such as slack:T0.*; or slack, discord, all, got "#news"/,
    )
    for (const [typed, expected] of [
      ['slack:c1', /^Expected a destination such as .* or playground.*, got "slack:c1"\.$/m],
      ['discord:1/2', /^Expected discord: with the server's id and the channel's, .*got "discord:1\/2"\.$/m],
    ] as const)
      for (const command of [['deliveries', 'resume'], ['doctor']])
        assert.match((await run(folder, 2, ...command, typed)).stderr, expected)
    await run(folder, 0, 'deliveries', 'resume', 'slack:T1/C1')
    assert.deepEqual(query(folder, 'select * from holds'), [])
    assert.match((await run(folder, 1, 'deliveries', 'resume', 'slack:T1/C1')).stderr, /not held\. Nothing is held\./)
  })

  it('resume ends the hold of a platform, which no channel’s does', async t => {
    const folder = project(t)
    const hold = (destination: string) => ({ destination, since: SLOT, why: 'It refused.', remedy: 'Mend it.' })
    await writeRows(folder, [], async store => {
      for (const held of ['slack', 'slack:T1/C1', 'discord']) await store.hold(hold(held))
    })
    const { stdout } = await run(folder, 0, 'deliveries')
    assert.match(
      stdout,
      /^slack: nothing is posted since .* Mend it\. Then start Readout again; .*deliveries resume slack$/m,
    )
    assert.match(
      (await run(folder, 1, 'doctor')).stdout,
      /^✗ slack: nothing is posted since .*deliveries resume slack$/m,
    )
    assert.match(
      (await run(folder, 0, 'preview', 'evening')).stdout,
      /there now: .*deliveries resume slack\nNothing .* there now: .*deliveries resume slack:T1\/C1\n/,
    )
    assert.match(
      (await run(folder, 0, 'deliveries', 'resume', 'slack:T1/C1')).stdout,
      /^slack:T1\/C1 itself is not held any more, but all of slack is\. Then start Readout again/,
    )
    assert.match((await run(folder, 0, 'deliveries', 'resume', 'slack')).stdout, /^slack is posted to again/)
    assert.match((await run(folder, 1, 'deliveries', 'resume', 'slack')).stderr, /^slack is not held\. Held: discord\./)
    assert.match((await run(folder, 0, 'deliveries', 'resume', 'all')).stdout, /^Posted to again: discord\./)
    assert.deepEqual(query(folder, 'select * from holds'), [])
  })

  it('retract deletes a digest everywhere, beside a Readout that runs, and says where it can’t', async t => {
    const { folder, environment, slack, onSlack, onDiscord, slot, messages } = await post(t)
    const retract = (...more: string[]) =>
      readout(['deliveries', 'retract', 'morning', slot, ...more], environment, folder)
    const asked = await retract()
    assert.equal(asked.code, 2)
    assert.match(asked.stderr, /Add --yes to do it/)
    assert.equal(asked.stdout.trim().split('\n').length, 3)
    slack.fail('chat.delete', { kind: 'error', error: 'cant_delete_message' })
    const first = await retract('--yes')
    assert.equal(first.code, 1)
    assert.match(first.stdout, /^✗ \S+ → slack:T0FAKE0001\/C1: .*cant_delete_message/m)
    assert.equal(first.stdout.match(/^✓ \S+ → .*: The message \S+ was deleted\.$/gm)?.length, 2)
    assert.match(first.stderr, /^1 of 3 could not be taken back/)
    assert.deepEqual([messages(onSlack).length, messages(onDiscord).length], [1, 0])
    assert.deepEqual(query(folder, 'select * from posts'), [])
    const second = await retract('--yes')
    assert.equal(second.code, 0, second.stdout + second.stderr)
    assert.equal(messages(onSlack).length, 0)
    assert.equal(query(folder, "select id from deliveries where state = 'cancelled'").length, 3)
  })

  it('retract takes the slot of what was posted by hand', async t => {
    const folder = project(t)
    const [byHand] = partsTo('slack:T1/C1', 1, new Date(SLOT), { digest: 'config:morning', slot: 'now:k3J9ab_x' })
    assert.ok(byHand)
    await writeRows(folder, [byHand])
    assert.match((await run(folder, 0, 'deliveries')).stdout, / config:morning, now:k3J9ab_x → slack:T1\/C1$/m)
    const { stdout } = await run(folder, 0, 'deliveries', 'retract', 'morning', 'now:k3J9ab_x', '--yes')
    assert.equal(
      stdout,
      `✓ ${byHand.id} → slack:T1/C1: It was not sent yet, and will not be.\nWhat it told counts as never told: the next digest tells it again, unless its brief is mended or withdrawn before.\n`,
    )
  })

  it('retract says what there is where nothing is called so, and where a platform is not set up', async t => {
    const folder = project(t)
    const [there, other] = [deliver('sent', 'slack:T1/C1', { message: '1.1' }), deliver('pending', 'slack:T1/C2')]
    await writeRows(folder, [there, other])
    const retract = (code: number, ...args: string[]) => run(folder, code, 'deliveries', 'retract', ...args, '--yes')
    assert.match((await retract(2, 'mornin', SLOT)).stderr, /There is no digest "mornin"\. Did you mean "morning"\?/)
    assert.match(
      (await retract(2, 'morning', '2026-11-21T07:00Z')).stderr,
      new RegExp(`no posts of the slot.*Its latest: ${SLOT}`),
    )
    assert.match((await retract(2, 'morning')).stderr, /There is no delivery "morning"/)
    const { stdout } = await retract(1, 'morning', '2026-11-22T08:00+01:00')
    assert.ok(stdout.includes(`✓ ${other.id} → slack:T1/C2: It was not sent yet, and will not be.`), stdout)
    assert.ok(stdout.includes(`✗ ${there.id} → slack:T1/C1: slack is not set up.`), stdout)
    assert.match((await retract(1, there.id)).stderr, /^1 of 1 could not/)
  })
})

describe('a database that can’t be used', AT_ONCE, () => {
  const COMMANDS = [['next'], ['deliveries', 'resolve', 'x', 'sent']]

  type Fault = { what: string; spoil: (t: TestContext, folder: string) => unknown; expected: RegExp }

  const faults: Fault[] = [
    {
      what: 'is no database',
      spoil: (_, folder) => writeFileSync(fileOf(folder), 'This is a text and no database. '.repeat(200)),
      expected: /readout\.sqlite is no database that Readout can read .*Move it away/,
    },
    {
      what: 'was made by a newer Readout',
      spoil: (_, folder) =>
        query(folder, "insert into kysely_migration (name, timestamp) values ('2099-01-01-more', '2099-01-01')"),
      expected: /readout\.sqlite was made by a newer Readout/,
    },
    {
      what: 'is a folder',
      spoil: (_, folder) => configure(folder, 'database: data\n'),
      expected: /Can't write \S+data: /,
    },
  ]
  for (const { what, spoil, expected } of faults)
    it(`is told where it ${what}`, async t => {
      const folder = project(t)
      await writeRows(folder, [])
      await spoil(t, folder)
      for (const args of COMMANDS) {
        const { stdout, stderr } = await run(folder, 2, ...args)
        assert.equal(stdout, '')
        assert.match(stderr, expected)
      }
      const doctor = await run(folder, 1, 'doctor')
      assert.match(doctor.stdout, expected)
      assert.match(doctor.stdout, /^✗ Database: /m)
    })

  it('is read where another process has locked it, and doctor says so', async t => {
    const folder = project(t)
    await writeRows(folder, [deliver('uncertain', 'playground', { id: 'x' })])
    const other = new DatabaseSync(fileOf(folder))
    other.exec('BEGIN IMMEDIATE')
    closeLater(t, () => other.close())
    assert.match((await run(folder, 0, 'next')).stdout, /morning → playground/)
    assert.match(
      (await run(folder, 1, 'deliveries', 'resolve', 'x', 'sent')).stderr,
      /can’t be used: .*locked\. Run this/,
    )
    assert.match((await run(folder, 1, 'doctor')).stdout, /^✗ Database: Another process has locked \S+readout\.sqlite/m)
  })
})

describe('readout doctor for digests', AT_ONCE, () => {
  it('looks at the channels of all digests and of notices, once each', async t => {
    const place = await openPlace(t)
    const { slack, folder, environment, onSlack, onDiscord, operators } = place
    configure(folder, configOf({ one: [onSlack, onDiscord], two: [onSlack] }, '0 8 * * *', `notices: "${operators}"`))
    const { stdout } = await readout(['doctor'], environment, folder)
    for (const destination of [onSlack, onDiscord, operators])
      assert.equal(stdout.split('\n').filter(line => line.startsWith(`✓ ${destination}: `)).length, 1, stdout)
    slack.removeChannel('C1')
    const { code, stdout: without } = await readout(['doctor'], environment, folder)
    assert.equal(code, 1)
    assert.match(without, /^✗ slack:T0FAKE0001\/C1: .*channel_not_found/m)
  })

  it('names a subscription that can’t be read or is never due, with its remedy, and looks at the rest', async t => {
    const folder = project(t, configOf({ morning: ['playground'] }, '0 8 * * *'))
    const rows = (id: string, digest: string) => ({
      id,
      destination: 'slack:T1/C1',
      digest,
      state: 'active' as const,
      created: SLOT,
      by: 'slack:U1',
    })
    const digest = {
      name: 'harbour',
      collection: 'nato',
      topics: [],
      schedule: { cron: '0 8 * * *', zone: 'Mars/Olympus', missed: { policy: 'latest', withinMs: HOUR_MS } },
      sections: ['new'],
      whenEmpty: 'silent',
    }
    await writeRows(folder, [], async store => {
      await store.addDraft(rows('abcdefgh', '{'), SLOT)
      await store.addDraft(rows('ijklmnop', JSON.stringify(digest)), SLOT)
    })
    const { stdout } = await run(folder, 1, 'doctor')
    assert.match(
      stdout,
      /^✗ The digest abcdefgh of slack:T1\/C1 can’t be read .*\/readout remove abcdefgh, and subscribe again\.$/m,
    )
    assert.match(stdout, /^✗ harbour of slack:T1\/C1 is not posted\. Expected zone .*\/readout edit ijklmnop with/m)
    assert.match(
      (await run(folder, 0, 'preview')).stdout,
      /── morning → playground.*harbour → slack.*It is not posted\. Expected zone/s,
    )
    assert.match((await run(folder, 0, 'next')).stdout, /morning → playground\n.*harbour never runs\. Expected zone/s)
  })

  it('says of the playground that it needs nothing', async t => {
    const { stdout } = await run(
      project(t, configOf({ morning: ['playground'] }, '0 8 * * *')),
      0,
      'doctor',
      'playground',
    )
    assert.match(stdout, /^✓ playground: it is a part of Readout/m)
  })

  it('finds a platform that is not set up, and what the library does not have', async t => {
    const config = configOf({ morning: ['slack:T1/C1'] }, '0 8 * * *').replace('nato', 'nat')
    const { stdout } = await run(project(t, config), 1, 'doctor')
    assert.match(stdout, /^✗ Slack is not set up/m)
    assert.match(stdout, /^✗ config\/readout\.yaml:2:\d+: There is no collection "nat"\. Did you mean "nato"\?$/m)
  })

  it('is told beforehand by the start that a digest goes to a platform that is not set up', async t => {
    const running = await startReadout(
      t,
      { PORT: '0' },
      project(t, configOf({ morning: ['slack:T1/C1'] }, '0 8 * * *')),
    )
    assert.match(running.said.stderr, /^The digest "morning" goes to Slack, which is not set up: .*README/m)
  })

  it('finds what a Readout that runs should have sent, and nothing of one that is stopped', async t => {
    const folder = project(t)
    configure(folder, configOf({ morning: ['playground'] }, '0 8 * * *'))
    const old = newDelivery(
      { digest: 'config:morning', slot: SLOT, destination: 'playground', part: 1, parts: 1, edition: 1 },
      CARD,
      new Date(Date.now() - HOUR_MS),
      new Date(Date.now() + HOUR_MS),
    )
    await writeRows(folder, [old])
    assert.doesNotMatch((await run(folder, 0, 'doctor')).stdout, /waits since/)
    const holder = new DatabaseSync(`${fileOf(folder)}.lock`)
    holder.exec('BEGIN EXCLUSIVE')
    closeLater(t, () => holder.close())
    const { stdout } = await run(folder, 1, 'doctor')
    assert.match(stdout, /^✗ config:morning to playground waits since /m)
  })
})

const BRIEF = `---
title: Harbour meeting
date: 2023-07-12
topics: [diplomacy]
reviewed: 2026-11-21
---

The allies met at the harbour. [@vilnius-afp]
`
