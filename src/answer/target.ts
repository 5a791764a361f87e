/** The command that asks any collection: `/readout nato vilnius`. */
export const READOUT = 'readout'

/** What only managers see: drafts, embargoed and withdrawn briefs are among it. Each is a word behind READOUT. */
export const MANAGERS_VIEWS = ['briefs', 'problems'] as const

export type ManagersView = (typeof MANAGERS_VIEWS)[number]

/** The sides of a brief or of a collection that can be asked for, and what only managers see. */
const VIEWS = [
  'home',
  'overview',
  'quotes',
  'timeline',
  'figures',
  'sources',
  'latest',
  'help',
  ...MANAGERS_VIEWS,
] as const

export type View = (typeof VIEWS)[number]

/**
 * What an answer shows: a page of a view of a subject. The subject is a brief's name; `@` and the folded name of a speaker; an EDTF
 * date; or empty for the whole collection. The empty collection stands for all of them.
 */
export type Target = { view: View; collection: string; subject: string; page: number }

export type Click = { kind: 'show' | 'share'; target: Target }

/** Says what ids mean. A button of a version that is no longer understood is answered so, not guessed at. */
const VERSION = '1'

const LETTERS: Record<View, string> = {
  home: 'h',
  overview: 'o',
  quotes: 'q',
  timeline: 't',
  figures: 'f',
  sources: 's',
  latest: 'l',
  help: '?',
  briefs: 'b',
  problems: 'p',
}

/** No card is paged further, so that an id keeps to 100 characters: 4 + 31 + 1 + 60 + 1 + 3. */
export const MOST_PAGES = 999

/** The id of a button, at most 100 code points: `1o:nato/vilnius:2` shows, `1!o:nato/vilnius:2` shares. */
export function writeClick({ kind, target }: Click): string {
  const share = kind === 'share' ? '!' : ''
  return `${VERSION}${share}${LETTERS[target.view]}:${target.collection}/${target.subject}:${target.page}`
}

/** What a button's id says; undefined where it is none of ours or of a version that is not understood. */
export function readClick(id: string): Click | undefined {
  const match = /^1(!?)([a-z?]):([a-z0-9-]*)\/([^:]*):(\d{1,3})$/u.exec(id)
  if (!match) return undefined
  const [, share, letter, collection = '', subject = '', page] = match
  const view = VIEWS.find(one => LETTERS[one] === letter)
  if (!view) return undefined
  return { kind: share ? 'share' : 'show', target: { view, collection, subject, page: Number(page) } }
}
