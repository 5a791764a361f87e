import { once } from 'node:events'
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { createInterface } from 'node:readline/promises'
import { isDeepStrictEqual } from 'node:util'
import { Argument, Command, InvalidArgumentError, Option } from 'commander'
import { createBot } from './answer/bot.ts'
import type { Budget, Card } from './card/card.ts'
import { cardText } from './card/plain-text.ts'
import { CommandError, FOUND, MISUSED } from './commands/command-error.ts'
import type { DeliveriesOptions } from './commands/deliveries.ts'
import { readDestination } from './commands/destination.ts'
import { STATES } from './commands/states.ts'
import type { Verdict } from './delivery/resolve.ts'
import type { Retraction } from './delivery/retract.ts'
import { PLAYGROUND } from './digest/destination.ts'
import { NAME, RESERVED_NAMES } from './library/brief.ts'
import { COLLECTION_NAME, RESERVED_COLLECTIONS } from './library/collection.ts'
import { compareSource, findCopiedRuns } from './library/compare-source.ts'
import { listFiles } from './library/files.ts'
import { jsonSchemas, toJsonSchema } from './library/json-schema.ts'
import type { Library } from './library/library.ts'
import { loadShelf } from './library/load.ts'
import { type Problem, problemText } from './library/problem.ts'
import { aboutFaults, draftRecord, type Speech, UNKNOWN } from './library/record.ts'
import { reportChange, reportFailure, reportProblems } from './library/report.ts'
import { suggest } from './library/similar.ts'
import { briefSkeleton, collectionSkeleton, titleFromName } from './library/skeleton.ts'
import { watchLibrary } from './library/watch.ts'
import { writeTypedYaml, writeYaml } from './library/yaml.ts'
import { DISCORD_BUDGET } from './platform/discord/limits.ts'
import { inviteAddress } from './platform/discord/permissions.ts'
import { renderDiscord } from './platform/discord/render.ts'
import { readApplicationId, readDiscordSettings, secretsOf } from './platform/discord/settings.ts'
import { type Bot, type Check, PlatformError } from './platform/platform.ts'
import { SLACK_BUDGET } from './platform/slack/limits.ts'
import { slackManifest } from './platform/slack/manifest.ts'
import { renderSlack } from './platform/slack/render.ts'
import { runPrompt, TERMINAL_BUDGET, TERMINAL_USER, toQuestion } from './platform/terminal/prompt.ts'
import { SETUPS, type Setup } from './platforms.ts'
import { say, warn, withoutSecrets } from './say.ts'
import {
  checkSettings,
  readSettings,
  readSoundSettings,
  requireBriefs,
  type Settings,
  SettingsError,
  settingsSchema,
} from './settings.ts'
import { patientClock } from './system-clock.ts'

type Form = 'text' | 'card' | 'slack' | 'discord'

/** The forms in which an answer is printed: its words, the neutral card, or a platform's message. */
const FORMS: Record<Form, { budget: Budget; render: (page: Card) => unknown }> = {
  text: { budget: TERMINAL_BUDGET, render: cardText },
  card: { budget: TERMINAL_BUDGET, render: page => page },
  slack: { budget: SLACK_BUDGET, render: renderSlack },
  discord: { budget: DISCORD_BUDGET, render: renderDiscord },
}

const program = new Command('readout')
  .description('Short, sourced briefs, kept as Markdown files and asked for in chat.')
  .configureHelp({ sortSubcommands: false })
  .exitOverride(error => process.exit(error.exitCode === 0 ? 0 : MISUSED))
  .showHelpAfterError('Add --help to see how the command is used.')

const briefsOption = () =>
  new Option('--briefs <dir>', 'the folder of collections; else the one that config/readout.yaml names')

program
  .command('ask')
  .description('answer a question; without one, open the prompt')
  .argument('[question...]', 'what a reader would type, such as "/nato vilnius"')
  .addOption(briefsOption())
  .addOption(new Option('--as <form>', 'the form of the answer').choices(Object.keys(FORMS)).default('text'))
  .option('--strict', 'answer nothing while any file has a problem')
  .action(ask)

program
  .command('check')
  .description('list the problems of all briefs and records, or count what is there')
  .argument('[dir]', 'the folder of collections; else the one that config/readout.yaml names')
  .addOption(new Option('--format <format>', 'the form of the list').choices(['text', 'json']).default('text'))
  .action(check)

