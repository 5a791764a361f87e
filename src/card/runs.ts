import { type Field, type Quote, type Run, strong, text } from './card.ts'
import { isBlank, withoutControls } from './controls.ts'
import { statusText } from './status.ts'

/** The words of runs, without any markup; a link gives its text only. */
export const runsText = (runs: Run[]): string => runs.map(runText).join('')

function runText(run: Run): string {
  switch (run.kind) {
    case 'text':
    case 'code':
      return run.text
    case 'emphasis':
    case 'strong':
    case 'link':
      return runsText(run.runs)
    default:
      return run satisfies never
  }
}

/** The runs between two places of their plain text. */
export function sliceRuns(runs: Run[], from: number, to: number): Run[] {
  const slices: Run[] = []
  let at = 0
  for (const run of runs) {
    const length = runsText([run]).length
    if (at + length > from && at < to) slices.push(sliceRun(run, Math.max(0, from - at), Math.min(length, to - at)))
    at += length
  }
  return slices
}

function sliceRun(run: Run, from: number, to: number): Run {
  return 'text' in run ? { ...run, text: run.text.slice(from, to) } : { ...run, runs: sliceRuns(run.runs, from, to) }
}

/** A field as a line: its value, and what that counts. */
export const fieldRuns = ({ value, label }: Field): Run[] => [strong(value), text(': '), ...label]

/** A quote as lines: its paragraphs in quotation marks, then who said it and how it was checked. */
export const quoteLines = (quote: Quote): Run[][] => [
  ...quote.paragraphs.map(runs => [text('“'), ...runs, text('”')]),
  attributionRuns(quote),
]

/** Who said a quote, and how it was checked: `— Jens Stoltenberg, 12 July 2023 [1] · ✓ verified`. */
export const attributionRuns = ({ attribution, continued, status }: Quote): Run[] => [
  text('— '),
  ...attribution,
  text(`${continued ? ' (continued)' : ''} · ${statusText(status)}`),
]

/** Takes the white space from both ends. */
export function trimRuns(runs: Run[]): Run[] {
  const text = runsText(runs)
  const start = text.length - text.trimStart().length
  return text.trim() === '' ? [] : sliceRuns(runs, start, text.trimEnd().length)
}

/** A stretch of text in one style, for platforms whose text is no tree. */
export type Leaf = { text: string; strong?: true; emphasis?: true; code?: true; url?: string }

/** Runs as leaves that can be shown: never empty, well-formed, without controls, neighbours of one style joined. */
export function leavesOf(runs: Run[]): Leaf[] {
  const leaves: Leaf[] = []
  for (const leaf of runs.flatMap(run => flatten(run, {}))) {
    const last = leaves.at(-1)
    if (last && last.url === undefined && isSameStyle(last, leaf)) last.text += leaf.text
    else if (leaf.text !== '') leaves.push(leaf)
  }
  return leaves
}

function flatten(run: Run, style: Omit<Leaf, 'text'>): Leaf[] {
  switch (run.kind) {
    case 'text':
      return [{ ...style, text: shown(run.text) }]
    case 'code':
      return [{ ...style, text: shown(run.text), code: true }]
    case 'link':
      return [linkLeaf(shown(runsText(run.runs)), run.url, style)]
    case 'emphasis':
    case 'strong':
      return run.runs.flatMap(inner => flatten(inner, { ...style, [run.kind]: true }))
    default:
      return run satisfies never
  }
}

/** The longest address that is drawn as a link; browsers and both platforms take it. */
const LONGEST_ADDRESS = 2000

const WEB_ADDRESS = /^https?:\/\/[^\s\p{Cc}<>"\\^`{|}]+$/iu

/** An address that no platform would make a link of stands behind its text. */
const linkLeaf = (words: string, url: string, style: Omit<Leaf, 'text'>): Leaf =>
  WEB_ADDRESS.test(url) && url.length <= LONGEST_ADDRESS && !isBlank(words)
    ? { ...style, text: words, url }
    : { ...style, text: shown(`${words} <${url}>`) }

const shown = (text: string): string => withoutControls(text.toWellFormed())

const isSameStyle = (a: Leaf, b: Leaf): boolean =>
  a.strong === b.strong && a.emphasis === b.emphasis && a.code === b.code && a.url === b.url
