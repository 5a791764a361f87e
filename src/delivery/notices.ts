import { type Card, paragraph, strong, text } from '../card/card.ts'
import { newDelivery } from '../store/new-delivery.ts'
import { heldBy, holdTrouble, type Notice } from '../store/store.ts'
import type { DeliveryTable, HoldTable } from '../store/tables.ts'
import { againRemedy, reportWaiting, resumeRemedy } from './report.ts'

/** The digest that notices are deliveries of. */
export const NOTICE = 'notice'

/** A notice that could not be sent by then is in the log only. */
const STALE_MS = 24 * 3_600_000

/** What became of a delivery that people should know of, and what is held for it, where something is. */
export type Trouble = { delivery: DeliveryTable; hold?: HoldTable | undefined }

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
      const { delivery, hold } = trouble
      const to = destination()
      // What fails can't tell of it: a channel or a platform that takes nothing, and a notice that did not arrive.
      const isMute =
        delivery.digest === NOTICE || (to !== undefined && hold !== undefined && heldBy(to).includes(hold.destination))
      return compose(newsOf(trouble), isMute ? undefined : to, now)
    },
  }
}

/** The trouble that a delivery came to. An outage may hit a thousand destinations: of one slot that is one trouble. */
export const troubleOf = ({ id, state, digest, slot }: DeliveryTable): string =>
  state === 'uncertain' ? `uncertain:${id}` : `${state}:${digest}:${slot}`

function newsOf({ delivery, hold }: Trouble): News {
  if (hold) return newsOfHold(hold)
  const { id, digest, slot, destination, part, parts, state } = delivery
  const which = `${digest}, ${slot}, ${parts > 1 ? `part ${part} of ${parts}, ` : ''}to ${destination}`
  const waiting = reportWaiting(delivery) ?? ''
  const trouble = troubleOf(delivery)
  const why = delivery.why ?? ''
  const remedy = delivery.remedy ?? ''
  if (state === 'uncertain')
    return { trouble, what: `It is not certain that ${which}, was posted. ${waiting}`.trim(), why, remedy }
  const again = state === 'failed' || state === 'expired' ? againRemedy(id) : ''
  const todo = [remedy, again, LIST].filter(words => words !== '').join(' ')
  return { trouble, what: `Not posted: ${which}. ${waiting}`.trim(), why, remedy: todo }
}

const newsOfHold = ({ destination, why, remedy }: HoldTable): News => ({
  trouble: holdTrouble(destination),
  what: `Nothing more is posted to ${destination}.`,
  why,
  remedy: `${remedy} ${resumeRemedy(destination)}`,
})

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
