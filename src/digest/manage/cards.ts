import { LABEL, MOST_CHOICES, withoutTwins } from '../../answer/actions.ts'
import {
  type Action,
  type Block,
  type Budget,
  type Card,
  type Choice,
  type Field,
  MOST_BUTTONS,
  paragraph,
  type Run,
  strong,
  text,
} from '../../card/card.ts'
import { shorten } from '../../card/label.ts'
import { paginate } from '../../card/paginate.ts'
import type { Library } from '../../library/library.ts'
import type { ChangeTable } from '../../store/tables.ts'
import type { Part } from '../compose.ts'
import type { Digest } from '../digest.ts'
import { nextSlots } from '../slots.ts'
import { type Click, writeClick } from './click.ts'
import { type Entry, faultsOf, MOST_SUBSCRIPTIONS } from './subscription.ts'
import { sayOffset, sayRun, saySchedule } from './times.ts'

/** What cards are made from, whoever asks. */
export type Scene = { library: Library; now: Date; budget: Budget }

/** A card before it is paged. */
export type Draft = { title: string; blocks: Block[]; actions: Action[] }

export const button = (label: string, click: Partial<Click> & Pick<Click, 'verb'>): Action => ({
  kind: 'button',
  id: writeClick(click),
  label: shorten(label, LABEL),
})

export const picker = (label: string, click: Parameters<typeof writeClick>[0], all: Choice[]): Action[] =>
  all.length === 0
    ? []
    : [
        {
          kind: 'picker',
          id: writeClick(click),
          label,
          choices: all.slice(0, MOST_CHOICES),
          total: all.length,
        },
      ]

const code = (words: string): Run => ({ kind: 'code', text: words })

export const small = (words: string): Block => ({ kind: 'context', runs: [text(words)] })

const field = (value: string, words: string): Field => ({ value, label: [text(words)] })

/** A page of what a card says; buttons turn the others. */
export function finish(draft: Draft, click: Click, { budget }: Scene): Card {
  const pages = paginate({ ...draft, footer: [] }, budget)
  const number = Math.min(click.page, pages.length)
  const turn = (label: string, page: number) =>
    page >= 1 && page <= pages.length ? [button(label, { ...click, page })] : []
  const turns = [...turn('‹ Previous page', number - 1), ...turn('Next page ›', number + 1)]
  return { ...(pages[number - 1] as Card), actions: withoutTwins([...turns, ...draft.actions]) }
}

/** A card that only says something. */
export const say = (title: string, words: string[], actions: Action[] = []): Draft => ({
  title,
  blocks: words.map(paragraph),
  actions,
})

export const listButton = button('‹ All digests', { verb: 'list' })

const openButton = ({ ref, digest }: Entry, label = `‹ ${digest.name}`): Action => button(label, { verb: 'open', ref })

export const editButton = ({ ref }: Entry, label = '‹ Done'): Action => button(label, { verb: 'edit', ref })

/** What only managers may have. */
export const refused: Draft = say('This is for managers', [
  'Only those who manage this channel can see and change what is posted to it. Please ask one of them.',
])

export const elsewhere: Draft = say('Digests belong to a channel', [
  'Please write /readout digests in the channel that you mean: here is none that a digest could be posted to.',
])

export const outdated: Draft = say(
  'This button is no longer understood',
  ['It belongs to another version of Readout. Please begin again.'],
  [listButton],
)

export const gone: Draft = say(
  'This digest is gone',
  ['It was removed meanwhile, or was a draft that nobody finished within a day. Nothing was changed.'],
  [listButton],
)

export const foreign: Draft = say('This digest belongs to another channel', [
  'It can be seen and changed only in its own channel: please write /readout digests there.',
])

export const fixed: Draft = say(
  'This digest is the operator’s',
  [
    'It stands in the configuration, config/readout.yaml, and can be changed only there. Please ask whoever runs Readout.',
  ],
  [listButton],
)

/** As many digests as one page of the list names. */
const LISTED = 8

