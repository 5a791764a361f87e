import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { PlatformError } from '../../../src/platform/platform.ts'
import { readSlackSettings, secretsOf } from '../../../src/platform/slack/settings.ts'

const BOT = { SLACK_BOT_TOKEN: 'xoxb-1-abc-DEF' }
const APP = { SLACK_APP_TOKEN: 'xapp-1-A1-2-f00' }
const SECRET = { SLACK_SIGNING_SECRET: '0123456789abcdef' }
const HTTP = { SLACK_MODE: 'http' }

type Environment = Record<string, string | undefined>

/** What an operator is told of settings that can't be used. */
function refusalOf(environment: Environment): string {
  try {
    readSlackSettings(environment)
  } catch (error) {
    assert.ok(error instanceof PlatformError, String(error))
    return error.message
  }
  assert.fail(`${Object.keys(environment)} were taken`)
}

/** The settings that a message names, line by line. */
const namedIn = (message: string): string[] => message.split('\n').map(line => line.split(':')[0] ?? '')

describe('the settings of Slack', () => {
  it('are none where nothing is set, or only to nothing', () => {
    assert.equal(readSlackSettings({}), undefined)
    assert.equal(readSlackSettings({ PATH: '/bin', PORT: '1' }), undefined)
    assert.equal(
      readSlackSettings({
        SLACK_BOT_TOKEN: '',
        SLACK_APP_TOKEN: '',
        SLACK_SIGNING_SECRET: '',
        SLACK_MODE: '',
        SLACK_API_URL: '',
      }),
      undefined,
    )
  })

  it('are those of Socket Mode where no mode is set', () => {
    const expected = {
      botToken: BOT.SLACK_BOT_TOKEN,
      events: { mode: 'socket', appToken: APP.SLACK_APP_TOKEN },
    }
    assert.deepEqual(readSlackSettings({ ...BOT, ...APP }), expected)
    assert.deepEqual(readSlackSettings({ ...BOT, ...APP, SLACK_MODE: 'socket' }), expected)
    assert.deepEqual(readSlackSettings({ ...BOT, ...APP, SLACK_MODE: '', SLACK_SIGNING_SECRET: '' }), expected)
  })

  it('are those of HTTP where the mode says so', () => {
    assert.deepEqual(readSlackSettings({ ...BOT, ...SECRET, ...HTTP }), {
      botToken: BOT.SLACK_BOT_TOKEN,
      events: { mode: 'http', signingSecret: SECRET.SLACK_SIGNING_SECRET },
    })
  })

  it('have another address for the Web API only where one is set', () => {
    const address = { SLACK_API_URL: 'http://127.0.0.1:8080/api/' }
    assert.equal(readSlackSettings({ ...BOT, ...APP, ...address })?.apiUrl, address.SLACK_API_URL)
    assert.ok(!('apiUrl' in (readSlackSettings({ ...BOT, ...APP }) ?? {})))
  })

  const missing: [string, Environment, string[]][] = [
    ['the bot token', APP, ['SLACK_BOT_TOKEN']],
    ['the bot token, set to nothing', { ...APP, SLACK_BOT_TOKEN: '' }, ['SLACK_BOT_TOKEN']],
    ['the app token', BOT, ['SLACK_APP_TOKEN']],
    ['the app token, with the secret of HTTP mode there', { ...BOT, ...SECRET }, ['SLACK_APP_TOKEN']],
    ['both tokens', { SLACK_MODE: 'socket' }, ['SLACK_BOT_TOKEN', 'SLACK_APP_TOKEN']],
    ['the signing secret', { ...BOT, ...HTTP }, ['SLACK_SIGNING_SECRET']],
    ['the signing secret, with the token of Socket Mode there', { ...BOT, ...APP, ...HTTP }, ['SLACK_SIGNING_SECRET']],
    ['the bot token and the signing secret', HTTP, ['SLACK_BOT_TOKEN', 'SLACK_SIGNING_SECRET']],
  ]
  for (const [what, environment, named] of missing) {
    it(`are refused without ${what}`, () => assert.deepEqual(namedIn(refusalOf(environment)), named))
  }

  it('are refused with the place of each that is missing', () => {
    assert.match(refusalOf(HTTP), /^SLACK_BOT_TOKEN: .*xoxb-.*OAuth & Permissions.*$/m)
    assert.match(refusalOf(HTTP), /^SLACK_SIGNING_SECRET: .*Signing Secret.*Basic Information.*$/m)
    assert.match(refusalOf(BOT), /^SLACK_APP_TOKEN: .*connections:write.*xapp-.*Basic Information.*$/m)
  })

  const wrong: [string, string, RegExp][] = [
    ['SLACK_BOT_TOKEN', 'xoxp-a-users-token', /xoxb-.*OAuth & Permissions/],
    ['SLACK_BOT_TOKEN', 'xoxb-', /xoxb-/],
    ['SLACK_BOT_TOKEN', ' xoxb-copied-with-blanks ', /xoxb-/],
    ['SLACK_APP_TOKEN', 'xoxb-the-other-token', /xapp-.*Basic Information/],
    ['SLACK_SIGNING_SECRET', 'shorter', /Signing Secret.*Basic Information/],
    ['SLACK_SIGNING_SECRET', 'secret-with-hyphens', /Signing Secret/],
    ['SLACK_MODE', 'webhook', /socket or http/],
    ['SLACK_MODE', 'HTTP', /socket or http/],
    ['SLACK_API_URL', 'slack.example', /https:\/\//],
    ['SLACK_API_URL', 'ftp://slack.example/', /https:\/\//],
  ]
  for (const [name, value, place] of wrong) {
    it(`are refused with ${name}=${value}, which the message does not repeat`, () => {
      const message = refusalOf({ ...BOT, ...APP, ...SECRET, [name]: value })
      assert.deepEqual(namedIn(message), [name])
      assert.match(message, place)
      assert.ok(!message.includes(value.trim()) || value === 'xoxb-', message)
    })
  }

  it('are refused with everything that is wrong at once', () => {
    const message = refusalOf({
      SLACK_BOT_TOKEN: 'b',
      SLACK_APP_TOKEN: 'a',
      SLACK_SIGNING_SECRET: 's',
      SLACK_MODE: 'm',
      SLACK_API_URL: 'u',
    })
    assert.deepEqual(namedIn(message), [
      'SLACK_BOT_TOKEN',
      'SLACK_APP_TOKEN',
      'SLACK_SIGNING_SECRET',
      'SLACK_MODE',
      'SLACK_API_URL',
    ])
  })

  it('are refused with what is wrong and what is missing at once', () => {
    const named = namedIn(refusalOf({ SLACK_BOT_TOKEN: 'xoxp-a-users-token' }))
    assert.deepEqual(named.toSorted(), ['SLACK_APP_TOKEN', 'SLACK_BOT_TOKEN'])
  })

  it('show no value in a message, whatever it is', () => {
    const value = fc.string({ minLength: 12, unit: 'grapheme-ascii' })
    fc.assert(
      fc.property(fc.record({ bot: value, app: value, secret: value }), ({ bot, app, secret }) => {
        const message = refusalOf({
          SLACK_BOT_TOKEN: bot,
          SLACK_APP_TOKEN: app,
          SLACK_SIGNING_SECRET: secret,
          SLACK_MODE: 'wrong',
        })
        for (const one of [bot, app, secret]) assert.ok(one.trim() === '' || !message.includes(one), message)
      }),
    )
  })

  it('name each secret that no log may hold', () => {
    const socket = readSlackSettings({ ...BOT, ...APP, ...SECRET })
    const http = readSlackSettings({ ...BOT, ...APP, ...SECRET, ...HTTP })
    assert.ok(socket && http)
    assert.deepEqual(secretsOf(socket), [BOT.SLACK_BOT_TOKEN, APP.SLACK_APP_TOKEN])
    assert.deepEqual(secretsOf(http), [BOT.SLACK_BOT_TOKEN, SECRET.SLACK_SIGNING_SECRET])
  })
})
