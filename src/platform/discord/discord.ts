import type { APIUser } from 'discord-api-types/v10'
import { createInHand } from '../in-hand.ts'
import type { Connection } from '../keep-connected.ts'
import { type Bot, type Clock, type Health, type Log, type Platform, PlatformError } from '../platform.ts'
import { type CallApi, createApi } from './api.ts'
import { createCallbacks } from './callback.ts'
import { NO_SERVER, type Registration, registerCommands } from './commands.ts'
import { keepGateway } from './gateway.ts'
import { createRoute } from './http.ts'
import { readInteraction } from './interaction.ts'
import { DISCORD_BUDGET, INTERACTIONS_PATH } from './limits.ts'
import { explain, outcomeOf } from './outcome.ts'
import { createPosts, REPEATS_WITHIN_MS } from './post.ts'

/** Where Discord's token and ids come from, and which server answers for Discord. */
export type DiscordOptions = {
  token: string
  applicationId: string
  /** How Discord's events arrive: over a connection that Readout opens, or as signed requests to its HTTP server. */
  events: { mode: 'gateway' } | { mode: 'http'; publicKey: string }
  /** The one server that has the commands; every server where it is not set. */
  guildId?: string
  /** The API's address without its version, where it is not Discord's own. */
  apiUrl?: string
}

/** What is in hand when Readout stops may take this long to finish. */
const FINISH_MS = 3000

/** The wait before the commands are compared again, where Discord did not answer. */
const REGISTER_AGAIN_MS = 30_000

/** The adapter for one Discord application. */
export function createDiscord(options: DiscordOptions, bot: Bot, log: Log, clock: Clock): Platform {
  const { events } = options
  const call = createApi(options)
  const hand = createInHand(clock)
  const callbacks = createCallbacks(bot, call, log)
  const posts = createPosts(call, identify)
  let identity: Promise<string> | undefined
  let health: Health = { isUp: false, note: 'Discord is not started.' }
  let connection: Connection | undefined
  const stopping = new AbortController()
  let connected = new AbortController()
  /** What a stop does not wait for. */
  const callUntilStop: CallApi = (method, route, data) => call(method, route, { ...data, signal: stopping.signal })

  function identify(): Promise<string> {
    identity ??= callUntilStop<APIUser>('GET', '/users/@me').then(
      ({ id }) => {
        if (typeof id !== 'string') throw new Error('the answer names no user')
        health = { isUp: true, note: `Discord sends to ${INTERACTIONS_PATH}.` }
        return id
      },
      error => {
        identity = undefined
        health = { isUp: false, note: outcomeOf(error).why }
        throw error
      },
    )
    return identity
  }

  /** Compares the registered commands with the wanted ones, until Discord has said what became of it. */
  async function register(): Promise<void> {
    while (!stopping.signal.aborted) {
      const failure = await identify()
        .then(() => registerCommands(callUntilStop, options, bot.commands()))
        .then(tellWrites, error => error)
      if (failure === undefined || stopping.signal.aborted) return
      log(`Discord’s commands could not be compared: ${explain(failure)}`)
      const outcome = outcomeOf(failure)
      if (failure instanceof PlatformError || outcome.kind === 'refused') return
      const waitMs = outcome.kind === 'later' ? Math.max(outcome.afterMs, REGISTER_AGAIN_MS) : REGISTER_AGAIN_MS
      connected = new AbortController()
      await clock.wait(waitMs, AbortSignal.any([stopping.signal, connected.signal])).catch(() => undefined)
    }
  }

  function tellWrites({ writes, commands, where, servers }: Registration): undefined {
    if (writes > 0) log(`Discord has ${commands} ${commands === 1 ? 'command' : 'commands'} now, ${where}.`)
    if (servers === 0) log(NO_SERVER)
  }

  function hear(type: string, content: unknown): void {
    // Discord is there again.
    if (type === 'READY') connected.abort()
    if (type !== 'INTERACTION_CREATE') return
    const interaction = readInteraction(content)
    if (interaction && interaction.type !== 1) void hand.track(callbacks.send(interaction))
    else log('Discord sent an interaction that can’t be read.')
  }

  return {
    name: 'discord',
    budget: DISCORD_BUDGET,
    start: async () => {
      await identify().catch(error => {
        if (!stopping.signal.aborted) refuseToken(error, log)
      })
      if (stopping.signal.aborted) return
      void register()
      if (events.mode === 'gateway')
        connection = keepGateway({ token: options.token, call: callUntilStop, dispatched: hear }, log, clock)
    },
    stop: async () => {
      stopping.abort()
      // Until then readers are still answered.
      await hand.finish(FINISH_MS)
      await connection?.stop()
    },
    ...posts,
    repeatsWithinMs: REPEATS_WITHIN_MS,
    health: () => connection?.health() ?? health,
    routes: events.mode === 'http' ? [createRoute(events.publicKey, callbacks, log)] : [],
  }
}

/** A token that Discord refuses is an operator's to mend; a Discord that can't be reached may be back soon. */
function refuseToken(error: unknown, log: Log): void {
  if (outcomeOf(error).kind === 'refused') throw new PlatformError(explain(error))
  log(`Discord does not answer yet: ${outcomeOf(error).why}`)
}
