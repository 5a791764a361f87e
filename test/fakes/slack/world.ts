import type { JsonObject } from '../shape.ts'
import type { Account } from './account.ts'
import type { Clock } from './clock.ts'

export type Channel = {
  id: string
  name: string
  kind: 'public' | 'private' | 'im'
  isArchived: boolean
  /** Only certain people may post: https://docs.slack.dev/reference/methods/chat.postMessage#errors (`restricted_action`) */
  isRestricted: boolean
  /** Whether the bot is in it. */
  isMember: boolean
  /** The people in it. */
  members: Set<string>
}

export type ChannelOptions = Partial<Omit<Channel, 'id' | 'kind' | 'members'>> & {
  id: string
  isPrivate?: boolean
  members?: string[]
}

export type User = {
  id: string
  name: string
  isAdmin: boolean
  isOwner: boolean
  isBot: boolean
  isDeleted: boolean
  zone: string
  locale: string
}

export type Metadata = { event_type: string; event_payload: JsonObject }

/** A message as a reader sees it. */
export type Message = {
  channel: string
  ts: string
  text: string
  blocks: JsonObject[]
  user?: string
  bot_id?: string
  thread_ts?: string
  metadata?: Metadata
  edited?: { user: string; ts: string }
  /** The one user who sees it. It is in no history and no method finds it. */
  ephemeralTo?: string
}

export type Draft = Omit<Message, 'ts'> & { ts?: string }

/** A view that is open: App Home or a modal. */
export type View = JsonObject & { id: string; hash: string; type: string; blocks: JsonObject[]; user: string }

/** All that there is in the workspace. */
export type World = ReturnType<typeof createWorld>

export function createWorld(account: Account, clock: Clock) {
  const channels = new Map<string, Channel>()
  const users = new Map<string, User>()
  const stored = new Map<string, Message[]>()
  const views = new Map<string, View>()
  const withheld = new Set<string>()
  const stamps = new Map<string, number>()
  const counts = { view: 0 }

  const keyOf = ({ channel, ts }: { channel: string; ts: string }) => `${channel}/${ts}`
  const listOf = (channel: string): Message[] => {
    const list = stored.get(channel) ?? []
    stored.set(channel, list)
    return list
  }

  /** Unique in a channel and increasing: https://docs.slack.dev/messaging/retrieving-messages#individual_messages */
  function nextTs(channel: string): string {
    const micros = Math.max(Math.floor(clock.now() * 1000), (stamps.get(channel) ?? 0) + 1)
    stamps.set(channel, micros)
    return `${Math.floor(micros / 1_000_000)}.${String(micros % 1_000_000).padStart(6, '0')}`
  }

  return {
    account,
    channels,
    users,
    views,
    addChannel({ isPrivate = false, members = [], ...given }: ChannelOptions): Channel {
      const base = { name: given.id.toLowerCase(), isArchived: false, isRestricted: false, isMember: false }
      const kind = isPrivate ? ('private' as const) : ('public' as const)
      const channel: Channel = { ...base, ...given, kind, members: new Set(members) }
      channels.set(channel.id, channel)
      return channel
    },
    addUser(given: Partial<User> & { id: string }): User {
      const base = { name: given.id.toLowerCase(), isAdmin: false, isOwner: false, isBot: false, isDeleted: false }
      const user = { ...base, zone: 'Europe/London', locale: 'en-GB', ...given }
      users.set(user.id, user)
      return user
    },
    /** The direct messages between a person and the bot. */
    directChannel(user: string): Channel {
      const id = `D${user.slice(1)}`
      const base = { isArchived: false, isRestricted: false, isMember: true, members: new Set([user]) }
      const channel = channels.get(id) ?? { id, name: 'directmessage', kind: 'im' as const, ...base }
      channels.set(id, channel)
      return channel
    },
    nextTs,
    store(draft: Draft): Message {
      const message: Message = { ...draft, ts: draft.ts ?? nextTs(draft.channel) }
      listOf(message.channel).push(message)
      if (draft.ts !== undefined) listOf(message.channel).sort((a, b) => Number(a.ts) - Number(b.ts))
      return message
    },
    replace(message: Message): Message {
      const list = listOf(message.channel)
      list[list.findIndex(one => one.ts === message.ts)] = message
      return message
    },
    remove({ channel, ts }: { channel: string; ts: string }): void {
      const list = listOf(channel)
      list.splice(0, list.length, ...list.filter(one => one.ts !== ts))
    },
    find: (at: { channel: string; ts: string }) =>
      withheld.has(keyOf(at)) ? undefined : listOf(at.channel).find(one => one.ts === at.ts),
    /** What is in the channel for everybody, oldest first. */
    messages: (channel: string): Message[] =>
      listOf(channel).filter(one => one.ephemeralTo === undefined && !withheld.has(keyOf(one))),
    /** What one reader sees in the channel, oldest first. */
    seenBy: (user: string, channel: string): Message[] =>
      listOf(channel).filter(one => (one.ephemeralTo ?? user) === user && !withheld.has(keyOf(one))),
    /** Hides a message that Slack has answered for and not stored yet; gives back what shows it. */
    withhold(at: { channel: string; ts: string }): () => void {
      withheld.add(keyOf(at))
      return () => withheld.delete(keyOf(at))
    },
    nextViewId: () => `V${String(++counts.view).padStart(8, '0')}`,
    home: (user: string): View | undefined => views.get(user),
  }
}

/** A message as the Web API and payloads hold it. */
export function toSlack(message: Message, account: Account): JsonObject {
  const { channel: _, ephemeralTo: __, blocks, ...rest } = message
  const bot = rest.bot_id === undefined ? {} : { app_id: account.appId }
  return { type: 'message', team: account.team.id, ...bot, ...rest, ...(blocks.length > 0 && { blocks }) }
}
