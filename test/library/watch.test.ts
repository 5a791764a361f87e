import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import type { Brief } from '../../src/library/brief.ts'
import { statementText } from '../../src/library/passage.ts'
import { type LibraryChange, type LibraryWatch, watchLibrary } from '../../src/library/watch.ts'
import { briefFile, recordFile, writeCollection, writeFiles } from '../fakes/collection.ts'

const opened: { watch: LibraryWatch; root: string }[] = []

/** A watched folder whose changes can be awaited one after another. */
async function open(briefs: Record<string, string>) {
  const root = writeCollection(briefs)
  const changes: LibraryChange[] = []
  let wake = () => {}
  const watch = await watchLibrary(root, {
    changed: change => {
      changes.push(change)
      wake()
    },
    failed: error => assert.fail(error),
  })
  const until = async (isSo: () => boolean): Promise<void> => {
    while (!isSo()) {
      await new Promise<void>(resolve => {
        wake = resolve
      })
    }
  }
  opened.push({ watch, root })
  return { root, watch, changes, until }
}

after(async () => {
  for (const { watch, root } of opened) {
    await watch.close()
    rmSync(root, { recursive: true })
  }
})

const briefs = (watch: LibraryWatch): Map<string, Brief> => watch.library().collections.get('town')?.briefs ?? new Map()

const factOf = (watch: LibraryWatch, name: string): string => {
  const statement = briefs(watch).get(name)?.intro[0]
  return statement ? statementText(statement) : ''
}

const titles = (watch: LibraryWatch): string[] => [...briefs(watch).values()].map(brief => brief.matter.title).sort()

