import { type Deliverer, deliver, type Parcel, type Receipt } from './deliver.ts'
import type { State } from './method.ts'
import type { ResponseUrls } from './response-urls.ts'
import type { Channel, Message, User, World } from './world.ts'

/** What came of something that a reader did. */
export type Outcome = Receipt & {
  /** What was delivered, to be delivered again. */
  parcel: Parcel
  /** The messages that the app made of it so far, in the acknowledgement or at the `response_url`; it grows. */
  messages: Message[]
  /** How often it was delivered. */
  attempts: number
  responseUrl: string
}

export type ReaderTools = {
  state: State
  deliverer: Deliverer
  responseUrls: ResponseUrls
  /** The address of a path on this server. */
  addressOf: (path: string) => string
  /** The waits before an event that wasn't acknowledged comes again. */
  retryDelaysMs: number[]
}

/** Delivers once; where the app's answers go is told by the list. */
export async function carryOut(
  parcel: Parcel,
  { deliverer }: ReaderTools,
  more: { messages?: Message[]; responseUrl?: string } = {},
): Promise<Outcome> {
  const receipt = await deliver(parcel, deliverer)
  deliverer.journal.changed()
  return { messages: [], responseUrl: '', ...receipt, parcel, attempts: 1, ...more }
}

/** What Slack doesn't even tell the app. */
export const keepToOneself = (parcel: Parcel, responseUrl = ''): Outcome => ({
  result: 'undelivered',
  tookMs: 0,
  parcel,
  messages: [],
  attempts: 0,
  responseUrl,
})

export const expectUser = (world: World, id: string): User => world.users.get(id) ?? missing(`user ${id}`)

export const expectChannel = (world: World, id: string): Channel => world.channels.get(id) ?? missing(`channel ${id}`)

/** A test that names what is not there is wrong itself. */
export function missing(what: string): never {
  throw new Error(`The fake workspace has no ${what}.`)
}
