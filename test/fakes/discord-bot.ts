import type { APIMessageTopLevelComponent } from 'discord-api-types/v10'
import { createBot } from '../../src/answer/bot.ts'
import type { Library } from '../../src/library/library.ts'
import { createDiscord, type DiscordOptions } from '../../src/platform/discord/discord.ts'
import { DISCORD_BUDGET, INTERACTIONS_PATH } from '../../src/platform/discord/limits.ts'
import type { Bot, Destination, Platform } from '../../src/platform/platform.ts'
import { startServer } from '../../src/server.ts'
import { createTestClock, type TestClock } from './clock.ts'
import { createFakeDiscord, type FakeDiscord, type FakeDiscordOptions } from './discord/fake-discord.ts'
import type { Message } from './discord/world.ts'
import type { Fact } from './facts.ts'
import { readDiscord } from './read-discord.ts'

export type Mode = 'gateway' | 'http'

/** A fake Discord with one guild and a channel in it that all see. */
export type Place = {
  discord: FakeDiscord
  guild: string
  channel: string
  destination: Destination
  /** May manage channels; `reader` and `other` may not. */
  manager: string
  reader: string
  other: string
}

/** The adapter as it runs there. */
export type DiscordBot = Place & {
  platform: Platform
  clock: TestClock
  /** What was logged. */
  lines: string[]
  /** Where Discord's requests arrive in HTTP mode. */
  url: string
  /** Finishes what is in hand, as when the process ends; a second call does nothing. */
  stop: () => Promise<void>
}

/** The bot over a library, which may be replaced meanwhile, on a fixed day. */
export const botOver = (library: Library | (() => Library)): Bot =>
  createBot(
    typeof library === 'function' ? library : () => library,
    DISCORD_BUDGET,
    () => new Date('2026-11-22T12:00:00Z'),
  )

export async function openPlace(like: FakeDiscordOptions = {}): Promise<Place> {
  const discord = await createFakeDiscord({ identifyIntervalMs: 0, ...like })
  const guild = discord.addGuild().id
  const channel = discord.addChannel({ guildId: guild }).id
  const addUser = (name: string) => discord.addUser({ guild, name }).id
  return {
    discord,
    guild,
    channel,
    destination: { platform: 'discord', space: guild, channel },
    manager: discord.addUser({ guild, name: 'ada', permissions: ['ManageChannels'] }).id,
    reader: addUser('ben'),
    other: addUser('cleo'),
  }
}

/** Starts the adapter, and waits until it hears of commands. Over HTTP it has the public key of the fake, or another. */
export async function startDiscordBot(
  mode: Mode,
  bot: Bot,
  place: Place,
  publicKey = place.discord.publicKey,
): Promise<DiscordBot> {
  const { discord } = place
  const lines: string[] = []
  const log = (line: string) => void lines.push(line)
  const options: DiscordOptions = {
    token: discord.token,
    applicationId: discord.applicationId,
    apiUrl: discord.apiUrl,
    events: mode === 'http' ? { mode, publicKey } : { mode },
  }
  const clock = createTestClock()
  const platform = createDiscord(options, bot, log, clock)
  const [before, isNew] = [discord.gateway.connections, discord.commands().length === 0]
  await platform.start()
  const server = await startServer(platform.routes, { host: '127.0.0.1', port: 0 }, error => log(String(error)))
  const url = `${server.address}${INTERACTIONS_PATH}`
  if (mode === 'http') discord.interactionsUrl = url
  else await discord.gateway.whenReady(before + 1)
  if (isNew) await discord.until(() => lines.some(line => line.startsWith('Discord has')))
  let stopped: Promise<void> | undefined
  const stop = () => {
    stopped ??= platform.stop().then(() => server.close())
    return stopped
  }
  return { ...place, platform, clock, lines, url, stop }
}

/** What is drawn on a message, in order. */
// The fake keeps components as JSON, and only such as it has checked.
export const factsOf = ({ components }: Message): Fact[] =>
  readDiscord({ components: components as unknown as APIMessageTopLevelComponent[] })

export const titleOf = (message: Message): string =>
  factsOf(message).flatMap(fact => (fact.kind === 'title' ? [fact.text] : []))[0] ?? ''

/** The labels of the buttons. */
export const labelsOf = (message: Message): string[] =>
  factsOf(message).flatMap(fact => (fact.kind === 'button' ? [fact.label] : []))

/** Who shared a message. */
export const sharersOf = (message: Message): string[] =>
  factsOf(message).flatMap(fact => (fact.kind === 'shared' ? [fact.text] : []))

/** The id of a button by its label. */
export function buttonOf(message: Message, label: string): string {
  const found = factsOf(message).find(fact => fact.kind === 'button' && fact.label === label)
  if (found?.kind !== 'button') throw new Error(`No button ${label}; there are ${labelsOf(message).join(', ')}.`)
  return found.id
}

export function pickerOf(message: Message): string {
  const found = factsOf(message).find(fact => fact.kind === 'picker')
  if (found?.kind !== 'picker') throw new Error('No picker is shown.')
  return found.id
}