program
  .command('new')
  .description('write the skeleton of a brief')
  .argument('<collection/name>', 'where it will be asked for: nato/madrid is /nato madrid')
  .addOption(briefsOption())
  .action(newBrief)

program
  .command('schema')
  .description('write the JSON Schemas of briefs, records, collections and settings, for editors’ tools')
  .argument('[dir]', 'where to; else they are printed')
  .action(schema)

program
  .command('slack-manifest')
  .description('print the manifest of the Slack app, with a command for each collection')
  .addOption(briefsOption())
  .addOption(new Option('--format <format>', 'the form').choices(['yaml', 'json']).default('yaml'))
  .option('--url <address>', 'the public address of Readout, for HTTP requests instead of Socket Mode')
  .action(printManifest)

program
  .command('discord-invite')
  .description('print the address that adds the bot to a Discord server, with just the permissions that it needs')
  .action(printInvitation)

program
  .command('discord-register')
  .description('make Discord’s commands those of the collections; npm start does so, too')
  .addOption(briefsOption())
  .action(register)

program
  .command('doctor')
  .description('look at everything that digests and the platforms need, and say what to do')
  .argument(
    '[destination...]',
    'channels to look at besides those of the digests: slack:T024BE7LD/C024BE91L, discord:SERVER/CHANNEL, playground',
  )
  .addOption(briefsOption())
  .action(examine)

program
  .command('next')
  .description('list the coming runs of all digests, with the clocks of their zones')
  .addOption(new Option('--count <n>', 'how many').argParser(readCount(100)).default(10))
  .action(listNext)

program
  .command('preview')
  .description('print digests as they would be posted now to each of their channels; nothing is posted')
  .argument('[digest]', 'its name; else all of them')
  .action(preview)

const posted = program
  .command('deliveries')
  .description('list what was sent where, what was not, and what to do')
  .addOption(new Option('--state <state...>', 'only these states').choices(STATES))
  .addOption(new Option('--limit <n>', 'how many of each kind').argParser(readCount(1000)).default(20))
  .addOption(new Option('--format <format>', 'the form of the list').choices(['text', 'json']).default('text'))
  .action(listDeliveries)

posted
  .command('resolve')
  .description('say what you found where it is not certain that a delivery was posted, or have a failed one sent again')
  .argument('<id>', 'the first word of its line')
  .addArgument(
    new Argument('<verdict>', 'sent: it is in the channel; again: it is not, and shall be sent').choices([
      'sent',
      'again',
    ]),
  )
  // An id may begin with a hyphen.
  .allowUnknownOption()
  .action(resolveDelivery)

posted
  .command('resume')
  .description('post to a channel or a platform again that is held, after doing what its remedy says')
  .argument('<destination>', 'such as slack:T024BE7LD/C024BE91L; or slack, discord or all')
  .action(resumeDestination)

posted
  .command('retract')
  .description('delete what was posted, everywhere it can be, and say where it can not')
  .argument('<digest>', 'the name of the digest; or the id of one delivery, alone')
  .argument('[slot]', 'the slot as it is listed: 2026-11-22T07:00:00.000Z, or now:k3J9ab_x of what was posted by hand')
  .option('--yes', 'ask nothing')
  .allowUnknownOption()
  .action(retractPosted)

const source = program.command('source').description('the records of the documents that briefs cite')

source
  .command('add')
  .description('read a document once and write its record; its text is not kept')
  .argument('<file>', 'the text of the document, UTF-8')
  .requiredOption('--id <id>', 'what briefs cite it by: [@id]')
  .requiredOption('--title <title>', 'its title')
  .requiredOption('--publisher <name>', 'who published it')
  .requiredOption('--published <date>', 'when: 2023-07-12, or 2023-07 where the day is not known')
  .option('--url <address>', 'where it can be read')
  .option('--language <tag>', 'the language of the text', 'en')
  .addOption(
    new Option('--rendering <kind>', 'what kind of text it is')
      .choices(['original', 'translation', 'machine translation'])
      .default('original'),
  )
  .option('--note <sentence>', 'what readers should know of it')
  .option(
    '--speech <line=speaker>',
    'a paragraph that is speech without quotation marks, by its line; may be repeated',
    readSpeech,
    [],
  )
  .option('--collection <name>', 'the collection it is for, where there are several')
  .option('--replace', 'write over a record of that id')
  .addOption(briefsOption())
  .action(addSource)

