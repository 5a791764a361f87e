import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createFakeDiscord, type FakeDiscord } from '../test/fakes/discord/fake-discord.ts'
import { createFakeSlack } from '../test/fakes/slack/fake-slack.ts'
import { POSTS_A_MINUTE } from '../test/fakes/slack/rate-limits.ts'
import { type Posting, postBare, postSlot, type Slot, type Target } from './measure-digests.ts'
import type { Measurement } from './table.ts'

/** READOUT_BENCH_DESTINATIONS=1000 measures fewer. */
const COUNTS = (process.env.READOUT_BENCH_DESTINATIONS ?? '1000,3000,10000').split(',').map(Number)

/** https://docs.discord.com/developers/topics/rate-limits#global-rate-limit */
const A_SECOND = 50
const AIM = 0.95 * A_SECOND

/** https://support.discord.com/hc/en-us/articles/33694251638295-Discord-Account-Caps-Server-Caps-and-More */
const GUILD_HOLDS = 500

/** One slot for so many destinations, on Discord within its limits beside the bare library, and on Slack within its. */
export async function benchDigests(): Promise<Measurement[]> {
  const limits = `Discord takes ${A_SECOND} calls a second, Slack ${POSTS_A_MINUTE} posts a minute`
  console.log(`\nThis takes ${minutesOf(COUNTS)} minutes or so: ${limits}.`)
  const measured: Measurement[] = []
  for (const count of COUNTS) {
    const bare = await onDiscord(count, postBareTo)
    const ours = await onDiscord(count, postSlot)
    measured.push(...rowsOf(count, ours, bare))
  }
  for (const count of COUNTS) measured.push(...slackRowsOf(count, await onSlack(count)))
  return measured
}

const minutesOf = (counts: number[]): number =>
  Math.ceil(counts.reduce((sum, count) => sum + (2 * count) / A_SECOND + (60 * count) / POSTS_A_MINUTE + 150, 0) / 60)

type Refusals = { foretold: number; unforetold: number }

type Outcome<Kind> = { posting: Kind; refusals: Refusals }

async function onDiscord<Kind extends Posting>(
  count: number,
  post: (target: Target, discord: FakeDiscord) => Promise<Kind>,
): Promise<Outcome<Kind>> {
  const discord = await createFakeDiscord({ rateLimits: true })
  try {
    const posting = await post(targetOn(discord, count), discord)
    return { posting, refusals: { foretold: discord.foretold429s, unforetold: discord.unforetold429s } }
  } finally {
    await discord.close()
  }
}

function targetOn(discord: FakeDiscord, count: number): Target {
  const guilds = Array.from({ length: Math.ceil(count / GUILD_HOLDS) }, () => discord.addGuild().id)
  const channels = Array.from({ length: count }, (_, index) => {
    const guildId = guilds[Math.floor(index / GUILD_HOLDS)] as string
    return { guildId, id: discord.addChannel({ guildId }).id }
  })
  const { token: DISCORD_TOKEN, applicationId: DISCORD_APPLICATION_ID, apiUrl: DISCORD_API_URL } = discord
  return {
    destinations: channels.map(({ guildId, id }) => `discord:${guildId}/${id}`),
    environment: { DISCORD_TOKEN, DISCORD_APPLICATION_ID, DISCORD_API_URL },
    posted: () =>
      discord.calls.filter(({ name, status }) => name === 'POST messages' && status === 200).map(({ at }) => at),
  }
}

/** As long as a digest's message. */
const CONSTANT = { content: 'x'.repeat(1900), allowed_mentions: { parse: [] } }

