import type { Budget, Card, Run } from '../../src/card/card.ts'
import { paginate } from '../../src/card/paginate.ts'
import { DISCORD_BUDGET } from '../../src/platform/discord/limits.ts'
import { renderDiscord } from '../../src/platform/discord/render.ts'
import { SLACK_BUDGET } from '../../src/platform/slack/limits.ts'
import { renderSlack } from '../../src/platform/slack/render.ts'
import { checkDiscord } from './check-discord.ts'
import { checkSlack } from './check-slack.ts'
import {
  blockFacts,
  cardFacts,
  decodeMarks,
  type Fact,
  factLine,
  footerFacts,
  letters,
  saidOf,
  shownFacts,
  wordsOf,
} from './facts.ts'
import { readDiscord } from './read-discord.ts'
import { readSlack } from './read-slack.ts'
import { textsOf } from './shape.ts'

/** A page as one platform shows it: the message, what is wrong with it, what a reader is told. */
type Shown = { message: unknown; faults: string[]; facts: Fact[] }

/** `user` is an id as the platform gives them to its users. */
type Platform = { name: string; budget: Budget; user: string; show: (page: Card) => Shown }

const SLACK: Platform = {
  name: 'Slack',
  budget: SLACK_BUDGET,
  user: 'U012AB3CD',
  show: page => {
    const message = renderSlack(page)
    return { message, faults: [...checkSlack(message), ...missingWords(message.text, page)], facts: readSlack(message) }
  },
}

const DISCORD: Platform = {
  name: 'Discord',
  budget: DISCORD_BUDGET,
  user: '123456789012345678',
  show: page => {
    const message = renderDiscord(page)
    return { message, faults: checkDiscord(message), facts: readDiscord(message) }
  },
}

/** Everything in which the pages of a card break a promise on either platform, as sentences. */
export function violationsOf(card: Card): string[] {
  const [slack, discord] = [showOn(SLACK, card), showOn(DISCORD, card)]
  return [...violationsOn(slack), ...violationsOn(discord), ...unlike(slack, discord)]
}

/** A card's pages on a platform, as they are cut for it and as they show. */
type Showing = { card: Card; platform: Platform; pages: Card[]; shown: Shown[] }

function showOn(platform: Platform, any: Card): Showing {
  const card = any.sharedBy === undefined ? any : { ...any, sharedBy: platform.user }
  const pages = paginate(card, platform.budget)
  return { card, platform, pages, shown: pages.map(page => platform.show(page)) }
}

function violationsOn({ card, platform, pages, shown }: Showing): string[] {
  const perPage = shown.flatMap((one, index) => {
    const page = pages[index] as Card
    const faults = [...one.faults, ...actingCharacters(one.message), ...missingChoices(one.message, page)]
    return [...faults, ...differences(one, page)].map(fault => `page ${index + 1}: ${fault}`)
  })
  return [...perPage, ...unreachable(card, pages, shown)].map(fault => `${platform.name}, ${fault}`)
}

/** What fits one message on both platforms reads the same on both; pages of several are held against the card only. */
function unlike(slack: Showing, discord: Showing): string[] {
  const [[ours, ...more], [theirs, ...others]] = [slack.shown, discord.shown]
  if (!ours || !theirs || more.length + others.length > 0) return []
  const lines = ({ facts }: Shown) => facts.filter(fact => fact.kind !== 'shared').map(factLine)
  return sameLines(lines(ours), lines(theirs), 'Slack', 'Discord')
}

const differences = ({ facts }: Shown, page: Card): string[] =>
  sameLines(cardFacts(page).map(factLine), facts.map(factLine), 'the card', 'the message')

function sameLines(expected: string[], got: string[], who: string, other: string): string[] {
  const at = Array.from({ length: Math.max(expected.length, got.length) }, (_, index) => index).find(
    index => expected[index] !== got[index],
  )
  if (at === undefined) return []
  return [`${who} tells ${around(expected[at], got[at])} where ${other} tells ${around(got[at], expected[at])}.`]
}

/** A text where it begins to differ from another. */
function around(text: string | undefined, other = ''): string {
  if (text === undefined) return 'nothing'
  let at = 0
  while (at < text.length && text[at] === other[at]) at++
  return JSON.stringify(text.slice(Math.max(0, at - 40), at + 60))
}

/** Controls and overrides of the direction of writing act on what is around them. */
const ACTING = /(?!\n)\p{Cc}|[\u202a-\u202e\u2066-\u2069]/u

const actingCharacters = (message: unknown): string[] =>
  textsOf(message).flatMap(({ at, text }) => (ACTING.test(text) ? [`${at} holds a character that acts.`] : []))

