import type { JsonObject } from '../shape.ts'
import { isObject } from '../slack/message-body.ts'
import { parse } from '../slack/request.ts'
import { type Command, GLOBAL } from './commands.ts'
import { type Deliverer, deliver, type How, type HttpAnswer, type Outcome, postSigned } from './deliver.ts'
import { type Ask, AUTOCOMPLETE, COMMAND, COMPONENT, type Interaction } from './interactions.ts'
import { type Filled, fillOptions, focusOption, type Values } from './options.ts'
import { drawInteraction, drawPing, findComponent } from './payloads.ts'
import { bitsOf, holds } from './permissions.ts'
import { expect, type Message } from './world.ts'

/**
 * A command that somebody types: `name` with its sub-commands (`digest list`), `text` for its first string option, `options` for the
 * others. Without a channel it is typed in direct messages.
 */
export type Typed = { name: string; user: string; channel?: string; text?: string; options?: Values }

/** What is being typed: `text` so far, into `option` or the first option that completes. */
export type Typing = Typed & { option?: string }

/** People who type, click and pick. */
export function createReaders(by: Deliverer) {
  const { state } = by
  const { world, interactions, journal } = state
  const data = new Map<string, JsonObject>()

  function ask(about: Ask, given: JsonObject, how: How): Promise<Outcome> {
    const interaction = interactions.open(about, how.ageMs)
    data.set(interaction.id, given)
    return send(interaction, how)
  }

  const send = (interaction: Interaction, how: How): Promise<Outcome> =>
    deliver(interaction, drawInteraction(interaction, data.get(interaction.id) ?? {}, world), how, by)

  /** Where somebody types, and the command that stands there for them. @throws Error where Discord would offer none */
  function open({ name, user, channel }: Typed): { command: Command; base: { userId: string; channelId: string } } {
    const place = channel === undefined ? world.directChannel(user) : expect(world.channels, channel, 'channel')
    expectView(user, place.id)
    const [root = ''] = name.split(' ')
    const ofGuild = place.guildId === undefined ? [] : state.commands.list(place.guildId)
    const command = [...ofGuild, ...state.commands.list(GLOBAL).filter(one => isIn(one, place.guildId))].find(
      one => one.type === 1 && one.name === root,
    )
    if (!command) throw new Error(`The fake Discord has no command /${root} there.`)
    if (place.guildId !== undefined) expectAllowed(command, user, place.id)
    return { command, base: { userId: user, channelId: place.id } }
  }

  /** https://docs.discord.com/developers/interactions/application-commands#permissions */
  function expectAllowed({ name, default_member_permissions: needed }: Command, user: string, channel: string): void {
    const rights = world.permissionsIn(channel, user)
    const isAdmin = holds(rights, 'Administrator')
    const bits = typeof needed === 'string' ? BigInt(needed) : undefined
    const isEnough = bits === undefined || (bits !== 0n && (rights & bits) === bits)
    if (!isAdmin && !isEnough) throw new Error(`The user ${user} lacks the permissions for /${name}.`)
    if (!isAdmin && !(rights & bitsOf(['UseApplicationCommands'])))
      throw new Error(`The user ${user} may use no commands in ${channel}.`)
  }

  function expectView(user: string, channelId: string): void {
    const { guildId, recipientId } = expect(world.channels, channelId, 'channel')
    const sees =
      guildId === undefined ? recipientId === user : holds(world.permissionsIn(channelId, user), 'ViewChannel')
    if (!sees) throw new Error(`The user ${user} doesn't see the channel ${channelId}.`)
    if (guildId !== undefined && !world.guilds.get(guildId)?.members.has(world.account.applicationId))
      throw new Error(`The bot is not in the guild ${guildId}.`)
  }

  const drawCommand = ({ id, name, type, guild_id }: Command, { options, resolved }: Filled): JsonObject => ({
    id,
    name,
    type,
    ...(guild_id !== undefined && { guild_id }),
    ...(options.length > 0 && { options }),
    ...resolved,
  })

  /** A message that the user sees, with what was used in it. */
  function surface(at: Message | string, user: string, customId: string): { source: Message; component: JsonObject } {
    const id = typeof at === 'string' ? at : at.id
    const source = world.find(id)
    if (!source || (source.ephemeralTo ?? user) !== user)
      throw new Error(`The user ${user} doesn't see the message ${id}.`)
    expectView(user, source.channelId)
    const component = findComponent(source.components, customId)
    if (!component) throw new Error(`The message ${id} has no component ${customId}.`)
    if (component.disabled === true) throw new Error(`The component ${customId} is disabled.`)
    return { source, component }
  }

  function use(source: Message, userId: string, given: JsonObject, how: How): Promise<Outcome> {
    return ask({ type: COMPONENT, userId, channelId: source.channelId, name: '', source }, given, how)
  }

  async function ping(how: How): Promise<HttpAnswer> {
    const url = world.account.interactionsUrl
    if (url === undefined) throw new Error('Set interactionsUrl first.')
    return postSigned(url, drawPing(world), how, state, by.deadlineMs)
  }

  return {
    /** Types a slash command. @throws Error where it isn't registered, isn't allowed to the user, or lacks an option */
    async command(typed: Typed, how: How = {}): Promise<Outcome> {
      const { command, base } = open(typed)
      const filled = fillOptions(command, typed)
      return ask({ ...base, type: COMMAND, name: typed.name }, drawCommand(command, filled), how)
    },
    /** Types into an option that completes; the outcome's `choices` are what it offers. */
    async autocomplete(typing: Typing, how: How = {}): Promise<Outcome> {
      const { command, base } = open(typing)
      const { optionType, ...filled } = focusOption(command, typing)
      return ask({ ...base, type: AUTOCOMPLETE, name: typing.name, optionType }, drawCommand(command, filled), how)
    },
    /** Clicks a button that stands in a message which the user sees. */
    async click(
      message: Message | string,
      customId: string,
      { user, ...how }: How & { user: string },
    ): Promise<Outcome> {
      const { source, component } = surface(message, user, customId)
      if (component.type !== 2) throw new Error(`${customId} is no button.`)
      return use(source, user, { custom_id: customId, component_type: 2, id: component.id }, how)
    },
    /** Picks an option of a select. */
    async pick(
      message: Message | string,
      customId: string,
      value: string,
      { user, ...how }: How & { user: string },
    ): Promise<Outcome> {
      const { source, component } = surface(message, user, customId)
      const options = Array.isArray(component.options) ? component.options.filter(isObject) : []
      if (component.type !== 3 || !options.some(option => option.value === value))
        throw new Error(`${customId} is no select with the value ${value}.`)
      return use(source, user, { custom_id: customId, component_type: 3, id: component.id, values: [value] }, how)
    },
    /** Delivers the very same once more, by its outcome or id: the app may answer only once. */
    async again(before: Outcome | string, how: How = {}): Promise<Outcome> {
      const id = typeof before === 'string' ? before : before.interaction.id
      return send(expect(interactions.byId, id, 'interaction'), how)
    },
    /** What Discord sends when the interactions URL is saved; it wants 200 and type 1. */
    async ping(how: How = {}): Promise<HttpAnswer> {
      const answer = await ping(how)
      const pong = parse(answer.body)
      if (answer.status !== 200 || !isObject(pong) || pong.type !== 1) journal.violate('A ping got no pong.')
      return answer
    },
    /** The other half of saving the URL: a request signed with another key, to be answered 401. */
    async pingBadSignature(signature: 'wrong' | 'none' = 'wrong'): Promise<HttpAnswer> {
      const answer = await ping({ signature })
      if (answer.status !== 401) journal.violate(`A bad signature was answered ${answer.status}, not 401.`)
      return answer
    },
  }
}

/** Where a global command is to be seen: https://docs.discord.com/developers/interactions/application-commands#interaction-contexts; without contexts, in guilds and with the bot (https://github.com/discord/discord-api-docs/pull/7583). */
function isIn({ contexts, dm_permission }: Command, guildId: string | undefined): boolean {
  const context = guildId === undefined ? 1 : 0
  if (Array.isArray(contexts)) return contexts.includes(context)
  return context === 0 || dm_permission !== false
}
