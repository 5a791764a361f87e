import type { Filling } from '../platform.ts'
import { MOST_BLOCKS, MOST_CHARACTERS } from './limits.ts'
import type { SlackMessage } from './render.ts'

/** How full a message makes Slack's limits. */
export const slackFilling = ({ blocks }: SlackMessage): Filling[] => [
  { what: 'blocks', used: blocks.length, most: MOST_BLOCKS },
  { what: 'characters', used: countText(blocks), most: MOST_CHARACTERS },
]

/** The characters of all texts and addresses, however deep they stand. */
function countText(node: unknown): number {
  if (typeof node !== 'object' || node === null) return 0
  return Object.entries(node).reduce((total, [key, value]) => total + sizeOf(key, value), 0)
}

const sizeOf = (key: string, value: unknown): number =>
  typeof value === 'string' ? (key === 'text' || key === 'url' ? value.length : 0) : countText(value)
