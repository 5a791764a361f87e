import { randomBytes } from 'node:crypto'
import type { KnownBlock } from '@slack/types'
import { createElement as h, type ReactElement } from 'react'
import { renderToStaticMarkup } from 'react-dom/server'
import { type Block, Message } from 'slack-blocks-to-jsx'
import type { Action } from '../../card/card.ts'
import type { SlackMessage } from '../slack/render.ts'
import { viewPicker } from './picker-view.ts'
import { VISITOR, VISITOR_NAME } from './visitor.ts'

/**
 * A Slack message, drawn by slack-blocks-to-jsx. That reads plain text as mrkdwn and has no working selects, so it is given
 * placeholders for both, and they are replaced in its HTML.
 * @throws where it draws another number of blocks than there are: it passes over those that it does not know.
 */
export function viewSlack({ blocks }: SlackMessage, actions: Action[]): ReactElement {
  const places = createPlaces()
  const drawn = blocks.map(block => replaceParts(block, actions, places.put) as Block)
  const html = renderToStaticMarkup(
    h(Message, {
      blocks: drawn,
      name: '',
      logo: '',
      withoutWrapper: true,
      data: { users: [{ id: VISITOR.user, name: VISITOR_NAME }] },
    }),
  )
  const count = html.match(DRAWN)?.length ?? 0
  if (count !== blocks.length) throw new Error(`Of ${blocks.length} blocks of a Slack message ${count} were drawn.`)
  // biome-ignore lint/security/noDangerouslySetInnerHtml: it was drawn by React, which escapes, from placeholders and their words.
  return h('div', { dangerouslySetInnerHTML: { __html: places.fill(tidy(html)) } })
}

/** What each block is drawn in; no text of a message has such quotes in HTML. */
const DRAWN = /class="[^"]*\bslack_blocks_to_jsx--block_wrapper\b/g

/** Words that stand for HTML until `fill`, in letters and digits, which are drawn as they are. */
function createPlaces() {
  const mark = `x${randomBytes(8).toString('hex')}x`
  const parts: string[] = []
  return {
    put: (html: string): string => `${mark}${parts.push(html) - 1}x`,
    fill: (html: string): string => html.replace(new RegExp(`${mark}(\\d+)x`, 'g'), (_, part) => parts[part] as string),
  }
}

type Put = (html: string) => string

function replaceParts(block: KnownBlock, actions: Action[], put: Put): unknown {
  const picker = block.type === 'actions' ? findPicker(block, actions) : undefined
  return picker ? asText(put(renderToStaticMarkup(viewPicker(picker)))) : replacePlain(block, put)
}

function findPicker(block: Extract<KnownBlock, { type: 'actions' }>, actions: Action[]) {
  const select = block.elements.find(element => element.type === 'external_select')
  return actions.find(action => action.kind === 'picker' && action.id === select?.action_id) as
    | Extract<Action, { kind: 'picker' }>
    | undefined
}

const asText = (words: string): KnownBlock => ({
  type: 'rich_text',
  elements: [{ type: 'rich_text_section', elements: [{ type: 'text', text: words }] }],
})

/** The same with a placeholder for the words of each plain text object. */
function replacePlain(node: unknown, put: Put): unknown {
  if (Array.isArray(node)) return node.map(one => replacePlain(one, put))
  if (typeof node !== 'object' || node === null) return node
  const entries = Object.entries(node)
  const isPlain = entries.some(([key, value]) => key === 'type' && value === 'plain_text')
  return Object.fromEntries(
    entries.map(([key, value]) => [
      key,
      isPlain && key === 'text'
        ? put(renderToStaticMarkup(h('span', null, value) as ReactElement))
        : replacePlain(value, put),
    ]),
  )
}

/** Without inline styles, which the page's policy refuses, without ids, which would stand twice; the page sets the theme. */
const tidy = (html: string): string =>
  html.replace(/ style="[^"]*"| data-theme="light"| id="slack_blocks_to_jsx"/g, '').replaceAll(' id="', ' data-id="')
