import { type InlineContext, type MarkdownParser, parser } from '@lezer/markdown'
import type { Run } from '../card/card.ts'
import { runsText, trimRuns } from '../card/runs.ts'
import type { Fault } from './problem.ts'

/** `[@id]`, and where it stands in the file. */
export type Cite = { kind: 'cite'; id: string; at: number }

/** Text with the sources that are cited behind it. */
export type Part = { runs: Run[]; cites: Cite[] }

/** A node of the parsed text; `from` and `to` are UTF-16 places in that text. */
export type Node = ReturnType<typeof parseMarkdown>

const citation = {
  name: 'Citation',
  before: 'Link',
  parse(context: InlineContext, next: number, at: number): number {
    if (next !== 91 || context.char(at + 1) !== 64) return -1
    const [mark = ''] = /^\[@(?:[^[\]]*\]|[^[\]\s]*)/.exec(context.slice(at, context.end)) ?? []
    return context.addElement(context.elt('Citation', at, at + mark.length))
  },
}

const briefs: MarkdownParser = parser.configure({ defineNodes: ['Citation'], parseInline: [citation] })

/** CommonMark with `[@id]` citations. The parser never fails; what a brief can't hold is for its reader to refuse. */
export const parseMarkdown = (text: string) => briefs.parse(text).topNode

export function children(node: Node): Node[] {
  const found: Node[] = []
  for (let child = node.firstChild; child; child = child.nextSibling) found.push(child)
  return found
}

/** The text that the nodes' places count in, where it begins in its file, where its faults go, and how deep in it one is. */
export type Reader = { text: string; base: number; faults: Fault[]; depth: number }

export const report = (reader: Reader, at: number, message: string): void => {
  reader.faults.push({ at: reader.base + at, message })
}

/**
 * Reads the inline content of a node as parts, each a text and the sources cited behind it. Line breaks become spaces, brackets that
 * are no link stay text, citations are lifted out of emphasis. What no card can show (HTML, images, entities) is a fault.
 */
export function readInline(node: Node, reader: Reader, from = node.from, to = node.to): Part[] {
  const parts: Part[] = []
  for (const inline of readInlines(node, from, to, reader)) {
    const last = parts.at(-1)
    if (inline.kind === 'cite') {
      if (last) last.cites.push(inline)
      else parts.push({ runs: [], cites: [inline] })
    } else if (last && (last.cites.length === 0 || runsText([inline]).trim() === '')) last.runs.push(inline)
    else parts.push({ runs: [inline], cites: [] })
  }
  return parts
    .map(({ runs, cites }) => ({ runs: trimRuns(runs), cites }))
    .filter(part => part.runs.length + part.cites.length > 0)
}

type Inline = Run | Cite

/** More levels are no text, and would exhaust the stack. */
const DEEPEST = 20

function readInlines(node: Node, from: number, to: number, reader: Reader): Inline[] {
  if (reader.depth > DEEPEST) {
    report(reader, from, `Expected at most ${DEEPEST} levels of emphasis and brackets.`)
    return [{ kind: 'text', text: reader.text.slice(from, to) }]
  }
  const deeper = { ...reader, depth: reader.depth + 1 }
  const inlines: Inline[] = []
  const tags = new Set<string>()
  let at = from
  for (let child = node.firstChild; child; child = child.nextSibling) {
    if (child.from < from || child.to > to) continue
    pushText(inlines, reader.text.slice(at, child.from))
    for (const inline of isClosed(child, tags, reader) ? [] : readNode(child, deeper)) {
      if (inline.kind === 'text') pushText(inlines, inline.text)
      else inlines.push(inline)
    }
    at = child.to
  }
  pushText(inlines, reader.text.slice(at, to))
  return inlines
}

/** Whether a node is the end tag of an element whose beginning is reported already. `tags` keeps those that are open. */
function isClosed(node: Node, tags: Set<string>, reader: Reader): boolean {
  const [, slash, name = ''] =
    node.name === 'HTMLTag' ? (/^<(\/?)([\w-]+)/.exec(reader.text.slice(node.from, node.to)) ?? []) : []
  if (slash === '/') return tags.delete(name)
  if (slash === '') tags.add(name)
  return false
}

function pushText(inlines: Inline[], raw: string): void {
  const text = raw.replace(/\s+/g, ' ')
  const last = inlines.at(-1)
  if (last?.kind === 'text') last.text += last.text.endsWith(' ') ? text.trimStart() : text
  else if (text !== '') inlines.push({ kind: 'text', text })
}

