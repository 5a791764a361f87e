import { createElement as h, type ReactElement, type ReactNode } from 'react'
import type { Budget, Card } from '../../card/card.ts'
import { discordFilling } from '../discord/filling.ts'
import { DISCORD_BUDGET } from '../discord/limits.ts'
import { renderDiscord } from '../discord/render.ts'
import type { Filling } from '../platform.ts'
import { slackFilling } from '../slack/filling.ts'
import { SLACK_BUDGET } from '../slack/limits.ts'
import { renderSlack } from '../slack/render.ts'
import { viewDiscord } from './discord-view.ts'
import type { Post } from './posts.ts'
import { viewSlack } from './slack-view.ts'

/** The platforms whose messages are shown side by side. */
export type SideName = 'slack' | 'discord'

/** A card as one platform's message: the message itself, its picture, and how full its limits are. */
type Drawing = { message: unknown; picture: ReactElement; filling: Filling[] }

export const SIDES: Record<SideName, { title: string; budget: Budget; draw: (card: Card) => Drawing }> = {
  slack: { title: 'Slack', budget: SLACK_BUDGET, draw: drawSlack },
  discord: { title: 'Discord', budget: DISCORD_BUDGET, draw: drawDiscord },
}

function drawSlack(card: Card): Drawing {
  const message = renderSlack(card)
  return { message, picture: viewSlack(message, card.actions), filling: slackFilling(message) }
}

function drawDiscord(card: Card): Drawing {
  const message = renderDiscord(card)
  return { message, picture: viewDiscord(message), filling: discordFilling(message) }
}

/** What was posted to the channel, given oldest first or why it can't be read, as one platform's messages, newest first. */
export function viewPosts(side: SideName, posts: Post[] | string): ReactElement {
  if (typeof posts === 'string') return h('p', { className: 'nothing' }, posts)
  if (posts.length === 0) return h('p', { className: 'nothing' }, NOTHING)
  return h('div', null, ...posts.toReversed().map(post => viewMessage(side, post.card, post)))
}

const NOTHING = 'Nothing yet. Digests arrive here when they are due, and when “Post now” is pressed.'

/** A card as a message in one platform's channel, with how full it makes that platform's limits. One that was posted says when. */
export function viewMessage(side: SideName, card: Card, post?: Post): ReactElement {
  const { message, picture, filling } = SIDES[side].draw(card)
  return h(
    'article',
    {
      className: 'message',
      tabIndex: -1,
      'aria-label': `${SIDES[side].title}: ${card.title}`,
      ...(post && { 'data-message': post.message }),
    },
    h(
      'header',
      null,
      h('span', { className: 'avatar', 'aria-hidden': true }, 'R'),
      h('span', { className: 'author' }, 'Readout'),
      h('span', { className: 'app' }, 'APP'),
      post && h('time', { dateTime: post.at.toISOString() }, TIME.format(post.at)),
    ),
    h('div', { className: 'body' }, picture),
    h(
      'p',
      { className: 'audience' },
      post || card.sharedBy !== undefined ? 'Everyone in the channel can see this.' : 'Only you can see this.',
    ),
    h('footer', null, ...filling.map(viewFilling), viewJson(side, message)),
  )
}

/** In the zone of the machine, which is the reader's own. */
const TIME = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  timeZoneName: 'short',
})

const viewFilling = ({ what, used, most }: Filling): ReactNode =>
  h(
    'span',
    { className: 'filling' },
    `${NUMBER.format(used)} of ${NUMBER.format(most)} ${what}`,
    h('meter', { value: used, max: most, high: most * 0.9, 'aria-label': `${what}: ${used} of ${most}` }),
  )

const NUMBER = new Intl.NumberFormat('en')

const viewJson = (side: SideName, message: unknown): ReactNode =>
  h(
    'details',
    null,
    h('summary', null, 'JSON'),
    h(
      'pre',
      { tabIndex: 0, role: 'region', 'aria-label': `${SIDES[side].title}'s message as JSON` },
      JSON.stringify(message, null, 2),
    ),
  )
