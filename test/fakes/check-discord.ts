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

/** https://docs.discord.com/developers/resources/message#message-object-message-flags */
const IS_COMPONENTS_V2 = 1 << 15

/** https://docs.discord.com/developers/components/reference#component-object-component-types */
const ACTION_ROW = 1
const BUTTON = 2
const STRING_SELECT = 3
const TEXT_DISPLAY = 10
const SEPARATOR = 14
const CONTAINER = 17

/** https://docs.discord.com/developers/components/reference (nested components are counted) */
const COMPONENTS = 40

/** https://github.com/discord/discord-api-docs/pull/8562 */
const DISPLAYED = 4000

/** https://github.com/discord/discord-api-docs/issues/8554: more answers 500. */
const DISPLAYED_BYTES = 10_170
const BYTES_A_DISPLAY = 12

/** https://docs.discord.com/developers/components/reference#action-row */
const ROW = 5

/** https://docs.discord.com/developers/components/reference#anatomy-of-a-component */
const CUSTOM_ID = 100

/** https://docs.discord.com/developers/components/reference#button */
const BUTTON_LABEL = 80

/** https://docs.discord.com/developers/components/reference#button-button-styles; 5 is a link and 6 is bought. */
const BUTTON_STYLES = [1, 2, 3, 4]

/** https://docs.discord.com/developers/components/reference#string-select */
const OPTIONS = 25
const PLACEHOLDER = 150

/** https://docs.discord.com/developers/components/reference#string-select-select-option-structure */
const OPTION_TEXT = 100

/** https://docs.discord.com/developers/components/reference#separator-separator-structure */
const SPACINGS = [1, 2]

const codePoints = (text: string): number => [...text].length

const bytes = (text: string): number => new TextEncoder().encode(text).length

/** Every fault for which Discord would refuse a message of ours or ping somebody, as sentences. */
export function checkDiscord(message: unknown): string[] {
  const faults: string[] = []
  const spot: Spot = { at: '', faults }
  const read = readObject(message, ['flags', 'components', 'allowed_mentions'], spot)
  if (!read) return faults
  expectOneOf(read.flags, [IS_COMPONENTS_V2], inside(spot, 'flags'))
  const mentions = readObject(read.allowed_mentions, ['parse'], inside(spot, 'allowed_mentions'))
  readList(mentions?.parse, 0, 0, inside(spot, 'allowed_mentions.parse'))
  const components = readList(read.components, 1, COMPONENTS, inside(spot, 'components'))
  for (const [index, component] of components.entries()) checkTop(component, inside(spot, `components[${index}]`))
  checkCounts(components, faults)
  expectUnique(valuesOf(components, 'custom_id'), faults)
  expectWellFormed(message, faults)
  return faults
}

const valuesOf = (value: unknown, key: string): { id: string; at: string }[] =>
  textsOf(value)
    .filter(({ at }) => at.endsWith(`.${key}`))
    .map(({ at, text }) => ({ id: text, at }))

function checkCounts(components: unknown[], faults: string[]): void {
  const count = countComponents(components)
  if (count > COMPONENTS) faults.push(`The message has ${count} components, more than ${COMPONENTS}.`)
  const displayed = valuesOf(components, 'content').map(({ id }) => id)
  const all = displayed.join('')
  if (codePoints(all) > DISPLAYED)
    faults.push(`The text displays hold ${codePoints(all)} characters, more than ${DISPLAYED}.`)
  const weight = bytes(all) + BYTES_A_DISPLAY * displayed.length
  if (weight > DISPLAYED_BYTES) faults.push(`The text displays weigh ${weight} bytes, more than ${DISPLAYED_BYTES}.`)
}

const countComponents = (components: unknown[]): number =>
  components.reduce<number>((count, component) => {
    const nested = typeof component === 'object' && component !== null && Reflect.get(component, 'components')
    return count + 1 + (Array.isArray(nested) ? countComponents(nested) : 0)
  }, 0)

function checkTop(component: unknown, spot: Spot): void {
  if (typeOf(component) === CONTAINER) checkContainer(component, spot)
  else checkPart(component, spot)
}

