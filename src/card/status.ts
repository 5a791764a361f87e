import type { QuoteStatus } from './card.ts'

/** What readers see of a quote's check, in one sentence part: `✓ verified`, `⚠ unverified: heard on the broadcast`. */
export function statusText(status: QuoteStatus): string {
  const word = status.kind === 'verified' ? '✓ verified' : `⚠ unverified: ${status.why}`
  return status.note ? `${word}; ${status.note}` : word
}
