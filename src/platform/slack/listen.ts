import type { App, BlockAction, CodedError, RespondFn } from '@slack/bolt'
import type { HomeView, KnownBlock, WebClient } from '@slack/web-api'
import type { Card, Choice } from '../../card/card.ts'
import { fitLabel } from '../../card/label.ts'
import { createOnce } from '../once.ts'
import type { Asker, Bot, Log, Question } from '../platform.ts'
import { LONGEST_OPTION, MOST_OPTIONS, UNFURL_NOTHING } from './limits.ts'
import { outcomeOf } from './outcome.ts'
import { renderSlack } from './render.ts'
import { readText } from './text.ts'

/** What listeners need beside the app. */
export type Ears = {
  bot: Bot
  client: WebClient
  askerOf: (user: string, space: string, channel: string | undefined) => Promise<Asker>
  log: Log
  /** Counts what is in hand, for a graceful stop. */
  track: <T>(work: Promise<T>) => Promise<T>
}

/** The button by which a card in App Home leads back to Home itself. */
const BACK = { kind: 'button', id: 'home', label: '‹ Back' } as const

/** Answers commands, clicks, pickers, mentions, direct messages and Home. Each listener decides nothing but where an answer goes. */
export function listen(app: App, ears: Ears): void {
  const { isFirst } = createOnce()
  const shares = createOnce()

  app.command(/^/, ({ command, ack }) =>
    ears.track(
      answerCommand(ears, command).then(
        card => ack({ response_type: 'ephemeral', ...renderSlack(card) }),
        async error => {
          await ack({ response_type: 'ephemeral', text: SORRY })
          throw error
        },
      ),
    ),
  )
  app.action(/^/, ({ body, ack, respond }) =>
    ears.track(
      ack().then(() => (body.type === 'block_actions' ? answerClick(ears, body, respond, shares) : undefined)),
    ),
  )
  app.options(/^/, ({ options, ack }) =>
    ears.track(ack({ options: offer(ears.bot, options.action_id, options.value) })),
  )
  app.event('app_mention', ({ event, body }) =>
    event.bot_id === undefined && event.user !== undefined && isFirst(`${event.channel} ${event.ts}`)
      ? ears.track(reply(ears, { ...event, user: event.user, thread_ts: event.thread_ts ?? event.ts }, body.team_id))
      : Promise.resolve(),
  )
  app.event('message', ({ event, body }) =>
    event.channel_type === 'im' && event.subtype === undefined && event.bot_id === undefined && isFirst(body.event_id)
      ? ears.track(reply(ears, event, body.team_id))
      : Promise.resolve(),
  )
  app.event('app_home_opened', ({ event, body }) =>
    event.tab === 'home' && isFirst(body.event_id)
      ? ears.track(showHome(ears, event.user, body.team_id, { kind: 'home' }))
      : Promise.resolve(),
  )
  app.error(async error => ears.log(`An event of Slack could not be answered: ${sayWhy(error)}`))
}

/** What an error says, with the remedy where there is one. */
function sayWhy(error: CodedError): string {
  const cause = error.original ?? error
  const outcome = outcomeOf(cause)
  return outcome.kind === 'refused' ? `${outcome.why} ${outcome.remedy}` : outcome.why
}

const SORRY = 'Readout could not answer; its log says why.'

type Command = {
  command: string
  text: string
  user_id: string
  team_id: string
  channel_id: string
  trigger_id: string
}

