import { expectGuild } from './account-routes.ts'
import { GLOBAL, withoutTranslations } from './commands.ts'
import { missingAccess, Refusal } from './refusal.ts'
import { bodyOf, NO_CONTENT, ok, type Reply, type Route, type Visit } from './route.ts'

/** Where commands stand: the path tells the application, perhaps a guild, and perhaps a command. */
type Scoped = Visit & { scope: string; commandId: string }

/** A guild that the bot isn't in, or that isn't there, can't be told apart: https://docs.discord.com/developers/interactions/application-commands#create-guild-application-command */
function readScope(visit: Visit, isGuild: boolean): Scoped {
  const { world } = visit.state
  const [application, first = '', second = ''] = visit.params
  if (application !== world.account.applicationId)
    throw new Refusal(403, 20012, 'You are not authorized to perform this action on this application')
  if (!isGuild) return { ...visit, scope: GLOBAL, commandId: first }
  if (!world.guilds.has(first)) throw missingAccess()
  return { ...visit, scope: expectGuild(world, first).id, commandId: second }
}

function list({ state, scope, query }: Scoped): Reply {
  const commands = state.commands.list(scope)
  return ok(query.get('with_localizations') === 'true' ? commands : commands.map(withoutTranslations))
}

const overwrite = ({ state, scope, body }: Scoped): Reply => ok(state.commands.overwrite(scope, body))

function create(visit: Scoped): Reply {
  const { command, isNew } = visit.state.commands.put(visit.scope, bodyOf(visit))
  return { status: isNew ? 201 : 200, body: command }
}

const get = ({ state, scope, commandId }: Scoped): Reply => ok(state.commands.find(scope, commandId))

function edit(visit: Scoped): Reply {
  const { commands } = visit.state
  return ok(commands.edit(visit.scope, commands.find(visit.scope, visit.commandId), bodyOf(visit)))
}

function remove({ state: { commands }, scope, commandId }: Scoped): Reply {
  commands.remove(scope, commands.find(scope, commandId))
  return NO_CONTENT
}

/** The same calls for all guilds and for one. */
const routesAt = (base: string, isGuild: boolean): Route[] => {
  const at = (run: (visit: Scoped) => Reply) => (visit: Visit) => run(readScope(visit, isGuild))
  const one = `${base}/:command`
  return [
    { name: 'GET commands', method: 'GET', path: base, run: at(list) },
    { name: 'PUT commands', method: 'PUT', path: base, run: at(overwrite) },
    { name: 'POST commands', method: 'POST', path: base, run: at(create) },
    { name: 'GET command', method: 'GET', path: one, run: at(get) },
    { name: 'PATCH command', method: 'PATCH', path: one, run: at(edit) },
    { name: 'DELETE command', method: 'DELETE', path: one, run: at(remove) },
  ]
}

export const commandRoutes: Route[] = [
  ...routesAt('/applications/:application/commands', false),
  ...routesAt('/applications/:application/guilds/:guild/commands', true),
]
