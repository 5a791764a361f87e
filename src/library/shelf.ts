import { type Brief, citesOf, type ParsedBrief } from './brief.ts'
import type { Collection, CollectionSettings } from './collection.ts'
import { problemsOf } from './cross-check.ts'
import { kindOfFile } from './file-kind.ts'
import { byKeyOf, type Library } from './library.ts'
import { type Fault, type Problem, toProblems } from './problem.ts'
import { type Reading, readBrief, readRecord, readSettings } from './read-file.ts'
import type { SourceRecord } from './record.ts'
import { createIndex } from './search.ts'
import { type Ground, validateBrief } from './validate-brief.ts'
import { newestFirst } from './visible.ts'

/** A file's path below the library's folder, with `/`, and its text; no text where the file is gone; a fault where it is unreadable. */
export type FileChange = { path: string; text?: string; fault?: Fault }

/** What was read of each file. `good` is the last version without errors: it stays in the answers while a later one is faulty. */
type Entry<T> = { problems: Problem[]; good?: T }

type BriefEntry = Entry<Brief> & { text: string; parsed?: ParsedBrief }

/** A library with what is needed to make the next one from a few changed files. */
export type Shelf = {
  library: Library
  settings: Map<string, Entry<CollectionSettings>>
  records: Map<string, Entry<SourceRecord>>
  briefs: Map<string, BriefEntry>
  strays: Map<string, Problem>
}

export const emptyShelf = (): Shelf => ({
  library: { collections: new Map(), problems: [] },
  settings: new Map(),
  records: new Map(),
  briefs: new Map(),
  strays: new Map(),
})

/**
 * The next snapshot: only the changed files are parsed, only the briefs that they touch are validated and indexed again. A brief whose
 * new version is faulty stays as it was, with the records that it was checked against.
 */
export function updateShelf(shelf: Shelf, changes: FileChange[]): Shelf {
  const next: Shelf = {
    library: shelf.library,
    settings: new Map(shelf.settings),
    records: new Map(shelf.records),
    briefs: new Map(shelf.briefs),
    strays: new Map(shelf.strays),
  }
  for (const change of changes) takeChange(next, change)
  const touched = touchedBriefs(next, changes)
  for (const [name, collection] of groundsOf(next)) {
    for (const path of touched) if (collectionOf(path) === name) hold(next, path, collection)
  }
  next.library = toLibrary(next, shelf.library)
  return next
}

const collectionOf = (path: string): string => path.slice(0, path.indexOf('/'))

/** Takes a changed file in. */
function takeChange(shelf: Shelf, change: FileChange): void {
  const { path } = change
  const kind = kindOfFile(path)
  if (kind.kind === 'brief') takeBrief(shelf, change, kind.name)
  else if (kind.kind === 'record') take(shelf.records, change, text => readRecord(kind.name, text))
  else if (kind.kind === 'settings') take(shelf.settings, change, text => readSettings(kind.collection, text))
  else if (kind.kind === 'stray') takeStray(shelf, change, kind.message)
}

function takeStray(shelf: Shelf, { path, text, fault }: FileChange, message: string): void {
  if (text === undefined && !fault) shelf.strays.delete(path)
  else shelf.strays.set(path, { file: path, line: 1, column: 1, message, severity: 'error' })
}

/** The briefs that must be held against their sources again: those that changed, and those whose records or collection did. */
function touchedBriefs(shelf: Shelf, changes: FileChange[]): Set<string> {
  const changed = new Set(changes.map(({ path }) => path))
  if (!changes.some(({ path }) => path.endsWith('.yaml'))) return changed
  const others = [...shelf.briefs].filter(
    ([path, entry]) => !changed.has(path) && groundsOfBrief(path, entry).some(ground => changed.has(ground)),
  )
  return new Set([...changed, ...others.map(([path]) => path)])
}

