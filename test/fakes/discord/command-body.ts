import { Locale } from 'discord-api-types/v10'
import type { JsonObject } from '../shape.ts'
import { isObject } from '../slack/message-body.ts'
import type { Violate } from './message-body.ts'
import { type FormFault, invalidForm } from './refusal.ts'

/** https://docs.discord.com/developers/interactions/application-commands#application-command-object-application-command-naming */
const NAME = /^[-_'\p{L}\p{N}\p{sc=Deva}\p{sc=Thai}]{1,32}$/u
const CONTEXT_MENU_NAME = 32

/** https://docs.discord.com/developers/interactions/application-commands#application-command-object-application-command-structure */
const DESCRIPTION = 100
const OPTIONS = 25
const KEYS = [
  'id',
  'name',
  'name_localizations',
  'description',
  'description_localizations',
  'options',
  'default_member_permissions',
  'integration_types',
  'contexts',
  'type',
  'nsfw',
]
const DEPRECATED = ['dm_permission', 'default_permission']
const GLOBAL_ONLY = ['integration_types', 'contexts', 'dm_permission']

/** https://docs.discord.com/developers/interactions/application-commands#application-command-object-application-command-option-structure */
const OPTION_KEYS = [
  'type',
  'name',
  'name_localizations',
  'description',
  'description_localizations',
  'required',
  'choices',
  'options',
  'channel_types',
  'min_value',
  'max_value',
  'min_length',
  'max_length',
  'autocomplete',
]
const CHOICES = 25
const CHOICE = 100
const LONGEST_INPUT = 6000

/** https://docs.discord.com/developers/interactions/application-commands#application-command-object-application-command-option-type */
const SUB_COMMAND = 1
const SUB_COMMAND_GROUP = 2
const STRING = 3
const INTEGER = 4
const NUMBER = 10
const LAST_TYPE = 11
const isNesting = (type: unknown): boolean => type === SUB_COMMAND || type === SUB_COMMAND_GROUP
const takesChoices = (type: unknown): boolean => type === STRING || type === INTEGER || type === NUMBER

/** https://docs.discord.com/developers/interactions/application-commands#slash-commands (name, description and value, of all that it holds) */
const COMMAND_TEXT = 8000

const codePoints = (text: string): number => [...text].length

/** Where something stands, and the faults that are found. */
type Site = { at: string; faults: FormFault[]; violate: Violate }

const inside = (site: Site, step: string): Site => ({ ...site, at: site.at === '' ? step : `${site.at}.${step}` })

const refuse = ({ at, faults }: Site, code: string, message: string): void => {
  faults.push({ at, code, message })
}

/**
 * Expects commands as Discord takes them.
 * @throws Refusal 50035 with every fault; what Discord ignores is told to `violate`
 */
export function expectCommands(
  commands: unknown[],
  isGlobal: boolean,
  at: (index: number) => string,
  violate: Violate,
): void {
  const faults: FormFault[] = []
  for (const [index, command] of commands.entries()) checkCommand(command, isGlobal, { at: at(index), faults, violate })
  const names = commands.filter(isObject).map(({ type = 1, name }) => `${type} ${name}`)
  if (new Set(names).size < names.length)
    faults.push({
      at: '',
      code: 'APPLICATION_COMMANDS_DUPLICATE_NAME',
      message: 'Application command names must be unique',
    })
  for (const fault of faults) violate(`A command: ${fault.at} ${fault.message}`)
  if (faults.length > 0) throw invalidForm(faults)
}

function checkCommand(command: unknown, isGlobal: boolean, site: Site) {
  if (!isObject(command)) return refuse(site, 'DICT_TYPE_CONVERT', 'Only dictionaries may be used in a DictType')
  noteIgnored(command, isGlobal, site)
  const { type = 1 } = command
  if (type === 1) checkChatInput(command, site)
  else if (type === 2 || type === 3) checkContextMenu(command, site)
  else refuse(inside(site, 'type'), 'BASE_TYPE_CHOICES', 'Value must be one of {1, 2, 3}.')
  checkRights(command, site)
}

function noteIgnored(command: JsonObject, isGlobal: boolean, { at, violate }: Site): void {
  for (const key of Object.keys(command)) {
    if (DEPRECATED.includes(key)) violate(`A command ${at} has ${key}, which is deprecated.`)
    else if (!KEYS.includes(key)) violate(`A command ${at} has the unknown key ${key}.`)
    if (!isGlobal && GLOBAL_ONLY.includes(key))
      violate(`A guild's command ${at} has ${key}, which only global ones have.`)
  }
}

function checkChatInput(command: JsonObject, site: Site): void {
  checkName(command, site)
  checkDescription(command, site)
  if (command.options !== undefined) checkOptions(command.options, inside(site, 'options'))
  const size = textSize(command)
  if (size > COMMAND_TEXT)
    refuse(site, 'APPLICATION_COMMAND_TOO_LARGE', `Command exceeds maximum size (${COMMAND_TEXT})`)
}

/** https://docs.discord.com/developers/interactions/application-commands#user-commands */
function checkContextMenu({ name, description = '', options }: JsonObject, site: Site): void {
  if (typeof name !== 'string' || codePoints(name) < 1 || codePoints(name) > CONTEXT_MENU_NAME)
    refuse(inside(site, 'name'), 'BASE_TYPE_BAD_LENGTH', `Must be between 1 and ${CONTEXT_MENU_NAME} in length.`)
  if (description !== '')
    refuse(
      inside(site, 'description'),
      'APPLICATION_COMMAND_CONTEXT_MENU_DESCRIPTION',
      'Context menu commands have none',
    )
  if (options !== undefined)
    refuse(inside(site, 'options'), 'APPLICATION_COMMAND_CONTEXT_MENU_OPTIONS', 'Context menu commands have none')
}

function checkRights(
  { default_member_permissions: rights, integration_types, contexts }: JsonObject,
  site: Site,
): void {
  const isRights = rights === undefined || rights === null || (typeof rights === 'string' && /^\d{1,20}$/.test(rights))
  if (!isRights) refuse(inside(site, 'default_member_permissions'), 'BITFIELD_INVALID', 'Must be digits or null.')
  checkNumbers(integration_types, [0, 1], inside(site, 'integration_types'))
  checkNumbers(contexts, [0, 1, 2], inside(site, 'contexts'))
}

function checkNumbers(value: unknown, allowed: unknown[], site: Site): void {
  if (value === undefined || value === null) return
  const isFit =
    Array.isArray(value) && value.every(one => allowed.includes(one)) && new Set(value).size === value.length
  if (!isFit || value.length === 0) refuse(site, 'BASE_TYPE_CHOICES', `Value must be one or more of ${allowed}.`)
}

function checkName({ name, name_localizations: translated }: JsonObject, site: Site): void {
  expectName(name, inside(site, 'name'))
  checkTranslations(translated, inside(site, 'name_localizations'), expectName)
}

function expectName(name: unknown, site: Site): void {
  if (name === undefined) refuse(site, 'BASE_TYPE_REQUIRED', 'This field is required')
  else if (typeof name !== 'string' || !NAME.test(name))
    refuse(site, 'STRING_TYPE_REGEX', 'String value did not match validation regex.')
  else if (name !== name.toLowerCase()) refuse(site, 'APPLICATION_COMMAND_INVALID_NAME', 'Command name is invalid')
}

function checkDescription({ description, description_localizations: translated }: JsonObject, site: Site): void {
  expectDescription(description, inside(site, 'description'))
  checkTranslations(translated, inside(site, 'description_localizations'), expectDescription)
}

function expectDescription(description: unknown, site: Site) {
  if (description === undefined) return refuse(site, 'BASE_TYPE_REQUIRED', 'This field is required')
  const length = typeof description === 'string' ? codePoints(description) : 0
  if (length < 1 || length > DESCRIPTION)
    refuse(site, 'BASE_TYPE_BAD_LENGTH', `Must be between 1 and ${DESCRIPTION} in length.`)
}

const LOCALES: unknown[] = Object.values(Locale)

/** https://docs.discord.com/developers/reference#locales */
function checkTranslations(value: unknown, site: Site, check: (text: unknown, site: Site) => void) {
  if (value === undefined || value === null) return
  if (!isObject(value)) return refuse(site, 'DICT_TYPE_CONVERT', 'Only dictionaries may be used in a DictType')
  for (const [locale, text] of Object.entries(value)) {
    if (!LOCALES.includes(locale)) refuse(inside(site, locale), 'BASE_TYPE_CHOICES', 'Value must be a locale.')
    else if (text !== null) check(text, inside(site, locale))
  }
}

function checkOptions(value: unknown, site: Site) {
  if (!Array.isArray(value)) return refuse(site, 'LIST_TYPE_CONVERT', 'Only iterables may be used in a ListType')
  if (value.length > OPTIONS) refuse(site, 'BASE_TYPE_MAX_LENGTH', `Must be ${OPTIONS} or fewer in length.`)
  for (const [index, option] of value.entries()) checkOption(option, { ...site, at: `${site.at}[${index}]` })
  checkOrder(value.filter(isObject), site)
}

function checkOrder(options: JsonObject[], site: Site): void {
  const names = options.map(({ name }) => name)
  if (new Set(names).size < names.length)
    refuse(site, 'APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS', 'Option name already exists in these options')
  const firstOptional = options.findIndex(({ required }) => required !== true)
  if (firstOptional >= 0 && options.slice(firstOptional).some(({ required }) => required === true))
    refuse(
      site,
      'APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID',
      'Required options must be placed before non-required options',
    )
  const nesting = options.filter(({ type }) => isNesting(type))
  if (nesting.length > 0 && nesting.length < options.length)
    refuse(site, 'APPLICATION_COMMAND_OPTIONS_TYPE_INVALID', 'Sub-commands and other options exclude each other')
}

function checkOption(option: unknown, site: Site) {
  if (!isObject(option)) return refuse(site, 'DICT_TYPE_CONVERT', 'Only dictionaries may be used in a DictType')
  for (const key of Object.keys(option))
    if (!OPTION_KEYS.includes(key)) site.violate(`A command's option ${site.at} has the unknown key ${key}.`)
  const { type } = option
  if (!Number.isInteger(type) || Number(type) < 1 || Number(type) > LAST_TYPE)
    refuse(inside(site, 'type'), 'BASE_TYPE_CHOICES', `Value must be one of 1 to ${LAST_TYPE}.`)
  checkName(option, site)
  checkDescription(option, site)
  checkNested(option, site)
  checkInput(option, site)
}

function checkNested({ type, options, required }: JsonObject, site: Site) {
  if (isNesting(type) && required !== undefined)
    refuse(inside(site, 'required'), 'APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID', 'Sub-commands are not required')
  if (options === undefined) return
  if (!isNesting(type))
    return refuse(inside(site, 'options'), 'APPLICATION_COMMAND_OPTIONS_TYPE_INVALID', 'Has no options')
  checkOptions(options, inside(site, 'options'))
  const below = Array.isArray(options) ? options.filter(isObject) : []
  if (below.some(one => one.type === SUB_COMMAND_GROUP || (one.type === SUB_COMMAND && type === SUB_COMMAND)))
    refuse(inside(site, 'options'), 'APPLICATION_COMMAND_OPTIONS_TYPE_INVALID', 'Sub-commands are nested too deep')
}

function checkInput(
  { type, choices, autocomplete, min_length: least, max_length: most }: JsonObject,
  site: Site,
): void {
  if (choices !== undefined) checkChoices(choices, type, inside(site, 'choices'))
  if (autocomplete !== undefined && typeof autocomplete !== 'boolean')
    refuse(inside(site, 'autocomplete'), 'BOOLEAN_TYPE_CONVERT', 'Must be either true or false.')
  if (autocomplete === true && (!takesChoices(type) || (Array.isArray(choices) && choices.length > 0)))
    refuse(
      inside(site, 'autocomplete'),
      'APPLICATION_COMMAND_OPTIONS_AUTOCOMPLETE_INVALID',
      'Has choices, or is of no type for it',
    )
  expectLength(least, 0, type, inside(site, 'min_length'))
  expectLength(most, 1, type, inside(site, 'max_length'))
}

function expectLength(value: unknown, least: number, type: unknown, site: Site): void {
  if (value === undefined) return
  const isFit = Number.isInteger(value) && Number(value) >= least && Number(value) <= LONGEST_INPUT
  if (type !== STRING || !isFit) refuse(site, 'NUMBER_TYPE_MAX', `Must be ${least} to ${LONGEST_INPUT}, at a string.`)
}

/** https://docs.discord.com/developers/interactions/application-commands#application-command-object-application-command-option-choice-structure */
function checkChoices(value: unknown, type: unknown, site: Site) {
  if (!Array.isArray(value)) return refuse(site, 'LIST_TYPE_CONVERT', 'Only iterables may be used in a ListType')
  if (!takesChoices(type))
    refuse(site, 'APPLICATION_COMMAND_OPTIONS_TYPE_INVALID', 'Options of this type have no choices')
  for (const fault of choiceFaults(value, type))
    refuse({ ...site, at: `${site.at}${fault.at}` }, fault.code, fault.message)
  const names = value.filter(isObject).map(({ name }) => name)
  if (new Set(names).size < names.length)
    refuse(
      site,
      'APPLICATION_COMMAND_OPTIONS_CHOICE_NAME_ALREADY_EXISTS',
      'Choice name already exists in these options',
    )
}

/** What is wrong with choices, of a command or of an autocompletion; the places start at the list. */
export function choiceFaults(choices: unknown[], type: unknown): FormFault[] {
  const many = { at: '', code: 'BASE_TYPE_MAX_LENGTH', message: `Must be ${CHOICES} or fewer in length.` }
  const faults = choices.flatMap((choice, index) => {
    const { name, value } = isObject(choice) ? choice : {}
    return [
      ...(isChoiceText(name) ? [] : [badLength(`[${index}].name`)]),
      ...(isChoiceValue(value, type) ? [] : [badLength(`[${index}].value`)]),
    ]
  })
  return choices.length > CHOICES ? [many, ...faults] : faults
}

const badLength = (at: string): FormFault => ({
  at,
  code: 'BASE_TYPE_BAD_LENGTH',
  message: `Must be of the option's type, and between 1 and ${CHOICE} in length.`,
})

/** White space alone is trimmed to nothing. */
const isChoiceText = (text: unknown): boolean =>
  typeof text === 'string' && text.trim() !== '' && codePoints(text) <= CHOICE

const isChoiceValue = (value: unknown, type: unknown): boolean =>
  type === STRING ? isChoiceText(value) : type === INTEGER ? Number.isSafeInteger(value) : Number.isFinite(value)

/** The characters of all names, descriptions and values; of translations the longest counts. */
function textSize(value: JsonObject): number {
  const own =
    longest(value.name, value.name_localizations) + longest(value.description, value.description_localizations)
  const worth = typeof value.value === 'string' ? codePoints(value.value) : 0
  const below = [value.options, value.choices].flatMap(list => (Array.isArray(list) ? list.filter(isObject) : []))
  return below.reduce((sum, one) => sum + textSize(one), own + worth)
}

const longest = (text: unknown, translations: unknown): number => {
  const texts = [text, ...(isObject(translations) ? Object.values(translations) : [])]
  return Math.max(0, ...texts.filter(one => typeof one === 'string').map(codePoints))
}
