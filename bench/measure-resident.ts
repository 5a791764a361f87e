import { createFakeDiscord, type FakeDiscord } from '../test/fakes/discord/fake-discord.ts'
import { createFakeSlack, type FakeSlack } from '../test/fakes/slack/fake-slack.ts'
import { type Child, startChild } from './child.ts'
import { median } from './statistics.ts'
import type { Measurement } from './table.ts'

const RUNS = 3
const COMMANDS = 200

const START_MS = 30_000

/** The memory of the bot that runs on both platforms, with the shipped briefs, and of a process that has only loaded their libraries. */
export async function measureResident(): Promise<Measurement[]> {
  const ours: number[] = []
  const bare: number[] = []
  for (let run = 0; run < RUNS; run++) {
    bare.push(await weighLibraries())
    ours.push(await weighReadout())
  }
  return [
    {
      what: `resident memory with Slack’s Socket Mode and Discord’s gateway, after ${COMMANDS} commands on each`,
      unit: 'MB',
      ours: median(ours),
      yardstick: { name: 'a process that imports @slack/bolt and discord.js and does nothing', value: median(bare) },
      aim: { times: 1.3 },
    },
  ]
}

const weighLibraries = (): Promise<number> =>
  residentMegabytes(startChild('bench/import-libraries.ts', {}), async ({ address }) => void (await address))

async function weighReadout(): Promise<number> {
  const slack = await createFakeSlack()
  const discord = await createFakeDiscord()
  try {
    return await residentMegabytes(startReadout(slack, discord), async () => {
      await answerSlack(slack)
      await answerDiscord(discord)
    })
  } finally {
    await slack.close()
    await discord.close()
  }
}

const startReadout = (slack: FakeSlack, discord: FakeDiscord): Child =>
  startChild('src/main.ts', {
    PORT: '0',
    SLACK_API_URL: slack.apiUrl,
    SLACK_BOT_TOKEN: slack.botToken,
    SLACK_APP_TOKEN: slack.appToken,
    DISCORD_API_URL: discord.apiUrl,
    DISCORD_TOKEN: discord.token,
    DISCORD_APPLICATION_ID: discord.applicationId,
  })

async function residentMegabytes(child: Child, use: (child: Child) => Promise<void>): Promise<number> {
  try {
    await use(child)
    return (await child.residentBytes()) / 2 ** 20
  } finally {
    await child.stop()
  }
}

async function answerSlack(slack: FakeSlack): Promise<void> {
  slack.addUser({ id: 'U1' })
  slack.addChannel({ id: 'C1', isMember: true, members: ['U1'] })
  await slack.socket.whenLive(1, START_MS)
  for (let index = 0; index < COMMANDS; index++) {
    const asked = { command: '/nato', text: 'vilnius', user: 'U1', channel: 'C1' }
    const { result } = await slack.command(asked, { via: 'socket' })
    if (result !== 'acked') throw new Error(`A command of Slack was not answered: ${result}.`)
  }
}

async function answerDiscord(discord: FakeDiscord): Promise<void> {
  const guild = discord.addGuild().id
  const asked = {
    name: 'nato',
    text: 'vilnius',
    user: discord.addUser({ guild }).id,
    channel: discord.addChannel({ guildId: guild }).id,
  }
  await discord.gateway.whenReady(1, START_MS)
  await discord.until(() => discord.commands().length > 0, START_MS)
  for (let index = 0; index < COMMANDS; index++) {
    const { result } = await discord.command(asked)
    if (result !== 'answered') throw new Error(`A command of Discord was not answered: ${result}.`)
  }
}
