import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parser } from '@lezer/markdown'
import { FAILSAFE_SCHEMA, load } from 'js-yaml'
import { listFiles } from '../src/library/files.ts'
import { loadShelf } from '../src/library/load.ts'
import { elapsedMs, median } from './statistics.ts'
import type { Measurement } from './table.ts'

const RUNS = 3
const AT_ONCE = 64

/** From a folder of files to a library that answers. */
export async function measureLoad(root: string): Promise<Measurement[]> {
  const paths = await listFiles(root)
  const bare: number[] = []
  const ours: number[] = []
  for (let run = 0; run < RUNS; run++) {
    bare.push(await elapsedMs(() => parseBare(root, paths)))
    ours.push(await elapsedMs(() => loadShelf(root)))
  }
  const name = 'reading the same files, js-yaml and @lezer/markdown over them, nothing more'
  return [
    {
      what: `load of ${paths.length} files`,
      unit: 'ms',
      ours: median(ours),
      yardstick: { name, value: median(bare) },
      aim: { times: 1.5 },
    },
  ]
}

async function parseBare(root: string, paths: string[]): Promise<void> {
  for (let at = 0; at < paths.length; at += AT_ONCE) {
    const some = paths.slice(at, at + AT_ONCE)
    const texts = await Promise.all(some.map(path => readFile(join(root, path), 'utf8')))
    for (const text of texts) parseText(text)
  }
}

function parseText(text: string): void {
  const end = text.startsWith('---\n') ? text.indexOf('\n---\n') : text.length
  load(text.slice(0, end), { schema: FAILSAFE_SCHEMA })
  if (end < text.length) parser.parse(text.slice(end + 5))
}
