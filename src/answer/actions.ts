import type { Action, Choice } from '../card/card.ts'
import { shorten } from '../card/label.ts'
import type { Brief } from '../library/brief.ts'
import { formatEdtf } from '../library/edtf.ts'
import { type Target, writeClick } from './target.ts'

/** Slack's longest button text and Discord's longest label of a choice leave this much. Labels may be shortened, content never. */
export const LABEL = 75

/** The most choices that one list may offer: Slack's limit; a platform with fewer offers the first of them. */
export const MOST_CHOICES = 100

export const button = (label: string, target: Target): Action => ({
  kind: 'button',
  id: writeClick({ kind: 'show', target }),
  label: shorten(label, LABEL),
})

export const shareButton = (target: Target): Action => ({
  kind: 'share',
  id: writeClick({ kind: 'share', target }),
  label: 'Share to channel',
})

export const briefButton = (brief: Brief): Action =>
  button(brief.matter.title, { view: 'overview', collection: brief.collection, subject: brief.name, page: 1 })

export function picker(collection: string, briefs: Brief[]): Action[] {
  if (briefs.length === 0) return []
  const choices = briefs.slice(0, MOST_CHOICES).map(briefChoice)
  return [
    {
      kind: 'picker',
      id: writeClick({ kind: 'show', target: { view: 'overview', collection, subject: '', page: 1 } }),
      label: 'Choose a brief',
      choices,
      total: briefs.length,
    },
  ]
}

export const briefChoice = (brief: Brief): Choice => ({
  label: shorten(brief.matter.title, LABEL),
  value: `${brief.collection}/${brief.name}`,
  description: formatEdtf(brief.date),
})

/** Each id once: a platform refuses a message that has one twice. */
export function withoutTwins(actions: Action[]): Action[] {
  const ids = new Set<string>()
  return actions.filter(({ id }) => !ids.has(id) && ids.add(id))
}