async function answerCommand({ bot, askerOf }: Ears, command: Command): Promise<Card> {
  const asker = await askerOf(command.user_id, command.team_id, sharedChannel(command.channel_id))
  const once = command.trigger_id
  const name = command.command.replace(/^\//, '')
  return bot.ask({ kind: 'asked', command: name, text: readText(command.text) }, { ...asker, once })
}

/** A channel that an answer can be shared to: a conversation of two has nobody to share it with. */
const sharedChannel = (channel: string | undefined): string | undefined =>
  channel === undefined || isDirect(channel) ? undefined : channel

/** https://docs.slack.dev/apis/web-api/using-the-conversations-api: ids of direct messages begin with D. */
const isDirect = (channel: string): boolean => channel.startsWith('D')

/** What a click asks; undefined for what is none of ours. */
function questionOf({ actions: [action] }: BlockAction): Question | undefined {
  const id = action?.action_id
  if (id === BACK.id) return { kind: 'home' }
  if (id !== undefined && action?.type === 'button') return { kind: 'clicked', id }
  const value = action?.type === 'external_select' ? action.selected_option?.value : undefined
  return id !== undefined && value !== undefined ? { kind: 'picked', id, value } : undefined
}

async function answerClick(
  ears: Ears,
  body: BlockAction,
  respond: RespondFn,
  shares: ReturnType<typeof createOnce>,
): Promise<void> {
  const question = questionOf(body)
  const team = body.team?.id ?? body.user.team_id ?? ''
  if (!question) return
  if (body.view) return showHome(ears, body.user.id, team, question)
  const channel = body.channel?.id
  const asker = await ears.askerOf(body.user.id, team, sharedChannel(channel))
  const card = await ears.bot.ask(question, { ...asker, once: body.trigger_id }).catch(async error => {
    await whisper(respond, body, { text: SORRY })
    throw error
  })
  if (card.sharedBy === undefined || channel === undefined)
    return whisper(respond, body, renderSlack(card), isPrivate(body))
  const key = [channel, body.message?.ts ?? body.container.message_ts, body.user.id, body.actions[0]?.action_id].join(
    ' ',
  )
  if (!shares.isFirst(key)) return whisper(respond, body, { text: 'You have shared this already.' })
  await share(ears, channel, card, respond, body).catch(error => {
    shares.forget(key)
    throw error
  })
}

/** A click in a thread is answered there; without its thread an answer stands in the channel, away from the reader. */
const threadOf = ({ container }: BlockAction): { thread_ts?: string } =>
  typeof container.thread_ts === 'string' ? { thread_ts: container.thread_ts } : {}

/** Answers a click for its reader only, in place of what was clicked or beside it. */
const whisper = async (
  respond: RespondFn,
  body: BlockAction,
  message: { text: string; blocks?: KnownBlock[] },
  isReplaced = false,
): Promise<void> =>
  void (await respond({ response_type: 'ephemeral', replace_original: isReplaced, ...threadOf(body), ...message }))

/** Whether a click was made on the reader's own answer, which is replaced; a message that others see never changes. */
const isPrivate = ({ container, channel }: BlockAction): boolean =>
  container.is_ephemeral === true || isDirect(channel?.id ?? '')

/** Where Readout is no member it can't post, but answer the click in public. What may have been posted is not posted again. */
async function share(
  { client, log }: Ears,
  channel: string,
  card: Card,
  respond: RespondFn,
  body: BlockAction,
): Promise<void> {
  const message = renderSlack(card)
  try {
    const outcome = await client.chat
      .postMessage({ channel, ...message, ...UNFURL_NOTHING })
      .then(() => undefined, outcomeOf)
    if (outcome?.kind === 'unclear') throw new UnclearShare(outcome.why)
    if (outcome)
      await respond({ response_type: 'in_channel', replace_original: false, ...message }).catch(unlessRefused)
  } catch (error) {
    if (!(error instanceof UnclearShare)) throw error
    log(`It is not certain that an answer was shared: ${error.message}`)
    const text = 'Slack did not say whether the answer was shared. If it is not in the channel, ask and share again.'
    await whisper(respond, body, { text })
  }
}

/** It may have been shared: another try could double it. */
class UnclearShare extends Error {}

/** A public answer that Slack refused is not there; one whose connection broke may be. */
function unlessRefused(error: unknown): never {
  const { statusCode } = error as { statusCode?: unknown }
  if (typeof statusCode === 'number' && statusCode < 500) throw error
  throw new UnclearShare(error instanceof Error ? error.message : String(error))
}

/** Choices as Slack takes them: https://docs.slack.dev/reference/block-kit/composition-objects/option-object */
const offer = (bot: Bot, picker: string, text: string) =>
  bot
    .offer(picker, text)
    .slice(0, MOST_OPTIONS)
    .map((choice: Choice) => ({
      text: { type: 'plain_text' as const, text: fitLabel(choice.label, LONGEST_OPTION), emoji: false },
      value: choice.value,
      ...(choice.description !== undefined && {
        description: { type: 'plain_text' as const, text: fitLabel(choice.description, LONGEST_OPTION), emoji: false },
      }),
    }))

/** What was said to the bot is answered where it was said; nobody shares that. */
async function reply(
  { bot, askerOf, client }: Ears,
  { text = '', user, channel, thread_ts }: { text?: string; user: string; channel: string; thread_ts?: string },
  team: string,
): Promise<void> {
  const card = await bot.ask({ kind: 'mentioned', text: readText(text) }, await askerOf(user, team, undefined))
  await client.chat.postMessage({
    channel,
    ...renderSlack(card),
    ...(thread_ts !== undefined && { thread_ts }),
    ...UNFURL_NOTHING,
  })
}

/** Home shows one card at a time; any but Home itself has the way back. */
async function showHome({ bot, askerOf, client }: Ears, user: string, team: string, question: Question): Promise<void> {
  const card = await bot.ask(question, await askerOf(user, team, undefined))
  const shown = question.kind === 'home' ? card : { ...card, actions: [BACK, ...card.actions] }
  const view: HomeView = { type: 'home', blocks: renderSlack(shown).blocks }
  await client.views.publish({ user_id: user, view })
}
