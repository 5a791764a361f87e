import type {
  ActionsBlock,
  Button,
  KnownBlock,
  PlainTextElement,
  RichTextBlock,
  RichTextElement,
  RichTextSection,
} from '@slack/types'
import { type Action, type Block, type Card, type Quote, type Run, strong } from '../../card/card.ts'
import { isBlank, withoutControls } from '../../card/controls.ts'
import { fitLabel } from '../../card/label.ts'
import { cardText, pickerText, titleText } from '../../card/plain-text.ts'
import { fieldRuns, type Leaf, leavesOf, quoteLines } from '../../card/runs.ts'
import { LONGEST_BUTTON, LONGEST_HEADER, LONGEST_PLACEHOLDER, LONGEST_TEXT_OBJECT } from './limits.ts'

/** A message as Slack's methods take it. `text` is what notifications show and screen readers read: all of the card's words. */
export type SlackMessage = { text: string; blocks: KnownBlock[] }

/** What was drawn of a card, for answers are remembered and asked for again. */
const drawn = new WeakMap<Card, SlackMessage>()

/** A card, or a page of one, within SLACK_BUDGET. Its text is `rich_text`, in which nothing is markup and nothing pings. */
export function renderSlack(card: Card): SlackMessage {
  const message = drawn.get(card) ?? draw(card)
  drawn.set(card, message)
  return message
}

function draw(card: Card): SlackMessage {
  return {
    text: escapeText(cardText(card)),
    blocks: [
      ...drawTitle(withoutControls(titleText(card).toWellFormed())),
      ...card.blocks.flatMap(drawBlock),
      ...card.footer.flatMap(drawContext),
      ...drawSharer(card.sharedBy),
      ...drawActions(card.actions),
    ],
  }
}

/** https://docs.slack.dev/messaging/formatting-message-text#escaping */
const escapeText = (words: string): string =>
  withoutControls(words.toWellFormed()).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

function drawBlock(block: Block): KnownBlock[] {
  switch (block.kind) {
    case 'heading':
      return drawSection([strong(block.text)])
    case 'paragraph':
      return drawSection(block.runs)
    case 'context':
      return drawContext(block.runs)
    case 'list':
      return drawList(block.items)
    case 'fields':
      return drawList(block.fields.map(fieldRuns))
    case 'quote':
      return drawQuote(block)
    case 'divider':
      return [{ type: 'divider' }]
    default:
      return block satisfies never
  }
}

const drawTitle = (title: string): KnownBlock[] =>
  isPlain(title, LONGEST_HEADER) ? [{ type: 'header', text: plain(title) }] : drawSection([strong(title)])

/** Whether a text can stand in a plain text object: Slack may read entities and `<…>` there, in rich text it never does. */
const isPlain = (words: string, longest: number): boolean =>
  words.length <= longest && !isBlank(words) && !/[&<>]/.test(words)

const plain = (words: string): PlainTextElement => ({ type: 'plain_text', text: words, emoji: false })

const drawSection = (runs: Run[]): KnownBlock[] => richText(sectionsOf(runs))

const richText = (elements: RichTextBlock['elements']): KnownBlock[] =>
  elements.length > 0 ? [{ type: 'rich_text', elements }] : []

/** Runs as a section, where they show anything. */
function sectionsOf(runs: Run[]): RichTextSection[] {
  const elements = drawRuns(runs)
  return elements.length > 0 ? [{ type: 'rich_text_section', elements }] : []
}

const drawRuns = (runs: Run[]): RichTextElement[] => {
  const leaves = leavesOf(runs)
  return leaves.every(leaf => isBlank(leaf.text)) ? [] : leaves.map(drawLeaf)
}

function drawLeaf({ text: words, strong: bold, emphasis: italic, code, url }: Leaf): RichTextElement {
  const styles = { ...(bold && { bold }), ...(italic && { italic }), ...(code && { code }) }
  const style = Object.keys(styles).length > 0 ? { style: styles } : {}
  if (url === undefined) return { type: 'text', text: words, ...style }
  return { type: 'link', url, text: words, ...style }
}

function drawList(items: Run[][]): KnownBlock[] {
  const elements = items.flatMap(sectionsOf)
  return elements.length > 0 ? richText([{ type: 'rich_text_list', style: 'bullet', elements }]) : []
}

function drawQuote(quote: Quote): KnownBlock[] {
  const lines = quoteLines(quote).map(drawRuns)
  const elements = lines.flatMap((line, index): RichTextElement[] =>
    index === 0 ? line : [{ type: 'text', text: '\n' }, ...line],
  )
  return richText([{ type: 'rich_text_quote', elements }])
}

/** Small print; in rich text, which Slack sets no smaller, where it is more than plain words. */
function drawContext(runs: Run[]): KnownBlock[] {
  const [leaf, ...more] = leavesOf(runs)
  const isSmall = leaf && more.length === 0 && isUnstyled(leaf) && isPlain(leaf.text, LONGEST_TEXT_OBJECT)
  return isSmall ? [{ type: 'context', elements: [plain(leaf.text)] }] : drawSection(runs)
}

const isUnstyled = (leaf: Leaf): boolean => Object.keys(leaf).length === 1

const drawSharer = (user: string | undefined): KnownBlock[] =>
  user === undefined
    ? []
    : richText([
        {
          type: 'rich_text_section',
          elements: [
            { type: 'text', text: 'Shared by ' },
            { type: 'user', user_id: user },
          ],
        },
      ])

function drawActions(actions: Action[]): KnownBlock[] {
  const buttons = actions.flatMap(action => (action.kind === 'picker' ? [] : [drawButton(action)]))
  const pickers = actions.flatMap(action => (action.kind === 'picker' ? [drawPicker(action)] : []))
  return [...(buttons.length > 0 ? [{ type: 'actions', elements: buttons } satisfies ActionsBlock] : []), ...pickers]
}

const drawButton = ({ id, label }: Exclude<Action, { kind: 'picker' }>): Button => ({
  type: 'button',
  action_id: id,
  text: plain(fitLabel(label, LONGEST_BUTTON)),
})

/** Its choices are asked for when it is opened. */
const drawPicker = (picker: Extract<Action, { kind: 'picker' }>): ActionsBlock => ({
  type: 'actions',
  elements: [
    {
      type: 'external_select',
      action_id: picker.id,
      placeholder: plain(fitLabel(pickerText(picker, picker.choices.length), LONGEST_PLACEHOLDER)),
      min_query_length: 0,
    },
  ],
})
