import { type Card, paragraph, strong, text } from '../card/card.ts'
import type { Clock, Log } from '../platform/platform.ts'
import { newDelivery } from '../store/new-delivery.ts'
import type { Store } from '../store/store.ts'
import type { Trouble } from './dispatch.ts'

/** The digest that notices are deliveries of. */
export const NOTICE = 'notice'

/** A notice that could not be sent by then is in the log only. */
const STALE_MS = 24 * 3_600_000

export type NoticeOptions = {
  store: Store
  clock: Clock
  log: Log
  /** Where operators are told, where the configuration names a channel. */
  destination: () => string | undefined
  /** A button that every message bears. */
  button: { id: string; label: string }
  /** Calls whoever sends. */
  wake: () => void
}

/** Tells operators of troubles, each once until it has ended. */
export type Notices = {
  tell: (trouble: string, what: string, why: string, remedy: string) => Promise<void>
  tellOf: (trouble: Trouble) => Promise<void>
  end: (trouble: string) => Promise<void>
}

export function createNotices({ store, clock, log, destination, button, wake }: NoticeOptions): Notices {
  async function tell(trouble: string, what: string, why: string, remedy: string): Promise<void> {
    const now = clock.now()
    const note = [what, why, remedy].filter(words => words !== '').join(' ')
    if (!(await store.addTrouble(trouble, now.toISOString(), note))) return
    log(note)
    const to = destination()
    if (to === undefined || trouble.includes(to)) return
    const card = composeNotice(what, why, remedy, button)
    const key = {
      digest: NOTICE,
      slot: `${trouble} ${now.toISOString()}`,
      destination: to,
      part: 1,
      parts: 1,
      edition: 1,
    }
    await store.addDelivery(newDelivery(key, card, now, new Date(now.getTime() + STALE_MS)))
    wake()
  }

  return {
    tell,
    tellOf: async ({ delivery, why, remedy }) => {
      const { destination: where, state } = delivery
      // A channel that can't be told of its own trouble is told of in the log.
      if (delivery.digest === NOTICE) return tell(`notice:${where}`, `No notice reaches ${where}.`, why, remedy)
      if (state === 'failed' || state === 'checking')
        return tell(`hold:${where}`, `Nothing more is posted to ${where}.`, why, `${remedy} ${RESUME}${where}`)
      const which = `${delivery.digest}, ${delivery.slot}, part ${delivery.part} of ${delivery.parts}, to ${where}`
      if (state === 'uncertain')
        return tell(
          `uncertain:${delivery.id}:${where}`,
          `It is not certain that ${which}, was posted.`,
          why,
          remedy.replace('ID', delivery.id),
        )
      return tell(`${state}:${delivery.digest}:${delivery.slot}:${where}`, `Not posted: ${which}.`, why, remedy)
    },
    end: trouble => store.endTrouble(trouble),
  }
}

const RESUME = 'Then: readout deliveries resume '

function composeNotice(what: string, why: string, remedy: string, { id, label }: NoticeOptions['button']): Card {
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
