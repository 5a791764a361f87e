import type { JsonObject } from '../shape.ts'
import { knownChannel, type Method, readFlag, scopeByChannel } from './method.ts'
import { cutPage } from './page.ts'
import { Refusal, refuseWith } from './refusal.ts'
import { type Channel, type Message, toSlack, type World } from './world.ts'

/** https://docs.slack.dev/reference/methods/conversations.info */
const info: Method = {
  required: ['channel'],
  optional: ['include_locale', 'include_num_members'],
  token: 'bot',
  scopes: scopeByChannel('read'),
  run(args, { world }) {
    const channel = knownChannel(world, args.channel)
    const count = readFlag(args.include_num_members) ? { num_members: channel.members.size } : {}
    return { channel: { ...drawChannel(channel), ...count } }
  },
}

function drawChannel(channel: Channel): JsonObject {
  const { id, name, isArchived, isMember, kind } = channel
  if (kind === 'im') return { id, is_im: true, user: [...channel.members][0], is_archived: isArchived }
  const kinds = { is_channel: true, is_group: false, is_im: false, is_mpim: false, is_private: kind === 'private' }
  return { id, name, name_normalized: name, ...kinds, is_archived: isArchived, is_member: isMember }
}

const PERIOD = ['cursor', 'limit', 'oldest', 'latest', 'inclusive', 'include_all_metadata']

/** https://docs.slack.dev/reference/methods/conversations.history: newest first, without replies in threads. */
const history: Method = {
  required: ['channel'],
  optional: PERIOD,
  token: 'bot',
  scopes: scopeByChannel('history'),
  run(args, { world }) {
    const channel = readableChannel(args, world)
    const messages = world.messages(channel.id).filter(one => one.thread_ts === undefined || one.thread_ts === one.ts)
    return drawMessages(inPeriod(messages, args).toReversed(), args, world)
  },
}

/** https://docs.slack.dev/reference/methods/conversations.replies: the first message, then its replies, oldest first. */
const replies: Method = {
  required: ['channel', 'ts'],
  optional: PERIOD,
  token: 'bot',
  scopes: scopeByChannel('history'),
  run(args, { world }) {
    const channel = readableChannel(args, world)
    const asked = world.find({ channel: channel.id, ts: String(args.ts) })
    if (!asked || asked.ephemeralTo !== undefined) throw new Refusal('thread_not_found')
    const thread = asked.thread_ts ?? asked.ts
    const replied = world.messages(channel.id).filter(one => one.thread_ts === thread && one.ts !== thread)
    const first = world.messages(channel.id).filter(one => one.ts === thread)
    return drawMessages([...first, ...inPeriod(replied, args)], args, world)
  },
}

/** https://docs.slack.dev/reference/methods/conversations.history#errors: a bot reads only where it is a member. */
function readableChannel(args: JsonObject, world: World): Channel {
  const channel = knownChannel(world, args.channel)
  if (!channel.isMember) throw new Refusal('not_in_channel')
  return channel
}

/** `oldest` and `latest` shut out the message of that very time, unless `inclusive`. */
function inPeriod(messages: Message[], args: JsonObject): Message[] {
  const oldest = readTime(args.oldest, 'invalid_ts_oldest')
  const latest = readTime(args.latest, 'invalid_ts_latest')
  const edge = readFlag(args.inclusive)
  return messages.filter(({ ts }) => {
    const at = microsOf(ts)
    if (edge && (at === oldest || at === latest)) return true
    return (oldest === undefined || at > oldest) && (latest === undefined || at < latest)
  })
}

/** A time in microseconds, so that nothing is lost in the sixth digit. */
const microsOf = (ts: string): bigint => {
  const [seconds = '0', fraction = ''] = ts.split('.')
  return BigInt(seconds) * 1_000_000n + BigInt(fraction.slice(0, 6).padEnd(6, '0'))
}

function readTime(value: unknown, otherwise: string): bigint | undefined {
  if (value === undefined || value === '') return undefined
  if (!/^\d+(?:\.\d*)?$/.test(String(value))) throw new Refusal(otherwise)
  return microsOf(String(value))
}

function drawMessages(messages: Message[], args: JsonObject, world: World): JsonObject {
  const { items, cursor } = cutPage(messages, args, { most: 999, usual: 100 })
  const more = { has_more: cursor !== '', response_metadata: { next_cursor: cursor } }
  return {
    messages: items.map(one => drawMessage(one, readFlag(args.include_all_metadata), world)),
    pin_count: 0,
    ...more,
  }
}

/** https://docs.slack.dev/messaging/message-metadata: without `include_all_metadata` only the event's type is told. */
function drawMessage(message: Message, isWhole: boolean, world: World): JsonObject {
  const drawn = toSlack(message, world.account)
  const replied = world.messages(message.channel).filter(one => one.thread_ts === message.ts && one.ts !== message.ts)
  const thread = replied.length > 0 ? { thread_ts: message.ts, reply_count: replied.length } : {}
  const { metadata: _, ...bare } = drawn
  return { ...(isWhole ? drawn : bare), ...thread }
}

/** https://docs.slack.dev/reference/methods/conversations.members */
const members: Method = {
  required: ['channel'],
  optional: ['cursor', 'limit'],
  token: 'bot',
  scopes: scopeByChannel('read'),
  run(args, { world }) {
    const channel = knownChannel(world, args.channel)
    const bot = channel.isMember ? [world.account.botUserId] : []
    const { items, cursor } = cutPage([...channel.members, ...bot], args, { most: 999, usual: 100 })
    return { members: items, response_metadata: { next_cursor: cursor } }
  },
}

const TYPES: Record<string, Channel['kind']> = { public_channel: 'public', private_channel: 'private', im: 'im' }
const SCOPES: Record<string, string> = {
  public_channel: 'channels:read',
  private_channel: 'groups:read',
  im: 'im:read',
}

/** https://docs.slack.dev/reference/methods/conversations.list */
const list: Method = {
  required: [],
  optional: ['cursor', 'limit', 'types', 'exclude_archived', 'team_id'],
  token: 'bot',
  scopes: args =>
    readTypes(args)
      .flatMap(type => SCOPES[type] ?? [])
      .slice(0, 1),
  run(args, { world }) {
    const types = readTypes(args)
    const missing = types.map(type => SCOPES[type] ?? '').filter(scope => !world.account.scopes.has(scope))
    if (missing.length > 0)
      throw new Refusal('missing_scope', { needed: missing.join(','), provided: [...world.account.scopes].join(',') })
    const channels = [...world.channels.values()]
      .filter(({ kind }) => types.some(type => TYPES[type] === kind))
      .filter(({ kind, isMember }) => kind === 'public' || isMember)
      .filter(({ isArchived }) => !(isArchived && readFlag(args.exclude_archived)))
    const { items, cursor } = cutPage(channels, args, { most: 1000, usual: 100 })
    return { channels: items.map(drawChannel), response_metadata: { next_cursor: cursor } }
  },
}

function readTypes(args: JsonObject): string[] {
  const types = String(args.types ?? 'public_channel').split(',')
  if (types.some(type => TYPES[type] === undefined)) throw refuseWith('invalid_types', [`types ${args.types}`])
  return types
}

export const conversationMethods: Record<string, Method> = {
  'conversations.info': info,
  'conversations.history': history,
  'conversations.replies': replies,
  'conversations.members': members,
  'conversations.list': list,
}
