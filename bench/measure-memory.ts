import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import type { Measurement } from './table.ts'

/** What a process that holds the library takes, in bytes, after everything that it can spare was collected. */
export type Held = { rss: number; heap: number }

/** The memory of a process that holds the library, and of one that holds the same texts. */
export function measureMemory(root: string): Measurement[] {
  const [ours, texts] = [hold('library', root), hold('texts', root)]
  const name = 'a process that holds the same texts as strings'
  const megabytes = (bytes: number) => bytes / 2 ** 20
  return (['rss', 'heap'] as const).map(kind => ({
    what: `memory, ${kind}`,
    unit: 'MB',
    ours: megabytes(ours[kind]),
    yardstick: { name, value: megabytes(texts[kind]) },
  }))
}

function hold(what: 'library' | 'texts', root: string): Held {
  const program = join(import.meta.dirname, 'hold-in-memory.ts')
  const { stdout, stderr, status } = spawnSync(process.execPath, ['--expose-gc', program, what, root], {
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error(`Holding the ${what} in memory failed: ${stderr}`)
  return JSON.parse(stdout) as Held
}
