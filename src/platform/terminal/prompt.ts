import { createInterface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'
import type { Action, Card } from '../../card/card.ts'
import type { Asker, Bot, Question } from '../platform.ts'
import { completeLine, readLine } from '../typed-line.ts'
import { renderCard } from './render.ts'

/** How many characters one page has in a terminal, about two screens; blocks are no matter. */
export const TERMINAL_BUDGET = { characters: 4000, blocks: 200 }

export const TERMINAL_USER: Asker = { platform: 'terminal', user: 'you', manager: true }

const PROMPT = 'readout> '

const QUIT = new Set(['quit', 'exit', ':q'])

export type PromptStreams = {
  input: Readable & { isTTY?: boolean }
  output: Writable & { isTTY?: boolean; columns?: number }
}

/**
 * Reads lines and answers each until the input ends or `quit`. A line is a command (`/nato vilnius`), the number of something to click in
 * the last answer, or any words. At a terminal there is a prompt with history and completion; otherwise only answers are written.
 */
export async function runPrompt(bot: Bot, { input, output }: PromptStreams): Promise<void> {
  const terminal = Boolean(input.isTTY && output.isTTY)
  const completer = (line: string): [string[], string] => [completeLine(bot, line).map(choice => choice.value), line]
  const lines = createInterface({
    input,
    output: terminal ? output : undefined,
    terminal,
    prompt: PROMPT,
    completer,
    historySize: 500,
    removeHistoryDuplicates: true,
  })
  let offered: Question[] = []
  const show = (card: Card) => {
    offered = questionsOf(card.actions)
    output.write(`${renderCard(card, { columns: terminal ? output.columns : undefined, styled: terminal })}\n\n`)
  }
  let open = true
  lines.once('close', () => {
    open = false
  })
  lines.on('SIGINT', () => lines.close())
  // Listens from here on, so that what is typed during the first answer is not lost.
  const typedLines = lines[Symbol.asyncIterator]()
  if (terminal) show(await bot.ask({ kind: 'home' }, TERMINAL_USER))
  if (terminal && open) lines.prompt()
  for await (const line of typedLines) {
    const typed = line.trim()
    if (QUIT.has(typed.toLowerCase())) break
    if (typed !== '') show(await bot.ask(toQuestion(typed, offered), TERMINAL_USER))
    if (terminal && open) lines.prompt()
  }
  lines.close()
}

/** `3` clicks, `/nato vilnius` asks, everything else is said to the bot. */
export function toQuestion(typed: string, offered: Question[]): Question {
  const clicked = /^\[?(\d{1,3})\]?$/.exec(typed)
  const question = clicked && offered[Number(clicked[1]) - 1]
  if (question) return question
  return readLine(typed)
}

/** What the numbers of a card's actions stand for, in the order in which `renderCard` numbers them. */
function questionsOf(actions: Action[]): Question[] {
  return actions.flatMap((action): Question[] =>
    action.kind === 'picker'
      ? action.choices.map(choice => ({ kind: 'picked', id: action.id, value: choice.value }))
      : [{ kind: 'clicked', id: action.id }],
  )
}
