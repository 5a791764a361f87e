import { parseArgs } from 'node:util'
import { createBot } from './answer/bot.ts'
import type { Budget } from './card/card.ts'
import { previewDigests } from './commands/preview.ts'
import { startAndResume } from './delivery/resolve.ts'
import { followSubscriptions } from './digest/manage/stored.ts'
import { createManagement } from './digest/manage.ts'
import { withManagement } from './digest/managed-bot.ts'
import { type Digests, startDigests } from './digests.ts'
import type { Library } from './library/library.ts'
import { loadShelf } from './library/load.ts'
import { problemText } from './library/problem.ts'
import { reportChange, reportFailure, reportProblems } from './library/report.ts'
import { type LibraryListener, type LibraryWatch, watchLibrary } from './library/watch.ts'
import { type Bot, type Platform, PlatformError } from './platform/platform.ts'
import { isLoopback } from './platform/playground/guard.ts'
import { createOpenPages, type OpenPages } from './platform/playground/open-pages.ts'
import { createPlayground } from './platform/playground/playground.ts'
import { SETUPS, type Setup } from './platforms.ts'
import { keptChannel } from './playground-channel.ts'
import { say, warn } from './say.ts'
import { ServerError, startServer } from './server.ts'
import {
  checkSettings,
  followProblems,
  followSettings,
  readSettings,
  requireBriefs,
  type Settings,
  SettingsError,
  type SettingsListener,
} from './settings.ts'
import { holdDatabase, openDatabase, StoreError } from './store/open.ts'
import { createStore, type Store } from './store/store.ts'
import { systemClock } from './system-clock.ts'

const USAGE = `Usage: npm start [-- --strict] [--dry-run]

Starts what .env and config/readout.yaml ask for; without any setting, the playground at http://127.0.0.1:3000.

  --strict   does not start while any file has a problem
  --dry-run  prints each digest as it would be posted now, and ends; nothing is posted or changed
  --help     shows this`

/** What an operator has to change. */
class StartError extends Error {}

type Started = { address: string; stop: () => Promise<void> }

