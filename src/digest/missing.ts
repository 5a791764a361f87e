import type { Library } from '../library/library.ts'
import { someOf, suggest } from '../library/similar.ts'
import type { Notice, Store } from '../store/store.ts'
import type { TroubleTable } from '../store/tables.ts'
import type { Digest } from './digest.ts'

/** What a digest needs and there is not: who tells of it once knows it by its key. */
export type Missing = { key: string; what: string; remedy: string }

/** What of its material a digest is missing: its collection, or all of its topics. Every slot is empty then. */
export function missingOf({ collection, topics }: Digest, { collections }: Library): Missing | undefined {
  const found = collections.get(collection)
  if (!found) {
    const others = collections.size > 0 ? ` ${suggest(collection, [...collections.keys()])}` : ''
    return {
      key: collection,
      what: `There is no collection "${collection}" in the library.`,
      remedy: `Bring its folder back, or choose another for the digest.${others}`,
    }
  }
  if (topics.length === 0) return undefined
  for (const { matter } of found.briefs.values())
    if (matter.topics.some(topic => topics.includes(topic))) return undefined
  const sought = topics.toSorted().map(topic => `"${topic}"`)
  return {
    key: `${collection}/${sought.join(' ')}`,
    what: `No brief of "${collection}" has the topic ${sought.join(' or ')}.`,
    remedy: 'Give it to a brief, or choose others for the digest.',
  }
}

/** The platforms that a digest goes to and Readout runs without. */
function missingPlatforms({ destinations }: Digest, platforms: string[]): Missing[] {
  const absent = new Set(destinations.map(({ platform }) => platform).filter(name => !platforms.includes(name)))
  return [...absent].map(name => ({
    key: `platform:${name}`,
    what: `Readout runs without ${name}, so nothing is posted there.`,
    remedy: 'npm run -s readout -- doctor says what it needs.',
  }))
}

/** What is told of something that is missing. */
export type MissingNews = { trouble: string; what: string; why: string; remedy: string }

/** What such troubles begin with. They end by themselves. */
const TROUBLE = 'missing:'

/** Whether a trouble lasts for as long as it is known. */
export const isMissing = ({ trouble }: Pick<TroubleTable, 'trouble'>): boolean => trouble.startsWith(TROUBLE)

/** The settings' file can't be taken as it is. */
export const SETTINGS_TROUBLE = `${TROUBLE}settings:`

const SETTINGS = {
  trouble: SETTINGS_TROUBLE,
  what: 'The settings were changed and can’t be taken: digests go on as they were set before.',
  remedy: 'They are taken as soon as the file is saved without a fault.',
}

/** What is needed and not there, once for all the digests that need it, by its trouble. */
export function missingNews(
  digests: Digest[],
  library: Library,
  platforms: string[],
  settingsFault: string | undefined,
): Map<string, MissingNews> {
  const lacking = new Map<string, Missing & { names: string[] }>()
  for (const digest of digests)
    for (const one of [missingOf(digest, library), ...missingPlatforms(digest, platforms)])
      if (one) lacking.set(one.key, { ...one, names: [...(lacking.get(one.key)?.names ?? []), digest.name] })
  const news = [...lacking.values()].map(({ key, what, remedy, names }): MissingNews => {
    return { trouble: `${TROUBLE}${key}`, what, why: `It is needed for: ${someOf(names)}.`, remedy }
  })
  if (settingsFault !== undefined) news.push({ ...SETTINGS, why: firstOf(settingsFault) })
  return new Map(news.map(one => [one.trouble, one]))
}

/** A file may have hundreds of faults, and a notice is one message. */
function firstOf(faults: string): string {
  const [first = '', ...more] = faults.split('\n')
  return more.length === 0 ? first : `${first} And ${more.length} more: the log names them all.`
}

/** Tells of what was not missing before, and ends what is there again. Gives back what it told. */
export async function tellMissing(
  store: Pick<Store, 'troubles' | 'tell' | 'endTrouble'>,
  missing: Map<string, MissingNews>,
  noticeOf: (news: MissingNews) => Notice,
): Promise<Notice[]> {
  const known = (await store.troubles()).filter(isMissing).map(({ trouble }) => trouble)
  for (const trouble of known) if (!missing.has(trouble)) await store.endTrouble(trouble)
  const fresh = [...missing.values()].filter(({ trouble }) => !known.includes(trouble)).map(noticeOf)
  for (const notice of fresh) await store.tell(notice)
  return fresh
}
