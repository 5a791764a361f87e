import { DiscordAPIError } from '@discordjs/rest'
import type { APIApplication, APIGatewayBotInfo, APIUser } from 'discord-api-types/v10'
import type { Check, Command, Destination } from '../platform.ts'
import { type CallApi, createApi } from './api.ts'
import { compareCommands, NO_SERVER } from './commands.ts'
import type { DiscordOptions } from './discord.ts'
import { INTERACTIONS_PATH } from './limits.ts'
import { advise } from './outcome.ts'
import { examineChannel, permissionRemedy, sayList } from './permissions.ts'

/** Looks at everything that Readout needs on Discord, step by step; nothing is changed there. */
export async function examineDiscord(
  options: DiscordOptions,
  commands: Command[],
  destinations: Destination[],
): Promise<Check[]> {
  const call = createApi(options)
  try {
    const user = await call<APIUser>('GET', '/users/@me')
    const application = await call<APIApplication>('GET', '/applications/@me')
    return [
      well(`DISCORD_TOKEN: ${user.username}.`),
      ...checkApplication(options, application),
      await checkEvents(call, options, application),
      ...(await checkCommands(call, { ...options, applicationId: application.id }, commands)),
      ...(await Promise.all(destinations.map(destination => checkDestination(call, destination, user.id)))),
    ]
  } catch (error) {
    return [ill(error instanceof DiscordAPIError && error.status === 401 ? 'DISCORD_TOKEN' : 'Discord', error)]
  }
}

const well = (note: string): Check => ({ isWell: true, note })

/** What an error says, with its remedy. */
const ill = (what: string, error: unknown): Check => ({ isWell: false, note: `${what}: ${advise(error)}` })

function checkApplication(
  { applicationId, events }: DiscordOptions,
  { id, name, verify_key }: APIApplication,
): Check[] {
  const isKeyWrong = events.mode === 'http' && events.publicKey.toLowerCase() !== verify_key.toLowerCase()
  const where = 'your application, General Information'
  return [
    id === applicationId
      ? well(`DISCORD_APPLICATION_ID: ${name}.`)
      : { isWell: false, note: `DISCORD_APPLICATION_ID: the token is of the application ${id}. Set that: ${where}.` },
    ...(isKeyWrong
      ? [{ isWell: false, note: `DISCORD_PUBLIC_KEY: it is another application’s. Copy the Public Key: ${where}.` }]
      : []),
  ]
}

/** Discord sends interactions to an address where one is set, and then not to the gateway. */
async function checkEvents(
  call: CallApi,
  { events }: DiscordOptions,
  { interactions_endpoint_url: url }: APIApplication,
): Promise<Check> {
  const place = 'your application, General Information, Interactions Endpoint URL'
  if (events.mode === 'http')
    return url?.endsWith(INTERACTIONS_PATH)
      ? well(`Interactions: Discord sends them to ${url}.`)
      : { isWell: false, note: `Interactions: set the public address of ${INTERACTIONS_PATH}: ${place}.` }
  if (url)
    return {
      isWell: false,
      note: `Interactions: Discord sends them to ${url}, not to the gateway. Empty it: ${place}.`,
    }
  return call<APIGatewayBotInfo>('GET', '/gateway/bot').then(
    ({ session_start_limit: { remaining, total, reset_after } }) =>
      remaining > 0
        ? well(`Gateway: it can be opened; ${remaining} of ${total} new connections are left today.`)
        : {
            isWell: false,
            note: `Gateway: none of ${total} new connections is left today. Wait ${Math.ceil(reset_after / 60_000)} minutes; Readout then connects by itself.`,
          },
    error => ill('Gateway', error),
  )
}

const checkCommands = (call: CallApi, options: DiscordOptions, commands: Command[]): Promise<Check[]> =>
  compareCommands(call, options, commands).then(
    ({ commands, writes, where, servers }) => [
      writes === 0
        ? well(`Commands: all ${commands} registered ${where}.`)
        : {
            isWell: false,
            note: 'Commands: they differ. Run `npm run -s readout -- discord-register`, or start Readout.',
          },
      ...(servers === 0 ? [{ isWell: false, note: NO_SERVER }] : []),
    ],
    error => [ill('Commands', error)],
  )

async function checkDestination(call: CallApi, { space, channel }: Destination, user: string): Promise<Check> {
  const label = `discord:${space}/${channel}`
  try {
    const { name, guildId, missing, takesMessages } = await examineChannel(call, user, channel)
    if (guildId === undefined)
      return { isWell: false, note: `${label}: this is a direct message. Choose a channel of a server.` }
    if (guildId !== space)
      return { isWell: false, note: `${label}: #${name} is in another server. Write discord:${guildId}/${channel}.` }
    if (!takesMessages) return { isWell: false, note: `${label}: #${name} takes no messages. Choose a text channel.` }
    return missing.length === 0
      ? well(`${label}: #${name}, nothing missing.`)
      : { isWell: false, note: `${label}: ${sayList(missing)} missing in #${name}. ${permissionRemedy(missing)}` }
  } catch (error) {
    return ill(label, error)
  }
}