/** The top-level text is what screen readers and notifications give: every fact is in it, in order. */
function missingWords(text: string, page: Card): string[] {
  const said = letters(
    text.replace(/&(lt|gt|amp);/g, (_, name: string) => ({ lt: '<', gt: '>', amp: '&' })[name] as string),
  )
  let at = 0
  for (const fact of cardFacts({ ...page, actions: [] })) {
    for (const words of fact.kind === 'quote' ? [saidOf(fact)] : 'text' in fact ? [fact.text] : []) {
      const found = said.indexOf(letters(words), at)
      if (found === -1) return [`text does not say ${JSON.stringify(words.slice(0, 80))}.`]
      at = found + letters(words).length
    }
  }
  return []
}

/** Discord's limit: https://docs.discord.com/developers/components/reference#string-select */
const LISTED = 25

/** A picker that lists its choices lists them in order; one that offers fewer than there are says so. */
function missingChoices(message: unknown, page: Card): string[] {
  const picker = page.actions.find(action => action.kind === 'picker')
  if (!picker) return []
  const texts = textsOf(message)
  const listed = texts.filter(({ at }) => /options\[\d+\]\.label$/.test(at)).map(({ text }) => text)
  const offered = listed.length === 0 ? picker.choices.length : Math.min(LISTED, picker.choices.length)
  const isListed =
    listed.length === 0 ||
    sameLines(
      picker.choices.slice(0, LISTED).map(labelLine),
      listed.map(label => labelLine({ label })),
      '',
      '',
    ).length === 0
  const counted = `${offered} of ${picker.total}`
  const isCounted =
    offered === picker.total ||
    texts.some(({ at, text }) => /placeholder(?:\.text)?$/.test(at) && text.includes(counted))
  return [
    ...(isListed ? [] : ['the picker lists other choices.']),
    ...(isCounted ? [] : [`the picker does not say that it offers ${counted}.`]),
  ]
}

const labelLine = ({ label }: { label: string }): string => factLine({ kind: 'button', id: '', label })

/** What of the uncut card is not on its pages, in order, whole where it fits a page. */
function unreachable(card: Card, pages: Card[], shown: Shown[]): string[] {
  const footer = shownFacts(footerFacts(card))
  const bodies = shown.map(({ facts }) => facts.filter(isBody))
  const isOnEach = footer.length > 0 && bodies.every(body => endsWith(body, footer))
  const pieces = bodies.flatMap(body => (isOnEach ? body.slice(0, body.length - footer.length) : body))
  const whole = shownFacts([...card.blocks.flatMap(blockFacts), ...(isOnEach ? [] : footer)])
  const untitled = shown.flatMap(({ facts }, index) => {
    const label = pages.length > 1 ? ` (page ${index + 1} of ${pages.length})` : ''
    const [title, ...more] = facts.filter(fact => fact.kind === 'title')
    const expected = factLine({ kind: 'title', text: card.title + label })
    const isRight = title && more.length === 0 && factLine(title) === expected
    return isRight ? [] : [`page ${index + 1} does not begin with the title${label}.`]
  })
  return [...untitled, ...joinPieces(whole, pieces, wideLinks(card))]
}

const isBody = (fact: Fact): boolean => !['title', 'shared', 'button', 'picker'].includes(fact.kind)

const endsWith = (facts: Fact[], end: Fact[]): boolean =>
  facts.length >= end.length &&
  end.every((fact, index) => factLine(fact) === factLine(facts[facts.length - end.length + index] as Fact))

/** What is larger than this need not stay whole: it may not fit what a page has left beside its title and footer. */
const WHOLE = 300

/** An attribution of no more than this never takes half of what a page has left. */
const SAID = 200

/** The addresses of links that need not stay whole. */
const wideLinks = (card: Card): string[] =>
  [...card.blocks.flatMap(runsOf), ...card.footer.flat()]
    .flatMap(linksOf)
    .flatMap(link => (wordsOf([link]).length > WHOLE ? [link.url] : []))

function runsOf(block: Card['blocks'][number]): Run[] {
  if (block.kind === 'list') return block.items.flat()
  if (block.kind === 'fields') return block.fields.flatMap(field => field.label)
  if (block.kind === 'quote') return [...block.paragraphs.flat(), ...block.attribution]
  return block.kind === 'paragraph' || block.kind === 'context' ? block.runs : []
}

function linksOf(run: Run): Extract<Run, { kind: 'link' }>[] {
  if (run.kind === 'link') return [run]
  return run.kind === 'emphasis' || run.kind === 'strong' ? run.runs.flatMap(linksOf) : []
}

