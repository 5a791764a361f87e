import type { JsonObject } from '../shape.ts'
import type { Clock } from './clock.ts'

const MINUTE_MS = 60_000

/** Calls a minute: https://docs.slack.dev/apis/web-api/rate-limits#tier */
const TIERS: Record<string, number> = {
  'apps.connections.open': 1,
  'conversations.list': 20,
  'chat.update': 50,
  'chat.delete': 50,
  'conversations.history': 50,
  'conversations.replies': 50,
  'conversations.info': 50,
  'team.info': 50,
  'chat.postEphemeral': 100,
  'conversations.members': 100,
  'users.info': 100,
  'views.publish': 100,
  'views.open': 100,
}

/** A message per second and channel: https://docs.slack.dev/apis/web-api/rate-limits#methods */
const POST_GAP_MS = 1000

/** “Several hundred messages per minute” in the whole workspace: https://docs.slack.dev/reference/methods/chat.postMessage#rate_limiting */
export const POSTS_A_MINUTE = 600

/** Slack's real limits, counted by its clock: gives the seconds to wait, if there are any. */
export function createRateLimits(clock: Clock) {
  const made = new Map<string, number[]>()

  /** The calls of a window that are not over yet. */
  function recent(key: string, windowMs: number): number[] {
    const calls = made.get(key) ?? []
    while (calls[0] !== undefined && clock.now() - calls[0] >= windowMs) calls.shift()
    made.set(key, calls)
    return calls
  }

  return (method: string, args: JsonObject): number | undefined => {
    const isPost = method === 'chat.postMessage'
    const all = {
      calls: recent(method, MINUTE_MS),
      windowMs: MINUTE_MS,
      most: TIERS[method] ?? Number.POSITIVE_INFINITY,
    }
    const inChannel = { calls: recent(`${method} ${args.channel}`, POST_GAP_MS), windowMs: POST_GAP_MS, most: 1 }
    const limits = isPost ? [{ ...all, most: POSTS_A_MINUTE }, inChannel] : [all]
    for (const { calls, windowMs, most } of limits)
      if (calls[0] !== undefined && calls.length >= most) return Math.ceil((calls[0] + windowMs - clock.now()) / 1000)
    for (const { calls } of limits) calls.push(clock.now())
    return undefined
  }
}
