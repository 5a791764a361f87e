/** Tells the first time from every other, until it is forgotten: so many keys are remembered, the oldest go first. */
export function createOnce(most = 5000): { isFirst: (key: string) => boolean; forget: (key: string) => void } {
  const seen = new Set<string>()
  return {
    isFirst: key => {
      if (seen.has(key)) return false
      seen.add(key)
      if (seen.size > most) seen.delete(seen.keys().next().value as string)
      return true
    },
    forget: key => void seen.delete(key),
  }
}
