import type { Command } from '../platform.ts'
import { EVENTS_PATH } from './limits.ts'

/**
 * What Readout may do, and why: answer commands and mentions, read what is said to it, post, look for its own posts in the channels that it
 * was invited to (`*:history`), say whether it is a member (`*:read`), and know who is a workspace admin (`users:read`).
 * `chat:write.public` is not among them: it posts where history can't be read.
 */
export const SCOPES = [
  'app_mentions:read',
  'channels:history',
  'channels:read',
  'chat:write',
  'commands',
  'groups:history',
  'groups:read',
  'im:history',
  'users:read',
]

/** The app's manifest: https://docs.slack.dev/reference/app-manifest. With a public address for HTTP requests, else for Socket Mode. */
export function slackManifest(commands: Command[], publicUrl: string | undefined) {
  const url = publicUrl === undefined ? undefined : publicUrl.replace(/\/+$/, '') + EVENTS_PATH
  const request = url === undefined ? {} : { request_url: url }
  return {
    display_information: {
      name: 'Readout',
      description: 'Short, sourced briefs: every quote verbatim.',
      background_color: '#1d4ed8',
    },
    features: {
      app_home: { home_tab_enabled: true, messages_tab_enabled: true, messages_tab_read_only_enabled: false },
      bot_user: { display_name: 'Readout', always_online: true },
      slash_commands: commands.map(({ name, description }) => ({
        command: `/${name}`,
        ...(url !== undefined && { url }),
        description,
        usage_hint: '[brief, date, words or help]',
        should_escape: false,
      })),
    },
    oauth_config: { scopes: { bot: SCOPES } },
    settings: {
      event_subscriptions: { ...request, bot_events: ['app_home_opened', 'app_mention', 'message.im'] },
      interactivity: {
        is_enabled: true,
        ...request,
        ...(url !== undefined && { message_menu_options_url: url }),
      },
      org_deploy_enabled: false,
      socket_mode_enabled: url === undefined,
      token_rotation_enabled: false,
    },
  }
}
