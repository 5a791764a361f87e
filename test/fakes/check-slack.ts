import {
  expectOneOf,
  expectUnique,
  expectWellFormed,
  fault,
  inside,
  isBlank,
  readList,
  readObject,
  readText,
  type Spot,
  textsOf,
  typeOf,
} from './shape.ts'

/** https://docs.slack.dev/reference/block-kit/blocks */
const BLOCKS = 50

/** https://docs.slack.dev/reference/block-kit/blocks/header-block */
const HEADER = 150

/** https://docs.slack.dev/reference/block-kit/composition-objects/text-object */
const TEXT_OBJECT = 3000

/** https://docs.slack.dev/reference/block-kit/blocks/context-block */
const CONTEXT_ELEMENTS = 10

/** https://docs.slack.dev/reference/block-kit/blocks/actions-block */
const ACTIONS_ELEMENTS = 25

/** https://docs.slack.dev/reference/block-kit/block-elements/button-element */
const BUTTON_TEXT = 75

/** https://docs.slack.dev/reference/block-kit/block-elements/button-element */
const BUTTON_VALUE = 2000

/** https://docs.slack.dev/reference/block-kit/block-elements/button-element */
const ACTION_ID = 255

/** https://docs.slack.dev/reference/block-kit/block-elements/select-menu-element */
const PLACEHOLDER = 150

/** https://docs.slack.dev/reference/block-kit/blocks/rich-text-block */
const ADDRESS = 3000

/** https://docs.slack.dev/reference/methods/chat.postMessage */
const MESSAGE_TEXT = 40_000

/** Undocumented: `msg_blocks_too_long`, https://github.com/slackapi/bolt-js/issues/2509 and https://github.com/slackapi/bolt-js/issues/2867 */
const ALL_TEXT = 10_000

/** Every fault for which Slack would refuse a message of ours or show something else than was meant, as sentences. */
export function checkSlack(message: unknown): string[] {
  const faults: string[] = []
  const spot: Spot = { at: '', faults }
  const read = readObject(message, ['text', 'blocks'], spot)
  if (!read) return faults
  checkMessageText(read.text, inside(spot, 'text'))
  const blocks = readList(read.blocks, 1, BLOCKS, inside(spot, 'blocks'))
  for (const [index, block] of blocks.entries()) checkBlock(block, { ...spot, at: `blocks[${index}]` })
  checkAllText(blocks, faults)
  checkIds(blocks, faults)
  expectWellFormed(message, faults)
  return faults
}

/** https://docs.slack.dev/messaging/formatting-message-text#escaping */
function checkMessageText(value: unknown, spot: Spot): void {
  const text = readText(value, MESSAGE_TEXT, spot)
  if (isBlank(text)) fault(spot, 'is blank')
  checkEscaped(text, spot)
}

function checkEscaped(text: string, spot: Spot): void {
  if (/[<>]/.test(text)) fault(spot, 'holds an unescaped < or >')
  if (/&(?!(?:amp|lt|gt);)/.test(text)) fault(spot, 'holds an unescaped &')
}

/** What carries words: identifiers and types are not counted. */
const WORDS = /\.(?:text|url)$/

function checkAllText(blocks: unknown[], faults: string[]): void {
  const all = textsOf(blocks).filter(({ at }) => WORDS.test(at))
  const sum = all.reduce((total, { text }) => total + text.length, 0)
  if (sum > ALL_TEXT) faults.push(`The blocks hold ${sum} characters, more than ${ALL_TEXT}.`)
}

function checkIds(blocks: unknown[], faults: string[]): void {
  const ids = (key: string) =>
    textsOf(blocks)
      .filter(({ at }) => at.endsWith(`.${key}`))
      .map(({ at, text }) => ({ id: text, at }))
  expectUnique(ids('action_id'), faults)
  expectUnique(ids('block_id'), faults)
}

