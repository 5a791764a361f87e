import type { Choice } from '../../card/card.ts'
import type { Library } from '../../library/library.ts'
import { topicsIn } from './subscription.ts'
import { zonesOf } from './zones.ts'

/** What managers write behind /readout; no collection can be named so. */
export const WORDS = [
  'digests',
  'subscribe',
  'edit',
  'preview',
  'post',
  'pause',
  'resume',
  'remove',
  'next',
  'why',
  'changes',
] as const

type Word = (typeof WORDS)[number]

/** Words that name a digest. */
export type Naming = Exclude<Word, 'digests' | 'subscribe' | 'changes'>

/**
 * What a line behind /readout asks for; `rest` names a digest, or says what it is to be. A line that could as well be a question to the
 * briefs is not `isSure`.
 */
export type Command = { word: Word; rest: string; isSure: boolean }

/** How much of a line is read. */
const LINE = 500

export function readCommand(text: string): Command | undefined {
  const [, first = '', rest = ''] = /^\s*(\S+)\s*(.*)$/s.exec(text.slice(0, LINE).toWellFormed()) ?? []
  const word = WORDS.find(one => one === first.toLowerCase())
  if (!word) return undefined
  const named = rest.replace(PADDING[word] ?? NOTHING, '')
  const isSure = !QUESTION_WORDS.has(word) || rest.trim() === '' || named !== rest
  return { word, rest: named.replace(word === 'post' ? /(^|\s)now\s*$/i : NOTHING, '').trim(), isSure }
}

/** What may stand between a word and the name of a digest. */
const PADDING: Partial<Record<Word, RegExp>> = {
  post: /^now\b/i,
  why: /^(was|is) nothing (being )?posted\b\??/i,
  next: /^runs?\b( of)?/i,
}

const NOTHING = /^$/

/** Words that begin a question as well: what follows them is left to the library where it names no digest. */
const QUESTION_WORDS = new Set<Word>(['post', 'next', 'why', 'changes'])

const DAY_WORDS = [
  'every day',
  'weekdays',
  'weekends',
  'Monday',
  'Tuesday',
  'Wednesday',
  'Thursday',
  'Friday',
  'Saturday',
  'Sunday',
]

const TIMES = ['08:00', '07:00', '09:00', '12:00', '17:00', '18:00']

/** A platform's value is no longer. */
const LONGEST = 100

/** What could complete a line behind /readout: our words, then what a subscription may say. A value is a whole line, and so is a label. */
export function completeCommand(text: string, library: Library): Choice[] {
  const typed = text.trimStart()
  const space = typed.search(/\s/)
  if (space < 0) return toChoices(WORDS.filter(word => word.startsWith(typed.toLowerCase())))
  const word = typed.slice(0, space).toLowerCase()
  if (word !== 'subscribe' && word !== 'edit') return []
  const [, before = '', last = ''] = /^(.*\s)(\S*)$/s.exec(typed) ?? []
  const head = before.replace(/\s+/g, ' ')
  return toChoices(candidatesFor(head, last.toLowerCase(), library).map(one => `${head}${one}`))
}

/** What may stand next: the collection first, then topics, days, times and zones; what is there already is not offered again. */
function candidatesFor(head: string, last: string, { collections }: Library): string[] {
  const words = head.toLowerCase().split(' ')
  const named = [...collections.keys()].find(name => words.includes(name))
  const only = collections.size === 1 ? [...collections.keys()][0] : undefined
  const topics = topicsIn(collections.get(named ?? only ?? ''))
  const isTold = (one: string) => ` ${head.toLowerCase()}`.includes(` ${one.toLowerCase()} `)
  const open = [
    ...(named === undefined && words[0] === 'subscribe' ? collections.keys() : []),
    ...topics.filter(topic => topic.toLowerCase().startsWith(last)),
    ...DAY_WORDS,
    ...(/\d:\d\d /.test(head) ? [] : TIMES),
  ].filter(one => one.toLowerCase().startsWith(last) && !isTold(one))
  const zones =
    last.length > 1 && !head.includes('/')
      ? zonesOf({ region: '', first: [] }).filter(zone => zone.toLowerCase().includes(last))
      : []
  return [...open, ...zones]
}

const MOST = 25

const toChoices = (lines: string[]): Choice[] =>
  [...new Set(lines)]
    .filter(line => line.length <= LONGEST)
    .slice(0, MOST)
    .map(line => ({ label: line, value: line }))
