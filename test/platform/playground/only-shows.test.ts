import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { onlyShows } from '../../../src/platform/playground/only-shows.ts'
import { toQuestion } from '../../../src/platform/playground/wire.ts'

const BOT = {
  commands: () => [
    { name: 'nato', description: '' },
    { name: 'readout', description: '', forManagers: true as const },
  ],
}

describe('what the playground may ask again by itself', () => {
  for (const line of ['', '/nato', '/nato pause', 'pause', '/readout digests', '/READOUT  Next ', '/otan x'])
    it(`is ${JSON.stringify(line)}`, () => assert.equal(onlyShows(toQuestion(line), BOT), true))

  for (const line of ['/readout pause morning', '/readout post now', '/readout subscribe nato', '/Readout digests x'])
    it(`is not ${line}`, () => assert.equal(onlyShows(toQuestion(line), BOT), false))

  it('is a button or a picker of the library, and no other', () => {
    for (const [id, isIt] of [
      ['1o:nato/vilnius:1', true],
      ['2x:whatever', true],
      ['m1:send:.BbD4d1DJ:abc:1', false],
      ['', false],
    ] as const) {
      assert.equal(onlyShows({ kind: 'clicked', id }, BOT), isIt, id)
      assert.equal(onlyShows({ kind: 'picked', id, value: 'x' }, BOT), isIt, id)
    }
  })
})
