import type { JsonObject } from '../shape.ts'
import type { Clock } from '../slack/clock.ts'
import type { Account } from './account.ts'
import { bitsOf, computePermissions, type Overwrite, type PermissionName } from './permissions.ts'
import { compareIds, type createSnowflakes } from './snowflakes.ts'

export type User = { id: string; name: string; isBot: boolean; locale: string }

export type Role = { id: string; name: string; permissions: bigint; isManaged: boolean }

export type Member = { userId: string; roles: string[]; joinedAt: number }

export type Guild = {
  id: string
  name: string
  ownerId: string
  locale: string
  /** The first is @everyone, whose id is the guild's. */
  roles: Role[]
  members: Map<string, Member>
}

/** https://docs.discord.com/developers/resources/channel#channel-object-channel-types */
export const GUILD_TEXT = 0
export const DM = 1

export type Channel = {
  id: string
  type: number
  name: string
  /** Absent in direct messages. */
  guildId?: string
  overwrites: Overwrite[]
  /** The person in direct messages with the bot. */
  recipientId?: string
}

/** https://docs.discord.com/developers/resources/message#message-object-message-flags */
export const EPHEMERAL = 1 << 6
export const LOADING = 1 << 7
export const IS_COMPONENTS_V2 = 1 << 15

/** What a message says. */
export type Content = { content: string; components: JsonObject[]; embeds: unknown[]; flags: number }

/** Where a message that answers an interaction comes from. */
export type Origin = { id: string; type: number; name: string; userId: string; interactedMessageId?: string }

/** A message. When it is edited, this very object changes. */
export type Message = Content & {
  id: string
  channelId: string
  authorId: string
  /** Milliseconds since 1970. */
  at: number
  editedAt?: number
  nonce?: string | number
  /** The one user who sees it. It is in no history, and no method of channels finds it. */
  ephemeralTo?: string
  origin?: Origin
}

export type Draft = Partial<Content> & { channelId: string; authorId: string } & Partial<
    Pick<Message, 'id' | 'nonce' | 'ephemeralTo' | 'origin'>
  >

export type GuildOptions = {
  id?: string
  name?: string
  ownerId?: string
  locale?: string
  /** What everybody may; usually view, send, read the history and use commands. */
  everyone?: PermissionName[]
  /** What the bot's own role allows besides. */
  bot?: PermissionName[]
  /** Whether the bot is in it; usually so. */
  hasBot?: boolean
}

export type MemberOptions = { permissions?: PermissionName[] }

const USUAL: PermissionName[] = ['ViewChannel', 'SendMessages', 'ReadMessageHistory', 'UseApplicationCommands']

/** All that there is in this Discord. */
export type World = ReturnType<typeof createWorld>