function checkBlock(block: unknown, spot: Spot): void {
  const type = typeOf(block)
  if (type === 'header') checkHeader(block, spot)
  else if (type === 'rich_text') checkRichText(block, spot)
  else if (type === 'context') checkContext(block, spot)
  else if (type === 'actions') checkActions(block, spot)
  else if (type === 'divider') readObject(block, ['type', 'block_id?'], spot)
  else fault(spot, `is of the unknown type ${JSON.stringify(type)}`)
}

function checkHeader(block: unknown, spot: Spot): void {
  const header = readObject(block, ['type', 'text', 'block_id?'], spot)
  checkPlainText(header?.text, HEADER, inside(spot, 'text'))
  checkUnambiguous(header?.text, inside(spot, 'text'))
}

/** A plain text object; `emoji` false, for `:smile:` in a brief is three words. */
function checkPlainText(value: unknown, most: number, spot: Spot): void {
  const object = readObject(value, ['type', 'text', 'emoji'], spot)
  if (!object) return
  expectOneOf(object.type, ['plain_text'], inside(spot, 'type'))
  expectOneOf(object.emoji, [false], inside(spot, 'emoji'))
  const text = readText(object.text, most, inside(spot, 'text'))
  if (isBlank(text)) fault(spot, 'is blank')
}

/** Slack reads entities and `<…>` in a plain text object in some places and shows them in others. */
function checkUnambiguous(value: unknown, spot: Spot): void {
  for (const { text } of textsOf(value)) if (/[&<>]/.test(text)) fault(spot, 'holds &, < or > in plain text')
}

function checkContext(block: unknown, spot: Spot): void {
  const context = readObject(block, ['type', 'elements', 'block_id?'], spot)
  const elements = readList(context?.elements, 1, CONTEXT_ELEMENTS, inside(spot, 'elements'))
  for (const [index, element] of elements.entries()) checkTextObject(element, inside(spot, `elements[${index}]`))
}

function checkTextObject(value: unknown, spot: Spot): void {
  if (typeOf(value) === 'mrkdwn') checkMrkdwn(value, spot)
  else {
    checkPlainText(value, TEXT_OBJECT, spot)
    checkUnambiguous(value, spot)
  }
}

function checkMrkdwn(value: unknown, spot: Spot): void {
  const object = readObject(value, ['type', 'text', 'verbatim?'], spot)
  const text = readText(object?.text, TEXT_OBJECT, inside(spot, 'text'))
  if (isBlank(text)) fault(spot, 'is blank')
  checkEscaped(text, inside(spot, 'text'))
}

function checkRichText(block: unknown, spot: Spot): void {
  const richText = readObject(block, ['type', 'elements', 'block_id?'], spot)
  const elements = readList(richText?.elements, 1, Number.POSITIVE_INFINITY, inside(spot, 'elements'))
  for (const [index, element] of elements.entries()) checkRichElement(element, inside(spot, `elements[${index}]`))
}

function checkRichElement(element: unknown, spot: Spot): void {
  const type = typeOf(element)
  if (type === 'rich_text_section') checkInline(element, ['type', 'elements'], spot)
  else if (type === 'rich_text_quote') checkInline(element, ['type', 'elements', 'border?'], spot)
  else if (type === 'rich_text_list') checkList(element, spot)
  else fault(spot, `is of the unknown type ${JSON.stringify(type)}`)
}

function checkList(element: unknown, spot: Spot): void {
  const list = readObject(element, ['type', 'style', 'elements', 'indent?', 'offset?', 'border?'], spot)
  expectOneOf(list?.style, ['bullet', 'ordered'], inside(spot, 'style'))
  const items = readList(list?.elements, 1, Number.POSITIVE_INFINITY, inside(spot, 'elements'))
  for (const [index, item] of items.entries()) {
    const place = inside(spot, `elements[${index}]`)
    if (typeOf(item) === 'rich_text_section') checkInline(item, ['type', 'elements'], place)
    else fault(place, `is of the type ${JSON.stringify(typeOf(item))}, which no list holds`)
  }
}

