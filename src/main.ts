import { parseArgs } from 'node:util'
import { createBot } from './answer/bot.ts'
import { withoutControls } from './card/controls.ts'
import { reportChange, reportProblems } from './library/report.ts'
import { watchLibrary } from './library/watch.ts'
import { isLoopback } from './platform/playground/guard.ts'
import { createPlayground } from './platform/playground/playground.ts'
import { ServerError, startServer } from './server.ts'
import { readSettings, SettingsError } from './settings.ts'

const USAGE = `Usage: npm start [-- --strict]

Starts what .env and config/readout.yaml ask for; without any setting, the playground at http://127.0.0.1:3000.

  --strict  does not start while any file has a problem
  --help    shows this`

const say = (line: string): void => void process.stdout.write(`${withoutControls(line)}\n`)
const warn = (line: string): void => void process.stderr.write(`${withoutControls(line)}\n`)

/** What an operator has to change. */
class StartError extends Error {}

async function start({ strict }: { strict: boolean }): Promise<{ address: string; stop: () => Promise<void> }> {
  const settings = readSettings(process.cwd())
  let tell = (_: string) => {}
  const watch = await watchLibrary(settings.briefs, {
    changed: change => {
      const lines = reportChange(change)
      for (const line of lines) warn(line)
      tell(lines.length > 0 ? lines.join(' ') : 'The briefs have changed.')
    },
    failed: error => {
      warn(`A change could not be taken in, and the answers stay as they were: ${error.message}`)
      tell('A change could not be taken in; the log says why.')
    },
  })
  try {
    const { problems } = watch.library()
    for (const line of reportProblems(problems)) warn(line)
    if (strict && problems.length > 0) throw new StartError('Nothing starts until that is mended (--strict).')
    const playground = createPlayground(budget => createBot(watch.library, budget, () => new Date()))
    tell = playground.refresh
    const server = await startServer([playground.route], settings, error =>
      warn(error instanceof Error ? (error.stack ?? error.message) : String(error)),
    )
    if (!isLoopback(settings.host))
      warn(
        `HOST=${settings.host} is not loopback: others in the network may reach this port. The playground still answers to localhost only.`,
      )
    const stop = async () => {
      playground.close()
      await server.close()
      await watch.close()
    }
    return { address: server.address, stop }
  } catch (error) {
    await watch.close()
    throw error
  }
}

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
    stop().catch(fail)
  }
  process.on('SIGINT', stopOnce).on('SIGTERM', stopOnce)
  say(`The playground is at ${address}`)
}

await main().catch(fail)
