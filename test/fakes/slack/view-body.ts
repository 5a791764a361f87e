import { checkSlack } from '../check-slack.ts'
import { expectUnique, type JsonObject, textsOf } from '../shape.ts'
import { isObject, readBlocks, type Violate } from './message-body.ts'
import { Refusal, refuseWith } from './refusal.ts'

/** https://docs.slack.dev/surfaces/app-home and https://docs.slack.dev/reference/views: a view holds twice as many as a message. */
const BLOCKS = 100

/** https://docs.slack.dev/reference/views */
const LONGEST_PRIVATE_METADATA = 3000

/** https://docs.slack.dev/reference/views */
const LONGEST_CALLBACK_ID = 255

/** https://docs.slack.dev/reference/views: a modal's title, submit and close */
const LONGEST_TITLE = 24

const KEYS: Record<string, string[]> = {
  home: ['type', 'blocks', 'private_metadata', 'callback_id', 'external_id'],
  modal: ['type', 'blocks', 'private_metadata', 'callback_id', 'external_id', 'title', 'submit', 'close'],
}

/**
 * A view of the given type.
 * @throws Refusal invalid_arguments, with what is wrong, as Slack does for views.
 */
export function readView(
  value: unknown,
  type: 'home' | 'modal',
  violate: Violate,
): JsonObject & { blocks: JsonObject[] } {
  if (!isObject(value)) throw refuseWith('invalid_arguments', ['view must be an object [json-pointer:/view]'])
  const blocks = readBlocks(value.blocks)
  const faults = [...faultsOfFrame(value, type), ...faultsOfBlocks(blocks)]
  for (const fault of faults) violate(`A view for ${type}: ${fault}`)
  if (value.type !== type) throw new Refusal('invalid_arguments')
  if (faults.length > 0) throw refuseWith('invalid_arguments', faults)
  return { ...value, blocks }
}

function faultsOfFrame(view: JsonObject, type: 'home' | 'modal'): string[] {
  const unknown = Object.keys(view).filter(key => !KEYS[type]?.includes(key))
  const faults = unknown.map(key => `The view has the unknown key ${key}.`)
  if (view.type !== type) faults.push(`The view is of the type ${view.type}.`)
  if (String(view.private_metadata ?? '').length > LONGEST_PRIVATE_METADATA)
    faults.push('private_metadata is too long.')
  if (String(view.callback_id ?? '').length > LONGEST_CALLBACK_ID) faults.push('callback_id is too long.')
  if (type === 'modal' && !isTitle(view.title))
    faults.push(`A modal needs a title of 1 to ${LONGEST_TITLE} characters.`)
  return faults
}

const isTitle = (title: unknown): boolean =>
  isObject(title) && typeof title.text === 'string' && title.text !== '' && title.text.length <= LONGEST_TITLE

/** Each block alone is checked as a block of a message; ids are unique over all of them. */
function faultsOfBlocks(blocks: JsonObject[]): string[] {
  const faults = blocks.flatMap((block, index) =>
    checkSlack({ text: 'text', blocks: [block] }).map(fault => fault.replaceAll('blocks[0]', `blocks[${index}]`)),
  )
  if (blocks.length < 1 || blocks.length > BLOCKS)
    faults.push(`The view has ${blocks.length} blocks, outside 1 to ${BLOCKS}.`)
  for (const key of ['action_id', 'block_id']) {
    const ids = textsOf(blocks).filter(({ at }) => at.endsWith(`.${key}`))
    const repeated: string[] = []
    expectUnique(
      ids.map(({ at, text }) => ({ id: text, at })),
      repeated,
    )
    faults.push(...repeated.filter(fault => !faults.includes(fault)))
  }
  return faults
}
