// A program that posts the same message to each channel with @discordjs/rest, all at once: its own queue and its own limits decide when.
import { readFileSync } from 'node:fs'
import { REST } from '@discordjs/rest'

const { TOKEN = '', API_URL = '', CHANNELS = '', MESSAGE = '' } = process.env
const channels = JSON.parse(readFileSync(CHANNELS, 'utf8')) as string[]
const body: unknown = JSON.parse(readFileSync(MESSAGE, 'utf8'))
const rest = new REST({ api: API_URL, version: '10' }).setToken(TOKEN)
// A program that listens would say where; this one says that it begins.
console.log('http://127.0.0.1:0')
process.once('SIGTERM', () => process.exit())
setInterval(() => undefined, 1000)
process.on('message', async message => {
  if (message !== 'begin') return
  await Promise.all(channels.map(channel => rest.post(`/channels/${channel}/messages`, { body })))
})
