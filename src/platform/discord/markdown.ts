import type { Run } from '../../card/card.ts'
import { isBlank } from '../../card/controls.ts'
import { type Leaf, leavesOf } from '../../card/runs.ts'

/**
 * Runs as Discord's Markdown, in which nothing of their text is markup: https://support.discord.com/hc/articles/210298617. Empty
 * where they show nothing. Lines are the caller's to mark.
 */
export function toMarkdown(runs: Run[]): string {
  const leaves = leavesOf(runs)
  if (leaves.every(leaf => isBlank(leaf.text))) return ''
  const parts = leaves.map(drawLeaf)
  return parts.reduce(join)
}

/** Marks that meet would be read as others: something that does not show stands between them. */
const join = (before: string, after: string): string =>
  /[*`]$/.test(before) && /^[*`]/.test(after) ? `${before}\u200b${after}` : before + after

/** Code and links are set in no style, for marks within them would end it; code that would end a link before it is plain text. */
function drawLeaf(leaf: Leaf): string {
  if (leaf.code && /^(?!.*\]\()[^`\n]*[^`\s][^`\n]*$/.test(leaf.text)) return `\`${leaf.text}\``
  if (leaf.url !== undefined) return drawLink(leaf.text, leaf.url)
  return leaf.text
    .split('\n')
    .map(line => drawWords(line, leaf))
    .join('\n')
}

/** Marks stand around words of one line, never beside a space. */
function drawWords(line: string, leaf: Leaf): string {
  const [, lead = '', words = '', tail = ''] = /^(\s*)(.*?)(\s*)$/s.exec(line) ?? []
  return words === '' ? line : lead + mark(escapeText(words), leaf) + tail
}

/** Discord makes no link of a label that looks like an address, lest it lead elsewhere, nor of one whose brackets don't pair, escaped or not. */
function drawLink(label: string, url: string): string {
  if (/:\/\/|www\./i.test(label) || !/^(?:[^[\]]|\[[^[\]]*\])*$/.test(label)) return escapeText(`${label} <${url}>`)
  const address = url.replace(/[()]/g, bracket => (bracket === '(' ? '%28' : '%29'))
  return `[${escapeText(label.replaceAll('\n', ' '))}](${address})`
}

function mark(words: string, { strong, emphasis }: Leaf): string {
  const slanted = emphasis ? `*${words}*` : words
  return strong ? `**${slanted}**` : slanted
}

/**
 * Marks of headings, small print, quotes and lists count at the beginning of a line, or of what is marked; a colon makes an emoji of
 * `:name:`, and a link of an address.
 */
const escapeText = (words: string): string =>
  words
    .replace(/[\\*_~`|<>@[\](:]/g, '\\$&')
    .replace(/^(\s*)([#+-])/gm, '$1\\$2')
    .replace(/^(\s*\d+)([.)])/gm, '$1\\$2')