function readNode(node: Node, reader: Reader): Inline[] {
  const source = reader.text.slice(node.from, node.to)
  switch (node.name) {
    case 'Citation':
      return readCitation(source, node.from, reader)
    case 'Emphasis':
    case 'StrongEmphasis':
      return hoistCites(node.name === 'Emphasis' ? 'emphasis' : 'strong', readInside(node, reader))
    case 'InlineCode':
      return [{ kind: 'code', text: readInside(node, reader).map(textOf).join('').trim() }]
    case 'Link':
    case 'Image':
      return hasAddress(node) ? readLink(node, reader) : readInlines(node, node.from, node.to, reader)
    case 'LinkLabel':
      return source.startsWith('[@') ? readCitation(source, node.from, reader) : [{ kind: 'text', text: source }]
    case 'LinkMark':
      return [{ kind: 'text', text: source }]
    case 'Autolink':
      return readAddress(source.slice(1, -1), node.from, [], reader)
    case 'Escape':
      return [{ kind: 'text', text: source.slice(1) }]
    case 'HardBreak':
      return [{ kind: 'text', text: ' ' }]
    case 'HeaderMark':
    case 'QuoteMark':
    case 'Comment':
      return []
    default:
      return refuse(node, source, reader)
  }
}

const textOf = (inline: Inline): string => (inline.kind === 'cite' ? '' : runsText([inline]))

function refuse(node: Node, source: string, reader: Reader): Inline[] {
  report(reader, node.from, `Expected text, got ${nameOfNode(node.name)}. ${remedyFor(node.name, source)}`)
  return [{ kind: 'text', text: source }]
}

function readCitation(source: string, at: number, reader: Reader): Inline[] {
  const match = /^\[@([^[\]\s,;]*)\]$/.exec(source)
  if (match) return [{ kind: 'cite', id: match[1] as string, at: reader.base + at }]
  const got = source.replace(/\s+/g, ' ').slice(0, 60)
  report(reader, at, `Expected one source in each citation, such as [@press-conference] [@visit-report], got "${got}".`)
  return [{ kind: 'text', text: source }]
}

/** What stands between a node's opening and closing marks. */
const readInside = (node: Node, reader: Reader): Inline[] =>
  readInlines(node, node.firstChild?.to ?? node.from, node.lastChild?.from ?? node.to, reader)

function hoistCites(kind: 'emphasis' | 'strong', inlines: Inline[]): Inline[] {
  const runs = inlines.filter(inline => inline.kind !== 'cite')
  const cites = inlines.filter(inline => inline.kind === 'cite')
  return runs.length > 0 ? [{ kind, runs }, ...cites] : cites
}

/** Brackets without an address are just brackets. */
const hasAddress = (node: Node): boolean => children(node).some(child => child.name === 'URL')

/** `[text](address)` */
function readLink(node: Node, reader: Reader): Inline[] {
  if (node.name === 'Image') return refuse(node, reader.text.slice(node.from, node.to), reader)
  const [open, close] = children(node).filter(child => child.name === 'LinkMark') as [Node, Node]
  const url = children(node).find(child => child.name === 'URL') as Node
  const inside = readInlines(node, open.to, close.from, reader)
  const runs = inside.filter(inline => inline.kind !== 'cite')
  const cites = inside.filter(inline => inline.kind === 'cite')
  return [...readAddress(plainAddress(reader.text.slice(url.from, url.to)), node.from, runs, reader), ...cites]
}

const plainAddress = (written: string): string => written.replace(/^<|>$/g, '').replace(/\\([!-/:-@[-`{-~])/g, '$1')

const ADDRESS_LENGTH = 1000

function readAddress(address: string, at: number, runs: Run[], reader: Reader): Inline[] {
  const shown: Run[] = runs.length > 0 ? runs : [{ kind: 'text', text: address }]
  if (/^(?:https?:\/\/|mailto:)/i.test(address) && URL.canParse(address) && address.length <= ADDRESS_LENGTH) {
    return [{ kind: 'link', url: new URL(address).href, runs: shown }]
  }
  const message = `Expected a link to begin with https:// and to have at most ${ADDRESS_LENGTH} characters, got "${address.slice(0, 60)}".`
  report(reader, at, message)
  return shown
}

/** What Markdown's constructs are called in messages. */
export function nameOfNode(name: string): string {
  return NAMES[name] ?? (name.includes('Heading') ? 'a heading' : name)
}

const NAMES: Record<string, string> = {
  HTMLTag: 'HTML',
  HTMLBlock: 'HTML',
  ProcessingInstruction: 'HTML',
  ProcessingInstructionBlock: 'HTML',
  Image: 'an image',
  Entity: 'an HTML entity',
  FencedCode: 'a code block',
  CodeBlock: 'an indented code block',
  HorizontalRule: 'a horizontal line',
  LinkReference: 'a link definition',
  OrderedList: 'a numbered list',
  BulletList: 'a list',
  Blockquote: 'a blockquote',
  Paragraph: 'a paragraph',
}

function remedyFor(name: string, source: string): string {
  if (name === 'Entity') return `Write the character itself instead of ${source}.`
  if (name === 'Image') return 'Link to it instead: [what it shows](address).'
  return `Delete it, or write \`${source.slice(0, 40).replaceAll('`', '')}\` to show it as it is.`
}
