import type { Choice } from '../card/card.ts'
import type { Bot, Question } from './platform.ts'

/** What a line means that was typed where Readout has an input of its own: `/nato vilnius` asks, any other words are said to the bot. */
export function readLine(line: string): Question {
  const [, command, text = ''] = /^\s*\/(\S+)\s*(.*)$/s.exec(line) ?? []
  return command === undefined ? { kind: 'mentioned', text: line.trim() } : { kind: 'asked', command, text }
}

/** What could complete such a line, best first; a choice's value is the whole line. */
export function completeLine(bot: Bot, line: string): Choice[] {
  const [, command, text = ''] = /^\s*\/(\S+)\s(.*)$/s.exec(line) ?? []
  if (command === undefined)
    return bot
      .commands()
      .map(({ name, description }) => ({ label: `/${name}`, value: `/${name} `, description }))
      .filter(({ value }) => value.startsWith(line.trim()))
  return bot.complete(command, text).map(choice => ({ ...choice, value: `/${command} ${choice.value}` }))
}
