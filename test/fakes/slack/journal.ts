import type { JsonObject } from '../shape.ts'

/** A call that the app made: of a Web API method, or of a `response_url`. Its token stands in no journal, only the token's kind. */
export type Call = { method: string; args: JsonObject; token: TokenKind; at: number; answer: string }

export type TokenKind = 'bot' | 'app' | 'none' | 'unknown'

/** What happened, in order. */
export type Journal = {
  calls: Call[]
  /** What the app did against Slack's rules, as sentences. */
  violations: string[]
  violate: (what: string) => void
  /** Says that something happened: whoever waits looks again. */
  changed: () => void
  /**
   * Gives the first truthy value of `read`, which is asked after each change here and, since it may tell of the app's side, every few
   * milliseconds; rejects after so many real milliseconds.
   */
  until: <Value>(read: () => Value, withinMs?: number) => Promise<NonNullable<Value>>
}

const PATIENCE_MS = 5000
const GLANCE_MS = 5

export function createJournal(): Journal {
  const waiting = new Set<() => void>()
  const violations: string[] = []
  const changed = () => {
    for (const look of [...waiting]) look()
  }
  return {
    calls: [],
    violations,
    violate(what) {
      violations.push(what)
      changed()
    },
    changed,
    until: (read, withinMs = PATIENCE_MS) =>
      new Promise((resolve, reject) => {
        const stop = () => {
          clearTimeout(timer)
          clearInterval(glances)
          waiting.delete(look)
        }
        const look = () => {
          const value = read()
          if (!value) return
          stop()
          resolve(value)
        }
        const timer = setTimeout(() => {
          stop()
          reject(new Error(`Nothing that satisfies ${read} happened within ${withinMs} ms.`))
        }, withinMs)
        const glances = setInterval(look, GLANCE_MS)
        waiting.add(look)
        look()
      }),
  }
}
