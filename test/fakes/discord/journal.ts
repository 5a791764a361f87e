import { createJournal } from '../slack/journal.ts'

/** A call that the app made. Its token stands in no journal, only whether it was the bot's. */
export type Call = {
  method: string
  /** What `fail` takes: `POST messages`, `callback`. */
  name: string
  /** With its query. */
  path: string
  body: unknown
  token: 'bot' | 'none' | 'unknown'
  at: number
  /** The answer's status; 0 where there was none. */
  status: number
  /** The code of a refusal, `ok`, or the kind of the fault. */
  answer: string
}

export function createDiscordJournal() {
  const { calls: _, ...common } = createJournal()
  const calls: Call[] = []
  return { ...common, calls }
}

/** What happened, in order. */
export type DiscordJournal = ReturnType<typeof createDiscordJournal>
