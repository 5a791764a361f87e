// A process that has loaded what a bot on both platforms is usually built with, and does nothing.
import '@slack/bolt'
import 'discord.js'

console.log('http://127.0.0.1:0')
setInterval(() => undefined, 60_000)
