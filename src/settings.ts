import { readFileSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import { config } from 'dotenv'
import { z } from 'zod'
import { checkDigests, destinationSchema, digestSchema, readDigests } from './digest/config.ts'
import type { Digest } from './digest/digest.ts'
import type { Library } from './library/library.ts'
import { type Fault, type Problem, problemText, toProblems } from './library/problem.ts'
import { expected, line, oneOf, readBySchema } from './library/schema.ts'
import { readYaml } from './library/yaml.ts'

/** What an operator has set. Paths are absolute. */
export type Settings = {
  briefs: string
  /** The SQLite file. */
  database: string
  digests: Digest[]
  /** Where operators are told of trouble. */
  notices?: Digest['destinations'][number]
  /** Who may manage digests beside a platform's own administrators: `slack:U024BE7LD`. */
  managers: string[]
  /** Nothing is posted to any destination. */
  isPaused: boolean
  host: string
  port: number
  /** The file that says so, as it was read: its path as people know it, and its text, where there is one. */
  file: { path: string; text: string | undefined }
}

/** @throws SettingsError where the folder of collections is not there */
export function requireBriefs({ briefs }: Pick<Settings, 'briefs'>): string {
  if (statSync(briefs, { throwIfNoEntry: false })?.isDirectory()) return briefs
  throw new SettingsError(`There is no folder ${briefs}: see briefs in config/readout.yaml.`)
}

const PORT = /^(?:\d{1,4}|[1-5]\d{4}|6[0-4]\d{3}|65[0-4]\d{2}|655[0-2]\d|6553[0-5])$/

/** A setting of the environment; one that is set to nothing counts as not set. */
function setting(what: string, pattern: RegExp, preset: string) {
  const given = z.string().regex(pattern, { error: ({ input }) => `Expected ${what}, got "${String(input)}".` })
  return z.preprocess(value => value || preset, given)
}

const A_MANAGER = 'a manager such as slack:U024BE7LD; on Discord the permissions of /readout decide'

/** The settings of `config/readout.yaml`. */
export const settingsSchema = z.strictObject({
  briefs: line('a path to the folder of collections', 4096).default('briefs'),
  database: line('a path to the SQLite file', 4096).default('data/readout.sqlite'),
  digests: z.record(z.string(), digestSchema, { error: expected('digests by their names') }).default({}),
  notices: destinationSchema.optional(),
  managers: z
    .array(line(A_MANAGER, 100).regex(/^slack:[UW][A-Z0-9]{1,20}$/, { error: expected(A_MANAGER) }), {
      error: expected('a list of managers: [slack:U024BE7LD]'),
    })
    .default([]),
  // Editors' tools read the two words as more than text.
  paused: oneOf(['true', 'false'])
    .meta({ type: ['boolean', 'string'], enum: [true, false, 'true', 'false'] })
    .default('false'),
})

/** The digests are read one by one afterwards, each by its own schema; none at all may be written as nothing. */
const outerSchema = settingsSchema.extend({
  digests: z.preprocess(
    value => (value === '' ? {} : value),
    z
      .record(z.string(), z.looseObject({}, { error: expected('keys such as collection: nato') }), {
        error: expected('digests by their names'),
      })
      .default({}),
  ),
})

/** Where the HTTP server listens, in the environment, as most hosts set it. */
const environmentSchema = z.object({
  HOST: setting('an address of this machine such as 127.0.0.1', /^[\w.:-]+$/, '127.0.0.1'),
  PORT: setting('a port from 0 to 65535', PORT, '3000').transform(Number),
})

/** One message that names every setting that is wrong, and what to write instead. */
export class SettingsError extends Error {
  /** What of the settings is sound, where the folder of collections and the database are. */
  readonly sound: Settings | undefined

  constructor(message: string, sound?: Settings) {
    super(message)
    this.sound = sound
  }
}

/**
 * Reads `.env` and `config/readout.yaml`, or the file that READOUT_CONFIG names; what is not set has its default.
 * @throws SettingsError
 */
export function readSettings(folder: string): Settings {
  config({ path: resolve(folder, '.env'), quiet: true })
  const path = process.env.READOUT_CONFIG || 'config/readout.yaml'
  const text = readText(resolve(folder, path), Boolean(process.env.READOUT_CONFIG))
  const read = readFile(text ?? '')
  const environment = environmentSchema.safeParse(process.env)
  const wrong = [
    ...problemsOf({ path, text }, read.faults).map(problemText),
    ...(environment.error?.issues ?? []).map(({ path: [name], message }) => `${String(name)}: ${message}`),
  ]
  const { HOST: host, PORT: port } = environment.success ? environment.data : environmentSchema.parse({})
  const settings = read.value && { ...resolved(folder, read.value), host, port, file: { path, text } }
  if (wrong.length > 0 || !settings) throw new SettingsError(wrong.join('\n'), settings)
  return settings
}

/**
 * The same where a command has to work while the file is being mended: what of it is sound, and `warn` hears of the rest. A Readout that runs
 * goes on with its settings from before.
 * @throws SettingsError where nothing is sound
 */
export function readSoundSettings(folder: string, warn: (problem: string) => void): Settings {
  try {
    return readSettings(folder)
  } catch (error) {
    if (!(error instanceof SettingsError) || !error.sound) throw error
    warn(error.message)
    return error.sound
  }
}

type Read = Pick<Settings, 'briefs' | 'database' | 'digests' | 'notices' | 'managers' | 'isPaused'>

const resolved = (folder: string, read: Read): Read => ({
  ...read,
  briefs: resolve(folder, read.briefs),
  database: resolve(folder, read.database),
})

/** Reads the text of `config/readout.yaml`, or what of it is sound; paths stay as they were written. */
function readFile(text: string): { value: Read | undefined; faults: Fault[] } {
  const isEmpty = text.split('\n').every(line => /^\s*(?:#|$)/.test(line))
  const yaml = readYaml(isEmpty ? '{}' : text)
  if ('fault' in yaml) return { value: undefined, faults: [yaml.fault] }
  const outer = readBySchema(yaml, outerSchema)
  const inner = readDigests(digestsIn(yaml.value), yaml)
  const faults = ['faults' in outer ? outer.faults : [], inner.faults].flat()
  const { digests } = inner
  if ('faults' in outer) return { value: soundOf(yaml.value, digests), faults }
  const { digests: _, ...value } = outer.value
  return { value: toRead(value, digests), faults }
}

/** Without a database nothing is known of what was posted, and none is guessed: an unknown key may be its own, mistyped. */
function soundOf(value: unknown, digests: Digest[]): Read | undefined {
  if (!isGroup(value)) return undefined
  const { briefs, database, notices, managers, paused } = settingsSchema.shape
  const isMistyped = !('database' in value) && Object.keys(value).some(key => !(key in settingsSchema.shape))
  const schema = z.object({
    briefs,
    database,
    notices: notices.catch(undefined),
    managers: managers.catch([]),
    paused: paused.catch('false'),
  })
  const read = schema.safeParse(value)
  return isMistyped || !read.success ? undefined : toRead(read.data, digests)
}

const toRead = (
  {
    notices,
    paused,
    ...rest
  }: Pick<z.infer<typeof settingsSchema>, 'briefs' | 'database' | 'notices' | 'managers' | 'paused'>,
  digests: Digest[],
): Read => ({ ...rest, digests, ...(notices && { notices }), isPaused: paused === 'true' })

/** The digests of a text that are groups of keys, whatever else is wrong with it. */
function digestsIn(value: unknown): [name: string, file: object][] {
  const digests = isGroup(value) ? Reflect.get(value, 'digests') : undefined
  return isGroup(digests) ? Object.entries(digests).filter(([, file]) => isGroup(file)) : []
}

const isGroup = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const problemsOf = ({ path, text = '' }: Settings['file'], faults: Fault[]): Problem[] => toProblems(path, text, faults)

/** What the settings ask for that the library does not have. */
export const checkSettings = ({ digests, file }: Settings, library: Library): Problem[] =>
  problemsOf(file, checkDigests(digests, library, file.text ?? ''))

/**
 * Keeps watch over what the settings ask for and the library does not have. Each look tells what a change of the library brought, and after
 * a change of the settings all that there is; what there is when the watch begins was told.
 */
export function followProblems(
  settings: () => Settings,
  library: () => Library,
  tell: (problem: Problem) => void,
): { look: () => void } {
  const see = () => ({ settings: settings(), library: library() })
  const check = (one: ReturnType<typeof see>) => checkSettings(one.settings, one.library)
  let seen = see()
  let told = check(seen)
  const look = (): void => {
    const now = see()
    if (now.settings === seen.settings && now.library === seen.library) return
    const problems = check(now)
    // What is known at a place is suggested otherwise by another library.
    const known = now.settings === seen.settings ? told.map(placeOf) : []
    for (const problem of problems) if (!known.includes(placeOf(problem))) tell(problem)
    seen = now
    told = problems
  }
  return { look }
}

const placeOf = ({ line, column }: Problem): string => `${line}:${column}`

/** What hears of settings that changed while Readout runs. */
export type SettingsListener = {
  /** Some keys are taken only at the next start. */
  changed: (settings: Settings, atNextStart: string[]) => void
  /** The last good settings stay. */
  failed: (error: SettingsError) => void
}

/** Settings that follow their file. `look` is to be called every second or so. */
export type FollowedSettings = {
  settings: () => Settings
  /** Why the file can't be taken as it is now; undefined where the settings are its own. */
  fault: () => SettingsError | undefined
  look: () => void
}

/** Keeps settings in step with their file. A text is believed when two looks find the same, for whoever saves it may not be done yet. */
export function followSettings(folder: string, first: Settings, listener: SettingsListener): FollowedSettings {
  let settings = first
  let seen = first.file.text
  let taken = seen
  let fault: SettingsError | undefined
  const take = (): void => {
    fault = undefined
    try {
      const next = readSettings(folder)
      if (next.file.text === undefined) throw new SettingsError(`There is no ${next.file.path} any more.`)
      const { briefs, database, host, port } = settings
      const atNextStart = (['briefs', 'database'] as const).filter(key => next[key] !== settings[key])
      settings = { ...next, briefs, database, host, port }
      listener.changed(settings, atNextStart)
    } catch (error) {
      if (!(error instanceof SettingsError)) throw error
      fault = error
      listener.failed(error)
    }
  }
  const look = (): void => {
    const text = textNow(resolve(folder, first.file.path))
    if (text === seen && text !== taken) {
      taken = text
      take()
    }
    seen = text
  }
  return { settings: () => settings, fault: () => fault, look }
}

function textNow(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}

function readText(path: string, required: boolean): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (!required && (error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw new SettingsError(`Can't read the settings: ${(error as Error).message}. READOUT_CONFIG names the file.`)
  }
}
