import { type KeyObject, sign } from 'node:crypto'

/** The headers by which a request shows that Discord sent it: https://docs.discord.com/developers/interactions/overview#setting-up-an-endpoint-validating-security-request-headers */
export function signRequest(body: string, key: KeyObject, timestampS: number): Record<string, string> {
  const signature = sign(null, Buffer.from(`${timestampS}${body}`), key).toString('hex')
  return { 'x-signature-ed25519': signature, 'x-signature-timestamp': String(timestampS) }
}