export function createWorld(account: Account, clock: Clock, snowflakes: ReturnType<typeof createSnowflakes>) {
  const guilds = new Map<string, Guild>()
  const channels = new Map<string, Channel>()
  const users = new Map<string, User>()
  const stored = new Map<string, Message>()
  const withheld = new Set<string>()
  const botId = account.applicationId

  function addUser(given: Partial<User> = {}): User {
    const id = given.id ?? snowflakes.next()
    const user = { id, name: `user${users.size}`, isBot: false, locale: 'en-GB', ...given }
    users.set(id, user)
    return user
  }

  function addMember(guildId: string, userId: string, { permissions }: MemberOptions = {}): Member {
    const guild = expect(guilds, guildId, 'guild')
    const roles = permissions ? [addRole(guildId, { permissions }).id] : []
    const member = { userId: expect(users, userId, 'user').id, roles, joinedAt: clock.now() }
    guild.members.set(userId, member)
    return member
  }

  function addRole(
    guildId: string,
    given: { name?: string; permissions?: PermissionName[]; isManaged?: boolean },
  ): Role {
    const guild = expect(guilds, guildId, 'guild')
    const { name = `role${guild.roles.length}`, permissions = [], isManaged = false } = given
    const role = { id: snowflakes.next(), name, permissions: bitsOf(permissions), isManaged }
    guild.roles.push(role)
    return role
  }

  function addGuild(given: GuildOptions = {}): Guild {
    const id = given.id ?? snowflakes.next()
    const ownerId = given.ownerId ?? addUser({ name: `owner${guilds.size}` }).id
    const { name = `Guild ${guilds.size}`, locale = 'en-GB', everyone = USUAL, bot = [], hasBot = true } = given
    const role = { id, name: '@everyone', permissions: bitsOf(everyone), isManaged: false }
    const guild: Guild = { id, name, ownerId, locale, roles: [role], members: new Map() }
    guilds.set(id, guild)
    addMember(id, ownerId)
    if (hasBot)
      addMember(id, botId).roles.push(addRole(id, { name: account.botName, permissions: bot, isManaged: true }).id)
    return guild
  }

  function addChannel(given: { guildId: string } & Partial<Channel>): Channel {
    const id = given.id ?? snowflakes.next()
    const channel = { id, type: GUILD_TEXT, name: `channel-${channels.size}`, overwrites: [], ...given }
    expect(guilds, channel.guildId, 'guild')
    channels.set(id, channel)
    return channel
  }

  /** The direct messages between a person and the bot. */
  function directChannel(userId: string): Channel {
    const there = [...channels.values()].find(channel => channel.recipientId === userId)
    if (there) return there
    const id = snowflakes.next()
    const channel = { id, type: DM, name: '', overwrites: [], recipientId: expect(users, userId, 'user').id }
    channels.set(id, channel)
    return channel
  }

  /** What a user may do in a channel; nothing outside the guild. */
  function permissionsIn(channelId: string, userId: string): bigint {
    const channel = expect(channels, channelId, 'channel')
    if (channel.guildId === undefined) return bitsOf([...USUAL, 'EmbedLinks', 'AttachFiles'])
    return permissionsOf(channel.guildId, userId, channel.overwrites)
  }

  function permissionsOf(guildId: string, userId: string, overwrites: Overwrite[] = []): bigint {
    const guild = expect(guilds, guildId, 'guild')
    const member = guild.members.get(userId)
    if (!member) return 0n
    const [everyone, ...others] = guild.roles
    const roles = others.filter(({ id }) => member.roles.includes(id))
    const standing = { userId, guildId, isOwner: guild.ownerId === userId, roles, overwrites }
    return computePermissions({ ...standing, everyone: everyone?.permissions ?? 0n })
  }

  /** Allows and denies in one channel: to a role or a user, usually to the bot. */
  function setPermissions(
    channelId: string,
    { allow = [], deny = [] }: { allow?: PermissionName[]; deny?: PermissionName[] },
    to: string = botId,
  ): void {
    const channel = expect(channels, channelId, 'channel')
    const type = users.has(to) ? 1 : 0
    const others = channel.overwrites.filter(({ id }) => id !== to)
    channel.overwrites = [...others, { id: to, type, allow: bitsOf(allow), deny: bitsOf(deny) }]
  }

  const inChannel = (channelId: string): Message[] =>
    [...stored.values()]
      .filter(message => message.channelId === channelId && !withheld.has(message.id))
      .toSorted((a, b) => compareIds(a.id, b.id))

  return {
    account,
    guilds,
    channels,
    users,
    addUser,
    addMember,
    addRole,
    addGuild,
    addChannel,
    directChannel,
    permissionsIn,
    permissionsOf,
    setPermissions,
    nextId: snowflakes.next,
    store(draft: Draft): Message {
      const id = draft.id ?? snowflakes.next()
      const message = { content: '', components: [], embeds: [], flags: 0, at: clock.now(), ...draft, id }
      stored.set(id, message)
      return message
    },
    /** Changes a message in place. */
    edit: (message: Message, content: Partial<Content>): Message =>
      Object.assign(message, content, { editedAt: clock.now() }),
    remove: ({ id }: { id: string }): boolean => stored.delete(id),
    find: (id: string): Message | undefined => (withheld.has(id) ? undefined : stored.get(id)),
    /** What is in a channel for everybody, oldest first. */
    messages: (channelId: string): Message[] => inChannel(channelId).filter(one => one.ephemeralTo === undefined),
    /** What one user sees in a channel, oldest first. */
    seenBy: (userId: string, channelId: string): Message[] =>
      inChannel(channelId).filter(one => (one.ephemeralTo ?? userId) === userId),
    /** Hides a message that Discord has answered for and not stored yet; gives back what shows it. */
    withhold(id: string): () => void {
      withheld.add(id)
      return () => withheld.delete(id)
    },
  }
}

/** @throws Error where a test names what is not there */
export function expect<Thing>(things: Map<string, Thing>, id: string, what: string): Thing {
  const thing = things.get(id)
  if (thing === undefined) throw new Error(`The fake Discord has no ${what} ${id}.`)
  return thing
}
