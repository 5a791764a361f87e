import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Answer } from '../slack/faults.ts'
import { isJson, parse, readText } from '../slack/request.ts'
import { accountRoutes } from './account-routes.ts'
import { channelRoutes } from './channel-routes.ts'
import { commandRoutes } from './command-routes.ts'
import { answerCall, type createFaults } from './faults.ts'
import { interactionRoutes } from './interaction-routes.ts'
import type { Call } from './journal.ts'
import type { Limited, RateLimits } from './rate-limits.ts'
import { Refusal, unauthorized } from './refusal.ts'
import type { Reply, Route, State } from './route.ts'

const ROUTES: { route: Route; pattern: RegExp }[] = [
  ...accountRoutes,
  ...channelRoutes,
  ...commandRoutes,
  ...interactionRoutes,
].map(route => ({ route, pattern: new RegExp(`^${route.path.replace(/:\w+/g, '([^/]+)')}$`) }))

/** What `fail` takes. */
export const callNames: string[] = [...new Set(ROUTES.map(({ route }) => route.name)), '*']

/** https://docs.discord.com/developers/reference#api-versioning */
const PREFIX = /^\/api\/v10(?=\/)/

export type Rest = { state: State; faults: ReturnType<typeof createFaults>; limits: RateLimits }

/** One request, on its way to an answer. */
type Request = {
  incoming: IncomingMessage
  url: URL
  text: string
  route: Route | undefined
  params: string[]
  call: Call
}

/** Answers a call of the API: https://docs.discord.com/developers/reference */
export async function serveCall(incoming: IncomingMessage, response: ServerResponse, rest: Rest): Promise<void> {
  const { journal, world, clock } = rest.state
  const request = readRequest(incoming, await readText(incoming), rest.state)
  const { call } = request
  journal.calls.push(call)
  const limited = limitedBy(request)
  const finish = (answer: Answer): Answer => {
    const sent = rest.limits.sent(limited, answer)
    call.status = sent.status
    journal.changed()
    return sent
  }
  const fault = rest.faults.take(call.name)
  const perform = () => {
    const refused = rest.limits.refusal(limited)
    const answer = refused ?? finish(carryOut(request, rest.state))
    Object.assign(call, { status: answer.status, answer: readCode(answer) })
    journal.changed()
    return answer
  }
  const exchange = {
    request: incoming,
    response,
    perform,
    withhold: (body: { id?: unknown }) => world.withhold(String(body.id)),
    clock,
  }
  answerCall(fault, exchange, finish)
  if (fault !== undefined && call.answer === 'none') call.answer = fault.kind
  journal.changed()
}

function readRequest(incoming: IncomingMessage, text: string, { world, clock }: State): Request {
  const url = new URL(incoming.url ?? '/', 'http://discord')
  const path = url.pathname.replace(PREFIX, '')
  const method = incoming.method ?? 'GET'
  const found = ROUTES.find(({ route, pattern }) => route.method === method && pattern.test(path))
  const call: Call = {
    method,
    name: found?.route.name ?? 'unknown',
    path: `${path}${url.search}`,
    body: text === '' ? undefined : parse(text),
    token: readToken(incoming.headers.authorization, world.account.isTokenValid ? world.account.token : undefined),
    at: clock.now(),
    status: 0,
    answer: 'none',
  }
  const params = (found?.pattern.exec(path)?.slice(1) ?? []).map(decodeURIComponent)
  return { incoming, url, text, route: PREFIX.test(url.pathname) ? found?.route : undefined, params, call }
}

const readToken = (header: string | undefined, token: string | undefined): Call['token'] => {
  if (header === undefined) return 'none'
  return header === `Bot ${token}` ? 'bot' : 'unknown'
}

/** Channels, guilds and webhooks have limits of their own: https://docs.discord.com/developers/topics/rate-limits */
const limitedBy = ({ route, params, call }: Request): Limited => ({
  name: call.name,
  major: route?.isOpen
    ? params.slice(0, 2).join('/')
    : /^\/(?:channels|guilds)\//.test(call.path)
      ? (params[0] ?? '')
      : '',
  isOpen: route?.isOpen ?? false,
})

const readCode = ({ status, body }: Answer): string => {
  if (status < 400) return 'ok'
  return typeof body === 'string' ? String(status) : String(body.code ?? status)
}

function carryOut(request: Request, state: State): Answer {
  try {
    return encode(run(request, state))
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    const { status, code, message, more } = error
    const wait = typeof more.retry_after === 'number' ? { 'retry-after': String(more.retry_after) } : {}
    return { status, headers: { 'content-type': 'application/json', ...wait }, body: { message, code, ...more } }
  }
}

function encode({ status, body }: Reply): Answer {
  if (body === undefined) return { status, body: '' }
  const headers = { 'content-type': 'application/json' }
  return Array.isArray(body) ? { status, headers, body: JSON.stringify(body) } : { status, headers, body }
}

function run(request: Request, state: State): Reply {
  const { incoming, route, url, params, call } = request
  expectUserAgent(incoming)
  if (!route) throw unknownRoute(request, state)
  if (!route.isOpen && call.token !== 'bot') throw unauthorized()
  return route.run({ state, params, query: url.searchParams, body: readBody(request, state) })
}

/** https://docs.discord.com/developers/reference#user-agent; what is answered: https://github.com/discord/discord-api-docs/issues/6473 */
function expectUserAgent({ headers }: IncomingMessage): void {
  if (!/^DiscordBot \(https?:\/\/\S+, ?[^)]+\)/.test(headers['user-agent'] ?? ''))
    throw new Refusal(403, 40333, 'internal network error')
}

function unknownRoute({ call }: Request, { journal }: State): Refusal {
  journal.violate(`${call.method} ${call.path} doesn't exist, or isn't known to the fake.`)
  return new Refusal(404, 0, '404: Not Found')
}

/** https://docs.discord.com/developers/topics/opcodes-and-status-codes#json: 50035 for another type, 50109 for what is no JSON. */
function readBody({ incoming, text, call, route }: Request, { journal }: State) {
  if (route?.method === 'GET' || route?.method === 'DELETE' || text === '') return {}
  if (!isJson(incoming)) {
    journal.violate(`${call.name} was given another body than JSON.`)
    throw new Refusal(400, 50035, 'Invalid Form Body')
  }
  const body = call.body
  if (typeof body !== 'object' || body === null)
    throw new Refusal(400, 50109, 'The request body contains invalid JSON.')
  return body as Record<string, unknown> | unknown[]
}
