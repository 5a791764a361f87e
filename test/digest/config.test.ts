import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import fc from 'fast-check'
import { fingerprintOf, isAboutTheSame, routeOf } from '../../src/digest/config.ts'
import { destinationFault, formatDestination, PLAYGROUND, parseDestination } from '../../src/digest/destination.ts'
import type { Digest } from '../../src/digest/digest.ts'
import { problemText } from '../../src/library/problem.ts'
import { checkSettings, readSettings, SettingsError } from '../../src/settings.ts'
import { briefOf, COLLECTION, MATTER, shelfOf } from '../fakes/library.ts'
import { daily } from '../fakes/newsroom.ts'

const folder = mkdtempSync(join(tmpdir(), 'readout-'))
mkdirSync(join(folder, 'config'))

after(() => rmSync(folder, { recursive: true }))

const settingsOf = (text: string) => {
  writeFileSync(join(folder, 'config/readout.yaml'), text)
  return readSettings(folder)
}

const digestsOf = (text: string): Digest[] => settingsOf(text).digests

/** What is wrong with a text, line by line, without the name of the file. */
function problemsOf(text: string): string[] {
  try {
    settingsOf(text)
    return []
  } catch (error) {
    assert.ok(error instanceof SettingsError)
    return error.message.split('\n').map(line => line.replace('config/readout.yaml:', ''))
  }
}

/** A digest without a fault: its keys stand on lines 3 to 6, and a further one on line 7. */
const KEYS: Record<string, string> = {
  collection: 'port',
  schedule: '0 8 * * *',
  zone: 'Europe/Brussels',
  to: '[playground]',
}

const fileOf = (keys: Record<string, string> = {}, more = ''): string =>
  `digests:\n  morning:\n${Object.entries({ ...KEYS, ...keys })
    .map(([key, value]) => `    ${key}: ${value}\n`)
    .join('')}${more}`

const A_CRON = 'a cron expression such as "0 8 * * 1-5" for 08:00 from Monday to Friday'

const A_DESTINATION =
  'a destination such as slack:T024BE7LD/C024BE91L, discord:613425648685547541/697138785317814292 or playground'

const A_DISCORD =
  "discord: with the server's id and the channel's, 17 to 20 digits each, such as discord:613425648685547541/697138785317814292; Discord's developer mode copies them"

const A_SLACK =
  "slack: with the workspace's id and the channel's, such as slack:T024BE7LD/C024BE91L; both stand in the channel's address"

const A_WITHIN = 'a time from 1m to 31d, such as 30m, 2h or 1d'

