import { benchDigests } from './digests.ts'
import { benchDiscord } from './discord.ts'
import { benchLibrary } from './library.ts'
import { benchRendering } from './rendering.ts'
import { benchSlack } from './slack.ts'
import { formatTable, type Measurement } from './table.ts'

/** What can be measured: `npm run bench` measures all of it, `npm run bench -- library` one. */
const benches: Record<string, () => Promise<Measurement[]>> = {
  library: benchLibrary,
  rendering: benchRendering,
  slack: benchSlack,
  discord: benchDiscord,
  digests: benchDigests,
}

const wanted = process.argv.slice(2)
const unknown = wanted.filter(name => !(name in benches))
if (unknown.length > 0) {
  console.error(`Expected one of ${Object.keys(benches).join(', ')}, got ${unknown.join(', ')}.`)
  process.exit(2)
}
for (const [name, bench] of Object.entries(benches)) {
  if (wanted.length === 0 || wanted.includes(name)) console.log(formatTable(name, await bench()))
}
