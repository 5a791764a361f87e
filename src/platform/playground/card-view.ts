import { createElement as h, type ReactElement, type ReactNode } from 'react'
import type { Action, Block, Card, Run } from '../../card/card.ts'
import { titleText } from '../../card/plain-text.ts'
import { type Leaf, leavesOf, quoteLines } from '../../card/runs.ts'
import { viewPicker } from './picker-view.ts'

/** A card as the playground's own HTML, for what stands beside the two platforms' messages. */
export const viewCard = (card: Card): ReactElement =>
  h(
    'div',
    null,
    h('h2', null, titleText(card)),
    ...card.blocks.map(viewBlock),
    ...card.footer.map(runs => h('p', { className: 'small' }, ...viewRuns(runs))),
    card.actions.length > 0 ? h('div', { className: 'buttons' }, ...card.actions.map(viewAction)) : null,
  )

function viewBlock(block: Block): ReactNode {
  switch (block.kind) {
    case 'heading':
      return h('h3', null, block.text)
    case 'paragraph':
      return h('p', null, ...viewRuns(block.runs))
    case 'context':
      return h('p', { className: 'small' }, ...viewRuns(block.runs))
    case 'list':
      return h('ul', null, ...block.items.map(item => h('li', null, ...viewRuns(item))))
    case 'fields':
      return h(
        'dl',
        null,
        ...block.fields.flatMap(({ value, label }) => [h('dt', null, value), h('dd', null, ...viewRuns(label))]),
      )
    case 'quote':
      return h('blockquote', null, ...quoteLines(block).map(line => h('p', null, ...viewRuns(line))))
    case 'divider':
      return h('hr', null)
    default:
      return block satisfies never
  }
}

const viewRuns = (runs: Run[]): ReactNode[] => leavesOf(runs).map(viewLeaf)

function viewLeaf({ text, strong, emphasis, code, url }: Leaf): ReactNode {
  const plain = code ? viewCode(text) : text
  const slanted = emphasis ? h('em', null, plain) : plain
  const words = strong ? h('strong', null, slanted) : slanted
  return url === undefined ? words : h('a', { href: url, target: '_blank', rel: 'noreferrer noopener' }, words)
}

/** A command in the text can be clicked, to be asked. */
const viewCode = (text: string): ReactNode =>
  /^\/\S+ \S/.test(text)
    ? h('button', { type: 'button', className: 'command', 'data-line': text }, text)
    : h('code', null, text)

function viewAction(action: Action): ReactNode {
  if (action.kind === 'picker') return viewPicker(action)
  return h('button', { type: 'button', 'data-id': action.id }, action.label)
}
