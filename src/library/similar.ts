/**
 * The number of letters that must be added, dropped, replaced or swapped with their neighbour to turn one word into the other
 * (optimal string alignment), or `limit + 1` as soon as it is more than `limit`.
 */
export function distance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) > limit) return limit + 1
  let [before, previous, row] = [[] as number[], [] as number[], [...Array(b.length + 1).keys()]]
  for (let i = 1; i <= a.length; i++) {
    ;[before, previous, row] = [previous, row, [i]]
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1]
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      const edit = Math.min(
        (previous[j] as number) + 1,
        (row[j - 1] as number) + 1,
        (previous[j - 1] as number) + (same ? 0 : 1),
      )
      row[j] = swapped ? Math.min(edit, (before[j - 2] as number) + 1) : edit
    }
    if (Math.min(...row) > limit) return limit + 1
  }
  return row[b.length] as number
}

/** How many typing mistakes a word of this length may hold and still be recognised: `pste` must not give `site`. */
const toleratedTypos = (length: number): number => (length < 4 ? 0 : length < 8 ? 1 : 2)

/** The candidates that are nearest to a word and within its tolerated typos, in their own order; none when nothing is near. */
export function nearest<T>(word: string, candidates: Iterable<T>, nameOf: (candidate: T) => string): T[] {
  let limit = toleratedTypos(word.length)
  let found: T[] = []
  for (const candidate of candidates) {
    const apart = distance(word, nameOf(candidate), limit)
    if (apart > limit) continue
    if (apart < limit) found = []
    limit = apart
    found.push(candidate)
  }
  return found
}

/** The known word that somebody who wrote this one most likely meant. */
export function meant(word: string, known: string[]): string | undefined {
  const near = nearest(word.toLowerCase(), known, name => name.toLowerCase())[0]
  if (near !== undefined) return near
  const begun = known.filter(name => name.toLowerCase().startsWith(word.toLowerCase()) && word.length > 2)
  return begun.length === 1 ? begun[0] : undefined
}

/** `Did you mean "topics"?`, or else what there is. */
export function suggest(word: string, known: string[]): string {
  const likely = meant(word, known)
  if (likely !== undefined) return `Did you mean "${likely}"?`
  return known.length === 0 ? 'There are none yet.' : `Known: ${someOf(known)}.`
}

/** The first of many names, and how many more there are. */
export function someOf(names: string[]): string {
  const rest = names.length - SHOWN
  return rest > 1 ? `${names.slice(0, SHOWN).join(', ')} and ${rest} more` : names.join(', ')
}

const SHOWN = 8

/** By code unit, the same on every machine. */
export const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
