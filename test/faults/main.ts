import { seekKillFaults } from './kill.ts'
import { seekRenderFaults } from './render.ts'
import { seekZoneFaults } from './zones.ts'

/** What is searched for faults at length: `npm run faults` does all of it, `npm run faults -- render` one. */
const searches: Record<string, (options: string[]) => Promise<number>> = {
  kill: seekKillFaults,
  render: seekRenderFaults,
  zones: seekZoneFaults,
}

const [wanted, ...options] = process.argv.slice(2)
const isNamed = wanted !== undefined && !wanted.startsWith('-')
if (isNamed && !(wanted in searches)) {
  console.error(`Expected one of ${Object.keys(searches).join(', ')}, got ${wanted}.`)
  process.exit(2)
}
if (!isNamed && process.argv.length > 2) {
  console.error(
    `Expected the search that ${process.argv.slice(2).join(' ')} is for: ${Object.keys(searches).join(', ')}.`,
  )
  process.exit(2)
}
let faults = 0
for (const [name, seek] of Object.entries(searches)) {
  if (!isNamed || name === wanted) faults += await seek(options).catch(misused)
}
process.exitCode = faults === 0 ? 0 : 1

function misused(error: unknown): never {
  console.error(error instanceof Error ? error.message : error)
  process.exit(2)
}
