import type { JsonObject } from '../shape.ts'
import type { How, Parcel } from './deliver.ts'
import { isObject } from './message-body.ts'
import {
  carryOut,
  expectChannel,
  expectUser,
  keepToOneself,
  missing,
  type Outcome,
  type ReaderTools,
} from './outcome.ts'
import { blockActions, blockSuggestion, type Surface } from './payloads.ts'
import type { Place } from './response-urls.ts'
import { type Option, readOptions } from './suggestions.ts'
import type { Message, World } from './world.ts'

/** Where a click is made. */
export type Target = { message: Message } | { home: true }

/** `value` overrides a button's value; `option` is what was picked from a select. */
export type Click = Target & { action_id: string; user: string; value?: string; option?: Option }

/** https://docs.slack.dev/reference/block-kit/block-elements/select-menu-element#external_select: `min_query_length` when left out */
const USUAL_QUERY_LENGTH = 3

/** People who click and pick. */
export function createClicks(tools: ReaderTools) {
  const { state, responseUrls, addressOf } = tools
  const { world, journal, triggers } = state
  return {
    /** Clicks a button, or picks from a select, that stands in the message or in the user's App Home. */
    async click(click: Click, how: How = {}): Promise<Outcome> {
      const surface = surfaceOf(click, click.user, world)
      const place = placeOf(surface, click.user)
      const responseUrl = place ? addressOf(responseUrls.issue(place)) : ''
      const more = { trigger_id: triggers.issue(), ...(place && { response_url: responseUrl }) }
      const action = { ...drawAction(findElement(surface, click.action_id), click), action_ts: world.nextTs('') }
      const body = blockActions(action, surface, expectUser(world, click.user), world.account, more)
      const parcel: Parcel = { type: 'interactive', body, takesPayload: false, how }
      return carryOut(parcel, tools, { responseUrl, ...(place && { messages: place.messages }) })
    },

    /** Types into a select whose choices the app gives; asks nothing while the text is shorter than `min_query_length`. */
    async suggest(
      typed: Target & { action_id: string; user: string; value: string },
      how: How = {},
    ): Promise<Outcome & { options: Option[] }> {
      const surface = surfaceOf(typed, typed.user, world)
      const { element, block } = findElement(surface, typed.action_id)
      const asked = { action_id: typed.action_id, block_id: block.block_id ?? 'block', value: typed.value }
      const body = blockSuggestion(asked, surface, expectUser(world, typed.user), world.account)
      const parcel: Parcel = { type: 'interactive', body, takesPayload: true, how }
      const least = Number(element.min_query_length ?? USUAL_QUERY_LENGTH)
      if (typed.value.length < least) return { ...keepToOneself(parcel), options: [] }
      const outcome = await carryOut(parcel, tools)
      const options = outcome.result === 'acked' ? readOptions(outcome.payload, journal.violate) : []
      return { ...outcome, options }
    },
  }
}

function surfaceOf(target: Target, user: string, world: World): Surface {
  if ('home' in target) return { kind: 'view', view: world.home(user) ?? missing(`App Home of ${user}`) }
  const message = world.find(target.message) ?? missing(`message ${target.message.ts}`)
  if ((message.ephemeralTo ?? user) !== user) missing(`message that ${user} sees`)
  return { kind: 'message', message, channel: expectChannel(world, message.channel) }
}

function placeOf(surface: Surface, user: string): Place | undefined {
  if (surface.kind === 'view') return undefined
  const { channel, ts } = surface.message
  return { channel, user, source: { channel, ts }, messages: [] }
}

type Found = { element: JsonObject; block: JsonObject }

/** The element with an action's id; what a reader doesn't see can't be clicked. */
function findElement(surface: Surface, actionId: string): Found {
  const blocks = surface.kind === 'view' ? surface.view.blocks : surface.message.blocks
  for (const block of blocks) {
    const elements = Array.isArray(block.elements) ? block.elements : [block.accessory]
    const element = elements.filter(isObject).find(one => one.action_id === actionId)
    if (element) return { element, block }
  }
  return missing(`element ${actionId} where it was clicked`)
}

function drawAction({ element, block }: Found, click: Click): JsonObject {
  const frame = { type: element.type, action_id: click.action_id, block_id: block.block_id ?? 'block' }
  if (element.type === 'button') {
    const value = click.value ?? element.value
    return { ...frame, text: element.text, ...(value !== undefined && { value }) }
  }
  const { text, value } = click.option ?? { text: click.value ?? '', value: click.value ?? '' }
  return {
    ...frame,
    placeholder: element.placeholder,
    selected_option: { text: { type: 'plain_text', text, emoji: true }, value },
  }
}
