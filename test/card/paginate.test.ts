import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import type { Block, Card, Quote, Run } from '../../src/card/card.ts'
import { cutRuns, paginate } from '../../src/card/paginate.ts'
import { cardText } from '../../src/card/plain-text.ts'
import { runsText } from '../../src/card/runs.ts'
import { anyCard, anyRuns } from '../fakes/random-card.ts'

const card = (blocks: Block[], footer: Run[][] = []): Card => ({ title: 'Title', blocks, footer, actions: [] })

const paragraph = (text: string): Block => ({ kind: 'paragraph', runs: [{ kind: 'text', text }] })

const quote = (text: string): Quote => ({
  kind: 'quote',
  paragraphs: [[{ kind: 'text', text }]],
  attribution: [{ kind: 'text', text: 'Jens Stoltenberg' }],
  status: { kind: 'verified' },
})

/** All words of a block that are content, in order, without what paging may repeat. */
function words(block: Block): string {
  switch (block.kind) {
    case 'heading':
      return block.text
    case 'paragraph':
    case 'context':
      return runsText(block.runs)
    case 'list':
      return block.items.map(runsText).join('')
    case 'quote':
      return block.paragraphs.map(runsText).join('')
    case 'fields':
      return block.fields.map(field => runsText(field.label)).join('')
    case 'divider':
      return ''
    default:
      return block satisfies never
  }
}

const letters = (text: string): string => text.replace(/\s+/g, '')

const attributions = (blocks: Block[]): string =>
  blocks.map(block => (block.kind === 'quote' ? runsText(block.attribution) : '')).join('')

