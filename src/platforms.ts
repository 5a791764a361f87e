import type { Budget } from './card/card.ts'
import { DISCORD_BUDGET } from './platform/discord/limits.ts'
import * as discord from './platform/discord/settings.ts'
import type { Environment } from './platform/environment.ts'
import {
  type Bot,
  type Check,
  type Clock,
  type Command,
  type Destination,
  type Log,
  type Platform,
  PlatformError,
} from './platform/platform.ts'
import { SLACK_BUDGET } from './platform/slack/limits.ts'
import * as slack from './platform/slack/settings.ts'
import { withoutSecrets } from './say.ts'

/** A platform that the environment may ask for; its libraries are loaded only where it does. */
export type Setup = {
  name: string
  /** The platform's own name, as it stands in sentences. */
  title: string
  /** Whether the environment says anything of it. */
  isSet: (environment: Environment) => boolean
  /**
   * The platform, not started; undefined where nothing is set of it. No secret reaches the log.
   * @throws PlatformError where a setting is wrong
   */
  create: (
    environment: Environment,
    botWithin: (budget: Budget) => Bot,
    log: Log,
    clock: Clock,
  ) => Promise<Platform | undefined>
  /**
   * Looks at everything that it needs; undefined where nothing is set of it. No secret is in what is found.
   * @throws PlatformError where a setting is wrong
   */
  examine: (
    environment: Environment,
    commands: () => Promise<Command[]>,
    destinations: Destination[],
  ) => Promise<Check[] | undefined>
}

/** How one platform is set up, from options of its own. */
type Parts<Options> = {
  name: string
  title: string
  budget: Budget
  read: (environment: Environment) => Options | undefined
  secretsOf: (options: Options) => string[]
  create: (options: Options, bot: Bot, log: Log, clock: Clock) => Promise<Platform>
  examine: (options: Options, commands: () => Promise<Command[]>, destinations: Destination[]) => Promise<Check[]>
}

const setup = <Options>({ name, title, budget, read, secretsOf, ...parts }: Parts<Options>): Setup => ({
  name,
  title,
  isSet: environment =>
    Object.entries(environment).some(([key, value]) => key.startsWith(`${name.toUpperCase()}_`) && value),
  create: async (environment, botWithin, log, clock) => {
    const options = read(environment)
    if (!options) return undefined
    const secrets = secretsOf(options)
    const hide = (line: string) => withoutSecrets(line, secrets)
    const platform = await parts.create(options, botWithin(budget), line => log(hide(line)), clock)
    const start = () =>
      platform.start().catch(error => {
        throw error instanceof PlatformError ? new PlatformError(hide(error.message), { cause: error }) : error
      })
    return { ...platform, start }
  },
  examine: async (environment, commands, destinations) => {
    const options = read(environment)
    if (!options) return undefined
    const secrets = secretsOf(options)
    const checks = await parts.examine(options, commands, destinations)
    return checks.map(({ isWell, note }) => ({ isWell, note: withoutSecrets(note, secrets) }))
  },
})

export const SETUPS: Setup[] = [
  setup({
    name: 'slack',
    title: 'Slack',
    budget: SLACK_BUDGET,
    read: slack.readSlackSettings,
    secretsOf: slack.secretsOf,
    create: async (...given) => (await import('./platform/slack/slack.ts')).createSlack(...given),
    examine: async (options, _, destinations) =>
      (await import('./platform/slack/doctor.ts')).examineSlack(options, destinations),
  }),
  setup({
    name: 'discord',
    title: 'Discord',
    budget: DISCORD_BUDGET,
    read: discord.readDiscordSettings,
    secretsOf: discord.secretsOf,
    create: async (...given) => (await import('./platform/discord/discord.ts')).createDiscord(...given),
    examine: async (options, commands, destinations) =>
      (await import('./platform/discord/doctor.ts')).examineDiscord(options, await commands(), destinations),
  }),
]
