import type { ServerResponse } from 'node:http'
import { SECURITY_HEADERS } from './guard.ts'

/** How soon a page that has lost the server asks for it again. */
const RETRY_MS = 500

/** The pages that are open in browsers, each with a stream of events: https://html.spec.whatwg.org/multipage/server-sent-events.html */
export type OpenPages = {
  add: (response: ServerResponse) => void
  /** Tells each what has happened, and what of it may have changed: the answers, or what is posted. */
  tell: (news: string, changed?: 'answers' | 'posts') => void
  /** How much was told so far. A page that was made before more was told looks again when it is added. */
  told: () => number
  /** Lets go of them. */
  close: () => void
}

export function createOpenPages(): OpenPages {
  const pages = new Set<ServerResponse>()
  let told = 0
  return {
    add: response => {
      response.writeHead(200, { ...SECURITY_HEADERS, 'content-type': 'text/event-stream' })
      response.write(`retry: ${RETRY_MS}\nevent: told\ndata: ${told}\n\n`)
      pages.add(response)
      response.once('close', () => pages.delete(response))
    },
    tell: (news, changed = 'answers') => {
      told++
      for (const page of pages) page.write(`data: ${JSON.stringify({ news, changed })}\n\n`)
    },
    told: () => told,
    close: () => {
      for (const page of pages) page.end()
    },
  }
}
