import { DiscordAPIError } from '@discordjs/rest'
import type { APIMessage, RESTPostAPIChannelMessageJSONBody } from 'discord-api-types/v10'
import type { Card } from '../../card/card.ts'
import { findingOf } from '../failure.ts'
import type { Destination, Finding, Outcome } from '../platform.ts'
import type { CallApi } from './api.ts'
import { deliveriesIn, markMessage } from './mark.ts'
import { CODE, outcomeOf } from './outcome.ts'
import { examineChannel, type Permission, permissionRemedy, sayList } from './permissions.ts'
import { renderDiscord } from './render.ts'

/** How many pages of a channel are looked through, and how long each is: https://docs.discord.com/developers/resources/message#get-channel-messages */
const PAGES = 20
const PAGE = 100

/** Discord keeps a nonce for “a few minutes”: https://docs.discord.com/developers/resources/message#create-message-jsonform-params */
export const REPEATS_WITHIN_MS = 60_000

/** Clocks differ: we look this much before the send. */
const EARLIER_MS = 60_000

/** Posts, finds and edits our own messages. A post that is repeated within a few minutes with the same delivery is not stored twice. */
export function createPosts(call: CallApi, userId: () => Promise<string>) {
  return {
    post: ({ channel }: Destination, card: Card, delivery: string): Promise<Outcome> => {
      const body: RESTPostAPIChannelMessageJSONBody = {
        ...bodyOf(card, delivery),
        nonce: delivery,
        enforce_nonce: true,
      }
      return settle(call<APIMessage>('POST', `/channels/${channel}/messages`, { body }).catch(takeDeleted))
    },
    edit: ({ channel }: Destination, message: string, card: Card, delivery: string): Promise<Outcome> =>
      settle(call<APIMessage>('PATCH', `/channels/${channel}/messages/${message}`, { body: bodyOf(card, delivery) })),
    remove: ({ channel }: Destination, message: string): Promise<Outcome> =>
      call('DELETE', `/channels/${channel}/messages/${message}`)
        .catch(takeDeleted)
        .then((): Outcome => ({ kind: 'done', message }), outcomeOf),
    find: async ({ channel }: Destination, delivery: string, since: Date): Promise<Finding> => {
      try {
        const ours = await userId()
        const { missing } = await examineChannel(call, ours, channel)
        if (missing.some(permission => !permission.startsWith('Send'))) return unreadable(missing)
        return await search(call, channel, message => message.author.id === ours && isOf(message, delivery), since)
      } catch (error) {
        return findingOf(outcomeOf(error))
      }
    },
  }
}

const bodyOf = (card: Card, delivery: string) => markMessage(renderDiscord(card), delivery)

const settle = (calling: Promise<Partial<APIMessage>>): Promise<Outcome> =>
  calling.then(
    ({ id }): Outcome =>
      typeof id === 'string'
        ? { kind: 'done', message: id }
        : { kind: 'unclear', why: 'Discord’s answer names no message.' },
    outcomeOf,
  )

/** What was deleted meanwhile was there: a repeated post was posted, and a message to remove is gone. */
function takeDeleted(error: unknown): { id: string } {
  if (error instanceof DiscordAPIError && error.code === CODE.unknownMessage) return { id: '' }
  throw error
}

/** Looks from a minute before `since` on, oldest first. */
async function search(
  call: CallApi,
  channel: string,
  isWanted: (message: APIMessage) => boolean,
  since: Date,
): Promise<Finding> {
  let after = snowflakeAt(since.getTime() - EARLIER_MS)
  for (let page = 0; page < PAGES; page++) {
    const query = new URLSearchParams({ after, limit: String(PAGE) })
    const messages = await call<APIMessage[]>('GET', `/channels/${channel}/messages`, { query })
    const found = messages.find(isWanted)
    if (found) return { kind: 'found', message: found.id }
    if (messages.length < PAGE) return { kind: 'absent' }
    after = messages.map(({ id }) => id).reduce((a, b) => (BigInt(a) > BigInt(b) ? a : b))
  }
  return {
    kind: 'unclear',
    why: `More than ${PAGES * PAGE} messages were posted in the channel since.`,
    remedy: 'Look for the digest in the channel yourself.',
  }
}

/** The first id of a millisecond: https://docs.discord.com/developers/reference#snowflake-ids-in-pagination */
const snowflakeAt = (ms: number): string => String(BigInt(Math.max(0, ms - DISCORD_EPOCH_MS)) << 22n)

const DISCORD_EPOCH_MS = 1_420_070_400_000

/** Without its history Discord shows a channel as if it were empty. */
const unreadable = (missing: Permission[]): Finding => ({
  kind: 'unclear',
  why: `Readout can’t read the channel’s history: ${sayList(missing)} missing.`,
  remedy: permissionRemedy(missing),
})

const isOf = ({ components }: APIMessage, delivery: string): boolean => deliveriesIn(components).includes(delivery)
