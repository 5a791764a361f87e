import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { isDeepStrictEqual } from 'node:util'
import { checkDiscord } from '../fakes/check-discord.ts'
import { checkSlack } from '../fakes/check-slack.ts'
import { briefFile, DOCUMENT, writeCollection, writeFiles } from '../fakes/collection.ts'

type Run = { code: number | null; stdout: string; stderr: string }

const CLI = join(import.meta.dirname, '../../src/cli.ts')

/** Runs `readout` as a process of its own. */
function readout(args: string[], input = ''): Promise<Run> {
  const child = spawn(process.execPath, [CLI, ...args], { timeout: 20_000 })
  const run: Run = { code: null, stdout: '', stderr: '' }
  child.stdout.on('data', chunk => {
    run.stdout += chunk
  })
  child.stderr.on('data', chunk => {
    run.stderr += chunk
  })
  child.stdin.end(input)
  return new Promise(resolve => child.once('close', code => resolve({ ...run, code })))
}

const folders: string[] = []

function collection(briefs: Record<string, string>): string {
  const root = writeCollection(briefs)
  folders.push(root)
  return root
}

after(() => {
  for (const folder of folders) rmSync(folder, { recursive: true })
})

describe('readout ask', () => {
  it('answers from the shipped briefs', async () => {
    const { code, stdout, stderr } = await readout(['ask', '/nato vilnus'])
    assert.deepEqual([code, stderr], [0, ''])
    assert.match(stdout, /^Vilnius summit/)
    assert.match(stdout, /Sources: \[1\]/)
  })

  it('answers from another folder', async () => {
    const { stdout } = await readout([
      'ask',
      '/town harbour',
      '--briefs',
      collection({ harbour: briefFile('Harbour') }),
    ])
    assert.match(stdout, /^Harbour\n\n3 May 2023 · harbour/)
  })

  it('prints all pages of a long answer, one after another', async () => {
    const fact = Array.from({ length: 300 }, (_, index) => `This is sentence number ${'x'.repeat(index % 7)}.`).join(
      ' ',
    )
    const { stdout } = await readout([
      'ask',
      'harbour',
      '--briefs',
      collection({ harbour: briefFile('Harbour', fact) }),
    ])
    assert.match(stdout, /Harbour \(page 1 of 3\)[\s\S]*Harbour \(page 2 of 3\)[\s\S]*Harbour \(page 3 of 3\)/)
  })

  it('prints what Slack and Discord would be sent, a message for each page', async () => {
    const asked = ['ask', '/nato vilnius', '--as']
    const slack = JSON.parse((await readout([...asked, 'slack'])).stdout)
    assert.deepEqual([slack].flat().flatMap(checkSlack), [])
    const discord = JSON.parse((await readout([...asked, 'discord'])).stdout)
    assert.ok(discord.length > 1)
    assert.deepEqual(discord.flatMap(checkDiscord), [])
  })

  it('gives the card as JSON', async () => {
    const { stdout } = await readout(['ask', '/nato', 'quotes', 'peskov', '--as', 'card'])
    const card = JSON.parse(stdout)
    assert.equal(card.title, 'Quotes: Dmitry Peskov')
    assert.ok(card.blocks.some((block: { kind: string }) => block.kind === 'quote'))
  })

  it('leaves a bad brief out, says so loudly and serves the rest', async () => {
    const briefs = { harbour: briefFile('Harbour'), bridge: briefFile('Bridge').replace('[@gazette]', '[@gazete]') }
    const root = collection(briefs)
    const { code, stdout, stderr } = await readout(['ask', '/town latest', '--briefs', root])
    assert.equal(code, 0)
    assert.match(stdout, /Harbour/)
    assert.doesNotMatch(stdout, /Bridge/)
    assert.match(
      stderr,
      /town\/bridge\.md:8:\d+: Unknown source \[@gazete\]\. Did you mean "gazette"\?\n1 faulty file is left out/,
    )
    assert.equal((await readout(['ask', '/town latest', '--briefs', root, '--strict'])).code, 1)
  })

  it('opens a prompt that answers lines from standard input, numbers too', async () => {
    const { code, stdout, stderr } = await readout(['ask'], '/nato vilnius\n1\nhelp\n\n/nato asdfgh\nquit\nnot read\n')
    assert.deepEqual([code, stderr], [0, ''])
    assert.match(
      stdout,
      /^Vilnius summit[\s\S]*\[1\] Quotes[\s\S]*Vilnius summit: quotes[\s\S]*How to ask[\s\S]*There is no brief on “asdfgh”/,
    )
    assert.doesNotMatch(stdout, /not read|readout>/)
  })

  it('says what is wrong with its use, and exits with 2', async () => {
    for (const args of [
      ['ask', 'x', '--briefs', '/nowhere'],
      ['ask', '--as', 'html', 'x'],
      ['nonsense'],
      ['new', 'Nato/Madrid'],
      ['source', 'add', 'x'],
    ]) {
      const { code, stderr } = await readout(args)
      assert.equal(code, 2, args.join(' '))
      assert.match(stderr, /\S/)
      assert.doesNotMatch(stderr, /\n\s+at /, 'a stack')
    }
  })

  it('explains every command', async () => {
    for (const command of [
      [],
      ['ask'],
      ['check'],
      ['new'],
      ['schema'],
      ['source'],
      ['source', 'add'],
      ['source', 'verify'],
      ['next'],
      ['preview'],
      ['deliveries'],
      ['deliveries', 'resolve'],
      ['deliveries', 'resume'],
      ['deliveries', 'retract'],
      ['doctor'],
    ]) {
      const { code, stdout } = await readout([...command, '--help'])
      assert.equal(code, 0)
      assert.match(stdout, /Usage: readout/)
    }
  })
})

