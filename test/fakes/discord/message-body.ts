import { checkDiscord } from '../check-discord.ts'
import type { JsonObject } from '../shape.ts'
import { isObject } from '../slack/message-body.ts'
import { type FormFault, formFault, invalidField, invalidForm, Refusal } from './refusal.ts'
import { type Content, EPHEMERAL, IS_COMPONENTS_V2 } from './world.ts'

/** The calls that take a message: each has its keys and its flags. */
export type Kind = 'create' | 'edit' | 'callback' | 'followup' | 'webhookEdit'

const SHARED = ['content', 'embeds', 'allowed_mentions', 'components', 'attachments', 'flags']

const KEYS: Record<Kind, string[]> = {
  /** https://docs.discord.com/developers/resources/message#create-message */
  create: [
    ...SHARED,
    'nonce',
    'enforce_nonce',
    'tts',
    'message_reference',
    'sticker_ids',
    'poll',
    'shared_client_theme',
  ],
  /** https://docs.discord.com/developers/resources/message#edit-message */
  edit: SHARED,
  /** https://docs.discord.com/developers/interactions/receiving-and-responding#interaction-response-object-messages */
  callback: [...SHARED, 'tts', 'poll'],
  /** https://docs.discord.com/developers/interactions/receiving-and-responding#create-followup-message */
  followup: [...SHARED, 'tts', 'poll'],
  /** https://docs.discord.com/developers/resources/webhook#edit-webhook-message */
  webhookEdit: [...SHARED, 'poll'],
}

const SUPPRESS_EMBEDS = 1 << 2
const SUPPRESS_NOTIFICATIONS = 1 << 12
const PLAIN_FLAGS = SUPPRESS_EMBEDS | SUPPRESS_NOTIFICATIONS | IS_COMPONENTS_V2

/** The flags that may be set, by the same pages. */
const FLAGS: Record<Kind, number> = {
  create: PLAIN_FLAGS,
  edit: SUPPRESS_EMBEDS | IS_COMPONENTS_V2,
  callback: PLAIN_FLAGS | EPHEMERAL,
  followup: PLAIN_FLAGS | EPHEMERAL,
  webhookEdit: SUPPRESS_EMBEDS | IS_COMPONENTS_V2,
}

/** https://docs.discord.com/developers/resources/message#create-message */
const CONTENT = 2000
const EMBEDS = 10

/** https://docs.discord.com/developers/resources/message#embed-object-embed-limits */
const EMBED_TEXT = 6000

/** https://docs.discord.com/developers/components/reference#legacy-message-component-behavior */
const LEGACY_ROWS = 5

export type Violate = (what: string) => void

/** discord.js says these in every body, false unless it was asked for them: https://github.com/discordjs/discord.js/pull/10129 */
const ALWAYS_SENT = ['tts', 'enforce_nonce']

type Reading = { kind: Kind; where: string; violate: Violate; before?: Content }

/**
 * What a message says; with `before`, what is left of that stays.
 * @throws Refusal as Discord refuses a message. What it takes, but no app of ours may send (mentions that ping, keys and flags that
 *   are ignored), is told to `violate`.
 */
export function readMessageBody(value: unknown, reading: Reading): Content {
  if (!isObject(value)) throw invalidField('', 'DICT_TYPE_CONVERT', 'Only dictionaries may be used in a DictType')
  noteIgnored(value, reading)
  const flags = readFlags(value.flags, reading)
  const { before } = reading
  const body = {
    content: typeof value.content === 'string' ? value.content : value.content === null ? '' : (before?.content ?? ''),
    components: readComponentList(value.components) ?? before?.components ?? [],
    embeds: Array.isArray(value.embeds) ? value.embeds : value.embeds === null ? [] : (before?.embeds ?? []),
    flags,
  }
  if (flags & IS_COMPONENTS_V2) expectComponents(body, value, reading)
  else expectLegacy(body, reading)
  return body
}

function noteIgnored(body: JsonObject, { kind, where, violate }: Reading): void {
  for (const [key, given] of Object.entries(body))
    if (!KEYS[kind].includes(key) && !(ALWAYS_SENT.includes(key) && given === false))
      violate(`${where} has the unknown key ${key}.`)
  if (JSON.stringify(body.allowed_mentions) !== '{"parse":[]}')
    violate(`${where} lacks allowed_mentions {"parse":[]}, without which it may ping.`)
}

function readFlags(value: unknown, { kind, where, violate, before }: Reading): number {
  const kept = (before?.flags ?? 0) & ~PLAIN_FLAGS
  if (value === undefined || value === null) return before?.flags ?? 0
  if (!Number.isInteger(value)) throw invalidField('flags', 'NUMBER_TYPE_COERCE', `Value "${value}" is not int.`)
  const given = Number(value)
  const ignored = given & ~FLAGS[kind] & ~(before?.flags ?? 0)
  if (ignored !== 0) violate(`${where} has the flags ${ignored}, which Discord ignores there.`)
  expectNoDowngrade(given, before)
  return (given & FLAGS[kind]) | kept
}

/** A message keeps its components for good: https://github.com/discord/discord-api-docs/pull/7560 */
function expectNoDowngrade(flags: number, before: Content | undefined): void {
  if (before && before.flags & IS_COMPONENTS_V2 && !(flags & IS_COMPONENTS_V2))
    throw invalidField('flags', 'MESSAGE_CANNOT_REMOVE_COMPONENTS_V2_FLAG', 'The components v2 flag cannot be removed')
}

