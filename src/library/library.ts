import type { Brief } from './brief.ts'
import type { Collection } from './collection.ts'
import type { Problem } from './problem.ts'
import type { Spellings } from './spelling.ts'

/** All collections, validated and indexed: an immutable snapshot that is replaced whole. */
export type Library = {
  /** By name, in alphabetical order. */
  collections: Map<string, Collection>
  /** Of all files, in the order of their paths. */
  problems: Problem[]
}

/** A name as it is looked up. */
export const keyOf = (name: string, spellings: Spellings): string => spellings.canonical(name).join(' ')

/** A brief's keys by the spellings that they were made with. */
const keys = new WeakMap<Spellings, WeakMap<Brief, string[]>>()

/** What readers may call a brief, folded, spellings made equal: first its name, then its title and aliases, each once. */
export function keysOf(brief: Brief, spellings: Spellings): string[] {
  const known = keys.get(spellings) ?? new WeakMap<Brief, string[]>()
  keys.set(spellings, known)
  const own = known.get(brief) ?? [
    ...new Set([brief.name, brief.matter.title, ...brief.matter.aliases].map(name => keyOf(name, spellings))),
  ]
  known.set(brief, own)
  return own
}

/** Briefs by their keys. */
export function byKeyOf(briefs: Brief[], spellings: Spellings): Map<string, Brief[]> {
  const byKey = new Map<string, Brief[]>()
  for (const brief of briefs) {
    for (const key of keysOf(brief, spellings)) {
      const namesakes = byKey.get(key)
      if (namesakes) namesakes.push(brief)
      else byKey.set(key, [brief])
    }
  }
  return byKey
}
