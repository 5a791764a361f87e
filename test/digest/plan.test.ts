import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { parseDestination } from '../../src/digest/destination.ts'
import { type Occasion, planDigest, readTold, writeTold } from '../../src/digest/plan.ts'
import type { Destination } from '../../src/platform/platform.ts'
import { daily, openNewsroom } from '../fakes/newsroom.ts'

const to = (text: string): Destination => parseDestination(text) as Destination

const NOW = new Date('2026-11-22T07:00:10.000Z')

const OCCASION: Occasion = {
  slot: '2026-11-22T07:00:00.000Z',
  at: new Date('2026-11-22T07:00:00.000Z'),
  isDelayed: false,
  now: NOW,
  expires: new Date('2026-11-22T09:00:00.000Z'),
}

const SMALL = { characters: 2000, blocks: 20 }

const digest = daily({ destinations: [to('slack:T1/C1'), to('slack:T1/C2'), to('discord:1/2')] })

const LONG = `It opens ${'and what else there is to be said of it '.repeat(30)}now.`

const room = openNewsroom({ harbour: { title: 'Harbour', intro: LONG }, cranes: { title: 'Cranes', intro: LONG } })

const plan = (told: [string, { subject: string; hashes: string }[]][], occasion = OCCASION) => {
  const budgets: string[] = []
  const budgetOf = (platform: string) => {
    budgets.push(platform)
    return platform === 'slack' ? { characters: 10_000, blocks: 50 } : SMALL
  }
  return planDigest(digest, occasion, { library: room.library(), budgetOf })(new Map(told))
}

describe('planning a digest', () => {
  it('cuts it to the budget of each platform, numbers the parts and stores what each carries with it', () => {
    const all = plan([
      ['slack:T1/C1', []],
      ['slack:T1/C2', []],
      ['discord:1/2', []],
    ])
    assert.equal(all.state, 'posted')
    assert.deepEqual(
      all.deliveries.map(({ destination, part, parts, state }) => `${destination} ${part}/${parts} ${state}`),
      ['slack:T1/C1 1/1 pending', 'slack:T1/C2 1/1 pending', 'discord:1/2 1/2 pending', 'discord:1/2 2/2 pending'],
    )
    assert.equal(new Set(all.deliveries.map(({ id }) => id)).size, 4)
    for (const { id, destination } of all.deliveries)
      assert.ok(all.carries.some(row => row.delivery === id && row.destination === destination))
    assert.deepEqual(new Set(all.deliveries.map(({ expires }) => expires)), new Set(['2026-11-22T09:00:00.000Z']))
  })

  it('tells each destination what it was not told', () => {
    const before = writeTold(readTold(plan([['slack:T1/C1', []]]).carries))
    const next = plan([
      ['slack:T1/C1', before],
      ['slack:T1/C2', []],
    ])
    assert.deepEqual(
      next.deliveries.map(({ destination }) => destination),
      ['slack:T1/C2'],
    )
  })

  it('is empty where there is nothing to tell anybody, and for destinations that were not asked for', () => {
    const before = writeTold(readTold(plan([['slack:T1/C1', []]]).carries))
    assert.deepEqual(plan([['slack:T1/C1', before]]), { state: 'empty', note: '', deliveries: [], carries: [] })
    assert.equal(plan([]).state, 'empty')
  })

  it('gives the same ids for the same slot, and others for another edition', () => {
    const ids = (occasion: Occasion) => plan([['slack:T1/C1', []]], occasion).deliveries.map(({ id }) => id)
    assert.deepEqual(ids(OCCASION), ids({ ...OCCASION, now: new Date('2026-11-22T08:00:00Z') }))
    assert.notDeepEqual(ids(OCCASION), ids({ ...OCCASION, edition: 2 }))
  })

  it('notes that it comes late', () => {
    const { note, deliveries } = plan([['slack:T1/C1', []]], { ...OCCASION, isDelayed: true })
    assert.equal(note, 'delayed')
    assert.match(deliveries[0]?.card ?? '', /comes late/)
  })
})
