import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadShelf } from '../src/library/load.ts'
import type { Shelf } from '../src/library/shelf.ts'
import { generateBriefs } from './generate-briefs.ts'
import { createProse } from './generate-words.ts'
import { measureLoad } from './measure-load.ts'
import { measureMemory } from './measure-memory.ts'
import { measureSave } from './measure-save.ts'
import { measureSearch } from './measure-search.ts'
import { measureStart } from './measure-start.ts'
import type { Measurement } from './table.ts'

const BRIEFS = 10_000
const SEED = 1949

/** Load, search, time from save to answer, and memory of a library of 10,000 briefs of about 500 words. */
export async function benchLibrary(): Promise<Measurement[]> {
  const root = await mkdtemp(join(tmpdir(), 'readout-bench-'))
  try {
    const prose = createProse(SEED)
    const generated = await generateBriefs(root, BRIEFS, prose)
    const load = await measureLoad(root)
    const search = measureSearch(await loadWhole(root), prose)
    const save = await measureSave(root, generated)
    return [...measureStart(), ...load, ...search, ...save, ...measureMemory(root)]
  } finally {
    await rm(root, { recursive: true, force: true })
  }
}

/** A benchmark over briefs that are refused would measure nothing. */
async function loadWhole(root: string): Promise<Shelf> {
  const shelf = await loadShelf(root)
  const error = shelf.library.problems.find(problem => problem.severity === 'error')
  if (error) throw new Error(`A generated file is refused: ${JSON.stringify(error)}`)
  return shelf
}
