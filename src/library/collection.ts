import { z } from 'zod'
import type { Brief } from './brief.ts'
import type { SourceRecord } from './record.ts'
import { expected, line } from './schema.ts'
import type { SearchIndex } from './search.ts'
import { createSpellings, type Spellings } from './spelling.ts'

/** A folder of briefs and the slash command that answers from it. */
export type Collection = {
  name: string
  description: string
  /** BCP 47 */
  language: string
  /** IANA time zone */
  zone: string
  spellings: Spellings
  records: Map<string, SourceRecord>
  /** By name, newest first. Drafts, withdrawn and embargoed briefs are among them: see `visibleAt`. */
  briefs: Map<string, Brief>
  /** By folded name, alias and title: see `keyOf`. */
  byKey: Map<string, Brief[]>
  index: SearchIndex
}

/** Names that a folder of briefs may have: what Slack and Discord both take for a slash command. */
export const COLLECTION_NAME = /^[a-z][a-z0-9-]{0,30}$/

/** What no collection can be named: the managers' command, and what it is asked for. */
export const RESERVED_COLLECTIONS = new Set([
  'readout',
  'briefs',
  'problems',
  'digests',
  'subscribe',
  'edit',
  'preview',
  'post',
  'pause',
  'resume',
  'remove',
  'next',
  'why',
  'changes',
])

export const collectionSchema = z.strictObject({
  description: line("the command's description", 100),
  language: line('a language tag such as en or uk', 35)
    .refine(tag => isSupported(() => new Intl.Locale(tag)), { error: expected('a language tag such as en or uk') })
    .default('en'),
  zone: line('a time zone such as Europe/Brussels', 60)
    .refine(zone => isSupported(() => new Intl.DateTimeFormat('en', { timeZone: zone })), {
      error: expected('a time zone such as Europe/Brussels'),
    })
    .default('UTC'),
  spellings: z
    .array(
      z
        .array(line('a spelling', 100), { error: expected('a row such as [Kyiv, Kiev]') })
        .min(2, { error: expected('a row of at least two spellings') }),
      {
        error: expected('rows of spellings, such as - [Kyiv, Kiev]'),
      },
    )
    .default([]),
})

export type CollectionFile = z.output<typeof collectionSchema>

export type CollectionSettings = Pick<Collection, 'name' | 'description' | 'language' | 'zone' | 'spellings'>

export const toSettings = (name: string, file: CollectionFile): CollectionSettings => ({
  name,
  description: file.description,
  language: file.language,
  zone: file.zone,
  spellings: createSpellings(file.spellings),
})

function isSupported(make: () => unknown): boolean {
  try {
    return Boolean(make())
  } catch {
    return false
  }
}
