import type { IncomingMessage, ServerResponse } from 'node:http'
import { z } from 'zod'
import type { Question } from '../platform.ts'
import { readBody } from '../read-body.ts'
import { readLine } from '../typed-line.ts'
import { SECURITY_HEADERS } from './guard.ts'

const text = z.string().max(4000)

const questionSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('typed'), line: text }).transform(({ line }) => toQuestion(line)),
  z.strictObject({ kind: z.literal('clicked'), id: text }),
  z.strictObject({ kind: z.literal('picked'), id: text, value: text }),
])

const askedSchema = z.strictObject({ place: z.enum(['sides', 'card']), question: questionSchema })

/** A question of the page, and where its answer goes: to both sides, or to a card beside them. */
export type Asked = { place: 'sides' | 'card'; question: Question }

/** What a typed line asks; an empty one asks what there is. */
export const toQuestion = (line: string): Question => (line.trim() === '' ? { kind: 'home' } : readLine(line))

/** No question of the page is longer, in bytes. */
const LONGEST_BODY = 16_384

/** What a request of the page asks, or why that can't be told. */
export async function readAsked(request: IncomingMessage): Promise<Asked | { refusal: string }> {
  const body = await readBody(request, LONGEST_BODY)
  if (body === undefined) return { refusal: `Expected a question of at most ${LONGEST_BODY} bytes.` }
  try {
    const read = askedSchema.safeParse(JSON.parse(body.toString()))
    return read.success ? read.data : { refusal: `Expected a question: ${z.prettifyError(read.error)}` }
  } catch {
    return { refusal: 'Expected a question: it is not JSON.' }
  }
}

export function send(response: ServerResponse, status: number, type: string, body: string | Buffer): void {
  response.writeHead(status, { ...SECURITY_HEADERS, 'content-type': `${type}; charset=utf-8` }).end(body)
}

export const sendJson = (response: ServerResponse, body: unknown): void =>
  send(response, 200, 'application/json', JSON.stringify(body))
