import { LABEL, MOST_CHOICES, withoutTwins } from '../../answer/actions.ts'
import {
  type Action,
  type Block,
  type Budget,
  type Card,
  type Choice,
  type Field,
  paragraph,
  type Run,
  text,
} from '../../card/card.ts'
import { shorten } from '../../card/label.ts'
import { paginate } from '../../card/paginate.ts'
import type { Library } from '../../library/library.ts'
import { type Click, writeClick } from './click.ts'
import type { Entry } from './subscription.ts'

/** What cards are made from, whoever asks. */
export type Scene = { library: Library; now: Date; budget: Budget }

/** A card before it is paged. */
export type Draft = { title: string; blocks: Block[]; actions: Action[] }

export const button = (label: string, click: Partial<Click> & Pick<Click, 'verb'>): Action => ({
  kind: 'button',
  id: writeClick(click),
  label: shorten(label, LABEL),
})

export const picker = (label: string, click: Parameters<typeof writeClick>[0], all: Choice[]): Action[] =>
  all.length === 0
    ? []
    : [
        {
          kind: 'picker',
          id: writeClick(click),
          label,
          choices: all.slice(0, MOST_CHOICES),
          total: all.length,
        },
      ]

export const code = (words: string): Run => ({ kind: 'code', text: words })

export const small = (words: string): Block => ({ kind: 'context', runs: [text(words)] })

export const field = (value: string, words: string): Field => ({ value, label: [text(words)] })

/** A page of what a card says; buttons turn the others. */
export function finish(draft: Draft, click: Click, { budget }: Pick<Scene, 'budget'>): Card {
  const pages = paginate({ ...draft, footer: [] }, budget)
  const number = Math.min(click.page, pages.length)
  const turn = (label: string, page: number) =>
    page >= 1 && page <= pages.length ? [button(label, { ...click, page })] : []
  const turns = [...turn('‹ Previous page', number - 1), ...turn('Next page ›', number + 1)]
  return { ...(pages[number - 1] as Card), actions: withoutTwins([...turns, ...draft.actions]) }
}

/** What a card of one page is a page of. */
export const NOWHERE: Click = { verb: 'list', ref: '', argument: '', page: 1 }

/** A card that only says something. */
export const say = (title: string, words: string[], actions: Action[] = []): Draft => ({
  title,
  blocks: words.map(paragraph),
  actions,
})

export const listButton = button('‹ All digests', { verb: 'list' })

export const openButton = ({ ref, digest }: Entry, label = `‹ ${digest.name}`): Action =>
  button(label, { verb: 'open', ref })

export const editButton = ({ ref }: Entry, label = '‹ Done'): Action => button(label, { verb: 'edit', ref })

/** A draft leads back to where it is finished. */
export const backTo = (entry: Entry): Action =>
  entry.state === 'draft' ? editButton(entry, '‹ Back') : openButton(entry, '‹ Back')
