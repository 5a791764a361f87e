import type { IncomingMessage } from 'node:http'

/** What every answer of the playground carries: its page runs and loads nothing that is not its own. */
export const SECURITY_HEADERS = {
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "connect-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-store',
}

/**
 * Why a request is refused that comes from an address; undefined where it is not. Pages of other sites reach a server on loopback too: by their own name for it
 * (the name must be a loopback one), or with a script of theirs (the request must come from the playground's own page, or from nobody's). A link to
 * the bare page may stand anywhere.
 */
export function whyRefused(
  { method, url, headers }: Pick<IncomingMessage, 'method' | 'url' | 'headers'>,
  from = '127.0.0.1',
): string | undefined {
  // Whoever asks may write any name.
  if (!isLoopback(from.replace(/^::ffff:/, ''))) return 'The playground answers to this machine only.'
  const host = headers.host ?? ''
  if (!isLoopback(nameOf(host)))
    return `The playground answers to localhost and 127.0.0.1 only, not to ${host || 'a request without a host'}.`
  if (headers.origin !== undefined && headers.origin !== `http://${host}`)
    return 'The playground answers to its own page only.'
  const site = headers['sec-fetch-site']
  const isFollowed = method === 'GET' && url === '/' && headers['sec-fetch-mode'] === 'navigate'
  if (site !== undefined && site !== 'same-origin' && site !== 'none' && !isFollowed)
    return 'The playground answers to its own page only.'
  return undefined
}

/** The name in `name:port`, `[::1]:port`. */
const nameOf = (host: string): string => host.toLowerCase().replace(/:\d+$/, '').replace(/\.$/, '')

/** Whether a host is this machine itself, whatever the network. */
export const isLoopback = (host: string): boolean =>
  host === 'localhost' ||
  host.endsWith('.localhost') ||
  host === '[::1]' ||
  host === '::1' ||
  /^127(?:\.\d{1,3}){3}$/.test(host)
