import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import { load } from 'js-yaml'
import { percentile } from '../../bench/statistics.ts'
import { briefFile, writeCollection, writeFiles } from '../fakes/collection.ts'
import { type Ended, type RunningPlayground, writeProject } from '../fakes/playground.ts'
import {
  assertPlaygroundAnswers,
  assertSilentAbout,
  type Environment,
  readout,
  removeLater,
  STACK,
  slackSecrets,
  socketMode,
  start,
  startSlack,
  stopWell,
} from '../fakes/process.ts'
import type { FakeSlack } from '../fakes/slack/fake-slack.ts'
import type { Outcome } from '../fakes/slack/outcome.ts'

/** How many tests that mostly wait for a process run at the same time. */
const AT_ONCE = { concurrency: 3 }

const httpMode = ({ apiUrl, botToken, signingSecret }: FakeSlack): Environment => ({
  SLACK_API_URL: apiUrl,
  SLACK_MODE: 'http',
  SLACK_BOT_TOKEN: botToken,
  SLACK_SIGNING_SECRET: signingSecret,
})

/** The same over HTTP, with Slack sending there. */
async function startOverHttp(t: TestContext, slack: FakeSlack, folder?: string): Promise<RunningPlayground> {
  const running = await start(t, httpMode(slack), folder)
  slack.requestUrl = `${running.address}/slack/events`
  return running
}

const ask = (slack: FakeSlack, text: string, command = '/nato'): Promise<Outcome> =>
  slack.command({ command, text, user: 'U1', channel: 'C1' })

/** That the asker, and nobody else, got the brief in time. */
function assertAnswered(slack: FakeSlack, outcome: Outcome, title: RegExp): void {
  assert.equal(outcome.result, 'acked')
  assert.match(JSON.stringify(outcome.messages[0]?.blocks), title)
  assert.deepEqual(
    outcome.messages.map(message => message.ephemeralTo),
    ['U1'],
  )
  assert.deepEqual(slack.messages('C1'), [])
}

/** That nothing was told but that Slack is connected. */
function assertCalm({ stderr }: Ended): void {
  assert.match(stderr, /^(?:slack: Slack is connected\.\n)?$/)
}

describe('Readout in Slack', () => {
  it('answers a command over the socket', async t => {
    const slack = await startSlack(t)
    const running = await start(t, socketMode(slack))
    await slack.socket.whenLive()
    assertAnswered(slack, await ask(slack, 'vilnius'), /Vilnius summit/)
    assertCalm(await stopWell(running))
    assert.deepEqual(slack.violations, [])
  })

  it('answers a command over HTTP', async t => {
    const slack = await startSlack(t)
    const running = await startOverHttp(t, slack)
    assertAnswered(slack, await ask(slack, 'vilnius'), /Vilnius summit/)
    assertCalm(await stopWell(running))
    assert.deepEqual(slack.violations, [])
  })

  it('answers over HTTP nobody but Slack', async t => {
    const slack = await startSlack(t)
    await startOverHttp(t, slack)
    const forged = { command: '/nato', text: 'vilnius', user: 'U1', channel: 'C1' }
    assert.equal((await slack.command(forged, { signingSecret: 'another' })).status, 401)
    assert.equal((await slack.command(forged, { timestampS: Math.floor(Date.now() / 1000) - 600 })).status, 401)
  })

  it('shows no secret in its output or on a page', async t => {
    const slack = await startSlack(t)
    const running = await start(t, socketMode(slack))
    await slack.socket.whenLive()
    await slack.outage()
    await slack.recover()
    await slack.socket.whenLive(1, 15_000)
    slack.fail('users.info', { kind: 'error', error: slack.botToken })
    await ask(slack, 'vilnius')
    for (const line of ['', '/readout problems', '/nato help']) {
      const page = await fetch(`${running.address}/?q=${encodeURIComponent(line)}`)
      assert.equal(page.status, 200)
      assertSilentAbout(slackSecrets(slack), await page.text())
    }
    const { stdout, stderr } = await running.stop()
    assertSilentAbout(slackSecrets(slack), stdout + stderr)
  })
})

