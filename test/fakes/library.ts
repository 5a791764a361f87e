import { type Problem, problemText } from '../../src/library/problem.ts'
import { type About, draftRecord, type RecordFile, type SourceRecord, toRecord } from '../../src/library/record.ts'
import { emptyShelf, type Shelf, updateShelf } from '../../src/library/shelf.ts'
import { writeYaml } from '../../src/library/yaml.ts'

/** What made-up documents say of themselves. */
export const ABOUT: About = {
  title: 'The harbour',
  publisher: 'The Gull',
  published: '2021-05-04',
  language: 'en',
  rendering: 'original',
}

/** The record of a made-up document, with the speakers that the tool proposes. */
export const recordOf = (id: string, document: string, about: Partial<About> = {}): SourceRecord =>
  toRecord(id, draftRecord(document, { ...ABOUT, ...about }, []).file)

/** The record of a document that is one speaker's words and nothing else. */
export const speechOf = (speaker: string, words: string): SourceRecord =>
  toRecord('speech', draftRecord(words, ABOUT, [{ line: 1, speaker }]).file)

/** A document for the briefs of a made-up collection: one day, one place, two speakers, a few numbers. */
export const REPORT = `Minister Ada Lovell said on 4 May 2021: “We will open the harbour in 2022. It costs 2.4 billion euros, 68% of the plan.”

The mayor, Tom Brandt, said: “I am not sure.” He counted 31 ships, and paused. “But you can all come.”
`

/** The record's file of `REPORT`, as YAML; `change` may spoil it. */
export const reportYaml = (change: Partial<Record<keyof RecordFile, unknown>> = {}): string =>
  writeYaml({ ...draftRecord(REPORT, ABOUT, []).file, ...change })

export const MATTER = 'title: The opening\ndate: 2021-05-04\nreviewed: 2026-11-21'

export const INTRO = 'The harbour opens. [@report]'

/** The text of a brief: front matter on lines 2 to 4, the introduction on line 7, a section's heading on line 9, its text from 11 on. */
export const briefOf = ({ matter = MATTER, body = INTRO }: { matter?: string; body?: string } = {}): string =>
  `---\n${matter}\n---\n\n${body}\n`

export const withSection = (heading: string, text: string): string =>
  briefOf({ body: `${INTRO}\n\n## ${heading}\n\n${text}` })

/** A small collection without a fault, by path. */
export const COLLECTION: Record<string, string> = {
  'port/collection.yaml': 'description: Ships and harbours\n',
  'port/sources/report.yaml': reportYaml(),
  'port/opening.md': briefOf(),
}

/** A shelf of files that exist only here; a file without text is left out. */
export const shelfOf = (files: Record<string, string | undefined>): Shelf =>
  updateShelf(
    emptyShelf(),
    Object.entries(files).flatMap(([path, text]) => (text === undefined ? [] : [{ path, text }])),
  )

/** The problems of the small collection with some files changed, as `check` prints them. */
export const problemsWith = (files: Record<string, string | undefined>): string[] =>
  shelfOf({ ...COLLECTION, ...files }).library.problems.map((problem: Problem) => problemText(problem))
