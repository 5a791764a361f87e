import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { PermissionFlagsBits } from 'discord-api-types/v10'
import fc from 'fast-check'
import type { CallApi } from '../../../src/platform/discord/api.ts'
import {
  examineChannel,
  inviteAddress,
  missingPermissions,
  type Permission,
  type Place,
  permissionRemedy,
} from '../../../src/platform/discord/permissions.ts'

const GUILD = '100'
const BOT = '200'
const OWNER = '300'
const ROLES = ['401', '402', '403']

const { Administrator, ViewChannel, SendMessages, SendMessagesInThreads, ReadMessageHistory, MentionEveryone } =
  PermissionFlagsBits

const BITS: Record<Permission, bigint> = {
  'View Channel': ViewChannel,
  'Send Messages': SendMessages,
  'Read Message History': ReadMessageHistory,
  'Send Messages in Threads': SendMessagesInThreads,
}

/** Those that count outside of threads. */
const NAMES: Permission[] = ['View Channel', 'Send Messages', 'Read Message History']

/** Any of the permissions that matter, and one that does not; a bit beyond the 53rd is no number any more. */
const anyBits = fc
  .subarray([ViewChannel, SendMessages, ReadMessageHistory, MentionEveryone, 1n << 60n])
  .map(bits => String(bits.reduce((all, one) => all | one, 0n)))

/** Those of a role: an administrator's are rare. */
const anyRights = fc.oneof(
  { weight: 9, arbitrary: anyBits },
  { weight: 1, arbitrary: anyBits.map(bits => String(BigInt(bits) | Administrator)) },
)

const anyOverwrites = fc
  .subarray([GUILD, ...ROLES, BOT, OWNER])
  .chain(ids => fc.tuple(...ids.map(id => fc.record({ id: fc.constant(id), allow: anyBits, deny: anyBits }))))
  .chain(overwrites => fc.shuffledSubarray(overwrites, { minLength: overwrites.length }))

const anyPlace: fc.Arbitrary<Place> = fc.record({
  guildId: fc.constant(GUILD),
  ownerId: fc.oneof({ weight: 9, arbitrary: fc.constant(OWNER) }, { weight: 1, arbitrary: fc.constant(BOT) }),
  roles: fc
    .tuple(anyRights, ...ROLES.map(() => anyRights))
    .map(rights => rights.map((permissions, at) => ({ id: [GUILD, ...ROLES][at] as string, permissions }))),
  overwrites: anyOverwrites,
  member: fc.record({ id: fc.constant(BOT), roles: fc.shuffledSubarray(ROLES) }),
})

/**
 * Discord's rules, told from the other end: for each permission by itself the most special word that is said of it holds, and an
 * “allow” goes before a “deny” of the same place. https://docs.discord.com/developers/topics/permissions#permission-overwrites
 */
function isGranted(name: Permission, { guildId, ownerId, roles, overwrites, member }: Place): boolean {
  const holds = (bits: string, bit: bigint) => (BigInt(bits) & bit) !== 0n
  const own = roles.filter(({ id }) => id === guildId || member.roles.includes(id)).map(role => role.permissions)
  if (ownerId === member.id || own.some(bits => holds(bits, Administrator))) return true
  for (const place of [[member.id], member.roles, [guildId]]) {
    const said = overwrites.filter(({ id }) => place.includes(id))
    if (said.some(({ allow }) => holds(allow, BITS[name]))) return true
    if (said.some(({ deny }) => holds(deny, BITS[name]))) return false
  }
  return own.some(bits => holds(bits, BITS[name]))
}

const place = (change: Partial<Place> = {}): Place => ({
  guildId: GUILD,
  ownerId: OWNER,
  roles: [{ id: GUILD, permissions: String(ViewChannel | SendMessages | ReadMessageHistory) }],
  overwrites: [],
  member: { id: BOT, roles: [] },
  ...change,
})

const deny = (id: string, ...bits: bigint[]) => ({ id, allow: '0', deny: String(bits.reduce((all, bit) => all | bit)) })

const allow = (id: string, ...bits: bigint[]) => ({
  id,
  deny: '0',
  allow: String(bits.reduce((all, bit) => all | bit)),
})

