import { setTimeout as delay } from 'node:timers/promises'
import { createDiscord } from '../../src/platform/discord/discord.ts'
import type { Clock } from '../../src/platform/platform.ts'

/**
 * A process that runs the adapter with the real clock against the Discord that its arguments name: the API's address, the bot's token,
 * the application's id. It tells its parent when it begins, stops when it is told to, and ends when nothing is left to be waited for.
 */
const CLOCK: Clock = {
  now: () => new Date(),
  wait: (ms, signal) => delay(ms, undefined, { ref: false, ...(signal && { signal }) }),
}

const CARD = { title: 'Title', blocks: [], footer: [], actions: [] }

const [apiUrl = '', token = '', applicationId = ''] = process.argv.slice(2)
const platform = createDiscord(
  { apiUrl, token, applicationId, events: { mode: 'gateway' } },
  {
    commands: () => [{ name: 'nato', description: 'NATO' }],
    ask: async () => CARD,
    complete: () => [],
    offer: () => [],
  },
  () => undefined,
  CLOCK,
)

process.once('message', async () => {
  await platform.stop()
  process.send?.('stopped', () => process.disconnect())
})
process.send?.('begun')
await platform.start()
