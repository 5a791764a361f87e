// A process that has loaded what the bot can't do without, and does nothing.
import '@slack/bolt'

console.log('http://127.0.0.1:0')
setInterval(() => undefined, 60_000)
