import type { Clock } from '../slack/clock.ts'
import type { Answer } from '../slack/faults.ts'

/** How many calls in how long. */
type Rule = { most: number; windowMs: number }

/**
 * Discord tells its limits in headers only (https://docs.discord.com/developers/topics/rate-limits). These are as apps have seen them;
 * what isn't listed has the last one.
 */
const RULES: Record<string, Rule> = {
  'POST messages': { most: 5, windowMs: 5000 },
  'PATCH message': { most: 5, windowMs: 5000 },
  'DELETE message': { most: 5, windowMs: 1000 },
  'GET messages': { most: 5, windowMs: 5000 },
  'POST commands': { most: 5, windowMs: 20_000 },
  'PUT commands': { most: 2, windowMs: 10_000 },
}
const OTHERS: Rule = { most: 10, windowMs: 1000 }

/** https://docs.discord.com/developers/topics/rate-limits#global-rate-limit */
const GLOBAL: Rule = { most: 50, windowMs: 1000 }

/** https://docs.discord.com/developers/topics/rate-limits#invalid-request-limit-aka-cloudflare-bans */
const INVALID_REQUESTS = 10_000
const INVALID_WINDOW_MS = 10 * 60_000

export type Scope = 'user' | 'global' | 'shared'

/** A call, as its limits see it. */
export type Limited = { name: string; major: string; isOpen: boolean }

/** What was told at an instant of the real clock: that the bucket is exhausted until an instant of Discord's. */
type Bucket = { used: number; resetAt: number; toldUntil: number; toldAt: number }

const FRESH: Bucket = { used: 0, resetAt: 0, toldUntil: 0, toldAt: 0 }

/** A call that was on its way when the answer left could not know it. */
const ON_ITS_WAY_MS = 50

export type RateLimits = ReturnType<typeof createRateLimits>

/** Discord's limits, counted by its clock. Where they aren't in force, only what goes wrong is counted. */
export function createRateLimits(clock: Clock, isInForce: boolean) {
  const buckets = new Map<string, Bucket>()
  const invalid: number[] = []
  const counts = { foretold429s: 0, unforetold429s: 0, early: 0 }
  const everything: Bucket = { ...FRESH }

  function bucketOf({ name, major }: Limited): Bucket {
    const key = `${name} ${major}`
    const bucket = buckets.get(key) ?? { ...FRESH }
    buckets.set(key, bucket)
    return bucket
  }

  const isForetold = (call: Limited): boolean =>
    [bucketOf(call), ...(call.isOpen ? [] : [everything])].some(
      ({ toldUntil, toldAt }) => toldUntil > clock.now() && performance.now() - toldAt > ON_ITS_WAY_MS,
    )

  function foretell(bucket: Bucket, until: number): void {
    if (until > bucket.toldUntil) Object.assign(bucket, { toldUntil: until, toldAt: performance.now() })
  }

  /** Uses a place in the window; gives the milliseconds to wait where there is none. */
  function use(bucket: Bucket, { most, windowMs }: Rule): number {
    const now = clock.now()
    if (bucket.resetAt <= now) Object.assign(bucket, { used: 0, resetAt: now + windowMs })
    if (bucket.used >= most) return bucket.resetAt - now
    bucket.used += 1
    return 0
  }

  const banned = (): boolean => {
    while (invalid.length > 0 && clock.now() - (invalid[0] ?? 0) > INVALID_WINDOW_MS) invalid.shift()
    return invalid.length >= INVALID_REQUESTS
  }

  return {
    counts,
    /** The requests of the last ten minutes that were answered 401, 403 or 429. */
    get invalidRequests(): number {
      banned()
      return invalid.length
    },
    /** What a call is refused with, if its limit is reached. */
    refusal(call: Limited): Answer | undefined {
      if (isForetold(call)) counts.early += 1
      if (!isInForce) return undefined
      if (banned()) return CLOUDFLARE_BAN
      const globalWaitMs = call.isOpen ? 0 : use(everything, GLOBAL)
      if (globalWaitMs > 0) return this.sent(call, tooMany({ retryAfterS: globalWaitMs / 1000, scope: 'global' }))
      const waitMs = use(bucketOf(call), RULES[call.name] ?? OTHERS)
      return waitMs > 0 ? this.sent(call, tooMany({ retryAfterS: waitMs / 1000 })) : undefined
    },
    /** An answer with the headers that tell of the limits; what they foretell is remembered. */
    sent(call: Limited, answer: Answer): Answer {
      const scope = answer.headers?.['x-ratelimit-scope']
      const isInvalid = [401, 403].includes(answer.status) || (answer.status === 429 && scope !== 'shared')
      if (isInvalid) invalid.push(clock.now())
      if (answer.status === 429) counts[isForetold(call) ? 'foretold429s' : 'unforetold429s'] += 1
      const retryAfterMs = Number(answer.headers?.['retry-after'] ?? 0) * 1000
      if (retryAfterMs > 0) foretell(scope === 'global' ? everything : bucketOf(call), clock.now() + retryAfterMs)
      return isInForce && scope !== 'global' ? { ...answer, headers: { ...tell(call), ...answer.headers } } : answer
    },
  }

  /** https://docs.discord.com/developers/topics/rate-limits#header-format */
  function tell(call: Limited): Record<string, string> {
    const bucket = bucketOf(call)
    const { most } = RULES[call.name] ?? OTHERS
    const afterMs = Math.max(0, bucket.resetAt - clock.now())
    if (bucket.used >= most) foretell(bucket, bucket.resetAt)
    return {
      'x-ratelimit-limit': String(most),
      'x-ratelimit-remaining': String(Math.max(0, most - bucket.used)),
      'x-ratelimit-reset': (bucket.resetAt / 1000).toFixed(3),
      'x-ratelimit-reset-after': (afterMs / 1000).toFixed(3),
      'x-ratelimit-bucket': Buffer.from(call.name).toString('hex').slice(0, 32),
    }
  }
}

/** https://docs.discord.com/developers/topics/rate-limits#exceeding-a-rate-limit; the header counts whole seconds. */
export function tooMany({ retryAfterS, scope = 'user' }: { retryAfterS?: number; scope?: Scope }): Answer {
  const message = scope === 'shared' ? 'The resource is being rate limited.' : 'You are being rate limited.'
  const wait = retryAfterS === undefined ? {} : { retry_after: retryAfterS }
  const header = retryAfterS === undefined ? {} : { 'retry-after': String(Math.ceil(retryAfterS * 1000) / 1000) }
  const global = scope === 'global' ? { 'x-ratelimit-global': 'true' } : {}
  const headers = { 'content-type': 'application/json', ...header, ...global, 'x-ratelimit-scope': scope }
  return { status: 429, headers, body: { message, ...wait, global: scope === 'global' } }
}

const CLOUDFLARE_BAN: Answer = {
  status: 429,
  headers: { 'content-type': 'text/html', 'retry-after': String(INVALID_WINDOW_MS / 1000) },
  body: '<html><body>error code: 1015</body></html>',
}
