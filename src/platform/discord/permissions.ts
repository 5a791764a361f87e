import type { APIChannel, APIGuildMember, APIOverwrite, APIRole } from 'discord-api-types/v10'
import type { CallApi } from './api.ts'

/** What Readout needs in a channel: https://docs.discord.com/developers/topics/permissions#permissions-bitwise-permission-flags */
const NEEDED = {
  'View Channel': 1n << 10n,
  'Send Messages': 1n << 11n,
  'Read Message History': 1n << 16n,
} as const

const ALL = { ...NEEDED, 'Send Messages in Threads': 1n << 38n } as const

export type Permission = keyof typeof ALL

const PERMISSIONS = Object.keys(NEEDED) as Permission[]

const IN_THREADS = PERMISSIONS.map(name => (name === 'Send Messages' ? 'Send Messages in Threads' : name))

const ADMINISTRATOR = 1n << 3n

export const MANAGE_CHANNELS = 1n << 4n

/** Who is looked at, and in which guild and channel. */
export type Place = {
  /** In a thread another permission lets one write. */
  isThread?: boolean
  guildId: string
  ownerId: string
  roles: Pick<APIRole, 'id' | 'permissions'>[]
  overwrites: Pick<APIOverwrite, 'id' | 'allow' | 'deny'>[]
  member: { id: string; roles: string[] }
}

/**
 * Which of the needed permissions are missing in a channel; without the first, nothing else counts.
 * https://docs.discord.com/developers/topics/permissions#permission-overwrites
 */
export function missingPermissions(place: Place): Permission[] {
  const granted = permissionsIn(place)
  const needed = place.isThread ? IN_THREADS : PERMISSIONS
  return needed.filter(name => (granted & ALL[name]) === 0n || (granted & ALL['View Channel']) === 0n)
}

function permissionsIn({ guildId, ownerId, roles, overwrites, member }: Place): bigint {
  const mine = new Set([guildId, ...member.roles])
  const base = roles.filter(role => mine.has(role.id)).reduce((all, role) => all | BigInt(role.permissions), 0n)
  if (member.id === ownerId || (base & ADMINISTRATOR) !== 0n) return EVERYTHING
  const ofRoles = overwrites.filter(({ id }) => id !== guildId && member.roles.includes(id))
  return [of(overwrites, guildId), merge(ofRoles), of(overwrites, member.id)].reduce(
    (all, { allow, deny }) => (all & ~deny) | allow,
    base,
  )
}

const EVERYTHING = Object.values(ALL).reduce((all, one) => all | one, 0n)

type Overwrite = { allow: bigint; deny: bigint }

const of = (overwrites: Place['overwrites'], id: string): Overwrite => merge(overwrites.filter(one => one.id === id))

const merge = (overwrites: Place['overwrites']): Overwrite =>
  overwrites.reduce(({ allow, deny }, one) => ({ allow: allow | BigInt(one.allow), deny: deny | BigInt(one.deny) }), {
    allow: 0n,
    deny: 0n,
  })

/** A thread's permissions are its channel's. */
const parentOf = (channel: APIChannel): string | undefined =>
  'thread_metadata' in channel && 'parent_id' in channel ? (channel.parent_id ?? undefined) : undefined

/** What is known of a channel: its server, what Readout misses there, and whether it takes messages at all. */
export type Examined = { name: string; guildId: string | undefined; missing: Permission[]; takesMessages: boolean }

/** Categories, directories, forums and media: https://docs.discord.com/developers/resources/channel#channel-object-channel-types */
const WITHOUT_MESSAGES = [4, 14, 15, 16]

/** The channel's name, and what Readout misses there. Rejects as `call` does where it can't even be looked at. */
export async function examineChannel(call: CallApi, userId: string, channelId: string): Promise<Examined> {
  const channel = await call<APIChannel>('GET', `/channels/${channelId}`)
  const name = channel.name ?? channelId
  const takesMessages = !WITHOUT_MESSAGES.includes(channel.type)
  if (!('guild_id' in channel) || channel.guild_id === undefined)
    return { name, guildId: undefined, missing: [], takesMessages }
  const guildId = channel.guild_id
  const parent = parentOf(channel)
  const [guild, member, home] = await Promise.all([
    call<{ owner_id: string; roles: APIRole[] }>('GET', `/guilds/${guildId}`),
    call<APIGuildMember>('GET', `/guilds/${guildId}/members/${userId}`),
    parent === undefined ? channel : call<APIChannel>('GET', `/channels/${parent}`),
  ])
  const overwrites = ('permission_overwrites' in home && home.permission_overwrites) || []
  const missing = missingPermissions({
    isThread: parent !== undefined,
    guildId,
    ownerId: guild.owner_id,
    roles: guild.roles,
    overwrites,
    member: { id: userId, roles: member.roles },
  })
  return { name, guildId, missing, takesMessages }
}

const LIST = new Intl.ListFormat('en')

/** Permissions as words. */
export const sayList = (permissions: Permission[]): string => LIST.format(permissions)

/** What to click where permissions are missing. */
export const permissionRemedy = (missing: Permission[]): string =>
  `Give Readout ${sayList(missing)} in the channel: Edit Channel, Permissions.`

/** The invitation of the application to a server, with just what it needs: https://docs.discord.com/developers/topics/oauth2#bot-authorization-flow */
export const inviteAddress = (applicationId: string): string =>
  `https://discord.com/oauth2/authorize?${new URLSearchParams({
    client_id: applicationId,
    scope: 'bot applications.commands',
    permissions: String(Object.values(NEEDED).reduce((all, one) => all | one, 0n)),
  })}`
