import { PermissionFlagsBits } from 'discord-api-types/v10'

/** https://docs.discord.com/developers/topics/permissions#permissions-bitwise-permission-flags */
export type PermissionName = keyof typeof PermissionFlagsBits

export type Overwrite = { id: string; type: 0 | 1; allow: bigint; deny: bigint }

export const bitsOf = (names: readonly PermissionName[]): bigint =>
  names.reduce((bits, name) => bits | PermissionFlagsBits[name], 0n)

const ALL = Object.values(PermissionFlagsBits).reduce((all, bit) => all | bit, 0n)

/** Who asks, and where. */
type Standing = {
  userId: string
  isOwner: boolean
  guildId: string
  everyone: bigint
  roles: { id: string; permissions: bigint }[]
  overwrites: Overwrite[]
}

/** https://docs.discord.com/developers/topics/permissions#permission-overwrites */
export function computePermissions(standing: Standing): bigint {
  const { isOwner, everyone, roles, overwrites, guildId, userId } = standing
  const base = roles.reduce((bits, role) => bits | role.permissions, everyone)
  if (isOwner || base & PermissionFlagsBits.Administrator) return ALL
  const ofRoles = overwrites.filter(({ id }) => id !== guildId && roles.some(role => role.id === id))
  const steps = [overwrites.filter(({ id }) => id === guildId), ofRoles, overwrites.filter(({ id }) => id === userId)]
  return withoutImplied(steps.reduce(applyOverwrites, base))
}

const applyOverwrites = (bits: bigint, overwrites: Overwrite[]): bigint => {
  const denied = overwrites.reduce((all, { deny }) => all | deny, 0n)
  const allowed = overwrites.reduce((all, { allow }) => all | allow, 0n)
  return (bits & ~denied) | allowed
}

/** https://docs.discord.com/developers/topics/permissions#implicit-permissions */
const withoutImplied = (bits: bigint): bigint => (bits & PermissionFlagsBits.ViewChannel ? bits : 0n)

export const holds = (bits: bigint, ...names: PermissionName[]): boolean => (bits & bitsOf(names)) === bitsOf(names)
