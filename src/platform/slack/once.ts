/** Tells the first time from every other: so many keys are remembered, the oldest are forgotten. */
export function createOnce(most = 5000): (key: string) => boolean {
  const seen = new Set<string>()
  return key => {
    if (seen.has(key)) return false
    seen.add(key)
    if (seen.size > most) seen.delete(seen.keys().next().value as string)
    return true
  }
}
