import { z } from 'zod'
import { PlatformError } from './platform.ts'

/** A process's environment. */
export type Environment = Record<string, string | undefined>

/** A setting: what is expected and where an operator finds it, and how it looks. */
export type Setting = { place: string; pattern: RegExp }

/**
 * A platform's settings in the environment; one that is set to nothing counts as not set. Undefined where none is set.
 * @throws PlatformError that names every setting that is wrong or, of those that `needs` gives, missing, and none of their values
 */
export function readEnvironment<Name extends string>(
  environment: Environment,
  settings: Record<Name, Setting>,
  needs: (set: Environment) => NoInfer<Name>[],
): Partial<Record<Name, string>> | undefined {
  const names = Object.keys(settings) as Name[]
  if (names.every(name => !environment[name])) return undefined
  const missing = needs(environment).filter(name => !environment[name])
  const read = schemaOf(settings, names).safeParse(environment)
  const faults = [
    ...missing.map(name => `${name}: set ${settings[name].place}.`),
    ...(read.error?.issues ?? []).map(issue => issue.message),
  ]
  if (!read.success || faults.length > 0) throw new PlatformError(faults.join('\n'))
  return read.data as Partial<Record<Name, string>>
}

const schemaOf = <Name extends string>(settings: Record<Name, Setting>, names: Name[]) =>
  z.object(Object.fromEntries(names.map(name => [name, schemaOfOne(name, settings[name])])))

const schemaOfOne = (name: string, { place, pattern }: Setting) =>
  z.preprocess(
    value => (value === '' ? undefined : value),
    z
      .string()
      .regex(pattern, { error: `${name}: expected ${place}.` })
      .optional(),
  )

/** https addresses, and http ones of a proxy or a test server. */
export const ADDRESS = /^https?:\/\/[\w.-]+(?::\d+)?(?:\/\S*)?$/
