import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { createBot } from '../../../src/answer/bot.ts'
import type { Card } from '../../../src/card/card.ts'
import { PLAYGROUND } from '../../../src/digest/destination.ts'
import { emptyShelf } from '../../../src/library/shelf.ts'
import { createOpenPages } from '../../../src/platform/playground/open-pages.ts'
import { createPlayground } from '../../../src/platform/playground/playground.ts'
import { renderSlack } from '../../../src/platform/slack/render.ts'
import { keptChannel } from '../../../src/playground-channel.ts'
import { openDatabase } from '../../../src/store/open.ts'
import { createStore } from '../../../src/store/store.ts'
import { describePlatform } from '../../fakes/platform-contract.ts'
import { readSlack } from '../../fakes/read-slack.ts'

const now = () => new Date('2026-11-22T08:00:00Z')

describePlatform('The playground', async () => {
  const { library } = emptyShelf()
  const folder = mkdtempSync(join(tmpdir(), 'readout-'))
  const path = join(folder, 'readout.sqlite')
  const store = createStore(await openDatabase(path))
  const stored = new DatabaseSync(path, { readOnly: true })
  const platform = createPlayground(
    budget => createBot(() => library, budget, now),
    createOpenPages(),
    keptChannel(store, { now }),
  )
  const messages = () =>
    stored
      .prepare('select message, card from posts order by message')
      .all()
      .map(({ message, card }) => ({
        id: String(message),
        facts: readSlack(renderSlack(JSON.parse(String(card)) as Card)),
      }))
  return {
    platform,
    destination: PLAYGROUND,
    place: { messages },
    close: async () => {
      stored.close()
      await store.close()
      rmSync(folder, { recursive: true })
    },
  }
})
