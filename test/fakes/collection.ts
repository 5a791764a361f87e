import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { draftRecord } from '../../src/library/record.ts'
import { writeYaml } from '../../src/library/yaml.ts'

/** A document that nobody published, with two speakers. */
export const DOCUMENT = `The harbour of Lindenau opened on Wednesday, 3 May 2023, after 12 years.
“We have waited long enough for this day,” said Mayor Anna Berg. The works cost 40 million euros.
“It is not finished,” Otto Klein said, and added: “The cranes will come in June.”
`

export const COLLECTION = `description: News of a town
language: en
zone: Europe/Berlin
spellings:
  - [Lindenau, Lindenow]
`

/** The record of `DOCUMENT` as a file. */
export const recordFile = (): string => {
  const about = {
    title: 'Harbour opens',
    publisher: 'Lindenau Gazette',
    published: '2023-05-04',
    language: 'en',
    rendering: 'original' as const,
  }
  return writeYaml(draftRecord(DOCUMENT, about, []).file)
}

/** A sound brief; `fact` and `title` tell versions apart. */
export const briefFile = (title: string, fact = 'The harbour is open.'): string => `---
title: ${title}
date: 2023-05-03
topics: [harbour]
reviewed: 2026-11-21
---

${fact} [@gazette]

## Quotes

> We have waited long enough for this day.
>
> — Anna Berg, Mayor of Lindenau, 2023-05-03 [@gazette]

## Figures

- **40 million euros**: what it cost. [@gazette]
`

/** Writes a collection \`town\` with these briefs into a new temporary folder, and gives the folder. */
export function writeCollection(briefs: Record<string, string>): string {
  const root = mkdtempSync(join(tmpdir(), 'readout-'))
  writeFiles(root, { 'town/collection.yaml': COLLECTION, 'town/sources/gazette.yaml': recordFile() })
  writeFiles(root, Object.fromEntries(Object.entries(briefs).map(([name, text]) => [`town/${name}.md`, text])))
  return root
}

export function writeFiles(root: string, files: Record<string, string>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
}
