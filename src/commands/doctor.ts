import { troubleOf } from '../delivery/notices.ts'
import { reportHolds } from '../delivery/report.ts'
import { fingerprintOf } from '../digest/config.ts'
import { formatDestination, PLAYGROUND } from '../digest/destination.ts'
import type { Digest } from '../digest/digest.ts'
import { brokenNote, readSubscriptions } from '../digest/manage/stored.ts'
import { refOf, timeFaultOf } from '../digest/manage/subscription.ts'
import { isMissing } from '../digest/missing.ts'
import { nextSlots } from '../digest/slots.ts'
import type { Library } from '../library/library.ts'
import { problemText } from '../library/problem.ts'
import type { Check, Destination } from '../platform/platform.ts'
import { checkSettings, type Settings } from '../settings.ts'
import { StoreError } from '../store/open.ts'
import { isHeld, isOfDatabase, type OpenStore, openExisting } from '../store/open-existing.ts'
import { holdTrouble } from '../store/store.ts'
import type { DeliveryState } from '../store/tables.ts'
import { pausedNote } from './wanted.ts'

/** What was found of digests, and the channels that they and notices go to. */
export type Examined = { checks: Check[]; destinations: Destination[] }

/** What is due for longer than this is late. */
const LATE_MS = 5 * 60_000

/** What operators were told longer ago than this is listed by `readout deliveries` only. */
const RECENT_MS = 7 * 86_400_000

/** As many of a kind are named one by one. */
const NAMED = 10

/** Looks at all that digests need but the platforms: settings, database, and what became of deliveries. */
export async function examineDigests(settings: Settings, library: Library, now: Date): Promise<Examined> {
  const problems = checkSettings(settings, library).map(problem => ill(problemText(problem)))
  const paused = settings.isPaused ? [ill(pausedNote(settings))] : []
  const { checks, made } = await examineDatabase(settings, now)
  return { checks: [...problems, ...paused, ...checks], destinations: destinationsOf(settings, made) }
}

const ill = (note: string): Check => ({ isWell: false, note })

const well = (note: string): Check => ({ isWell: true, note })

/** Each channel once; the playground is always there. */
function destinationsOf({ digests, notices }: Settings, made: Digest[]): Destination[] {
  const all = [...digests, ...made].flatMap(({ destinations }) => destinations)
  const keys = new Map([...all, ...(notices ? [notices] : [])].map(one => [JSON.stringify(one), one]))
  return [...keys.values()].filter(({ platform }) => platform !== PLAYGROUND.platform)
}

async function examineDatabase(settings: Settings, now: Date): Promise<{ checks: Check[]; made: Digest[] }> {
  const { database } = settings
  try {
    const store = await openExisting(database)
    if (!store) return { checks: [well(`Database: ${database} is not there yet; npm start makes it.`)], made: [] }
    try {
      await store.ping()
      const isRunning = isHeld(database)
      const note = isRunning ? 'a Readout runs on it' : 'no Readout runs on it'
      const opened = well(`Database: ${database} can be read and written; ${note}.`)
      const { digests: made, broken } = await readSubscriptions(store)
      const ills = [...broken.map(brokenNote), ...made.flatMap(describeTimeFault)]
      const late = isRunning ? await findLate(store, settings, made, now) : []
      return { checks: [opened, ...some(ills, ills.length), ...(await examineDeliveries(store, now)), ...late], made }
    } finally {
      await store.close()
    }
  } catch (error) {
    if (!(error instanceof StoreError) && !isOfDatabase(error)) throw error
    return { checks: [ill(`Database: ${error.message}`)], made: [] }
  }
}

/** What keeps a digest that was made in chat from ever being due. */
function describeTimeFault(digest: Digest): string[] {
  const fault = timeFaultOf(digest)
  const where = digest.destinations.map(formatDestination).join(', ')
  return fault === undefined
    ? []
    : [
        `${digest.name} of ${where} is not posted. ${fault} In that channel write /readout edit ${refOf(digest)} with days and a time, or a time zone, or /readout remove ${refOf(digest)}.`,
      ]
}

async function examineDeliveries(store: OpenStore, now: Date): Promise<Check[]> {
  const holds = await store.holds()
  const uncertain = await store.deliveries(NAMED, ['uncertain'])
  const told = new Set([
    ...holds.map(({ destination }) => holdTrouble(destination)),
    ...(await store.deliveries(MANY, ['uncertain'])).map(troubleOf),
  ])
  const since = new Date(now.getTime() - RECENT_MS).toISOString()
  const troubles = (await store.troubles()).filter(
    one => (one.since >= since || isMissing(one)) && !told.has(one.trouble),
  )
  return [
    ...some(reportHolds(holds), holds.length),
    ...some(
      uncertain.map(
        ({ digest, slot, destination, why, remedy }) =>
          `It is not certain that ${digest}, ${slot}, was posted to ${destination}. ${why ?? ''} ${remedy ?? ''}`,
      ),
      await store.countOf('uncertain'),
    ),
    ...some(
      troubles.toReversed().map(one => `${one.since}: ${one.note}`),
      troubles.length,
    ),
  ]
}

const MANY = 1000

/** The first of many, and how many more there are. */
const some = (notes: string[], count: number): Check[] => [
  ...notes.slice(0, NAMED).map(ill),
  ...(count > NAMED ? [ill(`And ${count - NAMED} more: npm run -s readout -- deliveries`)] : []),
]

/** What a Readout that runs should have done by now. */
async function findLate(store: OpenStore, settings: Settings, made: Digest[], now: Date): Promise<Check[]> {
  const before = new Date(now.getTime() - LATE_MS)
  const states: DeliveryState[] = settings.isPaused ? ['sending', 'checking'] : ['sending', 'checking', 'pending']
  const waiting = await store.due(before.toISOString(), NAMED + 1, [], states)
  const rows = new Map((await store.digests()).map(row => [row.id, row]))
  const digests = settings.isPaused ? [] : [...settings.digests, ...made]
  const undecided = digests.filter(digest => {
    const row = rows.get(digest.id)
    if (timeFaultOf(digest) !== undefined) return false
    if (!row || row.paused === 1 || row.fingerprint !== fingerprintOf(digest)) return false
    const [next] = nextSlots(digest.schedule, new Date(row.cursor), 1)
    return next !== undefined && next < before
  })
  return [
    ...undecided.map(({ name }) =>
      ill(`${name} was due and nothing became of it: see the log of the Readout that runs.`),
    ),
    ...waiting
      .slice(0, NAMED)
      .map(({ id, digest, destination, due, why }) =>
        ill(
          `${digest} to ${destination} waits since ${due} (${id}). ${why ?? 'See the log of the Readout that runs.'}`,
        ),
      ),
    ...(waiting.length > NAMED ? [ill('And more: npm run -s readout -- deliveries')] : []),
  ]
}