async function postBareTo(target: Target, discord: FakeDiscord): Promise<Posting> {
  const folder = await mkdtemp(join(tmpdir(), 'readout-bench-'))
  try {
    const channels = join(folder, 'channels.json')
    const message = join(folder, 'message.json')
    await writeFile(channels, JSON.stringify(target.destinations.map(text => text.split('/')[1])))
    await writeFile(message, JSON.stringify(CONSTANT))
    const server = { TOKEN: discord.token, API_URL: discord.apiUrl }
    return await postBare(target, { ...server, CHANNELS: channels, MESSAGE: message })
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function onSlack(count: number): Promise<Slot> {
  const slack = await createFakeSlack({ rateLimits: true, echoes: false })
  try {
    const ids = Array.from({ length: count }, (_, index) => `C${String(index).padStart(8, '0')}`)
    for (const id of ids) slack.addChannel({ id, isMember: true })
    const { apiUrl: SLACK_API_URL, botToken: SLACK_BOT_TOKEN, appToken: SLACK_APP_TOKEN } = slack
    return await postSlot({
      destinations: ids.map(id => `slack:${slack.team.id}/${id}`),
      environment: { SLACK_API_URL, SLACK_BOT_TOKEN, SLACK_APP_TOKEN },
      posted: () =>
        slack.calls
          .filter(({ method, answer }) => method === 'chat.postMessage' && answer === 'ok')
          .map(({ at }) => at),
    })
  } finally {
    await slack.close()
  }
}

const NAME = 'a bare @discordjs/rest that posts a constant message to the same channels, all at once'

/** The first second's calls are allowed at once. */
const rateOf = (count: number, sendMs: number): number => count / (sendMs / 1000 + 1)

const MB = 2 ** 20

function rowsOf(count: number, ours: Outcome<Slot>, bare: Outcome<Posting>): Measurement[] {
  const row = (
    what: string,
    unit: Measurement['unit'],
    read: (posting: Posting, refusals: Refusals) => number,
    aim?: Measurement['aim'],
  ): Measurement => ({
    what: `Discord, ${count} destinations: ${what}`,
    unit,
    ours: read(ours.posting, ours.refusals),
    yardstick: { name: NAME, value: read(bare.posting, bare.refusals) },
    ...(aim && { aim }),
  })
  return [
    row(`posts a second, of ${A_SECOND} allowed`, '/s', ({ sendMs }) => rateOf(count, sendMs), { least: AIM }),
    row('429s that headers had foretold', '', (_, { foretold }) => foretold, { most: 0 }),
    row('429s that they had not', '', (_, { unforetold }) => unforetold),
    row('time of a processor for each post', 'ms', ({ sendCpuMs }) => sendCpuMs / count),
    row('memory before', 'MB', ({ residentBytes }) => residentBytes.before / MB),
    row('memory at most', 'MB', ({ residentBytes }) => residentBytes.most / MB),
    row('memory afterwards', 'MB', ({ residentBytes }) => residentBytes.after / MB),
    ...slotRows(`Discord, ${count} destinations`, count, ours.posting),
  ]
}

function slackRowsOf(count: number, slot: Slot): Measurement[] {
  const on = `Slack, ${count} destinations`
  const least = {
    name: `what ${POSTS_A_MINUTE} posts a minute ask for`,
    value: (Math.ceil(count / POSTS_A_MINUTE) - 1) * 60,
  }
  return [
    {
      what: `${on}: from the first post to the last`,
      unit: 's',
      ours: slot.sendMs / 1000,
      ...(least.value > 0 && { yardstick: least, aim: { times: 1 / 0.95 } }),
    },
    { what: `${on}: time of a processor for each post`, unit: 'ms', ours: slot.sendCpuMs / count },
    { what: `${on}: memory before`, unit: 'MB', ours: slot.residentBytes.before / MB },
    { what: `${on}: memory at most`, unit: 'MB', ours: slot.residentBytes.most / MB },
    ...slotRows(on, count, slot),
  ]
}

const slotRows = (on: string, count: number, { claimMs, attempts }: Slot): Measurement[] => [
  { what: `${on}: from the beat to the first post`, unit: 'ms', ours: claimMs },
  { what: `${on}: the same for each destination`, unit: 'µs', ours: (claimMs * 1000) / count },
  { what: `${on}: attempts for each post`, unit: '', ours: attempts / count },
]
