import { runsText } from '../card/runs.ts'
import type { Brief, BriefQuote, Figure, Statement, TimelineEntry } from './brief.ts'

/** A piece of a brief that can answer a question by itself. `text` is all of it as plain words, for search. */
export type Passage = { text: string } & (
  | { kind: 'statement'; statement: Statement }
  | { kind: 'quote'; quote: BriefQuote }
  | { kind: 'entry'; entry: TimelineEntry }
  | { kind: 'figure'; figure: Figure }
  | { kind: 'claim'; topic: string; statement: Statement }
)

/** All passages of a brief, in the order of an overview. */
export function passagesOf(brief: Brief): Passage[] {
  return [
    ...[...brief.intro, ...brief.keyPoints].map(
      (statement): Passage => ({ kind: 'statement', statement, text: statementText(statement) }),
    ),
    ...brief.quotes.map(
      (quote): Passage => ({
        kind: 'quote',
        quote,
        text: `${quote.paragraphs.map(runsText).join(' ')} ${quote.speaker} ${quote.role ?? ''}`,
      }),
    ),
    ...brief.timeline.map(
      (entry): Passage => ({ kind: 'entry', entry, text: `${entry.date.text} ${statementText(entry)}` }),
    ),
    ...brief.figures.map(
      (figure): Passage => ({ kind: 'figure', figure, text: `${figure.value} ${statementText(figure)}` }),
    ),
    ...brief.differences.flatMap(({ topic, claims }) =>
      claims.map(
        (statement): Passage => ({ kind: 'claim', topic, statement, text: `${topic} ${statementText(statement)}` }),
      ),
    ),
  ]
}

/** A statement's words without its citations. */
export const statementText = (statement: Statement): string =>
  statement.parts.map(part => runsText(part.runs)).join(' ')

/** The names of those who are quoted, each once, in the order of the brief. */
export const speakersOf = (brief: Brief): string[] => [...new Set(brief.quotes.map(quote => quote.speaker))]
