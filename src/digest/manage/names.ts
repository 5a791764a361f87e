import { nearest } from '../../library/similar.ts'
import { foldWords } from '../../library/spelling.ts'
import type { Entry } from './subscription.ts'

type Named = Pick<Entry, 'ref' | 'digest'>

/** A shorter part of a word could begin anything. */
const PART_FROM = 3

/** A name as it is compared: its words, folded. */
const keyOf = (name: string): string => foldWords(name).join(' ')

const nameOf = ({ digest }: Named): string => keyOf(digest.name)

/** The digests of exactly this id or name, in any case. */
export function namedExactly<One extends Named>(entries: One[], typed: string): One[] {
  const known = entries.filter(({ ref, digest }) => ref === typed || digest.id === typed)
  const key = keyOf(typed)
  return known.length > 0 ? known : entries.filter(entry => key !== '' && nameOf(entry) === key)
}

/** The digests that a name means: those of exactly that name; else all in whose names these words stand together, the last may be begun. */
export function namedBy<One extends Named>(entries: One[], typed: string): One[] {
  const exact = namedExactly(entries, typed)
  const key = keyOf(typed)
  if (exact.length > 0 || key === '') return exact
  const part = key.length < PART_FROM ? ` ${key} ` : ` ${key}`
  return entries.filter(entry => ` ${nameOf(entry)} `.includes(part))
}

/** The digests whose whole name was most likely meant, but for typing mistakes. */
export const mistypedAs = <One extends Named>(entries: One[], typed: string): One[] =>
  nearest(keyOf(typed), entries, nameOf)

/** The digests that a name may mean that is none of theirs: in whose names a word of it stands, but for typing mistakes. */
export function nearTo<One extends Named>(entries: One[], typed: string): One[] {
  const near = mistypedAs(entries, typed)
  if (near.length > 0) return near
  const words = keyOf(typed).split(' ')
  return entries.filter(entry =>
    nameOf(entry)
      .split(' ')
      .some(own => words.some(word => word.length >= PART_FROM && nearest(word, [own], one => one).length > 0)),
  )
}
