import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { builtinModules } from 'node:module'
import { dirname, join, relative, resolve } from 'node:path'
import { describe, it } from 'node:test'
import { parseSync } from 'oxc-parser'

/** What a room of `src/` may import: other rooms, and outside libraries of its own. Node's own modules are free but for those named. */
type Rules = { rooms: string[]; libraries: string[] }

/** What adapters have in common. */
const SHARED = [
  'card',
  'platform/platform.ts',
  'platform/environment.ts',
  'platform/failure.ts',
  'platform/in-hand.ts',
  'platform/keep-connected.ts',
  'platform/network-error.ts',
  'platform/once.ts',
  'platform/pace.ts',
  'platform/read-body.ts',
]

const ROOMS: Record<string, Rules> = {
  card: { rooms: [], libraries: [] },
  library: { rooms: ['card'], libraries: ['@lezer/markdown', 'js-yaml', 'chokidar', 'zod', 'node:sqlite'] },
  'platform/platform.ts': { rooms: ['card'], libraries: ['node:http'] },
  'platform/environment.ts': { rooms: ['platform/platform.ts'], libraries: ['zod'] },
  'platform/failure.ts': { rooms: ['platform/platform.ts'], libraries: [] },
  'platform/in-hand.ts': { rooms: ['platform/platform.ts'], libraries: [] },
  'platform/keep-connected.ts': { rooms: ['platform/platform.ts'], libraries: [] },
  'platform/network-error.ts': { rooms: [], libraries: [] },
  'platform/once.ts': { rooms: [], libraries: [] },
  'platform/pace.ts': { rooms: ['platform/platform.ts'], libraries: [] },
  'platform/read-body.ts': { rooms: [], libraries: ['node:http'] },
  'platform/typed-line.ts': { rooms: ['card', 'platform/platform.ts'], libraries: [] },
  answer: { rooms: ['card', 'library', 'platform/platform.ts'], libraries: [] },
  store: { rooms: ['card'], libraries: ['kysely', 'node:sqlite'] },
  digest: { rooms: ['card', 'library', 'answer', 'store', 'platform/platform.ts'], libraries: ['croner', 'zod'] },
  delivery: { rooms: ['card', 'store', 'platform/platform.ts'], libraries: [] },
  'digests.ts': {
    rooms: ['card', 'library', 'digest', 'delivery', 'store', 'platform/platform.ts'],
    libraries: ['node-cron'],
  },
  'platform/terminal': { rooms: ['card', 'platform/platform.ts', 'platform/typed-line.ts'], libraries: [] },
  'platform/slack': { rooms: SHARED, libraries: ['@slack/types', '@slack/bolt', '@slack/web-api'] },
  'platform/discord': {
    rooms: SHARED,
    libraries: ['@discordjs/rest', '@discordjs/ws', 'discord-api-types', 'zod'],
  },
  'platform/playground': {
    rooms: [
      'card',
      'platform/platform.ts',
      'platform/read-body.ts',
      'platform/typed-line.ts',
      'platform/slack',
      'platform/discord',
    ],
    libraries: [
      'react',
      'react-dom',
      'slack-blocks-to-jsx',
      'discord-markdown-parser',
      '@slack/types',
      'discord-api-types',
      'zod',
      'node:http',
    ],
  },
  'settings.ts': { rooms: ['library', 'digest'], libraries: ['dotenv', 'zod'] },
  'system-clock.ts': { rooms: ['platform/platform.ts'], libraries: [] },
  'say.ts': { rooms: ['card'], libraries: [] },
  'server.ts': { rooms: ['platform/platform.ts'], libraries: ['node:http', 'node:net'] },
  'platforms.ts': { rooms: ['card', 'platform', 'say.ts'], libraries: [] },
  commands: {
    rooms: [
      'card',
      'library',
      'answer',
      'digest',
      'delivery',
      'store',
      'platform',
      'digests.ts',
      'platforms.ts',
      'playground-channel.ts',
      'settings.ts',
    ],
    libraries: [],
  },
  'playground-channel.ts': { rooms: ['card', 'store', 'platform'], libraries: [] },
  'main.ts': {
    rooms: [
      'card',
      'library',
      'answer',
      'commands',
      'digest',
      'delivery',
      'store',
      'platform',
      'digests.ts',
      'platforms.ts',
      'playground-channel.ts',
      'settings.ts',
      'server.ts',
      'say.ts',
      'system-clock.ts',
    ],
    libraries: [],
  },
  'cli.ts': {
    rooms: [
      'card',
      'library',
      'answer',
      'commands',
      'digest',
      'delivery',
      'store',
      'platform',
      'digests.ts',
      'platforms.ts',
      'settings.ts',
      'say.ts',
      'system-clock.ts',
    ],
    libraries: ['commander'],
  },
}

