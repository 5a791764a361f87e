import type { WebClient } from '@slack/web-api'
import type { Card } from '../../card/card.ts'
import { findingOf } from '../failure.ts'
import { createPace } from '../pace.ts'
import type { Clock, Destination, Finding, Outcome } from '../platform.ts'
import { UNFURL_NOTHING } from './limits.ts'
import { ASKS_TO_WAIT, outcomeOf } from './outcome.ts'
import { renderSlack } from './render.ts'

/** What marks our own messages: https://docs.slack.dev/messaging/message-metadata */
const EVENT_TYPE = 'readout_delivery'

/** How many pages of history are looked through, and how long each is; Slack advises no more than 200. */
const PAGES = 10
const PAGE = 200

/** Clocks differ: we look this much before the send. */
const EARLIER_MS = 60_000

/** A message a second in each channel; of more, Slack hides some without a word: https://docs.slack.dev/apis/web-api/rate-limits#posting-messages */
const IN_A_CHANNEL = { most: 1, withinMs: 1000, patienceMs: 4000 }

/** Posts, finds and edits our own messages. The client must not repeat calls by itself: one that was cut may have arrived. */
export function createPosts(client: WebClient, botId: () => Promise<string>, clock: Clock) {
  const pace = createPace(IN_A_CHANNEL, { wait: clock.wait, rest: clock.wait })
  let resting: { until: number } | undefined
  /** Where Slack asks to wait, it asks so for all posts: each method of an app has one limit for the whole workspace. */
  async function post(body: Parameters<typeof client.chat.postMessage>[0]): Promise<Outcome> {
    if (resting) {
      const afterMs = Math.max(0, resting.until - performance.now())
      return { kind: 'later', afterMs, why: ASKS_TO_WAIT, of: 'account' }
    }
    const outcome = await settle(client.chat.postMessage(body))
    if (outcome.kind === 'later' && outcome.why === ASKS_TO_WAIT) rest(outcome.afterMs)
    return outcome
  }
  function rest(ms: number): void {
    const begun = { until: performance.now() + ms }
    if (resting && resting.until >= begun.until) return
    resting = begun
    void clock.wait(ms).then(() => {
      if (resting === begun) resting = undefined
    })
  }
  return {
    post: ({ channel }: Destination, card: Card, delivery: string): Promise<Outcome> =>
      pace(() => post({ channel, ...bodyOf(card, delivery), ...UNFURL_NOTHING }), channel).catch(outcomeOf),
    edit: ({ channel }: Destination, message: string, card: Card, delivery: string): Promise<Outcome> =>
      settle(client.chat.update({ channel, ts: message, ...bodyOf(card, delivery) })),
    remove: ({ channel }: Destination, message: string): Promise<Outcome> =>
      settle(client.chat.delete({ channel, ts: message })).then(outcome =>
        outcome.kind === 'refused' && outcome.why.includes('message_not_found') ? { kind: 'done', message } : outcome,
      ),
    find: ({ channel }: Destination, delivery: string, since: Date): Promise<Finding> =>
      search(client, botId, channel, delivery, since).catch(error => findingOf(outcomeOf(error))),
  }
}

const bodyOf = (card: Card, delivery: string) => ({
  ...renderSlack(card),
  metadata: { event_type: EVENT_TYPE, event_payload: { delivery } },
})

const settle = (call: Promise<{ ts?: string }>): Promise<Outcome> =>
  call.then(
    ({ ts }): Outcome =>
      ts === undefined ? { kind: 'unclear', why: 'Slack’s answer names no message.' } : { kind: 'done', message: ts },
    outcomeOf,
  )

async function search(
  client: WebClient,
  botId: () => Promise<string>,
  channel: string,
  delivery: string,
  since: Date,
): Promise<Finding> {
  const ours = await botId()
  const oldest = String(Math.max(0, since.getTime() - EARLIER_MS) / 1000)
  let cursor: string | undefined
  for (let page = 0; page < PAGES; page++) {
    const history = await client.conversations.history({
      channel,
      oldest,
      inclusive: true,
      limit: PAGE,
      include_all_metadata: true,
      ...(cursor !== undefined && { cursor }),
    })
    const found = history.messages?.find(message => message.bot_id === ours && isOf(message, delivery))
    if (found?.ts !== undefined) return { kind: 'found', message: found.ts }
    cursor = history.response_metadata?.next_cursor
    if (!history.has_more || !cursor) return { kind: 'absent' }
  }
  return {
    kind: 'unclear',
    why: `More than ${PAGES * PAGE} messages were posted in the channel since.`,
    remedy: 'Look for the digest in the channel yourself.',
  }
}

const isOf = ({ metadata }: { metadata?: unknown }, delivery: string): boolean => {
  const { event_type, event_payload } = (metadata ?? {}) as {
    event_type?: string
    event_payload?: { delivery?: string }
  }
  return event_type === EVENT_TYPE && event_payload?.delivery === delivery
}
