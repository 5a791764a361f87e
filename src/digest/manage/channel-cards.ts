import { withoutTwins } from '../../answer/actions.ts'
import { type Block, type Card, type Field, paragraph, strong, text } from '../../card/card.ts'
import { shorten } from '../../card/label.ts'
import { paginate } from '../../card/paginate.ts'
import type { Naming } from './command.ts'
import { button, code, type Draft, listButton, openButton, type Scene, small } from './draft.ts'
import { comingSlots, type Entry, faultsOf, MOST_SUBSCRIPTIONS, sayDestinations } from './subscription.ts'
import { sayRun, saySchedule } from './times.ts'

/** As many digests as one page of the list names. */
const LISTED = 8

/** What is posted to the channel, page by page. */
export function composeList(entries: Entry[], page: number, scene: Scene, note: string[]): Card {
  const made = entries.filter(({ origin }) => origin === 'chat').length
  const pages = groupEntries(entries, scene)
  const number = Math.min(page, pages.length)
  const turn = (label: string, to: number) =>
    to >= 1 && to <= pages.length ? [button(label, { verb: 'list', page: to })] : []
  const shown = pages[number - 1] ?? []
  const head = [
    ...note,
    ...(entries.every(({ origin }) => origin === 'elsewhere') ? ['No digest is posted to this channel yet.'] : []),
  ]
  const draft: Draft = {
    title: 'Digests of this channel',
    blocks: [...head.map(paragraph), ...entryFields(shown, scene), small(inOneLine(scene))],
    actions: [
      ...turn('‹ Previous page', number - 1),
      ...turn('Next page ›', number + 1),
      ...shown.map(entry => openButton(entry, entry.digest.name)),
      ...(made < MOST_SUBSCRIPTIONS ? [button('Subscribe', { verb: 'new' })] : []),
      button('Changes', { verb: 'log' }),
    ],
  }
  return {
    ...draft,
    footer: [],
    actions: withoutTwins(draft.actions),
    ...(pages.length > 1 && { page: { number, of: pages.length } }),
  }
}

/** An example with the first collection that there is. */
const inOneLine = ({ library }: Scene): string =>
  `In one line: /readout subscribe ${[...library.collections.keys()][0] ?? 'COLLECTION'} weekdays 08:30 Europe/Brussels; a topic or more may stand behind the collection.`

/** As many digests to a page as fit beside a note. */
function groupEntries(entries: Entry[], scene: Scene): Entry[][] {
  const room = { ...scene.budget, characters: scene.budget.characters * 0.6 }
  const fits = (group: Entry[]) =>
    group.length <= LISTED &&
    paginate({ title: '', blocks: entryFields(group, scene), footer: [], actions: [] }, room).length === 1
  const groups: Entry[][] = [[]]
  for (const entry of entries) {
    const last = groups.at(-1) as Entry[]
    if (last.length === 0 || fits([...last, entry])) last.push(entry)
    else groups.push([entry])
  }
  return groups
}

const entryFields = (entries: Entry[], scene: Scene, word: Naming = 'preview'): Block[] =>
  entries.length === 0 ? [] : [{ kind: 'fields', fields: entries.map(entry => entryField(entry, word, scene)) }]

const entryField = (entry: Entry, word: Naming, { now, library }: Scene): Field => {
  const { digest, ref, origin, state } = entry
  const called = (by: Naming) => code(`/readout ${by} ${origin === 'chat' ? ref : digest.name}`)
  if (state === 'broken')
    return { value: digest.name, label: [called('remove'), text(' · can’t be read and is not posted: remove it')] }
  const [fault] = faultsOf(entry, library)
  const [next] = state === 'active' && fault === undefined ? comingSlots(digest, now, 1) : []
  const facts = [
    saySchedule(digest.schedule),
    ...(state === 'active' ? [] : [state]),
    ...(origin === 'configuration' ? ['the operator’s, not changed in chat'] : []),
    ...(origin === 'elsewhere' ? [`posted to ${sayDestinations(digest)}, not here`] : []),
    ...(fault === undefined ? [] : [`can’t be posted: ${fault}`]),
    ...(next ? [`next ${sayRun(next, digest.schedule.zone)}`] : []),
  ]
  return { value: digest.name, label: [called(word), text(` · ${facts.join(' · ')}`)] }
}