describe('readout check', () => {
  it('finds nothing wrong with the shipped briefs, and verified each quote', async () => {
    const { code, stdout } = await readout(['check', '--format', 'json'])
    const { problems, briefs, quotes, ...counts } = JSON.parse(stdout)
    assert.deepEqual([code, problems], [0, []])
    assert.ok(briefs >= 7)
    assert.ok(quotes >= 40)
    assert.equal(counts['verified quotes'], quotes)
  })

  it('lists every problem of every file and exits with 1', async () => {
    const broken = briefFile('Bridge')
      .replace('topics:', 'topic:')
      .replace('reviewed: 2026-11-21', 'reviewed: yesterday')
    const root = collection({ bridge: broken, harbour: briefFile('Harbour').replace('40 million', '41 million') })
    const { code, stdout } = await readout(['check', root])
    assert.equal(code, 1)
    assert.match(stdout, /town\/bridge\.md:4:1: Unknown key "topic"\. Did you mean "topics"\?/)
    assert.match(stdout, /town\/bridge\.md:5:11: Expected reviewed to be a date such as 2026-11-21, got "yesterday"\./)
    assert.match(stdout, /town\/harbour\.md:18:3: No source cited here holds “41 million euros”/)
    assert.match(stdout, /\n3 problems\.\n$/)
  })

  it('names a setting that is wrong, and what to write instead', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'readout-'))
    folders.push(folder)
    writeFileSync(join(folder, 'readout.yaml'), 'brief: there\n')
    const child = spawn(process.execPath, [CLI, 'check'], {
      env: { ...process.env, READOUT_CONFIG: join(folder, 'readout.yaml') },
    })
    let stderr = ''
    child.stderr.on('data', chunk => {
      stderr += chunk
    })
    const code = await new Promise(resolve => child.once('close', resolve))
    assert.equal(code, 2)
    assert.match(stderr, /readout\.yaml:1:1: Unknown key "brief"\. Did you mean "briefs"\?/)
  })
})

