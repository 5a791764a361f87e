import type { Block, Budget, Card, Field, Quote, Run } from './card.ts'
import { blockText, statusText, titleText } from './plain-text.ts'
import { runsText, sliceRuns } from './runs.ts'

/**
 * Cuts a card into pages that each fit the budget, in order and with nothing lost. Cuts fall between blocks; a block that is
 * larger than a page is cut between its items, then at a sentence, a word, a grapheme, a code point. A heading never ends a
 * page, a link that fits a page is never cut, and a cut quote repeats its attribution, marked as continued.
 * The title and the footer stand on every page; a footer of more than half the budget becomes blocks at the end.
 * `actions` are copied to every page: which of them a page shows is the caller's matter.
 */
export function paginate(card: Card, budget: Budget): [Card, ...Card[]] {
  const { blocks, footer } = settleFooter(card, budget)
  const room = {
    characters: Math.max(1, budget.characters - overhead(card, footer)),
    blocks: Math.max(1, budget.blocks - footer.length),
  }
  const pages = fillPages(
    blocks.flatMap((block, index) => cutBlock(block, room.characters - headingsBefore(blocks, index, room.characters))),
    room,
  )
  const paged = pages.map((page, index) => ({
    ...card,
    blocks: page,
    footer,
    page: { number: index + 1, of: pages.length },
  }))
  return paged as [Card, ...Card[]]
}

/** The characters that a block takes of a budget, attribution and status of a quote included. */
const blockSize = (block: Block): number => blockText(block).length

const PAGE_LABEL = ' (page 1000 of 1000)'.length

const overhead = (card: Card, footer: Run[][]): number =>
  titleText({ ...card, page: { number: 1, of: 1 } }).length + PAGE_LABEL + sum(footer.map(plainSize))

function settleFooter(card: Card, budget: Budget): { blocks: Block[]; footer: Run[][] } {
  if (overhead(card, card.footer) * 2 <= budget.characters && card.footer.length * 2 <= budget.blocks) return card
  const contexts = card.footer.map((runs): Block => ({ kind: 'context', runs }))
  return { blocks: [...card.blocks, ...contexts], footer: [] }
}

/** What the headings right before a block take, so that its first piece leaves them their place; 0 where that is more than half a page. */
function headingsBefore(blocks: Block[], index: number, max: number): number {
  let size = 0
  for (let at = index - 1; blocks[at]?.kind === 'heading'; at--) size += blockSize(blocks[at] as Block)
  return size * 2 > max ? 0 : size
}

function fillPages(blocks: Block[], room: Budget): Block[][] {
  const pages: Block[][] = [[]]
  let page = pages[0] as Block[]
  for (const block of blocks) {
    if (page.length > 0 && !fits([...page, block], room)) {
      page = openPage(page, block, room)
      pages.push(page)
    }
    page.push(block)
  }
  return pages
}

/** Takes headings that would end the old page over to the new one, where they fit beside the block that they announce. */
function openPage(old: Block[], next: Block, room: Budget): Block[] {
  const carried: Block[] = []
  while (old.length > 1 && old.at(-1)?.kind === 'heading') carried.unshift(old.pop() as Block)
  if (fits([...carried, next], room)) return carried
  old.push(...carried)
  return []
}

const fits = (blocks: Block[], room: Budget): boolean =>
  blocks.length <= room.blocks && sum(blocks.map(blockSize)) <= room.characters

function cutBlock(block: Block, max: number): Block[] {
  if (blockSize(block) <= max) return [block]
  switch (block.kind) {
    case 'heading':
      return cutRuns([{ kind: 'text', text: block.text }], max).map(runs => ({ kind: 'heading', text: runsText(runs) }))
    case 'paragraph':
    case 'context':
      return cutRuns(block.runs, max).map(runs => ({ kind: block.kind, runs }))
    case 'list':
      return chunk(cutItems(block.items, max - BULLET), max, item => listSize([item])).map(items => ({
        kind: 'list',
        items,
      }))
    case 'fields':
      return chunk(cutFields(block.fields, max), max, fieldSize).map(fields => ({ kind: 'fields', fields }))
    case 'quote':
      return cutQuote(block, max)
    case 'divider':
      return [block]
    default:
      return block satisfies never
  }
}

const BULLET = '• \n'.length

const listSize = (items: Run[][]): number => blockSize({ kind: 'list', items }) + 1

const fieldSize = (field: Field): number => blockSize({ kind: 'fields', fields: [field] }) + 1

