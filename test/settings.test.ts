import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import type { Library } from '../src/library/library.ts'
import { emptyShelf, updateShelf } from '../src/library/shelf.ts'
import { followProblems, followSettings, readSettings, type Settings } from '../src/settings.ts'

const folders: string[] = []

after(() => {
  for (const folder of folders) rmSync(folder, { recursive: true })
})

const digest = (name: string): string =>
  `  ${name}:\n    collection: nato\n    schedule: 0 8 * * *\n    zone: UTC\n    to: [playground]\n`

const GOOD = `digests:\n${digest('morning')}`

/** Settings that are followed in a folder of their own, and what was heard of them. */
function follow(text: string | undefined) {
  const folder = mkdtempSync(join(tmpdir(), 'readout-'))
  folders.push(folder)
  mkdirSync(join(folder, 'config'))
  const path = join(folder, 'config/readout.yaml')
  const save = (text: string): void => writeFileSync(path, text)
  if (text !== undefined) save(text)
  const heard: string[] = []
  const followed = followSettings(folder, readSettings(folder), {
    changed: ({ digests }, atNextStart) => heard.push([...digests.map(({ name }) => name), ...atNextStart].join(' ')),
    failed: ({ message }) => heard.push(`Failed: ${message}`),
  })
  const look = (times = 2): void => {
    for (let time = 0; time < times; time++) followed.look()
  }
  const names = (): string[] => followed.settings().digests.map(({ name }) => name)
  return { folder, save, remove: () => rmSync(path), heard, look, names, settings: followed.settings }
}

describe('readSettings', () => {
  const read = (text: string): Settings => follow(text).settings()

  it('gives the defaults where nothing is set', () => {
    const { folder, settings } = follow(undefined)
    assert.deepEqual(settings(), {
      briefs: join(folder, 'briefs'),
      database: join(folder, 'data/readout.sqlite'),
      digests: [],
      managers: [],
      isPaused: false,
      host: '127.0.0.1',
      port: 3000,
      file: { path: 'config/readout.yaml', text: undefined },
    })
  })

  it('gives what is set', () => {
    const { database, notices, managers, isPaused } = read(
      'database: /var/readout.sqlite\nnotices: slack:T1/C024BE91L\nmanagers: [slack:U024BE7LD]\npaused: true\n',
    )
    assert.deepEqual(
      { database, notices, managers, isPaused },
      {
        database: '/var/readout.sqlite',
        notices: { platform: 'slack', space: 'T1', channel: 'C024BE91L' },
        managers: ['slack:U024BE7LD'],
        isPaused: true,
      },
    )
  })
})

describe('followSettings', () => {
  it('takes in a file that was saved, once', () => {
    const { save, look, heard, names } = follow(GOOD)
    save(`${GOOD}${digest('evening')}`)
    look(5)
    assert.deepEqual(heard, ['morning evening'])
    assert.deepEqual(names(), ['morning', 'evening'])
  })

  it('says nothing while nothing changes', () => {
    const { save, look, heard } = follow(GOOD)
    look(3)
    save(GOOD)
    look(3)
    assert.deepEqual(heard, [])
  })

  it('does not believe a text that is still being written', () => {
    const { save, look, heard } = follow(GOOD)
    for (const text of ['', 'digests:\n', GOOD.slice(0, 40)]) {
      save(text)
      look(1)
    }
    save(`${GOOD}${digest('evening')}`)
    look()
    assert.deepEqual(heard, ['morning evening'])
  })

  it('keeps the last good settings, tells the problems once, and takes in the mended file', () => {
    const { save, look, heard, names } = follow(GOOD)
    save(GOOD.replace('UTC', 'Europe/Brusels'))
    look(5)
    assert.deepEqual(heard, [
      'Failed: config/readout.yaml:5:11: Expected zone to be a time zone, most likely Europe/Brussels, got "Europe/Brusels".',
    ])
    assert.deepEqual(names(), ['morning'])
    save(GOOD.replace('morning', 'noon'))
    look()
    assert.equal(heard.at(-1), 'noon')
    assert.deepEqual(names(), ['noon'])
  })

  it('tells a file that is as it was before its mistake', () => {
    const { save, look, heard } = follow(GOOD)
    save('digests: [')
    look()
    save(GOOD)
    look()
    assert.equal(heard.length, 2)
    assert.equal(heard[1], 'morning')
  })

  it('keeps the settings of a file that is gone, and says so', () => {
    const { remove, save, look, heard, names } = follow(GOOD)
    remove()
    look(3)
    assert.deepEqual(heard, ['Failed: There is no config/readout.yaml any more.'])
    assert.deepEqual(names(), ['morning'])
    save(GOOD)
    look()
    assert.deepEqual(heard.slice(1), ['morning'])
  })

  it('takes in a file that was not there', () => {
    const { save, look, heard } = follow(undefined)
    look()
    save(GOOD)
    look()
    assert.deepEqual(heard, ['morning'])
  })

  it('leaves what is taken at the start, and says so', () => {
    const { folder, save, look, heard, settings } = follow(GOOD)
    save(`briefs: elsewhere\ndatabase: other.sqlite\npaused: true\n${GOOD}`)
    look()
    assert.deepEqual(heard, ['morning briefs database'])
    const { briefs, database, isPaused } = settings()
    assert.deepEqual([briefs, database, isPaused], [join(folder, 'briefs'), join(folder, 'data/readout.sqlite'), true])
  })
})

describe('followProblems', () => {
  const libraryOf = (...names: string[]): Library =>
    updateShelf(
      emptyShelf(),
      names.map(name => ({ path: `${name}/collection.yaml`, text: 'description: Something\n' })),
    ).library

  /** Settings and a library that change, and what is told of them. */
  function open(text: string, library: Library) {
    const followed = follow(text)
    const scene = { library }
    const told: string[] = []
    const problems = followProblems(
      followed.settings,
      () => scene.library,
      ({ line, message }) => told.push(`${line}: ${message}`),
    )
    const save = (next: string): void => {
      followed.save(next)
      followed.look()
    }
    const look = (next = scene.library): string[] => {
      scene.library = next
      problems.look()
      return told.splice(0)
    }
    return { save, look }
  }

  it('tells what a change of the library brings once, and once more when it comes back', () => {
    const { look } = open(GOOD, libraryOf('nato', 'town'))
    const gone = ['3: There is no collection "nato". Known: town.']
    assert.deepEqual(look(), [])
    assert.deepEqual(look(libraryOf('town')), gone)
    assert.deepEqual(look(libraryOf('town', 'village')), [])
    assert.deepEqual(look(libraryOf('nato', 'town')), [])
    assert.deepEqual(look(libraryOf('town')), gone)
  })

  it('tells nothing that was there from the start, and all that there is after a change of the settings', () => {
    const { look, save } = open(GOOD, libraryOf('town'))
    assert.deepEqual(look(libraryOf('town', 'village')), [])
    save(`paused: true\n${GOOD}`)
    assert.deepEqual(look(), ['4: There is no collection "nato". Known: town, village.'])
    assert.deepEqual(look(), [])
    save(`paused: true\n${GOOD.replace('nato', 'port')}`)
    assert.deepEqual(look(), ['4: There is no collection "port". Known: town, village.'])
  })
})
