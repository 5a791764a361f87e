import { createHash } from 'node:crypto'
import type { JsonObject } from '../shape.ts'
import { type Method, noScopes } from './method.ts'
import { Refusal } from './refusal.ts'
import { readView } from './view-body.ts'
import type { View } from './world.ts'

/** https://docs.slack.dev/reference/methods/views.publish: a `hash` that is no longer the view's is refused. */
const publish: Method = {
  required: ['user_id', 'view'],
  optional: ['hash'],
  token: 'bot',
  scopes: noScopes,
  run(args, { world, journal }) {
    const user = String(args.user_id)
    if (!world.users.has(user)) throw new Refusal('user_not_found')
    const before = world.home(user)
    if (args.hash !== undefined && args.hash !== before?.hash) throw new Refusal('hash_conflict')
    const view = keep(readView(args.view, 'home', journal.violate), user, before?.id ?? world.nextViewId())
    world.views.set(user, view)
    return { view: drawView(view, world.account.team.id) }
  },
}

/** https://docs.slack.dev/reference/methods/views.open: by a trigger that is fresh and unused. */
const open: Method = {
  required: ['view', 'trigger_id'],
  optional: ['interactivity_pointer'],
  token: 'bot',
  scopes: noScopes,
  run(args, { world, journal, triggers }) {
    const read = readView(args.view, 'modal', journal.violate)
    triggers.use(args.trigger_id)
    const view = keep(read, '', world.nextViewId())
    world.views.set(view.id, view)
    return { view: drawView(view, world.account.team.id) }
  },
}

function keep(view: JsonObject & { blocks: JsonObject[] }, user: string, id: string): View {
  const hash = createHash('sha256').update(JSON.stringify(view)).digest('hex').slice(0, 12)
  return { ...view, id, hash, user, type: String(view.type) }
}

/** A view as answers and payloads hold it. */
export function drawView(view: View, team: string): JsonObject {
  const { user: _, ...rest } = view
  return { private_metadata: '', callback_id: '', state: { values: {} }, ...rest, team_id: team }
}

export const viewMethods: Record<string, Method> = { 'views.publish': publish, 'views.open': open }
