import { createHash } from 'node:crypto'
import type { Card } from '../card/card.ts'
import type { DeliveryTable } from './tables.ts'

/** What makes a delivery the one it is. */
export type DeliveryKey = Pick<DeliveryTable, 'digest' | 'slot' | 'destination' | 'part' | 'edition'>

/** The id of a delivery: 22 characters, the same each time, for Slack's metadata, Discord's nonce and a button's id. */
export const deliveryId = ({ digest, slot, destination, part, edition }: DeliveryKey): string =>
  createHash('sha256')
    .update(JSON.stringify([digest, slot, destination, part, ...(edition > 1 ? [edition] : [])]))
    .digest()
    .subarray(0, 16)
    .toString('base64url')

/** A delivery that is to be sent from now on, and until `expires`. */
export const newDelivery = (
  key: DeliveryKey & Pick<DeliveryTable, 'parts'>,
  card: Card,
  now: Date,
  expires: Date,
): DeliveryTable => ({
  ...key,
  id: deliveryId(key),
  state: 'pending',
  card: JSON.stringify(card),
  created: now.toISOString(),
  due: now.toISOString(),
  expires: expires.toISOString(),
  tried: null,
  last: null,
  attempts: 0,
  doubt: 0,
  message: null,
  why: null,
  remedy: null,
})
