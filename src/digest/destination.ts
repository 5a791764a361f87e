import type { Destination } from '../platform/platform.ts'

/** The channel of the playground. */
export const PLAYGROUND: Destination = { platform: 'playground', space: 'local', channel: 'playground' }

/** A destination as people write it and as it is stored: `slack:T024BE7LD/C024BE91L`, or `playground`. */
export const formatDestination = ({ platform, space, channel }: Destination): string =>
  platform === PLAYGROUND.platform ? platform : `${platform}:${space}/${channel}`

/** Reads what `formatDestination` wrote; whether a platform can have such ids, `destinationFault` says. */
export function parseDestination(text: string): Destination | undefined {
  if (text === PLAYGROUND.platform) return PLAYGROUND
  const [, platform, space, channel] = /^([a-z]+):([^\s/]+)\/([^\s/]+)$/.exec(text) ?? []
  return platform === undefined || space === undefined || channel === undefined || platform === PLAYGROUND.platform
    ? undefined
    : { platform, space, channel }
}

/** What a destination must be. */
export const A_DESTINATION =
  'a destination such as slack:T024BE7LD/C024BE91L, discord:613425648685547541/697138785317814292 or playground'

/** What a person must write instead of a destination that no platform has, as the end of `Expected KEY to be …`. */
export function destinationFault(text: string): string | undefined {
  const destination = parseDestination(text)
  switch (destination?.platform) {
    case PLAYGROUND.platform:
      return undefined
    case 'slack':
      return isSlack(destination) ? undefined : A_SLACK
    case 'discord':
      return isDiscord(destination) ? undefined : A_DISCORD
    default:
      return A_DESTINATION
  }
}

const A_SLACK =
  "slack: with the workspace's id and the channel's, such as slack:T024BE7LD/C024BE91L; both stand in the channel's address"

const A_DISCORD =
  "discord: with the server's id and the channel's, 17 to 20 digits each, such as discord:613425648685547541/697138785317814292; Discord's developer mode copies them"

/** https://docs.slack.dev/reference/objects/conversation-object: C and G are channels, D is a direct message. */
const isSlack = ({ space, channel }: Destination): boolean =>
  /^[TE][A-Z0-9]{1,20}$/.test(space) && /^[CGD][A-Z0-9]{1,20}$/.test(channel)

const isDiscord = ({ space, channel }: Destination): boolean => isSnowflake(space) && isSnowflake(channel)

/** https://docs.discord.com/developers/reference#snowflakes: 64 bits, the upper 42 of them a time since 2015. */
const isSnowflake = (id: string): boolean => /^[1-9]\d{16,19}$/.test(id) && BigInt(id) < 2n ** 64n
