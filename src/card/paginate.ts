import type { Block, Budget, Card, Field, Quote, Run } from './card.ts'
import { shorten } from './label.ts'
import { attributionRuns, fieldRuns, runsText, sliceRuns } from './runs.ts'
import { createScale, type Scale, sum } from './scale.ts'

/**
 * Cuts a card into pages that each fit the budget, in order and with nothing lost. Cuts fall between blocks; a block that is
 * larger than a page is cut between its items, then at a sentence, a word, a grapheme, a code point. A heading never ends a
 * page, a link that fits a page is never cut, and a cut quote repeats its attribution, marked as continued.
 * The title and the footer stand on every page; where they leave less than half the budget, the title is shortened there and stands
 * whole at the beginning, and the footer becomes blocks at the end.
 * `actions` are copied to every page: which of them a page shows is the caller's matter.
 */
export function paginate(card: Card, budget: Budget): [Card, ...Card[]] {
  const scale = createScale(budget)
  const { title, blocks, footer } = settleFrame(card, budget, scale)
  const room: Room = {
    characters: Math.max(1, budget.characters - overhead(title, footer, scale)),
    blocks: Math.max(1, budget.blocks - footer.length),
    scale,
  }
  const pages = fillPages(
    blocks.flatMap((block, index) =>
      cutBlock(block, room.characters - headingsBefore(blocks, index, room.characters, scale), scale),
    ),
    room,
  )
  const paged = pages.map((page, index) => ({
    ...card,
    title,
    blocks: page,
    footer,
    page: { number: index + 1, of: pages.length },
  }))
  return paged as [Card, ...Card[]]
}

/** What a page holds beside its title and footer. */
type Room = { characters: number; blocks: number; scale: Scale }

const PAGE_LABEL = ' (page 1000 of 1000)'.length

const contextOf = (runs: Run[]): Block => ({ kind: 'context', runs })

const overhead = (title: string, footer: Run[][], scale: Scale): number =>
  scale.block({ kind: 'heading', text: title }) + PAGE_LABEL + sum(footer.map(runs => scale.block(contextOf(runs))))

/** How long a title is at most that stands on every page of a card which has a longer one. */
const SHORT_TITLE = 100

type Frame = Pick<Card, 'title' | 'blocks' | 'footer'>

function settleFrame(card: Card, budget: Budget, scale: Scale): Frame {
  const isRoomy = ({ title, footer }: Frame) =>
    overhead(title, footer, scale) * 2 <= budget.characters && footer.length * 2 <= budget.blocks
  const whole: Block = { kind: 'heading', text: card.title }
  const titled: Frame =
    card.title.length <= SHORT_TITLE || scale.block(whole) * 4 <= budget.characters
      ? card
      : { ...card, title: shorten(card.title, SHORT_TITLE), blocks: [whole, ...card.blocks] }
  if (isRoomy(titled)) return titled
  return { ...titled, blocks: [...titled.blocks, ...card.footer.map(contextOf)], footer: [] }
}

/** What the headings right before a block take, so that its first piece leaves them their place; 0 where that is more than half a page. */
function headingsBefore(blocks: Block[], index: number, max: number, scale: Scale): number {
  let size = 0
  for (let at = index - 1; blocks[at]?.kind === 'heading'; at--) size += scale.block(blocks[at] as Block)
  return size * 2 > max ? 0 : size
}

function fillPages(blocks: Block[], room: Room): Block[][] {
  const pages: Block[][] = [[]]
  let page = pages[0] as Block[]
  let left = room.characters
  for (const block of blocks) {
    const size = room.scale.block(block)
    if (page.length > 0 && (size > left || page.length >= room.blocks)) {
      page = openPage(page, block, room)
      pages.push(page)
      left = room.characters - sum(page.map(room.scale.block))
    }
    page.push(block)
    left -= size
  }
  return pages
}

