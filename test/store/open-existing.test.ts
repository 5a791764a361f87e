import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { describe, it, type TestContext } from 'node:test'
import { openDatabase, StoreError } from '../../src/store/open.ts'
import { openExisting } from '../../src/store/open-existing.ts'
import { createStore } from '../../src/store/store.ts'
import { claim, openFolder, partsTo } from '../fakes/digests.ts'

const NOW = new Date('2026-11-22T07:00:00.000Z')

const pathIn = (t: TestContext): string => openFolder(t.after.bind(t))('readout.db')

/** A database with two deliveries, which something is then done to by hand. */
async function makeFile(t: TestContext, sql = ''): Promise<string> {
  const path = pathIn(t)
  const store = createStore(await openDatabase(path))
  await claim(store, partsTo('slack:T1/C1', 2, NOW), NOW)
  await store.close()
  const file = new DatabaseSync(path)
  file.exec(sql)
  file.close()
  return path
}

async function assertRefused(path: string, words: RegExp): Promise<void> {
  const before = readFileSync(path)
  await assert.rejects(openExisting(path), error => error instanceof StoreError && words.test(error.message))
  assert.deepEqual(readFileSync(path), before)
}

const OLDER = /does not have the tables of this Readout yet\. Start it once with npm start.*has to be stopped first/

describe('openExisting', () => {
  it('gives nothing where there is no file, and makes none', async t => {
    assert.equal(await openExisting(pathIn(t)), undefined)
  })

  it('reads what is there, also while another process writes', async t => {
    const path = await makeFile(t)
    const other = new DatabaseSync(path)
    other.exec('begin immediate')
    const store = await openExisting(path)
    assert.equal((await store?.deliveries(10))?.length, 2)
    await store?.close()
    other.close()
  })

  it('leaves a file from an older Readout as it is, and says what to do', async t => {
    await assertRefused(await makeFile(t, 'delete from kysely_migration; drop table posts'), OLDER)
    await assertRefused(await makeFile(t, 'drop table kysely_migration; pragma journal_mode = delete'), OLDER)
  })

  it('leaves a file without tables as it is', async t => {
    const path = pathIn(t)
    writeFileSync(path, '')
    await assertRefused(path, OLDER)
  })

  it('leaves a file from a newer Readout as it is', async t => {
    const path = await makeFile(t, "insert into kysely_migration values ('2027-01-01-later', '2027-01-01')")
    await assertRefused(path, /made by a newer Readout/)
  })
})
