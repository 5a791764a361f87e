import { REST, type RequestData, type RequestMethod } from '@discordjs/rest'
import { createPace } from '../pace.ts'

/** Which server answers for Discord, and as whom it is asked. */
export type ApiOptions = { token: string; apiUrl?: string }

/** A call that takes longer is given up; what it was to post may be there all the same. */
const CALL_MS = 10_000

/** What is only read is held back for so long by a rate limit; what is written is refused at once. */
const HELD_BACK_MS = 6000

/** When the library finds that Discord's limit for all calls is used up, it lets what is written wait for the next second. */
const HELD_BACK_ALL_MS = 1500

/** https://docs.discord.com/developers/topics/rate-limits#global-rate-limit */
const ALL_CALLS = { most: 50, withinMs: 1000, gapMs: 8, patienceMs: 4000 }

/** What answers an interaction does not count: https://docs.discord.com/developers/interactions/receiving-and-responding#followup-messages */
const ANSWER = /^\/(?:interactions|webhooks)\//

/** Calls Discord's HTTP API once. Rejects with a DiscordAPIError, an HTTPError, a RateLimitError, NoTurn, or what broke the request. */
export type CallApi = <Answer>(
  method: `${RequestMethod}`,
  route: `/${string}`,
  data?: Pick<RequestData, 'body' | 'query'> & { timeoutMs?: number; signal?: AbortSignal },
) => Promise<Answer>

/**
 * Calls are made once: one that broke may have arrived, and is not repeated by the library. A call that a rate limit would hold back,
 * foreseen from the headers of the answers before it, is refused at once with the time to wait.
 */
export function createApi({ token, apiUrl }: ApiOptions): CallApi {
  const rest = new REST({
    ...(apiUrl !== undefined && { api: apiUrl }),
    version: '10',
    retries: 0,
    rejectOnRateLimit: ({ method, global, retryAfter }) => {
      const mostMs = method === 'GET' ? HELD_BACK_MS : global ? HELD_BACK_ALL_MS : 0
      return retryAfter === 0 || retryAfter > mostMs
    },
    timeout: CALL_MS,
    // Unlike the library's own, it gives up an answer whose body does not end, too.
    makeRequest: (url, init) => fetch(url, init as object),
    userAgentAppendix: 'Readout',
  })
  const pace = createPace(ALL_CALLS)
  return async (method, route, { timeoutMs = CALL_MS, signal, ...data } = {}) => {
    const request = { method: method as RequestMethod, fullRoute: route, ...data }
    // The library forgets a token that was refused once; a refusal may be a proxy's.
    const call = () => rest.setToken(token).request({ ...request, signal: abortedBy(timeoutMs, signal) })
    return readAnswer(method, await (ANSWER.test(route) ? call() : pace(call))) as never
  }
}

/** A page that stands before Discord may answer in its place, with 200 and something else than JSON. Only what is read always has an answer. */
function readAnswer(method: string, answer: unknown): unknown {
  const isNothing = answer instanceof ArrayBuffer && answer.byteLength === 0 && method !== 'GET'
  const isJson = typeof answer === 'object' && answer !== null && !(answer instanceof ArrayBuffer)
  if (!isJson && !isNothing) throw new Error('the answer is no JSON')
  return answer
}

const abortedBy = (ms: number, signal?: AbortSignal): AbortSignal =>
  AbortSignal.any([AbortSignal.timeout(ms), ...(signal ? [signal] : [])])
