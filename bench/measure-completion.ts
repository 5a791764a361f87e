import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createFakeDiscord, type FakeDiscord } from '../test/fakes/discord/fake-discord.ts'
import { type Child, startChild } from './child.ts'
import { COLLECTION, generateBriefs } from './generate-briefs.ts'
import { generateTypings } from './generate-typings.ts'
import { createProse } from './generate-words.ts'
import { percentile } from './statistics.ts'
import type { Measurement } from './table.ts'

const BRIEFS = 10_000
const SEED = 1949

const TEXTS = 300
/** The first rounds warm up. */
const ROUNDS = 7
const WARM_UP = 2
/** How many readers type at the same moment. */
const AT_ONCE = 8

/** To load the briefs takes a while. */
const START_MS = 120_000

/** From the event of an interaction to the call that answers it: Readout with 10,000 briefs, and a bare bot of discord.js, in turn. */
export async function measureCompletion(folder: string): Promise<Measurement[]> {
  const prose = createProse(SEED)
  const briefs = join(folder, 'briefs')
  await mkdir(briefs)
  const generated = await generateBriefs(briefs, BRIEFS, prose)
  const settings = join(folder, 'readout.yaml')
  await writeFile(settings, `briefs: ${JSON.stringify(briefs)}\n`)
  const rounds = Array.from({ length: ROUNDS }, () => generateTypings(TEXTS, generated, prose))
  const readout = await connect(({ token, applicationId, apiUrl }) =>
    startChild('src/main.ts', {
      PORT: '0',
      READOUT_CONFIG: settings,
      DISCORD_TOKEN: token,
      DISCORD_APPLICATION_ID: applicationId,
      DISCORD_API_URL: apiUrl,
    }),
  )
  try {
    const bare = await connect(({ token, apiUrl }) =>
      startChild('bench/bare-discord.ts', { TOKEN: token, API_URL: apiUrl, COMMAND: COLLECTION }),
    )
    try {
      return [
        ...(await compare(readout, bare, rounds, 1)),
        ...(await compare(readout, bare, rounds.slice(0, WARM_UP + 3), AT_ONCE)),
      ]
    } finally {
      await bare.close()
    }
  } finally {
    await readout.close()
  }
}

/** A bot, and somebody who types to it. */
type Connected = { type: (text: string) => Promise<number>; close: () => Promise<void> }

/** Starts a bot on a Discord of its own, for every bot there hears of every interaction. */
async function connect(start: (discord: FakeDiscord) => Child): Promise<Connected> {
  const discord = await createFakeDiscord()
  const guild = discord.addGuild().id
  const channel = discord.addChannel({ guildId: guild }).id
  const user = discord.addUser({ guild }).id
  const child = start(discord)
  const close = async () => {
    await child.stop()
    await discord.close()
  }
  try {
    await discord.gateway.whenReady(1, START_MS)
    await discord.until(() => discord.commands().some(({ name }) => name === COLLECTION), START_MS)
  } catch (error) {
    await close()
    throw error
  }
  return {
    type: async text => {
      const start = performance.now()
      const { result } = await discord.autocomplete({ name: COLLECTION, text, user, channel })
      if (result !== 'answered') throw new Error(`"${text}" was not completed: ${result}.`)
      return performance.now() - start
    },
    close,
  }
}

async function compare(ours: Connected, bare: Connected, rounds: string[][], atOnce: number): Promise<Measurement[]> {
  const waits = { ours: [] as number[], bare: [] as number[] }
  for (const [round, texts] of rounds.entries()) {
    const taken = { bare: await typeAll(bare, texts, atOnce), ours: await typeAll(ours, texts, atOnce) }
    if (round < WARM_UP) continue
    waits.bare.push(...taken.bare)
    waits.ours.push(...taken.ours)
  }
  const name = 'a bare discord.js bot (Client, interaction.respond) that answers 25 constant choices'
  const row = (share: number) => ({
    unit: 'ms' as const,
    ours: percentile(waits.ours, share),
    yardstick: { name, value: percentile(waits.bare, share) },
  })
  const what = atOnce === 1 ? `completion of a text with ${BRIEFS} briefs` : `the same, ${atOnce} at once`
  return [
    { what: `${what}, median`, ...row(0.5) },
    { what: `${what}, 99th percentile`, ...row(0.99), ...(atOnce === 1 && { aim: { most: 50 } }) },
  ]
}

/** Types all texts, so many at a time. */
async function typeAll({ type }: Connected, texts: string[], atOnce: number): Promise<number[]> {
  const waits: number[] = []
  const left = texts.values()
  const typeOnAndOn = async () => {
    for (const text of left) waits.push(await type(text))
  }
  await Promise.all(Array.from({ length: atOnce }, typeOnAndOn))
  return waits
}
