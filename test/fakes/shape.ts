/** A JSON object, as a checker meets it. */
export type JsonObject = Record<string, unknown>

/** Where a value stands in the message, and the list that its faults go to. */
export type Spot = { at: string; faults: string[] }

export const inside = (spot: Spot, step: string): Spot => ({
  ...spot,
  at: spot.at === '' ? step : `${spot.at}.${step}`,
})

export const fault = (spot: Spot, what: string): void => {
  spot.faults.push(`${spot.at || 'The message'} ${what}.`)
}

const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** An object with all of these keys and no others; a key that ends in `?` may be absent. Undefined where it is no object. */
export function readObject(value: unknown, keys: string[], spot: Spot): JsonObject | undefined {
  if (!isObject(value)) {
    fault(spot, 'is no object')
    return undefined
  }
  const known = keys.map(key => key.replace(/\?$/, ''))
  for (const key of Object.keys(value)) if (!known.includes(key)) fault(spot, `has the unknown key ${key}`)
  for (const key of keys) if (!key.endsWith('?') && value[key] === undefined) fault(spot, `lacks ${key}`)
  for (const key of known) if (key in value && value[key] === undefined) fault(spot, `has ${key} without a value`)
  return value
}

/** A list of so many values; empty where it is none. */
export function readList(value: unknown, least: number, most: number, spot: Spot): unknown[] {
  if (!Array.isArray(value)) {
    fault(spot, 'is no list')
    return []
  }
  if (value.length < least || value.length > most)
    fault(spot, `has ${value.length} entries, outside ${least} to ${most}`)
  return value
}

/** A text of so many characters in the platform's count; empty where it is none. */
export function readText(
  value: unknown,
  most: number,
  spot: Spot,
  count: (text: string) => number = text => text.length,
): string {
  if (typeof value !== 'string') {
    fault(spot, 'is no text')
    return ''
  }
  const length = count(value)
  if (length < 1 || length > most) fault(spot, `has ${length} characters, outside 1 to ${most}`)
  return value
}

export function expectOneOf(value: unknown, allowed: unknown[], spot: Spot): void {
  if (!allowed.includes(value)) fault(spot, `is ${JSON.stringify(value)}, none of ${JSON.stringify(allowed)}`)
}

/** The `type` of a value, where it has one. */
export const typeOf = (value: unknown): unknown => (isObject(value) ? value.type : undefined)

/** Whether a text shows nothing: white space, controls, and characters without a shape. */
export const isBlank = (text: string): boolean => !/[^\s\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}\u2800]/u.test(text)

/** Every text below a value, with its place. */
export function textsOf(value: unknown, at = ''): { at: string; text: string }[] {
  if (typeof value === 'string') return [{ at, text: value }]
  if (Array.isArray(value)) return value.flatMap((one, index) => textsOf(one, `${at}[${index}]`))
  if (!isObject(value)) return []
  return Object.entries(value).flatMap(([key, one]) => textsOf(one, at === '' ? key : `${at}.${key}`))
}

/** A lone half of a surrogate pair is no character: both platforms refuse it or show a question mark. */
export function expectWellFormed(message: unknown, faults: string[]): void {
  for (const { at, text } of textsOf(message)) if (!text.isWellFormed()) faults.push(`${at} holds a lone surrogate.`)
}

export function expectUnique(ids: { id: string; at: string }[], faults: string[]): void {
  const seen = new Set<string>()
  for (const { id, at } of ids) {
    if (seen.has(id)) faults.push(`${at} repeats the id ${id}.`)
    seen.add(id)
  }
}
