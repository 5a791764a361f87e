import { fileURLToPath } from 'node:url'
import { answer } from '../../src/answer/answer.ts'
import type { Context } from '../../src/answer/context.ts'
import type { Card } from '../../src/card/card.ts'
import { loadShelf } from '../../src/library/load.ts'

const BRIEFS = fileURLToPath(new URL('../../briefs', import.meta.url))

/** Loads the briefs of this repository, and asks them as `readout ask` does: `/nato TEXT`, on a fixed day. */
export async function openBriefs(): Promise<{ context: Context; ask: (text: string) => Card }> {
  const { library } = await loadShelf(BRIEFS)
  const context: Context = {
    library,
    asker: { platform: 'terminal', user: 'you', manager: false },
    budget: { characters: 4000, blocks: 40 },
    now: new Date('2026-11-22T12:00:00Z'),
  }
  return { context, ask: text => answer({ kind: 'asked', command: 'nato', text }, context) }
}
