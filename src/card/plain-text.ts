import type { Block, Card, QuoteStatus, Run } from './card.ts'
import { runsText } from './runs.ts'

/** What readers see of a quote's check, in one sentence part: `verified`, `unverified: heard on the broadcast`. */
export function statusText(status: QuoteStatus): string {
  const word = status.kind === 'verified' ? 'verified' : `unverified: ${status.why}`
  return status.note ? `${word}; ${status.note}` : word
}

/** A block as lines of plain text, without blank lines around it. */
export function blockText(block: Block): string {
  switch (block.kind) {
    case 'heading':
      return block.text
    case 'paragraph':
    case 'context':
      return runsWithUrls(block.runs)
    case 'list':
      return block.items.map(item => `• ${runsWithUrls(item)}`).join('\n')
    case 'quote': {
      const lines = block.paragraphs.map(runs => `“${runsWithUrls(runs)}”`)
      const continued = block.continued ? ' (continued)' : ''
      return [...lines, `— ${runsWithUrls(block.attribution)}${continued} · ${statusText(block.status)}`]
        .map(line => `│ ${line}`)
        .join('\n')
    }
    case 'fields':
      return block.fields.map(field => `${field.value}: ${runsWithUrls(field.label)}`).join('\n')
    case 'divider':
      return '───'
    default:
      return block satisfies never
  }
}

/** A card as plain text: title, blocks and small print; what can be clicked is not among them. */
export function cardText(card: Card): string {
  const footer = card.footer.map(runsWithUrls).join('\n')
  const shared = card.sharedBy === undefined ? '' : `Shared by ${card.sharedBy}`
  return [titleText(card), ...card.blocks.map(blockText), footer, shared].filter(part => part !== '').join('\n\n')
}

export const titleText = (card: Card): string =>
  card.page && card.page.of > 1 ? `${card.title} (page ${card.page.number} of ${card.page.of})` : card.title

function runsWithUrls(runs: Run[]): string {
  return runs.map(runWithUrl).join('')
}

function runWithUrl(run: Run): string {
  if (run.kind === 'link') return `${runsText(run.runs)} <${run.url}>`
  return run.kind === 'emphasis' || run.kind === 'strong' ? runsWithUrls(run.runs) : run.text
}

/** A text without the control characters by which it could command a terminal; line breaks stay. */
export const withoutControls = (text: string): string => text.replace(/(?!\n)\p{Cc}/gu, '')
