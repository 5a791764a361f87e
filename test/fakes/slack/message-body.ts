import { checkSlack } from '../check-slack.ts'
import type { JsonObject } from '../shape.ts'
import { Refusal, refuseWith } from './refusal.ts'
import type { Metadata } from './world.ts'

/** https://docs.slack.dev/reference/methods/chat.postMessage#truncating (Slack cuts off here; the fake refuses, so that nothing is lost unseen) */
const LONGEST_TEXT = 40_000

/** What a message says: its text, and its blocks where it has any. */
export type Body = { text: string; blocks: JsonObject[] }

export type Violate = (what: string) => void

/**
 * A message's text and blocks.
 * @throws Refusal as Slack refuses a message: no_text, msg_too_long, invalid_blocks_format, invalid_blocks, msg_blocks_too_long.
 *   What Slack takes but shows otherwise than it was meant (unescaped text, no text beside blocks) is told to `violate`.
 */
export function readBody(args: JsonObject, where: string, violate: Violate): Body {
  const text = args.text === undefined ? '' : String(args.text)
  const blocks = readBlocks(args.blocks)
  if (text === '' && blocks.length === 0) throw new Refusal('no_text')
  if (text.length > LONGEST_TEXT) throw new Refusal('msg_too_long')
  checkText(text, where, violate)
  if (blocks.length > 0) checkBlocks(blocks, where, violate)
  return { text, blocks }
}

export function readBlocks(value: unknown): JsonObject[] {
  if (value === undefined || value === '') return []
  if (!Array.isArray(value)) throw new Refusal('invalid_blocks_format')
  return value
}

/** A block and a text that nobody finds fault with, to look at the other half alone. */
const HARMLESS = { text: 'text', blocks: [{ type: 'divider' }] }

function checkText(text: string, where: string, violate: Violate): void {
  if (text === '') violate(`${where} has no top-level text, which notifications and screen readers read.`)
  else for (const fault of checkSlack({ ...HARMLESS, text })) violate(`${where}: ${fault}`)
}

/** What the checker says where only the length of all text is wrong. */
const LENGTH = /^The blocks hold|outside 1 to 10000\.$/

function checkBlocks(blocks: JsonObject[], where: string, violate: Violate): void {
  const faults = checkSlack({ ...HARMLESS, blocks })
  for (const fault of faults) violate(`${where}: ${fault}`)
  if (faults.length === 0) return
  const isOnlyLong = faults.every(fault => LENGTH.test(fault))
  throw refuseWith(isOnlyLong ? 'msg_blocks_too_long' : 'invalid_blocks', faults)
}

/** https://docs.slack.dev/messaging/message-metadata: a name of small letters, digits and underscores */
const EVENT_TYPE = /^[a-z0-9_]+$/

/**
 * What a message carries for programs. An event type with other characters is dropped without a word, as Slack does:
 * https://github.com/slackapi/bolt-python/issues/863
 * @throws Refusal invalid_metadata_format
 */
export function readMetadata(value: unknown, violate: Violate): { metadata?: Metadata } {
  if (value === undefined) return {}
  if (!isMetadata(value)) throw new Refusal('invalid_metadata_format')
  if (EVENT_TYPE.test(value.event_type)) return { metadata: value }
  violate(`The metadata's event_type ${value.event_type} holds more than letters, digits and _, and Slack drops it.`)
  return {}
}

const isMetadata = (value: unknown): value is Metadata =>
  isObject(value) && typeof value.event_type === 'string' && value.event_type !== '' && isObject(value.event_payload)

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
