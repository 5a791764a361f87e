import { deliveriesIn } from '../../../src/platform/discord/mark.ts'
import { holdTrouble } from '../../../src/store/store.ts'
import type { DeliveryTable } from '../../../src/store/tables.ts'
import {
  DESTINATIONS,
  DIGEST,
  DISCORD_CHANNEL,
  isOver,
  NOTICES_CHANNEL,
  type Rows,
  rowsOf,
  SLACK_CHANNEL,
  type Stage,
} from './stage.ts'

/** A message as a reader finds it, on any platform: the deliveries that it is marked with, and its words. */
type Found = { destination: string; deliveries: string[]; words: string }

/** Every message that there is. */
export const messagesOf = (stage: Stage): Found[] => [
  ...[SLACK_CHANNEL, NOTICES_CHANNEL].flatMap(channel =>
    stage.slack.messages(channel).map(({ metadata, text }) => ({
      destination: `slack:T0FAKE0001/${channel}`,
      deliveries: [metadata?.event_payload.delivery].filter(id => typeof id === 'string'),
      words: text,
    })),
  ),
  ...stage.discord.messages(DISCORD_CHANNEL).map(({ components }) => ({
    destination: DESTINATIONS[1] as string,
    deliveries: deliveriesIn(components),
    words: JSON.stringify(components),
  })),
  ...stage.database(database =>
    database
      .prepare('select delivery, card from posts')
      .all()
      .map(({ delivery, card }) => ({
        destination: 'playground',
        deliveries: [String(delivery)],
        words: String(card),
      })),
  ),
]

/** What may be found at the end besides what was promised. */
export type Allowance = {
  destinations?: string[]
  /** How many of Slack's posts were stored after the settle time: each may be there twice, as the documents say. */
  storedTooLate?: number
}

/** Every promise that is broken at the end of a stage, in words. */
export function verdictOf(stage: Stage, { destinations = DESTINATIONS, storedTooLate = 0 }: Allowance = {}): string[] {
  const rows = rowsOf(stage)
  const messages = messagesOf(stage)
  const count = (id: string) => messages.filter(({ deliveries }) => deliveries.includes(id)).length
  const twice = rows.deliveries.filter(({ id }) => count(id) > 1)
  const excused = new Set(twice.filter(({ destination }) => destination.startsWith('slack:')).slice(0, storedTooLate))
  const said = stage.said()
  return [
    ...(isOver(rows) ? [] : ['Something never ends.']),
    ...twice.filter(one => !excused.has(one)).map(one => `${nameOf(one)} is there ${count(one.id)} times.`),
    ...rows.deliveries.flatMap(one => faultsOf(one, count(one.id), rows, messages, said)),
    ...rows.holds
      .filter(hold => !rows.troubles.some(({ trouble }) => trouble === holdTrouble(hold.destination)))
      .map(({ destination }) => `Nobody was told that ${destination} is held.`),
    ...ghosts(rows, messages),
    ...destinations.flatMap(destination => gaps(destination, stage.slot, rows)),
    ...(excused.size > 0 ? [] : destinations.flatMap(one => toldWrongly(one, stage, rows, messages))),
    ...rows.slots.filter(({ state }) => state !== 'posted').map(({ slot, state }) => `The slot ${slot} is ${state}.`),
    ...stage.slack.violations,
    ...stage.discord.violations,
    ...integrity(stage),
  ]
}

const nameOf = ({ destination, part, parts, state, id }: DeliveryTable): string =>
  `${id}, part ${part} of ${parts} to ${destination} (${state})`

/** What is wrong with one delivery and what became of it. */
function faultsOf(one: DeliveryTable, count: number, { troubles }: Rows, messages: Found[], said: string): string[] {
  const isTold = (trouble: string) => troubles.some(row => row.trouble === trouble)
  const isHeard = (words: string) =>
    said.includes(words) ||
    messages.some(message => message.destination.endsWith(NOTICES_CHANNEL) && message.words.includes(words))
  const tell = (what: string) => [`${nameOf(one)}: ${what}.`]
  switch (one.state) {
    case 'sent':
      return count === 0 ? tell('it is not there') : []
    case 'uncertain':
      return isTold(`uncertain:${one.id}`) && isHeard(one.id) ? [] : tell('nobody was told')
    case 'failed':
      return isTold(`failed:${one.digest}:${one.slot}`) && isHeard(one.id) ? [] : tell('nobody was told')
    case 'pending':
    case 'sending':
    case 'checking':
      return []
    default:
      return tell('nothing here makes it so')
  }
}

const ghosts = ({ deliveries }: Rows, messages: Found[]): string[] =>
  messages
    .filter(message => !message.deliveries.some(id => deliveries.some(one => one.id === id)))
    .map(({ destination, words }) => `A message of no delivery is in ${destination}: ${words.slice(0, 60)}`)

/** A slot of which nothing is known, or not all its parts. */
function gaps(destination: string, slot: string, { deliveries }: Rows): string[] {
  const parts = deliveries.filter(one => one.digest === DIGEST && one.slot === slot && one.destination === destination)
  return parts.length > 0 && parts.length === parts[0]?.parts ? [] : [`${destination} has ${parts.length} parts.`]
}

/** What readers find, whatever the rows say: where all was sent, each brief once, part by part. */
function toldWrongly(destination: string, { slot, titles }: Stage, rows: Rows, messages: Found[]): string[] {
  const own = rows.deliveries.filter(one => one.slot === slot && one.destination === destination)
  if (own.some(({ state }) => state !== 'sent')) return []
  const here = messages.filter(message => message.destination === destination)
  return titles.flatMap(title => {
    const count = here.filter(({ words }) => words.includes(title)).length
    return count === 1 ? [] : [`${title} stands in ${count} messages of ${destination}.`]
  })
}

const integrity = (stage: Stage): string[] =>
  stage.database(database => {
    const { integrity_check: found } = database.prepare('pragma integrity_check').get() ?? {}
    const strays = database
      .prepare(
        'select count(*) as count from seen where delivery is not null and delivery not in (select id from deliveries)',
      )
      .get()
    return [
      ...(found === 'ok' ? [] : [`The database: ${found}`]),
      ...(strays?.count === 0 ? [] : [`${strays?.count} rows tell of no delivery.`]),
    ]
  })