function readComponentList(value: unknown): JsonObject[] | undefined {
  if (value === undefined) return undefined
  if (value === null) return []
  if (!Array.isArray(value) || !value.every(isObject))
    throw invalidField('components', 'BASE_TYPE_INVALID', 'Only iterables of components may be used')
  return value
}

const isGiven = (value: unknown): boolean => value !== undefined && value !== null && value !== '' && !isEmpty(value)

const isEmpty = (value: unknown): boolean => Array.isArray(value) && value.length === 0

/** https://docs.discord.com/developers/resources/message#create-message: with the flag, components and nothing else. */
function expectComponents(body: Content, given: JsonObject, { where, violate }: Reading): void {
  const legacy = ['embeds', 'sticker_ids', 'poll', 'shared_client_theme'].filter(key => isGiven(given[key]))
  if (body.content !== '') legacy.unshift('content')
  const code = 'MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2'
  const message = 'This field cannot be used with MessageFlags.IS_COMPONENTS_V2'
  if (legacy.length > 0) throw invalidForm(legacy.map(at => ({ at, code, message })))
  const faults = faultsOf(body.components)
  for (const fault of faults) violate(`${where}: ${fault}`)
  if (faults.some(fault => WEIGHT.test(fault))) throw new Refusal(500, 0, '500: Internal Server Error')
  if (faults.length > 0) throw invalidForm(faults.map(formFault))
}

/** https://github.com/discord/discord-api-docs/issues/8554: where that alone is wrong, the server breaks. */
const WEIGHT = /^The text displays weigh/

const faultsOf = (components: JsonObject[]): string[] => {
  const faults = checkDiscord({ flags: IS_COMPONENTS_V2, allowed_mentions: { parse: [] }, components })
  return faults.every(fault => WEIGHT.test(fault)) ? faults : faults.filter(fault => !WEIGHT.test(fault))
}

function expectLegacy(body: Content, { where, violate }: Reading): void {
  const faults = [...contentFaults(body.content), ...embedFaults(body.embeds), ...rowFaults(body.components)]
  for (const { at, message } of faults) violate(`${where}: ${at} ${message}`)
  if (faults.length > 0) throw invalidForm(faults)
  const isNothing = body.content.trim() === '' && body.embeds.length === 0 && body.components.length === 0
  if (isNothing) throw new Refusal(400, 50006, 'Cannot send an empty message')
}

const contentFaults = (content: string): FormFault[] =>
  [...content].length > CONTENT
    ? [{ at: 'content', code: 'BASE_TYPE_MAX_LENGTH', message: `Must be ${CONTENT} or fewer in length.` }]
    : []

function embedFaults(embeds: unknown[]): FormFault[] {
  if (embeds.length > EMBEDS)
    return [{ at: 'embeds', code: 'BASE_TYPE_MAX_LENGTH', message: `Must be ${EMBEDS} or fewer in length.` }]
  const total = embeds.reduce<number>((sum, embed) => sum + embedText(embed).length, 0)
  const message = `Embed size exceeds maximum size of ${EMBED_TEXT}`
  return total > EMBED_TEXT ? [{ at: 'embeds', code: 'MAX_EMBED_SIZE_EXCEEDED', message }] : []
}

/** https://docs.discord.com/developers/resources/message#embed-object-embed-limits */
function embedText(embed: unknown): string {
  if (!isObject(embed)) return ''
  const { title, description, footer, author, fields } = embed
  const ofFields = Array.isArray(fields) ? fields.filter(isObject).flatMap(({ name, value }) => [name, value]) : []
  const texts = [title, description, isObject(footer) && footer.text, isObject(author) && author.name, ...ofFields]
  return texts.filter(text => typeof text === 'string').join('')
}

/** Without the flag only rows stand at the top: https://docs.discord.com/developers/components/reference#legacy-message-component-behavior */
function rowFaults(rows: JsonObject[]): FormFault[] {
  if (rows.length === 0) return []
  const strange = rows.flatMap(({ type }, index) =>
    type === 1 ? [] : [{ at: `components[${index}]`, code: 'UNION_TYPE_CHOICES', message: TYPE_MESSAGE }],
  )
  if (strange.length > 0) return strange
  const many = {
    at: 'components',
    code: 'BASE_TYPE_BAD_LENGTH',
    message: `Must be between 1 and ${LEGACY_ROWS} in length.`,
  }
  return rows.length > LEGACY_ROWS ? [many] : faultsOf(rows).map(formFault)
}

const TYPE_MESSAGE = 'Value of field "type" must be one of (1,).'

/** https://docs.discord.com/developers/resources/message#create-message */
const NONCE = 25

export type Nonce = { nonce?: string | number; isEnforced: boolean }

/** @throws Refusal 50035 */
export function readNonce({ nonce, enforce_nonce: enforce }: JsonObject, violate: Violate): Nonce {
  if (enforce !== undefined && typeof enforce !== 'boolean')
    throw invalidField('enforce_nonce', 'BOOLEAN_TYPE_CONVERT', 'Must be either true or false.')
  if (nonce === undefined || nonce === null) {
    if (enforce) violate('A message has enforce_nonce without a nonce.')
    return { isEnforced: false }
  }
  const isText = typeof nonce === 'string' && nonce !== '' && [...nonce].length <= NONCE
  if (!isText && !Number.isSafeInteger(nonce))
    throw invalidField('nonce', 'NONCE_TYPE_INVALID', `Must be an integer or a text of up to ${NONCE} characters.`)
  return { nonce: nonce as string | number, isEnforced: enforce === true }
}
