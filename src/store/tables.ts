import type { Generated } from 'kysely'

/** An instant as ISO 8601 in UTC with milliseconds: as text it sorts by time, in every database. */
export type Instant = string

/** Where a schedule stands. Slots up to `cursor` are decided. */
export type DigestTable = {
  id: string
  /** What of the schedule makes it another one: when that changes, it starts from now. */
  fingerprint: string
  cursor: Instant
  created: Instant
  paused: number
}

/** What became of a slot. A `posted` one has deliveries. */
export type SlotState = 'posted' | 'empty' | 'missed'

export type SlotTable = {
  digest: string
  /** The instant at which it was due; for a digest that was posted by hand, `now:` and the id of the interaction. */
  slot: string
  state: SlotState
  decided: Instant
  note: string
}

/** Where a part of a digest stands on its way to one destination. */
export type DeliveryState =
  | 'pending'
  | 'sending'
  | 'checking'
  | 'sent'
  | 'failed'
  | 'uncertain'
  | 'expired'
  | 'superseded'
  | 'cancelled'

export type DeliveryTable = {
  id: string
  digest: string
  slot: string
  destination: string
  /** Counted from 1; what was composed anew for the same slot and destination. */
  edition: number
  part: number
  parts: number
  state: DeliveryState
  /** The card as JSON, already cut, so that another try sends the same words. */
  card: string
  created: Instant
  /** Pending: not before; sending: when its lease ends; checking: when it is looked for. */
  due: Instant
  /** After this it is too late to send it; empty for what may be sent however late. */
  expires: Instant | null
  /** When it was sent for the first time, and for the last. */
  tried: Instant | null
  last: Instant | null
  attempts: number
  /** 1 where an earlier try may have arrived. */
  doubt: number
  /** The platform's id of the message. */
  message: string | null
  why: string | null
  remedy: string | null
}

/** Since when a digest is for a destination: what there was at that instant counts as told. */
export type BegunTable = { digest: string; destination: string; since: Instant }

/** What a digest has told a destination, or what there was at its beginning. */
export type SeenTable = {
  digest: string
  destination: string
  /** `nato/vilnius`; for a quote with `#` and its hash. */
  subject: string
  /** The hashes of its statements, as a JSON list. */
  hashes: string
  /** The delivery that carries it; none for what was there at the beginning, and for what a pruned delivery carried. */
  delivery: string | null
}

export type SubscriptionTable = {
  id: string
  destination: string
  /** What a digest of the configuration says too, as JSON. */
  digest: string
  state: 'draft' | 'active' | 'paused' | 'removed'
  created: Instant
  by: string
}

/** What managers changed; nothing is ever taken out. */
export type ChangeTable = {
  id: Generated<number>
  at: Instant
  who: string
  destination: string
  digest: string
  what: string
}

/**
 * A destination to which nothing is sent until somebody does what the remedy says. Where the platform refuses the bot itself, its name stands
 * there alone (`slack`, `discord`), and nothing is sent to any of its channels.
 */
export type HoldTable = { destination: string; since: Instant; why: string; remedy: string }

/** A trouble that operators were told of; it is told again when it has ended and comes back. */
export type TroubleTable = { trouble: string; since: Instant; note: string }

/** What stands in the playground's channel. */
export type PostTable = { message: Generated<number>; delivery: string; card: string; at: Instant }

export type Tables = {
  digests: DigestTable
  slots: SlotTable
  deliveries: DeliveryTable
  begun: BegunTable
  seen: SeenTable
  subscriptions: SubscriptionTable
  changes: ChangeTable
  holds: HoldTable
  troubles: TroubleTable
  posts: PostTable
}
