import type { APIMessageTopLevelComponent } from 'discord-api-types/v10'
import type { Filling } from '../platform.ts'
import { DISPLAY_BYTES, MOST_BYTES, MOST_CHARACTERS, MOST_COMPONENTS } from './limits.ts'
import type { DiscordMessage } from './render.ts'

/** How full a message makes Discord's limits. */
export function discordFilling({ components }: DiscordMessage): Filling[] {
  const all = components.flatMap(flatten)
  const displays = all.flatMap(component => ('content' in component ? [component.content] : []))
  const words = displays.join('')
  return [
    { what: 'components', used: all.length, most: MOST_COMPONENTS },
    { what: 'characters', used: [...words].length, most: MOST_CHARACTERS },
    { what: 'bytes', used: Buffer.byteLength(words) + DISPLAY_BYTES * displays.length, most: MOST_BYTES },
  ]
}

type Component = APIMessageTopLevelComponent | { type: number; content?: never }

/** A component and all that it holds. */
const flatten = (component: Component): Component[] => [
  component,
  ...('components' in component ? component.components.flatMap(flatten) : []),
]
