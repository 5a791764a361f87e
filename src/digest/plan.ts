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

/** What a digest comes to for its destinations. Where the same was told to several, it is composed once. */
export function planDigest(
  digest: Digest,
  occasion: Occasion,
  told: Map<string, ToldRows>,
  material: Material,
): Composition {
  const composed = new Map<string, Part[]>()
  const silently: SeenTable[] = []
  const rows = digest.destinations.flatMap(destination => {
    const name = formatDestination(destination)
    const before = told.get(name)
    if (!before) return []
    const key = JSON.stringify([destination.platform, before])
    const budget = material.budgetOf(destination.platform)
    const parts =
      composed.get(key) ?? composeDigest(digest, occasion, readTold(before), material.library, occasion.now, budget)
    composed.set(key, parts)
    const passed = passedOver(digest, occasion, readTold(before), material.library, occasion.now)
    silently.push(...writeTold(passed).map(row => ({ digest: digest.id, destination: name, ...row, delivery: null })))
    return parts.map((part, index) => rowsOf(digest, occasion, name, part, index + 1, parts.length))
  })
  return {
    state: rows.length > 0 ? 'posted' : 'empty',
    note: occasion.isDelayed ? 'delayed' : '',
    deliveries: rows.map(({ delivery }) => delivery),
    carries: [...rows.flatMap(({ carries }) => carries), ...silently],
  }
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
