import type { Action, Block, Card, Run } from './card.ts'
import { fieldRuns, quoteLines, runsText } from './runs.ts'

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
    case 'quote':
      return quoteLines(block)
        .map(line => `│ ${runsWithUrls(line)}`)
        .join('\n')
    case 'fields':
      return block.fields.map(field => runsWithUrls(fieldRuns(field))).join('\n')
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

/** The words of runs; a link's address stands behind its text. */
export function runsWithUrls(runs: Run[]): string {
  return runs.map(runWithUrl).join('')
}

/** What a picker that offers its first `offered` choices is called. */
export const pickerText = ({ label, total }: Extract<Action, { kind: 'picker' }>, offered: number): string =>
  offered < total ? `${label} (the first ${offered} of ${total})` : label

function runWithUrl(run: Run): string {
  if (run.kind === 'link') return `${runsText(run.runs)} <${run.url}>`
  return run.kind === 'emphasis' || run.kind === 'strong' ? runsWithUrls(run.runs) : run.text
}
