import type { Card } from '../card/card.ts'
import type { Library } from '../library/library.ts'
import { nextChange } from '../library/visible.ts'
import type { Asker, Question } from '../platform/platform.ts'

/** So many answers are remembered; then it begins anew. */
const MOST = 1000

type Memory = { library: Library; from: number; until: number; cards: Map<string, Card> }

/**
 * Remembers answers, for many ask the same: until the library changes, an embargo ends or a day begins, the same question of a reader
 * with the same rights has the same answer. A shared one names who shares it, and is made anew.
 */
export function rememberAnswers(answer: (question: Question, asker: Asker, library: Library, now: Date) => Card) {
  let memory: Memory | undefined

  function recall(library: Library, now: Date): Memory {
    const at = now.getTime()
    if (memory?.library === library && memory.from <= at && at < memory.until && memory.cards.size < MOST) return memory
    memory = { library, from: at, until: nextChange(library, now), cards: new Map() }
    return memory
  }

  return (question: Question, asker: Asker, library: Library, now: Date): Card => {
    const { cards } = recall(library, now)
    const key = JSON.stringify([question, asker.manager, asker.channel === undefined])
    const known = cards.get(key)
    if (known) return known
    const card = answer(question, asker, library, now)
    if (card.sharedBy === undefined) cards.set(key, card)
    return card
  }
}
