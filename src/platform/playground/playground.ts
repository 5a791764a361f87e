import { readFileSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { fileURLToPath } from 'node:url'
import type { ReactElement } from 'react'
import { renderToStaticMarkup as toHtml } from 'react-dom/server'
import { z } from 'zod'
import type { Budget, Card } from '../../card/card.ts'
import { titleText } from '../../card/plain-text.ts'
import type { Bot, Question, Route } from '../platform.ts'
import { completeLine, readLine } from '../typed-line.ts'
import { viewCard } from './card-view.ts'
import { SECURITY_HEADERS, whyRefused } from './guard.ts'
import { viewPage } from './page.ts'
import { SIDES, type SideName, viewMessage } from './sides.ts'
import { VISITOR } from './visitor.ts'

/** A page on which everything can be tried without an account. */
export type Playground = {
  route: Route
  /** Tells every open page that the answers may have changed, and in `news` what has happened. */
  refresh: (news: string) => void
  /** Lets go of the pages that are open. */
  close: () => void
}

/** What one card beside the messages holds. */
const CARD_BUDGET: Budget = { characters: 6000, blocks: 100 }

/** `createBot` gives a bot that answers within a budget. */
export function createPlayground(createBot: (budget: Budget) => Bot): Playground {
  const bots = {
    slack: createBot(SIDES.slack.budget),
    discord: createBot(SIDES.discord.budget),
    card: createBot(CARD_BUDGET),
  }
  const pages = new Set<ServerResponse>()

  async function answerSides(question: Question) {
    const [slack, discord] = await Promise.all([bots.slack.ask(question, VISITOR), bots.discord.ask(question, VISITOR)])
    return { slack, discord }
  }

  async function openPage(line: string): Promise<string> {
    const cards = await answerSides(line === '' ? { kind: 'home' } : readLine(line))
    const [briefs, problems] = await Promise.all([answerCard(askFor('briefs')), answerCard(askFor('problems'))])
    return viewPage({ line, examples: examplesOf(bots.card), answers: viewSides(cards), briefs, problems })
  }

  const answerCard = async (question: Question): Promise<ReactElement> =>
    viewCard(await bots.card.ask(question, VISITOR))

  async function answerAsked({ place, question }: z.output<typeof askedSchema>): Promise<unknown> {
    if (place !== 'sides') return { html: toHtml(await answerCard(toQuestion(question))) }
    const cards = await answerSides(toQuestion(question))
    const answers = viewSides(cards)
    const html = { slack: toHtml(answers.slack), discord: toHtml(answers.discord) }
    return { answers: html, isShared: cards.slack.sharedBy !== undefined, title: sayTitles(cards) }
  }

  const routes: Record<string, Answerer> = {
    'GET /': async (_, response, query) => send(response, 200, 'text/html', await openPage(query.get('q') ?? '')),
    'GET /complete': async (_, response, query) => sendJson(response, completeLine(bots.card, query.get('line') ?? '')),
    'POST /ask': async (request, response) => {
      const asked = askedSchema.safeParse(await readJson(request))
      if (asked.success) return sendJson(response, await answerAsked(asked.data))
      send(response, 400, 'text/plain', `Expected a question: ${z.prettifyError(asked.error)}\n`)
    },
    'GET /events': async (_, response) => {
      response.writeHead(200, { ...SECURITY_HEADERS, 'content-type': 'text/event-stream' })
      response.write(`retry: ${RETRY_MS}\n\n`)
      pages.add(response)
      response.once('close', () => pages.delete(response))
    },
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const refusal = whyRefused(request)
    if (refusal !== undefined) return send(response, 403, 'text/plain', `${refusal}\n`)
    const [path = '/', query = ''] = (request.url ?? '/').split('?')
    const asset = ASSETS[path]
    if (asset && request.method === 'GET') return send(response, 200, asset.type, readFileSync(asset.path))
    const route = routes[`${request.method} ${path}`]
    if (!route) return send(response, 404, 'text/plain', 'There is nothing here. The playground is at /.\n')
    await route(request, response, new URLSearchParams(query))
  }

  return {
    route: { path: '/', answer },
    refresh: news => {
      for (const page of pages) page.write(`data: ${JSON.stringify({ news })}\n\n`)
    },
    close: () => {
      for (const page of pages) page.end()
    },
  }
}

/** Lines to try, out of what there is. */
function examplesOf(bot: Bot): string[] {
  const [{ name } = { name: '' }] = bot.commands()
  const completed = ['', 'quotes ', 'timeline '].flatMap(words => bot.complete(name, words)[0]?.value ?? [])
  return [`/${name}`, ...completed.map(words => `/${name} ${words}`), `/${name} help`]
}

type Answerer = (request: IncomingMessage, response: ServerResponse, query: URLSearchParams) => Promise<void>

/** How soon a page that has lost the server asks for it again. */
const RETRY_MS = 500

const askFor = (view: 'briefs' | 'problems'): Question => ({ kind: 'asked', command: 'readout', text: view })

const viewSides = (cards: Record<SideName, Card>): Record<SideName, ReactElement> => ({
  slack: viewMessage('slack', cards.slack),
  discord: viewMessage('discord', cards.discord),
})

/** What a screen reader is told of an answer. */
function sayTitles({ slack, discord }: Record<SideName, Card>): string {
  const titles = [titleText(slack), titleText(discord)]
  return titles[0] === titles[1] ? `${titles[0]}.` : `On Slack: ${titles[0]}. On Discord: ${titles[1]}.`
}

const text = z.string().max(4000)

const questionSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('typed'), line: text }),
  z.strictObject({ kind: z.literal('clicked'), id: text }),
  z.strictObject({ kind: z.literal('picked'), id: text, value: text }),
])

