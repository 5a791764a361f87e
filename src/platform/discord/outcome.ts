import { DiscordAPIError, HTTPError, RateLimitError } from '@discordjs/rest'
import { type Failure, NO_TURN } from '../failure.ts'
import { readNetworkError } from '../network-error.ts'
import { NoTurn } from '../pace.ts'
import { PlatformError, type Refused } from '../platform.ts'

/** https://docs.discord.com/developers/topics/opcodes-and-status-codes#json-json-error-codes */
export const CODE = {
  unknownChannel: 10003,
  unknownGuild: 10004,
  unknownMessage: 10008,
  unknownInteraction: 10062,
  missingAccess: 50001,
  missingPermissions: 50013,
  alreadyAnswered: 40060,
} as const

const INVITE = 'Add Readout to the server with the address of `npm run -s readout -- discord-invite`'

const WRONG_APPLICATION =
  'Set DISCORD_APPLICATION_ID to the id of the token’s application: your application, General Information.'

/** What to do for each permanent refusal. */
const REMEDIES: Record<number, string> = {
  [CODE.unknownChannel]: 'Check the channel’s id, or take the channel out of the destinations if it was deleted.',
  [CODE.unknownGuild]: `Check the server’s id. ${INVITE}.`,
  [CODE.unknownMessage]: 'The message is gone; nothing is left to do.',
  10002: WRONG_APPLICATION,
  20012: WRONG_APPLICATION,
  30032: 'Discord takes 100 commands: fewer collections, please.',
  30034: 'Discord lets an application create 200 commands a day: wait until tomorrow.',
  40002: 'Verify the account that owns the application, at https://discord.com/developers.',
  [CODE.missingAccess]: `${INVITE}, and give it View Channel in the channel: Edit Channel, Permissions.`,
  50005: 'Only Readout’s own messages can be changed.',
  50008: 'Choose a channel that takes text messages.',
  [CODE.missingPermissions]:
    'Give Readout Send Messages in the channel, or Send Messages in Threads in a thread: Edit Channel, Permissions.',
  50024: 'Choose a channel that takes text messages.',
  50035: 'Tell those who make Readout what Discord refused: its message breaks a limit that Readout does not know.',
  50083: 'Unarchive the thread, or take it out of the destinations.',
  200000: 'Let Readout pass AutoMod: Server Settings, AutoMod, the rule, Exempt Roles.',
  200001: 'Let Readout pass AutoMod: Server Settings, AutoMod, the rule, Exempt Roles.',
}

/** Refusals of all that the token asks for, wherever: the application is not the token's, or the account is not let in. */
const OF_ACCOUNT = new Set([10002, 20012, 40001, 40002, 50014])

/** Refusals of what one message holds, AutoMod's among them, or of what was to be done with it. */
const OF_MESSAGE = new Set<number>([
  CODE.unknownMessage,
  20009,
  30046,
  40005,
  50005,
  50006,
  50035,
  50109,
  200000,
  200001,
  240000,
])

/** What Discord may refuse next year is a channel's: it is asked no more, and what was refused waits. */
const whatRefuses = (code: number): Refused =>
  OF_ACCOUNT.has(code) ? 'account' : OF_MESSAGE.has(code) ? 'message' : 'channel'

/** Refusals that pass by themselves: slow mode, write limits, what is switched off for a while, a server that is too busy. */
const PASSING = new Set([20016, 20022, 20028, 20029, 40004, 40006, 40333, 130000])

/** What to do where Discord refuses the token, whatever was asked. */
export const TOKEN_REMEDY = 'Copy DISCORD_TOKEN again: your application, Bot, Reset Token.'

const TRY_AGAIN_MS = 10_000

/** What passes by itself, and what a page refuses that stands before Discord, with something else than its JSON. */
const PASSING_MS = 60_000

/** What an error of a call says of the message that was to be sent. */
export function outcomeOf(error: unknown): Failure {
  if (error instanceof NoTurn) return NO_TURN
  if (error instanceof RateLimitError)
    return {
      kind: 'later',
      afterMs: waitOf(error),
      why: 'Discord asks to wait (rate limit).',
      ...(error.global && { of: 'account' }),
    }
  if (error instanceof DiscordAPIError) return refusalOf(error)
  if (error instanceof HTTPError) return { kind: 'unclear', why: `Discord answered with HTTP ${error.status}.` }
  if (error instanceof Error && /^(?:AbortError|TimeoutError)$/.test(error.name))
    return { kind: 'unclear', why: 'Discord did not answer in time.' }
  const { what, isNeverSent } = readNetworkError(error)
  return isNeverSent
    ? { kind: 'later', afterMs: TRY_AGAIN_MS, why: `Discord can’t be reached (${what}).`, of: 'account' }
    : { kind: 'unclear', why: `The connection to Discord broke (${what}).` }
}

/** What an error says, with the remedy where there is one. */
export function explain(error: unknown): string {
  if (error instanceof PlatformError) return error.message
  const outcome = outcomeOf(error)
  return outcome.kind === 'refused' ? `${outcome.why} ${outcome.remedy}` : outcome.why
}

/** The same for whoever waits for the answer to a command. */
export function advise(error: unknown): string {
  const isFinal = error instanceof PlatformError || outcomeOf(error).kind === 'refused'
  return isFinal ? explain(error) : `${explain(error)} Check the network and DISCORD_API_URL, then run this again.`
}

/** Discord does not always say how long; the library then makes up a moment. */
const waitOf = ({ retryAfter, timeToReset }: RateLimitError): number =>
  Math.ceil(Math.max(retryAfter > 0 ? retryAfter : TRY_AGAIN_MS, timeToReset))

function refusalOf({ code, status, message }: DiscordAPIError): Failure {
  if (status === 401)
    return { kind: 'refused', of: 'account', why: 'Discord refused the token (401).', remedy: TOKEN_REMEDY }
  if (typeof code !== 'number')
    return { kind: 'later', afterMs: PASSING_MS, why: `Something before Discord answered with HTTP ${status}.` }
  if (PASSING.has(code)) return { kind: 'later', afterMs: PASSING_MS, why: `Discord refused for now (${code}).` }
  const words = message.replace(/\s+/g, ' ').replace(/[.\s]+$/, '')
  return {
    kind: 'refused',
    of: whatRefuses(code),
    why: `Discord refused with ${code} (${words}).`,
    remedy:
      REMEDIES[code] ??
      `See what ${code} means at https://docs.discord.com/developers/topics/opcodes-and-status-codes (JSON Error Codes).`,
  }
}
