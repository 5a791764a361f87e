import type { Destination } from '../platform/platform.ts'

/** What a digest may hold, in the order in which it does. */
export const SECTIONS = ['new', 'updated', 'quote', 'on this day'] as const

export type Section = (typeof SECTIONS)[number]

/** A rule of times: a cron expression of five fields in an IANA time zone, and what becomes of slots that nobody was there for. */
export type Schedule = {
  cron: string
  zone: string
  missed: { policy: 'latest' | 'skip'; withinMs: number }
}

/** What is posted where and when. The configuration's have the id `config:NAME`, those made in chat `chat:` and an id of their own. */
export type Digest = {
  id: string
  name: string
  collection: string
  /** Only briefs that have one of these topics; all where there are none. */
  topics: string[]
  schedule: Schedule
  destinations: Destination[]
  sections: Section[]
  /** Where there is nothing to tell: silence, or a note that says so. */
  whenEmpty: 'silent' | 'note'
}
