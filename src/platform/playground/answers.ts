import { randomUUID } from 'node:crypto'
import type { ReactElement } from 'react'
import { renderToStaticMarkup as toHtml } from 'react-dom/server'
import { type Budget, type Card, type Choice, paragraph } from '../../card/card.ts'
import { titleText } from '../../card/plain-text.ts'
import type { Asker, Bot, Question } from '../platform.ts'
import { completeLine } from '../typed-line.ts'
import { viewCard } from './card-view.ts'
import { CARDS, type CardName, onlyShows } from './only-shows.ts'
import { viewPage } from './page.ts'
import { type Post, sayWhy } from './posts.ts'
import { SIDES, type SideName, viewMessage, viewPosts } from './sides.ts'
import { VISITOR } from './visitor.ts'
import { type Asked, toQuestion } from './wire.ts'

/** What one card beside the messages holds. */
const CARD_BUDGET: Budget = { characters: 6000, blocks: 100 }

/** What the page is answered, as HTML. */
export type Answers = {
  /** The whole page, with the answer to a line; `told` is how much open pages were told before. */
  open: (line: string, told: number) => Promise<string>
  /** An answer to put into the page. */
  ask: (asked: Asked) => Promise<unknown>
  complete: (line: string) => Choice[]
  /** What was posted to the channel, for each side. */
  posts: () => Promise<Record<SideName, string>>
}

/** `createBot` gives a bot that answers within a budget; `newest` what was posted to the channel, oldest first. */
export function createAnswers(createBot: (budget: Budget) => Bot, newest: () => Promise<Post[]>): Answers {
  const slack = createBot(SIDES.slack.budget)
  // The channel's own, for what fits Discord's message fits Slack's as well.
  const discord = createBot(SIDES.discord.budget)
  const beside = createBot(CARD_BUDGET)

  async function askSides(question: Question): Promise<Record<SideName, Card>> {
    const visitor = visitNow()
    const own = await discord.ask(question, visitor)
    return { slack: onlyShows(question, discord) ? await slack.ask(question, visitor) : own, discord: own }
  }

  const askCard = (question: Question): Promise<Card> => beside.ask(question, visitNow())

  async function openCard(name: CardName) {
    const line = CARDS[name]
    const card = await askCard(toQuestion(line)).catch(unanswered)
    return [name, { line, card: viewCard(card) }] as const
  }

  const readPosts = (): Promise<Post[] | string> => newest().catch(sayWhy)

  return {
    open: async (line, told) => {
      const question = toQuestion(line)
      const sides = viewSides(await askSides(question))
      const cards = await Promise.all((Object.keys(CARDS) as CardName[]).map(openCard))
      return viewPage({
        line,
        told,
        follows: onlyShows(question, beside),
        examples: examplesOf(beside),
        answers: sides,
        posts: await readPosts(),
        cards: Object.fromEntries(cards) as Record<CardName, { line: string; card: ReactElement }>,
      })
    },
    ask: async ({ place, question }) => {
      const follows = onlyShows(question, beside)
      if (place === 'card') return { html: toHtml(viewCard(await askCard(question))), follows }

      const cards = await askSides(question)
      const sides = viewSides(cards)
      const html = { slack: toHtml(sides.slack), discord: toHtml(sides.discord) }
      return { answers: html, isShared: cards.slack.sharedBy !== undefined, follows, title: sayTitles(cards) }
    },
    complete: line => completeLine(beside, line),
    posts: async () => {
      const posts = await readPosts()
      return { slack: toHtml(viewPosts('slack', posts)), discord: toHtml(viewPosts('discord', posts)) }
    },
  }
}

/** The visitor with one thing to ask, however many bots are asked. */
const visitNow = (): Asker => ({ ...VISITOR, once: randomUUID() })

/** Shown where a card has none, so that the rest of the page opens all the same. */
const unanswered = (error: unknown): Card => ({
  title: 'This can’t be shown now',
  blocks: [paragraph(`${error instanceof Error ? error.message : String(error)}.`)],
  footer: [],
  actions: [],
})

const viewSides = (cards: Record<SideName, Card>): Record<SideName, ReactElement> => ({
  slack: viewMessage('slack', cards.slack),
  discord: viewMessage('discord', cards.discord),
})

/** Lines to try, out of what there is. */
function examplesOf(bot: Bot): string[] {
  const [{ name } = { name: '' }] = bot.commands()
  const completed = ['', 'quotes ', 'timeline '].flatMap(words => bot.complete(name, words)[0]?.value ?? [])
  return [`/${name}`, ...completed.map(words => `/${name} ${words}`), `/${name} help`, '/readout preview']
}

/** What a screen reader is told of an answer. */
function sayTitles({ slack, discord }: Record<SideName, Card>): string {
  const titles = [titleText(slack), titleText(discord)]
  return titles[0] === titles[1] ? `${titles[0]}.` : `On Slack: ${titles[0]}. On Discord: ${titles[1]}.`
}
