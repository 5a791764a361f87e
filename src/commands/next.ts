import { timeFaultOf } from '../digest/manage/subscription.ts'
import { describeNextRuns } from '../digest/next-runs.ts'
import type { Settings } from '../settings.ts'
import { openExisting } from '../store/open-existing.ts'
import { NO_DIGESTS, pausedNote, wantedDigests } from './wanted.ts'

/** The coming runs of all digests, as lines. */
export async function listNextRuns(settings: Settings, count: number, now: Date): Promise<string[]> {
  const store = await openExisting(settings.database)
  const wanted = await wantedDigests(settings, store).finally(() => store?.close())
  if (wanted.length === 0) return [NO_DIGESTS]
  const faults = wanted.flatMap(({ digest }) => {
    const fault = timeFaultOf(digest)
    return fault === undefined ? [] : [{ digest, note: `${digest.name} never runs. ${fault}` }]
  })
  const faulty = new Set(faults.map(({ digest }) => digest))
  const sound = wanted.filter(({ digest }) => !faulty.has(digest))
  return [
    ...(settings.isPaused ? [pausedNote(settings)] : []),
    ...describeNextRuns(sound, now, count),
    ...faults.map(({ note }) => note),
  ]
}
