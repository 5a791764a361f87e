import { type Run, text } from '../card/card.ts'
import type { Brief, Statement } from '../library/brief.ts'
import { type EdtfDate, formatEdtf, parseEdtf } from '../library/edtf.ts'
import type { Cite } from '../library/markdown.ts'
import type { SourceRecord } from '../library/record.ts'

type Numbered = { number: number; record: SourceRecord }

/** The numbers by which one answer names its sources, in the order of their first mention. */
export type Citations = {
  /** `[1][3]` for the sources cited in a brief; linked where a source has an address. */
  mark: (brief: Brief, cites: Cite[]) => Run[]
  /** A statement as runs: its words, and behind each part the numbers of its sources. */
  statement: (brief: Brief, statement: Statement) => Run[]
  /** What the numbers stand for; empty where nothing was cited. */
  legend: () => Run[]
}

/** @param numbered a brief whose sources keep their numbers in all of its views: the order of their first citation in the file */
export function createCitations(numbered?: Brief): Citations {
  const numbers = new Map<string, Numbered>()
  const used = new Set<Numbered>()

  const numberOf = (brief: Brief, id: string): Numbered => {
    const key = `${brief.collection}/${id}`
    const known = numbers.get(key) ?? { number: numbers.size + 1, record: brief.sources.get(id) as SourceRecord }
    numbers.set(key, known)
    return known
  }
  for (const id of numbered?.sources.keys() ?? []) numberOf(numbered as Brief, id)

  const mark = (brief: Brief, cites: Cite[]): Run[] =>
    cites.map(({ id }) => {
      const numbered = numberOf(brief, id)
      used.add(numbered)
      return link(numbered.record, [text(`[${numbered.number}]`)])
    })

  return {
    mark,
    statement: (brief, statement) => {
      const runs = statement.parts.flatMap((part, index): Run[] => {
        const space = index === 0 ? [] : [text(' ')]
        const gap = part.runs.length > 0 && part.cites.length > 0 ? [text(' ')] : []
        return [...space, ...part.runs, ...gap, ...mark(brief, part.cites)]
      })
      return statement.own === undefined
        ? runs
        : [...runs, { kind: 'emphasis', runs: [text(` (own: ${statement.own})`)] }]
    },
    legend: () => {
      const all = [...used].toSorted((a, b) => a.number - b.number)
      if (all.length === 0) return []
      const sources = all.flatMap(({ number, record }): Run[] => [
        text(` [${number}] `),
        ...shortSource(record),
        text('.'),
      ])
      return [text(all.length === 1 ? 'Source:' : 'Sources:'), ...sources]
    },
  }
}

const link = (record: SourceRecord, runs: Run[]): Run =>
  record.url === undefined ? (runs[0] as Run) : { kind: 'link', url: record.url, runs }

/** Publisher, date and, where it is one, translation: enough to know which source is meant. */
function shortSource(record: SourceRecord): Run[] {
  const parts = [record.publisher, publishedOn(record), ...(isTranslated(record) ? [record.rendering] : [])]
  return [link(record, [text(parts.join(', '))])]
}

/** All that is known of a source, for the list of sources. */
export function longSource(record: SourceRecord): Run[] {
  const parts = [record.publisher, publishedOn(record), languageName(record.language), record.rendering]
  const note = record.note === undefined ? [] : [text(` ${record.note}`)]
  return [link(record, [text(`“${record.title}”`)]), text(` — ${parts.join(', ')}.`), ...note]
}

export const isTranslated = (record: SourceRecord): boolean => record.rendering !== 'original'

const publishedOn = (record: SourceRecord): string => formatEdtf(parseEdtf(record.published) as EdtfDate)

const languageName = (language: string): string =>
  new Intl.DisplayNames('en', { type: 'language' }).of(new Intl.Locale(language).language) ?? language
