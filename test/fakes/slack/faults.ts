import type { IncomingMessage, ServerResponse } from 'node:http'
import type { JsonObject } from '../shape.ts'
import type { Clock } from './clock.ts'

/** Whether a fault strikes before the call is carried out or after it. */
export type When = 'before' | 'after'

/** What may go wrong with a call. */
export type Fault =
  /** An answer of a broken server. */
  | { kind: 'status'; status: number; when?: When }
  /** The connection is reset without an answer. */
  | { kind: 'cut'; when: When }
  /** The connection is closed in order without an answer. */
  | { kind: 'close'; when: When }
  /** The call is carried out so much later; meanwhile it is answered, hung up on, or left without an answer. */
  | { kind: 'late'; ms: number; answer: 'ok' | 'cut' | 'hang' | { status: number } }
  /** Never an answer. */
  | { kind: 'hang'; stores: boolean }
  /** Carried out at once and answered so much later. */
  | { kind: 'slow'; ms: number }
  | { kind: 'rateLimited'; retryAfterS: number }
  /** `ok: false`. */
  | { kind: 'error'; error: string }
  /** Status 200 with a page of HTML, as a proxy gives. */
  | { kind: 'garbage' }

/** What a call is answered with. */
export type Answer = { status: number; headers?: Record<string, string>; body: JsonObject | string }

/** One call: how to carry it out, and where its answer goes. */
export type Exchange = {
  request: IncomingMessage
  response: ServerResponse
  perform: () => Answer
  /** Hides what an answer says was stored; gives back what shows it. */
  withhold: (body: JsonObject) => () => void
  clock: Clock
}

/** The faults that were asked for, a queue for each method; `*` stands for any. */
export function createFaults() {
  const queues = new Map<string, Fault[]>()
  return {
    add(method: string, fault: Fault, times: number): void {
      const queue = queues.get(method) ?? []
      queues.set(method, [...queue, ...Array.from({ length: times }, () => fault)])
    },
    take: (method: string): Fault | undefined => queues.get(method)?.shift() ?? queues.get('*')?.shift(),
    clear: () => queues.clear(),
  }
}

/** Carries a call out and answers it, with the fault if there is one. */
export function answerCall(fault: Fault | undefined, exchange: Exchange): void {
  if (fault === undefined) send(exchange.response, exchange.perform())
  else strike(fault, exchange)
}

function strike(fault: Fault, exchange: Exchange): void {
  const { response, perform } = exchange
  if ('when' in fault && fault.when === 'after') perform()
  switch (fault.kind) {
    case 'status':
      send(response, brokenServer(fault.status))
      break
    case 'cut':
      cut(exchange)
      break
    case 'close':
      close(exchange)
      break
    case 'late':
      answerLate(fault, exchange)
      break
    case 'hang':
      if (fault.stores) perform()
      break
    case 'slow':
      answerSlowly(fault.ms, exchange)
      break
    case 'rateLimited':
      send(response, rateLimited(fault.retryAfterS))
      break
    case 'error':
      send(response, { status: 200, body: { ok: false, error: fault.error } })
      break
    case 'garbage':
      send(response, { status: 200, headers: HTML, body: '<html>Please sign in</html>' })
      break
    default:
      fault satisfies never
  }
}

function answerSlowly(ms: number, { clock, perform, response }: Exchange): void {
  const answer = perform()
  clock.after(ms, () => send(response, answer))
}

function answerLate(fault: Extract<Fault, { kind: 'late' }>, exchange: Exchange): void {
  const { clock, perform, response } = exchange
  if (fault.answer === 'ok') answerBeforeStoring(fault.ms, exchange)
  else clock.after(fault.ms, perform)
  if (fault.answer === 'cut') cut(exchange)
  if (typeof fault.answer === 'object') send(response, brokenServer(fault.answer.status))
}

function answerBeforeStoring(ms: number, { clock, perform, response, withhold }: Exchange): void {
  const answer = perform()
  if (typeof answer.body !== 'string') clock.after(ms, withhold(answer.body))
  send(response, answer)
}

const HTML = { 'content-type': 'text/html' }

const cut = ({ request }: Exchange) => request.socket.resetAndDestroy()

const close = ({ request }: Exchange) => request.socket.end()

const brokenServer = (status: number): Answer => ({ status, headers: HTML, body: 'Server error' })

/** https://docs.slack.dev/apis/web-api/rate-limits */
export const rateLimited = (retryAfterS: number): Answer => ({
  status: 429,
  headers: { 'retry-after': String(retryAfterS) },
  body: { ok: false, error: 'ratelimited' },
})

export function send(response: ServerResponse, { status, headers, body }: Answer): void {
  const isText = typeof body === 'string'
  const type = isText ? 'text/plain' : 'application/json; charset=utf-8'
  response.writeHead(status, { 'content-type': type, ...headers })
  response.end(isText ? body : JSON.stringify(body))
}
