import { platformOf } from '../store/store.ts'
import type { DeliveryTable, HoldTable, SlotTable, TroubleTable } from '../store/tables.ts'

/** Deliveries as lines for operators: the newest first, each with what became of it and, where something is to be done, what. */
export const reportDeliveries = (deliveries: DeliveryTable[]): string[] => deliveries.flatMap(describe)

function describe(delivery: DeliveryTable): string[] {
  const { id, digest, slot, destination, part, parts, state, message, why, remedy } = delivery
  const which = parts > 1 ? `, part ${part} of ${parts}` : ''
  const as = message ? `, message ${message}` : ''
  const waiting = reportWaiting(delivery)
  const when = reportWhen(delivery)
  return [
    `${id}  ${state}${as}  ${digest}${which}, ${slot} → ${destination}`,
    ...(when === undefined ? [] : [`    ${when}`]),
    ...(why === null ? [] : [`    ${why}`]),
    ...(remedy === null ? [] : [`    What to do: ${remedy}`]),
    ...(state === 'failed' || state === 'expired' ? [`    ${againRemedy(id)}`] : []),
    ...(waiting === undefined ? [] : [`    ${waiting}`]),
  ]
}

/** When a delivery was sent, or else last tried; undefined where nobody has tried yet. */
function reportWhen({ state, last, attempts }: DeliveryTable): string | undefined {
  if (last === null) return undefined
  if (state === 'sent') return `Sent ${last}${attempts > 1 ? `, at try ${attempts}` : ''}.`
  return attempts > 1 ? `Tried ${attempts} times, last ${last}.` : `Tried ${last}.`
}

/** Which parts a part holds that failed or is uncertain; undefined where there are none. */
export function reportWaiting({ state, part, parts }: DeliveryTable): string | undefined {
  if ((state !== 'failed' && state !== 'uncertain') || part === parts) return undefined
  return part + 1 === parts ? `Part ${parts} waits behind it.` : `Parts ${part + 1} to ${parts} wait behind it.`
}

/** What has a delivery sent that failed, or came too late. */
export const againRemedy = (id: string): string =>
  `To send it after all: npm run -s readout -- deliveries resolve ${id} again`

/** What ends a hold. A token is read at the start; what was mended at the platform needs none. */
export const resumeRemedy = (destination: string): string => {
  const resume = `npm run -s readout -- deliveries resume ${destination}`
  return platformOf(destination) === destination
    ? `Then start Readout again; where its token is the same as before, this is enough: ${resume}`
    : `Then: ${resume}`
}

/** Destinations and platforms to which nothing is sent. */
export const reportHolds = (holds: HoldTable[]): string[] =>
  holds.map(
    ({ destination, since, why, remedy }) =>
      `${destination}: nothing is posted since ${since}. ${why} ${remedy} ${resumeRemedy(destination)}`,
  )

/** Slots of which nothing was posted, and why. */
export const reportSlots = (slots: SlotTable[]): string[] =>
  slots.map(({ digest, slot, state, note }) => {
    const why = state === 'empty' && note === '' ? 'There was nothing new to tell.' : note
    return `${state}  ${digest}, ${slot}${why === '' ? '' : `: ${why}`}`
  })

/** What operators were told of. */
export const reportTroubles = (troubles: TroubleTable[]): string[] =>
  troubles.map(({ since, note }) => `${since}  ${note}`)
