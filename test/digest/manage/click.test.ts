import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { readClick as readAnswersClick, writeClick as writeAnswersClick } from '../../../src/answer/target.ts'
import { type Click, keyOf, mintId, readClick, VERBS, writeClick } from '../../../src/digest/manage/click.ts'
import { regions, writeZoneList } from '../../../src/digest/manage/zones.ts'

const anyClick: fc.Arbitrary<Click> = fc.record(
  {
    verb: fc.constantFrom(...VERBS),
    ref: fc.stringMatching(/^(\.?[\w-]{8})?$/),
    argument: fc.oneof(
      fc.stringMatching(/^[a-z0-9-]{0,31}$/),
      fc.constantFrom(
        ...regions().map(region => writeZoneList({ region, first: ['UTC', 'Europe/Kyiv', 'Asia/Tokyo'] })),
      ),
    ),
    page: fc.integer({ min: 1, max: 999 }),
  },
  { noNullPrototype: true },
)

describe('the id of a button of the managers’ command', () => {
  it('is read back as it was written, leaves room for a delivery, and is none of the library’s', () => {
    fc.assert(
      fc.property(anyClick, click => {
        const id = writeClick(click)
        assert.deepEqual(readClick(id), click)
        assert.ok([...id].length <= 77, id)
        assert.ok(!id.includes('~'), id)
        assert.equal(readAnswersClick(id), undefined)
      }),
    )
  })

  it('is told from the library’s, and from one of another version', () => {
    const target = { view: 'home', collection: '', subject: '', page: 1 } as const
    assert.equal(readClick(writeAnswersClick({ kind: 'show', target })), undefined)
    assert.equal(readClick('home'), undefined)
    for (const id of ['m2:days:x::1', 'm1:nosuch:x::1', 'm1:days:x', `m1:days:${'x'.repeat(10)}::1`])
      assert.equal(readClick(id), 'outdated', id)
  })

  it('names a subscription by 8 url-safe characters, the same for the same interaction', () => {
    const asker = { platform: 'slack', once: 'trigger' }
    assert.equal(mintId(asker), mintId(asker))
    assert.notEqual(mintId(asker), mintId({ ...asker, platform: 'discord' }))
    const ids = new Set(Array.from({ length: 1000 }, () => mintId({ platform: 'slack' })))
    assert.equal(ids.size, 1000)
    for (const id of [...ids, keyOf('x'), mintId(asker)]) assert.match(id, /^[\w-]{8}$/)
  })
})
