import type { Run } from '../../card/card.ts'
import { type Leaf, leavesOf } from '../../card/runs.ts'

/**
 * Runs as Discord's Markdown, in which nothing of their text is markup: https://support.discord.com/hc/articles/210298617. Empty
 * where they show nothing. Lines are the caller's to mark.
 */
export function toMarkdown(runs: Run[]): string {
  const leaves = leavesOf(runs)
  if (leaves.every(leaf => leaf.text.trim() === '')) return ''
  const parts = leaves.map(drawLeaf)
  return escapeLineStarts(parts.reduce(join))
}

/** Marks that meet would be read as others: something that does not show stands between them. */
const join = (before: string, after: string): string =>
  /[*`]$/.test(before) && /^[*`]/.test(after) ? `${before}\u200b${after}` : before + after

function drawLeaf(leaf: Leaf): string {
  if (leaf.code && /^[^`\n]*[^`\s][^`\n]*$/.test(leaf.text)) return mark(`\`${leaf.text}\``, leaf)
  if (leaf.url !== undefined) return mark(drawLink(leaf.text, leaf.url), leaf)
  const [, lead = '', words = '', tail = ''] = /^(\s*)(.*?)(\s*)$/s.exec(leaf.text) ?? []
  return words === '' ? leaf.text : lead + mark(escapeMarks(words), leaf) + tail
}

/** Discord makes no link of a label that looks like an address, lest it lead elsewhere. */
function drawLink(label: string, url: string): string {
  if (/:\/\/|www\./i.test(label)) return escapeMarks(`${label} <${url}>`)
  const address = url.replace(/[()]/g, bracket => (bracket === '(' ? '%28' : '%29'))
  return `[${escapeMarks(label.replaceAll('\n', ' '))}](${address})`
}

function mark(words: string, { strong, emphasis }: Leaf): string {
  const slanted = emphasis ? `*${words}*` : words
  return strong ? `**${slanted}**` : slanted
}

/** `://` is what makes an address a link. */
const escapeMarks = (words: string): string => words.replace(/[\\*_~`|<>@[\]]|:(?=\/\/)/g, '\\$&')

/** Marks of headings, small print, quotes and lists count at the beginning of a line only. */
const escapeLineStarts = (words: string): string =>
  words.replace(/^(\s*)([#>+-])/gm, '$1\\$2').replace(/^(\s*\d+)([.)])/gm, '$1\\$2')
