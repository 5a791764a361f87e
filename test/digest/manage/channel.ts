import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { readClick as readAnswersClick } from '../../../src/answer/target.ts'
import { type Action, type Budget, type Card, MOST_BUTTONS } from '../../../src/card/card.ts'
import { cardText } from '../../../src/card/plain-text.ts'
import { type Beat, createBeat } from '../../../src/digest/beat.ts'
import type { Digest } from '../../../src/digest/digest.ts'
import { readClick } from '../../../src/digest/manage/click.ts'
import { subscriptionsOf } from '../../../src/digest/manage/stored.ts'
import { createManagement, type Management } from '../../../src/digest/manage.ts'
import type { Library } from '../../../src/library/library.ts'
import { emptyShelf, updateShelf } from '../../../src/library/shelf.ts'
import { DISCORD_BUDGET } from '../../../src/platform/discord/limits.ts'
import { renderDiscord } from '../../../src/platform/discord/render.ts'
import type { Asker, Question } from '../../../src/platform/platform.ts'
import { SLACK_BUDGET } from '../../../src/platform/slack/limits.ts'
import { renderSlack } from '../../../src/platform/slack/render.ts'
import { openDatabase } from '../../../src/store/open.ts'
import { createStore, type Store } from '../../../src/store/store.ts'
import { checkDiscord } from '../../fakes/check-discord.ts'
import { checkSlack } from '../../fakes/check-slack.ts'
import { briefFile, COLLECTION, recordFile } from '../../fakes/collection.ts'

export const MANAGER: Asker = {
  platform: 'slack',
  space: 'T1',
  channel: 'C1',
  user: 'U1',
  manager: true,
  zone: 'Europe/Brussels',
}

export const READER: Asker = { ...MANAGER, user: 'U9', manager: false }

/** A Sunday morning. */
const START = '2026-11-22T09:00:00Z'

export const brief = (title: string, topics = 'harbour'): string =>
  briefFile(title, `${title} is told of.`).replace('[harbour]', `[${topics}]`)

const collection = (name: string, briefs: Record<string, string>): Record<string, string> => ({
  [`${name}/collection.yaml`]: COLLECTION,
  [`${name}/sources/gazette.yaml`]: recordFile(),
  ...Object.fromEntries(Object.entries(briefs).map(([key, text]) => [`${name}/${key}.md`, text])),
})

export const libraryOf = (files: Record<string, string>): Library =>
  updateShelf(
    emptyShelf(),
    Object.entries(files).map(([path, text]) => ({ path, text })),
  ).library

/** Two collections: a town with three topics, and a port. */
export const FILES: Record<string, string> = {
  ...collection('town', {
    harbour: brief('Harbour', 'harbour, city council'),
    bridge: brief('Bridge', 'roads, city council'),
  }),
  ...collection('port', { crane: brief('Crane', 'cranes') }),
}

export const CONFIGURED: Digest = {
  id: 'config:morning',
  name: 'morning',
  collection: 'town',
  topics: [],
  schedule: { cron: '0 8 * * *', zone: 'Europe/Kyiv', missed: { policy: 'latest', withinMs: 7_200_000 } },
  destinations: [
    { platform: 'slack', space: 'T1', channel: 'C1' },
    { platform: 'slack', space: 'T1', channel: 'C2' },
  ],
  sections: ['new', 'updated', 'quote', 'on this day'],
  whenEmpty: 'silent',
}

type Options = { files?: Record<string, string>; configured?: Digest[]; budget?: Budget; restarts?: boolean }

export type Channel = {
  store: () => Store
  /** Everything that the tests may set. */
  set: { now: Date; files: Record<string, string>; isPaused: boolean; managers: string[]; configured: Digest[] }
  management: () => Management
  manage: (question: Question, asker?: Asker) => Promise<Card | undefined>
  ask: (text: string, asker?: Asker) => Promise<Card>
  click: (card: Card, label: string, asker?: Asker) => Promise<Card>
  pick: (card: Card, value: string, asker?: Asker) => Promise<Card>
  beat: () => Beat
  look: () => Promise<number>
  /** How often something was said to be due sooner. */
  changes: () => number
}

