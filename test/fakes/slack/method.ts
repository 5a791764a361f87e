import type { JsonObject } from '../shape.ts'
import type { Clock } from './clock.ts'
import type { Journal } from './journal.ts'
import { Refusal } from './refusal.ts'
import type { Triggers } from './triggers.ts'
import type { Channel, World } from './world.ts'

/** What the methods work on. */
export type State = {
  world: World
  clock: Clock
  journal: Journal
  triggers: Triggers
  /** A new address to open a socket at. */
  issueSocketUrl: () => string
  /** Tells the app of a message in a channel that it listens to. */
  echo: (message: JsonObject & { channel: string; ts: string }) => void
}

/** A method of the Web API. */
export type Method = {
  /** What it must be given, and may be given. */
  required: string[]
  optional: string[]
  /** Arguments that Slack takes from old apps only; using one is a violation. */
  deprecated?: string[]
  token: 'bot' | 'app'
  /** The scopes of which one is enough, by what is asked. */
  scopes: (args: JsonObject, world: World) => string[]
  run: (args: JsonObject, state: State) => JsonObject
}

export const noScopes = (): string[] => []

/** A number that may come as a form's text. */
export const readNumber = (value: unknown, otherwise: number): number =>
  value === undefined || value === '' ? otherwise : Number(value)

/** A flag that may come as a form's text. */
export const readFlag = (value: unknown): boolean => value === true || value === 'true' || value === '1' || value === 1

/** A channel that the bot may know of: a private one exists only for its members. @throws Refusal channel_not_found */
export function knownChannel(world: World, id: unknown): Channel {
  const channel = world.channels.get(String(id))
  if (!channel || (channel.kind === 'private' && !channel.isMember)) throw new Refusal('channel_not_found')
  return channel
}

const PREFIX = { public: 'channels', private: 'groups', im: 'im' }

/** `channels:history`, `groups:history` or `im:history`, by the kind of the channel that is asked for. */
export const scopeByChannel = (verb: 'read' | 'history') => (args: JsonObject, world: World) => [
  `${PREFIX[world.channels.get(String(args.channel))?.kind ?? 'public']}:${verb}`,
]
