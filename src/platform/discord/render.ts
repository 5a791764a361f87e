import type {
  APIActionRowComponent,
  APIButtonComponentWithCustomId,
  APIComponentInContainer,
  APIMessageTopLevelComponent,
  APISelectMenuOption,
  APIStringSelectComponent,
} from 'discord-api-types/v10'
import { type Action, type Block, type Card, type Quote, type Run, strong, text } from '../../card/card.ts'
import { isBlank } from '../../card/controls.ts'
import { fitLabel } from '../../card/label.ts'
import { pickerText, titleText } from '../../card/plain-text.ts'
import { fieldRuns, quoteLines } from '../../card/runs.ts'
import { BUTTONS_IN_ROW, LONGEST_BUTTON, LONGEST_OPTION, LONGEST_PLACEHOLDER, MOST_OPTIONS } from './limits.ts'
import { toMarkdown } from './markdown.ts'

/** A message's body as Discord takes it; whoever sends it adds whether it is private. No text of it can ping anybody. */
export type DiscordMessage = {
  flags: typeof IS_COMPONENTS_V2
  components: APIMessageTopLevelComponent[]
  allowed_mentions: { parse: [] }
}

/** https://docs.discord.com/developers/resources/message#message-object-message-flags */
const IS_COMPONENTS_V2 = 32768

/** https://docs.discord.com/developers/components/reference#component-object-component-types */
export const TYPE = { actionRow: 1, button: 2, select: 3, textDisplay: 10, separator: 14, container: 17 } as const

/** https://docs.discord.com/developers/components/reference#button-button-styles */
export const STYLE = { primary: 1, secondary: 2 } as const

/** The blue of the stripe beside each message. */
const ACCENT = 0x2f6fde

/** A card, or a page of one, within DISCORD_BUDGET, as one container of Components V2. */
export function renderDiscord(card: Card): DiscordMessage {
  return {
    flags: IS_COMPONENTS_V2,
    allowed_mentions: { parse: [] },
    components: [
      {
        type: TYPE.container,
        accent_color: ACCENT,
        components: [
          ...drawLine('## ', titleText(card)),
          ...card.blocks.flatMap(drawBlock),
          ...card.footer.flatMap(drawSmall),
          ...(card.sharedBy === undefined ? [] : display(`-# Shared by <@${card.sharedBy}>`)),
          ...drawActions(card.actions),
        ],
      },
    ],
  }
}

function drawBlock(block: Block): APIComponentInContainer[] {
  switch (block.kind) {
    case 'heading':
      return block.minor ? display(toMarkdown([strong(oneLine(block.text))])) : drawLine('### ', block.text)
    case 'paragraph':
      return display(toMarkdown(block.runs))
    case 'context':
      return drawSmall(block.runs)
    case 'list':
      return drawList(block.items)
    case 'fields':
      return drawList(block.fields.map(fieldRuns))
    case 'quote':
      return drawQuote(block)
    case 'divider':
      return [{ type: TYPE.separator, divider: true }]
    default:
      return block satisfies never
  }
}

/** Discord refuses a text display that shows nothing. */
const display = (content: string): APIComponentInContainer[] =>
  content === '' ? [] : [{ type: TYPE.textDisplay, content }]

const drawLine = (mark: string, words: string): APIComponentInContainer[] =>
  display(markLines(toMarkdown([text(oneLine(words))]), mark, mark))

const oneLine = (words: string): string => words.replace(/\s+/g, ' ').trim()

const drawSmall = (runs: Run[]): APIComponentInContainer[] => display(markLines(toMarkdown(runs), '-# ', '-# '))

const drawList = (items: Run[][]): APIComponentInContainer[] =>
  display(joinLines(items.map(item => markLines(toMarkdown(item), '- ', '  '))))

const drawQuote = (quote: Quote): APIComponentInContainer[] =>
  display(joinLines(quoteLines(quote).map(line => markLines(toMarkdown(line), '> ', '> '))))

const joinLines = (lines: string[]): string => lines.filter(line => line !== '').join('\n')

/** Puts a mark before the first line and another before each further one; lines that show nothing go. */
function markLines(words: string, first: string, further: string): string {
  const lines = words.split('\n').filter(line => !isBlank(line))
  return lines.map((line, index) => (index === 0 ? first : further) + line.trimStart()).join('\n')
}

function drawActions(
  actions: Action[],
): APIActionRowComponent<APIButtonComponentWithCustomId | APIStringSelectComponent>[] {
  const buttons = actions.flatMap(action => (action.kind === 'picker' ? [] : [drawButton(action)]))
  const rows = Array.from({ length: Math.ceil(buttons.length / BUTTONS_IN_ROW) }, (_, row) =>
    buttons.slice(row * BUTTONS_IN_ROW, (row + 1) * BUTTONS_IN_ROW),
  )
  const pickers = actions.flatMap(action => (action.kind === 'picker' ? drawPicker(action) : []))
  return [...rows, ...pickers.map(picker => [picker])].map(components => ({ type: TYPE.actionRow, components }))
}

const drawButton = ({ kind, id, label }: Exclude<Action, { kind: 'picker' }>): APIButtonComponentWithCustomId => ({
  type: TYPE.button,
  custom_id: id,
  label: fitLabel(label, LONGEST_BUTTON),
  style: kind === 'share' ? STYLE.primary : STYLE.secondary,
})

function drawPicker(picker: Extract<Action, { kind: 'picker' }>): APIStringSelectComponent[] {
  const options = picker.choices.slice(0, MOST_OPTIONS).map(
    ({ label, value, description }): APISelectMenuOption => ({
      label: fitLabel(label, LONGEST_OPTION),
      value,
      ...(description !== undefined && { description: fitLabel(description, LONGEST_OPTION) }),
    }),
  )
  const placeholder = fitLabel(pickerText(picker, options.length), LONGEST_PLACEHOLDER)
  return options.length > 0 ? [{ type: TYPE.select, custom_id: picker.id, options, placeholder }] : []
}
