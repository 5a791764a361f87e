import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { type Child, startChild, type Usage } from './child.ts'

/** A server that is posted to. */
export type Target = {
  /** Channels of it, as the settings name them. */
  destinations: string[]
  /** How Readout is told of it. */
  environment: Record<string, string>
  /** The instants of the posts that it took so far. */
  posted: () => number[]
}

/** What it took to post to all channels. */
export type Posting = {
  /** From the first post to the last. */
  sendMs: number
  sendCpuMs: number
  /** At rest before the first post; at most, and at rest again, after it. */
  residentBytes: { before: number; most: number; after: number }
}

/** What a slot came to. */
export type Slot = Posting & {
  /** From the look that found the slot to its first post: composed, claimed and written for all destinations. */
  claimMs: number
  /** How often all deliveries were tried. */
  attempts: number
}

const BRIEFS = fileURLToPath(new URL('../briefs', import.meta.url))
const DIGEST = 'config:bench'

const GLANCE_MS = 100
/** The slot is so long ago when it is found. */
const AGO_MS = 120_000
const START_MS = 120_000
/** A beat comes each minute. */
const BEAT_MS = 120_000
/** Longer than the limits ask for. */
const POST_MS = 150

/** Readout as a whole posts a digest of a new brief and a quote, in a slot that is due for all destinations at once. */
export async function postSlot(target: Target): Promise<Slot> {
  const folder = await mkdtemp(join(tmpdir(), 'readout-bench-'))
  try {
    return await postSlotIn(folder, target)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function postSlotIn(folder: string, target: Target): Promise<Slot> {
  const { destinations, environment } = target
  const briefs = join(folder, 'briefs')
  const database = join(folder, 'readout.sqlite')
  const settings = join(folder, 'readout.yaml')
  const slot = new Date(Math.floor((Date.now() - AGO_MS) / 60_000) * 60_000)
  await cp(BRIEFS, briefs, { recursive: true })
  await writeFile(settings, settingsOf(slot, briefs, database, destinations))
  const child = startChild('src/main.ts', { PORT: '0', READOUT_CONFIG: settings, ...environment })
  try {
    await child.address
    const rows = openRows(database)
    try {
      await until(() => rows.begun() === destinations.length, START_MS, 'the digest begins')
      await addBrief(briefs)
      const posting = await watchPosting(child, target, () => rows.makeDue(slot), rows.areSent)
      const { decided, ...tried } = rows.outcome()
      return { ...posting, ...tried, claimMs: Math.min(...target.posted()) - decided }
    } finally {
      rows.close()
    }
  } finally {
    await child.stop()
  }
}

/** A program that posts the same message to the same channels with the library alone. */
export async function postBare(target: Target, environment: Record<string, string>): Promise<Posting> {
  const child = startChild('bench/bare-posts.ts', environment)
  try {
    await child.address
    return await watchPosting(child, target, child.begin, () => true)
  } finally {
    await child.stop()
  }
}

async function watchPosting(
  child: Child,
  { destinations, posted }: Target,
  begin: () => void,
  isDone: () => boolean,
): Promise<Posting> {
  const before = await child.residentBytes()
  begin()
  await until(() => posted().length > 0, BEAT_MS, 'the first post')
  const first = await child.usage()
  let last: Usage = first
  let most = 0
  const look = async () => {
    last = await child.usage()
    most = Math.max(most, last.residentBytes)
    return posted().length >= destinations.length && isDone()
  }
  await until(look, BEAT_MS + destinations.length * POST_MS, 'the last post')
  const instants = posted()
  return {
    sendMs: Math.max(...instants) - Math.min(...instants),
    sendCpuMs: last.cpuMs - first.cpuMs,
    residentBytes: { before, most, after: await child.residentBytes() },
  }
}

/** The rows of a Readout that runs. */
function openRows(path: string) {
  const db = new DatabaseSync(path, { timeout: 5000 })
  const one = (sql: string) => db.prepare(sql)
  const begun = one('SELECT count(*) AS count FROM begun')
  const open = one(`SELECT count(*) AS count FROM deliveries WHERE state <> 'sent'`)
  return {
    begun: () => Number(begun.get()?.count),
    makeDue: (slot: Date) =>
      void one('UPDATE digests SET cursor = ? WHERE id = ?').run(new Date(slot.getTime() - 1).toISOString(), DIGEST),
    areSent: () => open.get()?.count === 0,
    outcome: () => {
      const tried = one('SELECT sum(attempts) AS attempts FROM deliveries').get()
      const decided = one(`SELECT decided FROM slots WHERE state = 'posted'`).get()?.decided
      return {
        decided: Date.parse(String(decided)),
        attempts: Number(tried?.attempts),
      }
    },
    close: () => db.close(),
  }
}

const settingsOf = (slot: Date, briefs: string, database: string, destinations: string[]): string =>
  `briefs: ${JSON.stringify(briefs)}
database: ${JSON.stringify(database)}
digests:
  bench:
    collection: nato
    schedule: ${slot.getUTCMinutes()} ${slot.getUTCHours()} * * *
    zone: UTC
    sections: [new, quote]
    to:
${destinations.map(destination => `      - ${destination}\n`).join('')}`

/** A brief that no destination was told of. */
async function addBrief(briefs: string): Promise<void> {
  const text = await readFile(join(briefs, 'nato/vilnius.md'), 'utf8')
  const added = text.replace(/^title: .*$/m, 'title: A brief that is new').replace(/^aliases: .*\n/m, '')
  await writeFile(join(briefs, 'nato/bench.md'), added)
}

async function until(isSo: () => boolean | Promise<boolean>, withinMs: number, what: string): Promise<void> {
  const end = performance.now() + withinMs
  while (!(await isSo())) {
    if (performance.now() > end) throw new Error(`Not within ${withinMs} ms: ${what}.`)
    await setTimeout(GLANCE_MS)
  }
}
