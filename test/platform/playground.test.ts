import assert from 'node:assert/strict'
import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { type IncomingHttpHeaders, type RequestOptions, request } from 'node:http'
import { connect } from 'node:net'
import { after, before, describe, it } from 'node:test'
import { failToStart, type RunningPlayground, startPlayground, writeShippedProject } from '../fakes/playground.ts'

type Got = { status: number | undefined; headers: IncomingHttpHeaders; text: string }

/** One request with exactly these headers; of a stream of events only the beginning is read. */
async function send(address: string, options: RequestOptions = {}, body = ''): Promise<Got> {
  const { hostname, port } = new URL(address)
  const asked = request({ hostname, port, agent: false, timeout: 5000, ...options }).end(body)
  const [response] = await once(asked, 'response')
  const { statusCode: status, headers } = response
  const isStream = headers['content-type'] === 'text/event-stream'
  let text = ''
  for await (const part of response.setEncoding('utf8')) {
    text += part
    if (isStream) break
  }
  return { status, headers, text }
}

const question = (line: string, place = 'sides'): string => JSON.stringify({ place, question: { kind: 'typed', line } })

describe('the playground over HTTP', { timeout: 60_000 }, () => {
  let folder = ''
  let running: RunningPlayground
  const get = (path: string, headers = {}) => send(running.address, { path, headers })
  const post = (body: string, headers = {}) => send(running.address, { method: 'POST', path: '/ask', headers }, body)

  before(async () => {
    folder = writeShippedProject()
    running = await startPlayground(folder)
  })

  after(async () => {
    const { code, stderr } = await running.stop()
    rmSync(folder, { recursive: true })
    assert.deepEqual([code, stderr], [0, ''])
  })

  const port = () => new URL(running.address).port

  const PATHS = ['/', '/complete?line=%2F', '/events', '/assets/playground.js', '/assets/slack.css', '/nothing']

  it('answers to names of this machine', async () => {
    for (const name of ['127.0.0.1', 'localhost', 'LOCALHOST', 'readout.localhost', '[::1]', '127.3.2.1'])
      for (const host of [name, `${name}:${port()}`]) assert.equal((await get('/', { host })).status, 200, host)
  })

  it('refuses every other name, so that no site reaches it by a name of its own', async () => {
    for (const host of [
      'evil.example',
      `evil.example:${port()}`,
      `127.0.0.1.evil.example:${port()}`,
      `localhost.evil.example:${port()}`,
      `evil.example@127.0.0.1:${port()}`,
      '192.168.0.7',
      '0.0.0.0',
      '127.0.0.1:80:80',
    ])
      for (const path of PATHS) {
        const { status, text } = await get(path, { host })
        assert.equal(status, 403, `${path} for ${host}`)
        assert.match(text, /^The playground answers to localhost and 127\.0\.0\.1 only, not to \S/)
      }
  })

  it('refuses what a page of another origin sends', async () => {
    const foreign = [
      { origin: 'https://evil.example' },
      { origin: 'null' },
      { origin: `http://127.0.0.1:${Number(port()) + 1}` },
      { origin: `https://127.0.0.1:${port()}` },
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
      { 'sec-fetch-site': 'cross-site', origin: `http://127.0.0.1:${port()}` },
    ]
    for (const headers of foreign) {
      for (const path of PATHS)
        assert.equal((await get(path, headers)).status, 403, `${path} ${JSON.stringify(headers)}`)
      const { status, text } = await post(question('/nato'), headers)
      assert.equal(status, 403)
      assert.equal(text, 'The playground answers to its own page only.\n')
    }
  })

  it('answers what its own page sends', async () => {
    const own = { origin: `http://127.0.0.1:${port()}`, 'sec-fetch-site': 'same-origin' }
    for (const path of ['/', '/complete?line=%2F', '/events', '/assets/playground.js'])
      assert.equal((await get(path, own)).status, 200)
    const { status, text } = await post(question('/nato vilnius'), own)
    assert.equal(status, 200)
    assert.match(JSON.parse(text).answers.discord, /Vilnius summit/)
  })

  it('says what is wrong with a question that it cannot read, and goes on', async () => {
    for (const body of [
      '',
      'line=/nato',
      '{"place":"sides"',
      'null',
      '[]',
      '{"place":"sides"}',
      '{"place":"elsewhere","question":{"kind":"typed","line":"/nato"}}',
      '{"place":"sides","question":{"kind":"shouted","line":"/nato"}}',
      '{"place":"sides","question":{"kind":"typed","line":7}}',
      '{"place":"sides","question":{"kind":"typed","line":"/nato","user":"root"}}',
      question('x'.repeat(5000)),
      `${question('/nato')}${' '.repeat(20_000)}`,
      question('x'.repeat(2_000_000)),
    ]) {
      const { status, text } = await post(body)
      assert.ok(status === 400 || status === 413, `${status} for ${body.slice(0, 80)}`)
      assert.match(text, /^Expected a question\b.+/)
      assert.doesNotMatch(text, /\n\s+at /)
      assert.equal((await post(question('/nato'))).status, 200)
    }
  })

  it('opens by a link from another page, and answers nothing to it', async () => {
    const followed = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' }
    assert.equal((await get('/', followed)).status, 200)
    for (const path of ['/?q=%2Fnato', '/complete?line=/', '/events'])
      assert.equal((await get(path, followed)).status, 403, path)
  })

  it('takes every line, whatever it holds', async () => {
    for (const line of [
      '',
      ' ',
      '/',
      '//',
      '/ nato',
      '/nato \u0000\u001b[31m',
      '/NATO vilnius',
      '\ud800',
      '/__proto__ x',
    ])
      assert.equal((await post(question(line))).status, 200, JSON.stringify(line))
    for (const line of ['', '%', '%2F', '%2F%00', '%2Fnato+%ff', `%2Fnato+${'x'.repeat(4000)}`])
      assert.ok([200, 400].includes((await get(`/complete?line=${line}`)).status ?? 0), line)
  })

  it('gives its own files and nothing beside them', async () => {
    for (const path of [
      '/nothing',
      '/assets',
      '/assets/',
      '/assets/nothing.js',
      '/assets/../playground.ts',
      '/assets/../../../../package.json',
      '/assets/%2e%2e/playground.ts',
      '/assets/..%2fplayground.ts',
      '/assets/..\\playground.ts',
      '/assets/playground.js/../../playground.ts',
      '/assets/playground.js%00.css',
      '/../../../../etc/passwd',
      '/constructor',
      '/__proto__',
      '/toString',
      '//',
      '//[',
      '/\\[',
      'http://[',
    ])
      assert.equal((await get(path)).status, 404, path)
    for (const method of ['PUT', 'DELETE', 'OPTIONS', 'POST'])
      assert.equal((await send(running.address, { method, path: '/' })).status, 404, method)
    assert.equal((await get('/')).status, 200)
  })

  it('lets no answer run or load what is not its own', async () => {
    const answers = [
      ...(await Promise.all(PATHS.map(path => get(path)))),
      await get('/', { host: 'evil.example' }),
      await post(''),
      await post(question('/nato')),
    ]
    for (const { headers } of answers) {
      const policy = String(headers['content-security-policy'])
      assert.match(policy, /default-src 'none'/)
      assert.match(policy, /frame-ancestors 'none'/)
      assert.doesNotMatch(policy, /unsafe|\*|https?:/)
      assert.equal(headers['x-content-type-options'], 'nosniff')
      assert.equal(headers['access-control-allow-origin'], undefined)
    }
  })
})

