import type { JsonObject } from '../shape.ts'
import { isObject } from '../slack/message-body.ts'
import { applicationFlags } from './account.ts'
import { bitsOf } from './permissions.ts'
import {
  type Channel,
  expect,
  type Guild,
  type Member,
  type Message,
  type Role,
  type User,
  type World,
} from './world.ts'

const isoTime = (ms: number): string => new Date(ms).toISOString().replace('Z', '000+00:00')

/** https://docs.discord.com/developers/resources/user#user-object */
export const drawUser = ({ id, name, isBot }: User): JsonObject => ({
  id,
  username: name,
  discriminator: isBot ? '0001' : '0',
  global_name: isBot ? null : name,
  avatar: null,
  public_flags: 0,
  ...(isBot && { bot: true }),
})

/** https://docs.discord.com/developers/resources/application#application-object */
export const drawApplication = ({ account }: World): JsonObject => ({
  id: account.applicationId,
  name: account.botName,
  icon: null,
  description: '',
  bot_public: true,
  bot_require_code_grant: false,
  verify_key: account.publicKey,
  flags: applicationFlags(account),
  interactions_endpoint_url: account.interactionsUrl ?? null,
})

/** https://docs.discord.com/developers/topics/permissions#role-object */
export const drawRole = ({ id, name, permissions, isManaged }: Role, position: number): JsonObject => ({
  id,
  name,
  permissions: String(permissions),
  position,
  color: 0,
  colors: { primary_color: 0, secondary_color: null, tertiary_color: null },
  hoist: false,
  managed: isManaged,
  mentionable: false,
  icon: null,
  unicode_emoji: null,
  flags: 0,
})

/** https://docs.discord.com/developers/resources/guild#guild-member-object */
export const drawMember = ({ userId, roles, joinedAt }: Member, { users }: World): JsonObject => ({
  user: drawUser(expect(users, userId, 'user')),
  roles,
  nick: null,
  avatar: null,
  banner: null,
  joined_at: isoTime(joinedAt),
  premium_since: null,
  communication_disabled_until: null,
  deaf: false,
  mute: false,
  pending: false,
  flags: 0,
})

/** https://docs.discord.com/developers/resources/channel#channel-object */
export function drawChannel(channel: Channel, { users }: World): JsonObject {
  const { id, type, name, guildId, overwrites, recipientId } = channel
  if (recipientId !== undefined)
    return { id, type, last_message_id: null, flags: 0, recipients: [drawUser(expect(users, recipientId, 'user'))] }
  const permission_overwrites = overwrites.map(one => ({ ...one, allow: String(one.allow), deny: String(one.deny) }))
  const rest = { topic: null, nsfw: false, last_message_id: null, parent_id: null, rate_limit_per_user: 0, flags: 0 }
  return { id, type, name, guild_id: guildId, position: 0, permission_overwrites, ...rest }
}

/** https://docs.discord.com/developers/resources/guild#guild-object */
export const drawGuild = ({ id, name, ownerId, locale, roles }: Guild): JsonObject => ({
  id,
  name,
  icon: null,
  splash: null,
  banner: null,
  description: null,
  owner_id: ownerId,
  afk_channel_id: null,
  afk_timeout: 300,
  verification_level: 0,
  default_message_notifications: 0,
  explicit_content_filter: 0,
  roles: roles.map(drawRole),
  emojis: [],
  stickers: [],
  features: [],
  mfa_level: 0,
  application_id: null,
  system_channel_id: null,
  system_channel_flags: 0,
  rules_channel_id: null,
  vanity_url_code: null,
  premium_tier: 0,
  preferred_locale: locale,
  public_updates_channel_id: null,
  nsfw_level: 0,
  premium_progress_bar_enabled: false,
  safety_alerts_channel_id: null,
})