/** What is posted to the channel, page by page. */
export function composeList(
  entries: Entry[],
  page: number,
  isPausedByOperator: boolean,
  scene: Scene,
  note: string[] = [],
): Card {
  const made = entries.filter(({ origin }) => origin === 'chat').length
  const pages = groupEntries(entries, scene)
  const number = Math.min(page, pages.length)
  const turn = (label: string, to: number) =>
    to >= 1 && to <= pages.length ? [button(label, { verb: 'list', page: to })] : []
  const shown = pages[number - 1] ?? []
  const head = [
    ...note,
    ...(isPausedByOperator
      ? ['All digests are paused by whoever runs Readout; nothing is posted until they go on.']
      : []),
    ...(entries.length === 0 ? ['No digest is posted to this channel yet.'] : []),
  ]
  const draft: Draft = {
    title: 'Digests of this channel',
    blocks: [
      ...head.map(paragraph),
      ...entryFields(shown, scene),
      small(
        'In one line: /readout subscribe COLLECTION TOPICS DAYS TIME ZONE, such as weekdays 08:30 Europe/Brussels.',
      ),
    ],
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

const entryFields = (entries: Entry[], scene: Scene): Block[] =>
  entries.length === 0 ? [] : [{ kind: 'fields', fields: entries.map(entry => entryField(entry, scene)) }]

const entryField = (entry: Entry, { now }: Scene): Field => {
  const { digest, ref, origin, state } = entry
  const [next] = state === 'active' ? nextSlots(digest.schedule, now, 1) : []
  const facts = [
    saySchedule(digest.schedule),
    ...(state === 'active' ? [] : [state]),
    ...(origin === 'configuration' ? ['the operator’s, not changed in chat'] : []),
    ...(next ? [`next ${sayRun(next, digest.schedule.zone)}`] : []),
  ]
  return {
    value: digest.name,
    label: [code(`/readout preview ${origin === 'chat' ? ref : digest.name}`), text(` · ${facts.join(' · ')}`)],
  }
}

/** Everything that a digest is, as fields. */
function factsOf({ digest, state }: Entry, { now }: Scene): Field[] {
  const { collection, topics, schedule, sections, whenEmpty } = digest
  return [
    field('Collection', collection === '' ? 'not chosen yet' : collection),
    field('Topics', topics.length === 0 ? 'all' : topics.join(', ')),
    field('When', `${saySchedule(schedule)} (${sayOffset(schedule.zone, now)} now)`),
    field('Sections', sections.join(', ')),
    field('When there is nothing new', whenEmpty === 'note' ? 'post a short note' : 'post nothing'),
    ...(state === 'active' ? [] : [field('State', state)]),
  ]
}

const runsBlocks = ({ digest: { schedule } }: Entry, count: number, { now }: Scene): Block[] => {
  const runs = nextSlots(schedule, now, count).map(at => [text(`${sayRun(at, schedule.zone)}, ${schedule.zone}`)])
  return runs.length > 0
    ? [
        { kind: 'heading', text: runs.length === 1 ? 'Next run' : `Next ${runs.length} runs`, minor: true },
        { kind: 'list', items: runs },
      ]
    : [paragraph('Its time never comes.')]
}

const RUNS = 3

/** A digest with all that can be done with it. */
export function composeEntry(entry: Entry, scene: Scene, note: string[] = []): Draft {
  const { ref, digest, origin, state } = entry
  const isOwn = origin === 'chat'
  const id = isOwn
    ? [small(`Known here as ${ref}.`)]
    : [small('It stands in the configuration and is changed only there.')]
  return {
    title: digest.name,
    blocks: [
      ...note.map(paragraph),
      { kind: 'fields', fields: factsOf(entry, scene) },
      ...(state === 'paused' ? [] : runsBlocks(entry, RUNS, scene)),
      ...id,
    ],
    actions: [
      ...(isOwn ? [button('Edit', { verb: 'edit', ref })] : []),
      button('Preview', { verb: 'preview', ref }),
      button('Post now', { verb: 'post', ref }),
      ...(isOwn
        ? [state === 'paused' ? button('Resume', { verb: 'resume', ref }) : button('Pause', { verb: 'pause', ref })]
        : []),
      button('Next runs', { verb: 'next', ref }),
      button('Why was nothing posted?', { verb: 'why', ref }),
      ...(isOwn ? [button('Remove', { verb: 'remove', ref })] : []),
      listButton,
    ],
  }
}

/** A draft, or a subscription that is changed: each choice takes effect at once, and a draft posts nothing before it is confirmed. */
export function composeEdit(entry: Entry, scene: Scene, note: string[] = []): Draft {
  const { ref, digest, state } = entry
  const isDraft = state === 'draft'
  const faults = faultsOf(digest, scene.library)
  const other = digest.whenEmpty === 'note' ? 'silent' : 'note'
  return {
    title: isDraft ? 'Subscribe this channel' : `Edit ${digest.name}`,
    blocks: [
      ...[...note, ...faults].map(paragraph),
      { kind: 'fields', fields: factsOf(entry, scene) },
      ...(faults.length > 0 ? [] : runsBlocks(entry, RUNS, scene)),
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

export const composeNext = (entry: Entry, scene: Scene): Draft => ({
  title: `Next runs of ${entry.digest.name}`,
  blocks: [
    ...(entry.state === 'active'
      ? []
      : [paragraph(`It is ${entry.state === 'paused' ? 'paused' : 'a draft'}: these are when it would be due.`)]),
    ...runsBlocks(entry, MANY_RUNS, scene),
  ],
  actions: [backTo(entry)],
})

/** The next runs of several digests, soonest first. */
export const composeAllNext = (entries: Entry[], { now }: Scene): Draft => ({
  title: 'Next runs of this channel',
  blocks: [
    {
      kind: 'list',
      items: entries
        .filter(({ state }) => state === 'active')
        .flatMap(({ digest }) => nextSlots(digest.schedule, now, MANY_RUNS).map(at => ({ at, digest })))
        .toSorted((a, b) => a.at.getTime() - b.at.getTime())
        .slice(0, MANY_RUNS)
        .map(({ at, digest: { name, schedule } }) => [
          strong(name),
          text(` · ${sayRun(at, schedule.zone)}, ${schedule.zone}`),
        ]),
    },
  ],
  actions: [listButton],
})

/** A draft leads back to where it is finished. */
export const backTo = (entry: Entry): Action =>
  entry.state === 'draft' ? editButton(entry, '‹ Back') : openButton(entry, '‹ Back')

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

export const composePost = (entry: Entry, nonce: string): Draft => ({
  title: `Post ${entry.digest.name} now?`,
  blocks: [
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
    paragraph('It is not posted any more, and what it told is forgotten. To stop it for a while, press Pause instead.'),
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
  const line = isExample ? 'An example, with the newest briefs as new; only you see it.' : 'Only you see this preview.'
  return { ...part.card, blocks: [small(line), ...part.card.blocks], actions: withoutTwins([...theirs, ...own]) }
}

export const composeSilence = (entry: Entry, canShowExample: boolean): Draft => ({
  title: `Preview of ${entry.digest.name}`,
  blocks: [paragraph('Posted now, it would be silent: there is nothing new to tell.')],
  actions: [
    ...(canShowExample ? [button('Show an example', { verb: 'preview', ref: entry.ref, argument: 'example' })] : []),
    backTo(entry),
  ],
})

export const composeLog = (changes: Change[], zone: string): Draft => ({
  title: 'Changes to the digests of this channel',
  blocks:
    changes.length === 0
      ? [paragraph('Nobody has changed anything yet.')]
      : [
          {
            kind: 'list',
            items: changes.map(({ at, who, digest, what }) => [
              strong(sayRun(new Date(at), zone)),
              text(' · '),
              code(who),
              text(` · ${digest}: ${what}`),
            ]),
          },
        ],
  actions: [listButton],
})

/** What was changed, when and by whom. */
export type Change = Omit<ChangeTable, 'id'>

/** What a change of a subscription was, for the log: `time: 08:00 → 08:30`. */
export function sayChange(before: Digest, after: Digest): string {
  const facts = (digest: Digest): [string, string][] => [
    ['collection', digest.collection],
    ['topics', digest.topics.join(', ') || 'all'],
    ['when', saySchedule(digest.schedule)],
    ['sections', digest.sections.join(', ')],
    ['when empty', digest.whenEmpty],
    ['name', digest.name],
  ]
  const old = facts(before)
  return facts(after)
    .flatMap(([key, value], at) => (old[at]?.[1] === value ? [] : [`${key}: ${old[at]?.[1]} → ${value}`]))
    .join('; ')
}

/** All that a subscription is, for the log. */
export const sayWhole = ({ name, topics, collection, schedule, sections, whenEmpty }: Digest): string =>
  `subscribed: ${name}; ${collection}; topics ${topics.join(', ') || 'all'}; ${saySchedule(schedule)}; ${sections.join(', ')}; ${whenEmpty} when empty`
