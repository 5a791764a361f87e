import { fileURLToPath } from 'node:url'
import { createBot } from '../src/answer/bot.ts'
import type { Budget, Card } from '../src/card/card.ts'
import { loadShelf } from '../src/library/load.ts'
import { DISCORD_BUDGET } from '../src/platform/discord/limits.ts'
import { renderDiscord } from '../src/platform/discord/render.ts'
import type { Bot } from '../src/platform/platform.ts'
import { SLACK_BUDGET } from '../src/platform/slack/limits.ts'
import { renderSlack } from '../src/platform/slack/render.ts'
import { percentile } from './statistics.ts'
import type { Measurement } from './table.ts'

const BRIEFS = fileURLToPath(new URL('../briefs', import.meta.url))

/** How often each card is rendered; the first half warms up. */
const ROUNDS = 400

/** From a card to a platform's message, over every page of every view of the shipped briefs. */
export async function benchRendering(): Promise<Measurement[]> {
  return [
    ...measure('Slack', await cardsWithin(SLACK_BUDGET), renderSlack),
    ...measure('Discord', await cardsWithin(DISCORD_BUDGET), renderDiscord),
  ]
}

function measure(platform: string, cards: Card[], render: (card: Card) => unknown): Measurement[] {
  const ours = times(cards, render)
  const yardstick = times(cards.map(render), message => JSON.stringify(message))
  const row = (what: string, share: number): Measurement => ({
    what: `${platform}, a card, ${what} of ${cards.length}`,
    unit: 'µs',
    ours: percentile(ours, share),
    yardstick: { name: 'JSON.stringify of the same message', value: percentile(yardstick, share) },
  })
  return [row('median', 0.5), row('99th percentile', 0.99)]
}

/** The median time of each, in microseconds. */
function times<T>(all: T[], work: (one: T) => unknown): number[] {
  const taken = all.map((): number[] => [])
  for (let round = 0; round < ROUNDS; round++) {
    for (const [index, one] of all.entries()) {
      const start = performance.now()
      work(one)
      if (round >= ROUNDS / 2) taken[index]?.push((performance.now() - start) * 1000)
    }
  }
  return taken.map(some => percentile(some, 0.5))
}

/** All cards that can be reached from the list of briefs by clicking on. */
async function cardsWithin(budget: Budget): Promise<Card[]> {
  const { library } = await loadShelf(BRIEFS)
  const now = new Date()
  const bot = createBot(
    () => library,
    budget,
    () => now,
  )
  const names = [...library.collections.values()].flatMap(({ name, briefs }) =>
    [...briefs.keys()].map(brief => ({ kind: 'asked' as const, command: name, text: brief })),
  )
  const cards = await Promise.all(names.map(question => ask(bot, question)))
  const seen = new Set<string>()
  for (const card of cards) {
    for (const { kind, id } of card.actions) {
      if (kind !== 'button' || seen.has(id)) continue
      seen.add(id)
      cards.push(await ask(bot, { kind: 'clicked', id }))
    }
  }
  return cards
}

const ask = (bot: Bot, question: Parameters<Bot['ask']>[0]): Promise<Card> =>
  bot.ask(question, { platform: 'bench', channel: 'bench', user: 'bench', manager: false })
