import type { IncomingMessage, ServerResponse } from 'node:http'
import type { JsonObject } from '../shape.ts'
import { type Account, tokenKind } from './account.ts'
import { accountMethods } from './account-methods.ts'
import { chatMethods } from './chat-methods.ts'
import { conversationMethods } from './conversation-methods.ts'
import { type Answer, answerCall, type createFaults, rateLimited } from './faults.ts'
import type { Call, TokenKind } from './journal.ts'
import type { Method, State } from './method.ts'
import { Refusal, refuseWith } from './refusal.ts'
import { type Read, readCall, readText } from './request.ts'
import { viewMethods } from './view-methods.ts'

const METHODS: Record<string, Method> = { ...accountMethods, ...chatMethods, ...conversationMethods, ...viewMethods }

/** Retired: https://docs.slack.dev/changelog (each answers `method_deprecated`) */
const RETIRED = /^(?:channels|groups|im|mpim)\.|^(?:rtm\.start|files\.upload|oauth\.access)$/

export type WebApi = {
  state: State
  faults: ReturnType<typeof createFaults>
  /** The seconds to wait before the call may be made, where Slack's limits are in force. */
  limit: (method: string, args: JsonObject) => number | undefined
  /** Whether every method answers 503. */
  isDown: () => boolean
}

/** Answers a call of a Web API method: https://docs.slack.dev/apis/web-api */
export async function serveMethod(
  name: string,
  request: IncomingMessage,
  response: ServerResponse,
  api: WebApi,
): Promise<void> {
  const { journal, world, clock } = api.state
  const { args, ...tokens } = readCall(request, await readText(request))
  const call: Call = {
    method: name,
    args,
    token: readTokenKind(name, tokens, world.account),
    at: clock.now(),
    answer: 'none',
  }
  journal.calls.push(call)
  const fault = api.isDown() ? ({ kind: 'status', status: 503 } as const) : api.faults.take(name)
  const perform = () => {
    const answer = isRefusedFor(request) ?? carryOut(call, api)
    call.answer = typeof answer.body === 'string' ? answer.body : String(answer.body.error ?? 'ok')
    journal.changed()
    return answer
  }
  const withhold = (body: JsonObject) => world.withhold({ channel: String(body.channel), ts: String(body.ts) })
  answerCall(fault, { request, response, perform, withhold, clock })
  if (fault !== undefined && call.answer === 'none') call.answer = fault.kind
  journal.changed()
}

/** https://docs.slack.dev/reference/methods/apps.connections.open: an app-level token counts in the header only. */
function readTokenKind(name: string, { bearer, inForm }: Omit<Read, 'args'>, account: Account): TokenKind {
  if (bearer !== undefined) return tokenKind(account, bearer)
  return METHODS[name]?.token === 'app' && inForm !== undefined ? 'unknown' : tokenKind(account, inForm)
}

/** https://docs.slack.dev/apis/web-api#basics: the fake takes POST only, as the SDK makes it. */
const isRefusedFor = (request: IncomingMessage): Answer | undefined =>
  request.method === 'POST' ? undefined : { status: 200, body: { ok: false, error: 'insecure_request' } }

function carryOut(call: Call, api: WebApi): Answer {
  const { account } = api.state.world
  const wait = api.limit(call.method, call.args)
  if (wait !== undefined) return rateLimited(wait)
  const method = METHODS[call.method]
  const accepted = method?.scopes(call.args, api.state.world).join(',') ?? ''
  const granted = call.token === 'app' ? 'connections:write' : [...account.scopes].join(',')
  const headers = { 'x-oauth-scopes': granted, 'x-accepted-oauth-scopes': accepted }
  try {
    return { status: 200, headers, body: { ok: true, ...run(call, method, api) } }
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    return { status: 200, headers, body: { ok: false, error: error.code, ...error.more } }
  }
}

function run(call: Call, method: Method | undefined, { state }: WebApi): JsonObject {
  if (!method) throw new Refusal(RETIRED.test(call.method) ? 'method_deprecated' : unknown(call, state))
  expectToken(call, method, state.world.account)
  expectArguments(call, method, state)
  expectScope(call, method, state)
  return method.run(call.args, state)
}

function unknown(call: Call, { journal }: State): string {
  journal.violate(`The method ${call.method} doesn't exist, or isn't known to the fake.`)
  return 'unknown_method'
}

/** https://docs.slack.dev/reference/methods/auth.test#errors */
function expectToken({ token }: Call, method: Method, account: Account): void {
  if (token === 'none') throw new Refusal('not_authed')
  if (token === 'unknown') throw new Refusal('invalid_auth')
  if (token !== method.token) throw new Refusal('not_allowed_token_type')
  if (token === 'bot' && account.botTokenState !== 'valid') throw new Refusal(account.botTokenState)
}

function expectArguments({ method: name, args }: Call, method: Method, { journal }: State): void {
  const { required, optional, deprecated = [] } = method
  for (const key of Object.keys(args)) {
    if (deprecated.includes(key)) journal.violate(`${name} was given ${key}, which only old apps may use.`)
    else if (![...required, ...optional].includes(key)) journal.violate(`${name} has no argument ${key}.`)
  }
  const missing = required.filter(key => args[key] === undefined || args[key] === '')
  if (missing.length > 0)
    throw refuseWith(
      'invalid_arguments',
      missing.map(key => `missing required field: ${key}`),
    )
}

/** https://docs.slack.dev/reference/scopes */
function expectScope({ args }: Call, method: Method, { world }: State): void {
  const needed = method.scopes(args, world)
  if (needed.length === 0 || needed.some(scope => world.account.scopes.has(scope))) return
  throw new Refusal('missing_scope', { needed: needed.join(','), provided: [...world.account.scopes].join(',') })
}