describe('Readout with a setting of Slack that is wrong', AT_ONCE, () => {
  /** Each, with what the log says of it. */
  const faults: [string, (slack: FakeSlack) => Environment, RegExp][] = [
    ['no bot token', slack => ({ ...socketMode(slack), SLACK_BOT_TOKEN: '' }), /SLACK_BOT_TOKEN.*OAuth & Permissions/],
    ['no app token', slack => ({ ...socketMode(slack), SLACK_APP_TOKEN: '' }), /SLACK_APP_TOKEN.*Basic Information/],
    ['no signing secret', slack => ({ ...httpMode(slack), SLACK_SIGNING_SECRET: '' }), /SLACK_SIGNING_SECRET.*Basic/],
    [
      'tokens in each other’s place',
      slack => ({ ...socketMode(slack), SLACK_BOT_TOKEN: slack.appToken, SLACK_APP_TOKEN: slack.botToken }),
      /SLACK_BOT_TOKEN.*xoxb-[\s\S]*SLACK_APP_TOKEN.*xapp-/,
    ],
    [
      'a bot token that Slack does not know',
      slack => ({ ...socketMode(slack), SLACK_BOT_TOKEN: 'xoxb-1-unknown' }),
      /invalid_auth.*SLACK_BOT_TOKEN.*OAuth & Permissions/,
    ],
    [
      'a bot token that Slack does not know, over HTTP',
      slack => ({ ...httpMode(slack), SLACK_BOT_TOKEN: 'xoxb-1-unknown' }),
      /invalid_auth.*SLACK_BOT_TOKEN.*OAuth & Permissions/,
    ],
    [
      'a bot token that was revoked',
      slack => {
        slack.account.botTokenState = 'token_revoked'
        return socketMode(slack)
      },
      /token_revoked.*SLACK_BOT_TOKEN.*OAuth & Permissions/,
    ],
  ]
  for (const [what, environmentOf, expected] of faults) {
    it(`says so with ${what}, once, and the playground answers`, async t => {
      const slack = await startSlack(t)
      const environment = environmentOf(slack)
      const running = await start(t, environment)
      await assertPlaygroundAnswers(running)
      const { stdout, stderr } = await stopWell(running)
      assert.match(stderr, expected)
      assert.match(stderr, /doctor/)
      assert.doesNotMatch(stderr, /invalid_auth[\s\S]*invalid_auth/)
      assert.ok(stderr.trim().split('\n').length <= 3, stderr)
      assert.doesNotMatch(stderr, STACK)
      assertSilentAbout([...slackSecrets(slack), 'xoxb-1-unknown'], stdout + stderr)
    })
  }

  it('says so with an app token that Slack does not know, once, and the playground answers', async t => {
    const slack = await startSlack(t)
    const running = await start(t, { ...socketMode(slack), SLACK_APP_TOKEN: 'xapp-1-unknown' })
    await slack.until(() => slack.calls.some(({ method, token }) => method.startsWith('apps.') && token === 'unknown'))
    await assertPlaygroundAnswers(running)
    const { stdout, stderr } = await stopWell(running)
    assert.match(stderr, /invalid_auth.*SLACK_APP_TOKEN.*Basic Information/)
    assert.doesNotMatch(stderr, /SLACK_BOT_TOKEN/)
    assert.doesNotMatch(stderr, /invalid_auth[\s\S]*invalid_auth/)
    assert.doesNotMatch(stderr, STACK)
    assertSilentAbout([...slackSecrets(slack), 'xapp-1-unknown'], stdout + stderr)
  })

  it('goes on when the bot token is revoked while it runs, and tells it without the token', async t => {
    const slack = await startSlack(t)
    const running = await start(t, socketMode(slack))
    await slack.socket.whenLive()
    slack.account.botTokenState = 'token_revoked'
    await slack.mention({ text: 'vilnius', user: 'U1', channel: 'C1' })
    await slack.until(() => slack.calls.some(({ answer }) => answer === 'token_revoked'))
    await assertPlaygroundAnswers(running)
    const { stdout, stderr } = await stopWell(running)
    assert.match(stderr, /token_revoked/)
    assert.doesNotMatch(stderr, STACK)
    assertSilentAbout(slackSecrets(slack), stdout + stderr)
  })
})

