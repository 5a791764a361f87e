import { setTimeout as delay } from 'node:timers/promises'
import type { Clock } from '../../src/platform/platform.ts'
import { createSlack } from '../../src/platform/slack/slack.ts'

/**
 * A process that runs the adapter with the real clock against the Slack that its arguments name: the Web API's address, the bot's token,
 * the app's. It tells its parent when it has started, stops when it is told to, and ends when nothing is left to be waited for.
 */
const CLOCK: Clock = {
  now: () => new Date(),
  wait: (ms, signal) => delay(ms, undefined, { ref: false, ...(signal && { signal }) }),
}

const CARD = { title: 'Title', blocks: [], footer: [], actions: [] }

const [apiUrl = '', botToken = '', appToken = ''] = process.argv.slice(2)
const platform = createSlack(
  { apiUrl, botToken, events: { mode: 'socket', appToken } },
  { commands: () => [], ask: async () => CARD, complete: () => [], offer: () => [] },
  () => undefined,
  CLOCK,
)

process.once('message', async () => {
  await platform.stop()
  process.send?.('stopped', () => process.disconnect())
})
await platform.start()
process.send?.('started')
