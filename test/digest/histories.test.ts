import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Digest } from '../../src/digest/digest.ts'
import { daily, openNewsroom, SAID, type Story, storyText } from '../fakes/newsroom.ts'

const HARBOUR: Story = { points: ['It has cranes.', 'It has sheds.'] }

const BEGIN = '2026-11-01T06:00:00Z'

/** The digest of a day of November. */
const day = (number: number): string => `2026-11-${String(number).padStart(2, '0')}T07:00:00Z`

/** A newsroom whose digest has begun. */
function begun(stories: Record<string, Story>, digest: Digest = daily()) {
  const room = openNewsroom(stories)
  room.begin(digest, BEGIN)
  return {
    ...room,
    run: (number: number, state?: 'sent' | 'pending' | 'failed') => room.run(digest, day(number), state),
  }
}

const NEW_HARBOUR = ['# New briefs', 'Harbour', 'The harbour opens.']

const updated = (summary: string, ...rest: string[]): string[] => ['# Updated briefs', 'Harbour', summary, ...rest]

describe('what a channel reads over the days', () => {
  it('tells nothing old in the first run of a digest', () => {
    const room = begun({ harbour: HARBOUR })
    assert.deepEqual(room.run(2), [])
  })

  it('tells a brief that was added, once', () => {
    const room = begun({})
    room.edit('harbour', HARBOUR)
    assert.deepEqual(room.run(2), NEW_HARBOUR)
    assert.deepEqual(room.run(3), [])
  })

  it('tells what was edited, once', () => {
    const room = begun({ harbour: HARBOUR })
    room.edit('harbour', { points: ['It has cranes.', 'It has many sheds.'] })
    assert.deepEqual(room.run(2), updated('1 key point changed.', '• It has many sheds.'))
    assert.deepEqual(room.run(3), [])
  })

  it('tells nothing of an edit that is taken back before the next run', () => {
    const room = begun({ harbour: HARBOUR })
    room.edit('harbour', { points: ['It has cranes.'] })
    room.edit('harbour', HARBOUR)
    assert.deepEqual(room.run(2), [])
  })

  it('tells that what was told has been taken back', () => {
    const room = begun({ harbour: HARBOUR })
    room.edit('harbour', { points: ['It has cranes.', 'It has no sheds.'] })
    assert.deepEqual(room.run(2), updated('1 key point changed.', '• It has no sheds.'))
    room.edit('harbour', HARBOUR)
    assert.deepEqual(room.run(3), updated('1 key point changed.', '• It has sheds.'))
    assert.deepEqual(room.run(4), [])
  })

  it('tells that a statement was removed', () => {
    const room = begun({ harbour: HARBOUR })
    room.edit('harbour', { points: ['It has cranes.'] })
    assert.deepEqual(room.run(2), updated('1 key point removed.'))
    assert.deepEqual(room.run(3), [])
  })

  it('tells nothing of a renamed brief that keeps its old name as an alias', () => {
    const room = begun({ harbour: HARBOUR })
    room.edit('harbour', undefined)
    room.edit('new-harbour', { ...HARBOUR, matter: ['aliases: [Harbour]'] })
    assert.deepEqual(room.run(2), [])
  })

  it('tells what changed of a renamed brief, then and later', () => {
    const room = begun({ 'old-harbour': HARBOUR })
    room.edit('old-harbour', undefined)
    const points = ['It has cranes.', 'It has sheds.', 'It has a pier.']
    room.edit('harbour', { points, matter: ['aliases: [old-harbour]'] })
    assert.deepEqual(room.run(2), updated('1 key point added.', '• It has a pier.'))
    assert.deepEqual(room.run(3), [])
    room.edit('harbour', { points: [...points, 'It has a bar.'], matter: ['aliases: [old-harbour]'] })
    assert.deepEqual(room.run(4), updated('1 key point added.', '• It has a bar.'))
  })

  it('tells nothing of a brief that is renamed and renamed back', () => {
    const room = begun({ harbour: HARBOUR })
    const points = ['It has cranes.', 'It has sheds.', 'It has a pier.']
    room.edit('harbour', undefined)
    room.edit('port', { points, matter: ['aliases: [harbour]'] })
    assert.deepEqual(room.run(2), updated('1 key point added.', '• It has a pier.'))
    room.edit('port', undefined)
    room.edit('harbour', { points, matter: ['aliases: [port]'] })
    assert.deepEqual(room.run(3), [])
  })

  it('tells nothing of a brief that takes the name of a deleted one as an alias', () => {
    const room = begun({ harbour: HARBOUR })
    room.edit('pier', { title: 'Pier', intro: 'A pier.' })
    assert.deepEqual(room.run(2), ['# New briefs', 'Pier', 'A pier.'])
    room.edit('pier', undefined)
    room.edit('harbour', { ...HARBOUR, matter: ['aliases: [pier]'] })
    assert.deepEqual(room.run(3), [])
  })

  it('tells a brief as new whose alias is the name of another that is still there', () => {
    const room = begun({ harbour: HARBOUR })
    room.edit('pier', { title: 'Pier', intro: 'A pier.', matter: ['aliases: [harbour]'] })
    assert.deepEqual(room.run(2), ['# New briefs', 'Pier', 'A pier.'])
  })

  it('tells a renamed brief as new where its old name is not kept', () => {
    const room = begun({ harbour: HARBOUR })
    room.edit('harbour', undefined)
    room.edit('new-harbour', HARBOUR)
    assert.deepEqual(room.run(2), NEW_HARBOUR)
  })

  it('tells nothing of a brief that was deleted', () => {
    const room = begun({ harbour: HARBOUR })
    room.edit('harbour', undefined)
    assert.deepEqual(room.run(2), [])
  })

  it('tells nothing of a brief that was deleted and comes back as it was, and what changed of one that does not', () => {
    const room = begun({ harbour: HARBOUR })
    room.edit('harbour', undefined)
    assert.deepEqual(room.run(2), [])
    room.edit('harbour', HARBOUR)
    assert.deepEqual(room.run(3), [])
    room.edit('harbour', undefined)
    room.edit('harbour', { ...HARBOUR, intro: 'The harbour is open.' })
    assert.deepEqual(room.run(4), updated('1 paragraph of the introduction changed.', 'The harbour is open.'))
  })

  it('tells a new brief about an old day', () => {
    const room = begun({ harbour: HARBOUR })
    room.edit('sheds', { title: 'Sheds', intro: 'Once there were sheds.', date: '2020-02-29' })
    assert.deepEqual(room.run(2), ['# New briefs', 'Sheds', 'Once there were sheds.'])
  })

  it('tells a brief as new when its embargo is over', () => {
    const room = begun({ harbour: { ...HARBOUR, matter: ['embargo_until: 2026-11-03T06:59:59Z'] } })
    assert.deepEqual(room.run(2), [])
    assert.deepEqual(room.run(3), NEW_HARBOUR)
    assert.deepEqual(room.run(4), [])
  })

  it('tells a draft as new when it is published', () => {
    const room = begun({ harbour: { ...HARBOUR, matter: ['status: draft'] } })
    assert.deepEqual(room.run(2), [])
    room.edit('harbour', HARBOUR)
    assert.deepEqual(room.run(3), NEW_HARBOUR)
  })

  it('tells nothing of a withdrawn brief, nor when it is published again as it was', () => {
    const room = begun({ harbour: HARBOUR })
    room.edit('harbour', { ...HARBOUR, matter: ['status: withdrawn'] })
    assert.deepEqual(room.run(2), [])
    room.edit('harbour', HARBOUR)
    assert.deepEqual(room.run(3), [])
  })

  it('tells what changed of a withdrawn brief when it is published again', () => {
    const room = begun({ harbour: HARBOUR })
    room.edit('harbour', { ...HARBOUR, matter: ['status: withdrawn'] })
    room.edit('harbour', { ...HARBOUR, points: ['It has cranes.'] })
    assert.deepEqual(room.run(2), updated('1 key point removed.'))
  })

  for (const [what, line] of [
    ['reviewed', 'reviewed: 2026-11-22'],
    ['given another owner', 'owner: desk'],
    ['given another name', 'aliases: [quay]'],
    ['due for a review', 'review_by: 2026-11-01'],
  ] as const)
    it(`tells nothing of a brief that was only ${what}`, () => {
      const room = begun({ harbour: HARBOUR })
      room.edit('harbour', { ...HARBOUR, matter: [line] })
      assert.deepEqual(room.run(2), [])
    })

  it('tells nothing of other white space, emphasis and order', () => {
    const room = begun({ harbour: HARBOUR })
    const text = storyText({ points: ['It has **sheds**.', 'It\n  has   cranes.'] })
    room.edit('harbour', text.replaceAll('\n\n', '\n\n\n'))
    assert.deepEqual(room.run(2), [])
  })

  it('tells again what a failed run could not', () => {
    const room = begun({})
    room.edit('harbour', HARBOUR)
    assert.deepEqual(room.run(2, 'failed'), NEW_HARBOUR)
    assert.deepEqual(room.run(3), NEW_HARBOUR)
    assert.deepEqual(room.run(4), [])
  })

  it('tells an update again that could not be told, with what was added since', () => {
    const room = begun({ harbour: HARBOUR })
    room.edit('harbour', { points: ['It has cranes.', 'It has sheds.', 'It has a pier.'] })
    assert.deepEqual(room.run(2, 'failed'), updated('1 key point added.', '• It has a pier.'))
    room.edit('harbour', { points: ['It has cranes.', 'It has sheds.', 'It has a pier.', 'It has a bar.'] })
    assert.deepEqual(room.run(3), updated('2 key points added.', '• It has a pier.', '• It has a bar.'))
  })

  for (const state of ['expired', 'superseded', 'cancelled'] as const)
    it(`tells again what was ${state}, and nothing of it while it waits`, () => {
      const room = begun({})
      room.edit('harbour', HARBOUR)
      assert.deepEqual(room.run(2, 'pending'), NEW_HARBOUR)
      assert.deepEqual(room.run(3), [])
      for (const delivery of room.deliveries) delivery.state = state
      assert.deepEqual(room.run(4), NEW_HARBOUR)
    })

  it('tells nothing again of what may have arrived', () => {
    const room = begun({})
    room.edit('harbour', HARBOUR)
    room.run(2, 'pending')
    for (const delivery of room.deliveries) delivery.state = 'uncertain'
    assert.deepEqual(room.run(3), [])
  })

  it('tells each of two digests in one channel by itself', () => {
    const weekly = daily({ id: 'config:weekly', name: 'Weekly' })
    const room = openNewsroom({})
    room.begin(daily(), BEGIN)
    room.edit('harbour', HARBOUR)
    assert.deepEqual(room.run(daily(), day(2)), NEW_HARBOUR)
    room.begin(weekly, day(3))
    assert.deepEqual(room.run(weekly, day(4)), [])
    room.edit('harbour', { points: ['It has cranes.'] })
    assert.deepEqual(room.run(weekly, day(5)), updated('1 key point removed.'))
    assert.deepEqual(room.run(daily(), day(5)), updated('1 key point removed.'))
  })

  it('tells a brief as new to a digest whose topic it gains, and nothing of one that loses it', () => {
    const room = begun(
      { harbour: HARBOUR, pier: { title: 'Pier', matter: ['topics: [ships]'] } },
      daily({ topics: ['ships'] }),
    )
    assert.deepEqual(room.run(2), [])
    room.edit('harbour', { ...HARBOUR, matter: ['topics: [trade, ships]'] })
    room.edit('pier', { title: 'Pier', intro: 'The pier is gone.' })
    assert.deepEqual(room.run(3), NEW_HARBOUR)
    assert.deepEqual(room.run(4), [])
  })

  it('tells what changed of a brief that has its topic again', () => {
    const topics = ['topics: [ships]']
    const room = begun({ harbour: { ...HARBOUR, matter: topics } }, daily({ topics: ['ships'] }))
    room.edit('harbour', HARBOUR)
    assert.deepEqual(room.run(2), [])
    room.edit('harbour', { points: ['It has cranes.'], matter: topics })
    assert.deepEqual(room.run(3), updated('1 key point removed.'))
  })

  it('tells a correction first', () => {
    const room = begun({ harbour: HARBOUR })
    const matter = ['correction: "2026-11-02: There are no sheds."']
    room.edit('harbour', { points: ['It has cranes.'], matter })
    const note = 'Corrected on 2 November 2026: There are no sheds.'
    assert.deepEqual(room.run(2), updated('A correction; 1 key point removed.', note))
    assert.deepEqual(room.run(3), [])
    room.edit('harbour', { points: ['It has cranes.'] })
    assert.deepEqual(room.run(4), updated('The note of a correction removed.'))
  })

  it('tells all that happened to a brief between two runs at once', () => {
    const room = begun({ harbour: { ...HARBOUR, figures: ['**31**: ships.'], quotes: [SAID[0] as string] } })
    room.edit('harbour', { points: ['It has cranes.'] })
    room.edit('harbour', {
      title: 'The harbour',
      date: '2021-05',
      points: ['It has cranes.', 'It has a pier.', 'It has a bar.', 'It has sheds.'],
      quotes: [SAID[0] as string, SAID[1] as string],
      days: ['2021-05-04: It opens.'],
      figures: ['**68**: cranes.'],
    })
    assert.deepEqual(room.run(2), [
      '# Updated briefs',
      'The harbour',
      '2 key points added, 1 quote, 1 timeline entry; 1 figure changed; a new title; another date.',
      '• It has a pier.',
      '• It has a bar.',
      `“${SAID[1]}”`,
      '• 4 May 2021: It opens.',
      '68: cranes.',
    ])
    assert.deepEqual(room.run(3), [])
  })

  it('tells new briefs before updated ones, the newest first', () => {
    const room = begun({ harbour: HARBOUR })
    room.edit('harbour', { points: ['It has cranes.'] })
    room.edit('old', { title: 'Old', date: '2019', intro: 'Old.' })
    room.edit('young', { title: 'Young', date: '2022', intro: 'Young.' })
    const news = ['# New briefs', 'Young', 'Young.', 'Old', 'Old.']
    assert.deepEqual(room.run(2), [...news, ...updated('1 key point removed.')])
  })

  it('tells what changes of a brief that a digest without new ones never told', () => {
    const room = begun({ pier: { title: 'Pier' } }, daily({ sections: ['updated'] }))
    room.edit('harbour', HARBOUR)
    assert.deepEqual(room.run(2), [])
    room.edit('pier', { title: 'The pier' })
    assert.deepEqual(room.run(3), ['# Updated briefs', 'The pier', 'A new title.'])
    room.edit('harbour', { points: ['It has cranes.'] })
    assert.deepEqual(room.run(4), updated('1 key point removed.'))
  })

  it('tells what changes of a brief that came while a digest without new ones was silent', () => {
    const room = begun({}, daily({ sections: ['updated'] }))
    room.edit('harbour', HARBOUR)
    assert.deepEqual(room.run(2), [])
    room.edit('harbour', { points: ['It has cranes.'] })
    assert.deepEqual(room.run(3), updated('1 key point removed.'))
  })

  it('tells many briefs in several parts, and only those again whose part failed', () => {
    const room = begun({})
    const names = [...'abcdefghijklmnopqrstuvwxyz'].flatMap(letter => [`brief-${letter}`, `brief-${letter}${letter}`])
    for (const name of names) room.edit(name, { title: name, intro: `About ${name}.` })
    const isBrief = (line: string) => line.startsWith('brief-')
    const all = room.run(2, 'pending').filter(isBrief)
    assert.deepEqual(all.toSorted(), names.toSorted())
    const count = room.deliveries.length
    assert.ok(count >= 3, `${count} parts`)
    for (const [index, delivery] of room.deliveries.entries()) delivery.state = index === 0 ? 'sent' : 'failed'
    const told = room.deliveries[0]?.part.carries.length ?? 0
    assert.deepEqual(room.run(3).filter(isBrief), all.slice(told))
  })
})

