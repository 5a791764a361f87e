import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { describe, it, type TestContext } from 'node:test'
import { sql } from 'kysely'
import { holdDatabase, openDatabase, StoreError } from '../../src/store/open.ts'
import { createStore } from '../../src/store/store.ts'
import { claim, openFolder, partsTo } from '../fakes/digests.ts'

const NOW = new Date('2026-11-22T07:00:00.000Z')

const folderOf = (t: TestContext) => openFolder(t.after.bind(t))

const failsWith = (pattern: RegExp) => (error: unknown) => {
  assert.ok(error instanceof StoreError, String(error))
  assert.match(error.message, pattern)
  return true
}

describe('openDatabase', () => {
  it('makes a file and its folder, in WAL mode, with every write on the disk', async t => {
    const path = folderOf(t)('new/readout.db')
    const db = await openDatabase(path)
    const pragma = async (name: string) =>
      Object.values((await sql<Record<string, unknown>>`${sql.raw(`PRAGMA ${name}`)}`.execute(db)).rows[0] ?? {})[0]
    assert.equal(await pragma('journal_mode'), 'wal')
    assert.equal(await pragma('synchronous'), 2)
    assert.equal(await pragma('busy_timeout'), 5000)
    await db.destroy()
  })

  it('opens a file again, with what was in it', async t => {
    const path = folderOf(t)('readout.db')
    const first = createStore(await openDatabase(path))
    await claim(first, partsTo('slack:T1/C1', 2, NOW), NOW)
    await first.close()
    const second = createStore(await openDatabase(path))
    assert.equal((await second.deliveries(10)).length, 2)
    await second.close()
  })

  it('makes all tables or none', async t => {
    const path = folderOf(t)('readout.db')
    const file = new DatabaseSync(path)
    file.exec('create table posts (something)')
    await assert.rejects(openDatabase(path), failsWith(/table "posts" already exists/))
    const tables = file.prepare("select name from sqlite_master where name in ('digests', 'deliveries', 'seen')").all()
    assert.deepEqual(tables, [])
    file.exec('drop table posts')
    file.close()
    await (await openDatabase(path)).destroy()
  })

  it('says that another process has locked the file', async t => {
    const path = folderOf(t)('readout.db')
    const other = new DatabaseSync(path)
    other.exec('begin exclusive')
    await assert.rejects(openDatabase(path, 0), failsWith(/Another process has locked .*readout\.db\. Find out which/))
    other.close()
    await (await openDatabase(path)).destroy()
  })

  it('refuses a file from a newer Readout', async t => {
    const path = folderOf(t)('readout.db')
    await (await openDatabase(path)).destroy()
    const newer = new DatabaseSync(path)
    newer.exec("insert into kysely_migration values ('2027-01-01-later', '2027-01-01T00:00:00.000Z')")
    newer.close()
    await assert.rejects(openDatabase(path), failsWith(/readout\.db was made by a newer Readout\. Start that one/))
  })

  it('refuses a file that is no database, and leaves it as it is', async t => {
    const path = folderOf(t)('readout.db')
    writeFileSync(path, 'Somebody’s notes. '.repeat(100))
    await assert.rejects(openDatabase(path), failsWith(/is no database that Readout can read .* Move it away/))
  })

  it('says that a folder can’t be written', async t => {
    const folder = folderOf(t)
    writeFileSync(folder('file'), '')
    await assert.rejects(
      openDatabase(folder('file/readout.db')),
      failsWith(/Can't write .*Let Readout write in that folder/),
    )
    mkdirSync(folder('taken.db'))
    await assert.rejects(openDatabase(folder('taken.db')), failsWith(/Can't write .*Let Readout write in that folder/))
    if (process.getuid?.() === 0) return
    mkdirSync(folder('sealed'))
    chmodSync(folder('sealed'), 0o500)
    await assert.rejects(openDatabase(folder('sealed/readout.db')), failsWith(/Can't write .*Let Readout write/))
  })

  it('lets a write fail on a full disk, keeps what was written, and goes on when there is room', async t => {
    const path = folderOf(t)('readout.db')
    const db = await openDatabase(path)
    const store = createStore(db)
    const pages = Number(
      Object.values((await sql<Record<string, number>>`PRAGMA page_count`.execute(db)).rows[0] ?? {})[0],
    )
    await sql`${sql.raw(`PRAGMA max_page_count = ${pages + 2}`)}`.execute(db)
    const many = partsTo('slack:T1/C1', 300, NOW)
    await assert.rejects(claim(store, many, NOW), /database or disk is full/)
    assert.deepEqual([await store.deliveries(10), await store.slots('config:daily', 10)], [[], []])
    await sql`PRAGMA max_page_count = 1000000`.execute(db)
    assert.equal(await claim(store, many, NOW), 'posted')
    assert.equal((await store.deliveries(1000)).length, 300)
    await store.close()
  })

  it('fails a write on a database that another process has locked for longer than is waited', async t => {
    const path = folderOf(t)('readout.db')
    const store = createStore(await openDatabase(path, 20))
    const other = new DatabaseSync(path)
    other.exec('begin immediate')
    await assert.rejects(store.ping(), /database is locked/)
    await assert.rejects(claim(store, partsTo('slack:T1/C1', 1, NOW), NOW), /database is locked/)
    other.exec('rollback')
    other.close()
    await store.ping()
    await claim(store, partsTo('slack:T1/C1', 1, NOW), NOW)
    await store.close()
  })

  it('carries out many calls at once, transactions among them, none within another', async t => {
    const store = createStore(await openDatabase(folderOf(t)('readout.db')))
    const claims = Array.from({ length: 100 }, (_, index) =>
      claim(store, partsTo(`slack:T1/C${index % 7}`, 2, NOW, { digest: `config:d${index % 50}` }), NOW),
    )
    const reads = Array.from({ length: 100 }, () => store.deliveries(1000))
    const failing = Array.from({ length: 20 }, () =>
      store
        .claimSlot({
          digest: 'config:bad',
          slot: 'x',
          decided: NOW.toISOString(),
          destinations: [],
          missed: [],
          compose: () => {
            throw new Error('It can’t be composed.')
          },
        })
        .then(
          () => 'claimed',
          () => 'failed',
        ),
    )
    const claimed = (await Promise.all(claims)).filter(one => one !== undefined)
    assert.equal(claimed.length, 50)
    for (const rows of await Promise.all(reads)) assert.equal(rows.length % 2, 0)
    assert.deepEqual(new Set(await Promise.all(failing)), new Set(['failed']))
    assert.deepEqual(await store.slots('config:bad', 1), [])
    await store.close()
  })
})

describe('holdDatabase', () => {
  const CHILD = `
    import { holdDatabase } from '${new URL('../../src/store/open.ts', import.meta.url)}'
    try { holdDatabase(process.argv[1]); console.log('held') } catch (error) { console.log(error.message) }
    setInterval(() => {}, 1000)
  `

  function start(t: TestContext, path: string) {
    const child = spawn(process.execPath, ['--input-type=module', '--eval', CHILD, path], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    t.after(() => void child.kill('SIGKILL'))
    return { child, said: once(child.stdout, 'data').then(([bytes]) => String(bytes).trim()) }
  }

  it('refuses a second process, until the first one ends, however it ends', async t => {
    const path = folderOf(t)('readout.db')
    const { child, said } = start(t, path)
    assert.equal(await said, 'held')
    assert.throws(
      () => holdDatabase(path),
      failsWith(/Another Readout already runs on .*readout\.db\. Stop it, or set another/),
    )
    child.kill('SIGKILL')
    await once(child, 'exit')
    const held = holdDatabase(path)
    assert.match(await start(t, path).said, /Another Readout already runs/)
    held.release()
    holdDatabase(path).release()
  })

  it('says that a folder can’t be written', t => {
    const folder = folderOf(t)
    writeFileSync(folder('file'), '')
    assert.throws(
      () => holdDatabase(folder('file/readout.db')),
      failsWith(/Can't write .*Let Readout write in that folder/),
    )
  })
})
