import { randomUUID } from 'node:crypto'
import type { ReactElement } from 'react'
import { renderToStaticMarkup as toHtml } from 'react-dom/server'
import type { Budget, Card, Choice } from '../../card/card.ts'
import { titleText } from '../../card/plain-text.ts'
import type { Bot, Question } from '../platform.ts'
import { completeLine } from '../typed-line.ts'
import { viewCard } from './card-view.ts'
import { viewPage } from './page.ts'
import { SIDES, type SideName, viewMessage, viewPosts } from './sides.ts'
import { VISITOR } from './visitor.ts'
import { type Asked, toQuestion } from './wire.ts'

/** What one card beside the messages holds. */
const CARD_BUDGET: Budget = { characters: 6000, blocks: 100 }

/** What the cards beside the messages ask when the page opens. */
const CARDS = { problems: '/readout problems', briefs: '/readout briefs' }

/** What the page is answered, as HTML. */
export type Answers = {
  /** The whole page, with the answer to a line. */
  open: (line: string) => Promise<string>
  /** An answer to put into the page. */
  ask: (asked: Asked) => Promise<unknown>
  complete: (line: string) => Choice[]
  /** What was posted to the channel, for each side. */
  posts: () => Promise<Record<SideName, string>>
}

/** `createBot` gives a bot that answers within a budget; `posted` what was posted to the channel, oldest first. */
export function createAnswers(createBot: (budget: Budget) => Bot, posted: () => Promise<Card[]>): Answers {
  const slack = createBot(SIDES.slack.budget)
  const discord = createBot(SIDES.discord.budget)
  const beside = createBot(CARD_BUDGET)

  async function askSides(question: Question): Promise<Record<SideName, Card>> {
    // One question, though two bots are asked.
    const visitor = { ...VISITOR, once: randomUUID() }
    return { slack: await slack.ask(question, visitor), discord: await discord.ask(question, visitor) }
  }

  const askCard = async (question: Question): Promise<ReactElement> =>
    viewCard(await beside.ask(question, { ...VISITOR, once: randomUUID() }))

  async function openCards() {
    const cards = Object.entries(CARDS).map(async ([name, line]) => ({
      name,
      line,
      card: await askCard(toQuestion(line)),
    }))
    return Promise.all(cards)
  }

  return {
    open: async line => {
      const sides = viewSides(await askSides(toQuestion(line)))
      return viewPage({
        line,
        examples: examplesOf(beside),
        answers: sides,
        posts: await posted(),
        cards: await openCards(),
      })
    },
    ask: async ({ place, question }) => {
      if (place === 'card') return { html: toHtml(await askCard(question)) }
      const cards = await askSides(question)
      const sides = viewSides(cards)
      const html = { slack: toHtml(sides.slack), discord: toHtml(sides.discord) }
      return { answers: html, isShared: cards.slack.sharedBy !== undefined, title: sayTitles(cards) }
    },
    complete: line => completeLine(beside, line),
    posts: async () => {
      const cards = await posted()
      return { slack: postsOn('slack', cards), discord: postsOn('discord', cards) }
    },
  }
}

const postsOn = (side: SideName, cards: Card[]): string => toHtml(viewPosts(side, cards))

const viewSides = (cards: Record<SideName, Card>): Record<SideName, ReactElement> => ({
  slack: viewMessage('slack', cards.slack),
  discord: viewMessage('discord', cards.discord),
})

/** Lines to try, out of what there is. */
function examplesOf(bot: Bot): string[] {
  const [{ name } = { name: '' }] = bot.commands()
  const completed = ['', 'quotes ', 'timeline '].flatMap(words => bot.complete(name, words)[0]?.value ?? [])
  return [`/${name}`, ...completed.map(words => `/${name} ${words}`), `/${name} help`]
}

/** What a screen reader is told of an answer. */
function sayTitles({ slack, discord }: Record<SideName, Card>): string {
  const titles = [titleText(slack), titleText(discord)]
  return titles[0] === titles[1] ? `${titles[0]}.` : `On Slack: ${titles[0]}. On Discord: ${titles[1]}.`
}
