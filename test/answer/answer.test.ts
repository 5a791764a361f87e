import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { answer } from '../../src/answer/answer.ts'
import { complete } from '../../src/answer/complete.ts'
import type { Context } from '../../src/answer/context.ts'
import { readClick, type Target, writeClick } from '../../src/answer/target.ts'
import type { Card } from '../../src/card/card.ts'
import { cardText } from '../../src/card/plain-text.ts'
import { emptyShelf, updateShelf } from '../../src/library/shelf.ts'
import type { Question } from '../../src/platform/platform.ts'
import { openBriefs } from '../fakes/ask.ts'
import { briefFile, COLLECTION, recordFile } from '../fakes/collection.ts'
import { anyText } from '../fakes/random-card.ts'

const asker = { platform: 'terminal', user: 'U1', manager: false, channel: 'C1' }

const shipped: Context = { ...(await openBriefs()).context, asker }

/** A context whose collection `town` has these briefs. */
function town(briefs: Record<string, string>, changes: Partial<Context> = {}): Context {
  const files = Object.entries(briefs).map(([name, text]) => ({ path: `town/${name}.md`, text }))
  const { library } = updateShelf(emptyShelf(), [
    { path: 'town/collection.yaml', text: COLLECTION },
    { path: 'town/sources/gazette.yaml', text: recordFile() },
    ...files,
  ])
  assert.deepEqual(library.problems, [])
  return { ...shipped, library, ...changes }
}

const matter = (brief: string, line: string): string => brief.replace('reviewed:', `${line}\nreviewed:`)

const ask = (text: string, context = shipped): Card => answer({ kind: 'asked', command: 'nato', text }, context)

const askTown = (text: string, context: Context): Card => answer({ kind: 'asked', command: 'town', text }, context)

const labels = (card: Card): string[] => card.actions.map(action => action.label)

const click = (card: Card, label: string, context = shipped): Card => {
  const action = card.actions.find(one => one.label === label)
  assert.ok(action, `${card.title} has no ${label}, only ${labels(card)}`)
  return answer({ kind: 'clicked', id: action.id }, context)
}