source
  .command('verify')
  .description('say whether a text is the one of a record, and whether a brief copies from it')
  .argument('<file>', 'the text')
  .option('--id <id>', 'the record; else the one that was made from this very text')
  .addOption(briefsOption())
  .action(verifySource)

async function fail(error: unknown): Promise<never> {
  const { StoreError } = await import('./store/open.ts')
  const { isOfDatabase } = await import('./store/open-existing.ts')
  if (isOfDatabase(error)) {
    warn(`The database can’t be used: ${error.message}. Run this again; \`npm run -s readout -- doctor\` looks at it.`)
    process.exit(FOUND)
  }
  const isOperators = [CommandError, SettingsError, PlatformError, StoreError].some(kind => error instanceof kind)
  if (!isOperators) throw error
  warn((error as Error).message)
  process.exit(error instanceof CommandError ? error.exitCode : MISUSED)
}

const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true

/** A file that is being mended keeps nobody from looking at what is there, nor from taking it back. */
const soundSettings = (): Settings =>
  readSoundSettings(process.cwd(), problem => {
    warn(
      `${problem}\nWithout that, what follows is of the rest of the file. A Readout that runs goes on with its settings from before.`,
    )
    process.exitCode = FOUND
  })

/** The folder of collections: the one given, which must exist, or the one of the settings. */
function briefsFolder(given: string | undefined, settings = () => readSettings(process.cwd())): string {
  if (given === undefined) return requireBriefs(settings())
  const folder = resolve(given)
  if (!isFolder(folder)) throw new CommandError(`There is no folder ${given}.`, MISUSED)
  return folder
}

/** More files than this take seconds to read. */
const MANY = 1000

async function sayHowMany(folder: string): Promise<void> {
  const files = await listFiles(folder)
  if (files.length > MANY) warn(`Reading ${files.length} files …`)
}

async function load(folder: string): Promise<Library> {
  await sayHowMany(folder)
  return (await loadShelf(folder)).library
}

async function ask(words: string[], options: { briefs?: string; as: Form; strict?: boolean }): Promise<void> {
  const folder = briefsFolder(options.briefs)
  if (words.length === 0) return openPrompt(folder, options.strict === true)
  const library = await load(folder)
  announce(library.problems, options.strict === true)
  const { budget, render } = FORMS[options.as]
  const bot = createBot(
    () => library,
    budget,
    () => new Date(),
  )
  const pages = (await allPages(bot, words.join(' '))).map(page => render(page))
  if (options.as === 'text') say(pages.join('\n\n'))
  else if (options.as === 'card' && pages.length === 1) say(JSON.stringify(pages[0], null, 2))
  else say(JSON.stringify(pages, null, 2))
}

/** An answer's pages, as a reader gets them who clicks on to the end. */
async function allPages(bot: Bot, words: string): Promise<Card[]> {
  const pages = [await bot.ask(toQuestion(words, []), TERMINAL_USER)]
  for (let next = nextPage(pages); next; next = nextPage(pages))
    pages.push(await bot.ask({ kind: 'clicked', id: next }, TERMINAL_USER))
  return pages
}

function nextPage(pages: Card[]): string | undefined {
  const last = pages.at(-1)
  if (!last?.page || last.page.number >= last.page.of) return undefined
  return last.actions.find(action => action.label.startsWith('Next page'))?.id
}

async function openPrompt(folder: string, strict: boolean): Promise<void> {
  await sayHowMany(folder)
  const watch = await watchLibrary(folder, {
    changed: change => reportChange(change).forEach(warn),
    failed: error => warn(reportFailure(error)),
  })
  announce(watch.library().problems, strict)
  const bot = createBot(watch.library, TERMINAL_BUDGET, () => new Date())
  await runPrompt(bot, { input: process.stdin, output: process.stdout })
  await watch.close()
}

/** Says at a start what is wrong, loudly; the rest is served. */
function announce(problems: Problem[], strict: boolean): void {
  for (const line of reportProblems(problems)) warn(line)
  if (strict && problems.length > 0)
    throw new CommandError(`Nothing is answered until that is mended (--strict).`, FOUND)
}

