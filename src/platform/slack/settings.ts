import { ADDRESS, type Environment, readEnvironment } from '../environment.ts'
import type { SlackOptions } from './slack.ts'

const SETTINGS = {
  SLACK_BOT_TOKEN: {
    place: 'the Bot User OAuth Token, which begins with xoxb-: your app, OAuth & Permissions',
    pattern: /^xoxb-[\w.-]+$/,
  },
  SLACK_APP_TOKEN: {
    place: 'an app-level token with connections:write, which begins with xapp-: your app, Basic Information',
    pattern: /^xapp-[\w.-]+$/,
  },
  SLACK_SIGNING_SECRET: { place: 'the Signing Secret: your app, Basic Information', pattern: /^\w{8,}$/ },
  SLACK_MODE: { place: 'socket or http', pattern: /^(?:socket|http)$/ },
  SLACK_API_URL: { place: 'an address such as https://slack.com/api/', pattern: ADDRESS },
}

/** What must stand in no log. */
export const secretsOf = ({ botToken, events }: SlackOptions): string[] => [
  botToken,
  events.mode === 'http' ? events.signingSecret : events.appToken,
]

/**
 * What the environment says of Slack; undefined where it says nothing.
 * @throws PlatformError that names every setting that is wrong or missing, and none of their values
 */
export function readSlackSettings(environment: Environment): SlackOptions | undefined {
  const read = readEnvironment(environment, SETTINGS, ({ SLACK_MODE }) => [
    'SLACK_BOT_TOKEN',
    SLACK_MODE === 'http' ? 'SLACK_SIGNING_SECRET' : 'SLACK_APP_TOKEN',
  ])
  if (!read) return undefined
  const { SLACK_BOT_TOKEN = '', SLACK_APP_TOKEN = '', SLACK_SIGNING_SECRET = '', SLACK_API_URL, SLACK_MODE } = read
  return {
    botToken: SLACK_BOT_TOKEN,
    events:
      SLACK_MODE === 'http'
        ? { mode: 'http', signingSecret: SLACK_SIGNING_SECRET }
        : { mode: 'socket', appToken: SLACK_APP_TOKEN },
    ...(SLACK_API_URL !== undefined && { apiUrl: SLACK_API_URL }),
  }
}
