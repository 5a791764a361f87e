import { readFileSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import { config } from 'dotenv'
import { z } from 'zod'
import { problemText, toProblems } from './library/problem.ts'
import { line, readBySchema } from './library/schema.ts'
import { readYaml } from './library/yaml.ts'

/** What an operator has set. Paths are absolute. */
export type Settings = { briefs: string; host: string; port: number }

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

export const settingsSchema = z.strictObject({
  briefs: line('a path to the folder of collections', 4096).default('briefs'),
})

/** Where the HTTP server listens, in the environment, as most hosts set it. */
const environmentSchema = z.object({
  HOST: setting('an address of this machine such as 127.0.0.1', /^[\w.:-]+$/, '127.0.0.1'),
  PORT: setting('a port from 0 to 65535', PORT, '3000').transform(Number),
})

/** One message that names every setting that is wrong, and what to write instead. */
export class SettingsError extends Error {}

/**
 * Reads `.env` and `config/readout.yaml`, or the file that READOUT_CONFIG names; what is not set has its default.
 * @throws SettingsError
 */
export function readSettings(folder: string): Settings {
  config({ path: resolve(folder, '.env'), quiet: true })
  const named = process.env.READOUT_CONFIG
  const path = named || 'config/readout.yaml'
  const text = readText(resolve(folder, path), named !== undefined && named !== '')
  const read = text.split('\n').every(line => /^\s*(?:#|$)/.test(line))
    ? { value: settingsSchema.parse({}) }
    : readBySchema(readYaml(text), settingsSchema)
  const environment = environmentSchema.safeParse(process.env)
  const wrong = [
    ...('faults' in read ? toProblems(path, text, read.faults).map(problemText) : []),
    ...(environment.error?.issues ?? []).map(({ path: [name], message }) => `${String(name)}: ${message}`),
  ]
  if ('faults' in read || !environment.success) throw new SettingsError(wrong.join('\n'))
  const { HOST: host, PORT: port } = environment.data
  return { briefs: resolve(folder, read.value.briefs), host, port }
}

function readText(path: string, required: boolean): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (!required && (error as NodeJS.ErrnoException).code === 'ENOENT') return ''
    throw new SettingsError(`Can't read the settings: ${(error as Error).message}. READOUT_CONFIG names the file.`, {
      cause: error,
    })
  }
}