function checkInline(section: unknown, keys: string[], spot: Spot): void {
  const read = readObject(section, keys, spot)
  const elements = readList(read?.elements, 1, Number.POSITIVE_INFINITY, inside(spot, 'elements'))
  const isSharer = isSharedBy(elements)
  for (const [index, element] of elements.entries()) {
    const place = inside(spot, `elements[${index}]`)
    if (typeOf(element) === 'text') checkTextElement(element, place)
    else if (typeOf(element) === 'link') checkLink(element, place)
    else if (typeOf(element) === 'user' && isSharer) checkUser(element, place)
    else fault(place, `is of the type ${JSON.stringify(typeOf(element))}, which has no place there`)
  }
  if (textsOf(elements).every(({ at, text }) => !/\.(?:text|url|user_id)$/.test(at) || isBlank(text)))
    fault(spot, 'is blank')
}

/** The one line that names a user: `Shared by` and nobody else. */
const isSharedBy = ([first, second, ...more]: unknown[]): boolean =>
  typeOf(first) === 'text' &&
  textsOf(first).some(({ at, text }) => at === 'text' && text === 'Shared by ') &&
  typeOf(second) === 'user' &&
  more.length === 0

function checkTextElement(element: unknown, spot: Spot): void {
  const read = readObject(element, ['type', 'text', 'style?'], spot)
  readText(read?.text, TEXT_LEAF, inside(spot, 'text'))
  checkStyle(read?.style, inside(spot, 'style'))
}

/** Only the total bounds a text of rich text. */
const TEXT_LEAF = ALL_TEXT

function checkLink(element: unknown, spot: Spot): void {
  const read = readObject(element, ['type', 'url', 'text?', 'style?'], spot)
  const url = readText(read?.url, ADDRESS, inside(spot, 'url'))
  if (!/^https?:\/\//i.test(url) || !URL.canParse(url)) fault(inside(spot, 'url'), 'is no web address')
  if (read?.text !== undefined && isBlank(readText(read.text, TEXT_LEAF, inside(spot, 'text'))))
    fault(inside(spot, 'text'), 'is blank')
  checkStyle(read?.style, inside(spot, 'style'))
}

function checkUser(element: unknown, spot: Spot): void {
  const read = readObject(element, ['type', 'user_id'], spot)
  if (!/^[UW][A-Z0-9]+$/.test(String(read?.user_id))) fault(inside(spot, 'user_id'), 'is no id of a user')
}

function checkStyle(style: unknown, spot: Spot): void {
  if (style === undefined) return
  const read = readObject(style, ['bold?', 'italic?', 'strike?', 'code?'], spot)
  for (const [key, value] of Object.entries(read ?? {})) expectOneOf(value, [true], inside(spot, key))
}

function checkActions(block: unknown, spot: Spot): void {
  const actions = readObject(block, ['type', 'elements', 'block_id?'], spot)
  const elements = readList(actions?.elements, 1, ACTIONS_ELEMENTS, inside(spot, 'elements'))
  for (const [index, element] of elements.entries()) {
    const place = inside(spot, `elements[${index}]`)
    if (typeOf(element) === 'button') checkButton(element, place)
    else if (typeOf(element) === 'external_select') checkSelect(element, place)
    else fault(place, `is of the unknown type ${JSON.stringify(typeOf(element))}`)
  }
}

function checkButton(element: unknown, spot: Spot): void {
  const button = readObject(element, ['type', 'action_id', 'text', 'value?', 'style?'], spot)
  readText(button?.action_id, ACTION_ID, inside(spot, 'action_id'))
  checkPlainText(button?.text, BUTTON_TEXT, inside(spot, 'text'))
  if (button?.value !== undefined) readText(button.value, BUTTON_VALUE, inside(spot, 'value'))
  if (button?.style !== undefined) expectOneOf(button.style, ['primary', 'danger'], inside(spot, 'style'))
}

function checkSelect(element: unknown, spot: Spot): void {
  const select = readObject(element, ['type', 'action_id', 'placeholder', 'min_query_length'], spot)
  readText(select?.action_id, ACTION_ID, inside(spot, 'action_id'))
  checkPlainText(select?.placeholder, PLACEHOLDER, inside(spot, 'placeholder'))
  expectOneOf(select?.min_query_length, [0], inside(spot, 'min_query_length'))
}
