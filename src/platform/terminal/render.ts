import { styleText } from 'node:util'
import type { Action, Block, Card } from '../../card/card.ts'
import { withoutControls } from '../../card/controls.ts'
import { blockText, pickerText, titleText } from '../../card/plain-text.ts'

/** How wide lines may be (no limit where undefined), and whether the terminal shows styles. */
export type Look = { columns: number | undefined; styled: boolean }

const WIDEST = 100

/** A card as a terminal shows it: its text, and what can be clicked, numbered. A picker offers its first choices. */
export function renderCard(card: Card, { columns, styled }: Look): string {
  const width = columns === undefined ? Number.POSITIVE_INFINITY : Math.min(WIDEST, columns)
  const show = (text: string, style?: 'bold' | 'dim'): string => {
    const wrapped = wrap(withoutControls(text), width)
    return style && styled ? styleText(style, wrapped) : wrapped
  }
  const blocks = card.blocks.map(block => show(blockText(block), STYLES[block.kind]))
  const footer = card.footer.map(runs => show(blockText({ kind: 'context', runs }), 'dim')).join('\n')
  return [show(titleText(card), 'bold'), ...blocks, footer, show(actionLines(card.actions).join('\n'))]
    .filter(part => part !== '')
    .join('\n\n')
}

const STYLES: Partial<Record<Block['kind'], 'bold' | 'dim'>> = { heading: 'bold', context: 'dim', divider: 'dim' }

const PICKED = 12

function actionLines(actions: Action[]): string[] {
  let number = 0
  return actions.map(action => {
    if (action.kind !== 'picker') return `[${++number}] ${action.label}`
    const choices = action.choices.map(choice => `[${++number}] ${choice.label}`)
    const rest = choices.length > PICKED ? ` … [${number}]` : ''
    return `${pickerText(action, choices.length)}: ${choices.slice(0, PICKED).join(' ')}${rest}`
  })
}

/** Breaks lines between words; the further lines of a quote or list item are indented like its first. */
function wrap(text: string, width: number): string {
  return text
    .split('\n')
    .flatMap(line => wrapLine(line, width))
    .join('\n')
}

function wrapLine(line: string, width: number): string[] {
  const indent = line.startsWith('│ ') ? '│ ' : line.startsWith('• ') ? '  ' : ''
  const lines: string[] = []
  let current = ''
  for (const word of line.split(' ')) {
    if (current !== '' && current.length + 1 + word.length > width) {
      lines.push(current)
      current = indent + word
    } else current = current === '' && lines.length === 0 ? word : `${current} ${word}`
  }
  return [...lines, current]
}