describe('answer', () => {
  it('shows the sides of a brief by its buttons, and the way back', () => {
    const overview = ask('vilnius')
    for (const view of ['Quotes', 'Timeline', 'Sources']) assert.ok(labels(overview).includes(view), view)
    const quotes = click(overview, 'Quotes')
    assert.equal(quotes.title, 'Vilnius summit: quotes')
    assert.equal(click(quotes, 'Overview').title, 'Vilnius summit')
  })

  it('takes the words of the language for words', () => {
    for (const words of ['constructor', '__proto__', 'toString', 'hasOwnProperty quotes', 'quotes constructor'])
      assert.match(ask(words).title, /^(?:There is no|Search)/, words)
  })

  it('answers for speakers however many bear the name', () => {
    const quotes = Array.from(
      { length: 120 },
      (_, index) => `> We have waited long enough.\n>\n> — Anna Number${index} Berg [@gazette] (unverified: heard)`,
    )
    const brief = briefFile('Harbour').replace('## Figures', `${quotes.join('\n\n')}\n\n## Figures`)
    const card = askTown('quotes anna', town({ harbour: brief }, { budget: { characters: 3900, blocks: 19 } }))
    assert.match(card.title, /^Quotes: Anna Berg, Anna Number0 Berg, .*…$/)
    assert.ok(card.title.length < 200)
  })

  it('says how fresh it is, and that a review is due', () => {
    assert.match(cardText(ask('vilnius')), /Reviewed on 21 November 2026\./)
    const due = town({ harbour: matter(briefFile('Harbour'), 'review_by: 2026-11-22') })
    assert.match(
      cardText(askTown('harbour', due)),
      /Reviewed on 21 November 2026; a review has been due since 22 November 2026\./,
    )
    const later = town({ harbour: matter(briefFile('Harbour'), 'review_by: 2026-11-23') })
    assert.doesNotMatch(cardText(askTown('harbour', later)), /due/)
  })

  it('shows a correction above everything else', () => {
    const context = town({ harbour: matter(briefFile('Harbour'), 'correction: "2026-11-20: The year was wrong."') })
    const text = cardText(askTown('harbour', context))
    assert.ok(text.indexOf('Corrected on 20 November 2026: The year was wrong.') < text.indexOf('The harbour is open.'))
  })

  it('shows that a quote could not be verified, and why', () => {
    const brief = briefFile('Harbour')
      .replace('long enough', 'too long')
      .replace('[@gazette]\n\n## Fig', '[@gazette] (unverified: heard on the radio)\n\n## Fig')
    assert.match(cardText(askTown('harbour quotes', town({ harbour: brief }))), /unverified: heard on the radio/)
  })

  it('keeps drafts, withdrawn briefs and embargoed ones from readers until they may be seen', () => {
    const embargoed = matter(briefFile('Secret harbour'), 'embargo_until: 2026-11-22T13:30:00+01:00')
    const briefs = {
      secret: embargoed,
      draft: matter(briefFile('Draft harbour'), 'status: draft'),
      old: matter(briefFile('Old harbour'), 'status: withdrawn'),
    }
    const before = town(briefs)
    for (const text of [
      '',
      'latest',
      'secret',
      'draft',
      'old',
      'secret harbour',
      'quotes',
      'quotes berg',
      'timeline',
      'figures',
      'sources',
      '2023',
      'search harbour',
      'nonsense',
    ]) {
      const { blocks } = askTown(text, before)
      assert.doesNotMatch(
        cardText({ title: '', blocks, footer: [], actions: [] }),
        /Secret harbour|Draft harbour|Old harbour|The harbour is open|waited/i,
        text,
      )
      assert.deepEqual(
        labels(askTown(text, before)).filter(label => /harbour/i.test(label)),
        [],
      )
    }
    assert.deepEqual(complete('town', 'harb', before), [])
    const after = { ...before, now: new Date('2026-11-22T12:30:00Z') }
    assert.equal(askTown('secret', after).title, 'Secret harbour')
    assert.match(cardText(askTown('draft', after)), /There is no brief on/)
  })

  it('gives a choice where a name means several briefs', () => {
    const context = town({ 'harbour-north': briefFile('North'), 'harbour-south': briefFile('South') })
    const card = askTown('harbour', context)
    assert.match(card.title, /^Which brief/)
    assert.equal(click(card, 'North', context).title, 'North')
  })

  it('turns the pages of a long brief to the end and back', () => {
    const first = ask('kyiv', { ...shipped, budget: { characters: 2000, blocks: 20 } })
    const context = { ...shipped, budget: { characters: 2000, blocks: 20 } }
    assert.deepEqual(first.page?.number, 1)
    const second = click(first, 'Next page ›', context)
    assert.equal(second.page?.number, 2)
    assert.deepEqual(click(second, '‹ Previous page', context), first)
  })

  it('shares the page that is shown, naming who shares, and offers no share again', () => {
    const quotes = click(ask('vilnius'), 'Quotes')
    const shared = click(quotes, 'Share to channel')
    assert.deepEqual([shared.title, shared.sharedBy], [quotes.title, 'U1'])
    assert.deepEqual(shared.blocks, quotes.blocks)
    assert.ok(!labels(shared).includes('Share to channel'))
  })

  it('offers no share where there is no channel', () => {
    const { channel: _, ...alone } = asker
    assert.ok(!labels(ask('vilnius', { ...shipped, asker: alone })).includes('Share to channel'))
  })

  it('understands a choice that comes back as what it showed', () => {
    for (const value of ['nato/kyiv', "Stoltenberg's visit to Kyiv"]) {
      assert.equal(answer({ kind: 'picked', id: 'any', value }, shipped).title, "Stoltenberg's visit to Kyiv")
    }
  })

  it('answers a button of a brief that is gone, and one of another version', () => {
    const gone = writeClick({ kind: 'show', target: { view: 'quotes', collection: 'nato', subject: 'gone', page: 3 } })
    assert.match(answer({ kind: 'clicked', id: gone }, shipped).title, /There is no brief on “gone”/)
    assert.match(answer({ kind: 'clicked', id: '9z:whatever' }, shipped).title, /no longer understood/)
  })

  it('asks every collection where none is named, and the named one otherwise', () => {
    const says = (text: string) => answer({ kind: 'mentioned', text }, shipped).title
    assert.equal(says('vilnius'), 'Vilnius summit')
    assert.equal(says('nato quotes peskov'), 'Quotes: Dmitry Peskov')
    assert.equal(answer({ kind: 'asked', command: 'readout', text: 'nato vilnius' }, shipped).title, 'Vilnius summit')
    assert.match(answer({ kind: 'asked', command: 'nosuch', text: 'x' }, shipped).title, /no command \/nosuch/)
  })

  it('tells an editor how to begin where there are no briefs', () => {
    const empty = { ...shipped, library: emptyShelf().library }
    for (const question of [{ kind: 'home' }, { kind: 'mentioned', text: '' }] as Question[]) {
      assert.match(cardText(answer(question, empty)), /There are no briefs yet\.[\s\S]*readout -- new nato\/vilnius/)
    }
  })

  it('has a helpful answer to anything, whose buttons all lead somewhere', () => {
    const hostile = [
      '@everyone',
      '<!channel>',
      '"',
      "' OR 1=1 --",
      'NEAR(',
      '*',
      '🇺🇦',
      '\u0000',
      '../../etc/passwd',
      'a'.repeat(100_000),
      '((((',
      'AND',
      'quotes',
      'search "',
      '\u202e',
    ]
    const typed = fc.oneof(
      fc.constantFrom(...hostile),
      anyText(80),
      fc.string(),
      fc.constantFrom('quotes ', 'timeline ', 'search ').chain(view => anyText(20).map(text => view + text)),
    )
    fc.assert(
      fc.property(typed, text => {
        const card = ask(text)
        assert.notEqual(card.title.trim(), '')
        assert.ok(card.title.length <= 200)
        assert.ok(card.blocks.length > 0)
        const ids = card.actions.map(action => action.id)
        assert.equal(new Set(ids).size, ids.length)
        for (const id of ids) {
          assert.ok([...id].length <= 100, id)
          assert.ok(readClick(id), id)
        }
        for (const action of card.actions.filter(({ kind }) => kind === 'button')) {
          assert.doesNotMatch(
            answer({ kind: 'clicked', id: action.id }, shipped).title,
            /There is no brief|no longer understood/,
          )
        }
      }),
      { numRuns: 300 },
    )
  })
})

