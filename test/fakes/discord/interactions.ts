import { randomBytes } from 'node:crypto'
import type { JsonObject } from '../shape.ts'
import type { Clock } from '../slack/clock.ts'
import { isObject } from '../slack/message-body.ts'
import { choiceFaults } from './command-body.ts'
import { drawMessage } from './draw.ts'
import type { DiscordJournal } from './journal.ts'
import { readMessageBody } from './message-body.ts'
import { invalidField, invalidForm, Refusal, unknownInteraction, unknownMessage, unknownWebhook } from './refusal.ts'
import { EPHEMERAL, LOADING, type Message, type Origin, type World } from './world.ts'

/** https://docs.discord.com/developers/interactions/receiving-and-responding#followup-messages */
const TOKEN_LIFE_MS = 15 * 60_000

/** https://docs.discord.com/developers/interactions/receiving-and-responding#interaction-object-interaction-type */
export const PING = 1
export const COMMAND = 2
export const COMPONENT = 3
export const AUTOCOMPLETE = 4

/** https://docs.discord.com/developers/interactions/receiving-and-responding#interaction-response-object-interaction-callback-type */
const MESSAGE = 4
const DEFERRED_MESSAGE = 5
const DEFERRED_UPDATE = 6
const UPDATE = 7
const CHOICES = 8

/** What an interaction is about. */
export type Ask = {
  type: number
  userId: string
  channelId: string
  /** The command's name, as the answer tells it. */
  name: string
  /** The message whose component was used. */
  source?: Message
  /** The type of the option that is being typed into. */
  optionType?: number
}

/** An interaction, from when the reader acted. */
export type Interaction = Ask & {
  id: string
  token: string
  /** Milliseconds since 1970. */
  at: number
  isAnswered: boolean
  /** What the app answered first. */
  response?: JsonObject
  /** What the reader sees of it: the answer, its placeholder, or the message that was clicked. */
  message?: Message
  followups: Message[]
  /** Told of each try to answer it. */
  onTry: Set<(attempt: Attempt) => void>
}

export type Attempt = { response: JsonObject } | { refusal: Refusal }

export type Interactions = ReturnType<typeof createInteractions>

