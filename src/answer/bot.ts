import type { Budget } from '../card/card.ts'
import type { Library } from '../library/library.ts'
import type { Problem } from '../library/problem.ts'
import type { Bot, Command } from '../platform/platform.ts'
import { answer } from './answer.ts'
import { complete, offer } from './complete.ts'
import { rememberAnswers } from './remember.ts'
import { READOUT } from './target.ts'

/** The bot as one platform sees it: each answer is computed synchronously from the library of that moment. */
export function createBot(library: () => Library, budget: Budget, clock: () => Date): Bot {
  const remembered = rememberAnswers((question, asker, snapshot, now) =>
    answer(question, { library: snapshot, asker, budget, now }),
  )
  return {
    ask: async (question, asker) => remembered(question, asker, library(), clock()),
    commands: () => commandsOf(library()),
    complete: (command, text, most) => complete(command, text, { library: library(), now: clock() }, most),
    offer: (picker, text) => offer(picker, text, { library: library(), now: clock() }),
  }
}

/** A command for each collection, and the one that asks any of them. */
const commandsOf = ({ collections, problems }: Library): Command[] => [
  ...[...collections.values()].map(({ name, description }) => ({ name, description })),
  ...foldersWithFaults(problems)
    .filter(name => !collections.has(name))
    .map(name => ({ name, description: 'Its settings have a problem at the moment' })),
  {
    name: READOUT,
    description: 'All collections; for managers, digests, the state of the briefs and their problems',
    forManagers: true,
  },
]

/** A collection whose settings can't be read keeps its command: one that is taken away loses the rights that were given to it. */
const foldersWithFaults = (problems: Problem[]): string[] => [
  ...new Set(problems.flatMap(({ file }) => /^([a-z][a-z0-9-]*)\/collection\.yaml$/.exec(file)?.[1] ?? [])),
]
