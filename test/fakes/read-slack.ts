import type { ActionsBlock, KnownBlock, RichTextBlock } from '@slack/types'
import { type Fact, readPickerLabel, readQuote, shownFacts } from './facts.ts'

/** What a reader of a message on Slack is told, in order. What would show as anything but words is marked by `⟦…⟧`. */
export function readSlack(message: { blocks: KnownBlock[] }): Fact[] {
  const [title, ...facts] = message.blocks.flatMap(readBlock)
  if (title === undefined) return []
  return shownFacts([title.kind === 'text' ? { ...title, kind: 'title' } : title, ...facts])
}

function readBlock(block: KnownBlock): Fact[] {
  switch (block.type) {
    case 'header':
      return [{ kind: 'title', text: block.text.text }]
    case 'rich_text':
      return block.elements.flatMap(readElement)
    case 'context':
      return block.elements.map(element => ({
        kind: 'text',
        text: element.type === 'plain_text' ? element.text : `⟦${element.type}⟧`,
      }))
    case 'divider':
      return [{ kind: 'divider', text: '' }]
    case 'actions':
      return block.elements.map(readAction)
    default:
      return [{ kind: 'text', text: `⟦${block.type}⟧` }]
  }
}

type Element = RichTextBlock['elements'][number]

function readElement(element: Element): Fact[] {
  switch (element.type) {
    case 'rich_text_section': {
      const [said, user, ...more] = element.elements
      if (said?.type === 'text' && said.text === 'Shared by ' && user?.type === 'user' && more.length === 0)
        return [{ kind: 'shared', text: user.user_id }]
      return [{ kind: 'text', text: readInline(element.elements) }]
    }
    case 'rich_text_list':
      return element.elements.map(item => ({
        kind: 'item',
        text: item.type === 'rich_text_section' ? readInline(item.elements) : `⟦${item.type}⟧`,
      }))
    case 'rich_text_quote':
      return [readQuote(readInline(element.elements))]
    default:
      return [{ kind: 'text', text: `⟦${element.type}⟧` }]
  }
}

type Inline = Extract<Element, { type: 'rich_text_section' }>['elements'][number]

const readInline = (elements: Inline[]): string =>
  elements
    .map(element => {
      if (element.type === 'text') return element.text
      return element.type === 'link' ? `${element.text ?? ''} <${element.url}>` : `⟦${element.type}⟧`
    })
    .join('')

function readAction(element: ActionsBlock['elements'][number]): Fact {
  const id = element.action_id ?? ''
  if (element.type === 'button') return { kind: 'button', id, label: element.text.text }
  if (element.type === 'external_select')
    return { kind: 'picker', id, label: readPickerLabel(element.placeholder?.text ?? '') }
  return { kind: 'text', text: `⟦${element.type}⟧` }
}
