import type { APIComponentInActionRow, APIComponentInContainer } from 'discord-api-types/v10'
import markdown from 'discord-markdown-parser'
import { createElement as h, type ReactElement, type ReactNode } from 'react'
import { type DiscordMessage, STYLE, TYPE } from '../discord/render.ts'
import { viewPicker } from './picker-view.ts'
import { VISITOR, VISITOR_NAME } from './visitor.ts'

/** A Discord message drawn: the components that Readout sends, their text read as Discord reads it. */
export const viewDiscord = ({ components }: DiscordMessage): ReactElement =>
  h(
    'div',
    null,
    ...components.map(component =>
      component.type === TYPE.container
        ? h('div', { className: 'discord-container' }, ...component.components.map(viewComponent))
        : viewUnknown(component),
    ),
  )

function viewComponent(component: APIComponentInContainer): ReactNode {
  switch (component.type) {
    case TYPE.textDisplay:
      return h('div', { className: 'discord-text' }, ...viewText(component.content))
    case TYPE.separator:
      return h('hr', null)
    case TYPE.actionRow:
      return h('div', { className: 'discord-row' }, ...component.components.map(viewControl))
    default:
      return viewUnknown(component)
  }
}

/** Nothing is passed over silently: what has no picture here shows as what it is. */
const viewUnknown = (component: unknown): ReactNode => h('pre', null, JSON.stringify(component, null, 2))

const BUTTON_CLASSES: Record<number, string> = {
  [STYLE.primary]: 'discord-button discord-primary',
  [STYLE.secondary]: 'discord-button',
}

function viewControl(control: APIComponentInActionRow): ReactNode {
  if (control.type === TYPE.button && 'custom_id' in control)
    return h(
      'button',
      { type: 'button', className: BUTTON_CLASSES[control.style], 'data-id': control.custom_id },
      control.label,
    )
  if (control.type === TYPE.select)
    return viewPicker({
      id: control.custom_id,
      label: control.placeholder ?? '',
      choices: control.options.map(({ label, value, description }) => ({
        label,
        value,
        ...(description !== undefined && { description }),
      })),
    })
  return viewUnknown(control)
}

/** Lists are Discord's own addition to its Markdown; everything between them is read by the parser. */
function viewText(content: string): ReactNode[] {
  const parts = content.split(/(^- .*(?:\n(?:- | {2}).*)*)/m)
  return parts.flatMap((part, index) =>
    index % 2 === 1 ? [viewList(part)] : viewMarkdown(part.replace(/^\n|\n$/g, '')),
  )
}

const viewList = (lines: string): ReactNode =>
  h(
    'ul',
    null,
    ...lines
      .split(/^- /m)
      .slice(1)
      .map(item => h('li', null, ...viewMarkdown(item.trimEnd().replaceAll('\n  ', '\n')))),
  )

type Node = { type: string; content?: string | Node[]; level?: number; target?: string; name?: string; id?: string }

const viewMarkdown = (text: string): ReactNode[] => (markdown.parse(text, 'extended') as Node[]).map(viewNode)

const TAGS: Record<string, string> = {
  strong: 'strong',
  em: 'em',
  underline: 'u',
  strikethrough: 's',
  inlineCode: 'code',
  codeBlock: 'pre',
  blockQuote: 'blockquote',
}

function viewNode(node: Node): ReactNode {
  const inner = typeof node.content === 'string' ? [node.content] : (node.content ?? []).map(viewNode)
  const tag = TAGS[node.type]
  if (tag !== undefined) return h(tag, null, ...inner)
  switch (node.type) {
    case 'text':
      return node.content as string
    case 'br':
    case 'newline':
      return h('br', null)
    case 'twemoji':
      return node.name
    case 'subtext':
      return h('small', null, ...inner)
    case 'heading':
      return h(node.level === 2 ? 'h3' : 'h4', null, ...inner)
    case 'link':
    case 'url':
    case 'autolink':
      return h('a', { href: node.target, target: '_blank', rel: 'noreferrer noopener' }, ...inner)
    case 'user':
      return h('span', { className: 'discord-mention' }, `@${node.id === VISITOR.user ? VISITOR_NAME : node.id}`)
    default:
      return h(
        'span',
        { className: 'discord-mention' },
        inner.length > 0 ? inner : `${node.type} ${node.id ?? node.name ?? ''}`,
      )
  }
}
