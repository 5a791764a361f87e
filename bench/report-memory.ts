// Loaded into a process before its program: tells the memory that it holds, when it is asked to.
import { setTimeout } from 'node:timers/promises'

/** How long the process may need to give back what was collected. */
const SETTLE_MS = 500

process.on('message', async () => {
  for (let round = 0; round < 4; round++) {
    globalThis.gc?.()
    await setTimeout(SETTLE_MS)
  }
  process.send?.(process.memoryUsage.rss())
})
// Who only waits to be asked ends with its program.
process.channel?.unref()
