import type { JsonObject } from '../shape.ts'
import type { Account } from './account.ts'
import { deliver, type How, type Parcel } from './deliver.ts'
import { carryOut, expectChannel, expectUser, keepToOneself, type Outcome, type ReaderTools } from './outcome.ts'
import { eventCallback } from './payloads.ts'
import type { Message, World } from './world.ts'

/** The scope without which Slack doesn't tell of an event: https://docs.slack.dev/reference/events */
const SCOPES: Record<string, string> = { app_mention: 'app_mentions:read', 'message.im': 'im:history' }

/** Whether the app asked for an event, and may hear of it. */
function isTold(name: string, { subscriptions, scopes }: Account): boolean {
  const scope = SCOPES[name]
  return subscriptions.has(name) && (scope === undefined || scopes.has(scope))
}

export type Said = { user: string; text: string; thread_ts?: string }

/** People who write, and open the app's home. */
export function createEvents(tools: ReaderTools) {
  const { world, clock } = tools.state
  const { account } = world
  const counts = { event: 0 }

  function pack(event: JsonObject, how: How, eventId?: string): Parcel {
    const id = eventId ?? `Ev${String(++counts.event).padStart(8, '0')}`
    const body = eventCallback({ event_ts: world.nextTs(''), ...event }, id, clock.now(), account)
    return { type: 'events_api', body, takesPayload: false, how }
  }

  const tell = async (name: string, event: JsonObject, how: How): Promise<Outcome> =>
    isTold(name, account) ? deliverOften(pack(event, how), tools) : keepToOneself(pack(event, how))

  return {
    /** Names the bot in a message in a channel; only where it is a member does it hear of that. */
    async mention(
      { channel: id, ...said }: Said & { channel: string },
      how: How = {},
    ): Promise<Outcome & { message: Message }> {
      const { id: channel, kind, isMember } = expectChannel(world, id)
      const name = `<@${account.botUserId}>`
      const text = said.text.includes(name) ? said.text : `${name} ${said.text}`
      const message = write({ ...said, text }, channel, world)
      const event = { type: 'app_mention', ...drawSaid(message, account) }
      const isHeard = isMember && kind !== 'im'
      return { ...(isHeard ? await tell('app_mention', event, how) : keepToOneself(pack(event, how))), message }
    },

    /** Writes to the bot alone. */
    async directMessage(said: Said, how: How = {}): Promise<Outcome & { message: Message }> {
      const message = write(said, world.directChannel(said.user).id, world)
      const event = { type: 'message', ...drawSaid(message, account), channel_type: 'im' }
      return { ...(await tell('message.im', event, how)), message }
    },

    /** Opens the app's home. */
    openHome({ user }: { user: string }, how: How = {}): Promise<Outcome> {
      const channel = world.directChannel(expectUser(world, user).id).id
      const view = world.home(user)
      return tell(
        'app_home_opened',
        { type: 'app_home_opened', user, channel, tab: 'home', ...(view && { view }) },
        how,
      )
    },

    /** Any other event, as it is given: neither scopes nor subscriptions are asked. */
    event: (event: JsonObject, { eventId, ...how }: How & { eventId?: string } = {}): Promise<Outcome> =>
      deliverOften(pack(event, how, eventId), tools),

    /** Delivers the very same once more: plainly, or as a retry. */
    again: ({ parcel, responseUrl }: Outcome, how: How = {}): Promise<Outcome> =>
      carryOut({ ...parcel, how: { ...parcel.how, ...how } }, tools, { responseUrl }),

    /** Tells the app of its own message where it listens to messages, as Slack does. */
    async echo(message: JsonObject & { channel: string }): Promise<void> {
      if (world.channels.get(message.channel)?.kind !== 'im' || !isTold('message.im', account)) return
      await deliver(pack({ ...message, channel_type: 'im', event_ts: message.ts }, {}), tools.deliverer)
    },
  }
}

/** https://docs.slack.dev/apis/events-api/#retries */
async function deliverOften(parcel: Parcel, tools: ReaderTools): Promise<Outcome> {
  const delays = parcel.how.retry ? [] : tools.retryDelaysMs
  let outcome = await carryOut(parcel, tools)
  for (const [index, delayMs] of delays.entries()) {
    if (outcome.result === 'acked' || outcome.headers?.['x-slack-no-retry'] === '1') break
    if (delayMs > 0) await new Promise<void>(resolve => tools.state.clock.after(delayMs, resolve))
    const retry = { num: index + 1, reason: outcome.result === 'timeout' ? 'timeout' : 'http_error' }
    const again = await carryOut({ ...parcel, how: { ...parcel.how, retry } }, tools)
    outcome = { ...again, parcel, attempts: index + 2 }
  }
  return outcome
}

/** A message that a person writes. */
const write = ({ user, text, thread_ts }: Said, channel: string, world: World): Message => {
  const thread = thread_ts === undefined ? {} : { thread_ts }
  return world.store({ channel, user: expectUser(world, user).id, text, blocks: [], ...thread })
}

function drawSaid({ ts, text, user, channel, thread_ts }: Message, { team }: Account): JsonObject {
  const thread = thread_ts === undefined ? {} : { thread_ts }
  return { text, user, ts, channel, team: team.id, client_msg_id: `said-${ts}`, event_ts: ts, ...thread }
}