describe('the quote of the day', () => {
  const quotes = daily({ sections: ['quote'] })

  it('is each quote once before any comes again, and one that is added comes next', () => {
    const room = openNewsroom({
      harbour: { quotes: SAID.slice(0, 2) },
      pier: { title: 'Pier', quotes: SAID.slice(1, 3) },
    })
    const told = (from: number, to: number) =>
      Array.from({ length: to - from + 1 }, (_, index) => room.run(quotes, day(from + index))[1] ?? '')
    const first = told(1, 3)
    assert.deepEqual(
      first.toSorted(),
      SAID.slice(0, 3)
        .map(words => `“${words}”`)
        .toSorted(),
    )
    assert.deepEqual(told(4, 6), first)
    room.edit('harbour', { quotes: [SAID[0] as string, SAID[1] as string, SAID[3] as string] })
    assert.deepEqual(told(7, 10), [`“${SAID[3]}”`, ...first])
    assert.deepEqual(told(11, 14), [`“${SAID[3]}”`, ...first])
  })

  it('is not another one because its brief is renamed or its attribution changes', () => {
    const room = openNewsroom({ harbour: { quotes: SAID } })
    const first = [room.run(quotes, day(1)), room.run(quotes, day(2))]
    room.edit('harbour', undefined)
    room.edit('port', storyText({ quotes: SAID }).replaceAll('Tom Brandt, mayor', 'tom brandt, the mayor'))
    const others = [room.run(quotes, day(3)), room.run(quotes, day(4))]
    assert.equal(new Set([...first, ...others].map(lines => lines.join())).size, SAID.length)
    assert.deepEqual([room.run(quotes, day(5)), room.run(quotes, day(6))], first)
  })

  it('comes again after a run that failed', () => {
    const room = openNewsroom({ harbour: { quotes: SAID } })
    const first = room.run(quotes, day(1), 'failed')
    assert.deepEqual(room.run(quotes, day(1)), first)
    assert.notDeepEqual(room.run(quotes, day(2)), first)
  })

  it('differs between digests and slots, and is the same for the same ones', () => {
    const room = openNewsroom({ harbour: { quotes: SAID } })
    const words = (digest: Digest, number: number) => room.run(digest, day(number), 'failed').join()
    const slots = Array.from({ length: 28 }, (_, index) => index + 1)
    assert.equal(new Set(slots.map(number => words(quotes, number))).size, SAID.length)
    assert.notDeepEqual(
      slots.map(number => words(quotes, number)),
      slots.map(number => words({ ...quotes, id: 'config:other' }, number)),
    )
    assert.equal(words(quotes, 1), words(quotes, 1))
  })

  it('is none that could not be verified, nor of a brief that readers may not see', () => {
    const unverified = storyText({ quotes: ['Heard.'] })
    const room = openNewsroom({ draft: { quotes: SAID, matter: ['status: draft'] } })
    room.edit('heard', unverified.replace('mayor [@report]', 'mayor [@report] (unverified: heard on the radio)'))
    assert.deepEqual(room.run(quotes, day(1)), [])
  })

  it('is one a slot, also where what is left of a digest is composed anew', () => {
    const room = openNewsroom({ harbour: { quotes: SAID, days: ['2022-11-22: The cranes come.'] } })
    const both = daily({ sections: ['quote', 'on this day'] })
    assert.equal(room.run(both, day(22)).length, 4)
    assert.deepEqual(room.run(both, day(22)), [])
    assert.equal(room.run(both, day(23)).length, 2)
  })
})

