import { createHash, randomBytes } from 'node:crypto'
import type { Asker } from '../../platform/platform.ts'

/** What a button or a picker of the managers' command does. */
export const VERBS = [
  /** Lists, shows and asks. */
  'list',
  'open',
  'next',
  'why',
  'log',
  'preview',
  /** Makes and changes a subscription. */
  'new',
  'edit',
  'collection',
  'topics',
  'topic',
  'drop',
  'every',
  'days',
  'time',
  'hour',
  'zone',
  'pick',
  'sections',
  'empty',
  'start',
  'discard',
  /** Carries out; what can't be taken back is asked for first. */
  'post',
  'send',
  'pause',
  'resume',
  'remove',
  'erase',
  'retry',
] as const

export type Verb = (typeof VERBS)[number]

/** What is to be done: to which digest, with what, and which page is shown. Pages count from 1. */
export type Click = { verb: Verb; ref: string; argument: string; page: number }

/** Says what ids mean; an id of the library's answers begins with a digit. */
const VERSION = 'm1'

/** The id of a button: `m1:days:k3J9ab_x:62:1`; at most 77 characters, for Discord appends a delivery's id: 3 + 11 + 10 + 40 + 4. */
export const writeClick = ({ verb, ref = '', argument = '', page = 1 }: Partial<Click> & { verb: Verb }): string =>
  `${VERSION}:${verb}:${ref}:${argument}:${page}`

/** What an id says; `outdated` where it is of a version that is not understood, undefined where it is none of ours. */
export function readClick(id: string): Click | 'outdated' | undefined {
  if (!/^m\d/.test(id)) return undefined
  const [, word, ref = '', argument = '', page] = /^m1:([a-z]+):([\w.-]{0,9}):([\w.+-]{0,40}):(\d{1,3})$/.exec(id) ?? []
  const verb = VERBS.find(one => one === word)
  return verb ? { verb, ref, argument, page: Math.max(1, Number(page)) } : 'outdated'
}

/** So many bits make a clash of two in one channel a matter of centuries. */
const ID_LENGTH = 8

const hash = (text: string): string => createHash('sha256').update(text).digest('base64url')

/** A new id of 8 characters: the same for what a platform hands over twice. */
export const mintId = ({ platform, once }: Pick<Asker, 'platform' | 'once'>): string =>
  once === undefined ? randomBytes(6).toString('base64url') : keyOf(`${platform}:${once}`)

/** What stands for a longer name within an id. */
export const keyOf = (name: string): string => hash(name).slice(0, ID_LENGTH)
