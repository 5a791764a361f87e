import type { Budget } from '../card/card.ts'
import { cardText } from '../card/plain-text.ts'
import { formatDestination } from '../digest/destination.ts'
import { saySilence, timeFaultOf } from '../digest/manage/subscription.ts'
import { previewDigest } from '../digest/preview.ts'
import type { Library } from '../library/library.ts'
import { DISCORD_BUDGET } from '../platform/discord/limits.ts'
import type { Destination } from '../platform/platform.ts'
import { SLACK_BUDGET } from '../platform/slack/limits.ts'
import type { Settings } from '../settings.ts'
import { type OpenStore, openExisting } from '../store/open-existing.ts'
import { findDigests, NO_DIGESTS, pausedNote, type Wanted, wantedDigests } from './wanted.ts'

/** The playground shows what fits both. */
const budgetOf = ({ platform }: Destination): Budget => (platform === 'slack' ? SLACK_BUDGET : DISCORD_BUDGET)

/**
 * Each digest, or the one that is named, as it would be posted now to each of its destinations, as texts. Nothing is posted or written.
 * @throws CommandError where there is no such digest
 */
export async function previewDigests(
  settings: Settings,
  library: Library,
  name: string | undefined,
  now: Date,
): Promise<string[]> {
  const store = await openExisting(settings.database)
  try {
    const wanted = await wantedDigests(settings, store)
    if (wanted.length === 0 && name === undefined) return [NO_DIGESTS]
    const asked = chooseWanted(wanted, name)
    const note = settings.isPaused ? [pausedNote(settings)] : []
    return [...note, ...(await Promise.all(asked.map(one => showDigest(one, store, library, now)))).flat()]
  } finally {
    await store?.close()
  }
}

function chooseWanted(wanted: Wanted[], name: string | undefined): Wanted[] {
  if (name === undefined) return wanted
  const found = findDigests(
    wanted.map(({ digest }) => digest),
    name,
  )
  return wanted.filter(({ digest }) => found.includes(digest))
}

async function showDigest(
  { digest, isPaused }: Wanted,
  store: OpenStore | undefined,
  library: Library,
  now: Date,
): Promise<string[]> {
  const shown = digest.destinations.map(async destination => {
    const given = { store, library, budget: budgetOf(destination) }
    const to = formatDestination(destination)
    const fault = timeFaultOf(digest)
    if (fault !== undefined) return `── ${digest.name} → ${to} (${digest.id})\nIt is not posted. ${fault}`
    const { parts, hasBegun } = await previewDigest(digest, destination, given, now)
    const holds = (await store?.holdsOver(to)) ?? []
    const notes = [
      ...(isPaused ? ['It is paused, and not posted.'] : []),
      ...holds.map(hold => `Nothing is posted there now: npm run -s readout -- deliveries resume ${hold.destination}`),
      ...(hasBegun ? [] : ['It begins there when Readout starts; what there is then is not new.']),
      ...(parts.length === 0 ? [saySilence(digest, library)] : []),
    ]
    return [
      `── ${digest.name} → ${to} (${digest.id})`,
      ...notes,
      ...parts.map(({ card }) => `\n${cardText(card)}\n`),
    ].join('\n')
  })
  return Promise.all(shown)
}