/** The paths of the files that a brief is held against. */
function groundsOfBrief(path: string, { parsed, good }: BriefEntry): string[] {
  const cites = [parsed, good].flatMap(brief => (brief ? citesOf(brief) : []))
  return ['collection.yaml', ...cites.map(({ id }) => `sources/${id}.yaml`)].map(
    file => `${collectionOf(path)}/${file}`,
  )
}

function take<T>(
  entries: Map<string, Entry<T>>,
  { path, text, fault }: FileChange,
  read: (text: string) => Reading<T>,
): void {
  if (text === undefined && !fault) {
    entries.delete(path)
    return
  }
  const { good, faults } = fault ? { faults: [fault] } : read(text as string)
  entries.set(path, entryOf(entries.get(path)?.good, good, toProblems(path, text ?? '', faults)))
}

function entryOf<T>(before: T | undefined, good: T | undefined, problems: Problem[]): Entry<T> {
  const kept = good ?? before
  return kept === undefined ? { problems } : { problems, good: kept }
}

function takeBrief(shelf: Shelf, { path, text, fault }: FileChange, name: string): void {
  if (text === undefined && !fault) {
    shelf.briefs.delete(path)
    return
  }
  const { good: brief, faults: all }: Reading<ParsedBrief> = fault
    ? { faults: [fault] }
    : readBrief(name, text as string)
  const entry = {
    ...entryOf(shelf.briefs.get(path)?.good, undefined, toProblems(path, text ?? '', all)),
    text: text ?? '',
  }
  shelf.briefs.set(path, brief && all.length === 0 ? { ...entry, parsed: brief } : entry)
}

/** The collections that can be served, each with what its briefs are held against. */
function groundsOf(shelf: Shelf): Map<string, Ground & CollectionSettings> {
  const grounds = new Map<string, Ground & CollectionSettings>()
  for (const { good } of shelf.settings.values())
    if (good) grounds.set(good.name, { ...good, records: new Map(), unreadable: new Set() })
  for (const [path, { good }] of shelf.records) {
    const ground = grounds.get(collectionOf(path))
    if (good) ground?.records.set(good.id, good)
    else ground?.unreadable.add(idOf(path))
  }
  return grounds
}

const idOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1, -'.yaml'.length)

/** Holds a brief against its sources. The older good version stays where the new one does not stand up. */
function hold(shelf: Shelf, path: string, ground: Ground): void {
  const entry = shelf.briefs.get(path)
  if (!entry?.parsed) return
  const { brief, faults } = validateBrief(entry.parsed, ground)
  shelf.briefs.set(path, { ...entry, ...entryOf(entry.good, brief, toProblems(path, entry.text, faults)) })
}

function toLibrary(shelf: Shelf, before: Library): Library {
  const collections = new Map<string, Collection>()
  for (const [name, ground] of [...groundsOf(shelf)].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    collections.set(name, toCollection(shelf, ground, before.collections.get(name)))
  }
  return { collections, problems: problemsOf(shelf, collections) }
}

function toCollection(
  shelf: Shelf,
  { unreadable: _, ...ground }: Ground & CollectionSettings,
  before: Collection | undefined,
): Collection {
  const good = [...shelf.briefs].flatMap(([path, { good }]) =>
    good && collectionOf(path) === ground.name ? [good] : [],
  )
  const briefs = new Map(good.toSorted(newestFirst).map(brief => [brief.name, brief]))
  const keeps = before?.spellings === ground.spellings
  const index = keeps ? before.index : createIndex(ground.spellings)
  const old = keeps ? before.briefs : new Map<string, Brief>()
  const gone = [...old.values()].filter(brief => briefs.get(brief.name) !== brief)
  const fresh = good.filter(brief => old.get(brief.name) !== brief && brief.matter.status === 'published')
  index.update(
    gone.map(brief => brief.name),
    fresh,
  )
  return { ...ground, briefs, byKey: byKeyOf(good, ground.spellings), index }
}
