import type { Clock } from './clock.ts'
import { Refusal } from './refusal.ts'

/** https://docs.slack.dev/interactivity/handling-user-interaction#modal_responses */
const TRIGGER_LIFE_MS = 3000

/** The ids by which an app may open a view, once and soon. */
export type Triggers = {
  issue: () => string
  /** @throws Refusal invalid_trigger_id, expired_trigger_id, exchanged_trigger_id */
  use: (id: unknown) => void
}

export function createTriggers(clock: Clock, team: string): Triggers {
  const issued = new Map<string, { at: number; isUsed: boolean }>()
  return {
    issue() {
      const id = `${issued.size + 1}.${team}.trigger`
      issued.set(id, { at: clock.now(), isUsed: false })
      return id
    },
    use(id) {
      const trigger = issued.get(String(id))
      if (!trigger) throw new Refusal('invalid_trigger_id')
      if (trigger.isUsed) throw new Refusal('exchanged_trigger_id')
      if (clock.now() - trigger.at > TRIGGER_LIFE_MS) throw new Refusal('expired_trigger_id')
      trigger.isUsed = true
    },
  }
}
