import type { HoldTable } from '../store/tables.ts'
import type { Delivery } from './next.ts'

/** Deliveries as lines for operators: the newest first, each with what became of it and, where something is to be done, what. */
export const reportDeliveries = (deliveries: Delivery[]): string[] => deliveries.flatMap(describe)

function describe(delivery: Delivery): string[] {
  const { id, digest, slot, destination, part, parts, state, message, why, remedy } = delivery
  const which = parts > 1 ? `, part ${part} of ${parts}` : ''
  const as = message ? `, message ${message}` : ''
  return [
    `${id}  ${state}${as}  ${digest}${which}, ${slot} → ${destination}`,
    ...(why === null ? [] : [`    ${why}`]),
    ...(remedy === null ? [] : [`    What to do: ${remedy.replace('ID', id)}`]),
    ...(state === 'failed' || state === 'uncertain' ? waitsBehind(delivery) : []),
  ]
}

const waitsBehind = ({ part, parts }: Delivery): string[] =>
  part < parts ? [`    ${parts - part === 1 ? 'One part waits' : `${parts - part} parts wait`} behind it.`] : []

/** Destinations to which nothing is sent. */
export const reportHolds = (holds: HoldTable[]): string[] =>
  holds.map(
    ({ destination, since, why, remedy }) =>
      `${destination}: nothing is posted since ${since}. ${why} ${remedy} Then: readout deliveries resume ${destination}`,
  )
