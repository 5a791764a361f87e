import { createBot } from '../../../src/answer/bot.ts'
import { emptyShelf } from '../../../src/library/shelf.ts'
import { createOpenPages } from '../../../src/platform/playground/open-pages.ts'
import { createPlayground } from '../../../src/platform/playground/playground.ts'
import { createPosts } from '../../../src/platform/playground/posts.ts'
import { renderSlack } from '../../../src/platform/slack/render.ts'
import { describePlatform } from '../../fakes/platform-contract.ts'
import { readSlack } from '../../fakes/read-slack.ts'

describePlatform('The playground', async () => {
  const { library } = emptyShelf()
  const { all, ...posts } = createPosts(() => undefined)
  const platform = createPlayground(
    budget =>
      createBot(
        () => library,
        budget,
        () => new Date(),
      ),
    createOpenPages(),
  )
  return {
    platform: { ...platform, ...posts },
    destination: { platform: 'playground', space: 'here', channel: 'briefings' },
    place: { messages: () => all().map(({ message, card }) => ({ id: message, facts: readSlack(renderSlack(card)) })) },
    close: async () => undefined,
  }
})
