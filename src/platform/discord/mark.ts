import type { APIComponentInContainer, APIMessageTopLevelComponent } from 'discord-api-types/v10'
import { LONGEST_ID } from './limits.ts'
import { type DiscordMessage, STYLE, TYPE } from './render.ts'

/** Stands in a button's id between what a click does and the delivery that the message belongs to; no id of ours has it. */
const MARK = '~'

/** What a button's id says: what a click does, and the delivery where it is marked with one. */
export function readMark(customId: string): { id: string; delivery?: string } {
  const at = customId.lastIndexOf(MARK)
  return at < 0 ? { id: customId } : { id: customId.slice(0, at), delivery: customId.slice(at + 1) }
}

/**
 * Marks a message with its delivery, by which it is found again: behind the id of the first button that has room for it, else in a button of its
 * own that can't be clicked. Discord keeps a message's nonce to itself, and has nothing else that does not show.
 */
export function markMessage(message: DiscordMessage, delivery: string): DiscordMessage {
  let isMarked = false
  const markButton = (customId: string): string => {
    const marked = `${customId}${MARK}${delivery}`
    if (isMarked || [...marked].length > LONGEST_ID) return customId
    isMarked = true
    return marked
  }
  const components = message.components.map(component => markIn(component, markButton))
  return { ...message, components: isMarked ? components : [...components, buttonOf(delivery)] }
}

type Component = APIMessageTopLevelComponent | APIComponentInContainer

function markIn<One extends Component>(component: One, mark: (customId: string) => string): One {
  if (component.type === TYPE.container)
    return { ...component, components: component.components.map(one => markIn(one, mark)) }
  if (component.type !== TYPE.actionRow) return component
  return {
    ...component,
    components: component.components.map(one =>
      one.type === TYPE.button && 'custom_id' in one ? { ...one, custom_id: mark(one.custom_id) } : one,
    ),
  }
}

const buttonOf = (delivery: string): APIMessageTopLevelComponent => ({
  type: TYPE.actionRow,
  components: [
    { type: TYPE.button, style: STYLE.secondary, label: 'Readout', custom_id: `${MARK}${delivery}`, disabled: true },
  ],
})

/** The deliveries that a message's buttons name. */
export const deliveriesIn = (components: unknown): string[] => {
  if (Array.isArray(components)) return components.flatMap(deliveriesIn)
  if (typeof components !== 'object' || components === null) return []
  const { custom_id, components: within } = components as { custom_id?: unknown; components?: unknown }
  const { delivery } = typeof custom_id === 'string' ? readMark(custom_id) : {}
  return [...(delivery === undefined ? [] : [delivery]), ...deliveriesIn(within)]
}
