import { setTimeout as delay } from 'node:timers/promises'
import type { KnownBlock } from '@slack/types'
import { createBot } from '../../src/answer/bot.ts'
import type { Library } from '../../src/library/library.ts'
import { draftRecord } from '../../src/library/record.ts'
import { writeYaml } from '../../src/library/yaml.ts'
import type { Bot, Clock, Platform } from '../../src/platform/platform.ts'
import { SLACK_BUDGET } from '../../src/platform/slack/limits.ts'
import { createSlack, type SlackOptions } from '../../src/platform/slack/slack.ts'
import { startServer } from '../../src/server.ts'
import type { Fact } from './facts.ts'
import { ABOUT, briefOf, COLLECTION, REPORT, shelfOf } from './library.ts'
import { readSlack } from './read-slack.ts'
import { createFakeSlack, type FakeSlack } from './slack/fake-slack.ts'
import type { Message, View } from './slack/world.ts'

export type Mode = 'socket' | 'http'

/** The adapter as it runs against a fake Slack. */
export type SlackBot = {
  slack: FakeSlack
  platform: Platform
  /** What was logged. */
  lines: string[]
  /** Where Slack's requests arrive in HTTP mode. */
  url: string
  /** Finishes what is in hand; a second call does nothing. */
  stop: () => Promise<void>
  close: () => Promise<void>
}

const CLOCK: Clock = {
  now: () => new Date(),
  wait: (ms, signal) => delay(ms, undefined, { ref: false, ...(signal && { signal }) }),
}

/** The bot over a library, on a fixed day. */
export const botOver = (library: Library): Bot =>
  createBot(
    () => library,
    SLACK_BUDGET,
    () => new Date('2026-11-22T12:00:00Z'),
  )

/**
 * Starts the adapter in a workspace of its own: the admin `U1`, `U2` and `U3`; the bot is in `C1` and not in `C2`, nor in the private
 * `G1`.
 */
export async function startSlackBot(mode: Mode, bot: Bot): Promise<SlackBot> {
  const slack = await createFakeSlack()
  furnish(slack)
  const lines: string[] = []
  const log = (line: string) => void lines.push(line)
  const platform = createSlack(optionsOf(mode, slack), bot, log, CLOCK)
  await platform.start()
  const server = await startServer(platform.routes, { host: '127.0.0.1', port: 0 }, error => log(String(error)))
  const url = `${server.address}/slack/events`
  if (mode === 'http') slack.requestUrl = url
  else await slack.socket.whenLive()
  let stopped: Promise<void> | undefined
  const stop = () => {
    stopped ??= platform.stop()
    return stopped
  }
  return {
    slack,
    platform,
    lines,
    url,
    stop,
    close: async () => {
      await stop()
      await server.close()
      await slack.close()
    },
  }
}

function furnish(slack: FakeSlack): void {
  slack.addUser({ id: 'U1', name: 'ada', isAdmin: true })
  slack.addUser({ id: 'U2', name: 'ben' })
  slack.addUser({ id: 'U3', name: 'cleo' })
  slack.addChannel({ id: 'C1', name: 'news', isMember: true, members: ['U1', 'U2', 'U3'] })
  slack.addChannel({ id: 'C2', name: 'other', members: ['U1', 'U2', 'U3'] })
  slack.addChannel({ id: 'G1', name: 'secret', isPrivate: true, members: ['U1', 'U2', 'U3'] })
}

const optionsOf = (mode: Mode, slack: FakeSlack): SlackOptions => ({
  botToken: slack.botToken,
  apiUrl: slack.apiUrl,
  events: mode === 'http' ? { mode, signingSecret: slack.signingSecret } : { mode, appToken: slack.appToken },
})

/** What is drawn on a message or a view, in order. */
// The fake keeps blocks as JSON, and only such as it has checked.
export const factsOf = (shown: Message | View): Fact[] => readSlack({ blocks: shown.blocks as unknown as KnownBlock[] })

export const titleOf = (shown: Message | View): string =>
  factsOf(shown).flatMap(fact => (fact.kind === 'title' ? [fact.text] : []))[0] ?? ''

/** The labels of what can be clicked. */
export const labelsOf = (shown: Message | View): string[] =>
  factsOf(shown).flatMap(fact => (fact.kind === 'button' ? [fact.label] : []))

/** Who shared a message. */
export const sharersOf = (shown: Message | View): string[] =>
  factsOf(shown).flatMap(fact => (fact.kind === 'shared' ? [fact.text] : []))

/** The id of a button by its label. */
export function buttonOf(shown: Message | View, label: string): string {
  const found = factsOf(shown).find(fact => fact.kind === 'button' && fact.label === label)
  if (found?.kind !== 'button') throw new Error(`No button ${label}; there are ${labelsOf(shown).join(', ')}.`)
  return found.id
}

export function pickerOf(shown: Message | View): string {
  const found = factsOf(shown).find(fact => fact.kind === 'picker')
  if (found?.kind !== 'picker') throw new Error('No picker is shown.')
  return found.id
}

const FIRST_YEAR = 1800

/** A library of two collections: `dock` with one brief, and `port` with so many, of which those with higher numbers are newer. */
export function portLibrary(count: number): Library {
  const years = Array.from({ length: count }, (_, index) => FIRST_YEAR + index)
  const report = writeYaml(draftRecord(`${REPORT}\nShips came in ${years.join(', ')}.\n`, ABOUT, []).file)
  const ships = years.map((year, index) => {
    const number = String(index + 1).padStart(3, '0')
    const matter = `title: Ship ${number}\ndate: ${year}\nreviewed: 2026-11-21`
    return [`port/ship-${number}.md`, briefOf({ matter })] as const
  })
  return shelfOf({
    ...Object.fromEntries(ships),
    'port/collection.yaml': 'description: Ships and harbours\n',
    'port/sources/report.yaml': report,
    'dock/collection.yaml': 'description: Docks\n',
    'dock/sources/report.yaml': report,
    'dock/crane.md': briefOf({ matter: 'title: Crane\ndate: 2021-05-04\nreviewed: 2026-11-21' }),
  }).library
}

/** A library of one brief, `/port opening`, whose words are these. */
export function libraryOf(words: string[]): Library {
  const body = words.map(line => `${line} [@report]`).join('\n\n')
  return shelfOf({ ...COLLECTION, 'port/opening.md': briefOf({ body }) }).library
}
