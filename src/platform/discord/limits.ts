import { type Budget, MOST_BUTTONS } from '../../card/card.ts'

/** Nested ones counted. https://docs.discord.com/developers/components/reference#component-limits */
export const MOST_COMPONENTS = 40

/** Code points over all text displays of a message. https://github.com/discord/discord-api-docs/pull/8562 */
export const MOST_CHARACTERS = 4000

/** UTF-8 bytes of all text displays and DISPLAY_BYTES for each: more is answered with 500. https://github.com/discord/discord-api-docs/issues/8554 */
export const MOST_BYTES = 10_170

export const DISPLAY_BYTES = 12

/** https://docs.discord.com/developers/components/reference#action-row */
export const BUTTONS_IN_ROW = 5

/** https://docs.discord.com/developers/components/reference#button */
export const LONGEST_BUTTON = 80

/** https://docs.discord.com/developers/components/reference#string-select */
export const MOST_OPTIONS = 25

/** A label, a value, a description of an option. */
export const LONGEST_OPTION = 100

export const LONGEST_PLACEHOLDER = 150

/**
 * What a page of a card may hold: the limits, less the line that says who shared, and less the components of the container, the
 * title, that line, the rows of as many buttons as a card may have, a row with the picker, and a row with the mark of a delivery.
 */
export const DISCORD_BUDGET: Budget = {
  characters: MOST_CHARACTERS - 100,
  blocks: MOST_COMPONENTS - (1 + 1 + 1 + Math.ceil(MOST_BUTTONS / BUTTONS_IN_ROW) + MOST_BUTTONS + 2 + 2),
  weigh,
  markup: 6,
}

/**
 * Marks may need a backslash, an address its parentheses encoded, a line break the mark of a quote or list, a style and a backslash behind it;
 * letters of three and four bytes meet the limit of bytes first.
 */
function weigh(text: string): number {
  let weight = 0
  for (const character of text) {
    const code = character.codePointAt(0) as number
    if (code > 0xffff) weight += 1.7
    else if (code > 0x7ff) weight += 1.25
    else if (character === '\n') weight += 10
    else if (character === '(' || character === ')') weight += 3
    else weight += MARKS.test(character) ? 2 : 1
  }
  return weight
}

const MARKS = /[\\*_~`|<>@[\]:]/

/** https://docs.discord.com/developers/interactions/application-commands#registering-a-command */
export const MOST_COMMANDS = 100

export const LONGEST_DESCRIPTION = 100

/** https://docs.discord.com/developers/interactions/receiving-and-responding#interaction-response-object-autocomplete */
export const MOST_CHOICES = 25

/** A choice's name, a choice's value. */
export const LONGEST_CHOICE = 100

/** https://docs.discord.com/developers/components/reference#anatomy-of-a-component */
export const LONGEST_ID = 100

/** Where Discord's requests arrive in HTTP mode. */
export const INTERACTIONS_PATH = '/discord/interactions'
