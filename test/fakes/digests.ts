import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Card, paragraph } from '../../src/card/card.ts'
import type { Destination, Finding, Outcome, Platform, Refused } from '../../src/platform/platform.ts'
import { newDelivery } from '../../src/store/new-delivery.ts'
import { openDatabase } from '../../src/store/open.ts'
import { createStore, type Store } from '../../src/store/store.ts'
import type { DeliveryTable } from '../../src/store/tables.ts'
import { createTestClock, type TestClock } from './clock.ts'

/** What becomes of a post: of one that is cut, whether and when the message is stored all the same. */
export type PostFault =
  | 'none'
  | 'lost'
  | { refused: Refused }
  | 'later'
  | 'rests'
  | 'throws'
  | { storedAfterMs: number }
  | { hangsAndStoredAfterMs: number }

export type FindFault = 'none' | 'later' | 'unclear' | 'throws'

/** A message that a hand-made platform holds. */
export type Message = { message: string; to: string; delivery: string; card: Card; at: number }

export type HandMade = Platform & {
  messages: Message[]
  /** Every post that was asked for, by delivery. */
  asked: string[]
  /** What becomes of the next posts and looks, in order; without a word all is well. */
  postFaults: PostFault[]
  findFaults: FindFault[]
  /** So many deletions are put off, for five seconds each. */
  laterRemovals: number
  /** What becomes of every post to a channel. */
  faultsAt: Map<string, PostFault>
  /** The id that `find` was last given, and from when on it was to look. */
  looks: { delivery: string; since: Date }[]
}

const ok: Outcome = { kind: 'done', message: '' }

/** How long a platform knows a repeated delivery as the same, where it does: longer than it says. */
const KNOWN_MS = 180_000

/** A platform made by hand: its server stores what it is told to, when it is told to. */
export function createHandMade(clock: TestClock, name = 'handmade', repeatsWithinMs = 0): HandMade {
  const messages: Message[] = []
  const postFaults: PostFault[] = []
  const findFaults: FindFault[] = []
  const faultsAt = new Map<string, PostFault>()
  const looks: HandMade['looks'] = []
  const asked: string[] = []

  function keep(to: Destination, card: Card, delivery: string): string {
    const now = clock.now().getTime()
    const known = repeatsWithinMs > 0 && messages.find(one => one.delivery === delivery && now - one.at < KNOWN_MS)
    if (known) return known.message
    const message = String(messages.length + 1)
    messages.push({ message, to: to.channel, delivery, card, at: now })
    return message
  }

  const keepLater = (ms: number, to: Destination, card: Card, delivery: string): void =>
    void clock.wait(ms).then(() => keep(to, card, delivery))

  async function post(to: Destination, card: Card, delivery: string): Promise<Outcome> {
    asked.push(delivery)
    const fault = faultsAt.get(to.channel) ?? postFaults.shift() ?? 'none'
    switch (fault) {
      case 'none':
        return { kind: 'done', message: keep(to, card, delivery) }
      case 'lost':
        return { kind: 'unclear', why: 'The connection broke.' }
      case 'later':
        return { kind: 'later', afterMs: 5000, why: 'It asks to wait.' }
      case 'rests':
        return { kind: 'later', afterMs: 5000, why: 'It takes nothing now.', of: 'account' }
      case 'throws':
        throw new Error('It broke.')
      default:
        if ('refused' in fault)
          return { kind: 'refused', of: fault.refused, why: 'It refused.', remedy: 'Invite Readout.' }
        if ('storedAfterMs' in fault) {
          if (fault.storedAfterMs === 0) keep(to, card, delivery)
          else keepLater(fault.storedAfterMs, to, card, delivery)
          return { kind: 'unclear', why: 'The connection broke.' }
        }
        keepLater(fault.hangsAndStoredAfterMs, to, card, delivery)
        return new Promise(() => undefined)
    }
  }

  async function find(_: Destination, delivery: string, since: Date): Promise<Finding> {
    looks.push({ delivery, since })
    switch (findFaults.shift() ?? 'none') {
      case 'later':
        return { kind: 'later', afterMs: 5000, why: 'It can’t be reached.' }
      case 'unclear':
        return { kind: 'unclear', why: 'The history is hidden.', remedy: 'Show it.' }
      case 'throws':
        throw new Error('It broke.')
      default: {
        const found = messages.find(one => one.delivery === delivery)
        return found ? { kind: 'found', message: found.message } : { kind: 'absent' }
      }
    }
  }

  const platform: HandMade = {
    name,
    laterRemovals: 0,
    budget: { characters: 2000, blocks: 20 },
    repeatsWithinMs,
    messages,
    asked,
    postFaults,
    findFaults,
    faultsAt,
    looks,
    post,
    find,
    start: async () => undefined,
    stop: async () => undefined,
    edit: async () => ok,
    remove: async (_, message) => {
      if (platform.laterRemovals > 0) {
        platform.laterRemovals -= 1
        return { kind: 'later', afterMs: 5000, why: 'It asks to wait.' }
      }
      const at = messages.findIndex(one => one.message === message)
      if (at >= 0) messages.splice(at, 1)
      return { kind: 'done', message }
    },
    health: () => ({ isUp: true, note: '' }),
    routes: [],
  }
  return platform
}

export type Desk = { clock: TestClock; store: Store; close: () => Promise<void> }

/** A store that is in memory, and a clock. */
export async function openDesk(): Promise<Desk> {
  const store = createStore(await openDatabase(':memory:'))
  return { clock: createTestClock(), store, close: store.close }
}

/** A folder for a database; it goes with the test. */
export function openFolder(after: (clean: () => void) => void): (file: string) => string {
  const folder = mkdtempSync(join(tmpdir(), 'readout-'))
  after(() => rmSync(folder, { recursive: true, force: true }))
  return file => join(folder, file)
}

/** Lets everything come to rest that waits for no clock. */
export const rest = (): Promise<void> => new Promise(resolve => setImmediate(() => setImmediate(resolve)))

/** Lets time go by in steps, so that what follows from what can. */
export async function pass(clock: TestClock, ms: number, stepMs = 5000): Promise<void> {
  await rest()
  for (let left = ms; left > 0; left -= stepMs) {
    clock.push(Math.min(stepMs, left))
    await rest()
  }
}

export const CARD: Card = { title: 'Daily', blocks: [paragraph('Something.')], footer: [], actions: [] }

/** The parts of a digest for one destination, as the store is given them. */
export const partsTo = (
  destination: string,
  parts: number,
  now: Date,
  key: Partial<DeliveryTable> = {},
): DeliveryTable[] =>
  Array.from({ length: parts }, (_, index) => {
    const { digest = 'config:daily', slot = '2026-11-22T07:00:00.000Z', edition = 1 } = key
    const expires = new Date(now.getTime() + 7_200_000)
    return newDelivery({ digest, slot, destination, part: index + 1, parts, edition }, CARD, now, expires)
  })

/** Claims a slot with these deliveries. */
export const claim = (store: Store, deliveries: DeliveryTable[], now: Date) =>
  store.claimSlot({
    digest: deliveries[0]?.digest ?? 'config:daily',
    slot: deliveries[0]?.slot ?? '',
    decided: now.toISOString(),
    destinations: [],
    missed: [],
    compose: () => ({ state: 'posted', note: '', deliveries, carries: [] }),
  })