const cutItems = (items: Run[][], max: number): Run[][] => items.flatMap(item => cutRuns(item, max))

function cutFields(fields: Field[], max: number): Field[] {
  return fields.flatMap(field => {
    if (fieldSize(field) <= max) return [field]
    const value = `${field.value} (continued)`
    const room = Math.max(1, max - value.length - ': \n'.length)
    return cutRuns(field.label, room).map((label, index) => ({ value: index === 0 ? field.value : value, label }))
  })
}

function cutQuote(quote: Quote, max: number): Block[] {
  const frame = blockSize({ ...quote, paragraphs: [], continued: true })
  if (frame * 2 > max) return looseQuote(quote, max)
  const marks = '│ “”\n'.length
  const paragraphs = cutItems(quote.paragraphs, max - frame - marks)
  return chunk(paragraphs, max - frame, runs => plainSize(runs) + marks).map((part, index) =>
    index === 0 ? { ...quote, paragraphs: part } : { ...quote, paragraphs: part, continued: true },
  )
}

/** A quote whose attribution alone would fill the page: its words, then who said them, nothing left out. */
function looseQuote(quote: Quote, max: number): Block[] {
  const attribution: Run[] = [
    { kind: 'text', text: '— ' },
    ...quote.attribution,
    { kind: 'text', text: ` · ${statusText(quote.status)}` },
  ]
  return [
    ...quote.paragraphs.flatMap(runs => cutRuns(runs, max)).map((runs): Block => ({ kind: 'paragraph', runs })),
    ...cutRuns(attribution, max).map((runs): Block => ({ kind: 'context', runs })),
  ]
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

/** Cuts runs into pieces whose plain text, links' addresses included, has at most `max` characters. */
export function cutRuns(runs: Run[], max: number): Run[][] {
  const pieces: Run[][] = []
  let rest = runs
  while (plainSize(rest) > max) {
    const at = breakBefore(rest, Math.max(1, max))
    const piece = sliceRuns(rest, 0, at)
    if (runsText(piece).trim() !== '') pieces.push(piece)
    rest = sliceRuns(rest, at, Number.POSITIVE_INFINITY)
  }
  if (runsText(rest).trim() !== '') pieces.push(rest)
  return pieces
}

const plainSize = (runs: Run[]): number => blockSize({ kind: 'paragraph', runs })

/** The place in the runs' text, at most `max` in, where a reader is disturbed least by a cut. */
function breakBefore(runs: Run[], max: number): number {
  const links = linkSpans(runs)
  const reach = reachWithin(links, max, runsText(runs).length)
  const window = runsText(runs).slice(0, reach)
  const breaks = [lastSegment(window, 'sentence'), lastSegment(window, 'word'), lastSegment(window, 'grapheme')]
  const outside = (at: number) =>
    at > 0 && !links.some(link => link.from < at && at < link.to && link.to - link.from + link.address <= max)
  const beforeLink = links.map(link => link.from).filter(from => from > 0 && from <= reach)
  return breaks.find(outside) ?? beforeLink.at(-1) ?? codePointBreak(window)
}

type LinkSpan = { from: number; to: number; address: number }

/** Where links stand in the runs' text, and how many characters more their addresses take. */
function linkSpans(runs: Run[], start = 0): LinkSpan[] {
  const spans: LinkSpan[] = []
  let at = start
  for (const run of runs) {
    const length = runsText([run]).length
    if (run.kind === 'link') spans.push({ from: at, to: at + length, address: plainSize([run]) - length })
    else if (run.kind === 'emphasis' || run.kind === 'strong') spans.push(...linkSpans(run.runs, at))
    at += length
  }
  return spans
}

/** How far into the text a page of `max` characters reaches when the addresses of the links on it count as well. */
function reachWithin(links: LinkSpan[], max: number, length: number): number {
  let left = max
  let at = 0
  for (const link of links) {
    if (at + left <= link.from) break
    left -= link.from - at + link.address
    at = link.from
    if (left < link.to - link.from) return Math.max(1, at + Math.max(0, left))
  }
  return Math.max(1, Math.min(length, at + left))
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

const codePointBreak = (window: string): number => {
  const low = window.charCodeAt(window.length - 1)
  const splitsPair = low >= 0xd800 && low <= 0xdbff
  return splitsPair && window.length > 1 ? window.length - 1 : Math.max(1, window.length)
}

const sum = (numbers: number[]): number => numbers.reduce((total, number) => total + number, 0)
