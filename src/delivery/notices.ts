import { type Card, paragraph, strong, text } from '../card/card.ts'
import { newDelivery } from '../store/new-delivery.ts'
import type { Notice } from '../store/store.ts'
import type { DeliveryTable } from '../store/tables.ts'
import { reportWaiting, resumeRemedy } from './report.ts'

/** The digest that notices are deliveries of. */
export const NOTICE = 'notice'

/** A notice that could not be sent by then is in the log only. */
const STALE_MS = 24 * 3_600_000

/** What became of a delivery that people should know of, and what its destination is held for, where it is. */
export type Trouble = { delivery: DeliveryTable; holds?: { why: string; remedy: string } | undefined }

/** What operators are told: once for each `trouble`, until it has ended. */
export type News = { trouble: string; what: string; why: string; remedy: string }

/** Where operators are told, where the configuration names a channel, and a button that every message bears. */
export type NoticeOptions = { destination: () => string | undefined; button: { id: string; label: string } }

/** Makes what tells operators of troubles. */
export type Notices = { of: (news: News, now: Date) => Notice; ofDelivery: (trouble: Trouble, now: Date) => Notice }

export function createNotices({ destination, button }: NoticeOptions): Notices {
  function compose(news: News, to: string | undefined, now: Date): Notice {
    const since = now.toISOString()
    const note = [news.what, news.why, news.remedy].filter(words => words !== '').join(' ')
    const trouble = { trouble: news.trouble, since, note }
    if (to === undefined) return { trouble }
    const key = { digest: NOTICE, slot: `${news.trouble} ${since}`, destination: to, part: 1, parts: 1, edition: 1 }
    const expires = new Date(now.getTime() + STALE_MS)
    return { trouble, delivery: newDelivery(key, composeNotice(news, button), now, expires) }
  }

  return {
    of: (news, now) => compose(news, destination(), now),
    ofDelivery: (trouble, now) => {
      const { digest, destination: where } = trouble.delivery
      const to = destination()
      // What fails can't tell of it: a channel that takes nothing, and a notice that did not arrive.
      const isMute = digest === NOTICE || (trouble.holds !== undefined && where === to)
      return compose(newsOf(trouble), isMute ? undefined : to, now)
    },
  }
}

/** The trouble that a destination is held. */
export const holdTrouble = (destination: string): string => `hold:${destination}`

/** The trouble that nobody knows whether a delivery was sent. */
export const uncertainTrouble = ({ id }: Pick<DeliveryTable, 'id'>): string => `uncertain:${id}`

function newsOf({ delivery, holds }: Trouble): News {
  const { digest, slot, destination, part, parts, state } = delivery
  const which = `${digest}, ${slot}, ${parts > 1 ? `part ${part} of ${parts}, ` : ''}to ${destination}`
  const why = holds?.why ?? delivery.why ?? ''
  const remedy = holds?.remedy ?? delivery.remedy ?? ''
  const waiting = reportWaiting(delivery) ?? ''
  if (holds)
    return {
      trouble: holdTrouble(destination),
      what: `Nothing more is posted to ${destination}.`,
      why,
      remedy: `${remedy} ${resumeRemedy(destination)}`,
    }
  if (state === 'uncertain') {
    const what = `It is not certain that ${which}, was posted. ${waiting}`.trim()
    return { trouble: uncertainTrouble(delivery), what, why, remedy }
  }
  // An outage may hit a thousand destinations: of one slot that is one trouble.
  return {
    trouble: `${state}:${digest}:${slot}`,
    what: `Not posted: ${which}.`,
    why,
    remedy: `${remedy} ${LIST}`.trim(),
  }
}

const LIST = 'See what else was not: npm run -s readout -- deliveries'

function composeNotice({ what, why, remedy }: News, { id, label }: NoticeOptions['button']): Card {
  return {
    title: 'Readout needs somebody',
    blocks: [
      paragraph(what),
      ...(why === '' ? [] : [paragraph(why)]),
      ...(remedy === '' ? [] : [{ kind: 'paragraph' as const, runs: [strong('What to do: '), text(remedy)] }]),
    ],
    footer: [],
    actions: [{ kind: 'button', id, label }],
  }
}
