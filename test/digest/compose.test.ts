import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { readClick } from '../../src/answer/target.ts'
import { type Block, type Budget, type Card, MOST_BUTTONS } from '../../src/card/card.ts'
import { cardText } from '../../src/card/plain-text.ts'
import { attributionRuns, runsText } from '../../src/card/runs.ts'
import { baselineOf, composeDigest, type Part } from '../../src/digest/compose.ts'
import type { Digest } from '../../src/digest/digest.ts'
import { hashesOf } from '../../src/digest/statements.ts'
import type { Brief } from '../../src/library/brief.ts'
import type { Library } from '../../src/library/library.ts'
import { DISCORD_BUDGET } from '../../src/platform/discord/limits.ts'
import { renderDiscord } from '../../src/platform/discord/render.ts'
import { SLACK_BUDGET } from '../../src/platform/slack/limits.ts'
import { renderSlack } from '../../src/platform/slack/render.ts'
import { checkDiscord } from '../fakes/check-discord.ts'
import { checkSlack } from '../fakes/check-slack.ts'
import { ALL_SECTIONS, daily, openNewsroom, SAID, type Story } from '../fakes/newsroom.ts'
import { makeBrief } from '../fakes/random-brief.ts'

const AT = new Date('2026-11-22T07:00:00Z')

const SLOT = { at: AT, isDelayed: false }

const compose = (digest: Digest, library: Library, change: { isDelayed?: boolean; at?: Date; budget?: Budget } = {}) =>
  composeDigest(digest, { ...SLOT, ...change }, [], library, AT, change.budget ?? DISCORD_BUDGET)

const only = (parts: Part[]): Card => {
  assert.equal(parts.length, 1)
  return (parts[0] as Part).card
}

const HARBOUR: Story = {
  matter: ['topics: [ships, trade]', 'review_by: 2026-11-22'],
  points: ['It has cranes.', 'It has sheds.'],
  quotes: [SAID[0] as string],
  days: ['2022-11-22: The cranes come.'],
}

