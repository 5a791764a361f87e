import type { JsonObject } from '../shape.ts'
import { drawChannel, drawMember, drawMessage, drawUser, numberComponents } from './draw.ts'
import { type Interaction, PING } from './interactions.ts'
import { type Channel, expect, type World } from './world.ts'

/** https://docs.discord.com/developers/reference#uploading-files */
const ATTACHMENT_BYTES = 10 * 1024 * 1024

/** https://docs.discord.com/developers/interactions/receiving-and-responding#interaction-object-interaction-structure */
export function drawInteraction(interaction: Interaction, data: JsonObject, world: World): JsonObject {
  const { id, token, type, channelId, source } = interaction
  const channel = expect(world.channels, channelId, 'channel')
  const { applicationId } = world.account
  return {
    id,
    application_id: applicationId,
    type,
    token,
    version: 1,
    data,
    channel_id: channelId,
    app_permissions: String(world.permissionsIn(channelId, applicationId)),
    locale: expect(world.users, interaction.userId, 'user').locale,
    entitlements: [],
    entitlement_sku_ids: [],
    attachment_size_limit: ATTACHMENT_BYTES,
    ...drawPlace(interaction, channel, world),
    ...(source && { message: drawMessage(source, world) }),
  }
}

/** In a guild a member, in direct messages a user. */
function drawPlace({ userId }: Interaction, channel: Channel, world: World): JsonObject {
  const { permission_overwrites: _, ...partial } = drawChannel(channel, world)
  const user = expect(world.users, userId, 'user')
  if (channel.guildId === undefined) {
    const owners = { authorizing_integration_owners: { 0: '0' } }
    return { channel: partial, context: 1, user: drawUser(user), ...owners }
  }
  const guild = expect(world.guilds, channel.guildId, 'guild')
  const permissions = String(world.permissionsIn(channel.id, userId))
  return {
    guild_id: guild.id,
    guild: { id: guild.id, features: [], locale: guild.locale },
    guild_locale: guild.locale,
    channel: { ...partial, permissions },
    context: 0,
    member: { ...drawMember(expect(guild.members, userId, 'member'), world), permissions },
    authorizing_integration_owners: { 0: guild.id },
  }
}

/** https://docs.discord.com/developers/interactions/overview#setting-up-an-endpoint-acknowledging-ping-requests */
export function drawPing(world: World): JsonObject {
  const { applicationId } = world.account
  const user = drawUser(expect(world.users, applicationId, 'user'))
  return {
    application_id: applicationId,
    entitlements: [],
    id: world.nextId(),
    token: 'ping',
    type: PING,
    user,
    version: 1,
  }
}

/** What can be clicked in a message, with the number that Discord gave it. */
export const findComponent = (components: JsonObject[], customId: string): JsonObject | undefined =>
  numberComponents(components)
    .flatMap(flatten)
    .find(one => one.custom_id === customId)

const flatten = (component: JsonObject): JsonObject[] => [
  component,
  ...(Array.isArray(component.components) ? component.components.flatMap(flatten) : []),
]
