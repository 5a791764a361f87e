import type { Card } from '../../card/card.ts'
import { titleText } from '../../card/plain-text.ts'
import type { Destination, Finding, Outcome } from '../platform.ts'

/** A message of the playground's channel, and when it was posted. */
export type Post = { message: string; card: Card; at: Date }

/** Where the messages of the playground's channel are kept. */
export type Channel = {
  /** The newest, oldest first. */
  newest: (most: number) => Promise<Post[]>
  /** Keeps a card once for each delivery, and gives back what is kept for it. */
  add: (delivery: string, card: Card) => Promise<Post>
  find: (delivery: string) => Promise<Post | undefined>
  /** False where there is no such message. */
  edit: (message: string, delivery: string, card: Card) => Promise<boolean>
  remove: (message: string) => Promise<void>
}

/** The playground's channel as a platform's. `changed` is told of each change, in a sentence. */
export function createPosts(channel: Channel, changed: (news: string) => void) {
  return {
    post: (_: Destination, card: Card, delivery: string): Promise<Outcome> =>
      settle(async () => {
        const { message } = await channel.add(delivery, card)
        changed(`Posted: ${titleText(card)}.`)
        return { kind: 'done', message }
      }),
    remove: (_: Destination, message: string): Promise<Outcome> =>
      settle(async () => {
        await channel.remove(message)
        changed('A message was taken back.')
        return { kind: 'done', message }
      }),
    find: (_: Destination, delivery: string): Promise<Finding> =>
      channel.find(delivery).then(
        (post): Finding => (post ? { kind: 'found', message: post.message } : { kind: 'absent' }),
        error => ({ kind: 'later', afterMs: AGAIN_MS, why: sayWhy(error) }),
      ),
    edit: (_: Destination, message: string, card: Card, delivery: string): Promise<Outcome> =>
      settle(async () => {
        if (!(await channel.edit(message, delivery, card))) return GONE
        changed(`Changed: ${titleText(card)}.`)
        return { kind: 'done', message }
      }),
  }
}

/** A store that fails is asked again soon. */
const AGAIN_MS = 10_000

const GONE: Outcome = {
  kind: 'refused',
  of: 'message',
  why: 'The playground has no such message.',
  remedy: 'Nothing is left to do.',
}

const settle = (work: () => Promise<Outcome>): Promise<Outcome> =>
  work().catch((error): Outcome => ({ kind: 'unclear', why: sayWhy(error) }))

/** Why the channel can't be used, as a sentence. */
export const sayWhy = (error: unknown): string =>
  `The playground’s channel can’t be used: ${error instanceof Error ? error.message : String(error)}.`
