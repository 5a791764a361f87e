import { generateKeyPairSync } from 'node:crypto'
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http'
import type { JsonObject } from '../shape.ts'
import { isObject } from '../slack/message-body.ts'
import { parse } from '../slack/request.ts'
import type { Gateway } from './gateway.ts'
import type { Attempt, Interaction } from './interactions.ts'
import { Refusal } from './refusal.ts'
import type { State } from './route.ts'
import { signRequest } from './signing.ts'
import type { Message } from './world.ts'

/** How a delivery differs from the usual. */
export type How = {
  /** By the gateway or to the interactions URL; usually to the URL where there is one. */
  via?: 'gateway' | 'http'
  /** The reader acted so much earlier: past the deadline the app may no longer answer. */
  ageMs?: number
  /** The time that the signature tells, in seconds since 1970. */
  timestampS?: number
  /** Signed with another key, or not at all. */
  signature?: 'wrong' | 'none'
}

export type Choice = { name: string; value: string | number }

/** What came of an interaction. */
export type Outcome = {
  /**
   * `answered` with a message, an update or choices; `deferred`; `timedOut`: no answer in time; `refused`: none that Discord took, or an
   * HTTP answer other than 200 with JSON or 202; `undelivered`: no session to tell it to, or a connection that broke.
   */
  result: 'answered' | 'deferred' | 'timedOut' | 'refused' | 'undelivered'
  tookMs: number
  interaction: Interaction
  /** What was delivered, to be delivered again. */
  payload: JsonObject
  /** What the app answered, as it stands: `type` and `data`. */
  response?: JsonObject
  /** What the reader sees of it. When the app edits it, this object changes. */
  message?: Message
  /** What an autocompletion offers. */
  choices: Choice[]
  /** Why Discord didn't take the app's last answer. */
  refusal?: { status: number; code: number; message: string }
  /** Of the answer over HTTP. */
  status?: number
  headers?: IncomingHttpHeaders
}

export type Deliverer = { state: State; gateway: Gateway; deadlineMs: number }

type Ending = Pick<Outcome, 'result' | 'refusal' | 'status' | 'headers'>

/** https://docs.discord.com/developers/interactions/receiving-and-responding#interaction-response-object-interaction-callback-type */
const DEFERRED = [5, 6]

/** Delivers once and waits for the answer, no longer than Discord does. */
export async function deliver(
  interaction: Interaction,
  payload: JsonObject,
  how: How,
  by: Deliverer,
): Promise<Outcome> {
  const { clock, journal } = by.state
  const startedAt = clock.now()
  const ending = await waitFor(interaction, payload, how, by)
  journal.changed()
  const { response, message } = interaction
  const data = isObject(response?.data) ? response.data : {}
  return {
    ...ending,
    tookMs: clock.now() - startedAt,
    interaction,
    payload,
    choices: (Array.isArray(data.choices) ? data.choices : []) as Choice[],
    ...(response && { response }),
    ...(message && { message }),
  }
}

const waitFor = (interaction: Interaction, payload: JsonObject, how: How, by: Deliverer): Promise<Ending> =>
  new Promise(resolve => {
    const { clock } = by.state
    const last: { refusal?: Refusal } = {}
    const settle = (ending: Ending) => {
      stop()
      interaction.onTry.delete(hear)
      resolve(ending)
    }
    const hear = (attempt: Attempt) => {
      if ('response' in attempt)
        return settle({ result: DEFERRED.includes(Number(attempt.response.type)) ? 'deferred' : 'answered' })
      last.refusal = attempt.refusal
      if (isFinal(attempt.refusal)) settle(refusedWith(attempt.refusal))
    }
    const stop = clock.after(by.deadlineMs, () => {
      if (!last.refusal) noteSilence(interaction, how, by)
      settle(last.refusal ? refusedWith(last.refusal) : { result: 'timedOut' })
    })
    interaction.onTry.add(hear)
    const url = by.state.world.account.interactionsUrl
    const isHttp = how.via === undefined ? url !== undefined : how.via === 'http'
    if (!isHttp) sendByGateway(interaction, payload, by, settle)
    else if (url === undefined) throw new Error('Set interactionsUrl before delivering over HTTP.')
    else sendByHttp(url, interaction, payload, how, by, settle)
  })

