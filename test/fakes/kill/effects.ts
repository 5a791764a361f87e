/**
 * A preload: counts the effects of a process, which are what it writes into its database and what it asks of the platforms, and ends the
 * process as a power cut would, before an effect or after it. After a request is when it was answered, and nobody knows yet.
 */
import { appendFileSync } from 'node:fs'
import { DatabaseSync, StatementSync } from 'node:sqlite'
import type { Failpoint } from './stage.ts'

const failpoint = JSON.parse(process.env.KILL_AT ?? 'null') as Failpoint | null
const listed = process.env.EFFECTS_LIST
delete process.env.KILL_AT
delete process.env.EFFECTS_LIST

const seen = new Map<string, number>()
let count = 0
let last = 'nothing'

/** What an effect is called, the same in each run: its words, and the how-manieth of these words it is. */
function begin(words: string): { name: string; number: number } {
  const times = (seen.get(words) ?? 0) + 1
  seen.set(words, times)
  const effect = { name: `${words} (${times})`, number: ++count }
  if (listed !== undefined) appendFileSync(listed, `${effect.name}\n`)
  dieAt(effect, 'before')
  return effect
}

function dieAt({ name, number }: { name: string; number: number }, when: Failpoint['when']): void {
  if (failpoint?.when !== when) return
  if ('name' in failpoint ? failpoint.name === name : failpoint.number === number) process.kill(process.pid, 'SIGKILL')
}

const words = new WeakMap<object, string>()

const WRITES = /^\s*(?:insert|update|delete|create|drop|alter|commit)\b/i

/** The bot's own database; neither its lock, nor the search's, which is in memory. */
const isKept = (database: DatabaseSync): boolean => /\.sqlite$/.test(database.location() ?? '')

const prepare = DatabaseSync.prototype.prepare
DatabaseSync.prototype.prepare = function (sql, ...options) {
  const statement = prepare.call(this, sql, ...options)
  if (WRITES.test(sql) && isKept(this)) words.set(statement, /^\s*\w+(?: \w+)? "\w+"|\w+/.exec(sql)?.[0] ?? sql)
  return statement
}

for (const method of ['run', 'all', 'get', 'iterate'] as const) {
  const act = StatementSync.prototype[method] as (...parameters: unknown[]) => unknown
  Object.assign(StatementSync.prototype, {
    [method](this: StatementSync, ...parameters: unknown[]) {
      const sql = words.get(this)
      if (sql === undefined) return act.apply(this, parameters)
      const effect = begin(
        sql === 'commit' ? `commit of ${last}` : [sql, ...parameters.filter(isName).slice(0, 4)].join(' '),
      )
      if (sql !== 'commit') last = effect.name
      const result = act.apply(this, parameters)
      dieAt(effect, 'after')
      return result
    },
  })
}

/** A state, a digest, a destination or the id of a delivery: the same in each run, as neither instants nor a platform's ids are. */
const isName = (parameter: unknown): boolean =>
  typeof parameter === 'string' && /^(?:[a-z]+|[a-z]+:\S+|[\w-]{22})$/.test(parameter)

const ask = globalThis.fetch
globalThis.fetch = async (input, init) => {
  const url = new URL(String(input instanceof Request ? input.url : input))
  const delivery = /"nonce":"([\w-]{22})"|delivery%22%3A%22([\w-]{22})/.exec(String(init?.body ?? '')) ?? []
  const effect = begin([init?.method ?? 'GET', url.pathname, delivery[1] ?? delivery[2] ?? ''].join(' ').trim())
  const answer = await ask(input, init)
  dieAt(effect, 'after')
  return answer
}
