import type { FakeSlack } from '../test/fakes/slack/fake-slack.ts'
import { type Child, startChild } from './child.ts'
import { median } from './statistics.ts'
import type { Measurement } from './table.ts'

const RUNS = 3
const COMMANDS = 200

/** The memory of the running bot, and of a process that has only loaded the libraries. */
export async function measureResident(slack: FakeSlack): Promise<Measurement[]> {
  const ours: number[] = []
  const bare: number[] = []
  for (let run = 0; run < RUNS; run++) {
    bare.push(
      await residentMegabytes(startChild('bench/import-libraries.ts', {}), async child => void (await child.address)),
    )
    ours.push(await residentMegabytes(startReadout(slack), () => answerCommands(slack)))
  }
  return [
    {
      what: `resident memory in Socket Mode, after ${COMMANDS} commands`,
      unit: 'MB',
      ours: median(ours),
      yardstick: { name: 'a process that imports @slack/bolt and does nothing', value: median(bare) },
      aim: { times: 1.3 },
    },
  ]
}

const startReadout = ({ apiUrl, botToken, appToken }: FakeSlack): Child =>
  startChild('src/main.ts', {
    PORT: '0',
    SLACK_API_URL: apiUrl,
    SLACK_BOT_TOKEN: botToken,
    SLACK_APP_TOKEN: appToken,
  })

async function residentMegabytes(child: Child, use: (child: Child) => Promise<void>): Promise<number> {
  try {
    await use(child)
    return (await child.residentBytes()) / 2 ** 20
  } finally {
    await child.stop()
  }
}

async function answerCommands(slack: FakeSlack): Promise<void> {
  await slack.socket.whenLive(1, 30_000)
  for (let index = 0; index < COMMANDS; index++) {
    const asked = { command: '/nato', text: 'vilnius', user: 'U1', channel: 'C1' }
    const { result } = await slack.command(asked, { via: 'socket' })
    if (result !== 'acked') throw new Error(`A command was not answered: ${result}.`)
  }
}
