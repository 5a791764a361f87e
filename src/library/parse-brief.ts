import { runsText, sliceRuns, trimRuns } from '../card/runs.ts'
import {
  type BriefQuote,
  type Difference,
  type Figure,
  type FrontMatter,
  frontMatterSchema,
  type MatterPlaces,
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
import { edtfText, findDates, type SpokenDate } from './spoken-date.ts'
import { readYaml } from './yaml.ts'

/** Reads a brief's file. Every fault of the file is given at once; the brief only when there is none. */
export function parseBrief(name: string, text: string): { brief?: ParsedBrief; faults: Fault[] } {
  const parts = splitFrontMatter(text)
  const long = longLine(text)
  if (long) return { faults: [long] }
  if (!parts) return { faults: [{ at: 0, message: BEGINS_MATTER.test(text) ? MATTER_NOT_CLOSED : NO_MATTER }] }
  const yaml = readYaml(parts.matter)
  const matter = readBySchema(yaml, frontMatterSchema)
  const reader: Reader = { text: parts.body, base: parts.bodyStart, faults: [], depth: 0 }
  const content = readBody(reader)
  const matterFaults =
    'faults' in matter ? matter.faults.map(fault => ({ ...fault, at: fault.at + parts.matterStart })) : []
  const faults = [...matterFaults, ...reader.faults]
  if ('faults' in matter || 'fault' in yaml || faults.length > 0) return { faults }
  const at = placesOf(matter.value, path => parts.matterStart + yaml.place(path))
  return { brief: { name, matter: matter.value, at, ...content }, faults }
}

const placesOf = ({ aliases, related }: FrontMatter, place: (path: PropertyKey[]) => number): MatterPlaces => ({
  title: place(['title']),
  date: place(['date']),
  aliases: aliases.map((_, index) => place(['aliases', index])),
  related: related.map((_, index) => place(['related', index])),
})

const NO_MATTER =
  'Expected the file to begin with front matter: a line `---`, keys such as `title: Vilnius summit`, and a line `---`.'

const MATTER_NOT_CLOSED = 'The front matter is not closed. Write a line `---` below its last key.'

const BEGINS_MATTER = /^\uFEFF?---[\t ]*(?:\r?\n|$)/

/** The Markdown parser's time grows with the square of a line's length. */
const LINE_LENGTH = 20_000

function longLine(text: string): Fault | undefined {
  let at = 0
  for (const line of text.split('\n')) {
    if (line.length > LINE_LENGTH)
      return {
        at,
        message: `This line has ${line.length} characters, more than the ${LINE_LENGTH} that are read. Break it.`,
      }
    at += line.length + 1
  }
}

function splitFrontMatter(
  text: string,
): { matter: string; matterStart: number; body: string; bodyStart: number } | undefined {
  const match = /^(\uFEFF?---[\t ]*\r?\n)((?:(?!---[\t ]*(?:\r?\n|$)).*(?:\r?\n))*)---[\t ]*(?:\r?\n|$)/.exec(text)
  if (!match) return undefined
  const [whole, open = '', matter = ''] = match
  return { matter, matterStart: open.length, body: text.slice(whole.length), bodyStart: whole.length }
}

type Content = Omit<ParsedBrief, 'name' | 'matter' | 'at'>

type SectionName = 'Key points' | 'Quotes' | 'Timeline' | 'Figures' | 'Where sources differ'

const SECTIONS: SectionName[] = ['Key points', 'Quotes', 'Timeline', 'Figures', 'Where sources differ']

function readBody(reader: Reader): Content {
  const content: Content = { intro: [], keyPoints: [], quotes: [], timeline: [], figures: [], differences: [] }
  const { intro, sections } = splitSections(reader)
  content.intro = intro.flatMap(node => readIntro(node, reader))
  const isMisplaced = sections[0] !== undefined && sections[0].name === undefined
  if (intro.length === 0 && !isMisplaced)
    report(reader, 0, 'Expected an introduction: one or two paragraphs on what happened and why it matters.')
  for (const { name, heading, nodes } of sections) {
    if (!name) continue
    if (nodes.length === 0)
      report(reader, heading.from, `The section "${name}" is empty. Fill it or delete its heading.`)
    for (const node of nodes) readSection(name, node, content, reader)
  }
  return content
}

/** `name` is absent where the heading is none of ours: that is reported, and what stands below it is not read. */
type Section = { name: SectionName | undefined; heading: Node; nodes: Node[] }

function splitSections(reader: Reader): { intro: Node[]; sections: Section[] } {
  const intro: Node[] = []
  const sections: Section[] = []
  for (const node of children(parseMarkdown(reader.text))) {
    if (node.name.includes('Heading'))
      sections.push({ name: sectionName(node, sections, reader), heading: node, nodes: [] })
    else if (node.name !== 'CommentBlock') (sections.at(-1)?.nodes ?? intro).push(node)
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
  const mark = takeMark(parts, 'own', node, reader)
  const statement = { parts: mark.parts, at: reader.base + node.from }
  return mark.why === undefined ? statement : { ...statement, own: mark.why }
}

/** A mark at the end of a text, whose reason may hold closed brackets; what looks like one; and an example. */
const markOf = (word: string, example: string) => ({
  whole: new RegExp(`\\(${word}\\s*:\\s*(?=[^\\s)])((?:[^()]|\\([^()]*\\))+?)\\s*\\)\\s*\\.?$`, 'i'),
  begins: new RegExp(`\\(${word}\\s*(?::|\\)\\s*\\.?$)`, 'i'),
  example,
})

const MARKS = {
  own: markOf('own', '(own: 31 and 18)'),
  unverified: markOf('unverified', '(unverified: heard on the broadcast)'),
}

/** Takes `(own: why)` or `(unverified: why)` from the end of a text, before or behind its citations. */
function takeMark(
  parts: Part[],
  word: keyof typeof MARKS,
  node: Node,
  reader: Reader,
): { parts: Part[]; why?: string } {
  const { whole, begins } = MARKS[word]
  const index = parts.findLastIndex(part => part.runs.length > 0)
  const part = parts[index]
  if (!part) return { parts }
  const match = whole.exec(runsText(part.runs))
  const rest = match ? { ...part, runs: trimRuns(sliceRuns(part.runs, 0, match.index)) } : part
  const left = parts.with(index, rest).filter(one => one.runs.length + one.cites.length > 0)
  const plain = left.map(one => runsText(one.runs)).join(' ')
  if (begins.test(plain.trim())) reportMark(word, node, reader)
  return match ? { parts: left, why: match[1] as string } : { parts: left }
}

function reportMark(word: keyof typeof MARKS, node: Node, reader: Reader): void {
  const source = reader.text.slice(node.from, node.to)
  const start = Math.max(0, source.search(new RegExp(`\\(${word}\\s*[:)]`, 'i')))
  const got = source.slice(start).split('\n')[0]?.slice(0, 60)
  report(
    reader,
    node.from + start,
    `Expected a reason in brackets at the end, such as ${MARKS[word].example}, got "${got}".`,
  )
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
  const paragraphs = blocks.filter(block => block.name === 'Paragraph')
  for (const block of blocks) {
    if (block.name !== 'Paragraph')
      report(reader, block.from, `Only paragraphs stand in a quote, got ${nameOfNode(block.name)}.`)
  }
  const last = paragraphs.at(-1)
  const cut = last && attributionStart(reader.text.slice(last.from, last.to))
  if (!last || cut === undefined) {
    report(reader, node.from, `Expected the quote to end with its attribution, such as ${ATTRIBUTION}.`)
    return []
  }
  const words = readWords(
    [
      ...paragraphs.slice(0, -1).map(one => readInline(one, reader)),
      readInline(last, reader, last.from, last.from + cut),
    ],
    reader,
  )
  if (words.length === 0 && blocks.length === paragraphs.length) report(reader, node.from, 'The quote has no words.')
  const attribution = readAttribution(last, last.from + cut, reader)
  return attribution ? [{ ...attribution, paragraphs: words, at: reader.base + node.from }] : []
}

/** Where the last line that begins with a dash begins, in a paragraph of a blockquote. */
function attributionStart(paragraph: string): number | undefined {
  const lines = [...paragraph.matchAll(/^[\t >]*(?=\S)/gm)]
  const start = lines.findLast(line => DASH.test(paragraph.slice(line.index + line[0].length)))
  return start && start.index + start[0].length
}

function readWords(paragraphs: Part[][], reader: Reader): BriefQuote['paragraphs'] {
  const cite = paragraphs.flatMap(parts => parts.flatMap(part => part.cites))[0]
  if (cite) reader.faults.push({ at: cite.at, message: `Cite [@${cite.id}] in the attribution, not in the quote.` })
  return paragraphs.map(parts => parts.flatMap(part => part.runs)).filter(runs => runs.length > 0)
}

function readAttribution(node: Node, at: number, reader: Reader): Omit<BriefQuote, 'paragraphs' | 'at'> | undefined {
  const { parts, why } = takeMark(readInline(node, reader, at), 'unverified', node, reader)
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
  const spoken = spokenDate(fields.slice(-2).join(', ')) ?? spokenDate(last)
  const date = spoken ? undefined : parseEdtf(last)
  if (date || (!spoken && !/^\d[-./\d]*$/.test(last))) return date
  const advice = spoken && parseEdtf(edtfText(spoken)) ? ` Write ${edtfText(spoken)}.` : ''
  const got = spoken?.text ?? last
  report(reader, at, `Expected the date of the quote to be a date such as 2023-07-12, got "${got}".${advice}`)
  return undefined
}

/** A whole text that is a date in words, with its year. */
const spokenDate = (text: string): SpokenDate | undefined =>
  findDates(text, 'en').find(date => date.text === text && date.year !== undefined && /\p{L}/u.test(text))
