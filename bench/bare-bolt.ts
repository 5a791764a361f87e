// An app of Bolt that answers each command with the message in the file that it is given: the least that a bot in HTTP mode can do.
import { readFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { App, HTTPReceiver, type RespondArguments } from '@slack/bolt'

const { SIGNING_SECRET = '', MESSAGE = '' } = process.env
const message = JSON.parse(readFileSync(MESSAGE, 'utf8')) as RespondArguments
const receiver = new HTTPReceiver({ signingSecret: SIGNING_SECRET, endpoints: '/slack/events' })
const app = new App({ receiver, authorize: async () => ({ botToken: 'xoxb-none', botId: 'B1', botUserId: 'U1' }) })
app.command(/^/, ({ ack }) => ack(message))
const server = await receiver.start({ port: 0, host: '127.0.0.1' })
console.log(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
