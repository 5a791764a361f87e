import {
  type Answer,
  answerCall as answerCommonly,
  type Fault as CommonFault,
  type Exchange,
  send,
  type When,
} from '../slack/faults.ts'
import { type Scope, tooMany } from './rate-limits.ts'

/** The faults of any platform. */
type Shared = Exclude<CommonFault, { kind: 'rateLimited' | 'error' | 'garbage' | 'close' | 'late' }>

/** What may go wrong with a call. */
export type Fault =
  | Shared
  /** The connection is closed in order: without an answer, or in the middle of its headers. */
  | { kind: 'close'; when: When; within?: 'headers' }
  /** The call is carried out so much later; meanwhile it is answered, hung up on, or left without an answer. */
  | { kind: 'late'; ms: number; answer: 'ok' | 'cut' | 'close' | 'hang' | { status: number } }
  /** 429; without `retryAfterS` it doesn't say until when. */
  | { kind: 'rateLimited'; retryAfterS?: number; scope?: Scope }
  /** Discord's refusal, as JSON. */
  | { kind: 'error'; status: number; code: number; message: string }
  /** A page of HTML, as Cloudflare gives: with 200, or another status such as 403. */
  | { kind: 'garbage'; status?: number }

/** The faults that were asked for, a queue for each call's name; `*` stands for any. */
export function createFaults() {
  const queues = new Map<string, Fault[]>()
  return {
    add(name: string, fault: Fault, times: number): void {
      queues.set(name, [...(queues.get(name) ?? []), ...Array.from({ length: times }, () => fault)])
    },
    take: (name: string): Fault | undefined => queues.get(name)?.shift() ?? queues.get('*')?.shift(),
    clear: () => queues.clear(),
  }
}

/** Carries a call out and answers it, with the fault if there is one; `finish` sees each answer that isn't performed. */
export function answerCall(fault: Fault | undefined, exchange: Exchange, finish: (answer: Answer) => Answer): void {
  const { response } = exchange
  switch (fault?.kind) {
    case 'rateLimited':
      send(response, finish(tooMany(fault)))
      break
    case 'error':
      send(response, finish(refused(fault)))
      break
    case 'garbage':
      send(response, finish({ status: fault.status ?? 200, headers: HTML, body: PAGE }))
      break
    case 'close':
      close(fault, exchange)
      break
    case 'late':
      answerLate(fault, exchange)
      break
    default:
      answerCommonly(fault, exchange)
  }
}

const HTML = { 'content-type': 'text/html; charset=UTF-8' }

const PAGE = '<!DOCTYPE html><html><head><title>Attention Required! | Cloudflare</title></head><body></body></html>'

const refused = ({ status, code, message }: Extract<Fault, { kind: 'error' }>): Answer => ({
  status,
  body: { message, code },
})

function close({ when, within }: Extract<Fault, { kind: 'close' }>, exchange: Exchange) {
  if (within === undefined) return answerCommonly({ kind: 'close', when }, exchange)
  if (when === 'after') exchange.perform()
  exchange.request.socket.end('HTTP/1.1 200 OK\r\ncontent-type: application/js')
}

function answerLate({ ms, answer }: Extract<Fault, { kind: 'late' }>, exchange: Exchange) {
  if (answer !== 'close') return answerCommonly({ kind: 'late', ms, answer }, exchange)
  exchange.clock.after(ms, exchange.perform)
  exchange.request.socket.end()
}