/** After these no other answer can be taken. */
const isFinal = ({ code }: Refusal): boolean => code === 10062 || code === 40060

const refusedWith = ({ status, code, message }: Refusal): Ending => ({
  result: 'refused',
  refusal: { status, code, message },
})

/** What the app is to blame for; that it didn't answer what is too old, what it answered before or what never reached it is no fault of its own. */
function noteSilence(
  { id, isAnswered }: Interaction,
  { ageMs = 0 }: How,
  { state, gateway, deadlineMs }: Deliverer,
): void {
  const { calls, violate } = state.journal
  const wasTried = calls.some(({ path }) => path.startsWith(`/interactions/${id}/`))
  const isReached = !gateway.isDeaf() || state.world.account.interactionsUrl !== undefined
  if (!isAnswered && !wasTried && ageMs === 0 && isReached)
    violate(`An interaction was not answered within ${deadlineMs} ms.`)
}

/** A session that is away is told when it resumes. */
function sendByGateway(
  { channelId }: Interaction,
  payload: JsonObject,
  by: Deliverer,
  settle: (ending: Ending) => void,
): void {
  const guildId = by.state.world.channels.get(channelId)?.guildId
  const { told } = by.gateway.tell('INTERACTION_CREATE', payload, guildId)
  if (told === 0) settle({ result: 'undelivered' })
}

/** https://docs.discord.com/developers/interactions/overview#setting-up-an-endpoint */
function sendByHttp(
  url: string,
  { id, token }: Interaction,
  payload: JsonObject,
  how: How,
  { state, deadlineMs }: Deliverer,
  settle: (ending: Ending) => void,
): void {
  postSigned(url, payload, how, state, deadlineMs).then(
    ({ status, headers, body }) => {
      if (status === 202 && body === '') return
      if (status !== 200 || !isObject(parse(body))) return settle({ result: 'refused', status, headers })
      try {
        state.interactions.answer(id, token, parse(body))
      } catch (error) {
        if (!(error instanceof Refusal)) throw error
        noteRefusal(error, state)
        settle({ ...refusedWith(error), status, headers })
      }
    },
    () => settle({ result: 'undelivered' }),
  )
}

/** A second answer, to what came twice, is dropped without harm. */
function noteRefusal({ code, message }: Refusal, { journal }: State): void {
  if (code !== 40060) journal.violate(`The HTTP answer to an interaction was refused: ${code} ${message}`)
}

export type HttpAnswer = { status: number; headers: IncomingHttpHeaders; body: string }

/** A signed request, as Discord makes it. */
export function postSigned(
  url: string,
  payload: JsonObject,
  how: How,
  state: State,
  deadlineMs: number,
): Promise<HttpAnswer> {
  const text = JSON.stringify(payload)
  const key = how.signature === 'wrong' ? generateKeyPairSync('ed25519').privateKey : state.world.account.privateKey
  const signed = signRequest(text, key, how.timestampS ?? Math.floor(Date.now() / 1000))
  const headers = {
    'content-type': 'application/json',
    'content-length': String(Buffer.byteLength(text)),
    'user-agent': 'Discord-Interactions/1.0 (+https://discord.com)',
    ...(how.signature === 'none' ? {} : signed),
  }
  return new Promise((resolve, reject) => {
    const request = httpRequest(url, {
      method: 'POST',
      headers,
      agent: false,
      signal: AbortSignal.timeout(2 * deadlineMs),
    })
    request.on('error', reject)
    request.on('response', response => {
      const chunks: Buffer[] = []
      response.on('error', reject)
      response.on('data', chunk => chunks.push(chunk))
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: Buffer.concat(chunks).toString(),
        }),
      )
    })
    request.end(text)
  })
}
