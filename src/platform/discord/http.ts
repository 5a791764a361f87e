import { createPublicKey, type KeyObject, verify } from 'node:crypto'
import type { Log, Route } from '../platform.ts'
import { readBody } from '../read-body.ts'
import type { Callbacks } from './callback.ts'
import { readInteraction } from './interaction.ts'
import { INTERACTIONS_PATH } from './limits.ts'

const MOST_BODY = 1024 * 1024

/** Answers Discord's signed requests: https://docs.discord.com/developers/interactions/overview#setting-up-an-endpoint */
export function createRoute(publicKey: string, { respond }: Pick<Callbacks, 'respond'>, log: Log): Route {
  const key = readKey(publicKey)
  return {
    path: INTERACTIONS_PATH,
    answer: async (request, response) => {
      if (request.method !== 'POST') return void response.writeHead(405, { allow: 'POST' }).end()
      const body = await readBody(request, MOST_BODY)
      if (body === undefined) return void response.writeHead(413, { connection: 'close' }).end()
      const { 'x-signature-ed25519': signature, 'x-signature-timestamp': timestamp } = request.headers
      if (!isSigned(key, body, signature, timestamp))
        return void response.writeHead(401).end('invalid request signature')
      const interaction = readInteraction(parse(body))
      if (!interaction) {
        log('Discord sent an interaction that can’t be read.')
        return void response.writeHead(400).end()
      }
      const answer = JSON.stringify(await respond(interaction))
      response.writeHead(200, { 'content-type': 'application/json' }).end(answer)
    },
  }
}

/** An Ed25519 key as Discord shows it: 32 bytes in hexadecimal. */
const readKey = (hex: string): KeyObject =>
  createPublicKey({
    format: 'jwk',
    key: { kty: 'OKP', crv: 'Ed25519', x: Buffer.from(hex, 'hex').toString('base64url') },
  })

type Header = string | string[] | undefined

const isSigned = (key: KeyObject, body: Buffer, signature: Header, timestamp: Header): boolean =>
  typeof signature === 'string' &&
  typeof timestamp === 'string' &&
  verify(null, Buffer.concat([Buffer.from(timestamp), body]), key, Buffer.from(signature, 'hex'))

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString())
  } catch {
    return undefined
  }
}
