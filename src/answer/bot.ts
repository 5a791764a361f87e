import type { Budget } from '../card/card.ts'
import type { Library } from '../library/library.ts'
import type { Bot } from '../platform/platform.ts'
import { answer } from './answer.ts'
import { complete } from './complete.ts'

/** The bot as one platform sees it: each answer is computed synchronously from the library of that moment. */
export function createBot(library: () => Library, budget: Budget, clock: () => Date): Bot {
  return {
    ask: async (question, asker) => answer(question, { library: library(), asker, budget, now: clock() }),
    complete: (collection, text) => complete(collection, text, { library: library(), now: clock() }),
  }
}
