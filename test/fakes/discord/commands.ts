import type { JsonObject } from '../shape.ts'
import type { Clock } from '../slack/clock.ts'
import { isObject } from '../slack/message-body.ts'
import { expectCommands } from './command-body.ts'
import type { Violate } from './message-body.ts'
import { Refusal } from './refusal.ts'
import type { World } from './world.ts'

/** A command as it was registered, with what Discord adds. */
export type Command = JsonObject & { id: string; type: number; name: string; version: string }

/** https://docs.discord.com/developers/interactions/application-commands#registering-a-command: of chat input, for each scope */
const CHAT_INPUT_COMMANDS = 100

/** https://docs.discord.com/developers/interactions/application-commands#registering-a-command: for each guild, and the global ones */
const CREATES_A_DAY = 200
const DAY_MS = 24 * 60 * 60_000

export type Commands = ReturnType<typeof createCommands>

/** The commands that the app registered, `global` or by guild. */
export function createCommands(world: World, clock: Clock, violate: Violate) {
  const scopes = new Map<string, Command[]>()
  const creations = new Map<string, number[]>()

  const listOf = (scope: string): Command[] => scopes.get(scope) ?? []

  function keep(given: JsonObject, scope: string): Command {
    const { type = 1, name } = given
    const before = listOf(scope).find(one => one.type === type && one.name === name)
    const kept = {
      ...drawCommand(given, scope, world.account.applicationId),
      id: before?.id ?? world.nextId(),
      version: '',
    }
    const isSame = before !== undefined && JSON.stringify({ ...before, version: '' }) === JSON.stringify(kept)
    return { ...kept, version: isSame ? before.version : world.nextId() } as Command
  }

  /** Commands that are there already don't count. */
  function countCreations(given: JsonObject[], scope: string): void {
    const isNew = ({ type = 1, name }: JsonObject) => !listOf(scope).some(one => one.type === type && one.name === name)
    const today = (creations.get(scope) ?? []).filter(at => clock.now() - at < DAY_MS)
    const created = given.filter(isNew).map(() => clock.now())
    if (today.length + created.length > CREATES_A_DAY) throw tooManyCreations((today[0] ?? 0) + DAY_MS - clock.now())
    creations.set(scope, [...today, ...created])
  }

  function expectRoom(list: JsonObject[]): void {
    if (list.filter(({ type = 1 }) => type === 1).length > CHAT_INPUT_COMMANDS)
      throw new Refusal(400, 30032, `Maximum number of application commands reached (${CHAT_INPUT_COMMANDS})`)
  }

  return {
    list: listOf,
    find: (scope: string, id: string): Command => {
      const found = listOf(scope).find(one => one.id === id)
      if (!found) throw new Refusal(404, 10063, 'Unknown application command')
      return found
    },
    /** https://docs.discord.com/developers/interactions/application-commands#bulk-overwrite-global-application-commands */
    overwrite(scope: string, body: unknown): Command[] {
      if (!Array.isArray(body)) throw new Refusal(400, 50035, 'Invalid Form Body')
      expectCommands(body, scope === GLOBAL, index => String(index), violate)
      const given = body.filter(isObject)
      expectRoom(given)
      countCreations(given, scope)
      const list = given.map(one => keep(one, scope))
      scopes.set(scope, list)
      return list
    },
    /** One command, new or in the place of that with its name. */
    put(scope: string, body: JsonObject): { command: Command; isNew: boolean } {
      expectCommands([body], scope === GLOBAL, () => '', violate)
      const command = keep(body, scope)
      const others = listOf(scope).filter(({ id }) => id !== command.id)
      expectRoom([...others, command])
      countCreations([body], scope)
      const isNew = others.length === listOf(scope).length
      scopes.set(scope, [...others, command])
      return { command, isNew }
    },
    /** https://docs.discord.com/developers/interactions/application-commands#edit-global-application-command */
    edit(scope: string, command: Command, body: JsonObject): Command {
      const whole = { ...undrawn(command), ...body }
      expectCommands([whole], scope === GLOBAL, () => '', violate)
      const edited = { ...command, ...drawCommand(whole, scope, world.account.applicationId), version: world.nextId() }
      scopes.set(
        scope,
        listOf(scope).map(one => (one.id === command.id ? (edited as Command) : one)),
      )
      return edited as Command
    },
    remove: (scope: string, { id }: Command): void => {
      scopes.set(
        scope,
        listOf(scope).filter(one => one.id !== id),
      )
    },
  }
}

export const GLOBAL = 'global'

/** Answered as a rate limit of up to a day, which clients wait for in silence: https://github.com/discordjs/discord.js/issues/10458 */
function tooManyCreations(waitMs: number): Refusal {
  const message = `Max number of daily application command creates has been reached (${CREATES_A_DAY})`
  return new Refusal(429, 30034, message, { retry_after: Math.ceil(waitMs / 1000), global: false })
}

/** What is added to a command: https://github.com/discord/discord-api-docs/issues/6744 */
function drawCommand(given: JsonObject, scope: string, applicationId: string): JsonObject {
  const { type = 1, name, description = '', options, nsfw = false } = given
  const ofScope =
    scope === GLOBAL
      ? {
          dm_permission: given.dm_permission ?? true,
          contexts: given.contexts ?? null,
          integration_types: given.integration_types ?? [0],
        }
      : { guild_id: scope }
  return {
    application_id: applicationId,
    default_member_permissions: given.default_member_permissions ?? null,
    type,
    name,
    name_localizations: given.name_localizations ?? null,
    description,
    description_localizations: given.description_localizations ?? null,
    ...ofScope,
    ...(Array.isArray(options) && options.length > 0 && { options: options.filter(isObject).map(drawOption) }),
    nsfw,
  }
}

/** Flags that are false, and empty lists, are not told. */
function drawOption({ required, autocomplete, choices, options, ...rest }: JsonObject): JsonObject {
  const { type, name, description, name_localizations = null, description_localizations = null, ...more } = rest
  return {
    type,
    name,
    name_localizations,
    description,
    description_localizations,
    ...more,
    ...(required === true && { required }),
    ...(autocomplete === true && { autocomplete }),
    ...(Array.isArray(choices) && choices.length > 0 && { choices: choices.filter(isObject).map(drawChoice) }),
    ...(Array.isArray(options) && options.length > 0 && { options: options.filter(isObject).map(drawOption) }),
  }
}

const drawChoice = ({ name, value, name_localizations = null }: JsonObject): JsonObject => ({
  name,
  name_localizations,
  value,
})

/** A command without what Discord added, to be changed. */
function undrawn({
  id: _,
  application_id: __,
  version: ___,
  guild_id: ____,
  dm_permission: _____,
  ...rest
}: JsonObject) {
  return rest
}

/** Without translations unless they are asked for: https://docs.discord.com/developers/interactions/application-commands#get-global-application-commands */
export function withoutTranslations(value: JsonObject): JsonObject {
  const { name_localizations: _, description_localizations: __, ...rest } = value
  for (const key of ['options', 'choices'])
    if (Array.isArray(rest[key])) rest[key] = rest[key].filter(isObject).map(withoutTranslations)
  return rest
}
