import { request as httpRequest, type IncomingHttpHeaders } from 'node:http'
import type { JsonObject } from '../shape.ts'
import type { Account } from './account.ts'
import type { Clock } from './clock.ts'
import type { Journal } from './journal.ts'
import { isObject } from './message-body.ts'
import { isJson, parse } from './request.ts'
import { sign } from './signing.ts'
import type { Envelope, SocketMode } from './socket.ts'

/** How a delivery differs from the usual. */
export type How = {
  /** Over the socket or to the request URL; usually to the URL where there is one. */
  via?: 'socket' | 'http'
  /** The time that the signature tells, in seconds since 1970. */
  timestampS?: number
  /** A secret other than the app's. */
  signingSecret?: string
  /** Says that it is the same again, as Slack does when an event wasn't acknowledged. */
  retry?: { num: number; reason: string }
}

/** What came of a delivery. */
export type Receipt = {
  /** `refused`: an answer other than 2xx. `undelivered`: nobody to deliver it to, or a connection that broke. */
  result: 'acked' | 'timeout' | 'refused' | 'undelivered'
  tookMs: number
  /** What the acknowledgement holds. */
  payload?: unknown
  /** Of the answer over HTTP. */
  status?: number
  headers?: IncomingHttpHeaders
}

export type Parcel = { type: Envelope['type']; body: JsonObject; takesPayload: boolean; how: How }

export type Deliverer = {
  account: Account
  clock: Clock
  journal: Journal
  socket: SocketMode
  ackDeadlineMs: number
  requestUrl: () => string | undefined
}

/** Delivers once and waits for the acknowledgement, no longer than the platform does. */
export async function deliver(parcel: Parcel, by: Deliverer): Promise<Receipt> {
  const url = by.requestUrl()
  const isHttp = parcel.how.via === undefined ? url !== undefined : parcel.how.via === 'http'
  if (isHttp && url === undefined) throw new Error('Set requestUrl before delivering over HTTP.')
  const startedAt = by.clock.now()
  const outcome = await (isHttp && url !== undefined ? deliverByHttp(parcel, url, by) : deliverBySocket(parcel, by))
  noteFaults(outcome, parcel, by)
  const { isLost: _, ...receipt } = outcome
  return { ...receipt, tookMs: by.clock.now() - startedAt }
}

/** What the app is to blame for; that it didn't answer what never reached it is no fault of its own. */
function noteFaults(
  { result, payload, isLost = false }: Outcome,
  parcel: Parcel,
  { journal, ackDeadlineMs }: Deliverer,
): void {
  const name = nameOf(parcel)
  if (result === 'timeout' && !isLost) journal.violate(`${name} was not acknowledged within ${ackDeadlineMs} ms.`)
  const isEmpty = payload === undefined || JSON.stringify(payload) === '{}'
  if (result === 'acked' && !parcel.takesPayload && !isEmpty)
    journal.violate(`The acknowledgement of ${name} holds a payload, which Slack ignores.`)
}

const nameOf = ({ type, body }: Parcel): string => {
  const event = isObject(body.event) ? body.event.type : undefined
  return `${type} ${event ?? body.command ?? body.type}`
}

type Outcome = Omit<Receipt, 'tookMs'> & { isLost?: boolean }

const deliverBySocket = ({ type, body, takesPayload, how }: Parcel, by: Deliverer): Promise<Outcome> =>
  new Promise(resolve => {
    const retry = how.retry ? { retry_attempt: how.retry.num, retry_reason: how.retry.reason } : {}
    const envelope: Envelope = { type, payload: body, accepts_response_payload: takesPayload, ...retry }
    const sent = by.socket.send(envelope, payload => {
      callOff()
      resolve({ result: 'acked', payload })
    })
    const callOff = by.clock.after(sent ? by.ackDeadlineMs : 0, () => {
      sent?.giveUp()
      resolve(sent ? { result: 'timeout', isLost: sent.isLost() } : { result: 'undelivered' })
    })
  })

/** https://docs.slack.dev/apis/events-api/#receiving-events and https://docs.slack.dev/interactivity/handling-user-interaction#payloads */
function deliverByHttp(parcel: Parcel, url: string, by: Deliverer): Promise<Outcome> {
  const { text, contentType } = encode(parcel)
  const { retry, timestampS, signingSecret } = parcel.how
  const seconds = timestampS ?? Math.floor(Date.now() / 1000)
  const headers = {
    'content-type': contentType,
    'content-length': String(Buffer.byteLength(text)),
    ...sign(text, signingSecret ?? by.account.signingSecret, seconds),
    ...(retry && { 'x-slack-retry-num': String(retry.num), 'x-slack-retry-reason': retry.reason }),
  }
  return new Promise(resolve => {
    const request = httpRequest(url, { method: 'POST', headers, agent: false })
    const settle = (outcome: Outcome) => {
      callOff()
      resolve(outcome)
    }
    const callOff = by.clock.after(by.ackDeadlineMs, () => {
      resolve({ result: 'timeout' })
      request.destroy()
    })
    request.on('error', () => settle({ result: 'undelivered' }))
    request.on('response', response => {
      const chunks: Buffer[] = []
      response.on('error', () => settle({ result: 'undelivered' }))
      response.on('data', chunk => chunks.push(chunk))
      response.on('end', () =>
        settle(readAnswer(response.statusCode ?? 0, response.headers, Buffer.concat(chunks).toString())),
      )
    })
    request.end(text)
  })
}

function readAnswer(status: number, headers: IncomingHttpHeaders, text: string): Outcome {
  const result = status >= 200 && status < 300 ? 'acked' : 'refused'
  return { result, status, headers, ...(text !== '' && { payload: isJson({ headers }) ? parse(text) : text }) }
}

const FORM = 'application/x-www-form-urlencoded'

/** Events are JSON, commands a form, interactions a form that holds JSON. */
function encode({ type, body }: Parcel): { text: string; contentType: string } {
  if (type === 'events_api') return { text: JSON.stringify(body), contentType: 'application/json' }
  const form = type === 'interactive' ? { payload: JSON.stringify(body) } : (body as Record<string, string>)
  return { text: new URLSearchParams(form).toString(), contentType: FORM }
}