describe('what happened on this day', () => {
  const memory = daily({ sections: ['on this day'] })

  it('is told of full dates in earlier years, the oldest first, each year again', () => {
    const room = openNewsroom({
      harbour: { days: ['2022-11-22: The cranes come.', '2022-11: Rain.', '2022: Sun.'] },
      pier: { title: 'Pier', days: ['2019-11-22: The pier stands.', '2021-05-04: It falls.'] },
    })
    const lines = [
      '# On this day',
      '• 22 November 2019: The pier stands. — Pier',
      '• 22 November 2022: The cranes come. — Harbour',
    ]
    assert.deepEqual(room.run(memory, '2026-11-22T07:00:00Z'), lines)
    assert.deepEqual(room.run(memory, '2026-11-23T07:00:00Z'), [])
    assert.deepEqual(room.run(memory, '2027-11-22T07:00:00Z'), lines)
    assert.deepEqual(room.run(memory, '2022-11-22T07:00:00Z'), lines.slice(0, 2))
  })

  it('is of the day in the zone of the digest', () => {
    const room = openNewsroom({ harbour: { days: ['2022-11-22: The cranes come.'] } })
    const isTold = (zone: string, at: string) =>
      room.run({ ...memory, schedule: { ...memory.schedule, zone } }, at, 'failed').length > 0
    assert.ok(isTold('Pacific/Auckland', '2026-11-21T11:00:00Z'))
    assert.ok(!isTold('Pacific/Auckland', '2026-11-22T11:00:00Z'))
    assert.ok(isTold('America/Los_Angeles', '2026-11-23T07:59:59Z'))
    assert.ok(!isTold('America/Los_Angeles', '2026-11-23T08:00:00Z'))
  })

  it('comes on 29 February only where there is one', () => {
    const room = openNewsroom({ harbour: { days: ['2020-02-29: A leap.'] } })
    const told = ['# On this day', '• 29 February 2020: A leap. — Harbour']
    assert.deepEqual(room.run(memory, '2024-02-29T07:00:00Z'), told)
    for (const at of ['2026-02-28T07:00:00Z', '2026-03-01T07:00:00Z', '2024-02-28T07:00:00Z', '2020-02-29T07:00:00Z'])
      assert.deepEqual(room.run(memory, at), [])
    assert.deepEqual(room.run(memory, '2028-02-29T07:00:00Z'), told)
  })

  it('makes no brief told', () => {
    const all = daily({ sections: ['updated', 'on this day', 'new'] })
    const room = openNewsroom({ harbour: { days: ['2022-11-22: The cranes come.'] } })
    room.run(memory, '2026-11-22T07:00:00Z')
    assert.deepEqual(room.run(all, day(23)), NEW_HARBOUR)
  })
})

