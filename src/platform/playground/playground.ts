import { readFile } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Budget } from '../../card/card.ts'
import { DISCORD_BUDGET } from '../discord/limits.ts'
import type { Bot, Platform } from '../platform.ts'
import type { Answers } from './answers.ts'
import { ASSETS } from './assets.ts'
import { whyRefused } from './guard.ts'
import type { OpenPages } from './open-pages.ts'
import { type Channel, createPosts } from './posts.ts'
import { readAsked, send, sendJson } from './wire.ts'

/** As many of the channel's newest messages are shown. */
const SHOWN = 50

/**
 * A page on which everything can be tried without an account, and a platform with one channel, whose messages are kept in `channel`.
 * `createBot` gives a bot that answers within a budget.
 */
export function createPlayground(createBot: (budget: Budget) => Bot, pages: OpenPages, channel: Channel): Platform {
  const posts = createPosts(channel, news => pages.tell(news, 'posts'))
  const newest = () => channel.newest(SHOWN)
  let answers: Promise<Answers> | undefined
  /** What draws messages is large, and loaded when the first page is opened. */
  const load = () => {
    answers ??= import('./answers.ts').then(({ createAnswers }) => createAnswers(createBot, newest))
    return answers
  }

  const routes: Record<string, Answerer> = {
    'GET /': async (_, response, query) =>
      send(response, 200, 'text/html', await (await load()).open(query.get('q') ?? '', pages.told())),
    'GET /complete': async (_, response, query) => sendJson(response, (await load()).complete(query.get('line') ?? '')),
    'GET /posts': async (_, response) => sendJson(response, await (await load()).posts()),
    'GET /events': async (_, response) => pages.add(response),
    'POST /ask': async (request, response) => {
      const asked = await readAsked(request)
      if ('refusal' in asked) send(response, 400, 'text/plain', `${asked.refusal}\n`)
      else sendJson(response, await (await load()).ask(asked))
    },
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const refusal = whyRefused(request, request.socket.remoteAddress)
    if (refusal !== undefined) return send(response, 403, 'text/plain', `${refusal}\n`)
    const [path = '/', query = ''] = (request.url ?? '/').split('?')
    const asset = ASSETS[path]
    if (asset && request.method === 'GET') return send(response, 200, asset.type, await readFile(asset.path))
    const route = routes[`${request.method} ${path}`]
    if (!route) return send(response, 404, 'text/plain', 'There is nothing here. The playground is at /.\n')
    await route(request, response, new URLSearchParams(query))
  }

  return {
    name: 'playground',
    // What fits Discord's message fits Slack's as well.
    budget: DISCORD_BUDGET,
    start: async () => undefined,
    stop: async () => pages.close(),
    ...posts,
    // A delivery is a key here.
    repeatsWithinMs: 0,
    health: () => ({ isUp: true, note: 'The playground is open.' }),
    routes: [{ path: '/', answer }],
  }
}

type Answerer = (request: IncomingMessage, response: ServerResponse, query: URLSearchParams) => Promise<void>