describe('a digest', () => {
  it('reads as its sections in their order, with sources, status and a button for each brief', () => {
    const { library } = openNewsroom({ harbour: HARBOUR, pier: { title: 'Pier', date: '2022', intro: 'A pier.' } })
    const card = only(compose(daily({ sections: ALL_SECTIONS.toReversed() }), library()))
    assert.equal(
      cardText(card),
      `Daily, 22 November 2026

New briefs

Pier

2022 · Reviewed on 21 November 2026.

A pier. [1]

Harbour

4 May 2021 · ships · trade · 2 key points, 1 quote, 1 timeline entry · Reviewed on 21 November 2026; a review has been due since 22 November 2026.

The harbour opens. [1]

Quote of the day

│ “We will open the harbour soon.”
│ — Tom Brandt, mayor [1] · ✓ verified

From “Harbour”.

On this day

• 22 November 2022: The cranes come. [1] — Harbour

Source: [1] The Gull, 4 May 2021.`,
    )
    assert.deepEqual(
      card.actions.map(({ id, label }) => [id, label]),
      [
        ['1o:port/pier:1', 'Pier'],
        ['1o:port/harbour:1', 'Harbour'],
      ],
    )
  })

  it('shows what changed with sources and status', () => {
    const room = openNewsroom({ harbour: {} })
    const told = baselineOf(daily(), room.library(), AT)
    room.edit('harbour', { quotes: [SAID[0] as string], matter: ['correction: "2026-11-20: There are no sheds."'] })
    const card = only(composeDigest(daily(), SLOT, told, room.library(), AT, DISCORD_BUDGET))
    assert.equal(
      cardText(card),
      `Daily, 22 November 2026

Updated briefs

Harbour

4 May 2021 · Reviewed on 21 November 2026.

A correction; 1 quote added.

Corrected on 20 November 2026: There are no sheds.

│ “We will open the harbour soon.”
│ — Tom Brandt, mayor [1] · ✓ verified

Source: [1] The Gull, 4 May 2021.`,
    )
  })

  it('is dated in its zone, and says when it was due where it is late', () => {
    const { library } = openNewsroom({ harbour: HARBOUR })
    const digest = daily()
    const late = { ...digest, schedule: { ...digest.schedule, zone: 'Asia/Tokyo' } }
    const card = only(compose(late, library(), { at: new Date('2026-11-21T23:05:00Z'), isDelayed: true }))
    assert.equal(card.title, 'Daily, 22 November 2026')
    assert.match(
      cardText(card),
      /\n\nThis was due at 08:05 on 22 November 2026 \(Asia\/Tokyo\) and comes late\.\n\nNew/,
    )
    assert.doesNotMatch(cardText(only(compose(late, library()))), /late/)
  })

  it('is silent where there is nothing to tell, or says so in a short note with a button', () => {
    const { library } = openNewsroom({ harbour: HARBOUR })
    for (const digest of [
      daily({ topics: ['fish'] }),
      daily({ collection: 'gone' }),
      daily({ sections: ['updated'] }),
    ]) {
      assert.deepEqual(compose(digest, library()), [])
      const card = only(compose({ ...digest, whenEmpty: 'note' }, library()))
      assert.equal(cardText(card), 'Daily, 22 November 2026\n\nThere is nothing new to tell.')
      assert.deepEqual(
        card.actions.map(({ id }) => readClick(id)?.target.view),
        ['home'],
      )
    }
  })

  for (const section of ['quote', 'on this day'] as const)
    it(`is not empty where it has no more than ${section}`, () => {
      const room = openNewsroom({ harbour: HARBOUR })
      const digest = daily({ sections: ['new', 'updated', section] })
      const told = baselineOf(digest, room.library(), AT)
      assert.equal(composeDigest(digest, SLOT, told, room.library(), AT, DISCORD_BUDGET).length, 1)
    })

  it('counts no draft, no withdrawn and no embargoed brief as told when it begins, nor what is of other topics', () => {
    const { library } = openNewsroom({
      harbour: HARBOUR,
      other: { matter: ['topics: [fish]'] },
      draft: { matter: ['topics: [ships]', 'status: draft'] },
      gone: { matter: ['topics: [ships]', 'status: withdrawn'] },
      secret: { matter: ['topics: [ships]', 'embargo_until: 2026-11-22T07:00:01Z'] },
    })
    const told = baselineOf(daily({ topics: ['ships', 'planes'] }), library(), AT)
    assert.deepEqual(
      told.map(({ subject }) => subject),
      ['port/harbour'],
    )
  })

  it('tells a brief that is larger than a part by the one in which it ends', () => {
    const points = Array.from({ length: 30 }, (_, index) => `Point ${'x'.repeat(300)} ${'y'.repeat(index)}.`)
    const room = openNewsroom({ harbour: HARBOUR })
    const told = baselineOf(daily(), room.library(), AT)
    room.edit('harbour', { ...HARBOUR, points: [...(HARBOUR.points as string[]), ...points] })
    room.edit('pier', { title: 'Pier', intro: 'A pier.' })
    const parts = composeDigest(daily(), SLOT, told, room.library(), AT, DISCORD_BUDGET)
    const subjects = (some: Part[]) => some.map(({ carries }) => carries.map(({ subject }) => subject).join())
    const beginnings = parts.slice(2).map(() => 'port/harbour@all')
    assert.ok(beginnings.length > 1)
    assert.deepEqual(subjects(parts), ['port/pier', ...beginnings, 'port/harbour'])
    const sent = parts.slice(0, -1).flatMap(({ carries }) => carries)
    const again = composeDigest(daily(), SLOT, [...told, ...sent], room.library(), AT, DISCORD_BUDGET)
    assert.deepEqual(subjects(again), [...beginnings, 'port/harbour'])
  })

  it('shows the correction of a new brief', () => {
    const { library } = openNewsroom({ harbour: { matter: ['correction: "2026-11-20: There are no sheds."'] } })
    assert.match(
      cardText(only(compose(daily(), library()))),
      /\n\nCorrected on 20 November 2026: There are no sheds\.\n\n/,
    )
  })

  it('names no more briefs in a part than it has buttons for', () => {
    const letters = [...'abcdefghijklmnopqrst']
    const { library } = openNewsroom(
      Object.fromEntries(letters.map(name => [name, { title: name, days: [`2022-11-22: Day ${name}.`] }])),
    )
    const parts = compose(daily({ sections: ['on this day'] }), library(), { budget: SLACK_BUDGET })
    assert.deepEqual(
      parts.map(({ card, carries }) => [card.actions.length, carries.length, card.blocks.length]),
      [
        [MOST_BUTTONS, MOST_BUTTONS, 2],
        [5, 5, 2],
      ],
    )
  })

  it('tells what several briefs hold once, of the newest', () => {
    const story = { quotes: [SAID[0] as string], days: ['2022-11-22: The cranes come.'] }
    const { library } = openNewsroom({
      old: { title: 'Old', date: '2019', ...story },
      young: { title: 'Young', ...story },
    })
    const card = only(compose(daily({ sections: ['quote', 'on this day'] }), library()))
    assert.match(cardText(card), /From “Young”\./)
    assert.match(cardText(card), /• 22 November 2022: The cranes come\. \[1\] — Young\n/)
    assert.doesNotMatch(cardText(card), /Old/)
  })

  it('shows what was cut off again where only its beginning could be sent', () => {
    const words = `${'x'.repeat(99)} `.repeat(90)
    const { library } = openNewsroom({ harbour: { days: [`2022-11-22: ${words}`] } })
    const digest = daily({ sections: ['on this day'] })
    const parts = compose(digest, library())
    const again = (sent: Part[]) =>
      composeDigest(
        digest,
        SLOT,
        sent.flatMap(({ carries }) => carries),
        library(),
        AT,
        DISCORD_BUDGET,
      )
    assert.equal(parts.length, 3)
    assert.deepEqual(again(parts.slice(0, 2)), parts)
    assert.deepEqual(again(parts), [])
  })
})

