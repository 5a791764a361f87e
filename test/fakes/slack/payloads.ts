import type { JsonObject } from '../shape.ts'
import type { Account } from './account.ts'
import { drawView } from './view-methods.ts'
import { type Channel, type Message, toSlack, type User, type View } from './world.ts'

/** Where something that can be clicked stands. */
export type Surface = { kind: 'message'; message: Message; channel: Channel } | { kind: 'view'; view: View }

/** What every payload of an interaction holds: https://docs.slack.dev/reference/interaction-payloads */
const drawFrame = (user: User, account: Account): JsonObject => ({
  user: { id: user.id, username: user.name, name: user.name, team_id: account.team.id },
  api_app_id: account.appId,
  token: 'verification-token',
  team: { id: account.team.id, domain: account.team.domain },
  enterprise: null,
  is_enterprise_install: false,
})

/**
 * The surface as a payload tells it. An ephemeral message comes without its content:
 * https://docs.slack.dev/reference/interaction-payloads/block_actions-payload
 */
function drawSurface(surface: Surface, account: Account): JsonObject {
  if (surface.kind === 'view') {
    const { view } = surface
    return { container: { type: 'view', view_id: view.id }, view: drawView(view, account.team.id) }
  }
  const { message, channel } = surface
  const isEphemeral = message.ephemeralTo !== undefined
  const place = { message_ts: message.ts, channel_id: channel.id, is_ephemeral: isEphemeral }
  const thread = message.thread_ts === undefined ? {} : { thread_ts: message.thread_ts }
  const name = channel.kind === 'private' ? 'privategroup' : channel.name
  return {
    container: { type: 'message', ...place, ...thread },
    channel: { id: channel.id, name },
    ...(!isEphemeral && { message: toSlack(message, account) }),
  }
}

/** https://docs.slack.dev/reference/interaction-payloads/block_actions-payload */
export const blockActions = (action: JsonObject, surface: Surface, user: User, account: Account, more: JsonObject) => ({
  type: 'block_actions',
  ...drawFrame(user, account),
  ...drawSurface(surface, account),
  state: { values: {} },
  ...more,
  actions: [action],
})

/** https://docs.slack.dev/reference/interaction-payloads/block_suggestion-payload */
export const blockSuggestion = (asked: JsonObject, surface: Surface, user: User, account: Account): JsonObject => ({
  type: 'block_suggestion',
  ...drawFrame(user, account),
  ...drawSurface(surface, account),
  ...asked,
})

/** https://docs.slack.dev/interactivity/implementing-slash-commands#app_command_handling */
export const slashCommand = (
  typed: { command: string; text: string },
  user: User,
  channel: Channel,
  account: Account,
  more: JsonObject,
): JsonObject => ({
  token: 'verification-token',
  team_id: account.team.id,
  team_domain: account.team.domain,
  channel_id: channel.id,
  channel_name: channel.kind === 'private' ? 'privategroup' : channel.name,
  user_id: user.id,
  user_name: user.name,
  ...typed,
  api_app_id: account.appId,
  is_enterprise_install: 'false',
  ...more,
})

/** https://docs.slack.dev/apis/events-api/#callback-field */
export const eventCallback = (event: JsonObject, id: string, nowMs: number, account: Account): JsonObject => ({
  token: 'verification-token',
  team_id: account.team.id,
  context_team_id: account.team.id,
  api_app_id: account.appId,
  event,
  type: 'event_callback',
  event_id: id,
  event_time: Math.floor(nowMs / 1000),
  authorizations: [
    {
      enterprise_id: null,
      team_id: account.team.id,
      user_id: account.botUserId,
      is_bot: true,
      is_enterprise_install: false,
    },
  ],
  is_ext_shared_channel: false,
})