/** Takes headings that would end the old page over to the new one, where they fit beside the block that they announce. */
function openPage(old: Block[], next: Block, room: Room): Block[] {
  const carried: Block[] = []
  while (old.length > 1 && old.at(-1)?.kind === 'heading') carried.unshift(old.pop() as Block)
  if (fits([...carried, next], room)) return carried
  old.push(...carried)
  return []
}

const fits = (blocks: Block[], room: Room): boolean =>
  blocks.length <= room.blocks && sum(blocks.map(room.scale.block)) <= room.characters

function cutBlock(block: Block, max: number, scale: Scale): Block[] {
  if (scale.block(block) <= max) return [block]
  switch (block.kind) {
    case 'heading':
      return cutRuns([{ kind: 'text', text: block.text }], max - scale.block({ ...block, text: '' }), scale).map(
        runs => ({ ...block, text: runsText(runs) }),
      )
    case 'paragraph':
    case 'context':
      return cutRuns(block.runs, max - scale.block({ ...block, runs: [] }), scale).map(runs => ({
        kind: block.kind,
        runs,
      }))
    case 'list':
      return cutList(block.items, max, scale)
    case 'fields':
      return cutFields(block.fields, max, scale)
    case 'quote':
      return cutQuote(block, max, scale)
    case 'divider':
      return [block]
    default:
      return block satisfies never
  }
}

function cutList(items: Run[][], max: number, scale: Scale): Block[] {
  const sizeOf = (item: Run[]) => scale.block({ kind: 'list', items: [item] }) + scale.text('\n')
  const pieces = items.flatMap(item => cutRuns(item, max - sizeOf([]), scale))
  return chunk(pieces, max, sizeOf).map(group => ({ kind: 'list', items: group }))
}

/** Fields with a value that would fill half a page by itself are cut as a list. */
function cutFields(fields: Field[], max: number, scale: Scale): Block[] {
  const sizeOf = (field: Field) => scale.block({ kind: 'fields', fields: [field] }) + scale.text('\n')
  const emptied = (field: Field): Field => ({ value: `${field.value} (continued)`, label: [] })
  if (fields.some(field => sizeOf(emptied(field)) * 2 > max)) return cutList(fields.map(fieldRuns), max, scale)
  const pieces = fields.flatMap(field =>
    sizeOf(field) <= max
      ? [field]
      : cutRuns(field.label, max - sizeOf(emptied(field)), scale).map((label, index) =>
          index === 0 ? { ...field, label } : { ...emptied(field), label },
        ),
  )
  return chunk(pieces, max, sizeOf).map(group => ({ kind: 'fields', fields: group }))
}

function cutQuote(quote: Quote, max: number, scale: Scale): Block[] {
  const frame = scale.block({ ...quote, paragraphs: [], continued: true })
  if (max - frame < FEWEST_WORDS) return looseQuote(quote, max, scale)
  const sizeOf = (runs: Run[]) => scale.block({ ...quote, paragraphs: [runs], continued: true }) - frame
  const paragraphs = quote.paragraphs.flatMap(runs => cutRuns(runs, max - frame - sizeOf([]), scale))
  return chunk(paragraphs, max - frame, sizeOf).map((part, index) =>
    index === 0 ? { ...quote, paragraphs: part } : { ...quote, paragraphs: part, continued: true },
  )
}

/** A quote's attribution stands with its words on each page where it leaves them this many characters. */
const FEWEST_WORDS = 100

/** A quote whose attribution alone would fill the page: its words, then who said them, nothing left out. */
function looseQuote(quote: Quote, max: number, scale: Scale): Block[] {
  const paragraphs = quote.paragraphs.map((runs): Block => ({ kind: 'paragraph', runs }))
  return [...paragraphs, contextOf(attributionRuns(quote))].flatMap(block => cutBlock(block, max, scale))
}

