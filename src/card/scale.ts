import type { Block, Budget, Run } from './card.ts'
import { blockText, runsWithUrls } from './plain-text.ts'

/** How many characters of a budget things take. */
export type Scale = { text: (text: string) => number; runs: (runs: Run[]) => number; block: (block: Block) => number }

export function createScale({ weigh = text => text.length, markup = 0 }: Omit<Budget, 'characters' | 'blocks'>): Scale {
  return {
    text: weigh,
    runs: runs => weigh(runsWithUrls(runs)) + markup * styled(runs),
    block: block => weigh(blockText(block)) + markup * (1 + marked(block)),
  }
}

/** How many runs have a style of their own. */
const styled = (runs: Run[]): number =>
  runs.reduce((sum, run) => sum + (run.kind === 'text' ? 0 : 'text' in run ? 1 : 1 + styled(run.runs)), 0)

/** How many items and styled runs a block has. */
function marked(block: Block): number {
  switch (block.kind) {
    case 'heading':
    case 'divider':
      return 0
    case 'paragraph':
    case 'context':
      return styled(block.runs)
    case 'list':
      return sum(block.items.map(item => 1 + styled(item)))
    case 'fields':
      return sum(block.fields.map(field => 2 + styled(field.label)))
    case 'quote':
      return sum([...block.paragraphs, block.attribution].map(runs => 1 + styled(runs)))
    default:
      return block satisfies never
  }
}

export const sum = (numbers: number[]): number => numbers.reduce((total, number) => total + number, 0)
