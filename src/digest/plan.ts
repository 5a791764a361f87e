import { createHash } from 'node:crypto'
import type { Budget } from '../card/card.ts'
import type { Library } from '../library/library.ts'
import { newDelivery } from '../store/new-delivery.ts'
import type { Composition, Told as ToldRows } from '../store/store.ts'
import type { DeliveryTable, SeenTable } from '../store/tables.ts'
import { composeDigest, passedOver } from './compose.ts'
import { formatDestination } from './destination.ts'
import type { Digest } from './digest.ts'
import type { Part } from './parts.ts'
import type { Told } from './told.ts'

/** When a digest is composed, and for which slot. */
export type Occasion = {
  slot: string
  at: Date
  isDelayed: boolean
  now: Date
  /** After this it is too late to send it. */
  expires: Date
  edition?: number
}

/** What makes a digest: the briefs, and what one message of a platform holds. */
export type Material = { library: Library; budgetOf: (platform: string) => Budget }

/** What a digest comes to for some of its destinations and what was told to each. Where the same was told to several, it is composed once. */
export function planDigest(
  digest: Digest,
  occasion: Occasion,
  { library, budgetOf }: Material,
): (told: Map<string, ToldRows>) => Composition {
  const platforms = new Map(digest.destinations.map(one => [formatDestination(one), one.platform]))
  const composed = new Map<string, Composed>()
  const compose = (platform: string, before: ToldRows): Composed => {
    const key = `${platform} ${fingerprintOf(before)}`
    const known = composed.get(key)
    if (known) return known
    const told = readTold(before)
    const parts = composeDigest(digest, occasion, told, library, occasion.now, budgetOf(platform))
    const silently = writeTold(passedOver(digest, occasion, told, library, occasion.now))
    const fresh = { parts, silently }
    composed.set(key, fresh)
    return fresh
  }
  return told => {
    const rows = [...told].flatMap(([destination, before]) => {
      const platform = platforms.get(destination)
      if (platform === undefined) return []
      const { parts, silently } = compose(platform, before)
      const passed = silently.map(row => ({ digest: digest.id, destination, ...row, delivery: null }))
      const sent = parts.map((part, index) => rowsOf(digest, occasion, destination, part, index + 1, parts.length))
      return { sent, passed }
    })
    const deliveries = rows.flatMap(({ sent }) => sent.map(({ delivery }) => delivery))
    const isEmpty = deliveries.length === 0
    return {
      state: isEmpty ? 'empty' : 'posted',
      note: occasion.isDelayed && !isEmpty ? 'delayed' : '',
      deliveries,
      carries: rows.flatMap(({ sent, passed }) => [...sent.flatMap(({ carries }) => carries), ...passed]),
    }
  }
}

/** The parts, and what counts as told without them. */
type Composed = { parts: Part[]; silently: ToldRows }

/** Equal where the same was told in the same order. */
const fingerprintOf = (rows: ToldRows): string => {
  const hash = createHash('sha256')
  for (const { subject, hashes } of rows) hash.update(JSON.stringify([subject, hashes]))
  return hash.digest('base64url')
}

/** Rows of the table as what was told. */
export const readTold = (rows: ToldRows): Told =>
  rows.map(({ subject, hashes }) => ({ subject, hashes: JSON.parse(hashes) as string[] }))

/** What was told as rows of the table. */
export const writeTold = (told: Told): ToldRows =>
  told.map(({ subject, hashes }) => ({ subject, hashes: JSON.stringify(hashes) }))

function rowsOf(
  { id: digest }: Digest,
  { slot, now, expires, edition = 1 }: Occasion,
  destination: string,
  { card, carries }: Part,
  part: number,
  parts: number,
): { delivery: DeliveryTable; carries: SeenTable[] } {
  const delivery = newDelivery({ digest, slot, destination, part, parts, edition }, card, now, expires)
  const rows = writeTold(carries).map(row => ({ digest, destination, ...row, delivery: delivery.id }))
  return { delivery, carries: rows }
}
