import { LABEL, withoutTwins } from '../../answer/actions.ts'
import { type Block, type Card, type Choice, type Field, MOST_BUTTONS, paragraph, text } from '../../card/card.ts'
import { shorten } from '../../card/label.ts'
import type { Library } from '../../library/library.ts'
import type { Part } from '../compose.ts'
import { formatDestination } from '../destination.ts'
import type { Digest } from '../digest.ts'
import {
  backTo,
  button,
  type Draft,
  editButton,
  field,
  listButton,
  openButton,
  picker,
  type Scene,
  small,
} from './draft.ts'
import { comingSlots, type Entry, faultsOf, sayDestinations, saySilence, troublesOf } from './subscription.ts'
import { sayRun, sayTimes, sayZone } from './times.ts'
import type { Visit } from './visit.ts'

/** Everything that a digest is, as fields. */
function factsOf({ digest, state, origin }: Entry, { now }: Scene): Field[] {
  const { collection, topics, schedule, sections, whenEmpty } = digest
  return [
    field('Collection', collection === '' ? 'not chosen yet' : collection),
    field('Topics', topics.length === 0 ? 'all' : topics.join(', ')),
    field('When', `${sayTimes(schedule)}, ${sayZone(schedule.zone, now)}`),
    field('Sections', sections.join(', ')),
    field('When there is nothing new', whenEmpty === 'note' ? 'post a short note' : 'post nothing'),
    ...(origin === 'elsewhere' ? [field('Posted to', sayDestinations(digest))] : []),
    ...(state === 'active' ? [] : [field('State', state)]),
  ]
}

function runsBlocks({ digest }: Entry, count: number, { now }: Scene): Block[] {
  const { zone } = digest.schedule
  const runs = comingSlots(digest, now, count).map(at => [text(`${sayRun(at, zone)}, ${zone}`)])
  if (runs.length === 0) return []
  return [
    { kind: 'heading', text: runs.length === 1 ? 'Next run' : `Next ${runs.length} runs`, minor: true },
    { kind: 'list', items: runs },
  ]
}

const RUNS = 3

/** What a digest is shown with: what keeps everything from being posted as well. */
type Shown = Scene & Pick<Visit, 'inTheWay'>

/** A digest with all that can be done with it. */
export function composeEntry(entry: Entry, scene: Shown, note: string[] = []): Draft {
  const { ref, digest, origin, state } = entry
  if (state === 'broken') return composeBroken(entry)
  const isOwn = origin === 'chat'
  const isHere = origin !== 'elsewhere'
  const id = isOwn
    ? [small(`Known here as ${ref}.`)]
    : [small(`It stands in the configuration and is changed only there.${isHere ? '' : ' It is not posted here.'}`)]
  return {
    title: digest.name,
    blocks: [
      ...[...note, ...scene.inTheWay, ...troublesOf(entry, scene.library)].map(paragraph),
      { kind: 'fields', fields: factsOf(entry, scene) },
      ...(state === 'paused' ? [] : runsBlocks(entry, RUNS, scene)),
      ...id,
    ],
    actions: [
      ...(isOwn ? [button('Edit', { verb: 'edit', ref })] : []),
      button('Preview', { verb: 'preview', ref }),
      ...(isHere ? [button('Post now', { verb: 'post', ref })] : []),
      ...(isOwn
        ? [state === 'paused' ? button('Resume', { verb: 'resume', ref }) : button('Pause', { verb: 'pause', ref })]
        : []),
      button('Next runs', { verb: 'next', ref }),
      ...(isHere ? [button('Why was nothing posted?', { verb: 'why', ref })] : []),
      ...(isOwn ? [button('Remove', { verb: 'remove', ref })] : []),
      listButton,
    ],
  }
}

const composeBroken = ({ ref, digest }: Entry): Draft => ({
  title: digest.name,
  blocks: [
    paragraph(
      'What was stored of this digest can’t be read, so nothing is posted of it; the others are. Remove it and subscribe again.',
    ),
    small(`Known here as ${ref}.`),
  ],
  actions: [button('Remove', { verb: 'remove', ref }), button('Subscribe', { verb: 'new' }), listButton],
})

/** A draft, or a subscription that is changed: each choice takes effect at once, and a draft posts nothing before it is confirmed. */
export function composeEdit(entry: Entry, scene: Shown, note: string[] = []): Draft {
  const { ref, digest, state } = entry
  const isDraft = state === 'draft'
  const faults = faultsOf(entry, scene.library)
  const other = digest.whenEmpty === 'note' ? 'silent' : 'note'
  return {
    title: isDraft ? 'Subscribe this channel' : `Edit ${digest.name}`,
    blocks: [
      ...[...note, ...scene.inTheWay, ...troublesOf(entry, scene.library)].map(paragraph),
      { kind: 'fields', fields: factsOf(entry, scene) },
      ...(faults.length > 0 || state === 'paused' ? [] : runsBlocks(entry, RUNS, scene)),
      small(
        `${isDraft ? 'Nothing is posted before you press Subscribe.' : 'Each change takes effect at once.'} Or write it: /readout edit ${ref} weekdays 08:30 Europe/Brussels`,
      ),
    ],
    actions: [
      ...(isDraft && faults.length === 0 ? [button('Subscribe', { verb: 'start', ref })] : []),
      button('Collection', { verb: 'collection', ref }),
      ...(digest.collection === '' ? [] : [button('Topics', { verb: 'topics', ref })]),
      button('Days', { verb: 'days', ref }),
      button('Time', { verb: 'time', ref }),
      button('Time zone', { verb: 'zone', ref }),
      button('Sections', { verb: 'sections', ref }),
      button(other === 'note' ? 'Post a note when empty' : 'Post nothing when empty', {
        verb: 'empty',
        ref,
        argument: other,
      }),
      ...(digest.collection === '' ? [] : [button('Preview', { verb: 'preview', ref })]),
      isDraft ? button('Discard', { verb: 'discard', ref }) : openButton(entry, '‹ Done'),
      ...(digest.collection === ''
        ? picker('Choose a collection', { verb: 'collection', ref, argument: 'pick' }, collectionChoices('', scene))
        : []),
    ],
  }
}

