import { setTimeout as delay } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { createBot } from './answer/bot.ts'
import type { Budget } from './card/card.ts'
import { reportChange, reportFailure, reportProblems } from './library/report.ts'
import { type LibraryListener, watchLibrary } from './library/watch.ts'
import { type Bot, type Clock, type Platform, PlatformError } from './platform/platform.ts'
import { isLoopback } from './platform/playground/guard.ts'
import { createOpenPages, type OpenPages } from './platform/playground/open-pages.ts'
import { createPlayground } from './platform/playground/playground.ts'
import { SETUPS, type Setup } from './platforms.ts'
import { say, warn } from './say.ts'
import { ServerError, startServer } from './server.ts'
import { readSettings, requireBriefs, SettingsError } from './settings.ts'

const USAGE = `Usage: npm start [-- --strict]

Starts what .env and config/readout.yaml ask for; without any setting, the playground at http://127.0.0.1:3000.

  --strict  does not start while any file has a problem
  --help    shows this`

/** What an operator has to change. */
class StartError extends Error {}

type Started = { address: string; stop: () => Promise<void> }

async function start({ strict }: { strict: boolean }): Promise<Started> {
  const settings = readSettings(process.cwd())
  const pages = createOpenPages()
  const watch = await watchLibrary(requireBriefs(settings), listenTo(pages))
  try {
    const { problems } = watch.library()
    for (const line of reportProblems(problems)) warn(line)
    if (strict && problems.length > 0) throw new StartError('Nothing starts until that is mended (--strict).')
    const botWithin = (budget: Budget) => createBot(watch.library, budget, () => new Date())
    const platforms = [createPlayground(botWithin, pages), ...(await createPlatforms(botWithin))]
    const server = await startServer(
      platforms.flatMap(platform => platform.routes),
      settings,
      reportError,
    )
    if (!isLoopback(settings.host)) warn(exposed(settings.host))
    void Promise.all(platforms.map(startPlatform)).catch(fail)
    const stop = async () => {
      await Promise.all(platforms.map(platform => platform.stop()))
      await server.close()
      await watch.close()
    }
    return { address: server.address, stop }
  } catch (error) {
    await watch.close()
    throw error
  }
}

/** The platforms that have settings. */
const createPlatforms = async (botWithin: (budget: Budget) => Bot): Promise<Platform[]> => {
  const create = ({ name, create }: Setup) =>
    create(process.env, botWithin, line => warn(`${name}: ${line}`), systemClock).catch(warnWithout)
  return (await Promise.all(SETUPS.map(create))).flatMap(platform => platform ?? [])
}

const startPlatform = (platform: Platform): Promise<void> => platform.start().catch(warnWithout)

/** One platform that can't start says why, and the others go on. */
function warnWithout(error: unknown): undefined {
  if (!(error instanceof PlatformError)) throw error
  warn(`${error.message}\nThe rest of Readout runs without it; \`npm run -s readout -- doctor\` looks again.`)
}

/** What is not finished by then is left: a supervisor would kill the process soon after. */
const LONGEST_STOP_MS = 4500

const systemClock: Clock = {
  now: () => new Date(),
  wait: (ms, signal) => delay(ms, undefined, { ref: false, ...(signal && { signal }) }),
}

/** Tells of each change in the log and on the open pages. */
const listenTo = (pages: OpenPages): LibraryListener => ({
  changed: change => {
    const lines = reportChange(change)
    for (const line of lines) warn(line)
    if (change.library.collections.size === 0) warn('There are no briefs any more.')
    pages.tell(newsOf(lines))
  },
  failed: error => {
    warn(reportFailure(error))
    pages.tell('A change could not be taken in; the log says why.')
  },
})

/** What fits into a line of the page; the problems stand there too. */
const newsOf = ([first = 'The briefs have changed.', ...more]: string[]): string =>
  more.length > 0 ? `${first} And ${more.length} more.` : first

const reportError = (error: unknown): void =>
  warn(error instanceof Error ? (error.stack ?? error.message) : String(error))

const exposed = (host: string): string =>
  `HOST=${host} is not loopback: others in the network may reach this port. The playground still answers to localhost only.`

function readArguments(): { strict: boolean; help: boolean } {
  try {
    return parseArgs({
      options: { strict: { type: 'boolean', default: false }, help: { type: 'boolean', default: false } },
    }).values
  } catch (error) {
    throw new StartError(`${(error as Error).message}\n\n${USAGE}`)
  }
}

function fail(error: unknown): never {
  const isOperators = error instanceof StartError || error instanceof SettingsError || error instanceof ServerError
  if (!isOperators) throw error
  warn(error.message)
  process.exit(2)
}

async function main(): Promise<void> {
  const { help, strict } = readArguments()
  if (help) return say(USAGE)
  const { address, stop } = await start({ strict })
  const stopOnce = () => {
    // A second signal ends the process as it always does.
    process.removeListener('SIGINT', stopOnce).removeListener('SIGTERM', stopOnce)
    say('Stopping …')
    // Libraries may hold the process for a socket that does not close.
    Promise.race([stop(), systemClock.wait(LONGEST_STOP_MS)]).then(() => process.exit(), fail)
  }
  process.on('SIGINT', stopOnce).on('SIGTERM', stopOnce)
  say(`The playground is at ${address}`)
}

await main().catch(fail)
