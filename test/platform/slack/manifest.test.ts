import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { load } from 'js-yaml'
import { COLLECTION_NAME } from '../../../src/library/collection.ts'
import { writeTypedYaml } from '../../../src/library/yaml.ts'
import type { Command } from '../../../src/platform/platform.ts'
import { SCOPES, slackManifest } from '../../../src/platform/slack/manifest.ts'

const COMMANDS: Command[] = [
  { name: 'nato', description: 'NATO and Ukraine' },
  { name: 'town', description: 'News of a town' },
  { name: 'readout', description: 'All collections' },
]

const URL_OF_OURS = 'https://readout.example'

const socket = (commands = COMMANDS) => slackManifest(commands, undefined)
const http = (commands = COMMANDS) => slackManifest(commands, URL_OF_OURS)

/** Slack's limits: https://docs.slack.dev/reference/app-manifest */
const MOST = {
  name: 35,
  description: 140,
  displayName: 80,
  commands: 50,
  command: 32,
  commandDescription: 2000,
  usageHint: 1000,
  scopes: 255,
  events: 100,
}

/** What in a manifest is longer or more than Slack takes. */
function excessIn({ display_information, features, oauth_config, settings }: ReturnType<typeof slackManifest>) {
  const sizes: [string, number, number][] = [
    ['name', display_information.name.length, MOST.name],
    ['description', display_information.description.length, MOST.description],
    ['display name', features.bot_user.display_name.length, MOST.displayName],
    ['commands', features.slash_commands.length, MOST.commands],
    ['scopes', oauth_config.scopes.bot.length, MOST.scopes],
    ['events', settings.event_subscriptions.bot_events.length, MOST.events],
    ...features.slash_commands.flatMap(({ command, description, usage_hint }): [string, number, number][] => [
      [command, command.length, MOST.command],
      [`description of ${command}`, description.length, MOST.commandDescription],
      [`hint of ${command}`, usage_hint.length, MOST.usageHint],
    ]),
  ]
  return sizes.filter(([, size, most]) => size > most || size === 0)
}

/** A value as JSON holds it. */
const whole = (value: unknown): unknown => JSON.parse(JSON.stringify(value))

const anyCommand = fc.record({
  name: fc.stringMatching(new RegExp(COLLECTION_NAME.source)),
  description: fc.string({ minLength: 1, maxLength: 100, unit: 'grapheme' }),
})

describe('the manifest of the Slack app', () => {
  it('has a command for each collection, and the one for all', () => {
    const { slash_commands } = socket().features
    assert.deepEqual(
      slash_commands.map(({ command, description }) => [command, description]),
      [
        ['/nato', 'NATO and Ukraine'],
        ['/town', 'News of a town'],
        ['/readout', 'All collections'],
      ],
    )
    for (const { should_escape, usage_hint } of slash_commands) {
      assert.equal(should_escape, false)
      assert.notEqual(usage_hint, '')
    }
  })

  it('asks for what Readout needs and nothing else', () => {
    assert.deepEqual(socket().oauth_config, { scopes: { bot: SCOPES } })
    assert.deepEqual(SCOPES.toSorted(), [
      'app_mentions:read',
      'channels:history',
      'channels:read',
      'chat:write',
      'commands',
      'groups:history',
      'groups:read',
      'im:history',
      'users:read',
    ])
    assert.deepEqual(http().oauth_config, socket().oauth_config)
  })

  it('never asks to post where Readout is no member', () => {
    for (const manifest of [socket(), http()])
      assert.doesNotMatch(JSON.stringify(manifest), /chat:write\.(?:public|customize)/)
  })

  it('asks for the events that are answered, each with the scope that it needs', () => {
    assert.deepEqual(socket().settings.event_subscriptions.bot_events.toSorted(), [
      'app_home_opened',
      'app_mention',
      'message.im',
    ])
    assert.ok(SCOPES.includes('app_mentions:read') && SCOPES.includes('im:history'))
  })

  it('opens Home and the messages tab, in which people can write', () => {
    for (const { features } of [socket(), http()])
      assert.deepEqual(features.app_home, {
        home_tab_enabled: true,
        messages_tab_enabled: true,
        messages_tab_read_only_enabled: false,
      })
  })

  it('is for Socket Mode, with no address at all, where there is no public one', () => {
    const manifest = socket()
    assert.equal(manifest.settings.socket_mode_enabled, true)
    assert.deepEqual(whole(manifest.settings.interactivity), { is_enabled: true })
    assert.doesNotMatch(JSON.stringify(manifest), /https?:|url/)
  })

  it('has a request URL for commands, events, clicks and pickers, where there is a public address', () => {
    const { features, settings } = http()
    const url = `${URL_OF_OURS}/slack/events`
    assert.equal(settings.socket_mode_enabled, false)
    assert.equal(settings.event_subscriptions.request_url, url)
    assert.deepEqual(settings.interactivity, { is_enabled: true, request_url: url, message_menu_options_url: url })
    assert.deepEqual(new Set(features.slash_commands.map(command => command.url)), new Set([url]))
    assert.deepEqual(http(), slackManifest(COMMANDS, `${URL_OF_OURS}/`))
  })

  it('asks for tokens that last, in one workspace', () => {
    for (const { settings } of [socket(), http()]) {
      assert.equal(settings.token_rotation_enabled, false)
      assert.equal(settings.org_deploy_enabled, false)
    }
  })

  it('keeps to Slack’s limits with whatever collections', () => {
    const commands = fc.uniqueArray(anyCommand, {
      selector: command => command.name,
      minLength: 1,
      maxLength: MOST.commands,
    })
    fc.assert(
      fc.property(commands, all => {
        for (const manifest of [socket(all), http(all)]) assert.deepEqual(excessIn(manifest), [])
      }),
    )
  })

  it('cuts no character in two', () => {
    for (let blanks = 130; blanks < 145; blanks++) {
      const [command] = socket([{ name: 'town', description: `${'a'.repeat(blanks)}😀😀` }]).features.slash_commands
      assert.ok(command?.description.isWellFormed(), JSON.stringify(command?.description))
    }
  })

  it('is the same in YAML as in JSON', () => {
    fc.assert(
      fc.property(fc.array(anyCommand, { maxLength: 5 }), commands => {
        for (const manifest of [socket(commands), http(commands)])
          assert.deepEqual(load(writeTypedYaml(manifest)), whole(manifest))
      }),
    )
  })
})