describe('readout new', () => {
  it('writes a skeleton that passes once it is filled', async () => {
    const root = collection({})
    assert.equal((await readout(['new', 'town/old-bridge', '--briefs', root])).code, 0)
    assert.equal((await readout(['check', root])).code, 1)
    const path = join(root, 'town/old-bridge.md')
    const filled = readFileSync(path, 'utf8')
      .replaceAll('[@…]', '[@gazette]')
      .replace('status: draft\n', '')
      .replace('> …\n>\n> — …, …, ', '> We have waited long enough for this day.\n>\n> — Anna Berg, Mayor, ')
      .replace('**…**: …', '**12**: years of waiting')
      .replace(/\d{4}-\d\d-\d\d(?=: …| \[)|(?<=\ndate: ).*/g, '2023-05-03')
      .replaceAll('…', 'The bridge is new')
    writeFileSync(path, filled)
    const { code, stdout } = await readout(['check', root])
    assert.equal(stdout.split('\n')[1], 'briefs: 1')
    assert.equal(code, 0)
    assert.match((await readout(['ask', '/town old bridge', '--briefs', root])).stdout, /^Old bridge/)
  })

  it('makes the collection where there is none, and never writes over a brief', async () => {
    const root = collection({})
    assert.equal((await readout(['new', 'city/hall', '--briefs', root])).code, 0)
    assert.match(readFileSync(join(root, 'city/collection.yaml'), 'utf8'), /description: /)
    const { code, stderr } = await readout(['new', 'city/hall', '--briefs', root])
    assert.equal(code, 1)
    assert.match(stderr, /exists already/)
  })
})

describe('readout source', () => {
  const about = [
    '--id',
    'gazette',
    '--title',
    'Harbour opens',
    '--publisher',
    'Lindenau Gazette',
    '--published',
    '2023-05-04',
  ]

  it('writes the record of a document, without its text, and lists what it found', async () => {
    const root = collection({})
    rmSync(join(root, 'town/sources/gazette.yaml'))
    writeFiles(root, { 'document.txt': DOCUMENT })
    const { code, stdout } = await readout(['source', 'add', join(root, 'document.txt'), ...about, '--briefs', root])
    assert.equal(code, 0)
    assert.match(stdout, /3 quotations/)
    assert.match(stdout, / 2 {2}Anna Berg: We have waited long enough for this day,/)
    const record = readFileSync(join(root, 'town/sources/gazette.yaml'), 'utf8')
    assert.doesNotMatch(record, /waited|cranes|harbour of/i)
    assert.match(record, /40 million euros/)
  })

  it('says what is wrong with what it was told, and writes nothing over', async () => {
    const root = collection({})
    writeFiles(root, { 'document.txt': DOCUMENT })
    const add = (...more: string[]) =>
      readout(['source', 'add', join(root, 'document.txt'), ...about, '--briefs', root, ...more])
    assert.match((await add()).stderr, /gazette\.yaml exists already/)
    assert.match(
      (await add('--published', 'May')).stderr,
      /Expected --published to be a date such as 2023-07-12.*got "May"/,
    )
    assert.match(
      (await add('--replace', '--speech', '9=Anna Berg')).stderr,
      /Line 9 of the document begins no paragraph/,
    )
    assert.match((await add('--url', 'javascript:alert(1)')).stderr, /Expected --url to be an address/)
  })

  it('knows the text of a record again, says what another text lacks, and finds what a brief copies', async () => {
    const root = collection({ harbour: briefFile('Harbour') })
    writeFiles(root, {
      'document.txt': DOCUMENT,
      'other.txt': DOCUMENT.replace('long enough', 'too long').replace('40 million', '41 million'),
    })
    const same = await readout(['source', 'verify', join(root, 'document.txt'), '--briefs', root])
    assert.equal(same.code, 0)
    assert.match(same.stdout, /This is the text that town\/sources\/gazette\.yaml was made from\./)
    const other = await readout(['source', 'verify', join(root, 'other.txt'), '--id', 'gazette', '--briefs', root])
    assert.equal(other.code, 1)
    assert.match(other.stdout, /the quotation of Anna Berg at line 2\n {2}the number 40 million euros/)
    const copy = 'The harbour of Lindenau opened on Wednesday, 3 May 2023, after 12 years.'
    writeFiles(root, { 'town/harbour.md': briefFile('Harbour', copy) })
    const copied = await readout(['source', 'verify', join(root, 'document.txt'), '--briefs', root])
    assert.equal(copied.code, 1)
    assert.match(copied.stdout, /town\/harbour\.md copies 13 words outside its quotes: “the harbour of lindenau/)
  })
})

describe('readout schema', () => {
  it('prints the schemas that are shipped', async () => {
    const { stdout } = await readout(['schema'])
    for (const [file, schema] of Object.entries(JSON.parse(stdout))) {
      const shipped = JSON.parse(readFileSync(join(import.meta.dirname, '../../config/schemas', file), 'utf8'))
      assert.ok(isDeepStrictEqual(shipped, schema), `Run: npm run -s readout -- schema config/schemas (${file} is old)`)
    }
  })
})