describe('the process of the playground', { timeout: 60_000 }, () => {
  const folder = writeShippedProject()
  after(() => rmSync(folder, { recursive: true }))

  it('names a free port where its own is taken', async t => {
    const first = await startPlayground(folder)
    t.after(first.stop)
    const taken = new URL(first.address).port
    const other = writeShippedProject()
    t.after(() => rmSync(other, { recursive: true }))
    const { code, stdout, stderr } = await failToStart(other, { PORT: taken })
    assert.deepEqual([code, stdout], [2, ''])
    const [, free = ''] =
      new RegExp(`^Port ${taken} is taken, perhaps by another Readout\\. Try PORT=(\\d+) npm start\\.\n$`).exec(
        stderr,
      ) ?? []
    const second = await startPlayground(other, { PORT: free })
    t.after(second.stop)
    assert.equal(new URL(second.address).port, free)
    assert.equal((await second.stop()).code, 0)
    assert.equal((await first.stop()).code, 0)
  })

  it('does not start twice on one database', async t => {
    const first = await startPlayground(folder)
    t.after(first.stop)
    const { code, stdout, stderr } = await failToStart(folder, {})
    assert.deepEqual([code, stdout], [2, ''])
    assert.match(stderr, /^Another Readout already runs on \S+readout\.sqlite\. Stop it, or set another database\.\n$/)
    assert.equal((await first.stop()).code, 0)
  })

  it('names a setting that is wrong', async () => {
    for (const [environment, message] of [
      [{ PORT: 'abc' }, 'PORT: Expected a port from 0 to 65535, got "abc".\n'],
      [{ PORT: '65536' }, 'PORT: Expected a port from 0 to 65535, got "65536".\n'],
      [{ HOST: 'no host' }, 'HOST: Expected an address of this machine such as 127.0.0.1, got "no host".\n'],
      [{ HOST: '192.0.2.1' }, 'HOST=192.0.2.1 is no address of this machine. Leave it out to listen on 127.0.0.1.\n'],
    ] as const)
      assert.deepEqual(await failToStart(folder, environment), { code: 2, stdout: '', stderr: message })
  })

  it('warns where others in the network may reach it, and still answers to this machine only', async t => {
    const open = await startPlayground(folder, { HOST: '0.0.0.0' })
    t.after(open.stop)
    const address = `http://127.0.0.1:${new URL(open.address).port}`
    const answers = [await send(address), await send(address, { headers: { host: '192.168.0.7' } })]
    const printed = await send(open.address)
    const { code, stderr } = await open.stop()
    assert.deepEqual([code, ...answers.map(({ status }) => status)], [0, 200, 403])
    assert.match(stderr, /^HOST=0\.0\.0\.0 is not loopback: others in the network may reach this port\./)
    assert.equal(printed.status, 200, `${open.address}, which it prints, does not answer`)
  })

  it('stops well from the moment that it says where it is', async () => {
    for (let times = 0; times < 3; times++) assert.equal((await (await startPlayground(folder)).stop()).code, 0)
  })

  it('stops at once with pages open, and soon with a request that never ends', async t => {
    const open = await startPlayground(folder)
    t.after(open.stop)
    const { hostname, port } = new URL(open.address)
    const page = request(`${open.address}/events`).end()
    await once(page, 'response')
    const stopped = await open.stop()
    assert.equal(stopped.code, 0)
    assert.ok(stopped.tookMs < 1500, `${stopped.tookMs} ms`)

    const other = await startPlayground(folder, { PORT: port })
    t.after(other.stop)
    const slow = connect(Number(port), hostname)
    slow.on('error', () => undefined)
    slow.write('POST /ask HTTP/1.1\r\nhost: localhost\r\ncontent-length: 100\r\n\r\n{')
    await send(other.address)
    const cut = await other.stop()
    slow.destroy()
    assert.equal(cut.code, 0)
    assert.ok(cut.tookMs < 5000, `${cut.tookMs} ms`)
  })
})