/** https://docs.discord.com/developers/events/gateway-events#guild-create: without other members, as for bots without their intent. */
export function drawGuildCreate(guild: Guild, world: World): JsonObject {
  const bot = guild.members.get(world.account.applicationId)
  const channels = [...world.channels.values()].filter(channel => channel.guildId === guild.id)
  const lists = { threads: [], presences: [], voice_states: [], stage_instances: [], guild_scheduled_events: [] }
  return {
    ...drawGuild(guild),
    ...lists,
    soundboard_sounds: [],
    joined_at: isoTime(bot?.joinedAt ?? 0),
    large: false,
    unavailable: false,
    member_count: guild.members.size,
    members: bot ? [drawMember(bot, world)] : [],
    channels: channels.map(channel => drawChannel(channel, world)),
  }
}

/** https://docs.discord.com/developers/events/gateway#message-content-intent */
const MESSAGE_CONTENT = 1 << 15

/**
 * A message as answers and events hold it: https://docs.discord.com/developers/resources/message#message-object.
 * Other people's words stay empty without the intent, and a nonce is told only where the message is created.
 */
export function drawMessage(message: Message, world: World): JsonObject {
  const { id, channelId, at, editedAt, flags } = message
  const author = drawUser(expect(world.users, message.authorId, 'user'))
  const mentions = { mentions: [], mention_roles: [], mention_everyone: false }
  return {
    id,
    type: typeOfMessage(message),
    channel_id: channelId,
    author,
    ...drawWords(message, world),
    ...mentions,
    attachments: [],
    timestamp: isoTime(at),
    edited_timestamp: editedAt === undefined ? null : isoTime(editedAt),
    tts: false,
    pinned: false,
    flags,
    ...drawOrigin(message, world),
  }
}

function drawWords({ authorId, channelId, content, components, embeds }: Message, world: World): JsonObject {
  const { applicationId, privilegedIntents } = world.account
  const isDirect = world.channels.get(channelId)?.guildId === undefined
  const isTold = authorId === applicationId || isDirect || content.includes(`<@${applicationId}>`)
  if (!isTold && !(privilegedIntents & MESSAGE_CONTENT)) return { content: '', components: [], embeds: [] }
  return { content, embeds, components: numberComponents(components) }
}

/** https://docs.discord.com/developers/resources/message#message-object-message-types: an answer to a command, and a reply. */
const CHAT_INPUT_COMMAND = 20
const REPLY = 19

const typeOfMessage = ({ origin }: Message): number => {
  if (!origin) return 0
  return origin.interactedMessageId === undefined ? CHAT_INPUT_COMMAND : REPLY
}

/** https://docs.discord.com/developers/resources/message#message-interaction-metadata-object */
function drawOrigin({ origin }: Message, { users, account }: World): JsonObject {
  if (!origin) return {}
  const { id, type, name, userId, interactedMessageId } = origin
  const user = drawUser(expect(users, userId, 'user'))
  const owners = { authorizing_integration_owners: { 0: '0' } }
  const clicked = interactedMessageId === undefined ? {} : { interacted_message_id: interactedMessageId }
  return {
    application_id: account.applicationId,
    webhook_id: account.applicationId,
    interaction_metadata: { id, type, user, ...owners, ...(type === 2 && { name, command_type: 1 }), ...clicked },
    ...(type === 2 && { interaction: { id, type, name, user } }),
  }
}

/** Discord numbers the components that have no id: https://docs.discord.com/developers/components/reference#anatomy-of-a-component */
export function numberComponents(components: JsonObject[]): JsonObject[] {
  const last = { id: 0 }
  const number = (component: unknown): unknown => {
    if (!isObject(component)) return component
    last.id += 1
    const numbered = { id: last.id, ...component }
    return Array.isArray(component.components)
      ? { ...numbered, components: component.components.map(number) }
      : numbered
  }
  return components.map(number).filter(isObject)
}

/** https://docs.discord.com/developers/resources/user#get-current-user-guilds */
export const drawOwnGuild = ({ id, name, ownerId }: Guild, { account, permissionsOf }: World): JsonObject => ({
  id,
  name,
  icon: null,
  banner: null,
  owner: ownerId === account.applicationId,
  permissions: String(permissionsOf(id, account.applicationId) || bitsOf([])),
  features: [],
})
