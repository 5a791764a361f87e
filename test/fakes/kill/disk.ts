/** A preload: the parent of the process says when its database may grow no more, as on a full disk, and when it may again. */
import { DatabaseSync } from 'node:sqlite'
import type { FromParent } from './stage.ts'

/** SQLite's own limit: https://www.sqlite.org/limits.html */
const MOST_PAGES = 1_073_741_823

const kept = new Set<DatabaseSync>()

const prepare = DatabaseSync.prototype.prepare
DatabaseSync.prototype.prepare = function (...statement) {
  if (/\.sqlite$/.test(this.location() ?? '')) kept.add(this)
  return prepare.apply(this, statement)
}

process.on('message', ({ kind }: FromParent) => {
  if (kind !== 'fill' && kind !== 'free') return
  // It is never less than what is there.
  for (const database of kept) database.exec(`pragma max_page_count = ${kind === 'fill' ? 1 : MOST_PAGES}`)
})
process.channel?.unref()
