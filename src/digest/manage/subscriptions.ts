import type { Card } from '../../card/card.ts'
import type { Store } from '../../store/store.ts'
import type { Digest } from '../digest.ts'
import { type Click, mintId } from './click.ts'
import { composeEdit, composeEntry, composeRemove } from './digest-cards.ts'
import { type Draft, finish, NOWHERE } from './draft.ts'
import { composeChoice, readEdit } from './edit.ts'
import type { Entries } from './entries.ts'
import { sayChange, sayWhole } from './log.ts'
import { fixed, gone } from './refusals.ts'
import { type Entry, faultsOf, MOST_SUBSCRIPTIONS, newDigest } from './subscription.ts'
import { changeOf, type Visit } from './visit.ts'
import { readWords } from './words.ts'

/** What making and changing subscriptions needs. */
export type SubscriptionsOptions = {
  store: Store
  entries: Entries
  /** Hears that something may be due sooner than was thought. */
  changed: () => void
  /** The digests of the channel, below a note. */
  showList: (visit: Visit, note: string) => Promise<Card>
}

/** Makes subscriptions and changes them. */
export type Subscriptions = {
  subscribe: (words: string, visit: Visit) => Promise<Card>
  /** Carries out a click that changes a digest, or shows what there is to choose for it. */
  change: (entry: Entry, click: Click, value: string | undefined, visit: Visit) => Promise<Card>
}

const DAY_MS = 86_400_000

export function createSubscriptions({ store, entries, changed, showList }: SubscriptionsOptions): Subscriptions {
  async function subscribe(words: string, visit: Visit): Promise<Card> {
    const { place, asker, library, now, at, who } = visit
    const made = (await entries.at(place)).filter(({ origin }) => origin === 'chat')
    if (made.length >= MOST_SUBSCRIPTIONS) return showList(visit, FULL)
    const id = mintId(asker)
    const { digest, faults } = readWords(words, newDigest(id, place, asker, library), visit)
    const draft = { id, destination: at, digest: JSON.stringify(digest), created: now.toISOString(), by: who }
    await store.addDraft({ ...draft, state: 'draft' }, new Date(now.getTime() - DAY_MS).toISOString())
    // The same interaction may have made it before, and what was chosen since stays.
    const entry = await entries.find(id, place)
    const note = faults.length > 0 ? [...faults, 'What was understood stands below.'] : []
    return 'ref' in entry ? showEdit(entry, visit, note) : finish(entry, NOWHERE, visit)
  }

  async function change(entry: Entry, click: Click, value: string | undefined, visit: Visit): Promise<Card> {
    const show = (draft: Draft): Card => finish(draft, click, visit)
    if (entry.origin !== 'chat') return show(fixed(entry))
    if (entry.state === 'broken' && click.verb !== 'remove' && click.verb !== 'erase')
      return show(composeEntry(entry, visit))
    switch (click.verb) {
      case 'start':
        return start(entry, click, visit)
      case 'discard':
        return discard(entry, click, visit)
      case 'pause':
        return pause(entry, true, click, visit)
      case 'resume':
        return pause(entry, false, click, visit)
      case 'remove':
        return show(composeRemove(entry))
      case 'erase':
        return erase(entry, click, visit)
      default:
        return edit(entry, click, value, visit)
    }
  }

  async function discard(entry: Entry, click: Click, visit: Visit): Promise<Card> {
    if (entry.state !== 'draft') return finish(composeEntry(entry, visit), click, visit)
    await store.dropDraft(entry.ref)
    return showList(visit, 'The draft is discarded; nothing was subscribed to.')
  }

  async function start(entry: Entry, click: Click, visit: Visit): Promise<Card> {
    const { ref, digest, state } = entry
    if (state !== 'draft')
      return finish(composeEntry(entry, visit, ['This channel is subscribed already.']), click, visit)
    if (faultsOf(entry, visit.library).length > 0) return showEdit(entry, visit)
    const subscription = {
      id: ref,
      destination: visit.at,
      digest: JSON.stringify(digest),
      created: visit.now.toISOString(),
      by: visit.who,
    }
    const log = changeOf(digest, sayWhole(digest), visit)
    const result = await store.startSubscription(subscription, MOST_SUBSCRIPTIONS, log)
    if (result === 'full') return showList(visit, FULL)
    if (result === 'gone') return finish(gone, click, visit)
    changed()
    return finish(composeEntry({ ...entry, state: 'active' }, visit, ['This channel is subscribed.']), click, visit)
  }

  async function pause(entry: Entry, paused: boolean, click: Click, visit: Visit): Promise<Card> {
    const { digest, state } = entry
    if (state === 'draft') return showEdit(entry, visit)
    const log = changeOf(digest, paused ? PAUSED : 'resumed', visit)
    const isNew = await store.pauseDigestBy(digest.id, paused, visit.now.toISOString(), log)
    if (isNew) changed()
    const note = paused ? 'It is paused.' : isNew ? 'It goes on from now.' : 'It is not paused.'
    return finish(composeEntry({ ...entry, state: paused ? 'paused' : 'active' }, visit, [note]), click, visit)
  }

  async function erase(entry: Entry, click: Click, visit: Visit): Promise<Card> {
    const log = changeOf(entry.digest, `removed: ${entry.digest.name}`, visit)
    if (entry.state === 'draft') await store.dropDraft(entry.ref)
    else if (!(await store.changeSubscription(entry.ref, { state: 'removed' }, log))) return finish(gone, click, visit)
    changed()
    return showList(visit, `${entry.digest.name} is removed.`)
  }

  /** Shows a choice, or takes one and shows what it came to. */
  async function edit(entry: Entry, click: Click, value: string | undefined, visit: Visit): Promise<Card> {
    const { change, faults } = readEdit(entry, click, value, visit)
    const written = change === undefined ? entry : await write(entry, change, visit)
    if (!written) return finish(gone, click, visit)
    const said = click.verb === 'edit' && value !== undefined && value.trim() !== '' && faults.length === 0
    const note = said ? [sayOutcome(entry.digest, written.digest)] : []
    return finish(composeChoice(written, click, visit, [...faults, ...note]), click, visit)
  }

  async function write(entry: Entry, digest: Digest, visit: Visit): Promise<Entry | undefined> {
    const text = JSON.stringify(digest)
    if (text === JSON.stringify(entry.digest)) return entry
    const log = changeOf(digest, sayChange(entry.digest, digest), visit)
    const isWritten =
      entry.state === 'draft'
        ? await store.changeDraft(entry.ref, text)
        : await store.changeSubscription(entry.ref, { digest: text }, log)
    if (!isWritten) return undefined
    if (entry.state !== 'draft') changed()
    return { ...entry, digest }
  }

  return { subscribe, change }
}

const FULL = `This channel has ${MOST_SUBSCRIPTIONS} subscriptions, and there can be no more. Remove one first.`

/** What the log says of a digest that was paused. */
export const PAUSED = 'paused'

/** What came of a line, so that it is seen where it was taken for something else than was meant. */
function sayOutcome(before: Digest, after: Digest): string {
  const change = sayChange(before, after)
  return change === '' ? 'Nothing was changed: it is so already.' : `Changed: ${change}.`
}

export const showEdit = (entry: Entry, scene: Visit, note: string[] = []): Card =>
  finish(composeEdit(entry, scene, note), { verb: 'edit', ref: entry.ref, argument: '', page: 1 }, scene)
