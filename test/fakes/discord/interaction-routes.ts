import { drawMessage } from './draw.ts'
import { drawCallback } from './interactions.ts'
import { expectKeys, NO_CONTENT, ok, type Reply, type Route, type Visit } from './route.ts'
import type { Message } from './world.ts'

/** https://docs.discord.com/developers/interactions/receiving-and-responding#create-interaction-response */
function callback({ params: [id = '', token = ''], query, body, state }: Visit): Reply {
  expectKeys(query, ['with_response'], state)
  const interaction = state.interactions.answer(id, token, body)
  if (query.get('with_response') !== 'true') return NO_CONTENT
  return ok(drawCallback(interaction, state.world))
}

/** https://docs.discord.com/developers/interactions/receiving-and-responding#create-followup-message */
function followUp({ params: [application = '', token = ''], query, body, state }: Visit): Reply {
  expectKeys(query, ['wait', 'with_components'], state)
  const { interactions, world } = state
  return ok(drawMessage(interactions.followUp(interactions.expectToken(application, token), body), world))
}

function messageOf({ params: [application = '', token = '', id = ''], state: { interactions } }: Visit): Message {
  return interactions.expectMessage(interactions.expectToken(application, token), id)
}

const getMessage = (visit: Visit): Reply => ok(drawMessage(messageOf(visit), visit.state.world))

/** https://docs.discord.com/developers/interactions/receiving-and-responding#edit-original-interaction-response */
function editMessage(visit: Visit): Reply {
  const { interactions, world } = visit.state
  return ok(drawMessage(interactions.editMessage(messageOf(visit), visit.body), world))
}

function deleteMessage(visit: Visit): Reply {
  visit.state.world.remove(messageOf(visit))
  return NO_CONTENT
}

const WEBHOOK = '/webhooks/:application/:token'
const MESSAGE = `${WEBHOOK}/messages/:message`

export const interactionRoutes: Route[] = [
  { name: 'callback', method: 'POST', path: '/interactions/:id/:token/callback', isOpen: true, run: callback },
  { name: 'POST followup', method: 'POST', path: WEBHOOK, isOpen: true, run: followUp },
  { name: 'GET followup', method: 'GET', path: MESSAGE, isOpen: true, run: getMessage },
  { name: 'PATCH followup', method: 'PATCH', path: MESSAGE, isOpen: true, run: editMessage },
  { name: 'DELETE followup', method: 'DELETE', path: MESSAGE, isOpen: true, run: deleteMessage },
]