describe('watchLibrary', { timeout: 60_000 }, () => {
  it('brings a saved file into the answers, and finds it', async () => {
    const { root, watch, until } = await open({ harbour: briefFile('Harbour') })
    writeFiles(root, { 'town/bridge.md': briefFile('Bridge', 'The bridge is closed.') })
    await until(() => briefs(watch).has('bridge'))
    const collection = watch.library().collections.get('town')
    const found = collection?.index.find('bridge closed', collection.briefs, () => true, 5).hits
    assert.deepEqual(
      found?.map(hit => hit.brief.name),
      ['bridge'],
    )
  })

  it('leaves an old snapshot as it was', async () => {
    const { root, watch, until } = await open({ harbour: briefFile('Harbour') })
    const before = watch.library().collections.get('town')?.briefs
    writeFiles(root, { 'town/harbour.md': briefFile('Port') })
    await until(() => titles(watch).includes('Port'))
    assert.equal(before?.get('harbour')?.matter.title, 'Harbour')
  })

  it('keeps the last good version of a badly saved brief, says where it is wrong, and says when it is good again', async () => {
    const { root, watch, changes, until } = await open({ harbour: briefFile('Harbour') })
    writeFiles(root, { 'town/harbour.md': briefFile('Port').replace('long enough', 'too long') })
    await until(() => changes.length === 1)
    assert.deepEqual(titles(watch), ['Harbour'])
    assert.deepEqual(
      changes[0]?.appeared.map(({ file, line, column }) => `${file}:${line}:${column}`),
      ['town/harbour.md:12:1'],
    )
    writeFiles(root, { 'town/harbour.md': briefFile('Port') })
    await until(() => changes.length === 2)
    assert.deepEqual(titles(watch), ['Port'])
    assert.deepEqual(changes[1]?.recovered, ['town/harbour.md'])
    assert.deepEqual(watch.library().problems, [])
  })

  it('keeps a brief together with the record that it was checked against', async () => {
    const { root, watch, changes, until } = await open({ harbour: briefFile('Harbour') })
    const kept = briefs(watch).get('harbour')?.sources.get('gazette')
    writeFiles(root, { 'town/sources/gazette.yaml': recordFile().replace('speaker: Anna Berg', 'speaker: Otto Klein') })
    await until(() => changes.length === 1)
    assert.match(changes[0]?.appeared[0]?.message ?? '', /gives these words to "Otto Klein"/)
    assert.equal(briefs(watch).get('harbour')?.sources.get('gazette'), kept)
  })

  it('follows a rename and a deletion', async () => {
    const { root, watch, until } = await open({ harbour: briefFile('Harbour'), bridge: briefFile('Bridge') })
    renameSync(join(root, 'town/harbour.md'), join(root, 'town/port.md'))
    await until(() => briefs(watch).has('port') && !briefs(watch).has('harbour'))
    rmSync(join(root, 'town/bridge.md'))
    await until(() => !briefs(watch).has('bridge'))
    assert.deepEqual([...briefs(watch).keys()], ['port'])
  })

  it('takes a file that an editor saves by renaming a temporary one', async () => {
    const { root, watch, until } = await open({ harbour: briefFile('Harbour') })
    writeFiles(root, { 'town/harbour.md.tmp': briefFile('Port') })
    renameSync(join(root, 'town/harbour.md.tmp'), join(root, 'town/harbour.md'))
    await until(() => titles(watch).includes('Port'))
    assert.deepEqual(titles(watch), ['Port'])
  })

  it('takes the files of another branch in together', async () => {
    const names = Array.from({ length: 60 }, (_, index) => `brief-${index}`)
    const { root, watch, changes, until } = await open(
      Object.fromEntries(names.map(name => [name, briefFile(`Old ${name}`)])),
    )
    for (const name of names.slice(0, 50)) writeFiles(root, { [`town/${name}.md`]: briefFile(`New ${name}`) })
    for (const name of names.slice(50)) rmSync(join(root, `town/${name}.md`))
    await until(() => briefs(watch).size === 50)
    assert.ok(titles(watch).every(title => title.startsWith('New')))
    assert.equal(changes.length, 1)
  })

  it('serves a collection that is made while it runs', async () => {
    const { root, watch, until } = await open({})
    const files = { 'city/collection.yaml': 'description: A city\n', 'city/sources/gazette.yaml': recordFile() }
    writeFiles(root, { ...files, 'city/hall.md': briefFile('Hall') })
    await until(() => watch.library().collections.get('city')?.briefs.size === 1)
    assert.deepEqual(watch.library().problems, [])
  })

  it('never shows half of a file that is rewritten a thousand times, and ends with its last version', async () => {
    const { root, watch, until } = await open({ harbour: briefFile('Harbour', 'Version nought.') })
    const arguments_ = ['test/fakes/rewrite-file.ts', join(root, 'town/harbour.md'), '1000']
    const writer = spawn(process.execPath, arguments_, { stdio: ['ignore', 'ignore', 'inherit'] })
    const versions = new Set<string>()
    let exitCode: number | null | undefined
    writer.once('exit', code => {
      exitCode = code
    })
    while (exitCode === undefined) {
      const brief = briefs(watch).get('harbour')
      assert.ok(brief, 'the library was empty')
      assert.equal(brief.quotes.length + brief.figures.length, 2, 'half an answer')
      assert.match(factOf(watch, 'harbour'), /^Version [a-z]+\.( The end is still far\.){400}$|^Version nought\.$/)
      versions.add(factOf(watch, 'harbour').slice(0, 20))
      await new Promise(setImmediate)
    }
    assert.equal(exitCode, 0)
    await until(() => factOf(watch, 'harbour').startsWith('Version last.'))
    assert.ok(versions.size > 1, 'no version was seen between the first and the last')
    assert.deepEqual(watch.library().problems, [])
  })

  it('waits for the rest of a save that lacks a section of the version before', async () => {
    const { root, watch, until } = await open({ harbour: briefFile('Harbour') })
    const text = briefFile('Port')
    const half = text.slice(0, text.indexOf('## Figures'))
    writeFiles(root, { 'town/harbour.md': half })
    const seen = new Set<number>()
    const later = setTimeout(() => writeFiles(root, { 'town/harbour.md': text }), 150)
    await until(() => {
      seen.add(briefs(watch).get('harbour')?.figures.length ?? -1)
      return titles(watch).includes('Port')
    })
    clearTimeout(later)
    assert.deepEqual([...seen], [1])
  })

  it('is not disturbed by the files of editors', async () => {
    const { root, watch, changes, until } = await open({ harbour: briefFile('Harbour') })
    writeFiles(root, {
      'town/.harbour.md.swp': 'x',
      'town/harbour.md~': 'x',
      'town/4913': '',
      'town/README.md': 'Read me.',
    })
    writeFileSync(join(root, 'town/harbour.md'), briefFile('Port'))
    await until(() => titles(watch).includes('Port'))
    assert.equal(changes.length, 1)
    assert.deepEqual(watch.library().problems, [])
  })
})
