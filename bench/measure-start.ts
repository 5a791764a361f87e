import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { percentile } from './statistics.ts'
import type { Measurement } from './table.ts'

const RUNS = 15

const CLI = join(import.meta.dirname, '../src/cli.ts')

/** A whole `readout ask` on the shipped briefs, from the start of its process to the end. */
export function measureStart(): Measurement[] {
  const ours = times([CLI, 'ask', '/nato vilnius'])
  const empty = times(['--eval', '0'])
  return [
    {
      what: 'ask, start to end',
      unit: 'ms',
      ours: percentile(ours, 0.5),
      yardstick: { name: 'the same Node with an empty program', value: percentile(empty, 0.5) },
      aim: { most: 600 },
    },
  ]
}

const times = (args: string[]): number[] =>
  Array.from({ length: RUNS }, () => {
    const start = performance.now()
    const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' })
    if (status !== 0) throw new Error(`node ${args.join(' ')} failed: ${stderr}`)
    return performance.now() - start
  })
