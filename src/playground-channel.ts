import type { Card } from './card/card.ts'
import type { Clock } from './platform/platform.ts'
import type { Channel, Post } from './platform/playground/posts.ts'
import type { Store } from './store/store.ts'

/** The playground's channel, which outlives the process. */
export const keptChannel = (store: Store, clock: Pick<Clock, 'now'>): Channel => {
  const read = ({ message, card, at }: { message: number; card: string; at: string }): Post => ({
    message: String(message),
    card: JSON.parse(card) as Card,
    at: new Date(at),
  })
  return {
    newest: async most => (await store.posts(most)).toReversed().map(read),
    add: async (delivery, card) => read(await store.addPost(delivery, JSON.stringify(card), clock.now().toISOString())),
    find: async delivery => {
      const post = await store.postOf(delivery)
      return post && read(post)
    },
    edit: (message, delivery, card) => store.editPost(Number(message), delivery, JSON.stringify(card)),
    remove: message => store.removePost(Number(message)),
  }
}
