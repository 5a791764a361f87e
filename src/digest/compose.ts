import { button } from '../answer/actions.ts'
import { type Block, type Budget, paragraph, text } from '../card/card.ts'
import { paginate } from '../card/paginate.ts'
import type { Brief } from '../library/brief.ts'
import type { Collection } from '../library/collection.ts'
import type { Library } from '../library/library.ts'
import { visibleAt } from '../library/visible.ts'
import { changeOf } from './changes.ts'
import { type Digest, SECTIONS, type Section } from './digest.ts'
import { formatDay, localDay, localTime } from './local-day.ts'
import { newItem } from './new-briefs.ts'
import { entryItems } from './on-this-day.ts'
import { type Frame, type Item, numbered, type Part, packParts } from './parts.ts'
import { quoteItems } from './quote-of-the-day.ts'
import { type Latest, lastTold, latestOf, quotesShown, rowOfBrief, shownFor, type Told } from './told.ts'
import { updatedItem } from './updated-briefs.ts'

export type { Part } from './parts.ts'
export { isStale } from './told.ts'
export type { Told }

/** The slot that a digest is composed for. */
type Slot = { at: Date; isDelayed: boolean }

/**
 * The parts of a digest for one destination, cut to the budget of its platform; none where there is nothing to tell and the digest is silent
 * then.
 * @param told what counts as told: what there was at the beginning, and what deliveries carry that were not in vain
 */
export function composeDigest(
  digest: Digest,
  slot: Slot,
  told: Told,
  library: Library,
  now: Date,
  budget: Budget,
): Part[] {
  const scene = sceneOf(digest, slot, told, library, now)
  const sections = SECTIONS.filter(section => digest.sections.includes(section))
  const items = sections.flatMap(section => itemsOf(section, scene))
  const frame = frameOf(digest, slot)
  if (items.length > 0) return packParts(frame, items, budget)
  return digest.whenEmpty === 'note' ? noteParts(digest, frame, budget) : []
}

/** Where new briefs are not told, they count as told all the same, sent or silent, so that what changes of them later can be. */
export function passedOver(digest: Digest, slot: Slot, told: Told, library: Library, now: Date): Told {
  if (digest.sections.includes('new') || !digest.sections.includes('updated')) return []
  return unseen(sceneOf(digest, slot, told, library, now)).map(brief => rowOfBrief(brief, now))
}

/** What counts as told when a digest begins: all that readers may see of it then, so that a draft is new when it is published. */
export const baselineOf = (digest: Digest, library: Library, now: Date): Told =>
  briefsFor(digest, library.collections.get(digest.collection), now).map(brief => rowOfBrief(brief, now))

/** Everything that the sections are made from. */
type Scene = {
  digest: Digest
  slot: Slot
  now: Date
  latest: Latest
  /** Those that the digest is about, newest first. */
  briefs: Brief[]
  /** What was last told of each of them. */
  before: Map<Brief, string[]>
}

function sceneOf(digest: Digest, slot: Slot, told: Told, library: Library, now: Date): Scene {
  const collection = library.collections.get(digest.collection)
  const briefs = briefsFor(digest, collection, now)
  const latest = latestOf(told)
  const before = new Map(
    briefs.flatMap(brief => {
      const hashes = lastTold(brief, collection as Collection, latest)
      return hashes ? [[brief, hashes] as const] : []
    }),
  )
  return { digest, slot, now, latest, briefs, before }
}

function briefsFor({ topics }: Digest, collection: Collection | undefined, now: Date): Brief[] {
  const briefs = collection ? visibleAt(collection, now) : []
  return topics.length === 0
    ? briefs
    : briefs.filter(({ matter }) => matter.topics.some(topic => topics.includes(topic)))
}

function itemsOf(section: Section, scene: Scene): Item[] {
  const { digest, slot, now, latest, briefs, before } = scene
  const shown = shownFor(slot.at, latest)
  switch (section) {
    case 'new':
      return unseen(scene).map(brief => newItem(brief, now))
    case 'updated':
      return briefs.flatMap(brief => {
        const change = changeOf(brief, before.get(brief) ?? [])
        return change && before.has(brief) ? [updatedItem(brief, change, now)] : []
      })
    case 'quote': {
      if (shown.some(({ subject }) => subject.includes('#'))) return []
      const lot = `${digest.id} ${formatDay(localDay(slot.at, digest.schedule.zone))}`
      return quoteItems(briefs, quotesShown(latest, digest.collection), lot, { now, slot: slot.at })
    }
    case 'on this day': {
      const hashes = new Set(shown.flatMap(row => row.hashes))
      return entryItems(briefs, localDay(slot.at, digest.schedule.zone), hashes, { now, slot: slot.at })
    }
    default:
      return section satisfies never
  }
}

const unseen = ({ briefs, before }: Scene): Brief[] => briefs.filter(brief => !before.has(brief))

function frameOf({ name, schedule: { zone } }: Digest, { at, isDelayed }: Slot): Frame {
  const day = formatDay(localDay(at, zone))
  const late = `This was due at ${localTime(at, zone)} on ${day} (${zone}) and comes late.`
  return { title: `${name}, ${day}`, preface: isDelayed ? [{ kind: 'context', runs: [text(late)] }] : [] }
}

/** Says that there is nothing to say. */
function noteParts({ collection }: Digest, { title, preface }: Frame, budget: Budget): Part[] {
  const blocks: Block[] = [...preface, paragraph('There is nothing new to tell.')]
  const home = button(`All briefs of /${collection}`, { view: 'home', collection, subject: '', page: 1 })
  const pages = paginate({ title, blocks, footer: [], actions: [home] }, budget)
  return numbered(pages.map(card => ({ card, carries: [] })))
}