function checkContainer(component: unknown, spot: Spot): void {
  const container = readObject(component, ['type', 'components', 'id?', 'accent_color?', 'spoiler?'], spot)
  const colour = container?.accent_color
  if (colour !== undefined && !(Number.isInteger(colour) && Number(colour) >= 0 && Number(colour) <= 0xffffff))
    fault(inside(spot, 'accent_color'), 'is no colour')
  if (container?.spoiler !== undefined) expectOneOf(container.spoiler, [false], inside(spot, 'spoiler'))
  const parts = readList(container?.components, 1, COMPONENTS, inside(spot, 'components'))
  for (const [index, part] of parts.entries()) checkPart(part, inside(spot, `components[${index}]`))
}

function checkPart(component: unknown, spot: Spot): void {
  const type = typeOf(component)
  if (type === TEXT_DISPLAY) checkDisplay(component, spot)
  else if (type === SEPARATOR) checkSeparator(component, spot)
  else if (type === ACTION_ROW) checkRow(component, spot)
  else fault(spot, `is of the type ${JSON.stringify(type)}, which has no place there`)
}

function checkDisplay(component: unknown, spot: Spot): void {
  const display = readObject(component, ['type', 'content', 'id?'], spot)
  const content = readText(display?.content, DISPLAYED, inside(spot, 'content'), codePoints)
  if (isBlank(content.replace(/^(?:#{1,3}|-#|>|-) /gm, ''))) fault(spot, 'is blank')
}

function checkSeparator(component: unknown, spot: Spot): void {
  const separator = readObject(component, ['type', 'id?', 'divider?', 'spacing?'], spot)
  if (separator?.divider !== undefined) expectOneOf(separator.divider, [true, false], inside(spot, 'divider'))
  if (separator?.spacing !== undefined) expectOneOf(separator.spacing, SPACINGS, inside(spot, 'spacing'))
}

function checkRow(component: unknown, spot: Spot): void {
  const row = readObject(component, ['type', 'components', 'id?'], spot)
  const parts = readList(row?.components, 1, ROW, inside(spot, 'components'))
  const isSelect = parts.some(part => typeOf(part) === STRING_SELECT)
  if (isSelect && parts.length > 1) fault(spot, 'has a select beside something else')
  for (const [index, part] of parts.entries()) {
    const place = inside(spot, `components[${index}]`)
    if (typeOf(part) === BUTTON) checkButton(part, place)
    else if (typeOf(part) === STRING_SELECT) checkSelect(part, place)
    else fault(place, `is of the type ${JSON.stringify(typeOf(part))}, which no row holds`)
  }
}

function checkButton(component: unknown, spot: Spot): void {
  const button = readObject(component, ['type', 'style', 'label', 'custom_id', 'id?', 'disabled?'], spot)
  expectOneOf(button?.style, BUTTON_STYLES, inside(spot, 'style'))
  checkLabel(button?.label, BUTTON_LABEL, inside(spot, 'label'))
  readText(button?.custom_id, CUSTOM_ID, inside(spot, 'custom_id'), codePoints)
  if (button?.disabled !== undefined) expectOneOf(button.disabled, [true, false], inside(spot, 'disabled'))
}

function checkLabel(value: unknown, most: number, spot: Spot): void {
  const label = readText(value, most, spot, codePoints)
  if (isBlank(label)) fault(spot, 'is blank')
}

const SELECT = ['type', 'custom_id', 'options', 'placeholder?', 'min_values?', 'max_values?', 'id?', 'disabled?']

function checkSelect(component: unknown, spot: Spot): void {
  const select = readObject(component, SELECT, spot)
  readText(select?.custom_id, CUSTOM_ID, inside(spot, 'custom_id'), codePoints)
  if (select?.placeholder !== undefined) checkLabel(select.placeholder, PLACEHOLDER, inside(spot, 'placeholder'))
  for (const key of ['min_values', 'max_values'])
    if (select?.[key] !== undefined) expectOneOf(select[key], [1], inside(spot, key))
  const options = readList(select?.options, 1, OPTIONS, inside(spot, 'options'))
  for (const [index, option] of options.entries()) checkOption(option, inside(spot, `options[${index}]`))
  expectUnique(valuesOf(options, 'value'), spot.faults)
}

function checkOption(value: unknown, spot: Spot): void {
  const option = readObject(value, ['label', 'value', 'description?', 'default?'], spot)
  checkLabel(option?.label, OPTION_TEXT, inside(spot, 'label'))
  readText(option?.value, OPTION_TEXT, inside(spot, 'value'), codePoints)
  if (option?.description !== undefined) checkLabel(option.description, OPTION_TEXT, inside(spot, 'description'))
  if (option?.default !== undefined) expectOneOf(option.default, [true, false], inside(spot, 'default'))
}