const EMPTY = openNewsroom().library()

/** A library of made-up briefs in a collection \`town\`. */
function libraryOf(briefs: Brief[]): Library {
  const port = EMPTY.collections.get('port')
  assert.ok(port)
  const town = { ...port, name: 'town', briefs: new Map(briefs.map(brief => [brief.name, brief])) }
  return { ...EMPTY, collections: new Map([['town', town]]) }
}

const anyBriefs: fc.Arbitrary<Brief[]> = fc
  .uniqueArray(fc.nat(2 ** 31), { minLength: 1, maxLength: 40, size: 'max' })
  .map(seeds => seeds.map((seed, index) => ({ ...makeBrief(seed), name: `brief-${index}` })))

const DIGEST = daily({ collection: 'town', sections: ALL_SECTIONS })

const PLATFORMS: [name: string, budget: Budget, check: (card: Card) => string[]][] = [
  ['Slack', SLACK_BUDGET, card => checkSlack(renderSlack(card))],
  ['Discord', DISCORD_BUDGET, card => checkDiscord(renderDiscord(card))],
]

/** The words of a text, whatever space a cut took. */
const letters = (text: string): string => text.replace(/\s/g, '')

const wordsOf = (block: Block): string => {
  switch (block.kind) {
    case 'heading':
      return block.text
    case 'paragraph':
    case 'context':
      return runsText(block.runs)
    case 'list':
      return block.items.map(runsText).join('')
    case 'fields':
      return block.fields.map(({ value, label }) => value.replace(/ \(continued\)$/, '') + runsText(label)).join('')
    case 'quote':
      return block.paragraphs.map(runsText).join('') + (block.continued ? '' : runsText(attributionRuns(block)))
    case 'divider':
      return ''
    default:
      return block satisfies never
  }
}

/** What all parts say together, without source numbers. */
const said = (parts: Part[]): string =>
  letters(parts.flatMap(({ card }) => card.blocks.map(wordsOf)).join('')).replace(/\[\d+\]/g, '')

const statementWords = (brief: Brief): string[] =>
  brief.intro.map(({ parts }) => letters(parts.map(part => runsText(part.runs)).join('')).replace(/\[\d+\]/g, ''))

