import { generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto'

/** The application as Discord knows it. */
export type Account = {
  /** Of the application and of its bot: https://docs.discord.com/developers/resources/application */
  applicationId: string
  botName: string
  token: string
  isTokenValid: boolean
  /** Ed25519, as 64 hexadecimal digits: https://docs.discord.com/developers/interactions/overview#setting-up-an-endpoint-validating-security-request-headers */
  publicKey: string
  privateKey: KeyObject
  /** The privileged intents that are switched on: https://docs.discord.com/developers/events/gateway#privileged-intents */
  privilegedIntents: number
  /** What the application's settings say; once it is set, interactions go there. */
  interactionsUrl: string | undefined
}

const KEY_BYTES = 32

export function createAccount(applicationId: string, privilegedIntents = 0): Account {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  const raw = publicKey.export({ format: 'der', type: 'spki' }).subarray(-KEY_BYTES)
  return {
    applicationId,
    botName: 'fakebot',
    token: `${Buffer.from(applicationId).toString('base64url')}.${randomPart(4)}.${randomPart(28)}`,
    isTokenValid: true,
    publicKey: raw.toString('hex'),
    privateKey,
    privilegedIntents,
    interactionsUrl: undefined,
  }
}

const randomPart = (bytes: number): string => randomBytes(bytes).toString('base64url')

/** Applications with this flag have a bot in fewer than 10,000 servers and the intent switched on: https://docs.discord.com/developers/resources/application#application-object-application-flags */
const LIMITED_INTENTS: [intent: number, flag: number][] = [
  [1 << 8, 1 << 13],
  [1 << 1, 1 << 15],
  [1 << 15, 1 << 19],
]

export const applicationFlags = ({ privilegedIntents }: Account): number =>
  LIMITED_INTENTS.reduce((flags, [intent, flag]) => (privilegedIntents & intent ? flags | flag : flags), 0)
