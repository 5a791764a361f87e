import type { Digest } from '../digest/digest.ts'
import { subscriptionsOf } from '../digest/manage/stored.ts'
import { suggest } from '../library/similar.ts'
import type { Settings } from '../settings.ts'
import type { Store } from '../store/store.ts'
import { CommandError, MISUSED } from './command-error.ts'

/** A digest and whether it is posted when it is due. */
export type Wanted = { digest: Digest; isPaused: boolean }

/** The digests that there are now: of the configuration, and made in chat. */
export async function wantedDigests(settings: Settings, store: Store | undefined): Promise<Wanted[]> {
  const made = store ? await subscriptionsOf(store) : []
  const paused = new Set((store ? await store.digests() : []).filter(row => row.paused === 1).map(({ id }) => id))
  return [...settings.digests, ...made].map(digest => ({
    digest,
    isPaused: settings.isPaused || paused.has(digest.id),
  }))
}

/** Whether a name that was typed means a digest: its name, or its id with or without what stands before the colon. */
const isCalled = ({ id, name }: Pick<Digest, 'id' | 'name'>, typed: string): boolean =>
  id === typed || name.toLowerCase() === typed.toLowerCase() || id.slice(id.indexOf(':') + 1) === typed

/**
 * The digests that a name means; several where managers have given one name twice.
 * @throws CommandError where there is none
 */
export function findDigests<One extends Pick<Digest, 'id' | 'name'>>(digests: One[], typed: string): One[] {
  const exact = digests.filter(({ id }) => id === typed)
  const found = exact.length > 0 ? exact : digests.filter(digest => isCalled(digest, typed))
  if (found.length > 0) return found
  const names = [...new Set(digests.map(({ name }) => name))]
  throw new CommandError(`There is no digest "${typed}". ${suggest(typed, names)}`, MISUSED)
}

/** What is said where nothing is to be posted at all. */
export const NO_DIGESTS =
  'There are no digests: write one into config/readout.yaml, or ask for one in a channel: /readout subscribe.'

/** What is said where the operator has paused everything. */
export const pausedNote = ({ file }: Settings): string =>
  `Nothing is posted anywhere: paused is true in ${file.path}. Digests go on when it is false.`