describe('complete', () => {
  it('gives the newest briefs and then everything where nothing is typed', () => {
    const choices = complete('nato', '', shipped)
    assert.equal(choices.length, 10)
    assert.deepEqual(choices.at(-1), { label: 'Everything', value: 'everything' })
  })

  it('completes names, typing mistakes, other spellings and views', () => {
    const first = (text: string) => complete('nato', text, shipped)[0]?.value
    assert.equal(first('vil'), 'vilnius')
    assert.equal(first('Киї'.concat('в')), 'kyiv')
    assert.equal(first('vilnus'), 'vilnius')
    assert.equal(first('quotes stol'), 'quotes jens stoltenberg')
    assert.equal(first('timeline mem'), 'timeline membership')
    assert.equal(first('help'), 'help')
    assert.deepEqual(complete('nosuch', 'vil', shipped), [])
  })

  it('gives only texts that are answered', () => {
    for (const text of ['', 'v', 'quotes ', 'sources r', 'cluster']) {
      for (const { value } of complete('nato', text, shipped))
        assert.doesNotMatch(ask(value).title, /There is no brief/, value)
    }
  })
})

describe('the id of a button', () => {
  it('keeps to 100 characters and is read back as it was written', () => {
    const target: fc.Arbitrary<Target> = fc.record({
      view: fc.constantFrom('home', 'overview', 'quotes', 'timeline', 'figures', 'sources', 'latest', 'help'),
      collection: fc.stringMatching(/^[a-z][a-z0-9-]{0,30}$/),
      subject: fc.oneof(
        fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,59}$/),
        fc.constantFrom('', '@stoltenberg', '2023-07-11/2023-07-12'),
      ),
      page: fc.integer({ min: 1, max: 999 }),
    })
    fc.assert(
      fc.property(target, fc.constantFrom('show' as const, 'share' as const), (wanted, kind) => {
        const id = writeClick({ kind, target: wanted })
        assert.ok(id.length <= 100, id)
        assert.deepEqual(readClick(id), { kind, target: { ...wanted } })
      }),
    )
  })
})
