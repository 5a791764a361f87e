import { readFile } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Budget } from '../../card/card.ts'
import type { Bot, Route } from '../platform.ts'
import { createAnswers } from './answers.ts'
import { ASSETS } from './assets.ts'
import { whyRefused } from './guard.ts'
import type { OpenPages } from './open-pages.ts'
import { readAsked, send, sendJson } from './wire.ts'

/** A page on which everything can be tried without an account. `createBot` gives a bot that answers within a budget. */
export function createPlayground(createBot: (budget: Budget) => Bot, pages: OpenPages): Route {
  const answers = createAnswers(createBot)

  const routes: Record<string, Answerer> = {
    'GET /': async (_, response, query) => send(response, 200, 'text/html', await answers.open(query.get('q') ?? '')),
    'GET /complete': async (_, response, query) => sendJson(response, answers.complete(query.get('line') ?? '')),
    'GET /events': async (_, response) => pages.add(response),
    'POST /ask': async (request, response) => {
      const asked = await readAsked(request)
      if ('refusal' in asked) send(response, 400, 'text/plain', `${asked.refusal}\n`)
      else sendJson(response, await answers.ask(asked))
    },
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const refusal = whyRefused(request)
    if (refusal !== undefined) return send(response, 403, 'text/plain', `${refusal}\n`)
    const [path = '/', query = ''] = (request.url ?? '/').split('?')
    const asset = ASSETS[path]
    if (asset && request.method === 'GET') return send(response, 200, asset.type, await readFile(asset.path))
    const route = routes[`${request.method} ${path}`]
    if (!route) return send(response, 404, 'text/plain', 'There is nothing here. The playground is at /.\n')
    await route(request, response, new URLSearchParams(query))
  }

  return { path: '/', answer }
}

type Answerer = (request: IncomingMessage, response: ServerResponse, query: URLSearchParams) => Promise<void>