describe('a part that waits', () => {
  const all = daily({ sections: ['new', 'updated', 'quote', 'on this day'] })
  const STORY: Story = { ...HARBOUR, quotes: [SAID[0] as string], days: ['2022-11-22: The cranes come.'] }

  const changes: [what: string, story: Story | string | undefined, isStale: boolean][] = [
    ['is left as it was', STORY, false],
    ['is reviewed', { ...STORY, matter: ['reviewed: 2026-11-22'] }, false],
    ['is withdrawn', { ...STORY, matter: ['status: withdrawn'] }, true],
    ['is put under embargo', { ...STORY, matter: ['embargo_until: 2026-12-01T00:00:00Z'] }, true],
    ['is removed', undefined, true],
    ['is corrected', { ...STORY, matter: ['correction: "2026-11-22: No sheds."'] }, true],
    ['loses a key point', { ...STORY, points: [] }, true],
  ]
  const sections = [['new'], ['quote'], ['on this day'], ['new', 'quote', 'on this day']] as const
  for (const [what, story, expected] of changes)
    it(`may ${expected ? 'no longer' : 'still'} be sent when a brief that it tells ${what}`, () => {
      for (const some of sections.filter(one => what !== 'loses a key point' || one.includes('new' as never))) {
        const room = openNewsroom({ harbour: STORY })
        assert.ok(room.run({ ...all, sections: [...some] }, day(22), 'pending').length > 0)
        room.edit('harbour', story)
        assert.equal(room.isStale(day(22)), expected, some.join())
      }
    })

  it('may still be sent when another statement of the brief changes than the one that it shows', () => {
    const room = openNewsroom({ harbour: STORY })
    room.run({ ...all, sections: ['quote', 'on this day'] }, day(22), 'pending')
    room.edit('harbour', { ...STORY, points: ['It has cranes.', 'It has a pier.'] })
    assert.ok(!room.isStale(day(22)))
    room.edit('harbour', { ...STORY, days: ['2022-11-22: The cranes go.'] })
    assert.ok(room.isStale(day(22)))
  })
})
