import { existsSync, mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { Kysely, SqliteDialect } from 'kysely'
import { Migrator } from 'kysely/migration'
import { MIGRATIONS } from './migrations.ts'
import type { Tables } from './tables.ts'

export type Database = Kysely<Tables>

/** Why the database can't be used, and what to do. */
export class StoreError extends Error {}

/** A locked database is waited for so long before a call fails. */
const BUSY_MS = 5000

/**
 * Opens the SQLite file, makes it where it is missing, and brings it to the present tables.
 * @throws StoreError
 */
export async function openDatabase(path: string): Promise<Database> {
  const db = new Kysely<Tables>({ dialect: new SqliteDialect({ database: async () => wrap(openFile(path)) }) })
  try {
    const { error } = await new Migrator({ db, provider: { getMigrations: async () => MIGRATIONS } }).migrateToLatest()
    if (error !== undefined) throw error
    return db
  } catch (error) {
    await db.destroy().catch(() => undefined)
    throw error instanceof StoreError ? error : new StoreError(whyNot(path, error), { cause: error })
  }
}

function openFile(path: string): DatabaseSync {
  if (path !== ':memory:') mkdirSync(dirname(path), { recursive: true })
  const database = new DatabaseSync(path, { timeout: BUSY_MS })
  // A row that was written is on the disk before the message that it announces is sent.
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL')
  return database
}

/** Kysely's dialect asks a statement whether it gives rows; node:sqlite's is told by its columns. */
const wrap = (database: DatabaseSync) => ({
  close: () => database.close(),
  prepare: (sql: string) => {
    const statement = database.prepare(sql)
    return {
      reader: statement.columns().length > 0,
      all: (parameters: readonly unknown[]) => statement.all(...(parameters as string[])),
      run: (parameters: readonly unknown[]) => statement.run(...(parameters as string[])),
      iterate: (parameters: readonly unknown[]) => statement.iterate(...(parameters as string[])),
    }
  },
})

/**
 * Holds a database for one process until it ends, however it ends: a second Readout on the same file would send everything twice.
 * @throws StoreError where another process holds it
 */
export function holdDatabase(path: string): { release: () => void } {
  mkdirSync(dirname(path), { recursive: true })
  const lock = new DatabaseSync(`${path}.lock`)
  try {
    lock.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE')
  } catch (error) {
    lock.close()
    throw new StoreError(`Another Readout already runs on ${path}. Stop it, or set another database.`, { cause: error })
  }
  return { release: () => lock.close() }
}

function whyNot(path: string, error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException
  const what = message.replace(/\.?$/, '.')
  if (code === 'EACCES' || code === 'EROFS')
    return `Can't write ${path}: ${what} Give Readout that folder, or set another.`
  if (/not a database|malformed|corrupt/i.test(message))
    return `${path} is no database that Readout can read: ${what} ${existsSync(path) ? 'Move it away to begin anew; what was sent is then forgotten.' : ''}`
  if (/corrupted migrations|previously executed migration/.test(message))
    return `${path} was made by a newer Readout: ${what} Start that one.`
  return `Can't open the database ${path}: ${what}`
}