async function start({ strict }: { strict: boolean }): Promise<Started> {
  const settings = readSettings(process.cwd())
  const pages = createOpenPages()
  const undo: (() => unknown)[] = []
  const stop = async () => {
    for (const step of undo.splice(0).toReversed()) await step()
  }
  try {
    const hold = holdDatabase(settings.database)
    undo.push(hold.release)
    const store = createStore(await openDatabase(settings.database))
    undo.push(store.close)
    const watch = await watchLibrary(requireBriefs(settings), listenTo(pages))
    undo.push(watch.close)
    tellProblems(settings, watch.library(), { strict })
    const address = await startBots(settings, watch, store, pages, undo)
    return { address, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

/** @throws StartError where there is a problem, and nothing is to start then */
function tellProblems(settings: Settings, library: Library, { strict }: { strict: boolean }): void {
  const ofSettings = checkSettings(settings, library)
  for (const line of [...reportProblems(library.problems), ...ofSettings.map(problemText)]) warn(line)
  if (strict && library.problems.length + ofSettings.length > 0)
    throw new StartError('Nothing starts until that is mended (--strict).')
}

/** Prints every digest as it would be posted now. Another Readout may run on the database meanwhile. */
async function runDry(options: { strict: boolean }): Promise<void> {
  const settings = readSettings(process.cwd())
  const { library } = await loadShelf(requireBriefs(settings))
  tellProblems(settings, library, options)
  for (const text of await previewDigests(settings, library, undefined, systemClock.now())) say(text)
}

/** Starts the platforms and the digests over one library and one store; `undo` is what a stop does, last first. Gives back the address of the playground. */
async function startBots(
  settings: Settings,
  watch: LibraryWatch,
  store: Store,
  pages: OpenPages,
  undo: (() => unknown)[],
): Promise<string> {
  const followed = followSettings(
    process.cwd(),
    settings,
    tellSettings(() => void running?.look()),
  )
  const problems = followProblems(followed.settings, watch.library, problem => warn(problemText(problem)))
  const subscriptions = followSubscriptions(store, line => warn(`digests: ${line}`))
  const wanted = async () => [...followed.settings().digests, ...(await subscriptions())]
  const isPaused = () => followed.settings().isPaused
  // Platforms answer by what digests there are, and digests go to the platforms.
  let running: Digests | undefined
  const botWithin = (budget: Budget): Bot => {
    const management = createManagement({
      store,
      library: watch.library,
      digests: wanted,
      beat: { postNow: async (...given) => running?.postNow(...given) },
      managers: () => followed.settings().managers,
      isPaused,
      clock: systemClock,
      changed: () => void running?.look(),
      budget,
    })
    return withManagement(createBot(watch.library, budget, systemClock.now), management)
  }
  const platforms = [
    createPlayground(botWithin, pages, keptChannel(store, systemClock)),
    ...(await createPlatforms(botWithin)),
  ]
  const server = await startServer(
    platforms.flatMap(platform => platform.routes),
    settings,
    reportError,
  )
  undo.push(server.close, () => Promise.all(platforms.map(platform => platform.stop())))
  if (!isLoopback(settings.host)) warn(exposed(settings.host))
  warnOfAbsent(settings)
  const resumed = () => void running?.look()
  void Promise.all(platforms.map(platform => startPlatform(platform, store, resumed))).catch(fail)
  running = startDigests({
    store,
    platforms,
    library: watch.library,
    digests: wanted,
    notices: () => followed.settings().notices,
    settingsFault: () => followed.fault()?.message,
    isPaused,
    clock: systemClock,
    log: line => warn(`digests: ${line}`),
  })
  const following = setInterval(() => {
    followed.look()
    problems.look()
  }, FOLLOW_MS)
  undo.push(running.stop, () => clearInterval(following))
  return server.address
}

/** A digest whose platform is not set up is posted there no more than one that is not there. */
function warnOfAbsent({ digests, notices }: Settings): void {
  for (const { name, title, isSet } of SETUPS) {
    const digest = digests.find(({ destinations }) => destinations.some(({ platform }) => platform === name))
    if (isSet(process.env) || (!digest && notices?.platform !== name)) continue
    const what = digest ? `The digest "${digest.name}" goes` : 'Notices go'
    warn(`${what} to ${title}, which is not set up: nothing is posted there. See “${title}” in README.md.`)
  }
}

/** How often the settings' file is looked at, and what of it the library does not have. */
const FOLLOW_MS = 1000

/** Tells of settings that changed, and of those that can't be taken. */
const tellSettings = (look: () => void): SettingsListener => ({
  changed: (settings, atNextStart) => {
    say(`The settings were read again${isPausedNow(settings)}.`)
    if (atNextStart.length > 0) warn(`${atNextStart.join(' and ')} will be taken at the next start.`)
    warnOfAbsent(settings)
    look()
  },
  failed: error => {
    warn(`${error.message}\nThe settings stay as they were.`)
    look()
  },
})

const isPausedNow = ({ isPaused }: Settings): string => (isPaused ? '; nothing is posted (paused: true)' : '')

/** The platforms that have settings. */
const createPlatforms = async (botWithin: (budget: Budget) => Bot): Promise<Platform[]> => {
  const create = ({ name, create }: Setup) =>
    create(process.env, botWithin, line => warn(`${name}: ${line}`), systemClock).catch(warnWithout)
  return (await Promise.all(SETUPS.map(create))).flatMap(platform => platform ?? [])
}

/** Starts a platform; `resumed` is called where it was held until then. */
async function startPlatform(platform: Platform, store: Store, resumed: () => void): Promise<void> {
  const isResumed = await startAndResume(store, platform, systemClock.now(), warn).catch(warnWithout)
  if (!isResumed) return
  say(`${platform.name} was held, and is tried again.`)
  resumed()
}

/** One platform that can't start says why, and the others go on. */
function warnWithout(error: unknown): undefined {
  if (!(error instanceof PlatformError)) throw error
  warn(`${error.message}\nThe rest of Readout runs without it; \`npm run -s readout -- doctor\` looks again.`)
}

/** What is not finished by then is left: a supervisor would kill the process soon after. */
const LONGEST_STOP_MS = 4500

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

const FLAG = { type: 'boolean', default: false } as const

function readArguments(): { strict: boolean; help: boolean; 'dry-run': boolean } {
  try {
    return parseArgs({ options: { strict: FLAG, help: FLAG, 'dry-run': FLAG } }).values
  } catch (error) {
    throw new StartError(`${(error as Error).message}\n\n${USAGE}`)
  }
}

function fail(error: unknown): never {
  const isOperators =
    error instanceof StartError ||
    error instanceof SettingsError ||
    error instanceof ServerError ||
    error instanceof StoreError
  if (!isOperators) throw error
  warn(error.message)
  process.exit(2)
}

async function main(): Promise<void> {
  const { help, strict, 'dry-run': isDry } = readArguments()
  if (help) return say(USAGE)
  if (isDry) return runDry({ strict })
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
