import { watch } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { parser } from '@lezer/markdown'
import type { Library } from '../src/library/library.ts'
import { type LibraryChange, watchLibrary } from '../src/library/watch.ts'
import { COLLECTION, type Generated } from './generate-briefs.ts'
import { median } from './statistics.ts'
import type { Measurement } from './table.ts'

const SAVES = 25

const LETTERS = 'abcdefghijklmnopqrstuvwxyz'

/** From the start of a save until the newest snapshot answers with the new words. */
export async function measureSave(root: string, { briefs, sources }: Generated): Promise<Measurement[]> {
  const edits = briefs.slice(0, SAVES * 2).map((brief, index): Edit => {
    const word = `novelty${LETTERS.charAt(index % LETTERS.length).repeat(3 + Math.floor(index / LETTERS.length))}`
    return { path: join(root, COLLECTION, `${brief}.md`), word, line: `- The ${word} came. [@${sources[0]}]` }
  })
  const bare = await timeBare(edits.slice(SAVES))
  const ours = await timeOurs(root, edits.slice(0, SAVES))
  const name = 'bare fs.watch, readFile and @lezer/markdown of that file, without waiting until it is quiet'
  return [
    {
      what: 'save to answer, median',
      unit: 'ms',
      ours: median(ours),
      yardstick: { name, value: median(bare) },
      aim: { most: 100 },
    },
    {
      what: 'save to answer, worst',
      unit: 'ms',
      ours: Math.max(...ours),
      yardstick: { name, value: Math.max(...bare) },
      aim: { most: 100 },
    },
  ]
}

/** A key point to add to a brief, with a word that no brief has yet. */
type Edit = { path: string; word: string; line: string }

async function timeOurs(root: string, edits: Edit[]): Promise<number[]> {
  const snapshots = createSignal<LibraryChange>()
  const watched = await watchLibrary(root, {
    changed: snapshots.give,
    failed: error => {
      throw error
    },
  })
  const times: number[] = []
  for (const edit of edits) {
    const snapshot = snapshots.next()
    const start = await save(edit)
    const { appeared } = await snapshot
    if (!answers(watched.library(), edit.word)) throw new Error(`The edit is not answered: ${JSON.stringify(appeared)}`)
    times.push(performance.now() - start)
  }
  await watched.close()
  return times
}

function answers(library: Library, word: string): boolean {
  const collection = library.collections.get(COLLECTION)
  const found = collection?.index.find(word, collection.briefs, () => true, 1)
  return found?.hits[0]?.passage.text.includes(word) ?? false
}

async function timeBare(edits: Edit[]): Promise<number[]> {
  const times: number[] = []
  for (const edit of edits) {
    const saved = createSignal<void>()
    const watcher = watch(dirname(edit.path), (_, file) => (file === basename(edit.path) ? saved.give() : undefined))
    let event = saved.next()
    const start = await save(edit)
    do {
      await event
      event = saved.next()
    } while (!(await parses(edit)))
    times.push(performance.now() - start)
    watcher.close()
  }
  return times
}

async function parses({ path, word }: Edit): Promise<boolean> {
  const text = await readFile(path, 'utf8')
  return text.includes(word) && parser.parse(text).length > 0
}

/** Writes the edited file, and gives the instant when that began. */
async function save({ path, line }: Edit): Promise<number> {
  const text = await readFile(path, 'utf8')
  const start = performance.now()
  await writeFile(path, text.replace('## Key points\n', `## Key points\n\n${line}`))
  return start
}

/** What somebody waits for that comes again and again. */
function createSignal<T>(): { give: (value: T) => void; next: () => Promise<T> } {
  let waiting = Promise.withResolvers<T>()
  return {
    give(value) {
      waiting.resolve(value)
      waiting = Promise.withResolvers<T>()
    },
    next: () => waiting.promise,
  }
}
