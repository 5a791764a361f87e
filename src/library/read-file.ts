import { NAME, NAME_LENGTH, type ParsedBrief, RESERVED_NAMES } from './brief.ts'
import {
  COLLECTION_NAME,
  type CollectionSettings,
  collectionSchema,
  RESERVED_COLLECTIONS,
  toSettings,
} from './collection.ts'
import { parseBrief } from './parse-brief.ts'
import type { Fault } from './problem.ts'
import { type RecordFile, recordSchema, type SourceRecord, toRecord, UNKNOWN } from './record.ts'
import { readBySchema } from './schema.ts'
import { readYaml, type YamlText } from './yaml.ts'

/** What a file's text gave: something good, or faults, or both where the faults are only warnings. */
export type Reading<T> = { good?: T; faults: Fault[] }

/** Reads a brief by its name and text. */
export function readBrief(name: string, text: string): Reading<ParsedBrief> {
  const { brief, faults } = parseBrief(name, text)
  const all = [...nameFaults(name), ...faults]
  return brief && all.length === 0 ? { good: brief, faults: all } : { faults: all }
}

function nameFaults(name: string): Fault[] {
  if (RESERVED_NAMES.has(name))
    return [{ at: 0, message: `No brief can be named "${name}": that word asks for a view. Rename the file.` }]
  if (NAME.test(name)) return []
  return [
    {
      at: 0,
      message: `Expected the file's name to be lower-case letters, digits and hyphens, at most ${NAME_LENGTH}, got "${name}".`,
    },
  ]
}

/** Reads the record of a source by its id and text. */
export function readRecord(id: string, text: string): Reading<SourceRecord> {
  if (!NAME.test(id))
    return {
      faults: [
        { at: 0, message: `Expected the record's name to be lower-case letters, digits and hyphens, got "${id}".` },
      ],
    }
  const yaml = readYaml(text)
  const read = readBySchema(yaml, recordSchema)
  return 'faults' in read ? read : { good: toRecord(id, read.value), faults: unnamedSpeakers(read.value, yaml) }
}

const unnamedSpeakers = ({ quotations }: RecordFile, yaml: YamlText): Fault[] =>
  quotations.flatMap(({ line, speaker }, index) =>
    speaker === UNKNOWN && 'place' in yaml
      ? [
          {
            at: yaml.place(['quotations', index, 'speaker']),
            message: `The quotation at line ${line} of the document has no speaker yet. Write the name instead of "?", or delete the entry.`,
            severity: 'warning',
          },
        ]
      : [],
  )

/** Reads a collection's settings by the folder's name and the text. */
export function readSettings(name: string, text: string): Reading<CollectionSettings> {
  if (!COLLECTION_NAME.test(name)) {
    return {
      faults: [
        {
          at: 0,
          message: `Expected the folder's name to be lower-case letters, digits and hyphens, at most 31, beginning with a letter, got "${name}". It becomes the slash command.`,
        },
      ],
    }
  }
  if (RESERVED_COLLECTIONS.has(name))
    return {
      faults: [{ at: 0, message: `No collection can be named "${name}": /readout has that word. Rename the folder.` }],
    }
  const read = readBySchema(readYaml(text), collectionSchema)
  return 'faults' in read ? read : { good: toSettings(name, read.value), faults: [] }
}
