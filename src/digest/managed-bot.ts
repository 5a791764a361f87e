import { READOUT } from '../answer/target.ts'
import type { Bot } from '../platform/platform.ts'
import type { Management } from './manage.ts'

/** The bot with the managers' command: what concerns digests is answered there, all else as before. */
export const withManagement = (bot: Bot, { manage, complete, offer }: Management): Bot => ({
  commands: bot.commands,
  ask: async (question, asker) => (await manage(question, asker)) ?? bot.ask(question, asker),
  complete: (command, text, most) => {
    const ours = command === READOUT ? complete(text) : []
    return [...ours, ...bot.complete(command, text, most)].slice(0, most)
  },
  offer: (picker, text) => offer(picker, text) ?? bot.offer(picker, text),
})
