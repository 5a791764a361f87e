import { readFileSync, rmSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { Fault as DiscordFault } from '../fakes/discord/faults.ts'
import {
  type Failpoint,
  mutate,
  openStage,
  PROGRAM,
  type Prepared,
  passUntilOver,
  prepare,
  rowsOf,
  type Stage,
} from '../fakes/kill/stage.ts'
import { verdictOf } from '../fakes/kill/verdict.ts'
import type { Fault as SlackFault } from '../fakes/slack/faults.ts'

/** A digest that is two messages long on Slack, and longer on the others. */
const BRIEFS = 16

/** What is stored late is stored by then. */
const LATEST_MS = 20 * 60_000

const SETTLE_MS = 120_000

export const prepareStage = (briefs = BRIEFS): Promise<Prepared> => prepare({ briefs, points: 3 })

/** The effects of one run without a kill, from the claim of the slot to the last thing sent. */
export async function effectsOf(prepared: Prepared): Promise<string[]> {
  const stage = await openStage(prepared)
  try {
    const list = join(stage.folder, 'effects')
    const life = stage.start({ EFFECTS_LIST: list })
    await life.started
    await passUntilOver(stage)
    const effects = readFileSync(list, 'utf8').trimEnd().split('\n')
    return effects.slice(effects.findIndex(name => name.startsWith('insert into "slots"')))
  } finally {
    await stage.close()
  }
}

/** What asks for nothing but what is there already changes nothing. */
const isQuestion = (name: string): boolean => /^(?:GET|PUT) /.test(name)

/** Between two effects is before the later one; between a request and its answer nobody knows what became of it. */
export const failpointsOf = (effects: string[]): Failpoint[] =>
  effects
    .filter(name => !isQuestion(name))
    .flatMap((name): Failpoint[] => [
      { name, when: 'before' },
      ...(name.startsWith('POST') ? [{ name, when: 'after' } as const] : []),
    ])

/** What became of a stage: the promises that it broke, and what happened on it. */
export type Story = { broken: string[]; kills: number; seconds: number; states: string[]; doubled: number }

/** Kills a process at a failpoint, and lets the next one carry on until all is over. */
export async function killAt(prepared: Prepared, failpoint: Failpoint, program = PROGRAM): Promise<Story> {
  const stage = await openStage(prepared, program)
  try {
    const life = stage.start({ KILL_AT: JSON.stringify(failpoint) })
    await life.started
    await passUntilOver(stage, 10_000)
    const { signal } = await life.kill()
    return await finish(stage, signal === 'SIGKILL' ? 1 : 0, 0)
  } finally {
    await stage.close()
  }
}

/** The last process carries on until all is over; what is still to be stored is stored. */
async function finish(stage: Stage, kills: number, storedTooLate: number): Promise<Story> {
  const life = stage.start()
  await life.started
  const seconds = await passUntilOver(stage)
  const endedByItself = life.isAlive() ? [] : ['The program ended by itself.']
  await life.kill()
  await stage.pass(LATEST_MS)
  const broken = [...endedByItself, ...verdictOf(stage, { storedTooLate })]
  const { deliveries } = rowsOf(stage)
  return {
    broken: broken.length > 0 ? [...broken, life.said()] : [],
    kills,
    seconds,
    states: deliveries.map(({ state }) => state),
    doubled:
      stage.slack.messages('C0NEWS').length -
      deliveries.filter(({ destination }) => destination.includes('C0NEWS')).length,
  }
}

/** Numbers from 0 to 1, the same for a seed. */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

type Random = () => number

const pick = <T>(random: Random, from: readonly T[]): T => from[Math.floor(random() * from.length)] as T

const upTo = (random: Random, most: number): number => Math.floor(random() * (most + 1))

/** What may become of a post: what is lost, what is stored all the same, at once or later, and what is put off. */
const POST_FAULTS = [
  { kind: 'cut', when: 'before' },
  { kind: 'cut', when: 'after' },
  { kind: 'close', when: 'before' },
  { kind: 'close', when: 'after' },
  { kind: 'status', status: 500, when: 'before' },
  { kind: 'status', status: 500, when: 'after' },
  { kind: 'status', status: 503, when: 'after' },
  { kind: 'rateLimited', retryAfterS: 3 },
  { kind: 'rateLimited', retryAfterS: 40 },
  { kind: 'hang', stores: true },
  { kind: 'hang', stores: false },
  { kind: 'late', ms: 4000, answer: 'cut' },
  { kind: 'late', ms: 40_000, answer: 'hang' },
  { kind: 'late', ms: 100_000, answer: { status: 502 } },
] as const satisfies (SlackFault & DiscordFault)[]

/** These are stored after the settle time. */
const TOO_LATE = [
  { kind: 'late', ms: 160_000, answer: 'cut' },
  { kind: 'late', ms: 230_000, answer: 'hang' },
] as const satisfies SlackFault[]

/**
 * Discord knows what came before for three minutes. What it stores so late is the same as what was repeated since; a repeat that it stores
 * so late itself, it may not know any more: only the first post of all is.
 */
const FIRST_TOO_LATE: DiscordFault[] = [
  { kind: 'late', ms: 160_000, answer: 'cut' },
  { kind: 'late', ms: 160_000, answer: 'hang' },
]

const SLACK_LOOKS: SlackFault[] = [
  { kind: 'cut', when: 'before' },
  { kind: 'status', status: 503 },
  { kind: 'rateLimited', retryAfterS: 10 },
  { kind: 'hang', stores: false },
  { kind: 'error', error: 'missing_scope' },
  { kind: 'error', error: 'internal_error' },
]

const DISCORD_LOOKS: DiscordFault[] = [
  { kind: 'cut', when: 'before' },
  { kind: 'status', status: 503 },
  { kind: 'rateLimited', retryAfterS: 10 },
  { kind: 'garbage' },
  { kind: 'error', status: 403, code: 50001, message: 'Missing Access' },
]

/** Has both platforms fail in the next calls. Gives back how many of Slack's posts are stored after the settle time. */
function plantFaults({ slack, discord }: Stage, random: Random): number {
  let tooLate = 0
  for (let left = upTo(random, 3); left > 0; left--) {
    const fault = pick(random, [...POST_FAULTS, ...TOO_LATE])
    if (fault.kind === 'late' && fault.ms > SETTLE_MS) tooLate++
    slack.fail('chat.postMessage', fault)
  }
  for (let left = upTo(random, 3); left > 0; left--) discord.fail('POST messages', pick(random, POST_FAULTS))
  for (let left = upTo(random, 2); left > 0; left--) slack.fail('conversations.history', pick(random, SLACK_LOOKS))
  for (let left = upTo(random, 2); left > 0; left--) discord.fail('GET messages', pick(random, DISCORD_LOOKS))
  return tooLate
}

/** How many effects a process has at most before it is killed. */
const MOST_EFFECTS = 45

const MOST_KILLS = 4

/** Kills processes at random, one after the other, while both platforms fail at random; the same for a seed, but for what happens at the same time. */
export async function killAtRandom(prepared: Prepared, seed: number, program = PROGRAM): Promise<Story> {
  const random = randomFrom(seed)
  const stage = await openStage(prepared, program)
  try {
    if (random() < 0.3) stage.discord.fail('POST messages', pick(random, FIRST_TOO_LATE))
    let storedTooLate = plantFaults(stage, random)
    const wanted = 1 + upTo(random, MOST_KILLS - 1)
    let kills = 0
    for (let left = wanted; left > 0; left--) {
      if (await liveShortly(stage, random)) kills++
      if (random() < 0.3) storedTooLate += plantFaults(stage, random)
      // A supervisor starts it again at once, or somebody does later.
      await stage.pass(pick(random, [0, 1000, 10_000, 45_000, 150_000]))
    }
    return await finish(stage, kills, storedTooLate)
  } finally {
    await stage.close()
  }
}

/** A process that is killed at an effect, or at any moment. */
async function liveShortly(stage: Stage, random: Random): Promise<boolean> {
  const when = pick(random, ['before', 'after'] as const)
  const isAtEffect = random() < 0.7
  const number = 1 + upTo(random, MOST_EFFECTS - 1)
  const life = stage.start(isAtEffect ? { KILL_AT: JSON.stringify({ number, when }) } : {})
  await life.started
  const steps = upTo(random, 30)
  const delayMs = upTo(random, 60)
  const stepMs = pick(random, [1000, 5000, 15_000])
  if (!isAtEffect && random() < 0.5) await new Promise(resolve => setTimeout(resolve, delayMs))
  else for (let step = 0; step < steps && life.isAlive(); step++) await stage.pass(stepMs)
  return (await life.kill()).signal === 'SIGKILL'
}

/**
 * Kills Readout at every effect between a slot's claim and the last message, then at random: `--kills N` processes in place of 2,000; `--seed N`
 * takes the random kills of that seed only. Gives the number of stages on which a promise was broken.
 */
export async function seekKillFaults(args: string[]): Promise<number> {
  const text = { type: 'string' } as const
  const { values } = parseArgs({ args, options: { kills: text, seed: text } })
  const wanted = readCount('kills', values.kills) ?? 2000
  const seed = readCount('seed', values.seed) ?? Date.now() % 1_000_000
  const prepared = await prepareStage()
  // Whoever works on the program meanwhile does not disturb it.
  const copy = mutate('src/main.ts', [])
  try {
    const failpoints = values.seed === undefined ? failpointsOf(await effectsOf(prepared)) : []
    console.log(`${failpoints.length} failpoints, then ${wanted} random kills from seed ${seed}.`)
    const tally = createTally(failpoints.length + wanted)
    const points = failpoints.values()
    let next = seed
    const work = async () => {
      for (const failpoint of points)
        tally.add(
          `Killed ${failpoint.when} ${'name' in failpoint ? failpoint.name : failpoint.number}:`,
          await killAt(prepared, failpoint),
        )
      while (tally.kills() < failpoints.length + wanted) {
        const own = next++
        tally.add(`npm run faults -- kill --kills 1 --seed ${own}`, await killAtRandom(prepared, own, copy.program))
      }
    }
    await Promise.all(Array.from({ length: availableParallelism() }, work))
    tally.tell()
    return tally.faults()
  } finally {
    copy.remove()
    rmSync(prepared.folder, { recursive: true, force: true })
  }
}

const TELL_MS = 10_000

/** Counts what became of stages, and tells now and then. */
function createTally(wanted: number) {
  const startedAt = performance.now()
  const states = new Map<string, number>()
  const counts = { stages: 0, kills: 0, faults: 0, doubled: 0 }
  let toldAt = startedAt
  const tell = () => {
    const seconds = Math.round((performance.now() - startedAt) / 1000)
    const left = Math.max(0, Math.round((seconds / Math.max(1, counts.kills)) * (wanted - counts.kills)))
    const outcomes = [...states].map(([state, count]) => `${count} ${state}`).join(', ')
    console.log(
      `${counts.kills} kills in ${counts.stages} stages, ${seconds} s, about ${left} s left: ${outcomes}; ${counts.doubled} doubled by Slack’s late store; ${counts.faults} stages broke a promise.`,
    )
  }
  return {
    kills: () => counts.kills,
    faults: () => counts.faults,
    tell,
    add(how: string, { broken, kills, states: ended, doubled }: Story) {
      counts.stages++
      counts.kills += kills
      counts.doubled += Math.max(0, doubled)
      for (const state of ended) states.set(state, (states.get(state) ?? 0) + 1)
      if (broken.length > 0) {
        counts.faults++
        console.log(`${how}\n  ${broken.join('\n  ')}`)
      }
      if (performance.now() - toldAt < TELL_MS) return
      toldAt = performance.now()
      tell()
    },
  }
}

function readCount(name: string, value: string | undefined): number | undefined {
  if (value === undefined || /^\d{1,9}$/.test(value)) return value === undefined ? undefined : Number(value)
  throw new Error(`Expected --${name} to be a number such as 40, got "${value}".`)
}
