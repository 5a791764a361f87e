import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { watch } from 'chokidar'
import { kindOfFile } from './file-kind.ts'
import { listFiles, relativePath } from './files.ts'
import type { Library } from './library.ts'
import { readChanges } from './load.ts'
import type { Problem } from './problem.ts'
import { emptyShelf, type FileChange, type Shelf, updateShelf } from './shelf.ts'

/** What a new snapshot brings: problems that were not there before, and files that have none any more. */
export type LibraryChange = { library: Library; appeared: Problem[]; recovered: string[] }

export type LibraryWatch = {
  /** The newest snapshot. */
  library: () => Library
  close: () => Promise<void>
}

/** A file is read when nothing has touched it for this long: a writer who truncates it writes the rest in far less. */
const QUIET_MS = 40

/** How often files that were touched are looked at. */
const LOOK_MS = 10

/** A text that looks half-written, or a file that is gone, must stay so for this long to be believed. */
const DOUBTFUL_MS = 400

/** Files that change together, as when a Git branch is changed, come in together unless that takes longer than this. */
const TOGETHER_MS = 1000

/** What hears of a watched library. An error that keeps a change from being taken in leaves the library as it was. */
export type LibraryListener = { changed: (change: LibraryChange) => void; failed: (error: Error) => void }

/**
 * Loads a folder of collections and keeps the library in step with it, also where the folder comes into being later. The listener hears
 * of each new snapshot; the old one stays whole for whoever still answers from it. Rejects where the folder can't be watched.
 */
export async function watchLibrary(root: string, listener: LibraryListener): Promise<LibraryWatch> {
  const pending = new Map<string, Pending>()
  let shelf: Shelf | undefined
  let timer: NodeJS.Timeout | undefined
  let running = Promise.resolve()

  const touch = (path: string) => {
    if (kindOfFile(path).kind === 'ignored') return
    const now = performance.now()
    pending.set(path, { since: pending.get(path)?.since ?? now, touched: now, stamp: undefined })
    lookSoon()
  }
  const lookSoon = () => {
    if (shelf && pending.size > 0 && !watcher.closed) timer ??= setTimeout(look, LOOK_MS, shelf)
  }
  const look = (before: Shelf) => {
    running = take(before)
      .catch(error => {
        pending.clear()
        listener.failed(error)
      })
      .finally(() => {
        timer = undefined
        lookSoon()
      })
  }
  const take = async (before: Shelf) => {
    const changes = await settled(root, pending, before)
    for (const { path } of changes) pending.delete(path)
    if (changes.length === 0) return
    shelf = updateShelf(before, changes)
    listener.changed(difference(before.library, shelf.library))
  }

  const watcher = watch(root, { ignoreInitial: true, atomic: false, ignored: path => isIgnored(root, path) })
  watcher.on('all', (event, path) => (event.endsWith('Dir') ? undefined : touch(relativePath(root, path))))
  await new Promise<void>((resolve, reject) => {
    watcher.once('ready', resolve)
    watcher.once('error', reject)
  })
  watcher.on('error', error => listener.failed(new Error(`${root} may no longer be watched.`, { cause: error })))
  // What changes while this reads is pending, and is looked at afterwards.
  const loaded = updateShelf(emptyShelf(), await readChanges(root, await listFiles(root)))
  shelf = loaded
  lookSoon()
  return {
    library: () => (shelf ?? loaded).library,
    close: async () => {
      clearTimeout(timer)
      await watcher.close()
      await running
    },
  }
}

/** A file that something touched: when first, when last, and what it looked like then (undefined until it was looked at). */
type Pending = { since: number; touched: number; stamp: string | undefined }

const isIgnored = (root: string, path: string): boolean =>
  path !== root &&
  relativePath(root, path)
    .split('/')
    .some(step => step.startsWith('.') || step === 'node_modules')

/** The pending files that can be believed now. None while others that changed with them are still being written. */
async function settled(root: string, pending: Map<string, Pending>, shelf: Shelf): Promise<FileChange[]> {
  const quiet = await quietPaths(root, pending)
  const changes = (await readChanges(root, quiet)).filter(change => isBelievable(change, pending, shelf))
  const stamps = await Promise.all(changes.map(({ path }) => stampOf(root, path)))
  const steady = changes.filter(({ path }, index) => pending.get(path)?.stamp === stamps[index])
  const now = performance.now()
  const waits = steady.length < pending.size && [...pending.values()].every(({ since }) => now - since < TOGETHER_MS)
  return waits ? [] : steady
}

async function quietPaths(root: string, pending: Map<string, Pending>): Promise<string[]> {
  const quiet: string[] = []
  for (const [path, file] of [...pending]) {
    const stamp = await stampOf(root, path)
    const now = performance.now()
    if (file.stamp !== undefined && file.stamp !== stamp) file.touched = now
    file.stamp = stamp
    if (now - file.touched >= QUIET_MS) quiet.push(path)
  }
  return quiet
}

async function stampOf(root: string, path: string): Promise<string> {
  const found = await stat(join(root, path)).catch(() => undefined)
  return found ? `${found.ino} ${found.size} ${found.mtimeMs}` : 'gone'
}

/** Whether a change is no half-written file: one that is gone, empty, ends within a line or is only the beginning of the last version. */
function isBelievable({ path, text }: FileChange, pending: Map<string, Pending>, shelf: Shelf): boolean {
  const before = shelf.briefs.get(path)?.text ?? ''
  const doubtful = text === undefined || !text.endsWith('\n') || lacksEnd(text, before)
  return !doubtful || performance.now() - (pending.get(path)?.touched ?? 0) >= DOUBTFUL_MS
}

/** Whether a text may be the first part of a new version: it lacks a heading that the last version had, or is only its beginning. */
function lacksEnd(text: string, before: string): boolean {
  if (text === before) return false
  const headings = before.match(/^## .*$/gm) ?? []
  return before.startsWith(text) || !headings.every(heading => text.includes(heading.trim()))
}

function difference(before: Library, after: Library): LibraryChange {
  const key = ({ file, line, column, message }: Problem) => `${file}:${line}:${column}:${message}`
  const old = new Set(before.problems.map(key))
  const faulty = new Set(after.problems.map(problem => problem.file))
  const recovered = [...new Set(before.problems.map(problem => problem.file))].filter(file => !faulty.has(file))
  return { library: after, appeared: after.problems.filter(problem => !old.has(key(problem))), recovered }
}
