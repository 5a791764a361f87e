import { existsSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { LOCKED, openPrepared, toStoreError } from './open.ts'
import { createOverview, type Overview } from './overview.ts'
import { createStore, type Store } from './store.ts'

/** The database as operators' commands use it. */
export type OpenStore = Store & Overview

/** Whoever runs a command does not wait longer than this for a database that is locked. */
const BUSY_MS = 2000

/**
 * Opens a database that is there already, beside the Readout that may run on it, and leaves its tables as they are; undefined where there is
 * none.
 * @throws StoreError
 */
export async function openExisting(path: string): Promise<OpenStore | undefined> {
  if (!existsSync(path)) return undefined
  const db = await openPrepared(path, BUSY_MS)
  const store = createStore(db)
  const ping = () =>
    store.ping().catch(error => {
      throw toStoreError(path, error)
    })
  return { ...store, ...createOverview(db), ping }
}

/** Whether a Readout runs on a database now. What it holds can't even be read, and looking leaves nothing behind. */
export function isHeld(path: string): boolean {
  if (!existsSync(`${path}.lock`)) return false
  const lock = new DatabaseSync(`${path}.lock`, { readOnly: true })
  try {
    lock.prepare('select count(*) from sqlite_schema').get()
    return false
  } catch (error) {
    return (error as { errcode?: number }).errcode === LOCKED
  } finally {
    lock.close()
  }
}

/** Whether an error is SQLite's: the database is locked, full or damaged. */
export const isOfDatabase = (error: unknown): error is Error =>
  error instanceof Error && (error as NodeJS.ErrnoException).code === 'ERR_SQLITE_ERROR'
