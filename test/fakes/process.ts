import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { bareEnvironment } from './bare-environment.ts'
import { type Ended, type RunningPlayground, startPlayground, writeShippedProject } from './playground.ts'
import { createFakeSlack, type FakeSlack, type FakeSlackOptions } from './slack/fake-slack.ts'

const ROOT = join(import.meta.dirname, '../..')

const opened = new WeakMap<TestContext, (() => unknown)[]>()

/** Closes something after the test, what was opened last first. */
export function closeLater(t: TestContext, close: () => unknown): void {
  const closers = opened.get(t) ?? []
  if (closers.length === 0)
    t.after(async () => {
      for (const one of closers.toReversed()) await one()
    })
  opened.set(t, closers)
  closers.push(close)
}

export function removeLater(t: TestContext, folder: string): string {
  closeLater(t, () => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** The settings of a process. */
export type Environment = Record<string, string>

/** Readout as an operator starts it, with the shipped briefs unless another folder is given; it ends with the test. */
export async function start(
  t: TestContext,
  environment: Environment,
  folder = removeLater(t, writeShippedProject()),
): Promise<RunningPlayground> {
  const { address, stop } = await startPlayground(folder, environment)
  const ended: { by?: ReturnType<typeof stop> } = {}
  const stopOnce = () => {
    ended.by ??= stop()
    return ended.by
  }
  closeLater(t, stopOnce)
  return { address, stop: stopOnce }
}

/** That it stopped in order. */
export async function stopWell(running: RunningPlayground): Promise<Ended> {
  const { tookMs, ...ended } = await running.stop()
  assert.equal(ended.code, 0, ended.stderr)
  assert.ok(tookMs < 5000, `stopped in ${tookMs} ms`)
  return ended
}

export async function assertPlaygroundAnswers({ address }: RunningPlayground): Promise<void> {
  const response = await fetch(`${address}/?q=${encodeURIComponent('/nato vilnius')}`)
  assert.equal(response.status, 200)
  assert.match(await response.text(), /Vilnius summit/)
}

export const STACK = /^\s+at .*:\d+/m

export function assertSilentAbout(secrets: string[], words: string): void {
  for (const secret of secrets) assert.ok(!words.includes(secret), `${words} holds ${secret}`)
}

/** Runs `readout`, with no setting of this environment. */
export async function readout(args: string[], environment: Environment, folder = ROOT): Promise<Ended> {
  const child = spawn(process.execPath, [join(ROOT, 'src/cli.ts'), ...args], {
    cwd: folder,
    env: { ...bareEnvironment(), ...environment },
    timeout: 20_000,
  })
  const said = { stdout: '', stderr: '' }
  child.stdout.setEncoding('utf8').on('data', chunk => {
    said.stdout += chunk
  })
  child.stderr.setEncoding('utf8').on('data', chunk => {
    said.stderr += chunk
  })
  const [code] = await once(child, 'close')
  return { code, ...said }
}

/** A workspace with a channel that the bot is in, and an admin in it. */
export async function startSlack(t: TestContext, options: FakeSlackOptions = {}): Promise<FakeSlack> {
  const slack = await createFakeSlack(options)
  closeLater(t, slack.close)
  slack.addUser({ id: 'U1', name: 'ada', isAdmin: true })
  slack.addChannel({ id: 'C1', name: 'news', isMember: true, members: ['U1'] })
  return slack
}

/** The settings of Socket Mode. */
export const socketMode = ({ apiUrl, botToken, appToken }: FakeSlack): Environment => ({
  SLACK_API_URL: apiUrl,
  SLACK_BOT_TOKEN: botToken,
  SLACK_APP_TOKEN: appToken,
})

/** What of Slack must stand in no output. */
export const slackSecrets = ({ botToken, appToken, signingSecret }: FakeSlack): string[] => [
  botToken,
  appToken,
  signingSecret,
]
