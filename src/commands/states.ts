import type { DeliveryState, SlotState } from '../store/tables.ts'

/** States that can be asked for: of deliveries, and of slots of which nothing was posted. */
export const STATES = [
  ...(['pending', 'sending', 'checking', 'sent', 'failed', 'uncertain', 'expired', 'superseded', 'cancelled'] as const),
  ...(['missed', 'empty'] as const),
] satisfies (DeliveryState | SlotState)[]

export type State = (typeof STATES)[number]
