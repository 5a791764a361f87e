import { briefButton, withoutTwins } from '../answer/actions.ts'
import { type Citations, createCitations } from '../answer/citations.ts'
import { type Block, type Budget, type Card, MOST_BUTTONS } from '../card/card.ts'
import { paginate } from '../card/paginate.ts'
import type { Brief } from '../library/brief.ts'
import { type Row, rowOfBeginning, type Told } from './told.ts'

/** One message of a digest, cut to the budget, and what it tells, to be stored with its delivery. */
export type Part = { card: Card; carries: Told }

/** What a digest tells of one brief, below the heading of its section. */
export type Item = { heading: string; brief: Brief; blocks: (citations: Citations) => Block[]; carries: Row }

/** What stands above the items: the title on each part, the preface on the first. */
export type Frame = { title: string; preface: Block[] }

/**
 * Puts items into numbered parts, in order. Each part explains its own source numbers and has a button for each brief in it. An item that fits
 * no message by itself is cut; its brief is told by the part in which it ends, so that a part that fails frees what was not told whole.
 */
export function packParts(frame: Frame, items: Item[], budget: Budget): Part[] {
  const parts = groupItems(frame, items, budget).flatMap((group, index) =>
    cutGroup(composeGroup(frame, group, index === 0), group, budget),
  )
  return numbered(parts)
}

export const numbered = (parts: Part[]): Part[] =>
  parts.map(({ card, carries }, index) => ({
    card: { ...card, page: { number: index + 1, of: parts.length } },
    carries,
  }))

/** Neighbours that fit one message together. */
function groupItems(frame: Frame, items: Item[], budget: Budget): Item[][] {
  const groups: Item[][] = []
  for (const item of items) {
    const group = groups.at(-1)
    if (group && fits(frame, [...group, item], groups.length === 1, budget)) group.push(item)
    else groups.push([item])
  }
  return groups
}

const fits = (frame: Frame, group: Item[], isFirst: boolean, budget: Budget): boolean =>
  new Set(group.map(({ brief }) => brief)).size <= MOST_BUTTONS &&
  paginate(composeGroup(frame, group, isFirst), budget).length === 1

function composeGroup({ title, preface }: Frame, group: Item[], isFirst: boolean): Card {
  const citations = createCitations()
  const blocks = group.flatMap(({ heading, blocks }, index): Block[] => [
    ...(group[index - 1]?.heading === heading ? [] : [{ kind: 'heading', text: heading } as const]),
    ...blocks(citations),
  ])
  const legend = citations.legend()
  return {
    title,
    blocks: joinLists([...(isFirst ? preface : []), ...blocks]),
    footer: legend.length > 0 ? [legend] : [],
    actions: withoutTwins(group.map(({ brief }) => briefButton(brief))),
  }
}

/** Lists that follow each other are one. */
function joinLists(blocks: Block[]): Block[] {
  const joined: Block[] = []
  for (const block of blocks) {
    const last = joined.at(-1)
    if (block.kind === 'list' && last?.kind === 'list')
      joined.splice(-1, 1, { ...last, items: [...last.items, ...block.items] })
    else joined.push(block)
  }
  return joined
}

function cutGroup(card: Card, group: Item[], budget: Budget): Part[] {
  const pages = paginate(card, budget)
  return pages.map((page, index) => ({
    card: page,
    carries: group.map(({ carries }) => (index === pages.length - 1 ? carries : rowOfBeginning(carries))),
  }))
}