/** A channel with the managers' command on a database of its own; with `restarts` the process ends after each answer. */
export async function openChannel(t: TestContext, options: Options = {}): Promise<Channel> {
  const { configured = [], budget = SLACK_BUDGET, restarts = false } = options
  const folder = mkdtempSync(join(tmpdir(), 'readout-'))
  const path = restarts ? join(folder, 'readout.sqlite') : ':memory:'
  const set = {
    now: new Date(START),
    files: options.files ?? FILES,
    isPaused: false,
    managers: [] as string[],
    configured,
  }
  let changes = 0
  let store = createStore(await openDatabase(path))
  t.after(async () => {
    await store.close()
    rmSync(folder, { recursive: true })
  })
  const libraries = new Map<Record<string, string>, Library>()
  const library = (): Library => {
    const known = libraries.get(set.files) ?? libraryOf(set.files)
    libraries.set(set.files, known)
    return known
  }
  const digests = async () => [...set.configured, ...(await subscriptionsOf(store))]
  const build = () => {
    const beat = createBeat({
      store,
      digests,
      material: () => ({ library: library(), budgetOf: () => budget }),
      noticeOf: (digest, _, __, now) => ({
        trouble: { trouble: `missed:${digest.id}`, since: now.toISOString(), note: 'Missed.' },
      }),
      log: () => undefined,
    })
    const management = createManagement({
      store,
      library,
      digests,
      beat,
      managers: () => set.managers,
      isPaused: () => set.isPaused,
      clock: { now: () => set.now },
      changed: () => void changes++,
      budget,
    })
    return { beat, management }
  }
  let program = build()

  async function restart(): Promise<void> {
    await store.close()
    store = createStore(await openDatabase(path))
    program = build()
  }

  async function manage(question: Question, asker = MANAGER): Promise<Card | undefined> {
    const card = await program.management.manage(question, asker)
    if (card) assert.deepEqual(faultsOf(card, budget), [])
    if (restarts) await restart()
    return card
  }

  async function answered(question: Question, asker?: Asker): Promise<Card> {
    const card = await manage(question, asker)
    assert.ok(card, JSON.stringify(question))
    return card
  }

  return {
    store: () => store,
    set,
    management: () => program.management,
    manage,
    ask: (text, asker) => answered({ kind: 'asked', command: 'readout', text }, asker),
    click: (card, label, asker) => answered({ kind: 'clicked', id: idOf(card, label) }, asker),
    pick: (card, value, asker) => {
      const picker = card.actions.find(({ kind }) => kind === 'picker')
      assert.ok(picker, `There is no picker on ${card.title}`)
      return answered({ kind: 'picked', id: picker.id, value }, asker)
    },
    beat: () => program.beat,
    look: () => program.beat.look(set.now, set.isPaused),
    changes: () => changes,
  }
}

export const labels = ({ actions }: Card): string[] => actions.map(({ label }) => label)

/** The id of a button, by its label with or without the mark of what is chosen. */
export function idOf(card: Card, label: string): string {
  const action = card.actions.find(one => one.label === label || one.label === `✓ ${label}`)
  assert.ok(action, `There is no ${label} on ${card.title}: ${labels(card).join(', ')}`)
  return action.id
}

export const says = (card: Card): string => cardText(card)

/** Everything for which a platform would refuse a card, or its buttons mean something else. */
function faultsOf(card: Card, budget: Budget): string[] {
  const faults = budget === DISCORD_BUDGET ? checkDiscord(renderDiscord(card)) : checkSlack(renderSlack(card))
  const ids = card.actions.map(({ id }) => id)
  const buttons = card.actions.filter(({ kind }) => kind !== 'picker').length
  return [
    ...faults,
    ...(new Set(ids).size < ids.length ? ['An id stands twice.'] : []),
    ...(buttons > MOST_BUTTONS || card.actions.length - buttons > 1 ? ['There is too much to click.'] : []),
    ...card.actions.flatMap(idFaults),
  ]
}

/** The parts of a digest that is previewed have buttons of the library's answers. */
const idFaults = ({ id }: Action): string[] => [
  ...([...id].length > 77 ? [`${id} is too long.`] : []),
  ...([readClick(id), readAnswersClick(id)].filter(read => read !== undefined && read !== 'outdated').length === 1
    ? []
    : [`${id} is not understood by exactly one.`]),
]
