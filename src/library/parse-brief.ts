import { runsText, sliceRuns, trimRuns } from '../card/runs.ts'
import {
  type BriefQuote,
  type Difference,
  type Figure,
  frontMatterSchema,
  type ParsedBrief,
  type Statement,
  type TimelineEntry,
} from './brief.ts'
import { type EdtfDate, parseEdtf } from './edtf.ts'
import {
  type Cite,
  children,
  type Node,
  nameOfNode,
  type Part,
  parseMarkdown,
  type Reader,
  readInline,
  report,
} from './markdown.ts'
import type { Fault } from './problem.ts'
import { readBySchema } from './schema.ts'
import { suggest } from './similar.ts'
import { readYaml } from './yaml.ts'

/** Reads a brief's file. Every fault of the file is given at once; the brief only when there is none. */
export function parseBrief(name: string, text: string): { brief?: ParsedBrief; faults: Fault[] } {
  const parts = splitFrontMatter(text)
  if (!parts)
    return {
      faults: [
        {
          at: 0,
          message:
            'Expected the file to begin with front matter: a line `---`, keys such as `title: Vilnius summit`, and a line `---`.',
        },
      ],
    }
  const matter = readBySchema(readYaml(parts.matter), frontMatterSchema)
  const reader: Reader = { text: parts.body, base: parts.bodyStart, faults: [] }
  const content = readBody(reader)
  const matterFaults =
    'faults' in matter ? matter.faults.map(fault => ({ ...fault, at: fault.at + parts.matterStart })) : []
  const faults = [...matterFaults, ...reader.faults]
  return 'faults' in matter || faults.length > 0
    ? { faults }
    : { brief: { name, matter: matter.value, ...content }, faults }
}

function splitFrontMatter(
  text: string,
): { matter: string; matterStart: number; body: string; bodyStart: number } | undefined {
  const match = /^(\uFEFF?---[\t ]*\r?\n)((?:(?!---[\t ]*(?:\r?\n|$)).*(?:\r?\n))*)---[\t ]*(?:\r?\n|$)/.exec(text)
  if (!match) return undefined
  const [whole, open = '', matter = ''] = match
  return { matter, matterStart: open.length, body: text.slice(whole.length), bodyStart: whole.length }
}

type Content = Omit<ParsedBrief, 'name' | 'matter'>

type SectionName = 'Key points' | 'Quotes' | 'Timeline' | 'Figures' | 'Where sources differ'

const SECTIONS: SectionName[] = ['Key points', 'Quotes', 'Timeline', 'Figures', 'Where sources differ']

function readBody(reader: Reader): Content {
  const content: Content = { intro: [], keyPoints: [], quotes: [], timeline: [], figures: [], differences: [] }
  const { intro, sections } = splitSections(reader)
  content.intro = intro.flatMap(node => readIntro(node, reader))
  if (intro.length === 0)
    report(reader, 0, 'Expected an introduction: one or two paragraphs on what happened and why it matters.')
  for (const { name, heading, nodes } of sections) {
    if (nodes.length === 0)
      report(reader, heading.from, `The section "${name}" is empty. Fill it or delete its heading.`)
    for (const node of nodes) readSection(name, node, content, reader)
  }
  return content
}

type Section = { name: SectionName; heading: Node; nodes: Node[] }

function splitSections(reader: Reader): { intro: Node[]; sections: Section[] } {
  const intro: Node[] = []
  const sections: Section[] = []
  let nodes: Node[] = intro
  for (const node of children(parseMarkdown(reader.text))) {
    if (node.name.includes('Heading')) {
      nodes = []
      const name = sectionName(node, sections, reader)
      if (name) sections.push({ name, heading: node, nodes })
    } else if (node.name !== 'CommentBlock') nodes.push(node)
  }
  return { intro, sections }
}

