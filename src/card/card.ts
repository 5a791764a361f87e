/** A piece of inline text. A tree, never a platform's markup, so that nothing in a brief can ping, link or break out. */
export type Run =
  | { kind: 'text'; text: string }
  | { kind: 'emphasis'; runs: Run[] }
  | { kind: 'strong'; runs: Run[] }
  | { kind: 'code'; text: string }
  | { kind: 'link'; url: string; runs: Run[] }

/** What the check of a quote against its sources gave; `why` is the editor's reason, `note` names a translation. */
export type QuoteStatus = { kind: 'verified'; note?: string } | { kind: 'unverified'; why: string; note?: string }

export type Quote = {
  kind: 'quote'
  paragraphs: Run[][]
  attribution: Run[]
  status: QuoteStatus
  /** Set on every part but the first of a quote that was cut by `paginate`. */
  continued?: true
}

export type Field = { value: string; label: Run[] }

export type Block =
  /** A minor one stands below another heading. */
  | { kind: 'heading'; text: string; minor?: true }
  | { kind: 'paragraph'; runs: Run[] }
  | { kind: 'list'; items: Run[][] }
  | Quote
  | { kind: 'fields'; fields: Field[] }
  | { kind: 'divider' }
  | { kind: 'context'; runs: Run[] }

export type Choice = { label: string; value: string; description?: string }

/** Something to click. An `id` says by itself what a click does, is unique in its card and has at most 100 characters. */
export type Action =
  | { kind: 'button'; id: string; label: string }
  | { kind: 'share'; id: string; label: string }
  /** `total` counts what there is to choose from, where `choices` are only the first of it. */
  | { kind: 'picker'; id: string; label: string; choices: Choice[]; total: number }

/** An answer or a post, as no platform in particular shows it. */
export type Card = {
  title: string
  blocks: Block[]
  /** Small print that stands on every page: how fresh the card is, and what its source numbers mean. */
  footer: Run[][]
  /** At most MOST_BUTTONS buttons, and one picker. */
  actions: Action[]
  /** Counted from 1; absent on a card that was not paged. */
  page?: { number: number; of: number }
  /** The platform's id of the user who shares the card to the channel; absent on a private answer. */
  sharedBy?: string
}

/** As many buttons fill three rows on Discord, and leave its message room for the words. */
export const MOST_BUTTONS = 15

/** What one message of a platform holds. */
export type Budget = {
  /** In the platform's own count. */
  characters: number
  blocks: number
  /** How many characters a text takes at most, escaped and encoded for the platform: UTF-16 code units where absent. The parts of a text add up. */
  weigh?: (text: string) => number
  /** The characters that a block, an item and a styled run each take beside their text; none where absent. */
  markup?: number
}

export const text = (value: string): Run => ({ kind: 'text', text: value })

export const strong = (value: string): Run => ({ kind: 'strong', runs: [text(value)] })

export const paragraph = (value: string): Block => ({ kind: 'paragraph', runs: [text(value)] })
