import { type Block, paragraph, strong, text } from '../../card/card.ts'
import { BY_HAND, platformOf } from '../../store/store.ts'
import type { DeliveryTable, HoldTable, SlotTable } from '../../store/tables.ts'
import { comingSlots, type Entry } from './subscription.ts'
import { knownZone, sayRun } from './times.ts'

/** What is known of a digest in a channel. */
export type Facts = {
  entry: Entry
  isPausedByOperator: boolean
  /** What is wrong with the digest itself, as sentences. */
  faults: string[]
  /** What holds the channel: its platform’s hold, and its own. */
  holds: HoldTable[]
  /** When it was paused, and by whom. */
  pausedBy: { at: string; who: string } | undefined
  /** Since when it is known to the schedule. */
  begun: string | undefined
  /** The latest first, each with what was to be sent to the channel. */
  slots: { slot: SlotTable; deliveries: DeliveryTable[] }[]
}

/** Why nothing was posted, or what was, in a reader's words: what stands in the way now, then what became of the latest slots. */
export function explain(facts: Facts, now: Date): Block[] {
  const { entry, slots, begun } = facts
  const zone = knownZone(entry.digest.schedule.zone)
  const obstacles = obstaclesOf(facts)
  const past = slots.map(({ slot, deliveries }) => [
    strong(`${sayWhen(slot, zone)}: `),
    text(whatBecame(entry, slot, deliveries)),
  ])
  const [next] = comingSlots(entry.digest, now, 1)
  const coming = next ? [paragraph(`The next one is due on ${sayRun(next, zone)}.`)] : []
  return [
    ...obstacles.map(paragraph),
    ...(past.length > 0
      ? [{ kind: 'list', items: past } satisfies Block]
      : entry.state === 'draft'
        ? []
        : [paragraph(nothingYet(begun, zone))]),
    ...(obstacles.length === 0 ? coming : []),
  ]
}

function obstaclesOf({ entry, isPausedByOperator, faults, holds, pausedBy }: Facts): string[] {
  const zone = knownZone(entry.digest.schedule.zone)
  const by = pausedBy ? ` since ${sayRun(new Date(pausedBy.at), zone)} by ${pausedBy.who}` : ''
  return [
    ...(entry.state === 'draft' ? ['This is a draft. Nothing is posted before you press Subscribe.'] : []),
    ...(isPausedByOperator ? ['All digests are paused by whoever runs Readout. Ask them to go on.'] : []),
    ...(entry.state === 'paused' ? [`The digest is paused${by}. Press Resume to go on.`] : []),
    ...faults,
    ...holds.map(
      hold =>
        `${sayHold(hold, ` since ${sayRun(new Date(hold.since), zone)}`)}${isOfChannel(hold) ? ' Then press Try again.' : ''}`,
    ),
  ]
}

const nothingYet = (begun: string | undefined, zone: string): string =>
  begun === undefined
    ? 'It was made just now, and nothing has been due yet.'
    : `Nothing has been due since it began on ${sayRun(new Date(begun), zone)}.`

/** Whether a manager posted it, which is to one channel only. */
export const isByHand = ({ slot }: SlotTable): boolean => slot.startsWith(BY_HAND)

const sayWhen = (slot: SlotTable, zone: string): string =>
  isByHand(slot) ? `By hand, ${sayRun(new Date(slot.decided), zone)}` : sayRun(new Date(slot.slot), zone)

function whatBecame(entry: Entry, { state, note }: SlotTable, deliveries: DeliveryTable[]): string {
  switch (state) {
    case 'empty':
      return note === '' ? `there was nothing new to tell.${sayNoteHint(entry)}` : note
    case 'missed':
      return `missed. ${note === '' ? 'Readout was not running then.' : note}`
    case 'posted':
      return whatWasSent(deliveries, note === 'delayed' ? ' late' : '')
    default:
      return state satisfies never
  }
}

const sayNoteHint = ({ origin, digest }: Entry): string =>
  origin === 'chat' && digest.whenEmpty === 'silent' ? ' If a note should say so, choose that under Edit.' : ''

/** The newest edition counts; of its parts the first that is not sent. */
function whatWasSent(deliveries: DeliveryTable[], late: string): string {
  const edition = Math.max(...deliveries.map(one => one.edition))
  const parts = deliveries.filter(one => one.edition === edition)
  const open = parts.find(({ state }) => state !== 'sent')
  if (parts.length === 0) return 'there was nothing new to tell this channel, or it is too long ago.'
  if (!open) return `posted${late}${parts.length > 1 ? ` in ${parts.length} parts` : ''}.`
  const which = open.parts > 1 ? `part ${open.part} of ${open.parts} ` : ''
  return [`${which}${STATES[open.state]}`, open.why ?? '', remedyOf(open)].filter(words => words !== '').join(' ')
}

/** An uncertain one is ended by whoever runs the program. */
const remedyOf = ({ state, remedy, id }: DeliveryTable): string =>
  state === 'uncertain'
    ? `Look whether it is here, and tell whoever runs Readout: deliveries resolve ${id} sent, or again.`
    : (remedy ?? '')

const STATES: Record<DeliveryTable['state'], string> = {
  pending: 'waits to be sent.',
  sending: 'is being sent.',
  checking: 'may have been sent; Readout is looking for it.',
  sent: 'was posted.',
  failed: 'was refused.',
  uncertain: 'may or may not have been posted.',
  expired: 'came too late and was not sent.',
  superseded: 'gave way to the next digest.',
  cancelled: 'was called off.',
}

/** Whether a hold is the channel's own, which its managers can end. */
export const isOfChannel = ({ destination }: HoldTable): boolean => platformOf(destination) !== destination

/** For a channel that nothing can be posted to, in one line. A token is for operators to mend. */
export const sayHold = (hold: HoldTable, since = ' now'): string =>
  isOfChannel(hold)
    ? `Nothing is posted to this channel${since}. ${hold.why} ${hold.remedy}`
    : `Nothing is posted to any channel${since}. ${hold.why} Only whoever runs Readout can mend that: tell them.`
