import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { listFiles } from '../src/library/files.ts'
import { loadShelf } from '../src/library/load.ts'
import type { Held } from './measure-memory.ts'

/** How long the process may need to give back what was collected. */
const SETTLE_MS = 500

const [what, root = ''] = process.argv.slice(2)
const held = what === 'library' ? await loadShelf(root) : await readTexts(root)
for (let round = 0; round < 4; round++) {
  globalThis.gc?.()
  await setTimeout(SETTLE_MS)
}
const { rss, heapUsed } = process.memoryUsage()
console.log(JSON.stringify({ rss, heap: heapUsed } satisfies Held))
// The process still holds it here, so that nothing was collected too early.
if (Object.keys(held).length === 0) throw new Error('There is nothing to hold.')

async function readTexts(folder: string): Promise<string[]> {
  const texts: string[] = []
  for (const path of await listFiles(folder)) texts.push(await readFile(join(folder, path), 'utf8'))
  return texts
}
