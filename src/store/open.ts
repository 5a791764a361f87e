import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync, type StatementSync } from 'node:sqlite'
import { type Dialect, Kysely, SqliteAdapter, SqliteDialect, sql } from 'kysely'
import { DEFAULT_MIGRATION_TABLE, Migrator } from 'kysely/migration'
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
  return preparedBy(migrate, path, () => {
    if (path !== ':memory:') mkdirSync(dirname(path), { recursive: true })
    return openFile(path, busyMs, `PRAGMA journal_mode = WAL; ${DURABLE}`)
  })
}

/**
 * Opens a SQLite file whose tables are the present ones, and leaves the file as it is: an older Readout may run on it.
 * @throws StoreError where the tables are others
 */
export async function openPrepared(path: string, busyMs: number): Promise<Database> {
  return preparedBy(requirePresent, path, () => openFile(path, busyMs, DURABLE))
}

async function preparedBy(
  prepare: (db: Database, path: string) => Promise<void>,
  path: string,
  open: () => DatabaseSync,
): Promise<Database> {
  const db = new Kysely<Tables>({ dialect: createDialect(open) })
  try {
    await prepare(db, path)
    return db
  } catch (error) {
    await db.destroy().catch(() => undefined)
    throw error instanceof StoreError ? error : toStoreError(path, error)
  }
}

async function migrate(db: Database): Promise<void> {
  const { error } = await new Migrator({ db, provider: { getMigrations: async () => MIGRATIONS } }).migrateToLatest()
  if (error !== undefined) throw error
}

async function requirePresent(db: Database, path: string): Promise<void> {
  const steps = await stepsTaken(db)
  if ([...steps].some(step => !(step in MIGRATIONS))) throw new StoreError(newer(path))
  if (Object.keys(MIGRATIONS).some(step => !steps.has(step))) throw new StoreError(older(path))
}

/** The steps of the migration that a file has behind it. */
async function stepsTaken(db: Database): Promise<Set<string>> {
  const tables = await sql`select 1 from sqlite_schema where name = ${DEFAULT_MIGRATION_TABLE}`.execute(db)
  if (tables.rows.length === 0) return new Set()
  const { rows } = await sql<{ name: string }>`select name from ${sql.table(DEFAULT_MIGRATION_TABLE)}`.execute(db)
  return new Set(rows.map(({ name }) => name))
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

/** A row that was written is on the disk before the message that it announces is sent. */
const DURABLE = 'PRAGMA synchronous = FULL'

function openFile(path: string, busyMs: number, pragmas: string): DatabaseSync {
  const database = new DatabaseSync(path, { timeout: busyMs })
  try {
    database.exec(pragmas)
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

/** Says of what SQLite answers what to do. */
export const toStoreError = (path: string, error: unknown): StoreError =>
  new StoreError(whyNot(path, error), { cause: error })

function whyNot(path: string, error: unknown): string {
  const message = error instanceof Error ? error.message : String(error)
  if (/previously executed migration/.test(message)) return newer(path)
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

const newer = (path: string): string =>
  `${path} was made by a newer Readout. Start that one, or restore the file from before.`

const older = (path: string): string =>
  `${path} does not have the tables of this Readout yet. Start it once with npm start, which brings them up to date; an older Readout that still runs on the file has to be stopped first.`

const ALLOW = 'Let Readout write in that folder, or set another.'
