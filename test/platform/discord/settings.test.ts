import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { readApplicationId, readDiscordSettings, secretsOf } from '../../../src/platform/discord/settings.ts'
import { PlatformError } from '../../../src/platform/platform.ts'

const TOKEN = { DISCORD_TOKEN: 'MTk4NjIy.Cl2FMQ.ZnCjm1XVW7vRze-4b7Cq4se7kKWs_o' }
const APPLICATION = { DISCORD_APPLICATION_ID: '1198622483471925248' }
const KEY = { DISCORD_PUBLIC_KEY: '0123456789abcdef'.repeat(4) }
const GUILD = { DISCORD_GUILD_ID: '613425648685547541' }
const HTTP = { DISCORD_MODE: 'http' }
const GATEWAY = { ...TOKEN, ...APPLICATION }

/** Every setting of Discord. */
const NAMES = [
  'DISCORD_TOKEN',
  'DISCORD_APPLICATION_ID',
  'DISCORD_PUBLIC_KEY',
  'DISCORD_GUILD_ID',
  'DISCORD_MODE',
  'DISCORD_API_URL',
]

type Environment = Record<string, string | undefined>

/** What an operator is told of settings that can't be used. */
function refusalOf(environment: Environment, read: (environment: Environment) => unknown = readDiscordSettings) {
  try {
    read(environment)
  } catch (error) {
    assert.ok(error instanceof PlatformError, String(error))
    return error.message
  }
  assert.fail(`${Object.keys(environment)} were taken`)
}

/** The settings that a message names, line by line. */
const namedIn = (message: string): string[] => message.split('\n').map(line => line.split(':')[0] ?? '')

const setAll = (value: string): Environment => Object.fromEntries(NAMES.map(name => [name, value]))

