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

/** Briefs by what readers may call them: name, aliases and title, folded, spellings made equal. */
export function keysOf(briefs: Brief[], spellings: Spellings): Map<string, Brief[]> {
  const byKey = new Map<string, Brief[]>()
  const known = keys.get(spellings) ?? new WeakMap<Brief, string[]>()
  keys.set(spellings, known)
  for (const brief of briefs) {
    const own = known.get(brief) ?? [
      ...new Set([brief.name, brief.matter.title, ...brief.matter.aliases].map(name => keyOf(name, spellings))),
    ]
    known.set(brief, own)
    for (const key of own) {
      const namesakes = byKey.get(key)
      if (namesakes) namesakes.push(brief)
      else byKey.set(key, [brief])
    }
  }
  return byKey
}
