import { z } from 'zod'
import { parseEdtf } from './edtf.ts'
import type { Fault } from './problem.ts'
import { meant, suggest } from './similar.ts'
import type { YamlText } from './yaml.ts'

/** What a value must be, as the end of the sentence `Expected KEY to be …`. */
export const expected = (what: string): string => what

/** A single line of text that is not empty, of at most `max` characters. */
export const line = (what: string, max: number) =>
  z
    .string({ error: expected(what) })
    .trim()
    .min(1, { error: expected(what) })
    .max(max, { error: expected(`${what} of at most ${max} characters`) })
    .regex(/^[^\r\n]*$/, { error: expected(`${what} on one line`) })

export const slug = (max: number) =>
  z.string({ error: expected('a name') }).regex(new RegExp(`^[a-z0-9][a-z0-9-]{0,${max - 1}}$`), {
    error: expected(`a name of lower-case letters, digits and hyphens, at most ${max} characters`),
  })

const EDTF = '^\\d{4}(-\\d{2}(-\\d{2})?)?(/\\d{4}(-\\d{2}(-\\d{2})?)?)?$'
const A_DATE = 'a date such as 2023-07-12, 2022-09, 2008 or 2023-07-11/2023-07-12'

/** An EDTF date, as its text. */
export const edtf = z
  .string({ error: expected(A_DATE) })
  .regex(new RegExp(EDTF), { error: expected(A_DATE) })
  .refine(text => parseEdtf(text) !== undefined, { error: expected(A_DATE) })

const A_DAY = 'a date such as 2026-11-21'

/** One day, as `2026-11-21`. */
export const day = z
  .string({ error: expected(A_DAY) })
  .regex(/^\d{4}-\d{2}-\d{2}$/, { error: expected(A_DAY) })
  .refine(text => parseEdtf(text) !== undefined, { error: expected(A_DAY) })

const AN_INSTANT = 'an instant with its offset such as 2026-11-21T06:00:00+01:00'

/** An instant with its offset from UTC, as its text. */
export const instant = z
  .string({ error: expected(AN_INSTANT) })
  .regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?(Z|[+-]\d{2}:\d{2})$/, { error: expected(AN_INSTANT) })
  .refine(text => startsWithDay(text) && !Number.isNaN(Date.parse(text)), { error: expected(AN_INSTANT) })

/** Whether a text that begins as `2026-11-21` begins with a day that the calendar has. */
export const startsWithDay = (text: string): boolean => parseEdtf(text.slice(0, '2026-11-21'.length)) !== undefined

export const oneOf = <const T extends [string, ...string[]]>(values: T) =>
  z.enum(values, { error: expected(`${values.slice(0, -1).join(', ')} or ${values.at(-1)}`) })

/** Types a YAML text by a schema; what does not fit comes back as faults at their places in the text. */
export function readBySchema<T extends z.ZodObject>(
  yaml: YamlText,
  schema: T,
): { value: z.output<T> } | { faults: Fault[] } {
  if ('fault' in yaml) return { faults: [yaml.fault] }
  const { value } = yaml
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return { faults: [{ at: 0, message: 'Expected keys with values, such as `title: Vilnius summit`.' }] }
  }
  const result = schema.safeParse(value)
  if (result.success) return { value: result.data }
  const issues = firstIssues(result.error.issues)
  const mistyped = new Set(issues.flatMap(issue => meantKeys(issue, schema)))
  return {
    faults: issues
      .filter(({ path }) => valueAt(value, path) !== undefined || !mistyped.has(path.join('.')))
      .flatMap(issue => toFaults(issue, yaml, schema)),
  }
}

/** The first issue of each value: one that fails several checks is one mistake. */
export const firstIssues = (issues: z.core.$ZodIssue[]): z.core.$ZodIssue[] =>
  issues.filter((issue, index) => issues.findIndex(other => samePath(issue, other)) === index)

const samePath = (a: z.core.$ZodIssue, b: z.core.$ZodIssue): boolean =>
  a.path.join('.') === b.path.join('.') && (a.code === 'unrecognized_keys') === (b.code === 'unrecognized_keys')

/** The paths of the keys that unknown keys were most likely meant to be. */
const meantKeys = (issue: z.core.$ZodIssue, schema: z.ZodObject): string[] =>
  issue.code === 'unrecognized_keys'
    ? issue.keys.flatMap(key => {
        const likely = meant(key, keysAt(schema, issue.path))
        return likely === undefined ? [] : [[...issue.path, likely].join('.')]
      })
    : []

/** The keys that a schema knows at a path. */
function keysAt(schema: z.ZodType, path: PropertyKey[]): string[] {
  const found = path.reduce<unknown>((outer, step) => {
    const inner = unwrap(outer)
    if (inner instanceof z.ZodObject) return inner.shape[String(step)]
    return inner instanceof z.ZodArray ? inner.element : undefined
  }, schema)
  const inner = unwrap(found)
  return inner instanceof z.ZodObject ? Object.keys(inner.shape) : []
}

const unwrap = (schema: unknown): unknown =>
  schema instanceof z.ZodDefault || schema instanceof z.ZodOptional ? unwrap(schema.unwrap()) : schema

function toFaults(issue: z.core.$ZodIssue, yaml: Exclude<YamlText, { fault: Fault }>, schema: z.ZodObject): Fault[] {
  if (issue.code === 'unrecognized_keys') {
    const known = keysAt(schema, issue.path)
    return issue.keys.map(key => ({
      at: yaml.placeOfKey([...issue.path, key]),
      message: `Unknown key "${key}". ${known.length > 0 ? suggest(key, known) : 'Delete it.'}`,
    }))
  }
  const got = valueAt(yaml.value, issue.path)
  const name = nameOfPath(issue.path)
  const at = yaml.place(issue.path)
  if (got === undefined) return [{ at, message: `Missing ${name}: write ${issue.message}.` }]
  if (got === '') return [{ at, message: `Empty ${name}: write ${issue.message}.` }]
  const comma = typeof issue.path.at(-1) === 'number' ? ',' : ''
  return [{ at, message: `Expected ${name}${comma} to be ${issue.message}, got ${shown(got)}.` }]
}

/** `quotations, item 2, speaker`; items count from 1. */
const nameOfPath = (path: PropertyKey[]): string =>
  path
    .map((step, index) => {
      if (typeof step === 'number') return `, item ${step + 1}`
      return index === 0 ? String(step) : `${typeof path[index - 1] === 'number' ? ', ' : '.'}${String(step)}`
    })
    .join('')

const valueAt = (value: unknown, path: PropertyKey[]): unknown =>
  path.reduce(
    (inner, step) => (typeof inner === 'object' && inner !== null ? Reflect.get(inner, step) : undefined),
    value,
  )

const SHOWN = 60

function shown(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.length > SHOWN ? `${value.slice(0, SHOWN)}…` : value)
  return Array.isArray(value) ? 'a list' : 'a group of keys'
}