describe('the settings of Discord', () => {
  it('are none where nothing is set, or only to nothing', () => {
    assert.equal(readDiscordSettings({}), undefined)
    assert.equal(readDiscordSettings({ PATH: '/bin', PORT: '1', SLACK_BOT_TOKEN: 'xoxb-1' }), undefined)
    assert.equal(readDiscordSettings(setAll('')), undefined)
  })

  it('are those of the gateway where no mode is set', () => {
    const expected = {
      token: TOKEN.DISCORD_TOKEN,
      applicationId: APPLICATION.DISCORD_APPLICATION_ID,
      events: { mode: 'gateway' },
    }
    assert.deepEqual(readDiscordSettings(GATEWAY), expected)
    assert.deepEqual(readDiscordSettings({ ...GATEWAY, DISCORD_MODE: 'gateway' }), expected)
    assert.deepEqual(readDiscordSettings({ ...setAll(''), ...GATEWAY }), expected)
    assert.deepEqual(readDiscordSettings({ ...GATEWAY, ...KEY }), expected)
  })

  it('are those of HTTP where the mode says so', () => {
    assert.deepEqual(readDiscordSettings({ ...GATEWAY, ...KEY, ...HTTP }), {
      token: TOKEN.DISCORD_TOKEN,
      applicationId: APPLICATION.DISCORD_APPLICATION_ID,
      events: { mode: 'http', publicKey: KEY.DISCORD_PUBLIC_KEY },
    })
  })

  it('take a public key in capitals as well', () => {
    const publicKey = KEY.DISCORD_PUBLIC_KEY.toUpperCase()
    const read = readDiscordSettings({ ...GATEWAY, ...HTTP, DISCORD_PUBLIC_KEY: publicKey })
    assert.deepEqual(read?.events, { mode: 'http', publicKey })
  })

  it('name one server only where it is set', () => {
    assert.equal(readDiscordSettings({ ...GATEWAY, ...GUILD })?.guildId, GUILD.DISCORD_GUILD_ID)
    assert.ok(!('guildId' in (readDiscordSettings({ ...GATEWAY, DISCORD_GUILD_ID: '' }) ?? {})))
  })

  it('have another address for the API only where one is set, with or without a slash at its end', () => {
    for (const [address, expected] of [
      ['http://127.0.0.1:8080/api', 'http://127.0.0.1:8080/api'],
      ['http://127.0.0.1:8080/api/', 'http://127.0.0.1:8080/api'],
      ['https://proxy.example/discord/api//', 'https://proxy.example/discord/api'],
      ['https://proxy.example/', 'https://proxy.example'],
      ['https://proxy.example', 'https://proxy.example'],
    ])
      assert.equal(readDiscordSettings({ ...GATEWAY, DISCORD_API_URL: address })?.apiUrl, expected)
    assert.ok(!('apiUrl' in (readDiscordSettings(GATEWAY) ?? {})))
  })

  const missing: [string, Environment, string[]][] = [
    ['the token', APPLICATION, ['DISCORD_TOKEN']],
    ['the token, set to nothing', { ...APPLICATION, DISCORD_TOKEN: '' }, ['DISCORD_TOKEN']],
    ['the application id', TOKEN, ['DISCORD_APPLICATION_ID']],
    ['the application id, with everything of HTTP there', { ...TOKEN, ...KEY, ...HTTP }, ['DISCORD_APPLICATION_ID']],
    ['the public key', { ...GATEWAY, ...HTTP }, ['DISCORD_PUBLIC_KEY']],
    ['the public key, set to nothing', { ...GATEWAY, ...HTTP, DISCORD_PUBLIC_KEY: '' }, ['DISCORD_PUBLIC_KEY']],
    ['both, with only a mode there', { DISCORD_MODE: 'gateway' }, ['DISCORD_TOKEN', 'DISCORD_APPLICATION_ID']],
    ['both, with only a server there', GUILD, ['DISCORD_TOKEN', 'DISCORD_APPLICATION_ID']],
    ['all three', HTTP, ['DISCORD_TOKEN', 'DISCORD_APPLICATION_ID', 'DISCORD_PUBLIC_KEY']],
  ]
  for (const [what, environment, named] of missing) {
    it(`are refused without ${what}`, () => assert.deepEqual(namedIn(refusalOf(environment)), named))
  }

  it('are refused with the place of each that is missing', () => {
    assert.match(refusalOf(HTTP), /^DISCORD_TOKEN: set .*token.*Bot, Reset Token\.$/m)
    assert.match(refusalOf(HTTP), /^DISCORD_APPLICATION_ID: set .*Application ID.*General Information\.$/m)
    assert.match(refusalOf(HTTP), /^DISCORD_PUBLIC_KEY: set .*Public Key.*General Information\.$/m)
  })

  const wrong: [string, string, RegExp][] = [
    ['DISCORD_TOKEN', 'client-secret-without-dots', /token.*Bot, Reset Token/],
    ['DISCORD_TOKEN', `Bot ${TOKEN.DISCORD_TOKEN}`, /Reset Token/],
    ['DISCORD_TOKEN', ` ${TOKEN.DISCORD_TOKEN} `, /Reset Token/],
    ['DISCORD_TOKEN', `${TOKEN.DISCORD_TOKEN}\n`, /Reset Token/],
    ['DISCORD_APPLICATION_ID', 'readout', /Application ID, digits only.*General Information/],
    ['DISCORD_APPLICATION_ID', '12345', /digits only/],
    ['DISCORD_APPLICATION_ID', KEY.DISCORD_PUBLIC_KEY, /Application ID, digits only/],
    ['DISCORD_PUBLIC_KEY', APPLICATION.DISCORD_APPLICATION_ID, /Public Key, 64 letters and digits.*General/],
    ['DISCORD_PUBLIC_KEY', KEY.DISCORD_PUBLIC_KEY.slice(1), /64 letters and digits/],
    ['DISCORD_PUBLIC_KEY', 'g'.repeat(64), /64 letters and digits/],
    ['DISCORD_GUILD_ID', 'newsroom', /server’s id, digits only.*Copy Server ID/],
    ['DISCORD_MODE', 'webhook', /gateway or http/],
    ['DISCORD_MODE', 'HTTP', /gateway or http/],
    ['DISCORD_API_URL', 'discord.example', /https:\/\//],
    ['DISCORD_API_URL', 'ftp://discord.example/', /https:\/\//],
    ['DISCORD_API_URL', 'https://me:password@discord.example/', /https:\/\//],
  ]
  for (const [name, value, place] of wrong) {
    it(`are refused with ${name}=${JSON.stringify(value)}, which the message does not repeat`, () => {
      const message = refusalOf({ ...GATEWAY, ...KEY, [name]: value })
      assert.deepEqual(namedIn(message), [name])
      assert.match(message, place)
      assert.ok(!message.includes(value.trim()), message)
    })
  }

  it('are refused with everything that is wrong at once', () =>
    assert.deepEqual(namedIn(refusalOf(setAll('?'))), NAMES))

  it('are refused with what is wrong and what is missing at once', () => {
    const named = namedIn(refusalOf({ DISCORD_TOKEN: 'client-secret-without-dots', ...HTTP }))
    assert.deepEqual(named.toSorted(), ['DISCORD_APPLICATION_ID', 'DISCORD_PUBLIC_KEY', 'DISCORD_TOKEN'])
  })

  it('show no value in a message, whatever it is and whichever are set', () => {
    const value = fc.string({ minLength: 12, unit: 'grapheme-ascii' })
    const some = fc.record(Object.fromEntries(NAMES.map(name => [name, value])), { requiredKeys: [] })
    fc.assert(
      fc.property(some, environment => {
        const message = refusalOf({ ...environment, DISCORD_MODE: 'wrong' })
        for (const one of Object.values(environment))
          assert.ok(one === undefined || one.trim() === '' || !message.includes(one), message)
      }),
    )
  })

  it('name each secret that no log may hold', () => {
    for (const environment of [GATEWAY, { ...GATEWAY, ...KEY, ...HTTP }]) {
      const read = readDiscordSettings(environment)
      assert.ok(read)
      assert.deepEqual(secretsOf(read), [TOKEN.DISCORD_TOKEN])
    }
  })
})

describe('the application id of an invitation', () => {
  it('is all that is needed, whatever the other settings are', () => {
    const expected = APPLICATION.DISCORD_APPLICATION_ID
    assert.equal(readApplicationId(APPLICATION), expected)
    assert.equal(readApplicationId({ ...setAll('?'), ...APPLICATION }), expected)
  })

  it('is asked for where it is missing, empty or wrong', () => {
    for (const value of [undefined, '', '12345', 'readout']) {
      const message = refusalOf({ DISCORD_APPLICATION_ID: value }, readApplicationId)
      assert.deepEqual(namedIn(message), ['DISCORD_APPLICATION_ID'])
      assert.match(message, /Application ID, digits only.*General Information/)
      assert.ok(!value || !message.includes(value), message)
    }
  })
})
