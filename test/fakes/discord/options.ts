import type { JsonObject } from '../shape.ts'
import { isObject } from '../slack/message-body.ts'
import type { Command } from './commands.ts'

/** The values of options by their names. */
export type Values = Record<string, string | number | boolean>

export type Filled = { options: JsonObject[]; resolved: JsonObject }

type Given = { name: string; text?: string; options?: Values; option?: string }

/** https://docs.discord.com/developers/interactions/application-commands#application-command-object-application-command-option-type */
const SUB_COMMAND_GROUP = 2
const STRING = 3

const optionsOf = ({ options }: JsonObject): JsonObject[] => (Array.isArray(options) ? options.filter(isObject) : [])

/** What a command carries when it is sent. @throws Error where Discord wouldn't let it be sent */
export function fillOptions(command: Command, given: Given): Filled {
  return nest(command, given, leaf => {
    const values = valuesFor(leaf, given)
    for (const option of optionsOf(leaf)) expectValue(option, values[String(option.name)])
    return drawValues(leaf, values)
  })
}

/** What a command carries while it is typed. @throws Error where nothing completes */
export function focusOption(command: Command, given: Given): Filled & { optionType: number } {
  const found: { type: number } = { type: 0 }
  const filled = nest(command, given, leaf => {
    const focused = optionsOf(leaf).find(
      ({ name, autocomplete }) => autocomplete === true && (given.option ?? name) === name,
    )
    if (!focused) throw new Error(`The command ${given.name} completes no option ${given.option ?? ''}.`)
    found.type = Number(focused.type)
    const others = drawValues(leaf, given.options ?? {}).filter(({ name }) => name !== focused.name)
    return [...others, { name: focused.name, type: focused.type, value: given.text ?? '', focused: true }]
  })
  return { ...filled, optionType: found.type }
}

/** Walks down to the sub-command that the name tells. */
function nest(command: JsonObject, { name }: Given, fill: (leaf: JsonObject) => JsonObject[]): Filled {
  const [, ...steps] = name.split(' ')
  const descend = (at: JsonObject, [step, ...rest]: string[]): JsonObject[] => {
    const below = optionsOf(at).filter(({ type }) => Number(type) <= SUB_COMMAND_GROUP)
    if (step === undefined && below.length > 0) throw new Error(`The command ${name} needs a sub-command.`)
    if (step === undefined) return fill(at)
    const next = below.find(one => one.name === step)
    if (!next) throw new Error(`The command ${name} has no sub-command ${step}.`)
    const options = descend(next, rest)
    return [{ name: step, type: next.type, options }]
  }
  return { options: descend(command, steps), resolved: {} }
}

function valuesFor(leaf: JsonObject, { name, text, options = {} }: Given): Values {
  const known = optionsOf(leaf).map(option => option.name)
  for (const key of Object.keys(options)) if (!known.includes(key)) throw new Error(`/${name} has no option ${key}.`)
  if (text === undefined || text === '') return options
  const first = optionsOf(leaf).find(({ type }) => type === STRING)
  if (!first) throw new Error(`/${name} takes no text.`)
  return { [String(first.name)]: text, ...options }
}

function expectValue(option: JsonObject, value: unknown): void {
  const { name, type, required, choices, max_length: most = 6000, min_length: least = 0 } = option
  if (value === undefined) {
    if (required === true) throw new Error(`The option ${name} is required.`)
    return
  }
  const isText = typeof value === 'string'
  if (type === STRING && !isText) throw new Error(`The option ${name} is a text.`)
  if (isText && ([...value].length > Number(most) || [...value].length < Number(least)))
    throw new Error(`The option ${name} has a text of another length.`)
  const list = Array.isArray(choices) ? choices.filter(isObject) : []
  if (list.length > 0 && !list.some(choice => choice.value === value))
    throw new Error(`The option ${name} has no choice ${value}.`)
}

const drawValues = (leaf: JsonObject, values: Values): JsonObject[] =>
  optionsOf(leaf).flatMap(({ name, type }) => {
    const value = values[String(name)]
    return value === undefined ? [] : [{ name, type, value }]
  })
