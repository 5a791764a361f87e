import { createElement as h, type ReactElement, type ReactNode } from 'react'
import { renderToStaticMarkup } from 'react-dom/server'
import type { CardName } from './only-shows.ts'
import type { Post } from './posts.ts'
import { SIDES, type SideName, viewPosts } from './sides.ts'

/** What the page shows when it opens: the line that is asked, and its answer on each side. */
export type Opening = {
  line: string
  /** How much open pages were told before. */
  told: number
  /** Whether the answer is asked again when something has changed. */
  follows: boolean
  /** Lines to try. */
  examples: string[]
  answers: Record<SideName, ReactElement>
  /** What was posted to the channel, oldest first, or why it can't be read. */
  posts: Post[] | string
  /** What stands beside them, each with the line that it answers. */
  cards: Record<CardName, { line: string; card: ReactElement }>
}

/** The playground's page; everything on it works from the server's own origin. */
export const viewPage = (opening: Opening): string =>
  `<!doctype html>${renderToStaticMarkup(
    h(
      'html',
      { lang: 'en' },
      h(
        'head',
        null,
        h('meta', { charSet: 'utf-8' }),
        h('meta', { name: 'viewport', content: 'width=device-width, initial-scale=1' }),
        h('meta', { name: 'color-scheme', content: 'light dark' }),
        h('title', null, 'Readout playground'),
        h('link', { rel: 'icon', href: '/assets/icon.svg', type: 'image/svg+xml' }),
        h('link', { rel: 'stylesheet', href: '/assets/slack.css' }),
        h('link', { rel: 'stylesheet', href: '/assets/playground.css' }),
        h('script', { src: '/assets/theme.js' }),
        h('script', { src: '/assets/playground.js', type: 'module' }),
      ),
      h(
        'body',
        { 'data-tab': 'slack', 'data-follows': String(opening.follows), 'data-told': opening.told },
        ...viewBody(opening),
      ),
    ),
  )}`

const viewBody = ({ line, examples, answers, posts, cards }: Opening): ReactNode[] => [
  h('a', { className: 'skip', href: '#line' }, 'Skip to the question'),
  h(
    'header',
    { className: 'top' },
    h(
      'h1',
      null,
      h('span', { className: 'mark', 'aria-hidden': true }, 'R'),
      'Readout',
      h('small', null, 'playground'),
    ),
  ),
  h(
    'main',
    null,
    h(
      'section',
      { className: 'ask', 'aria-label': 'Ask' },
      viewForm(line, examples[1]),
      viewExamples(examples),
      viewStatus(),
    ),
    viewTabs(),
    viewSide('slack', answers.slack, posts),
    viewSide('discord', answers.discord, posts),
    h(
      'div',
      { className: 'beside' },
      viewBeside('digests', [viewCardPlace('digests', cards), viewNextRuns(cards)]),
      viewBeside('library', [viewCardPlace('problems', cards), viewCardPlace('briefs', cards)]),
    ),
  ),
]

const viewForm = (line: string, example: string | undefined): ReactNode =>
  h(
    'form',
    { id: 'form', action: '/', method: 'get', role: 'search' },
    h('label', { htmlFor: 'line' }, 'Type a command, or any words'),
    h(
      'div',
      { className: 'combo' },
      h('input', {
        id: 'line',
        name: 'q',
        type: 'text',
        defaultValue: line,
        placeholder: example,
        maxLength: 1000,
        autoComplete: 'off',
        autoCapitalize: 'off',
        spellCheck: false,
        enterKeyHint: 'send',
        role: 'combobox',
        'aria-expanded': false,
        'aria-controls': 'completions',
        'aria-autocomplete': 'list',
        'aria-haspopup': 'listbox',
      }),
      h('button', { type: 'submit' }, 'Ask'),
      h('ul', {
        id: 'completions',
        className: 'completions',
        role: 'listbox',
        'aria-label': 'Completions',
        hidden: true,
      }),
    ),
  )

const viewStatus = (): ReactNode => h('p', { id: 'status', role: 'status', 'aria-live': 'polite' })

const viewExamples = (examples: string[]): ReactNode =>
  h(
    'p',
    { className: 'examples' },
    'Try ',
    ...examples.map(example => h('button', { type: 'button', className: 'command', 'data-line': example }, example)),
  )

/** Where the window is too narrow for all, one of them is shown. */
const TABS = { slack: 'Slack', discord: 'Discord', digests: 'Digests', library: 'Briefs' }

const viewTabs = (): ReactNode =>
  h(
    'div',
    { className: 'tabs', role: 'tablist', 'aria-label': 'What is shown' },
    ...Object.entries(TABS).map(([name, title], index) =>
      h(
        'button',
        {
          type: 'button',
          id: `tab-${name}`,
          role: 'tab',
          'aria-controls': name,
          'aria-selected': index === 0,
          tabIndex: index === 0 ? 0 : -1,
          'data-tab': name,
        },
        title,
      ),
    ),
  )

const viewSide = (side: SideName, answer: ReactElement, posts: Opening['posts']): ReactNode =>
  h(
    'section',
    { id: side, className: `side ${side}`, role: 'tabpanel', 'aria-labelledby': `tab-${side}` },
    h('h2', null, SIDES[side].title, h('span', { className: 'channel' }, '# briefings')),
    h(
      'div',
      // The stylesheet of slack-blocks-to-jsx holds for what stands in an element of this id.
      side === 'slack' ? { id: 'slack_blocks_to_jsx', className: 'messages' } : { className: 'messages' },
      h('div', { className: 'shared', 'data-side': side }),
      h('div', { className: 'answer', 'data-side': side }, answer),
      h('h3', { className: 'posted' }, 'Posted to the channel'),
      h('div', { className: 'posts', 'data-posts': side }, viewPosts(side, posts)),
    ),
  )

const viewBeside = (name: 'digests' | 'library', cards: ReactNode[]): ReactNode =>
  h('section', { id: name, className: 'library', role: 'tabpanel', 'aria-labelledby': `tab-${name}` }, ...cards)

const viewCardPlace = (name: CardName, cards: Opening['cards']): ReactNode =>
  h('section', { className: 'card', 'data-card': name, 'data-asks': cards[name].line }, cards[name].card)

/** A long list, of which the card above tells the beginning. */
const viewNextRuns = (cards: Opening['cards']): ReactNode =>
  h(
    'details',
    { className: 'card' },
    h('summary', null, 'Next runs'),
    h('div', { 'data-card': 'next', 'data-asks': cards.next.line }, cards.next.card),
  )