/** Modules of Node's that decide something, and so belong to a room. */
const GUARDED = ['node:sqlite', 'node:http', 'node:https', 'node:net', 'node:child_process']

const SRC = resolve(import.meta.dirname, '../src')

/** The room that a path below `src/` is in: the longest one of the table that it begins with. */
const roomOf = (path: string): string | undefined =>
  Object.keys(ROOMS)
    .filter(room => path === room || path.startsWith(`${room}/`))
    .toSorted((a, b) => b.length - a.length)[0]

/** Every module that a text imports, types included. */
function importsOf(file: string, text: string): string[] {
  const { module, errors } = parseSync(file, text)
  assert.deepEqual(errors, [], `${file} can't be parsed`)
  const dynamic = module.dynamicImports.map(one =>
    text.slice(one.moduleRequest.start, one.moduleRequest.end).replace(/^['"`]|['"`]$/g, ''),
  )
  const exported = module.staticExports.flatMap(one => one.entries.flatMap(entry => entry.moduleRequest?.value ?? []))
  return [...module.staticImports.map(one => one.moduleRequest.value), ...exported, ...dynamic]
}

/** What a file imports against the table, as sentences. */
function violations(path: string, text: string): string[] {
  const room = roomOf(path)
  if (room === undefined) return [`${path} is in no room of the table`]
  const { rooms, libraries } = ROOMS[room] as Rules
  return importsOf(path, text).flatMap(module => {
    if (!module.startsWith('.')) {
      const name = module.startsWith('node:')
        ? module
        : module
            .split('/')
            .slice(0, module.startsWith('@') ? 2 : 1)
            .join('/')
      const isFree = module.startsWith('node:') && !GUARDED.includes(module) && builtinModules.includes(module.slice(5))
      return isFree || libraries.includes(name) ? [] : [`${path}: ${room} may not import ${name}`]
    }
    const target = relative(SRC, resolve(SRC, dirname(path), module))
    const other = roomOf(target)
    return other === room || (other !== undefined && rooms.some(one => other === one || other.startsWith(`${one}/`)))
      ? []
      : [`${path}: ${room} may not import ${target}`]
  })
}

describe('the rooms of src/', () => {
  it('import only what the table allows', () => {
    const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter(path => path.endsWith('.ts'))
    assert.ok(files.length > 30)
    assert.deepEqual(
      files.flatMap(path => violations(path, readFileSync(join(SRC, path), 'utf8'))),
      [],
    )
  })

  const planted: [kind: string, path: string, text: string][] = [
    ['a room that it may not know', 'card/card.ts', `import { answer } from '../answer/answer.ts'`],
    ['a type of such a room', 'library/brief.ts', `import type { Bot } from '../platform/platform.ts'`],
    ['a re-export of such a room', 'answer/answer.ts', `export { runPrompt } from '../platform/terminal/prompt.ts'`],
    ['a re-export of everything', 'card/card.ts', `export * from '../library/brief.ts'`],
    ['a dynamic import of such a room', 'library/load.ts', `const a = await import('../answer/answer.ts')`],
    ["another room's library", 'answer/answer.ts', `import { z } from 'zod'`],
    ['a part of such a library', 'answer/answer.ts', `import { parser } from '@lezer/markdown/dist/index.js'`],
    ['a library of nobody', 'library/load.ts', `import _ from 'lodash'`],
    ['the database', 'answer/answer.ts', `import { DatabaseSync } from 'node:sqlite'`],
    ['the network', 'card/card.ts', `import { createServer } from 'node:http'`],
    ['a door', 'platform/terminal/prompt.ts', `import '../../cli.ts'`],
    ['a file outside of src', 'card/card.ts', `import '../../test/rooms.test.ts'`],
    ['a platform from a platform', 'platform/terminal/prompt.ts', `import '../slack/slack.ts'`],
    ['a new room without rules', 'utils/strings.ts', ''],
  ]
  for (const [kind, path, text] of planted) {
    it(`is found out when it imports ${kind}`, () => assert.equal(violations(path, text).length, 1))
  }

  it('may import what the table allows', () => {
    assert.deepEqual(
      violations(
        'answer/answer.ts',
        `import type { Card } from '../card/card.ts'\nimport './bot.ts'\nimport 'node:util'`,
      ),
      [],
    )
  })
})