async function check(dir: string | undefined, options: { format: 'text' | 'json' }): Promise<void> {
  const folder = briefsFolder(dir)
  const library = await load(folder)
  if (library.collections.size === 0 && library.problems.length === 0)
    throw new CommandError(`There are no briefs in ${folder}.`, FOUND)
  const counts = count(library)
  if (options.format === 'json') say(JSON.stringify({ problems: library.problems, ...counts }, null, 2))
  else if (library.problems.length > 0)
    say(`${library.problems.map(problemText).join('\n')}\n${counted(library.problems.length)}.`)
  else
    say(
      Object.entries(counts)
        .map(([what, number]) => `${what}: ${number}`)
        .join('\n'),
    )
  if (library.problems.length > 0) process.exitCode = FOUND
}

const counted = (problems: number): string => `${problems} problem${problems === 1 ? '' : 's'}`

function count({ collections }: Library): Record<string, number> {
  const briefs = [...collections.values()].flatMap(collection => [...collection.briefs.values()])
  const quotes = briefs.flatMap(brief => brief.quotes)
  return {
    collections: collections.size,
    briefs: briefs.length,
    quotes: quotes.length,
    'verified quotes': quotes.filter(quote => quote.unverified === undefined).length,
    figures: briefs.flatMap(brief => brief.figures).length,
    sources: [...collections.values()].reduce((sum, collection) => sum + collection.records.size, 0),
  }
}

function newBrief(path: string, options: { briefs?: string }): void {
  const [collection = '', name = '', ...more] = path.split('/')
  if (!COLLECTION_NAME.test(collection) || !NAME.test(name) || more.length > 0) {
    throw new CommandError(
      `Expected a collection and a name of lower-case letters, digits and hyphens, such as nato/madrid, got "${path}".`,
      MISUSED,
    )
  }
  if (RESERVED_COLLECTIONS.has(collection))
    throw new CommandError(`No collection can be named "${collection}": /readout has that word.`, MISUSED)
  if (RESERVED_NAMES.has(name))
    throw new CommandError(`No brief can be named "${name}": that word asks for a view.`, MISUSED)
  const root = options.briefs === undefined ? readSettings(process.cwd()).briefs : resolve(options.briefs)
  const folder = join(root, collection)
  const today = new Date().toISOString().slice(0, 10)
  if (!existsSync(join(folder, 'collection.yaml')))
    write(join(folder, 'collection.yaml'), collectionSkeleton(collection))
  write(join(folder, `${name}.md`), briefSkeleton(titleFromName(name), today))
  say('Fill it in, then run: npm run -s readout -- check')
}

/** Writes a file that is not there yet. */
function write(path: string, text: string, flag: 'wx' | 'w' = 'wx'): void {
  try {
    mkdirSync(join(path, '..'), { recursive: true })
    writeFileSync(path, text, { flag })
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (code === 'EEXIST' && flag === 'wx')
      throw new CommandError(`${path} exists already, and is left as it is.`, FOUND)
    throw new CommandError(`Can't write ${path}: ${message}.`, MISUSED)
  }
  say(`Wrote ${path}.`)
}

function schema(dir: string | undefined): void {
  const schemas = { ...jsonSchemas(), 'settings.schema.json': toJsonSchema(settingsSchema, 'The settings of Readout') }
  if (dir === undefined) {
    say(JSON.stringify(schemas, null, 2))
    return
  }
  for (const [file, content] of Object.entries(schemas))
    write(join(dir, file), `${JSON.stringify(content, null, 2)}\n`, 'w')
}

async function printManifest(options: { briefs?: string; format: 'yaml' | 'json'; url?: string }): Promise<void> {
  const library = await load(briefsFolder(options.briefs))
  const bot = botOver(library)
  const url = options.url === undefined ? undefined : readPublicUrl(options.url)
  const manifest = slackManifest(bot.commands(), url)
  say(options.format === 'json' ? JSON.stringify(manifest, null, 2) : writeTypedYaml(manifest).trimEnd())
}

