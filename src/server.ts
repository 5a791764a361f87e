import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Route } from './platform/platform.ts'

/** The one HTTP server, as what was started. */
export type HttpServer = { address: string; close: () => Promise<void> }

/** What keeps the server from starting, and what to set instead. */
export class ServerError extends Error {}

/**
 * Starts answering at `host` and `port` (0 takes any); a request goes to the route with the longest path that its own begins with. `failed`
 * hears of what went wrong in one.
 * @throws ServerError
 */
export async function startServer(
  routes: Route[],
  { host, port }: { host: string; port: number },
  failed: (error: unknown) => void,
): Promise<HttpServer> {
  const server = createServer((request, response) =>
    dispatch(routes, request, response).catch(error => {
      // Whoever asked has gone away.
      if (request.destroyed && !request.complete) return
      failed(error)
      if (response.headersSent) response.destroy()
      else
        response.writeHead(500, { 'content-type': 'text/plain' }).end('Readout could not answer; its log says why.\n')
    }),
  )
  await listen(server, host, port).catch(async error => {
    throw new ServerError(await whyNot(error, host, port), { cause: error })
  })
  server.on('error', failed)
  return { address: addressOf(server.address() as AddressInfo), close: () => stop(server) }
}

async function dispatch(routes: Route[], request: IncomingMessage, response: ServerResponse): Promise<void> {
  const [path = '/'] = (request.url ?? '/').split('?')
  const route = routes
    .filter(one => path === one.path || path.startsWith(one.path.replace(/\/?$/, '/')))
    .toSorted((a, b) => b.path.length - a.path.length)[0]
  if (route) await route.answer(request, response)
  else response.writeHead(404).end()
}

const listen = (server: Server, host: string, port: number): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      server.removeListener('error', reject)
      resolve()
    })
  })

/** Where this machine reaches it: an address that stands for all of them is none to open. */
function addressOf({ address, family, port }: AddressInfo): string {
  if (address === '0.0.0.0' || address === '::') return `http://127.0.0.1:${port}`
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`
}

async function whyNot({ code, message }: NodeJS.ErrnoException, host: string, port: number): Promise<string> {
  switch (code) {
    case 'EADDRINUSE':
      return `Port ${port} is taken, perhaps by another Readout. Try PORT=${await findFreePort(host, port)} npm start.`
    case 'EACCES':
      return `Port ${port} needs rights that Readout does not have. Try PORT=3000 npm start.`
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return `HOST=${host} is no address of this machine. Leave it out to listen on 127.0.0.1.`
    default:
      return `Can't listen on ${host}, port ${port}: ${message}.`
  }
}

/** How many ports are tried before the system is left to choose. */
const TRIED = 20

async function findFreePort(host: string, taken: number): Promise<number> {
  for (let port = taken + 1; port <= Math.min(taken + TRIED, 65535); port++) {
    const probe = createServer()
    const isFree = await listen(probe, host, port).then(
      () => true,
      () => false,
    )
    probe.close()
    if (isFree) return port
  }
  return 0
}

/** Answers what is in hand, then closes; a connection that takes longer than this is cut. */
const GRACE_MS = 2000

async function stop(server: Server): Promise<void> {
  const closed = new Promise<void>(resolve => server.close(() => resolve()))
  server.closeIdleConnections()
  const cut = setTimeout(() => server.closeAllConnections(), GRACE_MS)
  await closed
  clearTimeout(cut)
}
