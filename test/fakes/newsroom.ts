import type { Block } from '../../src/card/card.ts'
import { runsText } from '../../src/card/runs.ts'
import { baselineOf, composeDigest, isStale, type Part, passedOver, type Told } from '../../src/digest/compose.ts'
import { type Digest, SECTIONS } from '../../src/digest/digest.ts'
import type { Library } from '../../src/library/library.ts'
import { problemText } from '../../src/library/problem.ts'
import { draftRecord } from '../../src/library/record.ts'
import { emptyShelf, updateShelf } from '../../src/library/shelf.ts'
import { writeYaml } from '../../src/library/yaml.ts'
import { DISCORD_BUDGET } from '../../src/platform/discord/limits.ts'
import type { DeliveryState } from '../../src/store/tables.ts'
import { ABOUT } from './library.ts'

/** What the mayor said; each can be quoted. */
export const SAID = [
  'We will open the harbour soon.',
  'The cranes are on their way.',
  'Nobody shall wait any longer.',
  'Ships are welcome here.',
]

const REPORT = `The town counted 31 ships and 68 cranes. Days: 4 May 2021, 29 February 2020, 29 February 2024, 22 November 2022, 22 November 2019.

${SAID.join('\n\n')}
`

const RECORD = writeYaml(
  draftRecord(
    REPORT,
    ABOUT,
    SAID.map((_, index) => ({ line: 3 + 2 * index, speaker: 'Tom Brandt' })),
  ).file,
)

/** A brief as an editor writes it; what is left out is not there, or plain. `matter` is lines of the front matter. */
export type Story = {
  title?: string
  date?: string
  matter?: string[]
  intro?: string
  points?: string[]
  quotes?: string[]
  days?: string[]
  figures?: string[]
}

export function storyText(story: Story): string {
  const { title = 'Harbour', date = '2021-05-04', matter = [], intro = 'The harbour opens.' } = story
  const reviewed = matter.some(line => line.startsWith('reviewed:')) ? [] : ['reviewed: 2026-11-21']
  const cited = (items: string[] = []) => items.map(item => `- ${item} [@report]`)
  const quotes = story.quotes?.map(words => `> ${words}\n>\n> — Tom Brandt, mayor [@report]\n`)
  return [
    `---\ntitle: ${title}\ndate: ${date}\n${[...matter, ...reviewed].join('\n')}\n---\n\n${intro} [@report]\n`,
    ...section('Key points', cited(story.points)),
    ...section('Quotes', quotes),
    ...section('Timeline', cited(story.days)),
    ...section('Figures', cited(story.figures)),
  ].join('\n')
}

const section = (heading: string, items: string[] = []): string[] =>
  items.length > 0 ? [`## ${heading}\n`, ...items, ''] : []

/** The daily digest of the collection \`port\`. */
export const daily = (change: Partial<Digest> = {}): Digest => ({
  id: 'config:daily',
  name: 'Daily',
  collection: 'port',
  topics: [],
  schedule: { cron: '0 8 * * *', zone: 'Europe/Berlin', missed: { policy: 'latest', withinMs: 7_200_000 } },
  destinations: [],
  sections: ['new', 'updated'],
  whenEmpty: 'silent',
  ...change,
})

/** The sections that are asked for, in any order. */
export const ALL_SECTIONS = [...SECTIONS]

type Delivery = { digest: string; part: Part; state: DeliveryState }

/** States whose deliveries tell what they carry. */
const TELLING: DeliveryState[] = ['pending', 'sending', 'checking', 'sent', 'uncertain']

/** Editors, a library, and what its digests have told one channel, kept as the store keeps it. */
export function openNewsroom(stories: Record<string, Story> = {}) {
  let shelf = updateShelf(emptyShelf(), [
    { path: 'port/collection.yaml', text: 'description: Ships and harbours\n' },
    { path: 'port/sources/report.yaml', text: RECORD },
  ])
  const baselines = new Map<string, Told>()
  const deliveries: Delivery[] = []

  /** Writes a file, or deletes it. */
  function edit(name: string, story: Story | string | undefined): void {
    const text = typeof story === 'object' ? storyText(story) : story
    const path = `port/${name}.md`
    shelf = updateShelf(shelf, [text === undefined ? { path } : { path, text }])
    const errors = shelf.library.problems.filter(({ severity }) => severity === 'error')
    if (errors.length > 0) throw new Error(errors.map(problem => problemText(problem)).join('\n'))
  }

  const toldOf = (digest: string): Told => [
    ...(baselines.get(digest) ?? []),
    ...deliveries
      .filter(one => one.digest === digest && TELLING.includes(one.state))
      .flatMap(({ part }) => part.carries),
  ]

  for (const [name, story] of Object.entries(stories)) edit(name, story)

  return {
    edit,
    library: (): Library => shelf.library,
    told: toldOf,
    begin: (digest: Digest, at: string): void => {
      baselines.set(digest.id, baselineOf(digest, shelf.library, new Date(at)))
    },
    /** Runs a slot, and gives what the channel reads; what waits is sent unless another state is given. */
    run: (digest: Digest, at: string, state: DeliveryState = 'sent', budget = DISCORD_BUDGET): string[] => {
      const slot = { at: new Date(at), isDelayed: false }
      const before = toldOf(digest.id)
      const parts = composeDigest(digest, slot, before, shelf.library, new Date(at), budget)
      const silently = passedOver(digest, slot, before, shelf.library, new Date(at))
      baselines.set(digest.id, [...(baselines.get(digest.id) ?? []), ...silently])
      deliveries.push(...parts.map(part => ({ digest: digest.id, part, state })))
      return gist(parts)
    },
    /** The deliveries so far, in order; their state may be changed. */
    deliveries,
    /** Whether the delivery that waits may no longer be sent. */
    isStale: (at: string): boolean =>
      deliveries.some(({ part, state }) => state === 'pending' && isStale(part.carries, shelf.library, new Date(at))),
  }
}

/** What a reader takes from a digest: headings, titles, what changed, statements, without source numbers and small print. */
export const gist = (parts: Part[]): string[] => parts.flatMap(({ card }) => card.blocks.flatMap(gistOf))

function gistOf(block: Block): string[] {
  switch (block.kind) {
    case 'heading':
      return [block.minor ? block.text : `# ${block.text}`]
    case 'paragraph':
      return [plain(runsText(block.runs))]
    case 'list':
      return block.items.map(item => `• ${plain(runsText(item))}`)
    case 'quote':
      return [`“${plain(block.paragraphs.map(runsText).join(' '))}”`]
    case 'fields':
      return block.fields.map(({ value, label }) => `${value}: ${plain(runsText(label))}`)
    case 'divider':
    case 'context':
      return []
    default:
      return block satisfies never
  }
}

const plain = (text: string): string => text.replace(/ ?\[\d+\]/g, '')
