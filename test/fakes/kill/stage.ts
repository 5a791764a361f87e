import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { heldBy } from '../../../src/store/store.ts'
import type { DeliveryTable, HoldTable, SlotTable, TroubleTable } from '../../../src/store/tables.ts'
import { bareEnvironment } from '../bare-environment.ts'
import { writeFiles } from '../collection.ts'
import { createFakeDiscord, type FakeDiscord } from '../discord/fake-discord.ts'
import { briefOf, COLLECTION } from '../library.ts'
import { createFakeSlack, type FakeSlack } from '../slack/fake-slack.ts'

const ROOT = join(import.meta.dirname, '../../..')

/** What a parent asks of the clock of its process: that time passes, or that the clock on the wall is set by so much; and of its disk, that it is full or not. */
export type FromParent = { kind: 'pass' | 'set' | 'fill' | 'free'; ms: number; id: number }

/** Where a process is killed: before or after an effect, by its name or by its number. */
export type Failpoint = { when: 'before' | 'after' } & ({ name: string } | { number: number })

export const SLACK_CHANNEL = 'C0NEWS'
export const NOTICES_CHANNEL = 'C0NOTICES'
export const GUILD = '100000000000000001'
export const DISCORD_CHANNEL = '100000000000000002'

export const DESTINATIONS = [`slack:T0FAKE0001/${SLACK_CHANNEL}`, `discord:${GUILD}/${DISCORD_CHANNEL}`, 'playground']

export const DIGEST = 'config:morning'

const DAY_MS = 86_400_000
const HOUR_MS = 3_600_000

/** The digest is due at eight: tomorrow, so that every clock need only be pushed forward. */
const nextSlot = (): number => (Math.floor(Date.now() / DAY_MS) + 1) * DAY_MS + 8 * HOUR_MS

/** A process starts so long after its slot. */
const AFTER_SLOT_MS = 5000

/** What a stage is set up with. */
export type StageOptions = {
  /** How many briefs are new: titles \`Ship 1\` and so on. */
  briefs?: number
  /** How many key points each has, of which some count towards its length only. */
  points?: number
  destinations?: string[]
  /** Further lines of the configuration. */
  settings?: string[]
}

const settingsOf = ({ destinations = DESTINATIONS, settings = [] }: StageOptions): string => `briefs: briefs
database: data/readout.sqlite
notices: slack:T0FAKE0001/${NOTICES_CHANNEL}
${settings.join('\n')}
digests:
  morning:
    collection: port
    schedule: 0 8 * * *
    zone: UTC
    to:
${destinations.map(one => `      - ${one}`).join('\n')}
    sections: [new, updated]
`

const titleOf = (number: number): string => `Ship ${String(number).padStart(3, '0')}`

export const shipOf = (number: number, points: number, more: string[] = []): string =>
  briefOf({
    matter: `title: ${titleOf(number)}\ndate: 2021-05-04\n${['reviewed: 2026-11-21', ...more].join('\n')}`,
    body: `${'The ship comes in and unloads what it brought. '.repeat(points).trim()} [@report]`,
  })

export const PROGRAM = join(ROOT, 'src/main.ts')

/** A folder in which the digest has begun, and the slot that is still to come; since then briefs were added. */
export type Prepared = { folder: string; slot: number; titles: string[] }

export async function prepare(options: StageOptions = {}): Promise<Prepared> {
  const folder = mkdtempSync(join(tmpdir(), 'readout-kill-'))
  writeFiles(folder, { 'config/readout.yaml': settingsOf(options) })
  writeFiles(join(folder, 'briefs'), COLLECTION)
  const slot = nextSlot()
  const life = startLife(folder, PROGRAM, {}, slot - HOUR_MS - Date.now())
  await life.started
  await life.pass(0)
  await life.end()
  const { briefs = 6, points = 8 } = options
  for (let number = 1; number <= briefs; number++)
    writeFiles(folder, { [`briefs/port/ship-${number}.md`]: shipOf(number, points) })
  return { folder, slot, titles: Array.from({ length: briefs }, (_, index) => titleOf(index + 1)) }
}

