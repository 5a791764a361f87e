import type { JsonObject } from '../shape.ts'

/** Slack's `ok: false` with the name of the error and what else its answer holds. */
export class Refusal extends Error {
  override name = 'Refusal'
  readonly code: string
  readonly more: JsonObject

  constructor(code: string, more: JsonObject = {}) {
    super(`Slack refuses: ${code}`)
    this.code = code
    this.more = more
  }
}

/** A refusal that says in `response_metadata` what it is about, as Slack does. */
export const refuseWith = (code: string, messages: string[]): Refusal =>
  new Refusal(code, { response_metadata: { messages: messages.map(message => `[ERROR] ${message}`) } })
