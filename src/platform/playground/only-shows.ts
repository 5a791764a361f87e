import type { Bot, Question } from '../platform.ts'
import { toQuestion } from './wire.ts'

/** What the cards beside the messages ask when the page opens. None of it changes anything. */
export const CARDS = {
  digests: '/readout digests',
  next: '/readout next',
  problems: '/readout problems',
  briefs: '/readout briefs',
} as const

export type CardName = keyof typeof CARDS

/**
 * Whether a question only shows something, so that two bots may be asked, and again whenever something has changed. What is typed behind a
 * command for managers may do something, and so may a button; but the ids of the library's answers begin with a digit, and those only show.
 */
export function onlyShows(question: Question, bot: Pick<Bot, 'commands'>): boolean {
  switch (question.kind) {
    case 'clicked':
    case 'picked':
      return /^\d/.test(question.id)
    case 'asked':
      return !isManagers(question.command, bot) || Object.values(CARDS).some(line => isSame(toQuestion(line), question))
    case 'home':
    case 'mentioned':
      return true
    default:
      return question satisfies never
  }
}

const isManagers = (command: string, bot: Pick<Bot, 'commands'>): boolean =>
  bot.commands().some(({ name, forManagers }) => name === command.toLowerCase() && forManagers === true)

const isSame = (one: Question, { command, text }: Extract<Question, { kind: 'asked' }>): boolean =>
  one.kind === 'asked' && one.command === command.toLowerCase() && one.text === text.trim().toLowerCase()
