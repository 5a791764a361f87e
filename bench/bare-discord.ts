// A bot of discord.js that completes each text with the same choices: the least that a bot on the gateway can do.
import { ApplicationCommandOptionType, Client, Events } from 'discord.js'

const { TOKEN = '', API_URL = '', COMMAND = '' } = process.env
const choices = Array.from({ length: 25 }, (_, index) => ({ name: `Choice ${index}`, value: `choice-${index}` }))
const client = new Client({ intents: 0, rest: { api: API_URL } })
client.on(Events.InteractionCreate, interaction => {
  if (interaction.isAutocomplete()) void interaction.respond(choices)
})
client.once(Events.ClientReady, ({ application }) => {
  const option = { type: ApplicationCommandOptionType.String, name: 'text', description: 'What to show' } as const
  const command = {
    name: COMMAND,
    description: 'Constant',
    options: [{ ...option, required: true, autocomplete: true }],
  }
  void application.commands.set([command])
})
process.once('SIGTERM', () => void client.destroy().then(() => process.exit()))
await client.login(TOKEN)