describe('the permissions that are missing in a channel', () => {
  it('are those of Discord’s algorithm, whatever the roles and overwrites; without View Channel, all', () => {
    fc.assert(
      fc.property(anyPlace, any => {
        const granted = NAMES.filter(name => isGranted(name, any))
        const missing = granted.includes('View Channel') ? NAMES.filter(name => !granted.includes(name)) : NAMES
        assert.deepEqual(missingPermissions(any), missing)
      }),
      { numRuns: 2000 },
    )
  })

  const cases: [what: string, place: Place, missing: Permission[]][] = [
    ['nothing, where everybody may', place(), []],
    ['what the channel denies to everybody', place({ overwrites: [deny(GUILD, SendMessages)] }), ['Send Messages']],
    [
      'nothing, where the bot is allowed what everybody is denied',
      place({ overwrites: [deny(GUILD, SendMessages), allow(BOT, SendMessages)] }),
      [],
    ],
    [
      'nothing, where one role allows what another denies',
      place({
        member: { id: BOT, roles: ['401', '402'] },
        overwrites: [allow('401', SendMessages), deny('402', SendMessages)],
      }),
      [],
    ],
    [
      'what is denied to the bot itself, though its role is allowed it',
      place({
        member: { id: BOT, roles: ['401'] },
        overwrites: [deny(BOT, ReadMessageHistory), allow('401', ReadMessageHistory)],
      }),
      ['Read Message History'],
    ],
    ['nothing of what a role has that the bot lacks', place({ overwrites: [deny('401', ViewChannel)] }), []],
    ['everything, where the bot does not see the channel', place({ overwrites: [deny(GUILD, ViewChannel)] }), NAMES],
    [
      'nothing, for an administrator, whatever is denied',
      place({
        roles: [
          { id: GUILD, permissions: '0' },
          { id: '401', permissions: String(Administrator) },
        ],
        member: { id: BOT, roles: ['401'] },
        overwrites: [deny(BOT, ViewChannel, SendMessages, ReadMessageHistory)],
      }),
      [],
    ],
    ['nothing, for the owner', place({ ownerId: BOT, overwrites: [deny(BOT, ViewChannel)] }), []],
  ]
  for (const [what, where, missing] of cases)
    it(`are ${what}`, () => {
      assert.deepEqual(missingPermissions(where), missing)
    })

  it('are named with what to click', () => {
    assert.equal(
      permissionRemedy(['View Channel', 'Read Message History']),
      'Give Readout View Channel and Read Message History in the channel: Edit Channel, Permissions.',
    )
  })
})

/** Discord's answers by their route. */
const answering =
  (answers: Record<string, unknown>): CallApi =>
  async (_, route) => {
    assert.ok(route in answers, `${route} is not there`)
    return answers[route] as never
  }

describe('looking at a channel', () => {
  const guild = { [`/guilds/${GUILD}`]: { owner_id: OWNER, roles: place().roles } }
  const member = { [`/guilds/${GUILD}/members/${BOT}`]: { user: { id: BOT }, roles: ['401'] } }
  const parent = {
    id: '10',
    type: 0,
    name: 'news',
    guild_id: GUILD,
    permission_overwrites: [deny('401', SendMessages)],
  }

  it('gives its name, its server and what is missing', async () => {
    const call = answering({ ...guild, ...member, '/channels/10': parent })
    assert.deepEqual(await examineChannel(call, BOT, '10'), {
      name: 'news',
      guildId: GUILD,
      missing: ['Send Messages'],
      takesMessages: true,
    })
  })

  it('says of a category and a forum that they take no messages', async () => {
    for (const type of [4, 15]) {
      const call = answering({ ...guild, ...member, '/channels/10': { ...parent, type } })
      assert.equal((await examineChannel(call, BOT, '10')).takesMessages, false)
    }
  })

  it('looks at a thread with the permissions of its channel', async () => {
    const thread = { id: '11', type: 11, name: 'summit', guild_id: GUILD, parent_id: '10', thread_metadata: {} }
    const history = { ...parent, permission_overwrites: [deny('401', ReadMessageHistory)] }
    const call = answering({ ...guild, ...member, '/channels/10': history, '/channels/11': thread })
    const { name, missing } = await examineChannel(call, BOT, '11')
    assert.deepEqual([name, missing], ['summit', ['Send Messages in Threads', 'Read Message History']])
  })

  it('misses in a thread what lets it write in threads, not in channels', async () => {
    const thread = { id: '11', type: 11, name: 'summit', guild_id: GUILD, parent_id: '10', thread_metadata: {} }
    const call = answering({ ...guild, ...member, '/channels/10': parent, '/channels/11': thread })
    assert.deepEqual((await examineChannel(call, BOT, '11')).missing, ['Send Messages in Threads'])
  })

  it('looks at a channel with its own permissions, not with those of its category', async () => {
    const category = { id: '9', type: 4, guild_id: GUILD, permission_overwrites: [deny(GUILD, ViewChannel)] }
    const call = answering({
      ...guild,
      ...member,
      '/channels/9': category,
      '/channels/10': { ...parent, parent_id: '9' },
    })
    assert.deepEqual((await examineChannel(call, BOT, '10')).missing, ['Send Messages'])
  })

  it('finds nothing missing in a direct message', async () => {
    const call = answering({ '/channels/12': { id: '12', type: 1, recipients: [{ id: OWNER }] } })
    const { guildId, missing } = await examineChannel(call, BOT, '12')
    assert.deepEqual([guildId, missing], [undefined, []])
  })
})

describe('the invitation to a server', () => {
  it('asks for exactly the three permissions, and for the bot and its commands', () => {
    const { origin, pathname, searchParams } = new URL(inviteAddress('123456789012345678'))
    assert.equal(origin + pathname, 'https://discord.com/oauth2/authorize')
    assert.deepEqual(Object.fromEntries(searchParams), {
      client_id: '123456789012345678',
      scope: 'bot applications.commands',
      permissions: String(ViewChannel | SendMessages | ReadMessageHistory),
    })
  })
})
