import { drawApplication, drawChannel, drawGuild, drawMember, drawOwnGuild, drawRole, drawUser } from './draw.ts'
import { missingAccess, Refusal, unknownGuild } from './refusal.ts'
import { expectKeys, ok, type Reply, type Route, readId, readLimit, type Visit } from './route.ts'
import { compareIds } from './snowflakes.ts'
import { expect, type Guild, type World } from './world.ts'

/** https://docs.discord.com/developers/resources/user#get-current-user-guilds */
const GUILDS_A_PAGE = 200

/** A guild that the bot is in. @throws Refusal */
export function expectGuild(world: World, id: string): Guild {
  const guild = world.guilds.get(id)
  if (!guild) throw unknownGuild()
  if (!guild.members.has(world.account.applicationId)) throw missingAccess()
  return guild
}

const guildOf = ({ params: [id = ''], state }: Visit): Guild => expectGuild(state.world, id)

function listOwnGuilds({ query, state }: Visit): Reply {
  expectKeys(query, ['before', 'after', 'limit', 'with_counts'], state)
  const { world } = state
  const limit = readLimit(query, GUILDS_A_PAGE, GUILDS_A_PAGE)
  const before = readId(query, 'before')
  const after = readId(query, 'after')
  const own = [...world.guilds.values()]
    .filter(({ members }) => members.has(world.account.applicationId))
    .filter(({ id }) => before === undefined || compareIds(id, before) < 0)
    .filter(({ id }) => after === undefined || compareIds(id, after) > 0)
    .toSorted((a, b) => compareIds(a.id, b.id))
  const page = before === undefined ? own.slice(0, limit) : own.slice(-limit)
  return ok(page.map(guild => drawOwnGuild(guild, world)))
}

function getMember(visit: Visit): Reply {
  const { world } = visit.state
  const member = guildOf(visit).members.get(visit.params[1] ?? '')
  if (!member) throw new Refusal(404, 10007, 'Unknown Member')
  return ok(drawMember(member, world))
}

/** https://docs.discord.com/developers/resources/user#create-dm */
function openDirectChannel({ body, state }: Visit): Reply {
  const recipient = Array.isArray(body) ? undefined : body.recipient_id
  const user = state.world.users.get(String(recipient))
  if (!user || user.isBot) throw new Refusal(400, 50033, 'Invalid Recipient(s)')
  return ok(drawChannel(state.world.directChannel(user.id), state.world))
}

const own = ({ state: { world } }: Visit): Reply =>
  ok(drawUser(expect(world.users, world.account.applicationId, 'user')))

export const accountRoutes: Route[] = [
  { name: 'GET gateway', method: 'GET', path: '/gateway/bot', run: ({ state }) => ok(state.drawGateway()) },
  { name: 'GET me', method: 'GET', path: '/users/@me', run: own },
  { name: 'GET guilds', method: 'GET', path: '/users/@me/guilds', run: listOwnGuilds },
  { name: 'POST dm', method: 'POST', path: '/users/@me/channels', run: openDirectChannel },
  {
    name: 'GET application',
    method: 'GET',
    path: '/applications/@me',
    run: ({ state }) => ok(drawApplication(state.world)),
  },
  {
    name: 'GET application',
    method: 'GET',
    path: '/oauth2/applications/@me',
    run: ({ state }) => ok(drawApplication(state.world)),
  },
  { name: 'GET guild', method: 'GET', path: '/guilds/:guild', run: visit => ok(drawGuild(guildOf(visit))) },
  {
    name: 'GET roles',
    method: 'GET',
    path: '/guilds/:guild/roles',
    run: visit => ok(guildOf(visit).roles.map(drawRole)),
  },
  { name: 'GET member', method: 'GET', path: '/guilds/:guild/members/:user', run: getMember },
]
