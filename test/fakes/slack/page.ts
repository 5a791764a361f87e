import type { JsonObject } from '../shape.ts'
import { readNumber } from './method.ts'
import { Refusal } from './refusal.ts'

/** https://docs.slack.dev/apis/web-api/pagination: a page, and the cursor of the next one, empty after the last. */
export function cutPage<Item>(all: Item[], args: JsonObject, limits: { most: number; usual: number }) {
  const limit = readNumber(args.limit, limits.usual)
  if (!Number.isInteger(limit) || limit < 1 || limit > limits.most) throw new Refusal('invalid_limit')
  const start = readCursor(args.cursor)
  if (start > all.length) throw new Refusal('invalid_cursor')
  const end = start + limit
  return { items: all.slice(start, end), cursor: end < all.length ? writeCursor(end) : '' }
}

const writeCursor = (at: number): string => Buffer.from(`next:${at}`).toString('base64')

function readCursor(cursor: unknown): number {
  if (cursor === undefined || cursor === '') return 0
  const at = /^next:(\d+)$/.exec(Buffer.from(String(cursor), 'base64').toString())?.[1]
  if (at === undefined) throw new Refusal('invalid_cursor')
  return Number(at)
}
