import type { Card } from '../../card/card.ts'
import type { Destination, Finding, Outcome } from '../platform.ts'

/** The messages of the playground's channel; they live as long as the process. The oldest go first. */
const MOST_POSTS = 100

export type Post = { message: string; card: Card }

/** The playground's channel. `changed` is called after each post or edit. */
export function createPosts(changed: () => void) {
  const posts = new Map<string, Post>()
  let count = 0

  const keep = (delivery: string, post: Post): Outcome => {
    posts.set(delivery, post)
    if (posts.size > MOST_POSTS) posts.delete(posts.keys().next().value as string)
    changed()
    return { kind: 'done', message: post.message }
  }

  return {
    /** Oldest first. */
    all: (): Post[] => [...posts.values()],
    post: async (_: Destination, card: Card, delivery: string): Promise<Outcome> =>
      keep(delivery, posts.get(delivery) ?? { message: String(++count), card }),
    remove: async (_: Destination, message: string): Promise<Outcome> => {
      const [delivery] = [...posts].find(([, post]) => post.message === message) ?? []
      if (delivery !== undefined && posts.delete(delivery)) changed()
      return { kind: 'done', message }
    },
    find: async (_: Destination, delivery: string): Promise<Finding> => {
      const post = posts.get(delivery)
      return post ? { kind: 'found', message: post.message } : { kind: 'absent' }
    },
    edit: async (_: Destination, message: string, card: Card, delivery: string): Promise<Outcome> =>
      posts.get(delivery)?.message === message
        ? keep(delivery, { message, card })
        : { kind: 'refused', why: 'The playground has no such message.', remedy: 'Nothing is left to do.' },
  }
}
