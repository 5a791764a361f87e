import assert from 'node:assert/strict'
import type { Fault } from '../../fakes/discord/faults.ts'
import type { Message } from '../../fakes/discord/world.ts'
import { type DiscordAdapter, openDiscordAdapter } from '../../fakes/discord-adapter.ts'
import { factsOf } from '../../fakes/discord-bot.ts'
import { describePlatform, type Opened, type Place } from '../../fakes/platform-contract.ts'

async function open(): Promise<Opened> {
  const adapter = await openDiscordAdapter()
  const { discord, platform, destination, close } = adapter
  return {
    platform: {
      ...platform,
      start: async () => {
        await platform.start()
        await discord.until(() => platform.health().isUp)
      },
    },
    destination,
    place: placeIn(adapter),
    close: async () => {
      await close()
      assert.deepEqual(discord.violations, [])
    },
  }
}

function placeIn({ discord, guild, channel, user }: DiscordAdapter): Place {
  const fail = (fault: Fault) => discord.fail('POST messages', fault)
  return {
    messages: () => discord.messages(channel).map(postedOf),
    addOthers: count => {
      for (let at = 0; at < count; at++)
        discord.addMessage({ channelId: channel, authorId: user, content: `Hello ${at}` })
    },
    imitate: id => {
      const original = discord.messages(channel).find(message => message.id === id)
      assert.ok(original)
      return discord.addMessage({
        channelId: channel,
        authorId: user,
        components: original.components,
        flags: original.flags,
      }).id
    },
    breakAfterStoring: () => fail({ kind: 'cut', when: 'after' }),
    breakBefore: () => fail({ kind: 'cut', when: 'before' }),
    slow: ms => fail({ kind: 'slow', ms }),
    storeLate: () => {
      fail({ kind: 'late', ms: LATE_MS, answer: { status: 503 } })
      return () => discord.clock.advance(LATE_MS)
    },
    rateLimit: retryAfterS => fail({ kind: 'rateLimited', retryAfterS }),
    removeChannel: () => discord.removeChannel(channel),
    removeBot: () => discord.removeBot(guild),
    outage: async () => {
      await discord.outage()
      // The connections that stood are noticed to be gone one by one.
      for (let tries = 0; tries < 20 && !(await isRefused(discord.apiUrl)); tries++);
    },
    disconnected: () => discord.until(() => discord.gateway.connections === 0),
  }
}

const LATE_MS = 60_000

const isRefused = (url: string): Promise<boolean> =>
  fetch(url).then(
    () => false,
    error => error.cause?.code === 'ECONNREFUSED',
  )

/** Behind a button's id may stand the delivery, which shows nowhere. */
const postedOf = (message: Message) => ({
  id: message.id,
  facts: factsOf(message).map(fact =>
    fact.kind === 'button' ? { ...fact, id: fact.id.replace(/~[\w-]+$/, '') } : fact,
  ),
})

describePlatform('Discord', open)
