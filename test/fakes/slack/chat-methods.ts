import type { JsonObject } from '../shape.ts'
import { readBody, readMetadata } from './message-body.ts'
import { knownChannel, type Method } from './method.ts'
import { Refusal } from './refusal.ts'
import { type Channel, type Message, toSlack, type World } from './world.ts'

const WRITE = () => ['chat:write']

/** What a message may hold in each of the methods that make one. */
const CONTENT = ['text', 'blocks', 'mrkdwn', 'parse', 'link_names', 'unfurl_links', 'unfurl_media']

/** https://docs.slack.dev/reference/methods/chat.postMessage#legacy-concerns */
const LEGACY = ['as_user', 'attachments', 'icon_emoji', 'icon_url', 'username']

/** https://docs.slack.dev/reference/methods/chat.postMessage */
const postMessage: Method = {
  required: ['channel'],
  optional: [...CONTENT, 'thread_ts', 'reply_broadcast', 'metadata'],
  deprecated: LEGACY,
  token: 'bot',
  scopes: WRITE,
  run(args, { world, journal, echo }) {
    const channel = writableChannel(args.channel, world, journal.violate)
    const body = readBody(args, 'chat.postMessage', journal.violate)
    const metadata = readMetadata(args.metadata, journal.violate)
    const thread = readThread(args.thread_ts, channel, world, journal.violate)
    const author = { user: world.account.botUserId, bot_id: world.account.botId }
    const message = world.store({ channel: channel.id, ...author, ...body, ...metadata, ...thread })
    const sent = toSlack(message, world.account)
    echo({ ...sent, channel: channel.id, ts: message.ts })
    return { channel: channel.id, ts: message.ts, message: sent }
  },
}

/**
 * Where the bot may post. A user's id stands for the direct messages with that user.
 * https://docs.slack.dev/reference/methods/chat.postMessage#channels
 */
function writableChannel(id: unknown, world: World, violate: (what: string) => void): Channel {
  const channel = world.users.has(String(id)) ? world.directChannel(String(id)) : knownChannel(world, id)
  if (channel.isArchived) throw new Refusal('is_archived')
  if (!channel.isMember) writeAsStranger(channel, world, violate)
  if (channel.isRestricted) throw new Refusal('restricted_action')
  return channel
}

/** https://docs.slack.dev/reference/scopes/chat.write.public */
function writeAsStranger(channel: Channel, world: World, violate: (what: string) => void): void {
  if (!world.account.scopes.has('chat:write.public')) throw new Refusal('not_in_channel')
  violate(`A message went to ${channel.id} by chat:write.public, where the bot can read no history.`)
}

/** Slack doesn't document what it says to a thread that doesn't exist; the fake refuses, so that no answer goes astray unseen. */
function readThread(value: unknown, channel: Channel, world: World, violate: (what: string) => void) {
  if (value === undefined || value === '') return {}
  const parent = world.find({ channel: channel.id, ts: String(value) })
  if (!parent) throw new Refusal('thread_not_found')
  const thread = parent.thread_ts ?? parent.ts
  if (thread !== parent.ts) violate(`thread_ts ${value} is a reply's; a thread is named by its first message.`)
  return { thread_ts: thread }
}

/** https://docs.slack.dev/reference/methods/chat.update: what isn't given stays; an empty list or object removes it. */
const update: Method = {
  required: ['channel', 'ts'],
  optional: [...CONTENT, 'metadata', 'reply_broadcast'],
  deprecated: ['as_user', 'attachments'],
  token: 'bot',
  scopes: WRITE,
  run(args, { world, journal }) {
    const old = ownMessage(args, world, 'cant_update_message')
    const given = { text: args.text ?? old.text, blocks: args.blocks ?? old.blocks }
    const body = readBody(given, 'chat.update', journal.violate)
    const { metadata: before, ...rest } = old
    const kept = before === undefined ? {} : { metadata: before }
    const metadata = args.metadata === undefined ? kept : readNewMetadata(args.metadata, journal.violate)
    const edited = { user: world.account.botUserId, ts: world.nextTs(old.channel) }
    const message = world.replace({ ...rest, ...body, ...metadata, edited })
    return { channel: old.channel, ts: old.ts, text: body.text, message: toSlack(message, world.account) }
  },
}

const readNewMetadata = (value: unknown, violate: (what: string) => void) =>
  JSON.stringify(value) === '{}' ? {} : readMetadata(value, violate)

/** https://docs.slack.dev/reference/methods/chat.delete */
const remove: Method = {
  required: ['channel', 'ts'],
  optional: [],
  deprecated: ['as_user'],
  token: 'bot',
  scopes: WRITE,
  run(args, { world }) {
    const message = ownMessage(args, world, 'cant_delete_message')
    world.remove(message)
    return { channel: message.channel, ts: message.ts }
  },
}

/** A message of the bot's own; an ephemeral one is not there for the methods. */
function ownMessage(args: JsonObject, world: World, otherwise: string): Message {
  const channel = knownChannel(world, args.channel)
  const message = world.find({ channel: channel.id, ts: String(args.ts) })
  if (!message || message.ephemeralTo !== undefined) throw new Refusal('message_not_found')
  if (message.bot_id !== world.account.botId) throw new Refusal(otherwise)
  return message
}

/** https://docs.slack.dev/reference/methods/chat.postEphemeral */
const postEphemeral: Method = {
  required: ['channel', 'user'],
  optional: [...CONTENT, 'thread_ts'],
  deprecated: LEGACY,
  token: 'bot',
  scopes: WRITE,
  run(args, { world, journal }) {
    const channel = knownChannel(world, args.channel)
    if (channel.isArchived) throw new Refusal('is_archived')
    if (!channel.isMember) throw new Refusal('not_in_channel')
    const user = String(args.user)
    if (!channel.members.has(user)) throw new Refusal('user_not_in_channel')
    const body = readBody(args, 'chat.postEphemeral', journal.violate)
    const thread = readThread(args.thread_ts, channel, world, journal.violate)
    const author = { user: world.account.botUserId, bot_id: world.account.botId }
    const message = world.store({ channel: channel.id, ...author, ...body, ...thread, ephemeralTo: user })
    return { message_ts: message.ts }
  },
}

export const chatMethods: Record<string, Method> = {
  'chat.postMessage': postMessage,
  'chat.update': update,
  'chat.delete': remove,
  'chat.postEphemeral': postEphemeral,
}
