import type {
  APIApplicationCommandAutocompleteResponse,
  APICommandAutocompleteInteractionResponseCallbackData,
  APIInteractionResponse,
} from 'discord-api-types/v10'
import { z } from 'zod'
import { type Card, paragraph } from '../../card/card.ts'
import { withoutControls } from '../../card/controls.ts'
import { fitLabel } from '../../card/label.ts'
import type { Asker, Bot, Question } from '../platform.ts'
import { LONGEST_CHOICE, MOST_CHOICES } from './limits.ts'
import { readMark } from './mark.ts'
import { renderDiscord } from './render.ts'

/** https://docs.discord.com/developers/interactions/receiving-and-responding#interaction-object-interaction-type */
const INTERACTION = { ping: 1, command: 2, component: 3, autocomplete: 4 } as const

/** https://docs.discord.com/developers/interactions/receiving-and-responding#interaction-response-object-interaction-callback-type */
const CALLBACK = { pong: 1, message: 4, update: 7, choices: 8 } as const

/** https://docs.discord.com/developers/resources/message#message-object-message-flags */
const EPHEMERAL = 64

const person = z.object({ id: z.string() })

/** What every interaction bears; `member` in a server, `user` in a direct message. */
const common = {
  id: z.string().regex(/^\d+$/),
  token: z.string(),
  guild_id: z.string().optional(),
  channel_id: z.string().optional(),
  member: z.object({ user: person }).optional(),
  user: person.optional(),
  locale: z.string().optional(),
}

const option = z.object({ name: z.string(), value: z.union([z.string(), z.number(), z.boolean()]).optional() })

const command = z.object({ name: z.string(), options: z.array(option).optional() })

/** What of an interaction is read. */
const schema = z.discriminatedUnion('type', [
  z.object({ type: z.literal(INTERACTION.ping) }),
  z.object({ ...common, type: z.literal(INTERACTION.command), data: command }),
  z.object({ ...common, type: z.literal(INTERACTION.autocomplete), data: command }),
  z.object({
    ...common,
    type: z.literal(INTERACTION.component),
    data: z.object({ custom_id: z.string(), values: z.array(z.string()).optional() }),
    message: z.object({
      id: z.string(),
      flags: z.number().optional(),
      // Deprecated, but interaction_metadata does not name the command: https://docs.discord.com/developers/resources/message#message-object
      interaction: z.object({ name: z.string() }).nullish(),
    }),
  }),
])

export type Interaction = z.infer<typeof schema>

type Asked = Extract<Interaction, { type: 2 | 4 }>

type Clicked = Extract<Interaction, { type: 3 }>

/** An interaction as it came from Discord; undefined where it is of a kind that nothing of ours gives rise to, or can't be read. */
export const readInteraction = (raw: unknown): Interaction | undefined => schema.safeParse(raw).data

/** What an interaction is answered with, and for a shared answer what it is, by which a second time is known. */
export type Reply = { body: APIInteractionResponse; share?: string }

/** The response to an interaction, whichever way it came. Rejects as the bot does. */
export async function answerInteraction(interaction: Interaction, bot: Bot): Promise<Reply> {
  switch (interaction.type) {
    case INTERACTION.ping:
      return { body: { type: CALLBACK.pong } }
    case INTERACTION.autocomplete:
      return { body: answerTyping(interaction, bot) }
    case INTERACTION.command:
      return { body: whisper(await bot.ask(questionOf(interaction), askerOf(interaction, bot, interaction.data.name))) }
    case INTERACTION.component:
      return answerClick(interaction, bot)
    default:
      return interaction satisfies never
  }
}

/** A card for its reader only. */
const whisper = (card: Card): APIInteractionResponse => {
  const message = renderDiscord(card)
  return { type: CALLBACK.message, data: { ...message, flags: message.flags | EPHEMERAL } }
}

/** A notice for the reader only. */
export const notice = (title: string, words: string): APIInteractionResponse =>
  whisper({ title, blocks: [paragraph(words)], footer: [], actions: [] })

/** What completes a typed text where nothing does. */
export const offerNothing: APIInteractionResponse = { type: CALLBACK.choices, data: { choices: [] } }

const questionOf = ({ data: { name, options } }: Asked): Question => ({
  kind: 'asked',
  command: name,
  text: String(options?.[0]?.value ?? ''),
})

/** A name and a value are what they are; a value that Discord does not take is cut, for the beginning of a name is understood. */
function answerTyping({ data: { name, options } }: Asked, bot: Bot): APIApplicationCommandAutocompleteResponse {
  const typed = String(options?.[0]?.value ?? '')
  const choices: APICommandAutocompleteInteractionResponseCallbackData['choices'] = bot
    .complete(name, typed, MOST_CHOICES)
    .map(({ label, value }) => ({
      name: fitLabel(label, LONGEST_CHOICE),
      value: [...withoutControls(value)].slice(0, LONGEST_CHOICE).join(''),
    }))
  return { type: CALLBACK.choices, data: { choices } }
}

/** On the reader's own answer a click replaces it; a message that others see never changes, and is answered privately or by a shared answer. */
async function answerClick(interaction: Clicked, bot: Bot): Promise<Reply> {
  const { data, message } = interaction
  const isPrivate = ((message.flags ?? 0) & EPHEMERAL) !== 0
  const asker = askerOf(interaction, bot, isPrivate ? message.interaction?.name : undefined)
  const id = readMark(data.custom_id).id
  const [value] = data.values ?? []
  const card = await bot.ask(value === undefined ? { kind: 'clicked', id } : { kind: 'picked', id, value }, asker)
  if (card.sharedBy !== undefined)
    return {
      body: { type: CALLBACK.message, data: renderDiscord(card) },
      share: `${message.id} ${asker.user} ${data.custom_id}`,
    }
  return { body: isPrivate ? { type: CALLBACK.update, data: renderDiscord(card) } : whisper(card) }
}

/** Who asks. Whoever Discord lets use a managers' command is a manager, on what that command answered too. */
function askerOf(interaction: Asked | Clicked, bot: Bot, name?: string): Asker {
  const { id, guild_id, channel_id, member, user, locale } = interaction
  const isForManagers = bot.commands().some(one => one.name === name && one.forManagers)
  return {
    platform: 'discord',
    user: (member?.user ?? user)?.id ?? '',
    manager: guild_id !== undefined && isForManagers,
    once: id,
    ...(guild_id !== undefined && { space: guild_id }),
    ...(guild_id !== undefined && channel_id !== undefined && { channel: channel_id }),
    ...(locale !== undefined && { locale }),
  }
}
