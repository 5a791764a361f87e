import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync, type StatementSync } from 'node:sqlite'
import { type Dialect, Kysely, SqliteAdapter, SqliteDialect } from 'kysely'
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
export async function openDatabase(path: string, busyMs = BUSY_MS): Promise<Database> {
  const db = new Kysely<Tables>({ dialect: createDialect(() => openFile(path, busyMs)) })
  try {
    const { error } = await new Migrator({ db, provider: { getMigrations: async () => MIGRATIONS } }).migrateToLatest()
    if (error !== undefined) throw error
    return db
  } catch (error) {
    await db.destroy().catch(() => undefined)
    throw new StoreError(whyNot(path, error), { cause: error })
  }
}

/** SQLite can make tables within a transaction, whatever Kysely says: a process that is killed meanwhile leaves none or all. */
function createDialect(open: () => DatabaseSync): Dialect {
  const sqlite = new SqliteDialect({ database: async () => wrap(open()) })
  return {
    createDriver: () => sqlite.createDriver(),
    createQueryCompiler: () => sqlite.createQueryCompiler(),
    createIntrospector: db => sqlite.createIntrospector(db),
    createAdapter: () => Object.defineProperty(new SqliteAdapter(), 'supportsTransactionalDdl', { value: true }),
  }
}

function openFile(path: string, busyMs: number): DatabaseSync {
  if (path !== ':memory:') mkdirSync(dirname(path), { recursive: true })
  const database = new DatabaseSync(path, { timeout: busyMs })
  try {
    // A row that was written is on the disk before the message that it announces is sent.
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL')
    return database
  } catch (error) {
    database.close()
    throw error
  }
}

/** Kysely's dialect asks a statement whether it gives rows; node:sqlite's is told by its columns. */
function wrap(database: DatabaseSync) {
  const kept = new Map<string, StatementSync>()
  return {
    close: () => database.close(),
    prepare: (query: string) => {
      const sql = query === 'begin' ? BEGIN : query
      const statement = kept.get(sql) ?? database.prepare(sql)
      // Those with many rows or destinations in them hardly come again.
      if (sql.length <= LONGEST_KEPT) kept.set(sql, statement)
      return {
        reader: statement.columns().length > 0,
        all: (parameters: readonly unknown[]) => statement.all(...(parameters as string[])),
        run: (parameters: readonly unknown[]) => statement.run(...(parameters as string[])),
        iterate: (parameters: readonly unknown[]) => statement.iterate(...(parameters as string[])),
      }
    },
  }
}

const LONGEST_KEPT = 3000

/** A transaction that reads before it writes fails at once where another process has written in between, unless it is the only one from the start. */
const BEGIN = 'begin immediate'

/**
 * Holds a database for one process until it ends, however it ends: a second Readout on the same file would send everything twice.
 * @throws StoreError where another process holds it
 */
export function holdDatabase(path: string): { release: () => void } {
  let lock: DatabaseSync | undefined
  try {
    mkdirSync(dirname(path), { recursive: true })
    lock = new DatabaseSync(`${path}.lock`)
    lock.exec('BEGIN EXCLUSIVE')
  } catch (error) {
    lock?.close()
    const isHeld = codeOf(error) === LOCKED
    throw new StoreError(isHeld ? HELD.replace('PATH', () => path) : whyNot(`${path}.lock`, error), { cause: error })
  }
  const held = lock
  return { release: () => held.close() }
}

const HELD = 'Another Readout already runs on PATH. Stop it, or set another database.'

/** https://www.sqlite.org/rescode.html */
export const LOCKED = 5
const READ_ONLY = 8
const CORRUPT = 11
const FULL = 13
const CANT_OPEN = 14
const NO_DATABASE = 26

/** SQLite's code without its extension. */
const codeOf = (error: unknown): number => Number((error as { errcode?: number }).errcode ?? 0) & 0xff

function whyNot(path: string, error: unknown): string {
  const message = error instanceof Error ? error.message : String(error)
  if (/previously executed migration/.test(message))
    return `${path} was made by a newer Readout. Start that one, or restore the file from before.`
  if (/^(?:EACCES|EROFS|EPERM|ENOTDIR|EEXIST)/.test(message)) return `Can't write ${path}: ${message}. ${ALLOW}`
  switch (codeOf(error)) {
    case LOCKED:
      return `Another process has locked ${path}. Find out which, and end it.`
    case READ_ONLY:
    case CANT_OPEN:
      return `Can't write ${path}: ${message}. ${ALLOW}`
    case FULL:
      return `Can't write ${path}: the disk is full. Make room, and start Readout again.`
    case CORRUPT:
    case NO_DATABASE:
      return `${path} is no database that Readout can read (${message}). Move it away to begin anew; what was sent is then forgotten.`
    default:
      return `Can't open the database ${path}: ${message}`
  }
}

const ALLOW = 'Let Readout write in that folder, or set another.'
