import { ADDRESS, type Environment, readEnvironment } from '../environment.ts'
import { PlatformError } from '../platform.ts'
import type { DiscordOptions } from './discord.ts'

/** https://docs.discord.com/developers/reference#snowflakes */
const SNOWFLAKE = /^\d{17,20}$/

const SETTINGS = {
  DISCORD_TOKEN: { place: 'the bot’s token: your application, Bot, Reset Token', pattern: /^[\w-]+\.[\w-]+\.[\w-]+$/ },
  DISCORD_APPLICATION_ID: {
    place: 'the Application ID, digits only: your application, General Information',
    pattern: SNOWFLAKE,
  },
  DISCORD_PUBLIC_KEY: {
    place: 'the Public Key, 64 letters and digits: your application, General Information',
    pattern: /^[\da-f]{64}$/i,
  },
  DISCORD_GUILD_ID: {
    place: 'a server’s id, digits only: Discord, Developer Mode on, Copy Server ID',
    pattern: SNOWFLAKE,
  },
  DISCORD_MODE: { place: 'gateway or http', pattern: /^(?:gateway|http)$/ },
  DISCORD_API_URL: { place: 'an address such as https://discord.com/api', pattern: ADDRESS },
}

/** What must stand in no log. */
export const secretsOf = ({ token }: DiscordOptions): string[] => [token]

/**
 * What the environment says of Discord; undefined where it says nothing.
 * @throws PlatformError that names every setting that is wrong or missing, and none of their values
 */
export function readDiscordSettings(environment: Environment): DiscordOptions | undefined {
  const read = readEnvironment(environment, SETTINGS, ({ DISCORD_MODE }) => [
    'DISCORD_TOKEN',
    'DISCORD_APPLICATION_ID',
    ...(DISCORD_MODE === 'http' ? (['DISCORD_PUBLIC_KEY'] as const) : []),
  ])
  if (!read) return undefined
  const { DISCORD_TOKEN = '', DISCORD_APPLICATION_ID = '', DISCORD_PUBLIC_KEY = '', DISCORD_MODE } = read
  const { DISCORD_GUILD_ID, DISCORD_API_URL } = read
  return {
    token: DISCORD_TOKEN,
    applicationId: DISCORD_APPLICATION_ID,
    events: DISCORD_MODE === 'http' ? { mode: 'http', publicKey: DISCORD_PUBLIC_KEY } : { mode: 'gateway' },
    ...(DISCORD_GUILD_ID !== undefined && { guildId: DISCORD_GUILD_ID }),
    ...(DISCORD_API_URL !== undefined && { apiUrl: DISCORD_API_URL.replace(/\/+$/, '') }),
  }
}

/**
 * The id of the application; whoever is to be invited needs no more.
 * @throws PlatformError where it is missing or wrong
 */
export function readApplicationId({ DISCORD_APPLICATION_ID }: Environment): string {
  const { DISCORD_APPLICATION_ID: setting } = SETTINGS
  readEnvironment({ DISCORD_APPLICATION_ID }, { DISCORD_APPLICATION_ID: setting }, () => [])
  if (!DISCORD_APPLICATION_ID) throw new PlatformError(`DISCORD_APPLICATION_ID: set ${setting.place}.`)
  return DISCORD_APPLICATION_ID
}