describe('paginate', () => {
  it('keeps a card that fits on one page', () => {
    const pages = paginate(card([paragraph('one'), paragraph('two')]), { characters: 1000, blocks: 10 })
    assert.deepEqual(
      pages.map(page => page.page),
      [{ number: 1, of: 1 }],
    )
    assert.deepEqual(pages[0].blocks, [paragraph('one'), paragraph('two')])
  })

  it('cuts between blocks rather than within one', () => {
    const pages = paginate(card([paragraph('a'.repeat(60)), paragraph('b'.repeat(60))]), {
      characters: 140,
      blocks: 10,
    })
    assert.deepEqual(
      pages.map(page => page.blocks),
      [[paragraph('a'.repeat(60))], [paragraph('b'.repeat(60))]],
    )
  })

  it('counts blocks as well as characters', () => {
    const pages = paginate(card(Array.from({ length: 5 }, () => paragraph('x'))), { characters: 1000, blocks: 2 })
    assert.deepEqual(
      pages.map(page => page.blocks.length),
      [2, 2, 1],
    )
  })

  it('cuts a paragraph that is larger than a page at the end of a sentence', () => {
    const pages = paginate(card([paragraph(`${'First one here. '.repeat(4)}Second`)]), { characters: 80, blocks: 10 })
    for (const page of pages.slice(0, -1)) assert.match(words(page.blocks[0] as Block).trim(), /\.$/)
  })

  it('cuts an endless word between graphemes', () => {
    const pieces = cutRuns([{ kind: 'text', text: '👩‍👩‍👧‍👦'.repeat(20) }], 30)
    for (const piece of pieces) assert.match(runsText(piece), /^(?:👩‍👩‍👧‍👦)+$/)
  })

  it('never takes a surrogate pair apart', () => {
    for (const piece of cutRuns([{ kind: 'text', text: '😀'.repeat(9) }], 3)) assert.ok(runsText(piece).isWellFormed())
  })

  it('takes a heading over to the page of what it announces', () => {
    const pages = paginate(
      card([paragraph('a'.repeat(60)), { kind: 'heading', text: 'Next' }, paragraph('b'.repeat(60))]),
      { characters: 140, blocks: 10 },
    )
    assert.deepEqual(
      pages.map(page => page.blocks.map(block => block.kind)),
      [['paragraph'], ['heading', 'paragraph']],
    )
  })

  it('repeats the attribution of a cut quote, marked as continued', () => {
    const pages = paginate(card([quote('Word and word. '.repeat(30))]), { characters: 200, blocks: 10 })
    const quotes = pages.flatMap(page => page.blocks) as Quote[]
    assert.ok(quotes.length > 2)
    assert.deepEqual(new Set(quotes.map(part => runsText(part.attribution))), new Set(['Jens Stoltenberg']))
    assert.deepEqual(
      quotes.map(part => part.continued ?? false),
      quotes.map((_, index) => index > 0),
    )
  })

  it('keeps a link whole where it fits a page', () => {
    const link: Run = {
      kind: 'link',
      url: 'https://example.org/',
      runs: [{ kind: 'text', text: 'the whole link text' }],
    }
    const pieces = cutRuns(
      [{ kind: 'text', text: 'some words before ' }, link, { kind: 'text', text: ' and after it' }],
      45,
    )
    assert.equal(pieces.filter(piece => piece.some(run => run.kind === 'link')).length, 1)
    assert.ok(pieces.some(piece => runsText(piece).includes('the whole link text')))
  })

  it('puts the footer on every page, and a footer that is too large at the end', () => {
    const footer: Run[][] = [[{ kind: 'text', text: 'Reviewed today.' }]]
    const pages = paginate(card([paragraph('a'.repeat(80)), paragraph('b'.repeat(80))], footer), {
      characters: 160,
      blocks: 10,
    })
    assert.deepEqual(
      pages.map(page => page.footer),
      [footer, footer],
    )
    const large: Run[][] = [[{ kind: 'text', text: 'x'.repeat(300) }]]
    const [first, ...rest] = paginate(card([paragraph('a')], large), { characters: 200, blocks: 10 })
    assert.deepEqual(first.footer, [])
    assert.equal(
      [first, ...rest]
        .flatMap(page => page.blocks)
        .map(words)
        .join(''),
      `a${'x'.repeat(300)}`,
    )
  })

  it('loses nothing, keeps the order and fits the budget, whatever the card', () => {
    fc.assert(
      fc.property(
        anyCard(1500),
        fc.integer({ min: 300, max: 4000 }),
        fc.integer({ min: 4, max: 40 }),
        (any, characters, blocks) => {
          const pages = paginate(any, { characters, blocks })
          const shown = pages.flatMap(page => page.blocks)
          const loose =
            attributions(any.blocks).length > 0 && shown.some((block, index) => block.kind === 'context' && index > 0)
          const kept = pages[0].footer.length > 0 ? '' : any.footer.map(runsText).join('')
          const whole = pages[0].title === any.title ? '' : any.title
          if (!loose)
            assert.equal(letters(shown.map(words).join('')), letters(whole + any.blocks.map(words).join('') + kept))
          for (const page of pages) {
            assert.ok(page.blocks.length > 0)
            assert.ok(page.blocks.length + page.footer.length <= blocks, 'too many blocks')
            const size = page.title.length + sizeOf(page)
            assert.ok(size <= characters, `a page of ${size} in a budget of ${characters}`)
            for (const block of page.blocks)
              assert.ok(block.kind === 'divider' || words(block).trim() !== '', 'an empty block')
          }
          assert.deepEqual(
            pages.map(page => page.page),
            pages.map((_, index) => ({ number: index + 1, of: pages.length })),
          )
        },
      ),
      { numRuns: 300 },
    )
  })

  it('shortens a title that would fill the page, and lets it stand whole at the beginning', () => {
    const title = 'word '.repeat(2000).trim()
    const pages = paginate({ ...card([paragraph('text')]), title }, { characters: 300, blocks: 10 })
    for (const page of pages) assert.ok(page.title.length + page.blocks.map(words).join('').length <= 300)
    assert.equal(letters(pages.flatMap(page => page.blocks.map(words)).join('')), `${letters(title)}text`)
  })

  it('ends, whatever the budget', () => {
    for (const characters of [0, 1, 5, 30]) {
      const pages = paginate(card([quote('some words of a quote'), { kind: 'list', items: [[], []] }]), {
        characters,
        blocks: 1,
        weigh: text => text.length * 9,
        markup: 50,
      })
      assert.ok(pages.length > 0)
    }
  })

  it('cuts runs without losing a character that shows', () => {
    fc.assert(
      fc.property(anyRuns(600), fc.integer({ min: 1, max: 200 }), (runs, max) => {
        assert.equal(letters(cutRuns(runs, max).map(runsText).join('')), letters(runsText(runs)))
      }),
      { numRuns: 300 },
    )
  })
})

/** The plain text of blocks and footer, as long as it is without the blank lines between them. */
const sizeOf = (page: Card): number => cardText({ ...page, title: '' }).replace(/\n\n/g, '').length