function faultsOf(parts: Part[], check: (card: Card) => string[]): string[] {
  return parts.flatMap(({ card, carries }, index) => {
    const opened = new Set(
      card.actions.map(({ id }) => readClick(id)?.target).map(one => `${one?.collection}/${one?.subject}`),
    )
    const closed = carries.filter(({ subject }) => !opened.has(subject.replace(/[#@].*$/, '')))
    return [
      ...check(card),
      ...closed.map(({ subject }) => `part ${index + 1} has no button for ${subject}.`),
      ...(card.actions.length === 0 || card.actions.length > MOST_BUTTONS ? [`${card.actions.length} buttons.`] : []),
      ...(card.page?.number === index + 1 && card.page.of === parts.length ? [] : ['the parts are not numbered.']),
    ]
  })
}

describe('the parts of a digest', () => {
  for (const [name, budget, check] of PLATFORMS) {
    it(`keep the limits of ${name}, show every new brief whole, and tell each once`, () => {
      fc.assert(
        fc.property(anyBriefs, fc.boolean(), (briefs, isDelayed) => {
          const parts = composeDigest(DIGEST, { at: AT, isDelayed }, [], libraryOf(briefs), AT, budget)
          assert.deepEqual(faultsOf(parts, check), [])
          const all = said(parts)
          for (const brief of briefs)
            for (const words of statementWords(brief))
              assert.ok(all.includes(words), `${brief.name}: ${words.slice(0, 80)}`)
          const told = parts.flatMap(({ carries }) => carries.map(({ subject }) => subject))
          const whole = told.filter(subject => !/[#@]/.test(subject))
          assert.deepEqual(whole.toSorted(), briefs.map(brief => `town/${brief.name}`).toSorted())
        }),
        { numRuns: 25, interruptAfterTimeLimit: SHRINKING_MS },
      )
    })

    it(`leave nothing to tell on ${name}, and after a failure the rest, whatever the briefs`, () => {
      fc.assert(
        fc.property(anyBriefs, fc.nat(), (briefs, cut) => {
          const library = libraryOf(briefs)
          const digest = { ...DIGEST, sections: ['new', 'updated'] as Digest['sections'] }
          const parts = composeDigest(digest, SLOT, [], library, AT, budget)
          const tell = (some: Part[]) =>
            composeDigest(
              digest,
              SLOT,
              some.flatMap(({ carries }) => carries),
              library,
              AT,
              budget,
            )
          const whole = (some: Part[]) =>
            some
              .flatMap(({ carries }) => carries.map(({ subject }) => subject))
              .filter(subject => !subject.includes('@'))
          assert.deepEqual(tell(parts), [])
          const sent = cut % (parts.length + 1)
          assert.deepEqual(whole(tell(parts.slice(0, sent))), whole(parts.slice(sent)))
        }),
        { numRuns: 15, interruptAfterTimeLimit: SHRINKING_MS },
      )
    })

    it(`show every statement on ${name} that was added to a brief, and no other`, () => {
      fc.assert(
        fc.property(fc.nat(2 ** 31), fc.nat(), (seed, at) => {
          const brief = makeBrief(seed)
          const shown = { ...brief, keyPoints: brief.keyPoints.filter((_, index) => index !== at % 13) }
          const digest = { ...DIGEST, sections: ['new', 'updated'] as Digest['sections'] }
          const told = baselineOf(digest, libraryOf([shown]), AT)
          const parts = composeDigest(digest, SLOT, told, libraryOf([brief]), AT, budget)
          assert.deepEqual(faultsOf(parts, check), [])
          const point = brief.keyPoints[at % 13]
          // What stands there once more is not new.
          const isNew = point !== undefined && hashesOf(brief).some(hash => !hashesOf(shown).includes(hash))
          assert.equal(parts.length > 0, isNew)
          assert.ok(!isNew || said(parts).includes(pointOf(point)))
        }),
        { numRuns: 60, interruptAfterTimeLimit: SHRINKING_MS },
      )
    })
  }
})

const pointOf = ({ parts }: Brief['keyPoints'][number]): string =>
  parts.map(part => letters(runsText(part.runs)).replace(/\[\d+\]/g, '')).join('')

/** Of a library that breaks a promise, the smallest such is sought no longer than this. */
const SHRINKING_MS = 60_000
