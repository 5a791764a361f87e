import { randomBytes } from 'node:crypto'
import type { TokenKind } from './journal.ts'

/** The app as Slack knows it: its ids, its tokens and what its bot may do. */
export type Account = {
  team: { id: string; name: string; domain: string }
  appId: string
  botId: string
  botUserId: string
  botToken: string
  appToken: string
  signingSecret: string
  /** The bot token's scopes: https://docs.slack.dev/reference/scopes */
  scopes: Set<string>
  /** What becomes of the bot token: https://docs.slack.dev/reference/methods/auth.test#errors */
  botTokenState: 'valid' | 'token_revoked' | 'account_inactive'
  /** The events that the app asked for: https://docs.slack.dev/reference/events */
  subscriptions: Set<string>
}

/** What a bot of this kind asks for; a test takes away or adds. */
const SCOPES = [
  'commands',
  'chat:write',
  'app_mentions:read',
  'channels:read',
  'channels:history',
  'groups:read',
  'groups:history',
  'im:read',
  'im:write',
  'im:history',
  'users:read',
  'team:read',
]

const SUBSCRIPTIONS = ['app_mention', 'message.im', 'app_home_opened']

const random = () => randomBytes(12).toString('hex')

export const createAccount = (scopes: string[] = SCOPES): Account => ({
  team: { id: 'T0FAKE0001', name: 'Fake Workspace', domain: 'fake-workspace' },
  appId: 'A0FAKE0001',
  botId: 'B0FAKE0001',
  botUserId: 'U0FAKEBOT1',
  botToken: `xoxb-fake-${random()}`,
  appToken: `xapp-1-A0FAKE0001-${random()}`,
  signingSecret: random(),
  scopes: new Set(scopes),
  botTokenState: 'valid',
  subscriptions: new Set(SUBSCRIPTIONS),
})

export function tokenKind(account: Account, token: string | undefined): TokenKind {
  if (token === undefined || token === '') return 'none'
  if (token === account.botToken) return 'bot'
  return token === account.appToken ? 'app' : 'unknown'
}
