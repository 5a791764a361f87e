import { drawChannel, drawMessage } from './draw.ts'
import { readMessageBody, readNonce } from './message-body.ts'
import { holds } from './permissions.ts'
import { invalidField, missingAccess, missingPermissions, Refusal, unknownChannel, unknownMessage } from './refusal.ts'
import {
  bodyOf,
  expectKeys,
  isOwn,
  NO_CONTENT,
  ok,
  type Reply,
  type Route,
  readId,
  readLimit,
  type Visit,
} from './route.ts'
import { compareIds } from './snowflakes.ts'
import type { Channel, Message, World } from './world.ts'

/** https://docs.discord.com/developers/resources/message#get-channel-messages */
const MESSAGES_A_PAGE = 100
const USUAL_MESSAGES = 50

/** “The past few minutes”: https://docs.discord.com/developers/resources/message#create-message */
const NONCE_MS = 3 * 60_000

const rightsIn = ({ id }: Channel, world: World): bigint => world.permissionsIn(id, world.account.applicationId)

/** A channel that the bot sees. @throws Refusal */
function channelOf({ params: [id = ''], state: { world } }: Visit): Channel {
  const channel = world.channels.get(id)
  if (!channel) throw unknownChannel()
  if (!holds(rightsIn(channel, world), 'ViewChannel')) throw missingAccess()
  return channel
}

/** https://docs.discord.com/developers/resources/message#create-message */
function postMessage(visit: Visit): Reply {
  const { world, journal, nonces, clock, tell } = visit.state
  const channel = channelOf(visit)
  if (!holds(rightsIn(channel, world), 'SendMessages')) throw missingPermissions()
  const body = bodyOf(visit)
  const content = readMessageBody(body, { kind: 'create', where: 'A message', violate: journal.violate })
  const { nonce, isEnforced } = readNonce(body, journal.violate)
  const same = isEnforced ? findByNonce(String(nonce), visit) : undefined
  if (same) return ok({ ...drawMessage(same, world), nonce })
  const given = nonce === undefined ? {} : { nonce }
  const message = world.store({ channelId: channel.id, authorId: world.account.applicationId, ...content, ...given })
  if (nonce !== undefined) nonces.set(String(nonce), { id: message.id, at: clock.now() })
  const drawn = { ...drawMessage(message, world), ...given }
  tell('MESSAGE_CREATE', drawn, channel.guildId)
  return ok(drawn)
}

/**
 * The bot's message with this nonce, wherever it is, of the past few minutes; 10008 where it was deleted:
 * https://github.com/discord/discord-api-docs/pull/6647
 */
function findByNonce(nonce: string, { state: { world, nonces, clock } }: Visit): Message | undefined {
  const entry = nonces.get(nonce)
  if (!entry || clock.now() - entry.at > NONCE_MS) return undefined
  const message = world.find(entry.id)
  if (!message) throw unknownMessage()
  return message
}

/** https://docs.discord.com/developers/resources/message#get-channel-messages */
function listMessages(visit: Visit): Reply {
  const { query, state } = visit
  const channel = channelOf(visit)
  expectKeys(query, ['around', 'before', 'after', 'limit'], state)
  const limit = readLimit(query, MESSAGES_A_PAGE, USUAL_MESSAGES)
  const [anchor, ...others] = ['around', 'before', 'after'].filter(key => query.has(key))
  if (others.length > 0) throw invalidField(anchor ?? '', 'MUTUALLY_EXCLUSIVE', 'Only one of them may be passed.')
  const id = anchor === undefined ? undefined : readId(query, anchor)
  if (!holds(rightsIn(channel, state.world), 'ReadMessageHistory')) return ok([])
  const page = pick(state.world.messages(channel.id), anchor, id ?? '', limit)
  return ok(page.toReversed().map(message => drawMessage(message, state.world)))
}

/**
 * Of messages from the oldest to the newest, those that are asked for. After an id the next ones come, not the newest:
 * https://github.com/Rapptz/discord.py/blob/master/discord/abc.py (`_after_strategy` pages from the first of each answer)
 */
function pick(messages: Message[], anchor: string | undefined, id: string, limit: number): Message[] {
  if (anchor === 'after') return messages.filter(one => compareIds(one.id, id) > 0).slice(0, limit)
  if (anchor === 'before') return messages.filter(one => compareIds(one.id, id) < 0).slice(-limit)
  if (anchor === undefined) return messages.slice(-limit)
  const half = Math.floor(limit / 2)
  const older = messages.filter(one => compareIds(one.id, id) < 0).slice(-half || messages.length)
  const rest = messages.filter(one => compareIds(one.id, id) >= 0)
  return [...older, ...rest].slice(0, limit)
}

/** A message in its channel that isn't somebody's alone. @throws Refusal 10008 */
function messageOf(visit: Visit): Message {
  const channel = channelOf(visit)
  const message = visit.state.world.find(visit.params[1] ?? '')
  if (!message || message.channelId !== channel.id || message.ephemeralTo !== undefined) throw unknownMessage()
  return message
}

/** https://docs.discord.com/developers/resources/message#get-channel-message */
function getMessage(visit: Visit): Reply {
  const { world } = visit.state
  if (!holds(rightsIn(channelOf(visit), world), 'ReadMessageHistory')) throw missingAccess()
  return ok(drawMessage(messageOf(visit), world))
}

/** https://docs.discord.com/developers/resources/message#edit-message */
function editMessage(visit: Visit): Reply {
  const { world, journal, tell } = visit.state
  const message = messageOf(visit)
  if (!isOwn(message, world)) throw new Refusal(403, 50005, 'Cannot edit a message authored by another user')
  const reading = { kind: 'edit' as const, where: 'The edit of a message', violate: journal.violate, before: message }
  world.edit(message, readMessageBody(bodyOf(visit), reading))
  const drawn = drawMessage(message, world)
  tell('MESSAGE_UPDATE', drawn, channelOf(visit).guildId)
  return ok(drawn)
}

/** https://docs.discord.com/developers/resources/message#delete-message */
function deleteMessage(visit: Visit): Reply {
  const { world, tell } = visit.state
  const message = messageOf(visit)
  const channel = channelOf(visit)
  if (!isOwn(message, world) && !holds(rightsIn(channel, world), 'ManageMessages')) throw missingPermissions()
  world.remove(message)
  tell('MESSAGE_DELETE', { id: message.id, channel_id: channel.id }, channel.guildId)
  return NO_CONTENT
}

const MESSAGES = '/channels/:channel/messages'
const MESSAGE = `${MESSAGES}/:message`

export const channelRoutes: Route[] = [
  {
    name: 'GET channel',
    method: 'GET',
    path: '/channels/:channel',
    run: visit => ok(drawChannel(channelOf(visit), visit.state.world)),
  },
  { name: 'POST messages', method: 'POST', path: MESSAGES, run: postMessage },
  { name: 'GET messages', method: 'GET', path: MESSAGES, run: listMessages },
  { name: 'GET message', method: 'GET', path: MESSAGE, run: getMessage },
  { name: 'PATCH message', method: 'PATCH', path: MESSAGE, run: editMessage },
  { name: 'DELETE message', method: 'DELETE', path: MESSAGE, run: deleteMessage },
]