function readPublicUrl(value: string): string {
  if (/^https:\/\/[^/\s?#]+\/?$/.test(value) && URL.canParse(value)) return value
  throw new CommandError(`Expected --url to be an address such as https://readout.example, got "${value}".`, MISUSED)
}

async function examine(destinations: string[], options: { briefs?: string }): Promise<void> {
  const { examineDigests } = await import('./commands/doctor.ts')
  const settings = soundSettings()
  const named = destinations.map(one => readDestination(one))
  const library = await load(briefsFolder(options.briefs, () => settings))
  const digests = await examineDigests(settings, library, new Date())
  const configured = digests.destinations.filter(one => !named.some(other => isDeepStrictEqual(one, other)))
  const wanted = [...named, ...configured.slice(0, MOST_LOOKED_AT)]
  const commands = async () => botOver(library).commands()
  const found = await Promise.all(
    SETUPS.map(async setup => ({
      setup,
      wanted: wanted.filter(({ platform }) => platform === setup.name),
      checks: await setup
        .examine(
          process.env,
          commands,
          wanted.filter(({ platform }) => platform === setup.name),
        )
        .catch(warnOfSettings),
    })),
  )
  const isNothingSet = found.every(({ checks }) => checks === undefined)
  for (const { setup, wanted, checks } of found) {
    if (checks === undefined && (isNothingSet || wanted.length > 0))
      say(
        wanted.length > 0
          ? `✗ ${notSetUp(setup)} Nothing is posted to the channels that are named there.`
          : notSetUp(setup),
      )
    if (checks === undefined && wanted.length > 0) process.exitCode = FOUND
    for (const { isWell, note } of checks ?? []) say(`${isWell ? '✓' : '✗'} ${note}`)
    if (checks?.some(check => !check.isWell)) process.exitCode = FOUND
  }
  if (named.some(({ platform }) => platform === PLAYGROUND.platform)) say(PLAYGROUND_NOTE)
  if (configured.length > MOST_LOOKED_AT)
    say(`Only ${MOST_LOOKED_AT} of ${configured.length} channels of digests were looked at; name others.`)
  sayOfDigests(digests.checks)
}

const PLAYGROUND_NOTE = '✓ playground: it is a part of Readout; what is posted there needs nothing but the database.'

/** Each is a call or more to its platform, which limits them. */
const MOST_LOOKED_AT = 40

/** Beside a setting that is wrong only what is wrong as well is told. */
function sayOfDigests(checks: Check[]): void {
  const isMisused = process.exitCode === MISUSED
  for (const { isWell, note } of checks) if (!isWell || !isMisused) say(`${isWell ? '✓' : '✗'} ${note}`)
  if (!isMisused && checks.some(({ isWell }) => !isWell)) process.exitCode = FOUND
}

const notSetUp = ({ title }: Setup): string => `${title} is not set up: see “${title}” in README.md.`

/** Settings that are wrong stop one platform, and are told before the others are looked at. */
function warnOfSettings(error: unknown): never[] {
  if (!(error instanceof PlatformError)) throw error
  warn(error.message)
  process.exitCode = MISUSED
  return []
}

function readCount(most: number): (value: string) => number {
  return value => {
    const count = /^\d{1,4}$/.test(value) ? Number(value) : 0
    if (count >= 1 && count <= most) return count
    throw new InvalidArgumentError(`Expected a number from 1 to ${most}.`)
  }
}

async function listNext({ count }: { count: number }): Promise<void> {
  const { listNextRuns } = await import('./commands/next.ts')
  for (const line of await listNextRuns(soundSettings(), count, new Date())) say(line)
}

async function preview(name: string | undefined): Promise<void> {
  const { previewDigests } = await import('./commands/preview.ts')
  const settings = soundSettings()
  const library = await load(requireBriefs(settings))
  announce(library.problems, false)
  for (const problem of checkSettings(settings, library)) warn(problemText(problem))
  for (const text of await previewDigests(settings, library, name, new Date())) say(text)
}

async function listDeliveries(options: DeliveriesOptions): Promise<void> {
  const deliveries = await import('./commands/deliveries.ts')
  for (const text of await deliveries.listDeliveries(soundSettings(), options)) say(text)
}

async function resolveDelivery(id: string, verdict: Verdict): Promise<void> {
  const deliveries = await import('./commands/deliveries.ts')
  say(await deliveries.resolve(soundSettings(), id, verdict, new Date()))
}

async function resumeDestination(destination: string): Promise<void> {
  const deliveries = await import('./commands/deliveries.ts')
  say(await deliveries.resume(soundSettings(), destination))
}

async function retractPosted(what: string, slot: string | undefined, { yes }: { yes?: boolean }): Promise<void> {
  const { withOpenStore } = await import('./commands/deliveries.ts')
  const { describePosted, findPosted, reportRetraction, requireGone, takeBack } = await import('./commands/retract.ts')
  const settings = soundSettings()
  await withOpenStore(settings, async store => {
    const found = await findPosted(settings, store, what, slot)
    if (!yes) await confirm(describePosted(found))
    const library = await load(requireBriefs(settings))
    const done: Retraction[] = []
    for await (const one of takeBack(store, found, { library, clock: patientClock, log: warn })) {
      done.push(one)
      say(reportRetraction(one))
    }
    if (done.some(({ isGone }) => isGone)) say(TOLD_AGAIN)
    requireGone(done)
  })
}

const TOLD_AGAIN =
  'What it told counts as never told: the next digest tells it again, unless its brief is mended or withdrawn before.'

/** Asks on a terminal whether to go on. */
async function confirm(lines: string[]): Promise<void> {
  for (const line of lines) say(line)
  if (!process.stdin.isTTY) throw new CommandError('This deletes what is listed above. Add --yes to do it.', MISUSED)
  const terminal = createInterface({ input: process.stdin, output: process.stdout })
  // Whoever closes the terminal instead says no.
  const closed = once(terminal, 'close').then(() => '')
  const answer = await Promise.race([terminal.question('Delete this? Type yes: ').catch(() => ''), closed])
  terminal.close()
  if (answer.trim().toLowerCase() !== 'yes') throw new CommandError('Nothing was deleted.', FOUND)
}

function printInvitation(): void {
  readSettings(process.cwd())
  say(inviteAddress(readApplicationId(process.env)))
}

async function register(options: { briefs?: string }): Promise<void> {
  readSettings(process.cwd())
  const application = readDiscordSettings(process.env)
  if (!application) throw new CommandError('Discord is not set up: see “Discord” in README.md.', MISUSED)
  const library = await load(briefsFolder(options.briefs))
  for (const line of reportProblems(library.problems)) warn(line)
  const bot = botOver(library)
  const { createApi } = await import('./platform/discord/api.ts')
  const { NO_SERVER, registerCommands } = await import('./platform/discord/commands.ts')
  const { advise } = await import('./platform/discord/outcome.ts')
  try {
    const { writes, where, servers } = await registerCommands(createApi(application), application, bot.commands())
    const names = bot.commands().map(({ name }) => `/${name}`)
    const now = writes === 0 ? 'They were registered already; nothing was written.' : 'They are registered.'
    say(`${names.join(', ')}: ${where}. ${now}`)
    if (servers === 0) say(NO_SERVER)
  } catch (error) {
    throw new CommandError(withoutSecrets(advise(error), secretsOf(application)), FOUND)
  }
}

/** The bot over one snapshot, for what is printed. */
const botOver = (library: Library): Bot =>
  createBot(
    () => library,
    DISCORD_BUDGET,
    () => new Date(),
  )

function readSpeech(value: string, before: Speech[]): Speech[] {
  const match = /^([1-9]\d*)=\s*(\S.*)$/.exec(value)
  if (!match) throw new InvalidArgumentError('Expected a line and a speaker, such as "57=Jens Stoltenberg".')
  return [...before, { line: Number(match[1]), speaker: (match[2] as string).trim() }]
}

type AddOptions = {
  id: string
  title: string
  publisher: string
  published: string
  url?: string
  language: string
  rendering: 'original' | 'translation' | 'machine translation'
  note?: string
  speech: Speech[]
  collection?: string
  replace?: boolean
  briefs?: string
}

async function addSource(file: string, options: AddOptions): Promise<void> {
  const folder = briefsFolder(options.briefs)
  const library = await load(folder)
  const collection = chooseCollection(library, options.collection)
  const draft = makeDraft(readDocument(file), options)
  const path = join(folder, collection, 'sources', `${options.id}.yaml`)
  write(path, writeYaml(draft.file), options.replace ? 'w' : 'wx')
  say(`${draft.quotations.length} quotations, each with the line of the document and the speaker proposed:\n`)
  for (const { line, speaker, text, flaw } of draft.quotations)
    say(`${String(line).padStart(4)}  ${speaker ?? UNKNOWN}${flaw ? ` (${flaw})` : ''}: ${text}`)
  say(`\nNumbers: ${draft.file.numbers.join('; ')}.\nDates: ${draft.file.dates.join('; ')}.\n`)
  say(
    `Put the speakers right in ${path}. A quotation that is marked as nested or without a closing mark may hold words of the reporter: cut them off there, one fingerprint a word.`,
  )
}

function chooseCollection(library: Library, wanted: string | undefined): string {
  const names = [...library.collections.keys()]
  if (wanted !== undefined && names.includes(wanted)) return wanted
  if (wanted !== undefined)
    throw new CommandError(`There is no collection "${wanted}". ${suggest(wanted, names)}`, MISUSED)
  if (names.length === 1) return names[0] as string
  throw new CommandError(
    names.length === 0
      ? 'There is no collection yet. Write its first brief with `npm run -s readout -- new`.'
      : `Say which collection: --collection ${names.join(' or ')}.`,
    MISUSED,
  )
}

function makeDraft(
  document: string,
  { id, title, publisher, published, language, rendering, speech, url, note }: AddOptions,
): ReturnType<typeof draftRecord> {
  if (!NAME.test(id))
    throw new CommandError(`Expected --id to be lower-case letters, digits and hyphens, got "${id}".`, MISUSED)
  const about = {
    title,
    publisher,
    published,
    language,
    rendering,
    ...(url !== undefined && { url }),
    ...(note !== undefined && { note }),
  }
  const faults = aboutFaults(about)
  if (faults.length > 0) throw new CommandError(faults.join('\n'), MISUSED)
  try {
    return draftRecord(document, about, speech)
  } catch (error) {
    if (error instanceof RangeError) throw new CommandError(error.message, MISUSED)
    throw error
  }
}

function readDocument(file: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(file)).replaceAll('\r\n', '\n')
  } catch (error) {
    const reason = error instanceof TypeError ? 'it is not UTF-8' : (error as Error).message
    throw new CommandError(`Can't read ${basename(file)}: ${reason}.`, MISUSED)
  }
}

