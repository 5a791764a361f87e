import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Budget, Card, Choice } from '../card/card.ts'

/** What a reader did, on any platform. */
export type Question =
  /** A slash command: `/nato vilnius` is command `nato`, text `vilnius`. */
  | { kind: 'asked'; command: string; text: string }
  /** A button, by its id. */
  | { kind: 'clicked'; id: string }
  /** A choice of a picker: the picker's id, and the value of the choice or its label. */
  | { kind: 'picked'; id: string; value: string }
  /** The reader opened the bot's own page. */
  | { kind: 'home' }
  /** A message to the bot, without a command. */
  | { kind: 'mentioned'; text: string }

/** Who asks, and where. */
export type Asker = {
  platform: string
  space?: string
  /** Absent where there is no channel to share an answer to. */
  channel?: string
  user: string
  /** Whether the user may manage digests in this channel. */
  manager: boolean
  /** IANA time zone, where the platform tells it. */
  zone?: string
  /** BCP 47, where the platform tells it. */
  locale?: string
  /** The platform's id of this interaction, the same where it hands it over twice; what is made by it is made once. */
  once?: string
}

/** A slash command; its name is without the slash. Whoever may use one for managers is one, where a platform lets that be set. */
export type Command = { name: string; description: string; forManagers?: true }

/** All that a platform sees of the bot. */
export type Bot = {
  /** The commands that there are now. */
  commands: () => Command[]
  ask: (question: Question, asker: Asker) => Promise<Card>
  /** What could complete a text typed behind a command, best first, at most so many; a choice's value is a text to ask with, and so is its label. */
  complete: (command: string, text: string, most?: number) => Choice[]
  /** What a picker offers for a text typed into it, best first; the newest where nothing is typed. A choice's value can be picked. */
  offer: (picker: string, text: string) => Choice[]
}

/** How full one of a platform's limits is. */
export type Filling = { what: string; used: number; most: number }

/** What answers requests to the one HTTP server whose path is `path` or below it. */
export type Route = { path: string; answer: (request: IncomingMessage, response: ServerResponse) => Promise<void> }

/** A channel in a space on a platform. */
export type Destination = { platform: string; space: string; channel: string }

/** What a platform refuses: this one message, whatever is sent to the channel, or whatever the bot's account asks. */
export type Refused = 'message' | 'channel' | 'account'

/** What became of a post or an edit. */
export type Outcome =
  /** The message's id; empty where it was posted before and has been deleted since. */
  | { kind: 'done'; message: string }
  /** It did not happen, and may after this time; of the account where whatever else is sent to the platform would fare the same. */
  | { kind: 'later'; afterMs: number; why: string; of?: 'account' }
  /** It did not happen, and will not until somebody does what the remedy says. */
  | { kind: 'refused'; of: Refused; why: string; remedy: string }
  /** It may have happened: whoever repeats it may double it. */
  | { kind: 'unclear'; why: string }

/** What became of looking for our own message. */
export type Finding =
  | { kind: 'found'; message: string }
  | { kind: 'absent' }
  /** The platform could not be asked; it may be asked again after this time. */
  | { kind: 'later'; afterMs: number; why: string }
  /** It can be asked, but nothing is proved by its answer. */
  | { kind: 'unclear'; why: string; remedy: string }

/** Whether a platform hears its readers, and since when or why not, in a sentence. */
export type Health = { isUp: boolean; note: string }

/** What the bot sees of a platform. Nothing of it throws but `start`, and that a PlatformError. */
export type Platform = {
  name: string
  /** What a message of it holds. */
  budget: Budget
  start: () => Promise<void>
  /** Finishes what is in hand; resolves within seconds. */
  stop: () => Promise<void>
  /** Posts a card that was cut to the budget; `delivery` is the id by which `find` will know it, at most 25 characters. */
  post: (to: Destination, card: Card, delivery: string) => Promise<Outcome>
  /** Looks for the message of a delivery that was sent at `since` or later. */
  find: (at: Destination, delivery: string, since: Date) => Promise<Finding>
  edit: (at: Destination, message: string, card: Card, delivery: string) => Promise<Outcome>
  /** Deletes our own message; one that is gone already is done. */
  remove: (at: Destination, message: string) => Promise<Outcome>
  /** For so long after a post the platform itself knows another with the same delivery as the same, and stores it once; 0 where it never does. */
  repeatsWithinMs: number
  health: () => Health
  routes: Route[]
}

/** One thing that was looked at for an operator: whether it is well, and what to do where not. */
export type Check = { isWell: boolean; note: string }

/** Why a platform does not start, and what to do; no secret is in it. */
export class PlatformError extends Error {}

/** The time, and waiting: rejects where it is called off. */
export type Clock = { now: () => Date; wait: (ms: number, signal?: AbortSignal) => Promise<void> }

/** Where a platform tells what operators should know. */
export type Log = (line: string) => void
