import { z } from 'zod'
import { PlatformError } from '../platform.ts'
import type { SlackOptions } from './slack.ts'

/** Where an operator finds each setting. */
const PLACES = {
  SLACK_BOT_TOKEN: 'the Bot User OAuth Token, which begins with xoxb-: your app, OAuth & Permissions',
  SLACK_APP_TOKEN: 'an app-level token with connections:write, which begins with xapp-: your app, Basic Information',
  SLACK_SIGNING_SECRET: 'the Signing Secret: your app, Basic Information',
  SLACK_MODE: 'socket or http',
  SLACK_API_URL: 'an address such as https://slack.com/api/',
}

type Name = keyof typeof PLACES

const setting = (name: Name, pattern: RegExp) =>
  z.preprocess(
    value => (value === '' ? undefined : value),
    z
      .string()
      .regex(pattern, { error: `${name}: expected ${PLACES[name]}.` })
      .optional(),
  )

const schema = z.object({
  SLACK_BOT_TOKEN: setting('SLACK_BOT_TOKEN', /^xoxb-[\w.-]+$/),
  SLACK_APP_TOKEN: setting('SLACK_APP_TOKEN', /^xapp-[\w.-]+$/),
  SLACK_SIGNING_SECRET: setting('SLACK_SIGNING_SECRET', /^\w{8,}$/),
  SLACK_MODE: setting('SLACK_MODE', /^(?:socket|http)$/),
  SLACK_API_URL: setting('SLACK_API_URL', /^https?:\/\/[\w.-]+(?::\d+)?(?:\/\S*)?$/),
})

/** What must stand in no log. */
export const secretsOf = ({ botToken, events }: SlackOptions): string[] => [
  botToken,
  events.mode === 'http' ? events.signingSecret : events.appToken,
]

type Environment = Record<string, string | undefined>

/**
 * What the environment says of Slack; undefined where it says nothing.
 * @throws PlatformError that names every setting that is wrong or missing, and none of their values
 */
export function readSlackSettings(environment: Environment): SlackOptions | undefined {
  const names = Object.keys(PLACES) as Name[]
  if (names.every(name => !environment[name])) return undefined
  const needed: Name[] = [
    'SLACK_BOT_TOKEN',
    environment.SLACK_MODE === 'http' ? 'SLACK_SIGNING_SECRET' : 'SLACK_APP_TOKEN',
  ]
  const read = schema.safeParse(environment)
  const faults = [
    ...needed.filter(name => !environment[name]).map(name => `${name}: set ${PLACES[name]}.`),
    ...(read.error?.issues ?? []).map(issue => issue.message),
  ]
  if (!read.success || faults.length > 0) throw new PlatformError(faults.join('\n'))
  const { SLACK_BOT_TOKEN: botToken, SLACK_API_URL: apiUrl, SLACK_MODE: mode = 'socket' } = read.data
  const { SLACK_APP_TOKEN: appToken, SLACK_SIGNING_SECRET: signingSecret } = read.data
  return {
    botToken: botToken as string,
    events:
      mode === 'http'
        ? { mode, signingSecret: signingSecret as string }
        : { mode: 'socket', appToken: appToken as string },
    ...(apiUrl !== undefined && { apiUrl }),
  }
}
