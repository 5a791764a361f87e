import { fault, inside, readList, readObject, readText, type Spot } from '../shape.ts'
import { isObject } from './message-body.ts'

/** https://docs.slack.dev/reference/block-kit/block-elements/select-menu-element#external_select */
const OPTIONS = 100

/** https://docs.slack.dev/reference/block-kit/composition-objects/option-object */
const OPTION_TEXT = 75

/** https://docs.slack.dev/reference/block-kit/composition-objects/option-object */
const OPTION_VALUE = 150

export type Option = { text: string; value: string }

/** The choices that an answer to `block_suggestion` offers; none where anything in it is wrong, for Slack shows none then. */
export function readOptions(payload: unknown, violate: (what: string) => void): Option[] {
  const spot: Spot = { at: '', faults: [] }
  const answer = readObject(payload, ['options'], spot)
  const options = readList(answer?.options, 0, OPTIONS, inside(spot, 'options')).map((option, index) =>
    readOption(option, inside(spot, `options[${index}]`)),
  )
  for (const what of spot.faults) violate(`An answer to block_suggestion: ${what}`)
  return spot.faults.length === 0 ? options : []
}

function readOption(value: unknown, spot: Spot): Option {
  const option = readObject(value, ['text', 'value', 'description?'], spot)
  const text = readObject(option?.text, ['type', 'text', 'emoji?'], inside(spot, 'text'))
  if (isObject(text) && text.type !== 'plain_text') fault(inside(spot, 'text'), 'is no plain text')
  return {
    text: readText(text?.text, OPTION_TEXT, inside(spot, 'text.text')),
    value: readText(option?.value, OPTION_VALUE, inside(spot, 'value')),
  }
}