export type Stage = Awaited<ReturnType<typeof openStage>>

/** Both fakes and a copy of a prepared folder, so long after the slot. */
export async function openStage(prepared: Prepared, program = PROGRAM, afterSlotMs = AFTER_SLOT_MS) {
  const { slot } = prepared
  const folder = mkdtempSync(join(tmpdir(), 'readout-kill-'))
  cpSync(prepared.folder, folder, { recursive: true })
  const [slack, discord] = [await createFakeSlack(), await createFakeDiscord()]
  for (const id of [SLACK_CHANNEL, NOTICES_CHANNEL]) slack.addChannel({ id, isMember: true })
  const time = { ahead: slot + afterSlotMs - Date.now() }
  discord.addGuild({ id: GUILD })
  discord.addChannel({ guildId: GUILD, id: DISCORD_CHANNEL })
  for (const { clock } of [slack, discord]) clock.advance(time.ahead)
  const lives: Life[] = []

  /** Time passes for all. */
  async function pass(ms: number): Promise<void> {
    time.ahead += ms
    turn(ms)
    await lives.at(-1)?.pass(ms)
  }

  /** The platforms' clocks go by the second, so that what they do late is done at its time. */
  function turn(ms: number): void {
    for (let left = ms; left > 0; left -= 1000)
      for (const { clock } of [slack, discord]) clock.advance(Math.min(1000, left))
  }

  return {
    folder,
    slack,
    discord,
    slot: new Date(slot).toISOString(),
    titles: prepared.titles,
    pass,
    /** The clock of the program's machine is set, by so much; the platforms know better. */
    set: async (ms: number): Promise<void> => {
      time.ahead += ms
      await lives.at(-1)?.ask('set', ms)
    },
    /** The program's machine sleeps. */
    sleep: async (ms: number): Promise<void> => {
      time.ahead += ms
      turn(ms)
      await lives.at(-1)?.ask('set', ms)
    },
    now: () => Date.now() + time.ahead,
    /** Starts the program; one at a time. */
    start(environment: Record<string, string> = {}): Life {
      const life = startLife(folder, program, { ...environmentOf(slack, discord), ...environment }, time.ahead)
      lives.push(life)
      return life
    },
    /** All that was said so far. */
    said: () => lives.map(({ said }) => said()).join(''),
    write: (files: Record<string, string>) => writeFiles(folder, files),
    database: <T>(read: (database: DatabaseSync) => T): T => {
      const database = new DatabaseSync(join(folder, 'data/readout.sqlite'))
      try {
        return read(database)
      } finally {
        database.close()
      }
    },
    /** Another process locks the database; gives back what ends that. */
    lock: (): (() => void) => {
      const database = new DatabaseSync(join(folder, 'data/readout.sqlite'))
      database.exec('begin immediate')
      return () => database.close()
    },
    close: async () => {
      for (const life of lives) await life.kill()
      await Promise.all([slack.close(), discord.close()])
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

const environmentOf = (slack: FakeSlack, discord: FakeDiscord): Record<string, string> => ({
  SLACK_API_URL: slack.apiUrl,
  SLACK_MODE: 'http',
  SLACK_BOT_TOKEN: slack.botToken,
  SLACK_SIGNING_SECRET: slack.signingSecret,
  DISCORD_API_URL: discord.apiUrl,
  DISCORD_TOKEN: discord.token,
  DISCORD_APPLICATION_ID: discord.applicationId,
  DISCORD_MODE: 'http',
  DISCORD_PUBLIC_KEY: discord.publicKey,
})

export type Life = ReturnType<typeof startLife>

/** No process lives longer, of real time. */
const LONGEST_LIFE_MS = 120_000

/** One process from its start to its end, however it ends. */
function startLife(folder: string, program: string, environment: Record<string, string>, aheadMs: number) {
  const preloads = ['clock.ts', 'disk.ts', 'effects.ts'].flatMap(name => ['--import', join(import.meta.dirname, name)])
  const child = spawn(process.execPath, [...preloads, program], {
    cwd: folder,
    env: { ...bareEnvironment(), PORT: '0', CLOCK_AHEAD_MS: String(aheadMs), ...environment },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    timeout: LONGEST_LIFE_MS,
    killSignal: 'SIGKILL',
  })
  let said = ''
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', chunk => {
      said += chunk
    })
  const ended = once(child, 'close').then(([code, signal]) => ({ code, signal, said }))
  const started = new Promise<void>(resolve => {
    child.stdout?.on('data', () => said.includes('The playground is at') && resolve())
    void ended.then(() => resolve())
  })
  let asked = 0

  /** Resolves when all is at rest, or has ended. */
  async function ask(kind: FromParent['kind'], ms = 0): Promise<void> {
    if (!isAlive(child)) return
    const id = ++asked
    const rested = new Promise<void>(resolve => {
      child.on('message', function hear(message: { id: number }) {
        if (message.id !== id) return
        child.off('message', hear)
        resolve()
      })
    })
    child.send({ kind, ms, id } satisfies FromParent, () => undefined)
    await Promise.race([rested, ended])
  }

  const stopBy = (signal: 'SIGTERM' | 'SIGKILL') => async () => {
    if (isAlive(child)) child.kill(signal)
    return ended
  }
  return {
    /** Resolves when the program says that it runs, or has ended. */
    started,
    ended,
    said: () => said,
    isAlive: () => isAlive(child),
    pass: (ms: number) => ask('pass', ms),
    ask,
    end: stopBy('SIGTERM'),
    kill: stopBy('SIGKILL'),
  }
}

const isAlive = ({ exitCode, signalCode }: ChildProcess): boolean => exitCode === null && signalCode === null

/** What a stage's database holds. */
export type Rows = { deliveries: DeliveryTable[]; slots: SlotTable[]; troubles: TroubleTable[]; holds: HoldTable[] }

export const rowsOf = (stage: Stage): Rows =>
  stage.database(database => {
    // The columns are those of the table.
    const all = <T>(table: string) => database.prepare(`select * from ${table}`).all() as T[]
    return {
      deliveries: all<DeliveryTable>('deliveries'),
      slots: all<SlotTable>('slots'),
      troubles: all<TroubleTable>('troubles'),
      holds: all<HoldTable>('holds'),
    }
  })

/** Whether nothing more becomes of the rows by itself. */
export function isOver({ deliveries, holds }: Rows): boolean {
  const held = (to: string) => holds.some(({ destination }) => heldBy(to).includes(destination))
  const blocked = (one: DeliveryTable) =>
    deliveries.some(
      other =>
        other.digest === one.digest &&
        other.slot === one.slot &&
        other.destination === one.destination &&
        other.part < one.part &&
        (other.state === 'failed' || other.state === 'uncertain'),
    )
  const waits = ({ state }: DeliveryTable) => state === 'sending' || state === 'checking'
  return !deliveries.some(one => waits(one) || (one.state === 'pending' && !held(one.destination) && !blocked(one)))
}

/** Time passes in steps until nothing more becomes of the rows; gives back how many seconds that took, of the stage's. */
export async function passUntilOver(stage: Stage, mostMs = 3_600_000, stepMs = 5000): Promise<number> {
  await stage.pass(0)
  let passed = 0
  while (passed < mostMs && !isOver(rowsOf(stage))) {
    await stage.pass(stepMs)
    passed += stepMs
  }
  return passed / 1000
}

/** A copy of the program with a text in one of its files replaced by another; fails where the text is not there. */
export function mutate(file: string, changes: [from: string, to: string][]): { program: string; remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), 'readout-mutant-'))
  cpSync(join(ROOT, 'src'), join(folder, 'src'), { recursive: true })
  cpSync(join(ROOT, 'package.json'), join(folder, 'package.json'))
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'))
  let text = readFileSync(join(folder, file), 'utf8')
  for (const [from, to] of changes) {
    if (!text.includes(from)) throw new Error(`${file} does not hold ${from}`)
    text = text.replace(from, () => to)
  }
  writeFileSync(join(folder, file), text)
  mkdirSync(join(folder, 'data'), { recursive: true })
  return { program: join(folder, 'src/main.ts'), remove: () => rmSync(folder, { recursive: true, force: true }) }
}
