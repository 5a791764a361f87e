import { type Budget, MOST_BUTTONS } from '../../card/card.ts'

/** https://docs.slack.dev/reference/block-kit/blocks/ */
export const MOST_BLOCKS = 50

/** https://docs.slack.dev/reference/block-kit/blocks/header-block */
export const LONGEST_HEADER = 150

/** https://docs.slack.dev/reference/block-kit/composition-objects/text-object */
export const LONGEST_TEXT_OBJECT = 3000

/** https://docs.slack.dev/reference/block-kit/block-elements/button-element */
export const LONGEST_BUTTON = 75

/** https://docs.slack.dev/reference/block-kit/block-elements/multi-select-menu-element/ (the same for every select) */
export const LONGEST_PLACEHOLDER = 150

/**
 * All text of a message's blocks. Slack refuses more with `msg_blocks_too_long` and documents no number: 11,341 characters were refused
 * and 13,200 were, by how they are counted (https://github.com/slackapi/bolt-js/issues/2867, /issues/2509).
 */
export const MOST_CHARACTERS = 10_000

/**
 * What a page of a card may hold: the limits, less the labels of what can be clicked, who shared, and the blocks for the title, who
 * shared, the buttons and the picker.
 */
export const SLACK_BUDGET: Budget = {
  characters: MOST_CHARACTERS - MOST_BUTTONS * LONGEST_BUTTON - LONGEST_PLACEHOLDER - 100,
  blocks: MOST_BLOCKS - 5,
  weigh,
  markup: 2,
}

/**
 * `&`, `<` and `>` are written as entities of up to five characters in the top-level text, and Slack cuts that off at 40,000:
 * https://docs.slack.dev/reference/methods/chat.postMessage#truncating
 */
function weigh(text: string): number {
  const escaped = text.match(/[&<>]/g)?.length ?? 0
  return text.length + escaped * 0.25
}

/** https://docs.slack.dev/reference/block-kit/composition-objects/option-object */
export const LONGEST_OPTION = 75

/** https://docs.slack.dev/reference/block-kit/block-elements/select-menu-element#external_select */
export const MOST_OPTIONS = 100

/** Where Slack's requests arrive in HTTP mode. */
export const EVENTS_PATH = '/slack/events'

/** A message shows its own words, not what its links lead to: https://docs.slack.dev/messaging/unfurling-links-in-messages */
export const UNFURL_NOTHING = { unfurl_links: false, unfurl_media: false }
