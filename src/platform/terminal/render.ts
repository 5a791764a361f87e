import { styleText } from 'node:util'
import type { Action, Card } from '../../card/card.ts'
import { cardText } from '../../card/plain-text.ts'

/** How wide lines may be (no limit where undefined), and whether the terminal shows styles. */
export type Look = { columns: number | undefined; styled: boolean }

const WIDEST = 100

/** A card as a terminal shows it: its text, and what can be clicked, numbered. A picker offers its first choices. */
export function renderCard(card: Card, look: Look): string {
  const [title = '', ...rest] = cardText(card).split('\n')
  const body = [...rest, '', ...actionLines(card.actions)].join('\n').trimEnd()
  const width = look.columns === undefined ? Number.POSITIVE_INFINITY : Math.min(WIDEST, look.columns)
  return `${look.styled ? styleText('bold', wrap(title, width)) : title}${body === '' ? '' : `\n${wrap(body, width)}`}`
}

const PICKED = 12

function actionLines(actions: Action[]): string[] {
  let number = 0
  return actions.map(action => {
    if (action.kind !== 'picker') return `[${++number}] ${action.label}`
    const choices = action.choices.map(choice => `[${++number}] ${choice.label}`)
    const rest = choices.length > PICKED ? ` … [${number}]` : ''
    return `${action.label}: ${choices.slice(0, PICKED).join(' ')}${rest}`
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