async function verifySource(file: string, options: { id?: string; briefs?: string }): Promise<void> {
  const library = await load(briefsFolder(options.briefs))
  const document = readDocument(file)
  const records = [...library.collections.values()].flatMap(collection =>
    [...collection.records.values()].map(record => ({
      id: record.id,
      path: `${collection.name}/sources/${record.id}.yaml`,
      comparison: compareSource(document, record),
    })),
  )
  const wanted = records.filter(({ id, comparison }) =>
    options.id === undefined ? comparison.same : id === options.id,
  )
  const copied = [...library.collections.values()].flatMap(collection =>
    findCopiedRuns(document, [...collection.briefs.values()]),
  )
  for (const { brief, words } of copied)
    say(`${brief.collection}/${brief.name}.md copies ${words.split(' ').length} words outside its quotes: “${words}”`)
  for (const { path, comparison } of wanted) say(compared(path, comparison))
  if (wanted.length === 0)
    say(
      options.id === undefined
        ? 'No record was made from this text. Name one with --id to compare them.'
        : `There is no record ${options.id}.`,
    )
  const isSame = wanted.length > 0 && wanted.every(({ comparison }) => isWhole(comparison))
  if (!isSame || copied.length > 0) process.exitCode = FOUND
}

/** A record is put right by hand, and so may hold by mistake what its text does not. */
const isWhole = ({ same, missingQuotations, missingNumbers }: ReturnType<typeof compareSource>): boolean =>
  same && missingQuotations.length === 0 && missingNumbers.length === 0

function compared(name: string, { same, missingQuotations, missingNumbers }: ReturnType<typeof compareSource>): string {
  const quotations = missingQuotations.map(({ line, speaker }) => `  the quotation of ${speaker} at line ${line}`)
  const numbers = missingNumbers.map(number => `  the number ${number}`)
  const missing = [...quotations, ...numbers]
  const which = same
    ? `This is the text that ${name} was made from.`
    : `This is another text than ${name} was made from.`
  if (missing.length > 0) return `${which} The record holds what the text lacks:\n${missing.join('\n')}`
  return same ? which : `${which} It holds all its quotations and numbers.`
}

// Whoever reads our output may stop reading: `readout ask … | head -1`.
process.stdout.on('error', error => process.exit((error as NodeJS.ErrnoException).code === 'EPIPE' ? 0 : FOUND))

await program.parseAsync().catch(fail)
