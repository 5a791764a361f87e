import assert from 'node:assert/strict'
import { describePlatform, type Opened, type Place } from '../../fakes/platform-contract.ts'
import type { FakeSlack } from '../../fakes/slack/fake-slack.ts'
import type { Fault } from '../../fakes/slack/faults.ts'
import type { Message } from '../../fakes/slack/world.ts'
import { openAdapter } from '../../fakes/slack-adapter.ts'
import { factsOf } from '../../fakes/slack-bot.ts'

const CHANNEL = 'C1'

async function open(): Promise<Opened> {
  const { slack, platform, clock, destination, close } = await openAdapter()
  return {
    platform: {
      ...platform,
      start: async () => {
        await platform.start()
        await slack.until(() => platform.health().isUp)
      },
    },
    destination,
    place: { ...placeIn(slack), pass: clock.push },
    close: async () => {
      await close()
      assert.deepEqual(slack.violations, [])
    },
  }
}

function placeIn(slack: FakeSlack): Place {
  const fail = (fault: Fault) => slack.fail('chat.postMessage', fault)
  return {
    messages: () => slack.messages(CHANNEL).map(postedOf),
    addOthers: count => {
      for (let at = 0; at < count; at++) slack.addMessage({ channel: CHANNEL, user: 'U1', text: `Hello ${at}` })
    },
    imitate: ts => {
      const { ts: _, ...original } = messageOf(slack, ts)
      return slack.addMessage({ ...original, user: 'U2', bot_id: 'B2' }).ts
    },
    breakAfterStoring: () => fail({ kind: 'cut', when: 'after' }),
    breakBefore: () => fail({ kind: 'cut', when: 'before' }),
    slow: ms => fail({ kind: 'slow', ms }),
    storeLate: () => {
      fail({ kind: 'late', ms: LATE_MS, answer: { status: 503 } })
      return () => slack.clock.advance(LATE_MS)
    },
    rateLimit: retryAfterS => fail({ kind: 'rateLimited', retryAfterS }),
    removeChannel: () => void slack.removeChannel(CHANNEL),
    removeBot: () => {
      const channel = slack.channel(CHANNEL)
      if (channel) channel.isMember = false
    },
    outage: slack.outage,
    disconnected: () => slack.until(() => slack.socket.count === 0),
  }
}

const LATE_MS = 60_000

const postedOf = (message: Message) => ({ id: message.ts, facts: factsOf(message) })

function messageOf(slack: FakeSlack, ts: string): Message {
  const found = slack.messages(CHANNEL).find(message => message.ts === ts)
  assert.ok(found)
  return found
}

describePlatform('Slack', open)