function sectionName(node: Node, before: Section[], reader: Reader): SectionName | undefined {
  const title = runsText(readInline(node, reader).flatMap(part => part.runs)).replace(/\s*#+$/, '')
  const name = SECTIONS.find(section => section.toLowerCase() === title.toLowerCase())
  if (!name) report(reader, node.from, `Unknown heading "${title}". ${suggest(title, SECTIONS)}`)
  else if (!node.name.endsWith('Heading2'))
    report(reader, node.from, `Expected "## ${name}", a heading of the second level.`)
  else if (before.some(section => section.name === name))
    report(reader, node.from, `The section "${name}" is there twice. Join the two.`)
  return name
}

function readIntro(node: Node, reader: Reader): Statement[] {
  if (node.name === 'Paragraph') return [toStatement(readInline(node, reader), node, reader)]
  report(reader, node.from, `Expected a paragraph before the first heading, got ${nameOfNode(node.name)}.`)
  return []
}

function readSection(name: SectionName, node: Node, content: Content, reader: Reader): void {
  const wanted = name === 'Quotes' ? 'Blockquote' : 'BulletList'
  if (node.name !== wanted) {
    const example = name === 'Quotes' ? 'a blockquote for each quote: "> …"' : 'a list: "- …"'
    report(reader, node.from, `Expected "${name}" to hold ${example}, got ${nameOfNode(node.name)}.`)
    return
  }
  if (name === 'Quotes') content.quotes.push(...readQuote(node, reader))
  const items = children(node).filter(child => child.name === 'ListItem')
  if (name === 'Key points') content.keyPoints.push(...items.flatMap(item => readItem(item, reader)))
  if (name === 'Timeline') content.timeline.push(...items.flatMap(item => readTimelineEntry(item, reader)))
  if (name === 'Figures') content.figures.push(...items.flatMap(item => readFigure(item, reader)))
  if (name === 'Where sources differ') content.differences.push(...items.flatMap(item => readDifference(item, reader)))
}

/** A flat item: one paragraph. */
function readItem(item: Node, reader: Reader): Statement[] {
  const [paragraph, ...more] = children(item).filter(
    child => child.name !== 'ListMark' && child.name !== 'CommentBlock',
  )
  for (const node of more)
    report(reader, node.from, `Expected one paragraph in each item, got also ${nameOfNode(node.name)}.`)
  if (paragraph?.name === 'Paragraph') return [toStatement(readInline(paragraph, reader), paragraph, reader)]
  report(
    reader,
    item.from,
    paragraph
      ? `Expected a sentence, got ${nameOfNode(paragraph.name)}.`
      : 'This item is empty. Write a sentence or delete it.',
  )
  return []
}

function toStatement(parts: Part[], node: Node, reader: Reader): Statement {
  const mark = takeMark(parts, 'own')
  const statement = { parts: mark.parts, at: reader.base + node.from }
  return mark.why === undefined ? statement : { ...statement, own: mark.why }
}

/** Takes `(own: why)` or `(unverified: why)` from the end of a text, before or behind its citations. */
function takeMark(parts: Part[], word: 'own' | 'unverified'): { parts: Part[]; why?: string } {
  const index = parts.findLastIndex(part => part.runs.length > 0)
  const part = parts[index]
  if (!part) return { parts }
  const plain = runsText(part.runs)
  const match = new RegExp(`\\(${word}:\\s*([^()]+?)\\s*\\)\\s*\\.?$`, 'i').exec(plain)
  if (!match) return { parts }
  const rest = { ...part, runs: trimRuns(sliceRuns(part.runs, 0, match.index)) }
  return {
    parts: parts.with(index, rest).filter(one => one.runs.length + one.cites.length > 0),
    why: match[1] as string,
  }
}

function readTimelineEntry(item: Node, reader: Reader): TimelineEntry[] {
  return readItem(item, reader).flatMap(statement => {
    const runs = statement.parts[0]?.runs ?? []
    const match = /^([^\s:]+):\s+(?=\S)/.exec(runsText(runs))
    const date = match && parseEdtf(match[1] as string)
    if (date) return [{ ...dropStart(statement, match[0].length), date }]
    report(
      reader,
      statement.at - reader.base,
      `Expected the entry to begin with its date, such as "2023-07-12: …", got "${runsText(runs).slice(0, 30)}".`,
    )
    return []
  })
}

function readFigure(item: Node, reader: Reader): Figure[] {
  return readItem(item, reader).flatMap(statement => {
    const runs = statement.parts[0]?.runs ?? []
    const first = runs[0]
    const value = first?.kind === 'strong' ? runsText([first]).trim() : ''
    const match = /^\s*:\s+(?=\S)/.exec(runsText(runs.slice(1)))
    if (value && first && match) return [{ ...dropStart(statement, runsText([first]).length + match[0].length), value }]
    report(
      reader,
      statement.at - reader.base,
      `Expected the figure in bold and a colon, such as "**31**: members …", got "${runsText(runs).slice(0, 30)}".`,
    )
    return []
  })
}

function dropStart(statement: Statement, length: number): Statement {
  const [first, ...rest] = statement.parts
  if (!first) return statement
  return { ...statement, parts: [{ ...first, runs: sliceRuns(first.runs, length, Number.POSITIVE_INFINITY) }, ...rest] }
}

function readDifference(item: Node, reader: Reader): Difference[] {
  const [topic, claims, ...more] = children(item).filter(
    child => child.name !== 'ListMark' && child.name !== 'CommentBlock',
  )
  const at = item.from
  if (topic?.name !== 'Paragraph' || claims?.name !== 'BulletList' || more.length > 0) {
    report(
      reader,
      at,
      'Expected a topic and, indented below it, one claim per item with its source: "- When the summit was", "  - In July. [@press-conference]".',
    )
    return []
  }
  const statements = children(claims)
    .filter(child => child.name === 'ListItem')
    .flatMap(claim => readItem(claim, reader))
  const parts = readInline(topic, reader)
  if (parts.some(part => part.cites.length > 0))
    report(reader, topic.from, 'A topic cites no source. Cite at each claim below it.')
  if (statements.length < 2) report(reader, at, 'Expected at least two claims that differ.')
  return [{ topic: runsText(parts.flatMap(part => part.runs)), claims: statements, at: reader.base + at }]
}

const ATTRIBUTION = '"— Jens Stoltenberg, NATO Secretary General, 2023-07-12 [@press-conference]"'

const DASH = /^(?:[—–―]|--)\s*/

function readQuote(node: Node, reader: Reader): BriefQuote[] {
  const blocks = children(node).filter(child => child.name !== 'QuoteMark')
  for (const block of blocks) {
    if (block.name !== 'Paragraph')
      report(reader, block.from, `Only paragraphs stand in a quote, got ${nameOfNode(block.name)}.`)
  }
  const paragraphs = blocks.filter(block => block.name === 'Paragraph')
  const last = paragraphs.at(-1)
  const cut = last && attributionStart(reader.text.slice(last.from, last.to))
  if (!last || cut === undefined) {
    report(reader, node.from, `Expected the quote to end with its attribution, such as ${ATTRIBUTION}.`)
    return []
  }
  const words = [
    ...paragraphs.slice(0, -1).map(one => readInline(one, reader)),
    readInline(last, reader, last.from, last.from + cut),
  ]
  const attribution = readAttribution(readInline(last, reader, last.from + cut), last.from + cut, reader)
  return attribution
    ? [{ ...attribution, paragraphs: readWords(words, node, reader), at: reader.base + node.from }]
    : []
}

/** Where the last line that begins with a dash begins, in a paragraph of a blockquote. */
function attributionStart(paragraph: string): number | undefined {
  const lines = [...paragraph.matchAll(/^[\t >]*(?=\S)/gm)]
  const start = lines.findLast(line => DASH.test(paragraph.slice(line.index + line[0].length)))
  return start && start.index + start[0].length
}

function readWords(paragraphs: Part[][], node: Node, reader: Reader): BriefQuote['paragraphs'] {
  const words = paragraphs.map(parts => parts.flatMap(part => part.runs)).filter(runs => runs.length > 0)
  if (words.length === 0) report(reader, node.from, 'The quote has no words.')
  const cite = paragraphs.flatMap(parts => parts.flatMap(part => part.cites))[0]
  if (cite) reader.faults.push({ at: cite.at, message: `Cite [@${cite.id}] in the attribution, not in the quote.` })
  return words
}

function readAttribution(all: Part[], at: number, reader: Reader): Omit<BriefQuote, 'paragraphs' | 'at'> | undefined {
  const { parts, why } = takeMark(all, 'unverified')
  const cites: Cite[] = parts.flatMap(part => part.cites)
  const fields = runsText(parts.flatMap(part => part.runs))
    .replace(DASH, '')
    .split(',')
    .map(field => field.trim())
  const speaker = fields.shift() ?? ''
  const date = readDate(fields, at, reader)
  const role = (date ? fields.slice(0, -1) : fields).join(', ')
  if (speaker === '' || speaker.length + role.length > ATTRIBUTION_LENGTH) {
    report(reader, at, `Expected who said it, in at most ${ATTRIBUTION_LENGTH} characters, such as ${ATTRIBUTION}.`)
    return undefined
  }
  return { speaker, cites, ...(role && { role }), ...(date && { date }), ...(why && { unverified: why }) }
}

const ATTRIBUTION_LENGTH = 250

function readDate(fields: string[], at: number, reader: Reader): EdtfDate | undefined {
  const last = fields.at(-1) ?? ''
  const date = parseEdtf(last)
  if (!date && /^\d{4}\b[-/\d]*$/.test(last))
    report(reader, at, `Expected the date of the quote to be a date such as 2023-07-12, got "${last}".`)
  return date
}
