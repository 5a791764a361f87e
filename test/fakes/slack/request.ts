import type { IncomingMessage } from 'node:http'
import type { JsonObject } from '../shape.ts'

export async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}

/** Arguments that a form holds as JSON: https://docs.slack.dev/apis/web-api#post-bodies */
const STRUCTURED = new Set(['blocks', 'metadata', 'view', 'attachments'])

export type Read = { args: JsonObject; bearer: string | undefined; inForm?: string | undefined }

/** A call's arguments without its token, which stands in the header or, in a form, among them. */
export function readCall(request: IncomingMessage, body: string): Read {
  const bearer = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1]
  if (isJson(request)) return { args: parse(body) as JsonObject, bearer }
  const { token: inForm, ...texts } = Object.fromEntries(new URLSearchParams(body))
  const args = Object.entries(texts).map(([key, text]) => [key, STRUCTURED.has(key) ? parse(text) : text])
  return { args: Object.fromEntries(args), bearer, inForm }
}

export const isJson = (message: { headers: IncomingMessage['headers'] }): boolean =>
  message.headers['content-type']?.startsWith('application/json') ?? false

/** JSON, or the text itself where it is none. */
export function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