/** The collections that hold what is typed. */
export function collectionChoices(typed: string, { library }: Scene): Choice[] {
  const words = typed.trim().toLowerCase()
  return [...library.collections.values()]
    .filter(({ name, description }) => name.includes(words) || description.toLowerCase().includes(words))
    .map(({ name, description }) => ({ label: name, value: name, description: shorten(description, LABEL) }))
}

const MANY_RUNS = 10

export const composeNext = (entry: Entry, scene: Shown): Draft => ({
  title: `Next runs of ${entry.digest.name}`,
  blocks: [
    ...(entry.state === 'active'
      ? []
      : [paragraph(`It is ${entry.state === 'paused' ? 'paused' : 'a draft'}: these are when it would be due.`)]),
    ...[...scene.inTheWay, ...troublesOf(entry, scene.library)].map(paragraph),
    ...runsBlocks(entry, MANY_RUNS, scene),
  ],
  actions: [backTo(entry)],
})

export const composeWhy = (entry: Entry, blocks: Block[], isHeld: boolean): Draft => ({
  title: `Why was nothing posted? ${entry.digest.name}`,
  blocks,
  actions: [
    ...(entry.state === 'paused' && entry.origin === 'chat'
      ? [button('Resume', { verb: 'resume', ref: entry.ref })]
      : []),
    ...(isHeld ? [button('Try again', { verb: 'retry', ref: entry.ref })] : []),
    ...(entry.origin === 'chat' ? [editButton(entry, 'Edit')] : []),
    backTo(entry),
  ],
})

export const composePost = (entry: Entry, nonce: string, { inTheWay }: Shown): Draft => ({
  title: `Post ${entry.digest.name} now?`,
  blocks: [
    ...inTheWay.map(paragraph),
    paragraph(
      'It is posted to this channel for everybody, with what is new since the last time. Its schedule stays as it is.',
    ),
  ],
  actions: [
    button('Post now', { verb: 'send', ref: entry.ref, argument: nonce }),
    button('Preview', { verb: 'preview', ref: entry.ref }),
    openButton(entry, '‹ Back'),
  ],
})

export const composeRemove = (entry: Entry): Draft => ({
  title: `Remove ${entry.digest.name}?`,
  blocks: [
    paragraph(
      `It is not posted any more, and what it told is forgotten.${entry.state === 'active' ? ' To stop it for a while, press Pause instead.' : ''}`,
    ),
  ],
  actions: [
    button('Remove', { verb: 'erase', ref: entry.ref }),
    ...(entry.state === 'active' ? [button('Pause', { verb: 'pause', ref: entry.ref })] : []),
    openButton(entry, '‹ Keep'),
  ],
})

/**
 * A part of a digest as it would be posted, with its own buttons. The line above takes the room that a message keeps for who shared it.
 */
export function composePreview(entry: Entry, parts: Part[], page: number, isExample: boolean): Card {
  const { ref } = entry
  const number = Math.min(page, parts.length)
  const part = parts[number - 1] as Part
  const argument = isExample ? 'example' : ''
  const turn = (label: string, to: number) =>
    to >= 1 && to <= parts.length ? [button(label, { verb: 'preview', ref, argument, page: to })] : []
  const own = [...turn('‹ Previous part', number - 1), ...turn('Next part ›', number + 1), backTo(entry)]
  const theirs = part.card.actions.filter(({ kind }) => kind !== 'picker').slice(0, MOST_BUTTONS - own.length)
  const line = isExample
    ? 'An example, with the newest briefs as new; only you see it.'
    : `Only you see this preview${entry.origin === 'elsewhere' ? ` of what goes to ${sayPreviewed(entry.digest)}` : ''}.`
  return { ...part.card, blocks: [small(line), ...part.card.blocks], actions: withoutTwins([...theirs, ...own]) }
}

/** A preview is of what goes to the first of its destinations. */
const sayPreviewed = ({ destinations: [first] }: Digest): string => (first ? formatDestination(first) : 'no channel')

export const composeSilence = (entry: Entry, canShowExample: boolean, library: Library): Draft => ({
  title: `Preview of ${entry.digest.name}`,
  blocks: [paragraph(saySilence(entry.digest, library))],
  actions: [
    ...(canShowExample ? [button('Show an example', { verb: 'preview', ref: entry.ref, argument: 'example' })] : []),
    backTo(entry),
  ],
})
