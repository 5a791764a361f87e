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
  | { kind: 'heading'; text: string }
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
  | { kind: 'picker'; id: string; label: string; choices: Choice[] }

/** An answer or a post, as no platform in particular shows it. */
export type Card = {
  title: string
  blocks: Block[]
  /** Small print that stands on every page: how fresh the card is, and what its source numbers mean. */
  footer: Run[][]
  actions: Action[]
  /** Counted from 1; absent on a card that was not paged. */
  page?: { number: number; of: number }
  /** The platform's id of the user who shares the card to the channel; absent on a private answer. */
  sharedBy?: string
}

/** What one message of a platform holds: characters as UTF-16 code units (no platform counts more), and blocks. */
export type Budget = { characters: number; blocks: number }

export const text = (value: string): Run => ({ kind: 'text', text: value })

export const paragraph = (value: string): Block => ({ kind: 'paragraph', runs: [text(value)] })
