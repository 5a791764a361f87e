import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { JsonObject } from '../shape.ts'
import { type Answer, answerCall, type createFaults } from './faults.ts'
import type { Call } from './journal.ts'
import { isObject, readBody, readMetadata } from './message-body.ts'
import type { State } from './method.ts'
import { Refusal } from './refusal.ts'
import { isJson, parse, readText } from './request.ts'
import type { Message } from './world.ts'

/** https://docs.slack.dev/interactivity/handling-user-interaction#message_responses */
const USES = 5

/** https://docs.slack.dev/interactivity/handling-user-interaction#message_responses */
const LIFE_MS = 30 * 60_000

/** Undocumented, as seen in apps: an address that is used up or too old answers 404 with one of these. */
const REFUSED = 404
const USED_UP = 'used_url'
const TOO_OLD = 'expired_url'

/** https://docs.slack.dev/interactivity/handling-user-interaction#message_responses */
const KEYS = [
  'text',
  'blocks',
  'response_type',
  'replace_original',
  'delete_original',
  'thread_ts',
  'mrkdwn',
  'metadata',
  'unfurl_links',
  'unfurl_media',
]

/** Where an answer goes: to a user who did something in a channel, by a command or at a message. */
export type Place = { channel: string; user: string; source?: { channel: string; ts: string }; messages: Message[] }

type Entry = Place & { issuedAt: number; uses: number }

/** The addresses at which an app may answer what a user did. */
export function createResponseUrls(state: State, faults: ReturnType<typeof createFaults>) {
  const entries = new Map<string, Entry>()
  return {
    /** The path of a new address. */
    issue(place: Place): string {
      const path = `/${place.source ? 'actions' : 'commands'}/${state.world.account.team.id}/${randomUUID()}`
      entries.set(path, { ...place, issuedAt: state.clock.now(), uses: 0 })
      return path
    },
    async serve(path: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
      const { journal, clock } = state
      const body = await readText(request)
      const read = isJson(request) ? parse(body) : undefined
      const args = isObject(read) ? read : {}
      const call: Call = { method: 'response_url', args, token: 'none', at: clock.now(), answer: 'none' }
      journal.calls.push(call)
      const perform = () => {
        const answer = answerAt(entries.get(path), isObject(read) ? read : undefined, state)
        call.answer = typeof answer.body === 'string' ? answer.body : String(answer.body.error)
        journal.changed()
        return answer
      }
      const fault = faults.take('response_url')
      answerCall(fault, { request, response, perform, withhold: () => () => {}, clock })
      if (fault !== undefined && call.answer === 'none') call.answer = fault.kind
      journal.changed()
    },
  }
}

function answerAt(entry: Entry | undefined, body: JsonObject | undefined, state: State): Answer {
  if (!entry) return refuse(REFUSED, 'no_such_url', state)
  if (state.clock.now() - entry.issuedAt > LIFE_MS) return refuse(REFUSED, TOO_OLD, state)
  if (entry.uses >= USES) return refuse(REFUSED, USED_UP, state)
  entry.uses += 1
  if (!body) return refuse(400, 'invalid_payload', state)
  try {
    answerPlace(body, entry, state)
    return { status: 200, body: 'ok' }
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    return refuse(400, error.code, state)
  }
}

function refuse(status: number, error: string, { journal }: State): Answer {
  journal.violate(`An answer to a response_url was refused: ${error}.`)
  return { status, body: { ok: false, error } }
}

/**
 * Shows an answer, given in an acknowledgement or at a `response_url`, to those who are to see it: the user alone unless it says
 * `in_channel` (https://docs.slack.dev/interactivity/implementing-slash-commands#responding_to_commands).
 * @throws Refusal
 */
export function answerPlace(body: JsonObject, place: Place, state: State): void {
  expectKeys(body, state.journal.violate)
  if (body.delete_original === true) deleteSource(place, state)
  else place.messages.push(showAnswer(body, place, state))
}

function showAnswer(body: JsonObject, place: Place, { journal, world }: State): Message {
  const source = place.source && world.find(place.source)
  const content = { ...readBody(body, 'An answer', journal.violate), ...readMetadata(body.metadata, journal.violate) }
  if (body.replace_original === true && source) {
    const edited = { user: world.account.botUserId, ts: world.nextTs(source.channel) }
    return world.replace({ ...source, ...content, edited })
  }
  if (body.replace_original === true) journal.violate('An answer replaces a message that is not there.')
  const visible = readVisibility(body.response_type, place, journal.violate)
  const thread = typeof body.thread_ts === 'string' ? { thread_ts: body.thread_ts } : {}
  const author = { user: world.account.botUserId, bot_id: world.account.botId }
  return world.store({ channel: place.channel, ...author, ...content, ...thread, ...visible })
}

function expectKeys(body: JsonObject, violate: (what: string) => void): void {
  for (const key of Object.keys(body)) if (!KEYS.includes(key)) violate(`An answer has the unknown key ${key}.`)
}

function deleteSource({ source }: Place, { world, journal }: State): void {
  if (source && world.find(source)) world.remove(source)
  else journal.violate('An answer deletes a message that is not there.')
}

function readVisibility(type: unknown, { user }: Place, violate: (what: string) => void) {
  if (type === 'in_channel') return {}
  if (type !== undefined && type !== 'ephemeral') violate(`An answer has the unknown response_type ${type}.`)
  return { ephemeralTo: user }
}

export type ResponseUrls = ReturnType<typeof createResponseUrls>
