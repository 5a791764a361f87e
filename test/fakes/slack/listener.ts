import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'

export type Listener = {
  port: number
  /** Listens again at the same port. */
  open: () => Promise<void>
  /** Refuses every connection and destroys those that there are. */
  close: () => Promise<void>
}

type Serve = {
  request: (request: IncomingMessage, response: ServerResponse) => void
  upgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => void
}

const HOST = '127.0.0.1'

/** A server on a free port of loopback. */
export async function listen(serve: Serve): Promise<Listener> {
  let server = await start(serve, 0)
  const { port } = server.address() as AddressInfo
  return {
    port,
    async open() {
      if (!server.listening) server = await start(serve, port)
    },
    close: () => stop(server),
  }
}

const start = (serve: Serve, port: number): Promise<Server> =>
  new Promise((resolve, reject) => {
    const server = createServer(serve.request).on('upgrade', serve.upgrade).once('error', reject)
    server.listen(port, HOST, () => resolve(server))
  })

const stop = (server: Server): Promise<void> =>
  new Promise(resolve => {
    if (!server.listening) return resolve()
    server.close(() => resolve())
    server.closeAllConnections()
  })
