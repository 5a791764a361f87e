import type { Card } from '../../src/card/card.ts'
import type { Bot, Destination, Platform } from '../../src/platform/platform.ts'
import { createSlack } from '../../src/platform/slack/slack.ts'
import { createTestClock, type TestClock } from './clock.ts'
import { createFakeSlack, type FakeSlack, type FakeSlackOptions } from './slack/fake-slack.ts'

/** The adapter, not started, beside a fake Slack with a channel `C1` where the bot is and `C2` where it is not. */
export type Adapter = {
  slack: FakeSlack
  platform: Platform
  clock: TestClock
  /** What was logged. */
  lines: string[]
  destination: Destination
  /** Stops the adapter and closes Slack. */
  close: () => Promise<void>
}

export type AdapterOptions = { mode?: 'socket' | 'http'; botToken?: string; slack?: FakeSlackOptions }

const CARD: Card = { title: 'Title', blocks: [], footer: [], actions: [] }

const BOT: Bot = {
  commands: () => [{ name: 'nato', description: 'NATO' }],
  ask: async () => CARD,
  complete: () => [],
  offer: () => [],
}

export async function openAdapter({ mode = 'socket', botToken, slack: like }: AdapterOptions = {}): Promise<Adapter> {
  const slack = await createFakeSlack(like)
  slack.addUser({ id: 'U1' })
  slack.addChannel({ id: 'C1', isMember: true, members: ['U1'] })
  slack.addChannel({ id: 'C2', members: ['U1'] })
  const clock = createTestClock()
  const lines: string[] = []
  const { appToken, signingSecret, apiUrl } = slack
  const events = mode === 'http' ? { mode, signingSecret } : { mode, appToken }
  const options = { botToken: botToken ?? slack.botToken, apiUrl, events }
  const platform = createSlack(options, BOT, line => void lines.push(line), clock)
  return {
    slack,
    platform,
    clock,
    lines,
    destination: { platform: 'slack', space: slack.team.id, channel: 'C1' },
    close: async () => {
      await platform.stop()
      await slack.close()
    },
  }
}
