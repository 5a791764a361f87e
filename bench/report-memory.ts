// Loaded into a process before its program: tells what it holds and has used, when it is asked to.
import { setTimeout } from 'node:timers/promises'

/** How long the process may need to give back what was collected. */
const SETTLE_MS = 500

process.on('message', async question => {
  if (question === 'report') process.send?.(await residentAtRest())
  if (question === 'usage') process.send?.(readUsage())
})
// Who only waits to be asked ends with its program.
process.channel?.unref()

async function residentAtRest(): Promise<number> {
  for (let round = 0; round < 4; round++) {
    globalThis.gc?.()
    await setTimeout(SETTLE_MS)
  }
  return process.memoryUsage.rss()
}

function readUsage(): { residentBytes: number; cpuMs: number } {
  const { user, system } = process.cpuUsage()
  return { residentBytes: process.memoryUsage.rss(), cpuMs: (user + system) / 1000 }
}
