import type { Card } from '../../src/card/card.ts'
import { createDiscord } from '../../src/platform/discord/discord.ts'
import type { Bot, Destination, Platform } from '../../src/platform/platform.ts'
import { createTestClock, type TestClock } from './clock.ts'
import { createFakeDiscord, type FakeDiscord, type FakeDiscordOptions } from './discord/fake-discord.ts'

/** The adapter, not started, beside a fake Discord with one guild, a channel where the bot may do what it needs, and somebody in it. */
export type DiscordAdapter = {
  discord: FakeDiscord
  platform: Platform
  clock: TestClock
  /** What was logged. */
  lines: string[]
  guild: string
  channel: string
  user: string
  destination: Destination
  /** Stops the adapter and closes Discord. */
  close: () => Promise<void>
}

export type DiscordAdapterOptions = {
  mode?: 'gateway' | 'http'
  token?: string
  /** The one guild that has the commands: the fake's, where it is true. */
  isInOneGuild?: boolean
  bot?: Bot
  discord?: FakeDiscordOptions
}

const CARD: Card = { title: 'Title', blocks: [], footer: [], actions: [] }

/** A bot that says always the same. */
export const QUIET_BOT: Bot = {
  commands: () => [{ name: 'nato', description: 'NATO' }],
  ask: async () => CARD,
  complete: () => [],
  offer: () => [],
}

export async function openDiscordAdapter({
  mode = 'gateway',
  token,
  isInOneGuild = false,
  bot = QUIET_BOT,
  discord: like,
}: DiscordAdapterOptions = {}): Promise<DiscordAdapter> {
  const discord = await createFakeDiscord({ identifyIntervalMs: 0, ...like })
  const guild = discord.addGuild().id
  const channel = discord.addChannel({ guildId: guild }).id
  const user = discord.addUser({ guild }).id
  const clock = createTestClock()
  const lines: string[] = []
  const platform = createDiscord(
    {
      token: token ?? discord.token,
      applicationId: discord.applicationId,
      apiUrl: discord.apiUrl,
      events: mode === 'http' ? { mode, publicKey: discord.publicKey } : { mode },
      ...(isInOneGuild && { guildId: guild }),
    },
    bot,
    line => void lines.push(line),
    clock,
  )
  return {
    discord,
    platform,
    clock,
    lines,
    guild,
    channel,
    user,
    destination: { platform: 'discord', space: guild, channel },
    close: async () => {
      await platform.stop()
      await discord.close()
    },
  }
}
