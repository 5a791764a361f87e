import {
  constructFromEvents,
  dump,
  EVENT_ID,
  type Event,
  FAILSAFE_SCHEMA,
  getScalarValue,
  parseEvents,
  YAMLException,
} from 'js-yaml'
import type { Fault } from './problem.ts'

/** A YAML text as read: `place` gives where a key's value stands, or the nearest thing above it that exists. */
export type YamlText =
  | { value: unknown; place: (path: PropertyKey[]) => number; placeOfKey: (path: PropertyKey[]) => number }
  | { fault: Fault }

/**
 * Reads YAML with the failsafe schema: every scalar stays the string that was written, so that ids, years and `~` do too.
 * Places are UTF-16 code units from the start of the text.
 */
export function readYaml(text: string): YamlText {
  try {
    const events = parseEvents(text, {})
    const second = events.findIndex((event, index) => index > 0 && event.type === EVENT_ID.DOCUMENT)
    if (second >= 0) return { fault: { at: startOf(text, events[second + 1]), message: ONE_DOCUMENT } }
    const value =
      events.length === 0 ? undefined : constructFromEvents(events, { source: text, schema: FAILSAFE_SCHEMA })[0]
    return {
      value,
      place: path => walk(text, events, path).value,
      placeOfKey: path => walk(text, events, path).key,
    }
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error
    return { fault: explain(text, error) }
  }
}

const ONE_DOCUMENT = 'Expected one YAML document, but a second one begins here. Delete the line `---` above it.'

/** Writes YAML in block style; long strings are not wrapped. */
export const writeYaml = (value: object): string => dump(value, { lineWidth: -1, schema: FAILSAFE_SCHEMA })

/** The same for readers that tell numbers and yes or no from text. */
export const writeTypedYaml = (value: object): string => dump(value, { lineWidth: -1 })

/** Own words for the commonest mistakes; for the others the parser's. */
function explain(text: string, error: YAMLException): Fault {
  const at = error.mark?.position ?? 0
  const line = lineAt(text, at)
  const doubled =
    error.reason === 'duplicated mapping key' && /^["']?([^:"']*)/.exec(text.slice(at, at + line.text.length))
  if (doubled) return { at, message: `The key "${doubled[1]?.trim()}" is there twice. Delete one.` }
  return unclosed(text.slice(0, at)) ?? bareValue(line) ?? { at, message: `Expected YAML, but ${error.reason}.` }
}

/** A list or group of keys that was begun before the place where the parser gave up, and not ended. */
function unclosed(before: string): Fault | undefined {
  const match = /[:-][\t ]+([[{])[^[\]{}]*$/.exec(before)
  if (!match) return undefined
  const at = match.index + match[0].indexOf(match[1] as string)
  const message =
    match[1] === '['
      ? 'The list is not closed. Write ] at its end.'
      : 'The group of keys is not closed. Write } at its end.'
  return { at, message }
}

/** A value that must stand in quotation marks: one with a colon, or one that begins with `*`. */
function bareValue(line: { text: string; start: number }): Fault | undefined {
  const colon =
    /^(\s*(?:- )?[\w-]+):\s+([^"'[{|>].*:\s.*)$/.exec(line.text) ??
    /^(\s*(?:- )?[\w-]+):\s+([^"'[{|>].*:)$/.exec(line.text)
  if (colon) {
    const value = colon[2] as string
    return {
      at: line.start + line.text.length - value.length,
      message: `A value with a colon must stand in quotation marks: ${colon[1]?.trim()}: ${JSON.stringify(value)}`,
    }
  }
  const star = /^(?:\s*(?:- )?[\w-]+:\s+|\s*-\s+)(\*.*)$/.exec(line.text)
  if (!star) return undefined
  const value = star[1] as string
  return {
    at: line.start + line.text.length - value.length,
    message: `A value that begins with * must stand in quotation marks: ${JSON.stringify(value)}`,
  }
}

function lineAt(text: string, at: number): { text: string; start: number } {
  const start = text.lastIndexOf('\n', Math.max(0, at - 1)) + 1
  const end = text.indexOf('\n', at)
  return { text: text.slice(start, end < 0 ? undefined : end).trimEnd(), start }
}

/** Follows a path through the parser's events. A value that is empty stands right behind its key. */
function walk(text: string, events: Event[], path: PropertyKey[]): { key: number; value: number } {
  let index = events.findIndex(event => event.type !== EVENT_ID.DOCUMENT)
  let found = { key: startOf(text, events[index]), value: startOf(text, events[index]) }
  for (const step of path) {
    const child = findChild(text, events, index, step)
    if (!child) return found
    const [key, value] = [events[child.key] as Event, events[child.value] as Event]
    found = { key: startOf(text, key), value: isEmpty(value) ? endOfKey(text, key, found.value) : startOf(text, value) }
    index = child.value
  }
  return found
}

const isEmpty = (event: Event): boolean => event.type === EVENT_ID.SCALAR && event.valueStart < 0

const endOfKey = (text: string, key: Event, above: number): number =>
  'valueEnd' in key && key.valueEnd >= 0 ? text.indexOf(':', key.valueEnd) + 1 : above

function findChild(
  text: string,
  events: Event[],
  parent: number,
  step: PropertyKey,
): { key: number; value: number } | undefined {
  const type = events[parent]?.type
  if (type !== EVENT_ID.MAPPING && type !== EVENT_ID.SEQUENCE) return undefined
  const children = childIndexes(events, parent)
  if (type === EVENT_ID.SEQUENCE) {
    const value = children[Number(step)]
    return value === undefined ? undefined : { key: value, value }
  }
  for (let i = 0; i + 1 < children.length; i += 2) {
    const key = children[i] as number
    const event = events[key] as Event
    if (event.type === EVENT_ID.SCALAR && getScalarValue(text, event) === step)
      return { key, value: children[i + 1] as number }
  }
  return undefined
}

function childIndexes(events: Event[], parent: number): number[] {
  const children: number[] = []
  let depth = 0
  for (let i = parent + 1; i < events.length; i++) {
    const { type } = events[i] as Event
    if (type === EVENT_ID.POP && depth === 0) break
    if (type === EVENT_ID.POP) depth--
    else if (depth === 0) children.push(i)
    if (type === EVENT_ID.MAPPING || type === EVENT_ID.SEQUENCE) depth++
  }
  return children
}

function startOf(text: string, event: Event | undefined): number {
  if (!event) return 0
  const start = 'valueStart' in event ? event.valueStart : 'start' in event ? event.start : 0
  const blank = /^\s*/.exec(text.slice(Math.max(0, start)))?.[0].length ?? 0
  return Math.max(0, start) + blank
}
