import type { Asker } from '../platform.ts'

/** Who asks in the playground; the id has the form that both platforms' user ids may have. */
export const VISITOR: Asker = {
  platform: 'playground',
  space: 'local',
  channel: 'playground',
  user: '100000000000000000',
  manager: true,
}

/** What mentions of the visitor show. */
export const VISITOR_NAME = 'you'
