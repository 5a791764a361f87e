import { WebClient } from '@slack/web-api'
import type { Check, Destination } from '../platform.ts'
import { APP_TOKEN_REMEDY } from './connection.ts'
import { SCOPES } from './manifest.ts'
import { outcomeOf } from './outcome.ts'
import { callOptions, type SlackOptions } from './slack.ts'

/** Looks at everything that Readout needs on Slack, step by step; nothing is changed there. */
export async function examineSlack(options: SlackOptions, destinations: Destination[]): Promise<Check[]> {
  const client = createClient(options, options.botToken)
  const socket = options.events.mode === 'socket' ? [await checkSocket(options, options.events.appToken)] : []
  try {
    const { user, team, team_id, response_metadata } = await client.auth.test()
    return [
      well(`SLACK_BOT_TOKEN: ${user} in ${team}.`),
      ...checkScopes(response_metadata?.scopes ?? []),
      ...socket,
      ...(await Promise.all(destinations.map(destination => checkDestination(client, destination, team_id)))),
    ]
  } catch (error) {
    return [ill('SLACK_BOT_TOKEN', error), ...(outcomeOf(error).kind === 'refused' ? socket : [])]
  }
}

const createClient = (options: SlackOptions, token: string): WebClient =>
  new WebClient(
    token,
    callOptions(options, () => undefined),
  )

const well = (note: string): Check => ({ isWell: true, note })

/** What an error says, with its remedy. */
function ill(what: string, error: unknown, remedy?: string): Check {
  const outcome = outcomeOf(error)
  const advice =
    outcome.kind === 'refused'
      ? (remedy ?? outcome.remedy)
      : 'Check the network and SLACK_API_URL, then run this again.'
  return { isWell: false, note: `${what}: ${outcome.why} ${advice}` }
}

function checkScopes(granted: string[]): Check[] {
  const missing = SCOPES.filter(scope => !granted.includes(scope))
  const isTooMuch = granted.includes('chat:write.public')
  const remedy =
    'Update the app from `npm run -s readout -- slack-manifest`, then reinstall it: your app, App Manifest; then Install App.'
  return [
    ...(missing.length > 0 ? [{ isWell: false, note: `Scopes: ${missing.join(', ')} missing. ${remedy}` }] : []),
    ...(isTooMuch
      ? [
          {
            isWell: false,
            note: 'Scopes: remove chat:write.public, which posts where Readout can’t look for its own posts.',
          },
        ]
      : []),
    ...(missing.length === 0 && !isTooMuch ? [well('Scopes: all granted.')] : []),
  ]
}

const checkSocket = (options: SlackOptions, appToken: string): Promise<Check> =>
  createClient(options, appToken)
    .apps.connections.open({})
    .then(
      () => well('SLACK_APP_TOKEN: Socket Mode can be opened.'),
      error => ill('SLACK_APP_TOKEN', error, APP_TOKEN_REMEDY),
    )

async function checkDestination(
  client: WebClient,
  { space, channel }: Destination,
  team: string | undefined,
): Promise<Check> {
  const name = `slack:${space}/${channel}`
  if (space !== team)
    return { isWell: false, note: `${name}: Readout is in the workspace ${team}. Write slack:${team}/${channel}.` }
  return client.conversations.info({ channel }).then(
    ({ channel: found }): Check => {
      if (found?.is_archived)
        return { isWell: false, note: `${name}: #${found.name} is archived. Unarchive it, or choose another.` }
      return found?.is_member
        ? well(`${name}: #${found.name}, a member.`)
        : { isWell: false, note: `${name}: Readout is no member of #${found?.name}. Type /invite @Readout there.` }
    },
    error => ill(name, error),
  )
}