describe('the digests of the configuration', () => {
  it('are read with their defaults', () => {
    assert.deepEqual(digestsOf(fileOf()), [
      {
        id: 'config:morning',
        name: 'morning',
        collection: 'port',
        topics: [],
        schedule: { cron: '0 8 * * *', zone: 'Europe/Brussels', missed: { policy: 'latest', withinMs: 7_200_000 } },
        destinations: [PLAYGROUND],
        sections: ['new', 'updated', 'quote', 'on this day'],
        whenEmpty: 'silent',
      },
    ])
  })

  it('are read with every key, ids as they were written', () => {
    const [digest] = digestsOf(
      fileOf({
        topics: '[ships, 2008, yes, 007]',
        schedule: '30 7 * * MON-FRI',
        zone: 'Europe/Kiev',
        to: '[slack:T1/C024BE91L, discord:1100123456789012345/1100123456789012346]',
        sections: '[on this day, new]',
        when_empty: 'note',
        missed: '{policy: skip, within: 90m}',
      }),
    )
    assert.deepEqual(digest, {
      id: 'config:morning',
      name: 'morning',
      collection: 'port',
      topics: ['ships', '2008', 'yes', '007'],
      schedule: { cron: '30 7 * * MON-FRI', zone: 'Europe/Kiev', missed: { policy: 'skip', withinMs: 5_400_000 } },
      destinations: [
        { platform: 'slack', space: 'T1', channel: 'C024BE91L' },
        { platform: 'discord', space: '1100123456789012345', channel: '1100123456789012346' },
      ],
      sections: ['new', 'on this day'],
      whenEmpty: 'note',
    })
  })

  it('may be none', () => {
    for (const text of ['', '# nothing\n', 'digests:\n', 'digests: {}\n', 'briefs: there\n'])
      assert.deepEqual(digestsOf(text), [])
  })

  it('ship with one that goes to the playground each morning', () => {
    const { digests, isPaused } = readSettings(join(import.meta.dirname, '../..'))
    assert.deepEqual(
      digests.map(digest => [routeOf(digest), digest.collection, digest.schedule.cron, digest.schedule.zone]),
      [['morning → playground', 'nato', '0 8 * * *', 'Europe/Brussels']],
    )
    assert.deepEqual([digests[0]?.sections.length, isPaused], [4, false])
  })

  const table: [what: string, text: string, problems: string[]][] = [
    [
      'an impossible cron expression',
      fileOf({ schedule: '61 8 * * *' }),
      [`4:15: Expected schedule to be ${A_CRON}, with its minute from 0 to 59, such as 0 or 0,30, got "61 8 * * *".`],
    ],
    [
      'a time that never comes',
      fileOf({ schedule: '0 8 31 2 *' }),
      [
        '4:15: Expected schedule to be a cron expression whose date comes, such as "0 8 28 2 *" (day 31 of month 2 never comes), got "0 8 31 2 *".',
      ],
    ],
    [
      'six fields',
      fileOf({ schedule: '0 0 8 * * *' }),
      [
        `4:15: Expected schedule to be ${A_CRON}: minute, hour, day of the month, month, day of the week, got "0 0 8 * * *".`,
      ],
    ],
    [
      'a bare *',
      fileOf({ schedule: '* 8 * * *' }),
      ['4:15: A value that begins with * must stand in quotation marks: "* 8 * * *"'],
    ],
    [
      'an unknown zone, with the nearest',
      fileOf({ zone: 'Europe/Brusels' }),
      ['5:11: Expected zone to be a time zone, most likely Europe/Brussels, got "Europe/Brusels".'],
    ],
    [
      'a zone that is nearest to an older name, with today’s',
      fileOf({ zone: 'Europe/Kiew' }),
      ['5:11: Expected zone to be a time zone, most likely Europe/Kyiv, got "Europe/Kiew".'],
    ],
    [
      'a missing key',
      fileOf().replace('    zone: Europe/Brussels\n', ''),
      ['3:5: Missing zone: write a time zone such as Europe/Brussels.'],
    ],
    [
      'an unknown key, with the nearest',
      fileOf().replace('zone', 'zoen'),
      ['5:5: Unknown key "zoen". Did you mean "zone"?'],
    ],
    [
      'an unknown key of what was missed',
      fileOf({ missed: '{whithin: 2h}' }),
      ['7:14: Unknown key "whithin". Did you mean "within"?'],
    ],
    ['an unknown key of the file', `digest: {}\n`, ['1:1: Unknown key "digest". Did you mean "digests"?']],
    [
      'an unknown section',
      fileOf({ sections: '[news]' }),
      ['7:16: Expected sections, item 1, to be new, updated, quote or on this day, got "news".'],
    ],
    [
      'an unknown policy',
      fileOf({ missed: '{policy: all}' }),
      ['7:22: Expected missed.policy to be latest or skip, got "all".'],
    ],
    ...['0m', '30s', '2', '32d', '1.5h', '-1h', '99999h'].map((within): [string, string, string[]] => [
      `a window of ${within}`,
      fileOf({ missed: `{within: ${within}}` }),
      [`7:22: Expected missed.within to be ${A_WITHIN}, got "${within}".`],
    ]),
    [
      'no destination',
      fileOf({ to: '[]' }),
      ['6:9: Expected to to be a list of destinations: [playground], got a list.'],
    ],
    [
      'a destination that is no list',
      fileOf({ to: 'playground' }),
      ['6:9: Expected to to be a list of destinations: [playground], got "playground".'],
    ],
    [
      'a destination twice',
      fileOf({ to: '[playground, slack:T1/C1, playground]' }),
      ['6:35: Expected to, item 3, to be a destination that is not in the list yet, got "playground".'],
    ],
    [
      'a section twice',
      fileOf({ sections: '[new, new]' }),
      ['7:21: Expected sections, item 2, to be a section that is not in the list yet, got "new".'],
    ],
    [
      'an id without its platform, digit by digit',
      fileOf({ to: '[1100123456789012345]' }),
      [`6:10: Expected to, item 1, to be ${A_DESTINATION}, got "1100123456789012345".`],
    ],
    [
      'an id that a tool has rounded',
      fileOf({ to: '[discord:613425648685547541/1.1001234567890124e+18]' }),
      [
        `6:10: Expected to, item 1, to be ${A_DISCORD}, got ${JSON.stringify('discord:613425648685547541/1.1001234567890124e+18')}.`,
      ],
    ],
    [
      "a channel's name",
      fileOf({ to: '["slack:T1/#general"]' }),
      [`6:11: Expected to, item 1, to be ${A_SLACK}, got "slack:T1/#general".`],
    ],
    [
      'an unknown platform',
      fileOf({ to: '[teams:1/2]' }),
      [`6:10: Expected to, item 1, to be ${A_DESTINATION}, got "teams:1/2".`],
    ],
    [
      "a digest's name",
      fileOf().replace('morning', 'Morning news'),
      [
        `2:3: Expected a digest's name to be a name of lower-case letters, digits and hyphens, at most 60 characters, got "Morning news".`,
      ],
    ],
    [
      'a digest without keys',
      'digests:\n  morning: daily\n',
      ['2:12: Expected digests.morning to be keys such as collection: nato, got "daily".'],
    ],
    [
      'digests that are a list',
      'digests: [morning]\n',
      ['1:10: Expected digests to be digests by their names, got a list.'],
    ],
    [
      'the channel for notices',
      `${fileOf()}notices: C024BE91L\n`,
      [`7:10: Expected notices to be ${A_DESTINATION}, got "C024BE91L".`],
    ],
    [
      'a manager of Discord',
      'managers: [discord:613425648685547541]\n',
      [
        '1:12: Expected managers, item 1, to be a manager such as slack:U024BE7LD; on Discord the permissions of /readout decide, got "discord:613425648685547541".',
      ],
    ],
    ['a pause that is neither', 'paused: yes\n', ['1:9: Expected paused to be true or false, got "yes".']],
    [
      'every mistake of several digests at once',
      `${fileOf({ zone: 'Mars' })}  evening:\n    collection: PORT\n    schedule: 0 20 * * *\n    zone: UTC\n    to: [playground]\npaused: 1\n`,
      [
        '5:11: Expected zone to be a time zone such as Europe/Brussels, got "Mars".',
        '8:17: Expected collection to be the name of a collection such as nato, got "PORT".',
        '12:9: Expected paused to be true or false, got "1".',
      ],
    ],
  ]
  for (const [what, text, problems] of table)
    it(`have their place told for ${what}`, () => assert.deepEqual(problemsOf(text), problems))
})

