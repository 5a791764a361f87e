import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Card, Choice } from '../card/card.ts'

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
}

/** A slash command; its name is without the slash. */
export type Command = { name: string; description: string }

/** All that a platform sees of the bot. */
export type Bot = {
  /** The commands that there are now. */
  commands: () => Command[]
  ask: (question: Question, asker: Asker) => Promise<Card>
  /** What could complete a text typed behind a command, best first; a choice's value is a text to ask with. */
  complete: (command: string, text: string) => Choice[]
}

/** How full one of a platform's limits is. */
export type Filling = { what: string; used: number; most: number }

/** What answers requests to the one HTTP server whose path is `path` or below it. */
export type Route = { path: string; answer: (request: IncomingMessage, response: ServerResponse) => Promise<void> }