/** What each word is asked of, where it is not clear of which digest. */
const QUESTIONS: Record<Naming, string> = {
  edit: 'Edit which digest?',
  preview: 'Preview which digest?',
  post: 'Post which digest now?',
  pause: 'Pause which digest?',
  resume: 'Resume which digest?',
  remove: 'Remove which digest?',
  next: 'The next runs of which digest?',
  why: 'Which digest was not posted?',
}

/** Whether managers can do it with a digest as it stands; the configuration's are their operator's. */
function canBeDone(word: Naming, { origin, state }: Entry): boolean {
  if (origin === 'elsewhere') return word === 'preview' || word === 'next'
  if (word === 'remove' || word === 'edit') return origin === 'chat' && (word === 'remove' || state !== 'broken')
  if (word === 'pause') return origin === 'chat' && state === 'active'
  if (word === 'resume') return origin === 'chat' && state === 'paused'
  return state !== 'broken'
}

/**
 * Digests to choose from, a button for each with which it can be done, and what is to be said of the others; undefined where they are too many
 * for one message.
 */
export function composeWhich(
  word: Naming,
  entries: Entry[],
  all: Entry[],
  scene: Scene,
  note: string[],
): Draft | undefined {
  const possible = entries.filter(entry => canBeDone(word, entry))
  if (groupEntries(possible, scene).length > 1) return undefined
  const names = possible.map(({ digest }) => digest.name)
  const isTwin = ({ digest }: Entry) => names.filter(name => name === digest.name).length > 1
  return {
    title: QUESTIONS[word],
    blocks: [
      ...note.map(paragraph),
      ...(possible.length === 0 ? [paragraph(sayNone(word, entries.length < all.length))] : []),
      ...entryFields(possible, scene, word),
      ...operatorsNote(word, entries).map(paragraph),
    ],
    actions: [
      ...possible.map(entry =>
        button(isTwin(entry) ? `${shorten(entry.digest.name, 40)} (${entry.ref})` : entry.digest.name, {
          verb: word,
          ref: entry.ref,
        }),
      ),
      listButton,
    ],
  }
}

const sayNone = (word: Naming, areSome: boolean): string =>
  `${areSome ? 'None of those that may be meant' : 'No digest of this channel'} ${POSSIBLE[word]}.`

/** What a digest is or can be with which it can be done. */
const POSSIBLE: Record<Naming, string> = {
  edit: 'was made here and can be edited',
  preview: 'can be previewed',
  post: 'can be posted',
  pause: 'was made here and is running',
  resume: 'was made here and is paused',
  remove: 'was made here',
  next: 'has coming runs',
  why: 'can be read',
}

/** Whose the digests are that are not offered for a change. */
function operatorsNote(word: Naming, entries: Entry[]): string[] {
  const theirs = entries.filter(entry => entry.origin !== 'chat' && !canBeDone(word, entry))
  if (theirs.length === 0) return []
  const names = theirs.map(({ digest }) => digest.name).join(', ')
  const [stands, them] = theirs.length === 1 ? ['stands', 'It is'] : ['stand', 'They are']
  return [
    `${names} ${stands} in the configuration, config/readout.yaml. ${them} the operator’s and changed only there: please ask whoever runs Readout.`,
  ]
}

/** The next runs of several digests, soonest first, and what keeps others from being posted. */
export function composeAllNext(entries: Entry[], { now, library }: Scene, note: string[]): Draft {
  const faulty = entries.flatMap(entry => {
    const [fault] = faultsOf(entry, library)
    return fault === undefined ? [] : [{ entry, words: `${entry.digest.name} can’t be posted: ${fault}` }]
  })
  const items = entries
    .filter(entry => !faulty.some(one => one.entry === entry))
    .flatMap(({ digest }) => comingSlots(digest, now, MANY_RUNS).map(at => ({ at, digest })))
    .toSorted((a, b) => a.at.getTime() - b.at.getTime())
    .slice(0, MANY_RUNS)
    .map(({ at, digest: { name, schedule } }) => [
      strong(name),
      text(` · ${sayRun(at, schedule.zone)}, ${schedule.zone}`),
    ])
  return {
    title: 'Next runs of this channel',
    blocks: [
      ...[...note, ...faulty.map(({ words }) => words)].map(paragraph),
      ...(items.length === 0 ? [] : [{ kind: 'list', items } satisfies Block]),
    ],
    actions: [listButton],
  }
}

const MANY_RUNS = 10
