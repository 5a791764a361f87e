import { paragraph, strong, text } from '../../card/card.ts'
import type { ChangeTable } from '../../store/tables.ts'
import type { Digest } from '../digest.ts'
import { code, type Draft, listButton } from './draft.ts'
import { refOf } from './subscription.ts'
import { knownZone, sayRun, saySchedule } from './times.ts'

/** What was changed, when and by whom. */
export type Change = Omit<ChangeTable, 'id'>

/** What managers changed, each in the time zone of its digest, as it is said elsewhere; `digests` knows those that are removed, too. */
export function composeLog(changes: Change[], digests: Map<string, Digest>): Draft {
  const items = changes.map(({ at, who, digest: id, what }) => {
    const digest = digests.get(id)
    const zone = knownZone(digest?.schedule.zone ?? 'UTC')
    return [
      strong(sayRun(new Date(at), zone)),
      text(' · '),
      code(who),
      text(` · ${digest ? `${digest.name} (${refOf(digest)})` : id}: ${what}`),
    ]
  })
  return {
    title: 'Changes to the digests of this channel',
    blocks: items.length === 0 ? [paragraph('Nobody has changed anything yet.')] : [{ kind: 'list', items }],
    actions: [listButton],
  }
}

/** What a change of a subscription was, for the log: `time: 08:00 → 08:30`. */
export function sayChange(before: Digest, after: Digest): string {
  const facts = (digest: Digest): [string, string][] => [
    ['collection', digest.collection],
    ['topics', digest.topics.join(', ') || 'all'],
    ['when', saySchedule(digest.schedule)],
    ['sections', digest.sections.join(', ')],
    ['when empty', digest.whenEmpty],
    ['name', digest.name],
  ]
  const old = facts(before)
  return facts(after)
    .flatMap(([key, value], at) => (old[at]?.[1] === value ? [] : [`${key}: ${old[at]?.[1]} → ${value}`]))
    .join('; ')
}

/** All that a subscription is, for the log. */
export const sayWhole = ({ name, topics, collection, schedule, sections, whenEmpty }: Digest): string =>
  `subscribed: ${name}; ${collection}; topics ${topics.join(', ') || 'all'}; ${saySchedule(schedule)}; ${sections.join(', ')}; ${whenEmpty} when empty`
