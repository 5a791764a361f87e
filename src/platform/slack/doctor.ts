import { WebClient } from '@slack/web-api'
import type { Destination } from '../platform.ts'
import { SCOPES } from './manifest.ts'
import { outcomeOf } from './outcome.ts'
import { callOptions, type SlackOptions } from './slack.ts'

/** One thing that was looked at: whether it is well, and what to do where not. */
export type Check = { isWell: boolean; note: string }

/** Looks at everything that Readout needs on Slack, step by step; nothing is changed there. */
export async function examineSlack(options: SlackOptions, destinations: Destination[]): Promise<Check[]> {
  const client = new WebClient(
    options.botToken,
    callOptions(options, () => undefined),
  )
  const token = await checkToken(client)
  if (!token.isWell) return [token]
  return [
    token,
    await checkScopes(client),
    ...(options.events.mode === 'socket' ? [await checkSocket(options, options.events.appToken)] : []),
    ...(await Promise.all(destinations.map(destination => checkDestination(client, destination)))),
  ]
}

const well = (note: string): Check => ({ isWell: true, note })

/** What an error says, with its remedy. */
function ill(what: string, error: unknown): Check {
  const outcome = outcomeOf(error)
  return { isWell: false, note: `${what}: ${outcome.why}${outcome.kind === 'refused' ? ` ${outcome.remedy}` : ''}` }
}

const checkToken = (client: WebClient): Promise<Check> =>
  client.auth.test().then(
    ({ team, user }) => well(`SLACK_BOT_TOKEN: ${user} in ${team}.`),
    error => ill('SLACK_BOT_TOKEN', error),
  )

async function checkScopes(client: WebClient): Promise<Check> {
  const { response_metadata } = await client.auth.test()
  const granted = new Set(response_metadata?.scopes ?? [])
  const missing = SCOPES.filter(scope => !granted.has(scope))
  if (granted.has('chat:write.public'))
    return {
      isWell: false,
      note: 'Scopes: remove chat:write.public, which posts where Readout can’t look for its own posts.',
    }
  return missing.length === 0
    ? well('Scopes: all granted.')
    : {
        isWell: false,
        note: `Scopes: ${missing.join(', ')} missing. Update the app from \`readout slack-manifest\`, then reinstall it: your app, App Manifest; then Install App.`,
      }
}

const checkSocket = (options: SlackOptions, appToken: string): Promise<Check> =>
  new WebClient(
    appToken,
    callOptions(options, () => undefined),
  ).apps.connections
    .open({})
    .then(
      () => well('SLACK_APP_TOKEN: Socket Mode can be opened.'),
      error => {
        const { note } = ill('SLACK_APP_TOKEN', error)
        const hint =
          'Make an app-level token with connections:write: your app, Basic Information, App-Level Tokens; and turn on Socket Mode.'
        return {
          isWell: false,
          note: outcomeOf(error).kind === 'refused' ? `SLACK_APP_TOKEN: ${outcomeOf(error).why} ${hint}` : note,
        }
      },
    )

function checkDestination(client: WebClient, { space, channel }: Destination): Promise<Check> {
  const name = `slack:${space}/${channel}`
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