describe('Readout while Slack is away', AT_ONCE, () => {
  it('starts, answers on the playground, and answers in Slack as soon as it is back', async t => {
    const slack = await startSlack(t)
    await slack.outage()
    const running = await start(t, socketMode(slack))
    await assertPlaygroundAnswers(running)
    await slack.recover()
    await slack.socket.whenLive(1, 15_000)
    assertAnswered(slack, await ask(slack, 'vilnius'), /Vilnius summit/)
    const { stderr } = await stopWell(running)
    assert.match(stderr, /ECONNREFUSED/)
    assert.doesNotMatch(stderr, STACK)
    assert.ok(stderr.trim().split('\n').length <= 4, stderr)
  })

  it('starts over HTTP as well', async t => {
    const slack = await startSlack(t)
    await slack.outage()
    const running = await startOverHttp(t, slack)
    await assertPlaygroundAnswers(running)
    await slack.recover()
    assertAnswered(slack, await ask(slack, 'vilnius'), /Vilnius summit/)
    assert.doesNotMatch((await stopWell(running)).stderr, STACK)
  })

  it('lives through an outage later on', async t => {
    const slack = await startSlack(t)
    const running = await start(t, socketMode(slack))
    await slack.socket.whenLive()
    await slack.outage()
    await assertPlaygroundAnswers(running)
    await slack.recover()
    await slack.socket.whenLive(1, 15_000)
    assertAnswered(slack, await ask(slack, 'vilnius'), /Vilnius summit/)
    const { stderr } = await stopWell(running)
    assert.doesNotMatch(stderr, STACK)
    assert.deepEqual(slack.violations, [])
  })

  it('lives through a time in which Slack answers 503', async t => {
    const slack = await startSlack(t)
    const running = await start(t, socketMode(slack))
    await slack.socket.whenLive()
    slack.socket.mute()
    slack.socket.cut()
    const known = slack.calls.length
    await slack.until(() => slack.calls.length > known)
    await assertPlaygroundAnswers(running)
    slack.socket.unmute()
    await slack.socket.whenLive(1, 15_000)
    assertAnswered(slack, await ask(slack, 'vilnius'), /Vilnius summit/)
    assert.doesNotMatch((await stopWell(running)).stderr, STACK)
  })
})

describe('Readout, stopped', AT_ONCE, () => {
  /** Stops it while who asks is being looked up. */
  async function stopMidAnswer(slack: FakeSlack, running: RunningPlayground): Promise<void> {
    slack.fail('users.info', { kind: 'slow', ms: 500 })
    const asked = ask(slack, 'vilnius')
    await slack.until(() => slack.calls.some(({ method }) => method === 'users.info'))
    const stopped = stopWell(running)
    assertAnswered(slack, await asked, /Vilnius summit/)
    await stopped
  }

  it('gives the answer that is in hand over the socket', async t => {
    const slack = await startSlack(t)
    const running = await start(t, socketMode(slack))
    await slack.socket.whenLive()
    await stopMidAnswer(slack, running)
  })

  it('gives the answer that is in hand over HTTP', async t => {
    const slack = await startSlack(t)
    await stopMidAnswer(slack, await startOverHttp(t, slack))
  })

  it('ends in time when nobody hears it on the socket', async t => {
    const slack = await startSlack(t)
    const running = await start(t, socketMode(slack))
    await slack.socket.whenLive()
    slack.socket.deafen()
    await stopWell(running)
  })

  it('ends in time when a call never gets an answer', async t => {
    const slack = await startSlack(t)
    const running = await start(t, socketMode(slack))
    await slack.socket.whenLive()
    slack.fail('chat.postMessage', { kind: 'hang', stores: false })
    await slack.mention({ text: 'vilnius', user: 'U1', channel: 'C1' })
    await slack.until(() => slack.calls.some(({ method }) => method === 'chat.postMessage'))
    await stopWell(running)
  })

  it('ends in time while Slack is away', async t => {
    const slack = await startSlack(t)
    const running = await start(t, socketMode(slack))
    await slack.socket.whenLive()
    await slack.outage()
    await stopWell(running)
  })
})

