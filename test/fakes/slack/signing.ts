import { createHmac } from 'node:crypto'

/** https://docs.slack.dev/authentication/verifying-requests-from-slack */
const VERSION = 'v0'

/** The headers by which a request shows that Slack sent it. */
export function sign(body: string, secret: string, timestampS: number): Record<string, string> {
  const hash = createHmac('sha256', secret).update(`${VERSION}:${timestampS}:${body}`).digest('hex')
  return { 'x-slack-signature': `${VERSION}=${hash}`, 'x-slack-request-timestamp': String(timestampS) }
}
