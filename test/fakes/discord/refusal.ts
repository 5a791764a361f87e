import type { JsonObject } from '../shape.ts'

/** An answer by which Discord refuses a call: https://docs.discord.com/developers/topics/opcodes-and-status-codes#json */
export class Refusal extends Error {
  override name = 'Refusal'
  readonly status: number
  readonly code: number
  readonly more: JsonObject

  constructor(status: number, code: number, message: string, more: JsonObject = {}) {
    super(message)
    this.status = status
    this.code = code
    this.more = more
  }
}

export const unauthorized = () => new Refusal(401, 0, '401: Unauthorized')
export const unknownChannel = () => new Refusal(404, 10003, 'Unknown Channel')
export const unknownGuild = () => new Refusal(404, 10004, 'Unknown Guild')
export const unknownMessage = () => new Refusal(404, 10008, 'Unknown Message')
export const unknownWebhook = () => new Refusal(404, 10015, 'Unknown Webhook')
export const unknownInteraction = () => new Refusal(404, 10062, 'Unknown interaction')
export const missingAccess = () => new Refusal(403, 50001, 'Missing Access')
export const missingPermissions = () => new Refusal(403, 50013, 'Missing Permissions')

/** What is wrong with a body, and where: `options[0].name`. */
export type FormFault = { at: string; code: string; message: string }

/** https://docs.discord.com/developers/reference#error-messages */
export function invalidForm(faults: FormFault[]): Refusal {
  const errors: JsonObject = {}
  for (const fault of faults) place(fault, errors)
  return new Refusal(400, 50035, 'Invalid Form Body', { errors })
}

export const invalidField = (at: string, code: string, message: string): Refusal => invalidForm([{ at, code, message }])

function place({ at, code, message }: FormFault, errors: JsonObject): void {
  let spot = errors
  for (const step of at.split(/[.[\]]+/).filter(Boolean)) {
    spot[step] ??= {}
    spot = spot[step] as JsonObject
  }
  spot._errors = [...((spot._errors as unknown[] | undefined) ?? []), { code, message }]
}

/** What a checker says about a place, as Discord would say it. */
export function formFault(sentence: string): FormFault {
  const at = /^[a-z_]+(?:\[\d+\]|\.[a-z_]+)*(?= )/.exec(sentence)?.[0] ?? ''
  return { at, code: 'BASE_TYPE_INVALID', message: sentence }
}
