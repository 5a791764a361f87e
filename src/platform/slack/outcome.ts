import { WebAPIHTTPError, WebAPIPlatformError, WebAPIRateLimitedError, WebAPIRequestError } from '@slack/web-api'
import { type Failure, NO_TURN } from '../failure.ts'
import { readNetworkError } from '../network-error.ts'
import { NoTurn } from '../pace.ts'
import type { Refused } from '../platform.ts'

/** What to click for each permanent refusal: https://docs.slack.dev/reference/methods/chat.postMessage#errors */
const REMEDIES: Record<string, string> = {
  not_in_channel: 'Invite Readout to the channel: type /invite @Readout there.',
  channel_not_found:
    'Check the channel’s id, and invite Readout if the channel is private: type /invite @Readout there.',
  is_archived: 'Unarchive the channel, or take it out of the destinations.',
  restricted_action: 'Allow apps to post in the channel: its settings, Posting permissions.',
  restricted_action_read_only_channel: 'Allow apps to post in the channel: its settings, Posting permissions.',
  restricted_action_thread_only_channel: 'Allow new messages in the channel: its settings, Posting permissions.',
  not_authed: 'Set SLACK_BOT_TOKEN: your app, OAuth & Permissions, Bot User OAuth Token.',
  invalid_auth: 'Copy SLACK_BOT_TOKEN again: your app, OAuth & Permissions, Bot User OAuth Token.',
  token_revoked:
    'Install the app again and copy the new SLACK_BOT_TOKEN: your app, OAuth & Permissions, Install to Workspace.',
  token_expired:
    'Install the app again and copy the new SLACK_BOT_TOKEN: your app, OAuth & Permissions, Install to Workspace.',
  account_inactive:
    'Install the app again and copy the new SLACK_BOT_TOKEN: your app, OAuth & Permissions, Install to Workspace.',
  missing_scope:
    'Update the app from `npm run -s readout -- slack-manifest`, then reinstall it: your app, App Manifest; then Install App.',
  message_not_found: 'The message is gone; nothing is left to do.',
  cant_update_message: 'Only Readout’s own messages can be changed.',
}

/** Refusals of all that the token asks for, wherever. */
const OF_ACCOUNT = new Set([
  'account_inactive',
  'enterprise_is_restricted',
  'invalid_auth',
  'missing_scope',
  'not_allowed_token_type',
  'not_authed',
  'org_login_required',
  'team_access_not_granted',
  'token_expired',
  'token_revoked',
  'two_factor_setup_required',
])

/** Refusals of what one message holds, or of what was to be done with it. */
const OF_MESSAGE = new Set([
  'attachment_payload_limit_exceeded',
  'block_mismatch',
  'cant_delete_message',
  'cant_update_message',
  'edit_window_closed',
  'invalid_arguments',
  'invalid_blocks',
  'invalid_blocks_format',
  'invalid_metadata_format',
  'invalid_metadata_schema',
  'markdown_text_conflict',
  'message_not_found',
  'metadata_must_be_sent_from_app',
  'metadata_too_large',
  'msg_blocks_too_long',
  'msg_too_long',
  'no_text',
  'slack_connect_file_link_sharing_blocked',
  'too_many_attachments',
])

/** What Slack may refuse next year is a channel's: it is asked no more, and what was refused waits. */
const whatRefuses = (code: string): Refused =>
  OF_ACCOUNT.has(code) ? 'account' : OF_MESSAGE.has(code) ? 'message' : 'channel'

/** Errors of Slack's own side: the message may be there all the same. */
const DOUBTFUL = new Set([
  'internal_error',
  'fatal_error',
  'service_unavailable',
  'request_timeout',
  'team_added_to_org',
])

const TRY_AGAIN_MS = 10_000

/** Why something waits that Slack has refused for its rate. */
export const ASKS_TO_WAIT = 'Slack asks to wait (ratelimited).'

/** What an error of a Web API call says of the message that was to be sent. */
export function outcomeOf(error: unknown): Failure {
  if (error instanceof NoTurn) return NO_TURN
  if (error instanceof WebAPIRateLimitedError)
    return { kind: 'later', afterMs: error.retryAfter * 1000, why: ASKS_TO_WAIT, of: 'account' }
  // The library throws a bare error where Slack does not say how long.
  if (error instanceof Error && /^Retry header did not/.test(error.message))
    return { kind: 'later', afterMs: TRY_AGAIN_MS, why: ASKS_TO_WAIT, of: 'account' }
  if (error instanceof WebAPIPlatformError)
    return platformOutcome(error.data.error, 'needed' in error.data ? error.data.needed : undefined)
  if (error instanceof WebAPIHTTPError) return { kind: 'unclear', why: `Slack answered with HTTP ${error.statusCode}.` }
  if (error instanceof WebAPIRequestError) return requestOutcome(error.original)
  return { kind: 'unclear', why: error instanceof Error ? error.message : String(error) }
}

function platformOutcome(code: string, scope: unknown): Failure {
  if (DOUBTFUL.has(code)) return { kind: 'unclear', why: `Slack answered ${code}.` }
  if (code === 'ratelimited' || code === 'rate_limited')
    return { kind: 'later', afterMs: TRY_AGAIN_MS, why: ASKS_TO_WAIT, of: 'account' }
  if (!/^[a-z0-9_]+$/.test(code)) return { kind: 'unclear', why: 'Slack’s answer can’t be read.' }
  const needed = typeof scope === 'string' ? ` (${scope})` : ''
  return {
    kind: 'refused',
    of: whatRefuses(code),
    why: `Slack refused with ${code}${needed}.`,
    remedy:
      REMEDIES[code] ?? `See what ${code} means at https://docs.slack.dev/reference/methods/chat.postMessage#errors.`,
  }
}

function requestOutcome(original: Error): Failure {
  const { what, isNeverSent } = readNetworkError(original)
  return isNeverSent
    ? { kind: 'later', afterMs: TRY_AGAIN_MS, why: `Slack can’t be reached (${what}).`, of: 'account' }
    : { kind: 'unclear', why: `The connection to Slack broke (${what}).` }
}
