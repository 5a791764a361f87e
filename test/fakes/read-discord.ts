import type { APIComponentInContainer, APIMessageTopLevelComponent } from 'discord-api-types/v10'
import markdown from 'discord-markdown-parser'
import { type Fact, readPickerLabel, readQuote, shownFacts } from './facts.ts'

/** What a reader of a message on Discord is told, in order. What would show as anything but words is marked by `⟦…⟧`. */
export const readDiscord = (message: { components: APIMessageTopLevelComponent[] }): Fact[] =>
  shownFacts(
    message.components
      .flatMap(component => (component.type === 17 ? component.components : component))
      .flatMap(readPart),
  )

function readPart(part: APIComponentInContainer | APIMessageTopLevelComponent): Fact[] {
  switch (part.type) {
    case 10:
      return readDisplay(part.content)
    case 14:
      return [{ kind: 'divider', text: '' }]
    case 1:
      return part.components.map((component): Fact => {
        if (component.type === 2 && 'custom_id' in component)
          return { kind: 'button', id: component.custom_id, label: component.label ?? '' }
        if (component.type === 3)
          return { kind: 'picker', id: component.custom_id, label: readPickerLabel(component.placeholder ?? '') }
        return { kind: 'text', text: `⟦component ${component.type}⟧` }
      })
    default:
      return [{ kind: 'text', text: `⟦component ${part.type}⟧` }]
  }
}

/** The marks at the beginning of a line that make it something else than a line of a paragraph. */
const MARKS = { heading: /^ *(#{1,3})\s+/, small: /^ *-#\s+/, quote: /^ *>(?:>>)?\s/, item: /^ *(?:[-*]|\d+\.)\s+/ }

type Line = { kind: keyof typeof MARKS | 'plain'; mark: string; text: string }

function readLine(line: string): Line {
  for (const kind of ['heading', 'small', 'quote', 'item'] as const) {
    const mark = MARKS[kind].exec(line)?.[0]
    if (mark !== undefined) return { kind, mark: mark.trimEnd(), text: line.slice(mark.length) }
  }
  return { kind: 'plain', mark: '', text: line }
}

function readDisplay(content: string): Fact[] {
  const shared = /^-# Shared by <@(\d+)>$/.exec(content)
  if (shared) return [{ kind: 'shared', text: shared[1] as string }]
  const groups = groupLines(content.split('\n').map(readLine))
  return [
    ...groups.map(readGroup),
    ...(isMarkedAcross(content, groups) ? [{ kind: 'text' as const, text: '⟦across⟧' }] : []),
  ]
}

/** Whether markup goes from one group into the next; a list's items are read one by one. */
const isMarkedAcross = (content: string, groups: Line[][]): boolean =>
  groups.length > 1 &&
  groups.some(([line]) => line?.kind !== 'item') &&
  countMarkup(content) > groups.reduce((sum, lines) => sum + countMarkup(textOf(lines)), 0)

/** Lines that belong together: neighbours of one kind, and below an item the lines that are indented. */
function groupLines(lines: Line[]): Line[][] {
  const groups: Line[][] = []
  for (const line of lines) {
    const last = groups.at(-1)?.[0]
    const goesOn =
      (last?.kind === line.kind && line.kind !== 'item' && line.kind !== 'heading') ||
      (last?.kind === 'item' && line.kind === 'plain' && line.text.startsWith('  '))
    if (goesOn) groups.at(-1)?.push(line)
    else groups.push([line])
  }
  return groups
}

const textOf = (lines: Line[]): string => lines.map(line => line.text).join('\n')

function readGroup(lines: Line[]): Fact {
  const [{ kind, mark }] = lines as [Line]
  const text = readInline(textOf(lines))
  if (kind === 'heading')
    return mark === '##' ? { kind: 'title', text } : { kind: 'text', text: mark === '###' ? text : `⟦${mark}⟧${text}` }
  if (kind === 'quote') return mark === '>' ? readQuote(text) : { kind: 'text', text: `⟦${mark}⟧${text}` }
  if (kind === 'item') return { kind: 'item', text: mark === '-' ? text : `⟦${mark}⟧${text}` }
  return { kind: 'text', text }
}

/** The words of text behind a line's mark. A mark within it would make a block in a block. */
function readInline(text: string): string {
  const nested = text.split('\n').some(line => readLine(line).kind !== 'plain')
  return `${nested ? '⟦block⟧' : ''}${nodesOf(text).map(wordsOf).join('')}`
}

type Node = ReturnType<typeof markdown.parse>[number]

const nodesOf = (text: string): Node[] => markdown.parse(text, 'extended')

const SHOWN_AS_IT_IS = ['text', 'twemoji']

const BREAKS = ['br', 'newline']

function wordsOf(node: Node): string {
  if (BREAKS.includes(node.type)) return '\n'
  if (node.type === 'twemoji') return String(node.name)
  const inner = typeof node.content === 'string' ? node.content : childrenOf(node).map(wordsOf).join('')
  switch (node.type) {
    case 'text':
      return inner
    case 'em':
    case 'strong':
      return inner
    case 'inlineCode':
      return inner.replace(/^ (?=`)|(?<=`) $/g, '')
    case 'link':
      return node.title === undefined ? `${inner} <${node.target}>` : `⟦titled link⟧${inner} <${node.target}>`
    default:
      return `⟦${node.type}⟧${inner}`
  }
}

const childrenOf = (node: Node): Node[] => (Array.isArray(node.content) ? node.content : [])

/** How many nodes are not just words, blocks aside. */
const countMarkup = (text: string): number => nodesOf(text).reduce((sum, node) => sum + countNode(node), 0)

const BLOCKS = ['heading', 'subtext', 'blockQuote']

const countNode = (node: Node): number =>
  ([...SHOWN_AS_IT_IS, ...BREAKS, ...BLOCKS].includes(node.type) ? 0 : 1) +
  childrenOf(node).reduce((sum, child) => sum + countNode(child), 0)
