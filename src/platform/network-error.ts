/** Errors by which a request certainly never reached the server: https://nodejs.org/api/errors.html#common-system-errors */
const NEVER_SENT = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
])

/** What broke, in a word or a few, and whether the request certainly never reached the server. */
export type NetworkError = { what: string; isNeverSent: boolean }

/** What an error of a request says of it: the system's code, or what is at the bottom of it. */
export function readNetworkError(error: unknown): NetworkError {
  const code = codeOf(error)
  if (code !== undefined) return { what: code, isNeverSent: NEVER_SENT.has(code) }
  return { what: error instanceof Error ? rootOf(error) : String(error), isNeverSent: false }
}

const rootOf = (error: Error): string => (error.cause instanceof Error ? rootOf(error.cause) : error.message)

/** The system's code of an error, or of what caused it; the libraries' own codes are in small letters or are numbers. */
function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined
  const { code } = error as NodeJS.ErrnoException
  return typeof code === 'string' && /^[A-Z]/.test(code) ? code : codeOf(error.cause)
}
