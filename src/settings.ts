import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { config } from 'dotenv'
import { z } from 'zod'
import { problemText, toProblems } from './library/problem.ts'
import { line, readBySchema } from './library/schema.ts'
import { readYaml } from './library/yaml.ts'

/** What an operator has set. Paths are absolute. */
export type Settings = { briefs: string }

export const settingsSchema = z.strictObject({
  briefs: line('a path to the folder of collections', 4096).default('briefs'),
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
  if ('faults' in read) throw new SettingsError(toProblems(path, text, read.faults).map(problemText).join('\n'))
  return { briefs: resolve(folder, read.value.briefs) }
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
