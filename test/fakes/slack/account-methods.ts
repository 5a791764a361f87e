import { type Method, noScopes, readFlag } from './method.ts'
import { Refusal } from './refusal.ts'

/** https://docs.slack.dev/reference/methods/auth.test */
const authTest: Method = {
  required: [],
  optional: [],
  token: 'bot',
  scopes: noScopes,
  run(_, { world: { account } }) {
    const bot = { user: 'fakebot', user_id: account.botUserId, bot_id: account.botId }
    const team = { url: `https://${account.team.domain}.slack.com/`, team: account.team.name, team_id: account.team.id }
    return { ...team, ...bot, is_enterprise_install: false }
  },
}

/** https://docs.slack.dev/reference/methods/apps.connections.open: with the app-level token, in the header. */
const openConnection: Method = {
  required: [],
  optional: [],
  token: 'app',
  scopes: noScopes,
  run: (_, { issueSocketUrl }) => ({ url: issueSocketUrl() }),
}

/** https://docs.slack.dev/reference/methods/users.info: the locale only when asked for. */
const usersInfo: Method = {
  required: ['user'],
  optional: ['include_locale'],
  token: 'bot',
  scopes: () => ['users:read'],
  run(args, { world }) {
    const user = world.users.get(String(args.user))
    if (!user) throw new Refusal('user_not_found')
    const { id, name, zone: tz, isAdmin, isOwner, isBot, isDeleted, locale } = user
    const rights = { is_admin: isAdmin || isOwner, is_owner: isOwner, is_bot: isBot, deleted: isDeleted }
    const profile = { real_name: name, display_name: name }
    const asked = readFlag(args.include_locale) ? { locale } : {}
    return { user: { id, team_id: world.account.team.id, name, real_name: name, tz, profile, ...rights, ...asked } }
  },
}

/** https://docs.slack.dev/reference/methods/team.info */
const teamInfo: Method = {
  required: [],
  optional: ['team', 'domain'],
  token: 'bot',
  scopes: () => ['team:read'],
  run: (_, { world }) => ({ team: { ...world.account.team, email_domain: '' } }),
}

export const accountMethods: Record<string, Method> = {
  'auth.test': authTest,
  'apps.connections.open': openConnection,
  'users.info': usersInfo,
  'team.info': teamInfo,
}
