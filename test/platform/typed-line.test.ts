import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Bot } from '../../src/platform/platform.ts'
import { completeLine, readLine } from '../../src/platform/typed-line.ts'

const bot: Bot = {
  ask: () => Promise.reject(new Error('Nothing is asked here.')),
  commands: () => [
    { name: 'nato', description: 'NATO and Ukraine' },
    { name: 'readout', description: 'All collections' },
  ],
  complete: (command, text) => [{ label: 'Vilnius summit', value: `${command === 'nato' ? '' : 'nato '}${text}nius` }],
  offer: () => [],
}

describe('a typed line', () => {
  it('is a command behind a slash, and words to the bot otherwise', () => {
    assert.deepEqual(readLine(' /nato  july 2023'), { kind: 'asked', command: 'nato', text: 'july 2023' })
    assert.deepEqual(readLine('/nato'), { kind: 'asked', command: 'nato', text: '' })
    assert.deepEqual(readLine(' vilnius '), { kind: 'mentioned', text: 'vilnius' })
    assert.deepEqual(readLine('/ x'), { kind: 'mentioned', text: '/ x' })
  })

  it('is completed to a command, and behind it to a whole line', () => {
    assert.deepEqual(
      completeLine(bot, '/n').map(choice => choice.value),
      ['/nato '],
    )
    assert.deepEqual(
      completeLine(bot, '').map(choice => choice.label),
      ['/nato', '/readout'],
    )
    assert.deepEqual(
      completeLine(bot, '/nato vil').map(choice => choice.value),
      ['/nato vilnius'],
    )
    assert.deepEqual(completeLine(bot, 'words'), [])
  })
})
