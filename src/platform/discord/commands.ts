import { DiscordAPIError } from '@discordjs/rest'
import type {
  APIApplicationCommand,
  APIApplicationCommandBasicOption,
  RESTGetAPICurrentUserGuildsResult,
  RESTPutAPIApplicationCommandsJSONBody,
} from 'discord-api-types/v10'
import { fitLabel } from '../../card/label.ts'
import { type Command, PlatformError } from '../platform.ts'
import type { CallApi } from './api.ts'
import { LONGEST_DESCRIPTION, MOST_COMMANDS } from './limits.ts'
import { CODE } from './outcome.ts'
import { MANAGE_CHANNELS } from './permissions.ts'

/** https://docs.discord.com/developers/interactions/application-commands#application-command-object-application-command-types */
const CHAT_INPUT = 1

/** https://docs.discord.com/developers/interactions/application-commands#application-command-object-application-command-option-type */
const STRING = 3

/** https://docs.discord.com/developers/resources/application#interaction-context-types: in a server, in a direct message with the bot. */
const GUILD = 0
const BOT_DM = 1

/** https://docs.discord.com/developers/resources/application#application-object-application-integration-types */
const GUILD_INSTALL = 0

/** The name of the one option of each command. */
const OPTION = 'text'

/** Whose commands are registered, and where: in one server, or everywhere. */
export type Application = { applicationId: string; guildId?: string }

type WantedCommand = RESTPutAPIApplicationCommandsJSONBody[number] & {
  options: APIApplicationCommandBasicOption[]
}

/**
 * A command as Discord registers it. Its option is required: Discord drops the typed text of an optional one in some clients
 * (https://github.com/discord/discord-api-docs/issues/2626). The managers' command is offered to whoever may manage channels, until a
 * server's own settings say otherwise; a direct message has no such settings.
 */
const wantedCommand = ({ name, description, forManagers }: Command): WantedCommand => ({
  type: CHAT_INPUT,
  name,
  description: fitLabel(description, LONGEST_DESCRIPTION),
  options: [{ type: STRING, name: OPTION, description: 'What to show', required: true, autocomplete: true }],
  default_member_permissions: forManagers ? String(MANAGE_CHANNELS) : null,
  integration_types: [GUILD_INSTALL],
  contexts: forManagers ? [GUILD] : [GUILD, BOT_DM],
})

/** What to do where the bot is in no server. */
export const NO_SERVER =
  'The bot is in no server. `npm run -s readout -- discord-invite` prints the address that adds it.'

/** What became of comparing the registered commands with the wanted ones; `writes` counts the scopes where they differ, `servers` those that the bot is in. */
export type Registration = { commands: number; writes: number; where: string; servers: number }

/**
 * Makes the registered commands the wanted ones: in one scope, and none in any other, where they would stand a second time. Only a
 * difference is written, for Discord takes 200 new commands a day. Rejects as `call` does, or with a PlatformError.
 */
export async function registerCommands(
  call: CallApi,
  application: Application,
  commands: Command[],
): Promise<Registration> {
  const { changes, ...registration } = await compare(call, application, commands)
  for (const { route, body } of changes) await call('PUT', route, { body })
  return registration
}

/** The same, and nothing is written. */
export const compareCommands = async (
  call: CallApi,
  application: Application,
  commands: Command[],
): Promise<Registration> => compare(call, application, commands)

type Change = { route: `/${string}`; body: unknown[] }

async function compare(
  call: CallApi,
  { applicationId, guildId }: Application,
  commands: Command[],
): Promise<Registration & { changes: Change[] }> {
  if (commands.length > MOST_COMMANDS)
    throw new PlatformError(
      `Discord takes ${MOST_COMMANDS} commands, and there are ${commands.length}: fewer collections, please.`,
    )
  const wanted = commands.map(wantedCommand)
  const everywhere = `/applications/${applicationId}/commands` as const
  const joined = await listGuilds(call)
  const inGuild = (id: string) => `/applications/${applicationId}/guilds/${id}/commands` as const
  // What is wanted comes first: if the rest fails, commands stand twice, and not nowhere.
  const changes =
    guildId === undefined
      ? await compareScope(call, everywhere, wanted)
      : await compareScope(call, inGuild(guildId), wanted.map(inOneGuild)).catch(refuseGuild(guildId))
  if (guildId !== undefined) changes.push(...(await compareScope(call, everywhere, [])))
  for (const id of joined.filter(id => id !== guildId))
    changes.push(...(await compareScope(call, inGuild(id), []).catch(unlessForbidden)))
  const where = guildId === undefined ? 'in every server' : `in the server ${guildId}`
  return { commands: wanted.length, writes: changes.length, where, servers: joined.length, changes }
}

/** Where the bot was added without its commands there are none, nor in a server that is gone. */
function unlessForbidden(error: unknown): never[] {
  if (isForbidden(error)) return []
  throw error
}

const refuseGuild =
  (guildId: string) =>
  (error: unknown): never => {
    if (!isForbidden(error)) throw error
    throw new PlatformError(
      `DISCORD_GUILD_ID: the bot is not in the server ${guildId}. Check the id, or add it with the address of \`npm run -s readout -- discord-invite\`.`,
      { cause: error },
    )
  }

const isForbidden = (error: unknown): boolean =>
  error instanceof DiscordAPIError && (error.code === CODE.missingAccess || error.code === CODE.unknownGuild)

/** A server's own command has no contexts: it is in that server. */
function inOneGuild({ integration_types: _, contexts: __, ...command }: WantedCommand): WantedCommand {
  return command
}

/** What to write where a scope's commands differ; those of other kinds, which are not ours, stay. */
async function compareScope(call: CallApi, route: `/${string}`, wanted: WantedCommand[]): Promise<Change[]> {
  // Those of other kinds are written back as they are, with their translations.
  const query = new URLSearchParams({ with_localizations: 'true' })
  const registered = await call<APIApplicationCommand[]>('GET', route, { query })
  const ours = registered.filter(command => command.type === CHAT_INPUT)
  if (fingerprint(ours) === fingerprint(wanted)) return []
  const others = registered.filter(command => command.type !== CHAT_INPUT)
  return [{ route, body: [...wanted, ...others] }]
}

/** What of a command is ours to want, in one order: Discord adds much and sorts by itself. */
const fingerprint = (commands: (WantedCommand | APIApplicationCommand)[]): string =>
  JSON.stringify(
    commands
      .toSorted((a, b) => (a.name < b.name ? -1 : 1))
      .map(({ name, default_member_permissions, contexts, ...command }) => ({
        name,
        description: 'description' in command ? command.description : '',
        manages: default_member_permissions ?? null,
        contexts: contexts?.toSorted() ?? null,
        options: (command.options ?? []).map(option => [
          option.type,
          option.name,
          option.description,
          option.required ?? false,
          'autocomplete' in option && option.autocomplete,
        ]),
      })),
  )

/** https://docs.discord.com/developers/resources/user#get-current-user-guilds */
const GUILDS_A_PAGE = 200

async function listGuilds(call: CallApi, after = '0'): Promise<string[]> {
  const query = new URLSearchParams({ limit: String(GUILDS_A_PAGE), after })
  const page = await call<RESTGetAPICurrentUserGuildsResult>('GET', '/users/@me/guilds', { query })
  const ids = page.map(({ id }) => id)
  const last = ids.at(-1)
  return last === undefined || ids.length < GUILDS_A_PAGE ? ids : [...ids, ...(await listGuilds(call, last))]
}
