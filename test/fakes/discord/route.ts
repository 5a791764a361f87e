import type { JsonObject } from '../shape.ts'
import type { Clock } from '../slack/clock.ts'
import type { Commands } from './commands.ts'
import type { Interactions } from './interactions.ts'
import type { DiscordJournal } from './journal.ts'
import { invalidField } from './refusal.ts'
import { isSnowflake } from './snowflakes.ts'
import type { Message, World } from './world.ts'

/** What the calls work on. */
export type State = {
  world: World
  clock: Clock
  journal: DiscordJournal
  commands: Commands
  interactions: Interactions
  /** The messages that have a nonce, by it. */
  nonces: Map<string, { id: string; at: number }>
  /** What GET /gateway/bot tells. */
  drawGateway: () => JsonObject
  /** Tells the app of an event at a place, as far as its intents go. */
  tell: (event: string, data: JsonObject, guildId?: string) => void
}

/** One call of the API. */
export type Visit = {
  state: State
  /** What stands in the path, in its order. */
  params: string[]
  query: URLSearchParams
  body: JsonObject | unknown[]
}

export type Reply = { status: number; body?: JsonObject | JsonObject[] }

/** A call that Discord knows. */
export type Route = {
  /** What `fail` takes. */
  name: string
  method: string
  /** `/channels/:id/messages` */
  path: string
  /** Calls that are known by the token in their path need no bot's token. */
  isOpen?: boolean
  run: (visit: Visit) => Reply
}

export const ok = (body: JsonObject | JsonObject[]): Reply => ({ status: 200, body })

export const NO_CONTENT: Reply = { status: 204 }

/** A body that is an object. @throws Refusal 50035 */
export const bodyOf = ({ body }: Visit): JsonObject => {
  if (Array.isArray(body)) throw invalidField('', 'DICT_TYPE_CONVERT', 'Only dictionaries may be used in a DictType')
  return body
}

/** A number in a query. @throws Refusal 50035 */
export function readLimit(query: URLSearchParams, most: number, otherwise: number): number {
  const text = query.get('limit')
  if (text === null) return otherwise
  const limit = Number(text)
  if (!Number.isInteger(limit)) throw invalidField('limit', 'NUMBER_TYPE_COERCE', `Value "${text}" is not int.`)
  if (limit < 1) throw invalidField('limit', 'NUMBER_TYPE_MIN', 'int value should be greater than or equal to 1.')
  if (limit > most) throw invalidField('limit', 'NUMBER_TYPE_MAX', `int value should be less than or equal to ${most}.`)
  return limit
}

/** An id in a query. @throws Refusal 50035 */
export function readId(query: URLSearchParams, key: string): string | undefined {
  const id = query.get(key) ?? undefined
  if (id !== undefined && !isSnowflake(id))
    throw invalidField(key, 'NUMBER_TYPE_COERCE', `Value "${id}" is not snowflake.`)
  return id
}

/** @throws Refusal 50035 */
export function expectKeys(query: URLSearchParams, known: string[], { journal }: State): void {
  for (const key of query.keys()) if (!known.includes(key)) journal.violate(`A query has the unknown key ${key}.`)
}

/** Whether a message is the bot's own. */
export const isOwn = ({ authorId }: Message, { account }: World): boolean => authorId === account.applicationId
