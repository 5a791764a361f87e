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

/** Slack's real limits, counted by its clock: gives the seconds to wait, if there are any. */
export function createRateLimits(clock: Clock) {
  const made = new Map<string, number[]>()
  return (method: string, args: JsonObject): number | undefined => {
    const isPost = method === 'chat.postMessage'
    const windowMs = isPost ? POST_GAP_MS : MINUTE_MS
    const key = isPost ? `${method} ${args.channel}` : method
    const recent = (made.get(key) ?? []).filter(at => clock.now() - at < windowMs)
    made.set(key, recent)
    const [first] = recent
    const most = isPost ? 1 : (TIERS[method] ?? Number.POSITIVE_INFINITY)
    if (first !== undefined && recent.length >= most) return Math.ceil((first + windowMs - clock.now()) / 1000)
    recent.push(clock.now())
    return undefined
  }
}
