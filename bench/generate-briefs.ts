import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { draftRecord, type Speech } from '../src/library/record.ts'
import { writeYaml } from '../src/library/yaml.ts'
import type { Prose } from './generate-words.ts'

/** What was written: the collection, the names and titles of its briefs, the names of its sources, and who speaks in them. */
export type Generated = {
  collection: string
  briefs: string[]
  titles: string[]
  sources: string[]
  speakers: string[]
}

export const COLLECTION = 'bench'

const SOURCES = 50
const SPEECHES = 12
const AT_ONCE = 64

/** Writes a collection of as many briefs, with the records of the sources that they cite, into a folder. */
export async function generateBriefs(root: string, count: number, prose: Prose): Promise<Generated> {
  const folder = join(root, COLLECTION)
  await mkdir(join(folder, 'sources'), { recursive: true })
  await writeFile(join(folder, 'collection.yaml'), SETTINGS)
  const sources = Array.from({ length: SOURCES }, (_, index) => writeSource(`source-${index + 1}`, prose))
  for (const { id, record } of sources) await writeFile(join(folder, 'sources', `${id}.yaml`), record)
  const names = briefNames(count, prose)
  const titles: string[] = []
  for (let at = 0; at < count; at += AT_ONCE) {
    const some = names.slice(at, at + AT_ONCE)
    await Promise.all(
      some.map(name => {
        const { title, text } = writeBrief(names, sources, prose)
        titles.push(title)
        return writeFile(join(folder, `${name}.md`), text)
      }),
    )
  }
  const speakers = sources.flatMap(({ speeches }) => speeches.map(({ speaker }) => speaker))
  return { collection: COLLECTION, briefs: names, titles, sources: sources.map(({ id }) => id), speakers }
}

const SETTINGS = `description: Generated briefs
spellings:
  - [Kyiv, Kiev, Київ]
  - [European Union, EU]
`

function briefNames(count: number, prose: Prose): string[] {
  const names = new Set<string>()
  while (names.size < count) names.add(`${prose.anyWord()}-${prose.anyWord()}`)
  return [...names]
}

/** A source as its citing briefs need it: what it says, with the record that is kept of it. */
type Source = {
  id: string
  published: string
  dates: string[]
  numbers: string[]
  speeches: { speaker: string; words: string[] }[]
  record: string
}

function writeSource(id: string, prose: Prose): Source {
  const published = prose.day()
  const dates = Array.from({ length: 6 }, prose.day)
  const speakers = Array.from({ length: 4 }, prose.person)
  const speeches = Array.from({ length: SPEECHES }, () => ({
    speaker: prose.pick(speakers),
    words: prose.words(prose.between(25, 45)),
  }))
  const lines = speeches.flatMap(({ words }, index) => [
    `${prose.sentence(30)} On ${dates[index % dates.length]} there were ${prose.number()}, and ${prose.sentence(12)}`,
    `${words.join(' ')}.`,
  ])
  const spoken = speeches.map(({ speaker }, index): Speech => ({ line: index * 2 + 2, speaker }))
  const about = { title: prose.title(6), publisher: prose.title(2), published, language: 'en' }
  const { file } = draftRecord(lines.join('\n'), { ...about, rendering: 'original' }, spoken)
  return { id, published, dates, numbers: file.numbers, speeches, record: writeYaml(file) }
}

function writeBrief(names: string[], all: Source[], prose: Prose): { title: string; text: string } {
  const sources = [prose.pick(all), prose.pick(all), prose.pick(all)]
  const title = prose.title(prose.between(3, 6))
  const cite = () => prose.pick(sources)
  const many = (count: number, write: () => string) => Array.from({ length: count }, write)
  const parts = [
    writeFrontMatter(title, (sources[0] as Source).published, names, prose),
    ...many(2, () => `${prose.sentence(20)} ${writeStatement(25, sources[0] as Source, prose)}`),
    `## Key points\n\n${many(8, () => `- ${writeStatement(20, cite(), prose)}`).join('\n')}`,
    '## Quotes',
    ...many(3, () => writeQuote(cite(), prose)),
    `## Timeline\n\n${many(4, () => writeEntry(cite(), prose)).join('\n')}`,
    `## Figures\n\n${many(3, () => writeFigure(cite(), prose)).join('\n')}`,
  ]
  return { title, text: parts.join('\n\n').concat('\n') }
}

const writeFrontMatter = (title: string, date: string, names: string[], prose: Prose): string => `---
title: ${title}
date: ${date}
aliases: [${prose.title(3).toLowerCase()}, ${prose.title(2).toLowerCase()}]
topics: [${prose.word()}, ${prose.word()} ${prose.word()}]
related: [${prose.pick(names)}, ${prose.pick(names)}]
reviewed: 2026-11-21
owner: desk
---`

/** About every third statement names a number that its source holds. */
const writeStatement = (length: number, source: Source, prose: Prose): string =>
  prose.between(1, 3) === 1
    ? `${prose.sentence(length - 4).slice(0, -1)}: ${prose.pick(source.numbers)}, no more. [@${source.id}]`
    : `${prose.sentence(length)} [@${source.id}]`

function writeQuote(source: Source, prose: Prose): string {
  const { speaker, words } = prose.pick(source.speeches)
  const length = prose.between(12, 24)
  const start = prose.between(0, words.length - length)
  const quoted = words.slice(start, start + length).join(' ')
  return `> ${quoted}\n>\n> — ${speaker}, ${prose.title(3)}, ${source.published} [@${source.id}]`
}

const writeEntry = (source: Source, prose: Prose): string =>
  `- ${prose.pick(source.dates)}: ${prose.sentence(12)} [@${source.id}]`

const writeFigure = (source: Source, prose: Prose): string =>
  `- **${prose.pick(source.numbers)}**: ${prose.sentence(8)} [@${source.id}]`