/** Joins what was cut, fact by fact, and compares it to the whole. */
function joinPieces(whole: Fact[], pieces: Fact[], wide: string[]): string[] {
  const queue = pieces.map(piece => withoutAddresses(piece, wide)).toReversed()
  for (const fact of whole.map(one => withoutAddresses(one, wide))) {
    const fault = takeFact(fact, queue)
    if (fault !== undefined) return [fault]
  }
  const rest = queue.at(-1)
  return rest ? [`the pages tell ${JSON.stringify(factLine(rest).slice(0, 100))} beyond the card.`] : []
}

/** A link that was cut has its address in each piece. */
function withoutAddresses(fact: Fact, wide: string[]): Fact {
  const strip = (text: string) =>
    wide.reduce((left, url) => left.replaceAll(`<${decodeMarks(url)}>`, ''), decodeMarks(text))
  if (wide.length === 0 || 'label' in fact) return fact
  return fact.kind === 'quote'
    ? { ...fact, words: strip(fact.words), attribution: strip(fact.attribution) }
    : { ...fact, text: strip(fact.text) }
}

function takeFact(fact: Fact, queue: Fact[]): string | undefined {
  if (fact.kind === 'quote') return takeQuote(fact, queue)
  if (!('text' in fact)) return undefined
  if (fact.kind === 'divider') return queue.pop()?.kind === 'divider' ? undefined : 'a divider is lost.'
  return takeWords(fact, queue, letters)
}

type Letters = (text: string) => string

/** Takes pieces off the queue until they make up the words of a fact. */
function takeWords(fact: Extract<Fact, { text: string }>, queue: Fact[], of: Letters): string | undefined {
  const all = of(fact.text)
  let at = 0
  while (at < all.length) {
    const piece = queue.pop()
    if (piece?.kind !== fact.kind) return lost(fact, all, at, piece)
    const plain = of(piece.text)
    const words = all.startsWith(plain, at) ? plain : of(withoutRepeatedValue(piece.text, fact.text))
    if (words === '' || !all.startsWith(words, at)) return lost(fact, all, at, piece)
    at += words.length
    if (at < all.length && splitsGrapheme(fact.text, at, of))
      return `a grapheme is cut in ${JSON.stringify(all.slice(at - 20, at + 20))}.`
  }
  return undefined
}

const lost = (fact: Fact, all: string, at: number, got: Fact | undefined): string =>
  `of a fact of the kind ${fact.kind}, ${JSON.stringify(all.slice(at, at + 80))} is lost; ${got ? JSON.stringify(factLine(got).slice(0, 120)) : 'nothing'} stands there.`

/** A field that goes on repeats its value: `value (continued): `. */
function withoutRepeatedValue(piece: string, whole: string): string {
  const at = piece.indexOf(' (continued): ')
  return at !== -1 && letters(whole).startsWith(letters(`${piece.slice(0, at)}:`))
    ? piece.slice(at + ' (continued): '.length)
    : piece
}

function takeQuote(fact: Extract<Fact, { kind: 'quote' }>, queue: Fact[]): string | undefined {
  if (queue.at(-1)?.kind !== 'quote') return takeLooseQuote(fact, queue)
  const bare: Letters = text => letters(text).replace(/[“”]/g, '')
  const all = bare(fact.words)
  let at = 0
  for (let part = 0; part === 0 || at < all.length; part++) {
    const piece = queue.pop()
    if (piece?.kind !== 'quote') return lost(fact, all, at, piece)
    const said = saidOf(part === 0 ? fact : { ...fact, attribution: `${fact.attribution} (continued)` })
    if (letters(saidOf(piece)) !== letters(said))
      return `a quote is parted from ${JSON.stringify(said)}: ${JSON.stringify(factLine(piece).slice(-120))}.`
    const words = bare(piece.words)
    if (!all.startsWith(words, at)) return lost(fact, all, at, piece)
    at += words.length
    if (at < all.length && splitsGrapheme(fact.words, at, bare))
      return `a quote's grapheme is cut in ${JSON.stringify(all.slice(at - 20, at + 20))}.`
  }
  return undefined
}

/** A quote whose attribution takes half a page: its words as text, then who said them. */
function takeLooseQuote(fact: Extract<Fact, { kind: 'quote' }>, queue: Fact[]): string | undefined {
  const said = saidOf(fact)
  if (said.length < SAID) return `a quote is parted from ${JSON.stringify(fact.attribution)}.`
  const bare: Letters = text => letters(text).replace(/[“”✓⚠]/g, '')
  return takeWords({ kind: 'text', text: fact.words + said }, queue, bare)
}

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' })

/** Whether a cut after so many letters falls into a character as readers see it, of no more than WHOLE code units. */
function splitsGrapheme(text: string, at: number, of: Letters): boolean {
  let count = 0
  for (const { segment } of graphemes.segment(text)) {
    if (count >= at) return false
    const length = of(segment).length
    if (count + length > at) return segment.length <= WHOLE
    count += length
  }
  return false
}