describe('checkSettings', () => {
  const library = shelfOf({
    ...COLLECTION,
    'port/closing.md': briefOf({ matter: `${MATTER}\ntopics: [ships, harbours]\nstatus: draft` }),
  }).library
  const found = (keys: Record<string, string>): string[] =>
    checkSettings(settingsOf(fileOf(keys)), library).map(problemText)

  it('finds nothing where the collection and its topics are there', () => {
    assert.deepEqual(found({ topics: '[harbours]' }), [])
  })

  it('names the nearest collection', () => {
    assert.deepEqual(found({ collection: 'prot', topics: '[x]' }), [
      'config/readout.yaml:3:17: There is no collection "prot". Did you mean "port"?',
    ])
  })

  it('warns of a topic that no brief has, with the nearest', () => {
    assert.deepEqual(found({ topics: '[ships, harbour, fish]' }), [
      'config/readout.yaml:7:21: warning: No brief of "port" has the topic "harbour". Did you mean "harbours"?',
      'config/readout.yaml:7:30: warning: No brief of "port" has the topic "fish". Known: harbours, ships.',
    ])
  })
})

describe('a destination', () => {
  it('is the same after it was written and read', () => {
    const id = fc.stringMatching(/^[A-Za-z0-9_-]{1,24}$/)
    const destination = fc.record(
      { platform: fc.constantFrom('slack', 'discord', 'terminal'), space: id, channel: id },
      { noNullPrototype: true },
    )
    fc.assert(
      fc.property(fc.oneof(destination, fc.constant(PLAYGROUND)), one =>
        assert.deepEqual(parseDestination(formatDestination(one)), one),
      ),
    )
  })

  const table: [text: string, isGood: boolean][] = [
    ['playground', true],
    ['slack:T1/C024BE91L', true],
    ['slack:T024BE7LD/G024BE91L', true],
    ['discord:613425648685547541/697138785317814292', true],
    ['discord:18446744073709551615/12345678901234567', true],
    ['discord:18446744073709551616/12345678901234567', false],
    ['discord:613425648685547541/1234567890123456', false],
    ['discord:613425648685547541/123456789012345678901', false],
    ['discord:613425648685547541/0123456789012345678', false],
    ['discord:6.13425648685548e17/697138785317814292', false],
    ['discord:613425648685547541', false],
    ['slack:C024BE91L/T024BE7LD', false],
    ['slack:T024BE7LD/c024be91l', false],
    ['slack:T024BE7LD/C024BE91L/1', false],
    ['playground:local/playground', false],
    ['Slack:T1/C1', false],
    [' playground', false],
    ['', false],
  ]
  for (const [text, isGood] of table)
    it(`${isGood ? 'may be' : 'is never'} "${text}"`, () => assert.equal(destinationFault(text) === undefined, isGood))
})

describe('fingerprintOf', () => {
  const digest = daily()
  const printOf = (schedule: Partial<Digest['schedule']>, change: Partial<Digest> = {}) =>
    fingerprintOf({ ...digest, ...change, schedule: { ...digest.schedule, ...schedule } })

  it('is another for other times, another collection and other topics', () => {
    const prints = [
      printOf({}),
      printOf({ cron: '0 9 * * 1-5' }),
      printOf({ zone: 'Europe/Brussels' }),
      printOf({}, { collection: 'town' }),
      printOf({}, { topics: ['ships'] }),
    ]
    assert.equal(new Set(prints).size, 5)
    assert.deepEqual(
      prints.map(print => isAboutTheSame(print, prints[0] ?? '')),
      [true, true, true, false, false],
    )
  })

  it('is the same for other spaces, topics in another order, and another treatment of what was missed', () => {
    const missed = { policy: 'skip', withinMs: 5 } as const
    assert.equal(printOf({ cron: ' 0  8 * * *', missed }), printOf({}))
    assert.equal(printOf({}, { topics: ['a', 'b'] }), printOf({}, { topics: ['b', 'a'] }))
  })
})