/** Groups neighbours so that each group's sizes add up to at most `max`, where a single one does not exceed it already. */
function chunk<T>(all: T[], max: number, size: (one: T) => number): T[][] {
  const groups: T[][] = []
  let left = 0
  for (const one of all) {
    const needed = size(one)
    if (groups.length === 0 || needed > left) {
      groups.push([])
      left = max
    }
    groups.at(-1)?.push(one)
    left -= needed
  }
  return groups
}

/** Cuts runs into pieces that take at most `max` characters each, links' addresses included. */
export function cutRuns(runs: Run[], max: number, scale: Scale = createScale({})): Run[][] {
  const pieces: Run[][] = []
  let rest = runs
  while (rest.length > 0 && scale.runs(rest) > max) {
    const at = breakBefore(rest, max, scale)
    const piece = sliceRuns(rest, 0, at)
    if (runsText(piece).trim() !== '') pieces.push(piece)
    rest = sliceRuns(rest, at, Number.POSITIVE_INFINITY)
  }
  if (runsText(rest).trim() !== '') pieces.push(rest)
  return pieces
}

/** The place in the runs' text, at most `max` in, where a reader is disturbed least by a cut. */
function breakBefore(runs: Run[], max: number, scale: Scale): number {
  const links = linkSpans(runs, scale)
  const words = runsText(runs)
  const reach = Math.max(1, reachOf(runs, max, scale))
  const window = words.slice(0, reach)
  const breaks = [lastSegment(window, 'sentence'), lastSegment(window, 'word'), lastSegment(window, 'grapheme')]
  const outside = (at: number) => at > 0 && !links.some(link => link.from < at && at < link.to && link.size <= max)
  const beforeLink = links.map(link => link.from).filter(from => from > 0 && from <= reach)
  return breaks.find(outside) ?? beforeLink.at(-1) ?? codePointBreak(words, reach)
}

type LinkSpan = { from: number; to: number; size: number }

/** Where links stand in the runs' text, and what each takes. */
function linkSpans(runs: Run[], scale: Scale, start = 0): LinkSpan[] {
  const spans: LinkSpan[] = []
  let at = start
  for (const run of runs) {
    const length = runsText([run]).length
    if (run.kind === 'link') spans.push({ from: at, to: at + length, size: scale.runs([run]) })
    else if (run.kind === 'emphasis' || run.kind === 'strong') spans.push(...linkSpans(run.runs, scale, at))
    at += length
  }
  return spans
}

/** How much of the runs' text fits into `max` characters. */
function reachOf(runs: Run[], max: number, scale: Scale): number {
  let left = max
  let at = 0
  for (const run of runs) {
    const size = scale.runs([run])
    if (size > left) return at + reachIn(run, left, scale)
    left -= size
    at += runsText([run]).length
  }
  return at
}

function reachIn(run: Run, left: number, scale: Scale): number {
  if (!('text' in run)) return reachOf(run.runs, left - scale.runs([{ ...run, runs: [] }]), scale)
  let room = left - scale.runs([{ ...run, text: '' }])
  let at = 0
  for (const character of run.text) {
    room -= scale.text(character)
    if (room < 0) break
    at += character.length
  }
  return at
}

const segmenters = {
  sentence: new Intl.Segmenter('en', { granularity: 'sentence' }),
  word: new Intl.Segmenter('en', { granularity: 'word' }),
  grapheme: new Intl.Segmenter('en', { granularity: 'grapheme' }),
}

/** Where the last segment of a text begins. That one may go on behind the text, so the cut comes before it. */
function lastSegment(window: string, granularity: keyof typeof segmenters): number {
  let last = 0
  for (const segment of segmenters[granularity].segment(window)) last = segment.index
  return last
}

/** The last place up to `reach` that takes no surrogate pair apart; after the first character where there is none before. */
function codePointBreak(words: string, reach: number): number {
  if (!isPair(words, reach)) return reach
  return reach > 1 ? reach - 1 : reach + 1
}

const isPair = (words: string, at: number): boolean =>
  /[\ud800-\udbff]/.test(words.charAt(at - 1)) && /[\udc00-\udfff]/.test(words.charAt(at))