describe('Readout under load', () => {
  const BRIEFS = 500
  const COMMANDS = 200
  const names = Array.from({ length: BRIEFS }, (_, index) => `harbour-${index}`)
  const versionOf = (word: string) => (name: string) => briefFile(`Part ${name}`, `The harbour is ${word}.`)

  function writeMadeUp(t: TestContext): { folder: string; briefs: string } {
    const briefs = removeLater(
      t,
      writeCollection(Object.fromEntries(names.map(name => [name, versionOf('open')(name)]))),
    )
    const folder = removeLater(t, writeProject())
    writeFiles(folder, { 'config/readout.yaml': `briefs: ${JSON.stringify(briefs)}\n` })
    return { folder, briefs }
  }

  const rewriteAll = (briefs: string): Promise<unknown> =>
    Promise.all(names.map(name => writeFile(join(briefs, 'town', `${name}.md`), versionOf('closed')(name))))

  /** Asks until the answer holds it, for as long as a change may take to be seen. */
  async function askUntil(slack: FakeSlack, text: string, expected: RegExp): Promise<void> {
    const end = performance.now() + 5000
    while (!expected.test(JSON.stringify((await ask(slack, text, '/town')).messages)))
      assert.ok(performance.now() < end, `${text} is never answered anew`)
  }

  it(`answers ${COMMANDS} commands at once within 3 s each while ${BRIEFS} files change`, async t => {
    const slack = await startSlack(t)
    const users = Array.from({ length: 20 }, (_, index) => slack.addUser({ id: `U${index + 10}` }).id)
    const { folder, briefs } = writeMadeUp(t)
    const running = await startOverHttp(t, slack, folder)
    const asked = names.slice(0, COMMANDS).map((text, index) => {
      const user = users[index % users.length] ?? 'U1'
      return slack.command({ command: '/town', text, user, channel: 'C1' })
    })
    const [outcomes] = await Promise.all([Promise.all(asked), rewriteAll(briefs)])
    for (const [index, outcome] of outcomes.entries()) {
      assert.equal(outcome.result, 'acked')
      assert.match(JSON.stringify(outcome.messages[0]?.blocks), new RegExp(`Part ${names[index]}\\b`))
    }
    const times = outcomes.map(({ tookMs }) => tookMs)
    t.diagnostic(`worst ${Math.max(...times).toFixed(0)} ms, 99th percentile ${percentile(times, 0.99).toFixed(0)} ms`)
    assert.ok(Math.max(...times) < 3000)
    await askUntil(slack, names.at(-1) ?? '', /closed/)
    assert.deepEqual(slack.violations, [])
    assert.doesNotMatch((await stopWell(running)).stderr, STACK)
  })
})