/** A question of the page, and where its answer goes: to both sides, or to a card beside them. */
const askedSchema = z.strictObject({ place: z.enum(['sides', 'briefs', 'problems']), question: questionSchema })

function toQuestion(question: z.output<typeof questionSchema>): Question {
  if (question.kind !== 'typed') return question
  return question.line.trim() === '' ? { kind: 'home' } : readLine(question.line)
}

const own = (name: string): string => fileURLToPath(new URL(`browser/${name}`, import.meta.url))

/** What the page loads, by its path. */
const ASSETS: Record<string, { type: string; path: string }> = {
  '/assets/playground.css': { type: 'text/css', path: own('playground.css') },
  '/assets/playground.js': { type: 'text/javascript', path: own('playground.js') },
  '/assets/completion.js': { type: 'text/javascript', path: own('completion.js') },
  '/assets/theme.js': { type: 'text/javascript', path: own('theme.js') },
  '/assets/icon.svg': { type: 'image/svg+xml', path: own('icon.svg') },
  '/assets/slack.css': {
    type: 'text/css',
    path: fileURLToPath(import.meta.resolve('slack-blocks-to-jsx/dist/style.css')),
  },
}

function send(response: ServerResponse, status: number, type: string, body: string | Buffer): void {
  response.writeHead(status, { ...SECURITY_HEADERS, 'content-type': `${type}; charset=utf-8` }).end(body)
}

const sendJson = (response: ServerResponse, body: unknown): void =>
  send(response, 200, 'application/json', JSON.stringify(body))

/** No question of the page is longer. */
const LONGEST_BODY = 16_384

/** The JSON of a request's body; undefined where it is none, or too long. */
async function readJson(request: IncomingMessage): Promise<unknown> {
  const parts: Buffer[] = []
  let size = 0
  for await (const part of request) {
    size += part.length
    if (size > LONGEST_BODY) return undefined
    parts.push(part)
  }
  try {
    return JSON.parse(Buffer.concat(parts).toString())
  } catch {
    return undefined
  }
}
