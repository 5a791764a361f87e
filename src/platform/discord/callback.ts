import { DiscordAPIError } from '@discordjs/rest'
import type { APIInteractionResponse } from 'discord-api-types/v10'
import type { Failure } from '../failure.ts'
import { createOnce } from '../once.ts'
import type { Bot, Log } from '../platform.ts'
import type { CallApi } from './api.ts'
import { answerInteraction, type Interaction, notice, offerNothing, type Reply } from './interaction.ts'
import { CODE, outcomeOf } from './outcome.ts'

/** An interaction that somebody waits on. */
type Waiting = Exclude<Interaction, { type: 1 }>

/**
 * Discord waits three seconds for an answer, and a call that broke is made a second time within them.
 * https://docs.discord.com/developers/interactions/receiving-and-responding#responding-to-an-interaction
 */
const CALLBACK_MS = 1400

/** How interactions are answered. Nothing is thrown; what goes wrong is logged. */
export type Callbacks = {
  /** Gives the response to an interaction. */
  respond: (interaction: Interaction) => Promise<APIInteractionResponse>
  /** Sends the response to Discord by a call; an interaction that comes a second time is left. */
  send: (interaction: Waiting) => Promise<void>
}

/** Answers interactions; nobody shares the same answer of a message twice. */
export function createCallbacks(bot: Bot, call: CallApi, log: Log): Callbacks {
  const interactions = createOnce()
  const shares = createOnce()

  function isFirst({ id }: Waiting): boolean {
    const first = interactions.isFirst(id)
    if (!first) log('Discord sent an interaction twice.')
    return first
  }

  async function compose(interaction: Interaction): Promise<Reply> {
    try {
      return await answerInteraction(interaction, bot)
    } catch (error) {
      log(
        `An interaction of Discord could not be answered: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
      )
      return { body: interaction.type === 4 ? offerNothing : notice('Readout could not answer', 'Its log says why.') }
    }
  }

  const admit = (reply: Reply): Reply =>
    reply.share === undefined || shares.isFirst(reply.share)
      ? reply
      : { body: notice('Shared already', 'You have shared this already.') }

  return {
    respond: async interaction => {
      const reply = await compose(interaction)
      // What comes a second time may have been lost on its way back the first time.
      return interaction.type === 1 || isFirst(interaction) ? admit(reply).body : reply.body
    },
    send: async interaction => {
      if (!isFirst(interaction)) return
      const { body, share } = admit(await compose(interaction))
      const failure = await deliver(call, interaction, body)
      if (!failure) return
      log(`An answer may not have reached its reader: ${failure.why}`)
      if (failure.kind !== 'unclear' && share !== undefined) shares.forget(share)
    },
  }
}

/**
 * An interaction is answered once only, so that what may have arrived is sent again: if it had, Discord refuses the second with 40060. Gives
 * back what is not known to have reached the reader.
 */
async function deliver(
  call: CallApi,
  { id, token }: Waiting,
  body: APIInteractionResponse,
): Promise<Failure | undefined> {
  const post = () => call('POST', `/interactions/${id}/${token}/callback`, { body, timeoutMs: CALLBACK_MS })
  try {
    await post()
    return undefined
  } catch (error) {
    // What somebody has answered already may be another Readout's doing.
    if (isAnswered(error)) return { kind: 'unclear', why: outcomeOf(error).why }
    const failure = outcomeOf(error)
    if (failure.kind !== 'unclear') return failure
  }
  return post().then(
    () => undefined,
    error => (isAnswered(error) ? undefined : { kind: 'unclear', why: outcomeOf(error).why }),
  )
}

const isAnswered = (error: unknown): boolean => error instanceof DiscordAPIError && error.code === CODE.alreadyAnswered