describe('readout doctor', AT_ONCE, () => {
  const HERE = 'slack:T0FAKE0001/C1'

  /** Looks at Slack; whatever it finds, no secret is told. */
  async function doctor(environment: Environment, slack: FakeSlack, destinations: string[] = []): Promise<Ended> {
    const ended = await readout(['doctor', ...destinations], environment)
    assertSilentAbout([...slackSecrets(slack), 'unknown-token'], ended.stdout + ended.stderr)
    assert.doesNotMatch(ended.stderr, STACK)
    return ended
  }

  const found = ({ stdout }: Ended): string[] => stdout.split('\n').filter(line => line.startsWith('✗'))

  it('says that nothing is set', async () => {
    const { code, stdout, stderr } = await readout(['doctor'], {})
    assert.deepEqual([code, stderr], [0, ''])
    assert.match(stdout, /not set up.*README/)
  })

  it('finds everything well, over the socket and over HTTP', async t => {
    const slack = await startSlack(t)
    const overSocket = await doctor(socketMode(slack), slack, [HERE])
    assert.deepEqual([overSocket.code, overSocket.stderr, found(overSocket)], [0, '', []])
    assert.match(overSocket.stdout, /SLACK_BOT_TOKEN.*Fake Workspace[\s\S]*Scopes[\s\S]*SLACK_APP_TOKEN[\s\S]*#news/)
    const overHttp = await doctor(httpMode(slack), slack, [HERE])
    assert.deepEqual([overHttp.code, overHttp.stderr, found(overHttp)], [0, '', []])
    assert.doesNotMatch(overHttp.stdout, /SLACK_APP_TOKEN/)
    assert.deepEqual(slack.violations, [])
    assert.ok(!slack.calls.some(({ method }) => method.startsWith('chat.')))
  })

  type Fault = {
    what: string
    spoil: (slack: FakeSlack) => Environment | Promise<Environment>
    destination?: string
    expected: RegExp
  }

  const faults: Fault[] = [
    {
      what: 'a bot token that Slack does not know',
      spoil: slack => ({ ...socketMode(slack), SLACK_BOT_TOKEN: 'xoxb-unknown-token' }),
      expected: /^✗ SLACK_BOT_TOKEN: .*invalid_auth.*OAuth & Permissions/,
    },
    {
      what: 'a bot token that was revoked',
      spoil: slack => {
        slack.account.botTokenState = 'token_revoked'
        return socketMode(slack)
      },
      expected: /^✗ SLACK_BOT_TOKEN: .*token_revoked.*Install/,
    },
    {
      what: 'a scope that is missing',
      spoil: slack => {
        slack.scopes.delete('users:read')
        return socketMode(slack)
      },
      expected: /^✗ Scopes: users:read missing.*slack-manifest.*reinstall/,
    },
    {
      what: 'chat:write.public',
      spoil: slack => {
        slack.scopes.add('chat:write.public')
        return socketMode(slack)
      },
      expected: /^✗ Scopes: remove chat:write\.public/,
    },
    {
      what: 'an app token that Slack does not know',
      spoil: slack => ({ ...socketMode(slack), SLACK_APP_TOKEN: 'xapp-unknown-token' }),
      expected: /^✗ SLACK_APP_TOKEN: .*invalid_auth.*connections:write.*Basic Information/,
    },
    {
      what: 'a channel that is archived',
      spoil: slack => {
        slack.addChannel({ id: 'C2', name: 'old', isArchived: true, isMember: true })
        return socketMode(slack)
      },
      destination: 'slack:T0FAKE0001/C2',
      expected: /^✗ slack:T0FAKE0001\/C2: #old is archived\. Unarchive/,
    },
    {
      what: 'a channel that it is no member of',
      spoil: slack => {
        slack.addChannel({ id: 'C2', name: 'other' })
        return socketMode(slack)
      },
      destination: 'slack:T0FAKE0001/C2',
      expected: /^✗ slack:T0FAKE0001\/C2: .*no member of #other.*\/invite @Readout/,
    },
    {
      what: 'a channel that it can not see',
      spoil: slack => {
        slack.addChannel({ id: 'G1', name: 'secret', isPrivate: true })
        return socketMode(slack)
      },
      destination: 'slack:T0FAKE0001/G1',
      expected: /^✗ slack:T0FAKE0001\/G1: .*channel_not_found.*\/invite @Readout/,
    },
    {
      what: 'a channel that is not there',
      spoil: socketMode,
      destination: 'slack:T0FAKE0001/C404',
      expected: /^✗ slack:T0FAKE0001\/C404: .*channel_not_found.*id/,
    },
    {
      what: 'a channel of another workspace',
      spoil: socketMode,
      destination: 'slack:T0ELSEWHERE/C1',
      expected: /^✗ slack:T0ELSEWHERE\/C1: .*T0FAKE0001/,
    },
    {
      what: 'a Slack that can not be reached',
      spoil: async slack => {
        await slack.outage()
        return socketMode(slack)
      },
      expected: /^✗ SLACK_BOT_TOKEN: .*ECONNREFUSED/,
    },
  ]
  for (const { what, spoil, destination = HERE, expected } of faults) {
    it(`finds ${what}, and nothing else`, async t => {
      const slack = await startSlack(t)
      const ended = await doctor(await spoil(slack), slack, [destination])
      assert.deepEqual([ended.code, ended.stderr], [1, ''])
      assert.equal(found(ended).length, 1, ended.stdout)
      assert.match(found(ended)[0] ?? '', expected)
    })
  }

  it('names every setting that is missing or wrong', async t => {
    const slack = await startSlack(t)
    const { code, stdout, stderr } = await doctor({ SLACK_BOT_TOKEN: 'unknown-token', SLACK_MODE: 'socket' }, slack)
    assert.deepEqual([code, stdout], [2, ''])
    assert.match(stderr, /^SLACK_BOT_TOKEN: .*OAuth & Permissions/m)
    assert.match((await doctor({ SLACK_MODE: 'http' }, slack)).stderr, /^SLACK_SIGNING_SECRET: .*Basic Information/m)
  })

  it('takes no destination that is none', async t => {
    const slack = await startSlack(t)
    for (const destination of ['#news', 'slack:C1', 'slack:T1/C1/1']) {
      const { code, stdout, stderr } = await doctor(socketMode(slack), slack, [destination])
      assert.deepEqual([code, stdout], [2, ''])
      assert.match(stderr, /slack:T024BE7LD\/C024BE91L/)
    }
    assert.deepEqual(slack.calls, [])
  })
})

describe('readout slack-manifest', () => {
  it('prints the same in YAML as in JSON, for the socket and for HTTP', async () => {
    for (const more of [[], ['--url', 'https://readout.example']]) {
      const yaml = await readout(['slack-manifest', ...more], {})
      const json = await readout(['slack-manifest', '--format', 'json', ...more], {})
      assert.deepEqual([yaml.code, yaml.stderr, json.code, json.stderr], [0, '', 0, ''])
      assert.deepEqual(load(yaml.stdout), JSON.parse(json.stdout))
      assert.match(yaml.stdout, /command: \/nato$/m)
      assert.match(yaml.stdout, /command: \/readout$/m)
      assert.match(yaml.stdout, more.length > 0 ? /socket_mode_enabled: false/ : /socket_mode_enabled: true/)
    }
  })

  it('takes no address that Slack would not call', async () => {
    const { code, stdout, stderr } = await readout(['slack-manifest', '--url', 'http://readout.example'], {})
    assert.deepEqual([code, stdout], [2, ''])
    assert.match(stderr, /https:\/\//)
  })
})