/** The interactions that there were, and how they are answered: https://docs.discord.com/developers/interactions/receiving-and-responding */
export function createInteractions(world: World, clock: Clock, journal: DiscordJournal, deadlineMs: number) {
  const byId = new Map<string, Interaction>()

  function open(ask: Ask, ageMs = 0): Interaction {
    const at = clock.now() - ageMs
    const id = world.nextId(at)
    const token = `aW50ZXJhY3Rpb246${randomBytes(60).toString('base64url')}`
    const interaction = { ...ask, id, token, at, isAnswered: false, followups: [], onTry: new Set<never>() }
    byId.set(id, interaction)
    return interaction
  }

  /** @throws Refusal */
  function answer(id: string, token: string, body: unknown): Interaction {
    const interaction = byId.get(id)
    if (!interaction || interaction.token !== token) throw unknownInteraction()
    try {
      const response = accept(interaction, body)
      for (const tell of [...interaction.onTry]) tell({ response })
      return interaction
    } catch (refusal) {
      if (refusal instanceof Refusal) for (const tell of [...interaction.onTry]) tell({ refusal })
      throw refusal
    }
  }

  function accept(interaction: Interaction, body: unknown): JsonObject {
    if (interaction.isAnswered) throw new Refusal(400, 40060, 'Interaction has already been acknowledged.')
    if (clock.now() - interaction.at > deadlineMs) throw unknownInteraction()
    const response = readResponse(body, interaction)
    carryOut(response, interaction)
    interaction.isAnswered = true
    interaction.response = response
    return response
  }

  function readResponse(body: unknown, { type: asked }: Interaction): JsonObject {
    if (!isObject(body)) throw invalidField('', 'DICT_TYPE_CONVERT', 'Only dictionaries may be used in a DictType')
    for (const key of Object.keys(body))
      if (key !== 'type' && key !== 'data') journal.violate(`An answer has the unknown key ${key}.`)
    const allowed = ALLOWED[asked] ?? []
    if (typeof body.type !== 'number' || !allowed.includes(body.type)) {
      journal.violate(`An interaction of type ${asked} was answered with type ${body.type}.`)
      throw invalidField('type', 'BASE_TYPE_CHOICES', `Value must be one of {${allowed.join(', ')}}.`)
    }
    return body
  }

  function carryOut({ type, data }: JsonObject, interaction: Interaction): void {
    if (type === MESSAGE) showMessage(data, interaction)
    else if (type === DEFERRED_MESSAGE) showLoading(data, interaction)
    else if (type === UPDATE) replaceSource(data, interaction)
    else if (type === CHOICES) expectChoices(data, interaction)
    if ((type === UPDATE || type === DEFERRED_UPDATE) && interaction.source) interaction.message = interaction.source
  }

  function showMessage(data: unknown, interaction: Interaction): void {
    const where = 'The answer to an interaction'
    const content = readMessageBody(data, { kind: 'callback', where, violate: journal.violate })
    interaction.message = store(content, content.flags, interaction)
  }

  /** https://docs.discord.com/developers/interactions/receiving-and-responding#interaction-response-object-interaction-callback-data-structure: only one flag counts. */
  function showLoading(data: unknown, interaction: Interaction): void {
    const given = isObject(data) ? data : {}
    const flags = Number(given.flags ?? 0)
    if (flags & ~EPHEMERAL)
      journal.violate(`A deferral has the flags ${flags}, of which Discord takes only ${EPHEMERAL}.`)
    for (const key of Object.keys(given))
      if (key !== 'flags') journal.violate(`A deferral has ${key}, which shows nowhere.`)
    interaction.message = store({}, (flags & EPHEMERAL) | LOADING, interaction)
  }

  function replaceSource(data: unknown, { source }: Interaction): void {
    if (!source || !world.find(source.id)) throw unknownMessage()
    const where = 'The update of a message'
    const content = readMessageBody(data, { kind: 'callback', where, violate: journal.violate, before: source })
    world.edit(source, { ...content, flags: keepVisibility(content.flags, source.flags) })
  }

  function expectChoices(data: unknown, { optionType }: Interaction): void {
    const choices = isObject(data) ? data.choices : undefined
    if (!Array.isArray(choices)) throw invalidField('data.choices', 'BASE_TYPE_REQUIRED', 'This field is required')
    const faults = choiceFaults(choices, optionType)
    for (const { at, message } of faults) journal.violate(`Choices${at}: ${message}`)
    if (faults.length > 0) throw invalidForm(faults.map(fault => ({ ...fault, at: `data.choices${fault.at}` })))
    noteChoices(choices.filter(isObject))
  }

  /** Of two choices with one name a reader only gets the first: https://github.com/discord/discord-api-docs/issues/8565 */
  function noteChoices(choices: JsonObject[]): void {
    if (new Set(choices.map(({ name }) => name)).size < choices.length)
      journal.violate('Two choices have the same name, and only the first can be picked.')
    const keys = choices.flatMap(choice => Object.keys(choice))
    for (const key of keys.filter(key => !['name', 'value', 'name_localizations'].includes(key)))
      journal.violate(`A choice has the unknown key ${key}.`)
  }

  function store(content: Partial<Message>, flags: number, interaction: Interaction): Message {
    const { channelId, userId } = interaction
    const visible = flags & EPHEMERAL ? { ephemeralTo: userId } : {}
    const author = { channelId, authorId: world.account.applicationId }
    return world.store({ ...content, flags, ...author, ...visible, origin: originOf(interaction) })
  }

  /** @throws Refusal where the token is unknown, unused or too old */
  function expectToken(applicationId: string, token: string): Interaction {
    const interaction = [...byId.values()].find(one => one.token === token)
    if (!interaction || applicationId !== world.account.applicationId) throw unknownWebhook()
    if (clock.now() - interaction.at > TOKEN_LIFE_MS) throw new Refusal(401, 50027, 'Invalid Webhook Token')
    if (!interaction.isAnswered || interaction.type === AUTOCOMPLETE) throw unknownWebhook()
    return interaction
  }

  /** A message of this interaction: `@original` or a follow-up. @throws Refusal 10008 */
  function expectMessage(interaction: Interaction, id: string): Message {
    const { message, followups } = interaction
    const found = id === '@original' ? message : [message, ...followups].find(one => one?.id === id)
    if (!found || !world.find(found.id)) throw unknownMessage()
    return found
  }

  /** What was loading is no longer, once it is edited. */
  function editMessage(message: Message, body: unknown): Message {
    const where = 'The edit of an answer'
    const before = { ...message, flags: message.flags & ~LOADING }
    const content = readMessageBody(body, { kind: 'webhookEdit', where, violate: journal.violate, before })
    return world.edit(message, { ...content, flags: keepVisibility(content.flags, message.flags) })
  }

  /** Right after a deferral it stands in for the placeholder, as Discord still allows. */
  function followUp(interaction: Interaction, body: unknown): Message {
    const where = 'A follow-up'
    const { message } = interaction
    const content = readMessageBody(body, { kind: 'followup', where, violate: journal.violate })
    if (message && message.flags & LOADING && world.find(message.id)) {
      journal.violate('A follow-up edited the placeholder of a deferral: edit @original instead.')
      return world.edit(message, { ...content, flags: keepVisibility(content.flags, message.flags) })
    }
    const followup = store(content, content.flags, interaction)
    interaction.followups.push(followup)
    return followup
  }

  return { open, answer, expectToken, expectMessage, editMessage, followUp, byId }
}

const ALLOWED: Record<number, number[]> = {
  [COMMAND]: [MESSAGE, DEFERRED_MESSAGE],
  [COMPONENT]: [MESSAGE, DEFERRED_MESSAGE, DEFERRED_UPDATE, UPDATE],
  [AUTOCOMPLETE]: [CHOICES],
}

/** A message is private or public for good. */
const keepVisibility = (flags: number, before: number): number => (flags & ~EPHEMERAL & ~LOADING) | (before & EPHEMERAL)

function originOf({ id, type, name, userId, source }: Interaction): Origin {
  return { id, type, name, userId, ...(source && { interactedMessageId: source.id }) }
}

/** https://docs.discord.com/developers/interactions/receiving-and-responding#interaction-callback-interaction-callback-response-object */
export function drawCallback({ id, type, response, message }: Interaction, world: World): JsonObject {
  const isShown = response?.type === MESSAGE || response?.type === UPDATE
  const told = message && {
    response_message_id: message.id,
    response_message_loading: (message.flags & LOADING) !== 0,
    response_message_ephemeral: (message.flags & EPHEMERAL) !== 0,
  }
  return {
    interaction: { id, type, ...told },
    resource: { type: response?.type, ...(isShown && message && { message: drawMessage(message, world) }) },
  }
}
