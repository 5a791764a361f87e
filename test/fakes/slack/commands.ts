import type { JsonObject } from '../shape.ts'
import type { How, Parcel, Receipt } from './deliver.ts'
import { isObject } from './message-body.ts'
import { carryOut, expectChannel, expectUser, keepToOneself, type Outcome, type ReaderTools } from './outcome.ts'
import { slashCommand } from './payloads.ts'
import { Refusal } from './refusal.ts'
import { answerPlace, type Place } from './response-urls.ts'

export type Typed = { command: string; text?: string; user: string; channel: string }

/** People who type slash commands. */
export function createCommands(tools: ReaderTools) {
  const { state, responseUrls, addressOf } = tools
  const { world, triggers } = state
  return {
    /** Types a slash command. */
    async command({ command, text = '', ...by }: Typed, how: How = {}): Promise<Outcome> {
      const channel = expectChannel(world, by.channel)
      const place: Place = { channel: channel.id, user: by.user, messages: [] }
      const responseUrl = addressOf(responseUrls.issue(place))
      const more = { response_url: responseUrl, trigger_id: triggers.issue() }
      const body = slashCommand({ command, text }, expectUser(world, by.user), channel, world.account, more)
      const parcel: Parcel = { type: 'slash_commands', body, takesPayload: true, how }
      if (!world.account.scopes.has('commands')) return keepToOneself(parcel, responseUrl)
      const outcome = await carryOut(parcel, tools, { messages: place.messages, responseUrl })
      showAck(outcome, place, tools)
      return outcome
    },
  }
}

/** https://docs.slack.dev/interactivity/implementing-slash-commands#responding_to_commands */
function showAck({ result, payload }: Receipt, place: Place, { state }: ReaderTools): void {
  const body: unknown = typeof payload === 'string' ? { text: payload } : payload
  if (result !== 'acked' || !isObject(body) || Object.keys(body).length === 0) return
  showAnswer(body, place, state)
  state.journal.changed()
}

function showAnswer(body: JsonObject, place: Place, state: ReaderTools['state']): void {
  try {
    answerPlace(body, place, state)
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    state.journal.violate(`The answer to a command shows nothing to the reader: ${error.code}.`)
  }
}
