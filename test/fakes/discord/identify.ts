import { GatewayIntentBits } from 'discord-api-types/v10'
import { isObject } from '../slack/message-body.ts'
import type { Account } from './account.ts'

/** The gateway closes a connection: https://docs.discord.com/developers/topics/opcodes-and-status-codes#gateway-gateway-close-event-codes */
export class Refused extends Error {
  override name = 'Refused'
  readonly code: number

  constructor(code: number, reason: string) {
    super(reason)
    this.code = code
  }
}

export type Identity = { intents: number; shard: [shard: number, count: number] }

const ALL_INTENTS = Object.values(GatewayIntentBits)
  .filter(bit => typeof bit === 'number')
  .reduce((all: number, bit) => all | bit, 0)

/** https://docs.discord.com/developers/events/gateway#privileged-intents */
const PRIVILEGED = GatewayIntentBits.GuildMembers | GatewayIntentBits.GuildPresences | GatewayIntentBits.MessageContent

/** https://docs.discord.com/developers/events/gateway-events#identify. @throws Refused */
export function readIdentify(d: unknown, account: Account): Identity {
  if (!isObject(d)) throw new Refused(4002, 'Decode error.')
  if (d.token !== account.token || !account.isTokenValid) throw new Refused(4004, 'Authentication failed.')
  const { properties, intents } = d
  if (!isObject(properties) || typeof properties.os !== 'string') throw new Refused(4002, 'Decode error.')
  if (d.compress === true) throw new Refused(4002, 'The fake speaks JSON without compression.')
  if (!Number.isInteger(intents) || Number(intents) & ~ALL_INTENTS) throw new Refused(4013, 'Invalid intent(s).')
  if (Number(intents) & PRIVILEGED & ~account.privilegedIntents) throw new Refused(4014, 'Disallowed intent(s).')
  return { intents: Number(intents), shard: readShard(d.shard ?? [0, 1]) }
}

function readShard(value: unknown): [number, number] {
  const [shard, count] = Array.isArray(value) ? value : []
  const isShard = Number.isInteger(shard) && Number.isInteger(count) && shard >= 0 && shard < count
  if (!isShard) throw new Refused(4010, 'Invalid shard.')
  return [shard, count]
}
