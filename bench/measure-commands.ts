import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Pool } from 'undici'
import type { FakeSlack } from '../test/fakes/slack/fake-slack.ts'
import { startChild } from './child.ts'
import { elapsedMs, median, percentile } from './statistics.ts'
import type { Measurement } from './table.ts'

/** How many commands are on their way at the same time. */
const AT_ONCE = 16
const COMMANDS = 2000
/** The first rounds warm up. */
const ROUNDS = 7
const WARM_UP = 2

const PATH = '/slack/events'

/** Signed commands over HTTP to Readout and to a bare app of Bolt, in turn. */
export async function measureCommands(slack: FakeSlack, folder: string): Promise<Measurement[]> {
  const { apiUrl, botToken, signingSecret } = slack
  const message = join(folder, 'message.json')
  const opened: (() => Promise<unknown>)[] = []
  async function connect(program: string, environment: Record<string, string>): Promise<Pool> {
    const child = startChild(program, environment)
    opened.push(child.stop)
    const pool = new Pool(await child.address, { connections: AT_ONCE })
    opened.push(() => pool.close())
    return pool
  }
  try {
    const toReadout = await connect('src/main.ts', {
      PORT: '0',
      SLACK_MODE: 'http',
      SLACK_API_URL: apiUrl,
      SLACK_BOT_TOKEN: botToken,
      SLACK_SIGNING_SECRET: signingSecret,
    })
    await writeFile(message, await send(toReadout, slack))
    const toBolt = await connect('bench/bare-bolt.ts', { SIGNING_SECRET: signingSecret, MESSAGE: message })
    return await compare(slack, toReadout, toBolt)
  } finally {
    for (const close of opened.toReversed()) await close()
  }
}

type Round = { meanMs: number; p99Ms: number }

async function compare(slack: FakeSlack, toReadout: Pool, toBolt: Pool): Promise<Measurement[]> {
  const ours: Round[] = []
  const bare: Round[] = []
  for (let round = 0; round < ROUNDS; round++) {
    bare.push(await measureRound(toBolt, slack))
    ours.push(await measureRound(toReadout, slack))
  }
  const value = (rounds: Round[], of: keyof Round) => median(rounds.slice(WARM_UP).map(round => round[of]))
  const beside = (of: keyof Round) => ({
    name: 'a bare Bolt app (HTTPReceiver) that answers the same message as a constant',
    value: value(bare, of),
  })
  return [
    {
      what: `a command over HTTP, ${AT_ONCE} at once (${rate(value(ours, 'meanMs'))} a second; Bolt ${rate(value(bare, 'meanMs'))})`,
      unit: 'ms',
      ours: value(ours, 'meanMs'),
      yardstick: beside('meanMs'),
      aim: { times: 1 / 0.95 },
    },
    {
      what: 'the same, 99th percentile of the wait',
      unit: 'ms',
      ours: value(ours, 'p99Ms'),
      yardstick: beside('p99Ms'),
    },
  ]
}

const rate = (ms: number): string => (1000 / ms).toFixed(0)

/** Sends all commands, so many at a time. */
async function measureRound(pool: Pool, slack: FakeSlack): Promise<Round> {
  const waits: number[] = []
  const sendOnAndOn = async () => {
    while (waits.length < COMMANDS) waits.push(await elapsedMs(() => send(pool, slack)))
  }
  const took = await elapsedMs(() => Promise.all(Array.from({ length: AT_ONCE }, sendOnAndOn)))
  return { meanMs: took / waits.length, p99Ms: percentile(waits, 0.99) }
}

/** Sends a command as Slack does, and gives the message that it is answered with. */
async function send(pool: Pool, slack: FakeSlack): Promise<string> {
  const body = commandOf(slack)
  const headers = { 'content-type': 'application/x-www-form-urlencoded', ...slack.sign(body) }
  const answer = await pool.request({ method: 'POST', path: PATH, headers, body })
  const text = await answer.body.text()
  if (answer.statusCode !== 200 || !text.includes('"blocks"'))
    throw new Error(`A command was answered with ${answer.statusCode}: ${text.slice(0, 200)}`)
  return text
}

/** https://docs.slack.dev/interactivity/implementing-slash-commands#app_command_handling */
const commandOf = ({ account, apiUrl }: FakeSlack): string =>
  new URLSearchParams({
    token: 'legacy',
    team_id: account.team.id,
    team_domain: account.team.domain,
    channel_id: 'C1',
    channel_name: 'general',
    user_id: 'U1',
    user_name: 'ada',
    command: '/nato',
    text: 'vilnius',
    api_app_id: account.appId,
    is_enterprise_install: 'false',
    response_url: `${apiUrl}commands/none`,
    trigger_id: '1.2.3',
  }).toString()
