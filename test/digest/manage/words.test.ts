import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { nameOf, newDigest } from '../../../src/digest/manage/subscription.ts'
import { readWords } from '../../../src/digest/manage/words.ts'
import { scheduleFault } from '../../../src/digest/slots.ts'
import { COLLECTION } from '../../fakes/collection.ts'
import { HOSTILE } from '../../fakes/hostile.ts'
import { FILES, libraryOf, MANAGER } from './channel.ts'

const library = libraryOf(FILES)

const old = newDigest('abcdefgh', { platform: 'slack', space: 'T1', channel: 'C1' }, MANAGER, library)

const read = (text: string) => readWords(text, old, { library, asker: MANAGER })

/** What words come to: collection, topics, cron expression, zone. */
const brief = (text: string): string => {
  const { digest, faults } = read(text)
  const { collection, topics, schedule } = digest
  return [...faults, collection, topics.join('+'), schedule.cron, schedule.zone].join(' | ')
}

describe('what is said of a digest in one line', () => {
  const table: [text: string, means: string][] = [
    ['', ' |  | 0 8 * * 1-5 | Europe/Brussels'],
    ['town', 'town |  | 0 8 * * 1-5 | Europe/Brussels'],
    ['/town city council every day at 8:30', 'town | city council | 30 8 * * * | Europe/Brussels'],
    ['TOWN "City Council", roads weekends 9pm', 'town | city council+roads | 0 21 * * 6,0 | Europe/Brussels'],
    ['08:30 Europe/Kyiv mon-wed fridays town harbour', 'town | harbour | 30 8 * * 1,2,3,5 | Europe/Kyiv'],
    ['town on Mondays and Thursdays at noon in new york', 'town |  | 0 12 * * 1,4 | America/New_York'],
    ['town 8:30 pm europe/kiev', 'town |  | 30 20 * * 1-5 | Europe/Kyiv'],
    ['town America/New York', 'town |  | 0 8 * * 1-5 | America/New_York'],
    ['town “0 8,20 * * *” UTC', 'town |  | 0 8,20 * * * | UTC'],
    ['town fri-mon', 'town |  | 0 8 * * 0,1,5,6 | Europe/Brussels'],
    ['town monday to friday 9:00', 'town |  | 0 9 * * 1-5 | Europe/Brussels'],
    ['every mon to wed 9:00 town', 'town |  | 0 9 * * 1,2,3 | Europe/Brussels'],
    ['town mon - fri 9:00', 'town |  | 0 9 * * 1-5 | Europe/Brussels'],
    ['town from monday to friday', 'town |  | 0 8 * * 1-5 | Europe/Brussels'],
    ['town monday through friday', 'town |  | 0 8 * * 1-5 | Europe/Brussels'],
    ['town mon till wed, sunday', 'town |  | 0 8 * * 0,1,2,3 | Europe/Brussels'],
    ['town sat until mon', 'town |  | 0 8 * * 0,1,6 | Europe/Brussels'],
    ['town monday to 9:00', 'town |  | 0 9 * * 1 | Europe/Brussels'],
    ['town sections "on this day" weekends 09:00', 'town |  | 0 9 * * 0,6 | Europe/Brussels'],
    ['city council, roads 08:30 town', 'town | city council+roads | 30 8 * * 1-5 | Europe/Brussels'],
    ['name port town', 'town |  | 0 8 * * 1-5 | Europe/Brussels'],
    ['"port" town', 'Write one collection, town or port. | town |  | 0 8 * * 1-5 | Europe/Brussels'],
    ['town all topics daily', 'town |  | 0 8 * * * | Europe/Brussels'],
  ]
  for (const [text, means] of table)
    it(`is understood: ${text || 'nothing'}`, () => assert.equal(sorted(brief(text)), sorted(means)))

  const faults: [text: string, fault: string][] = [
    ['town 8:75', 'Expected a time such as 08:30, got “8:75”.'],
    ['town 08:30 20:00', 'Write one time. Several are a cron expression in quotation marks, such as "0 8,20 * * *".'],
    ['town harbor', '“harbor” is no collection, topic, day, time or time zone. Did you mean “harbour”?'],
    ['town mondy', '“mondy” is no collection, topic, day, time or time zone. Did you mean “Monday”?'],
    ['town kyiv', '“kyiv” is no collection, topic, day, time or time zone. For the time zone write Europe/Kyiv.'],
    [
      'town Europe/Brusels',
      'Expected a time zone such as Europe/Brussels, got “Europe/Brusels”. Did you mean Europe/Brussels?',
    ],
    ['town name ""', 'Write the name behind it, in quotation marks: name "The morning".'],
    ['port town', 'Write one collection, port or town.'],
    ['town sections 08:30', 'Write which sections: sections new, updated, quote, on this day.'],
  ]
  for (const [text, fault] of faults) it(`is put right: ${text}`, () => assert.deepEqual(read(text).faults, [fault]))

  it('always comes to a schedule that can be used, whatever it is, in little time', () => {
    const words = fc.constantFrom(...HOSTILE, 'town', 'weekdays', '"', '8:30', 'sections', 'quote', 'name', 'in', 'a/b')
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(words, { maxLength: 8 }).map(all => all.join(' ')),
        ),
        text => {
          const { digest, faults } = read(text.slice(0, 500))
          assert.equal(scheduleFault(digest.schedule), undefined)
          assert.ok(digest.name.length <= 75)
          assert.ok(faults.length <= 4)
          assert.ok(faults.every(fault => fault.length < 300))
        },
      ),
    )
    const before = performance.now()
    read('x/y '.repeat(125))
    assert.ok(performance.now() - before < 1000)
  })

  it('names the digest after its collection and topics until it is given a name', () => {
    assert.equal(read('town harbour roads').digest.name, 'town: harbour, roads')
    const { digest } = read('town harbour name "At sea"')
    assert.equal(digest.name, 'At sea')
    assert.equal(readWords('roads', digest, { library, asker: MANAGER }).digest.name, 'At sea')
    assert.equal(nameOf({ collection: 'town', topics: [] }), 'town')
  })

  it('takes a section in quotation marks for one word', () => {
    const { digest, faults } = read('town sections "on this day" weekends 09:00')
    assert.deepEqual([digest.sections, digest.schedule.cron, faults], [['on this day'], '0 9 * * 0,6', []])
  })

  it('reads topics by the collection that the line names, wherever it stands', () => {
    const town = read('town harbour').digest
    const { faults, digest } = readWords('harbour port', town, { library, asker: MANAGER })
    assert.deepEqual(faults.length, 1)
    assert.equal(digest.collection, 'port')
    assert.deepEqual(readWords('cranes port', town, { library, asker: MANAGER }).faults, [])
  })

  it('takes no city and no part of a topic for a collection', () => {
    const files = { 'kyiv/collection.yaml': COLLECTION, 'city/collection.yaml': COLLECTION, ...FILES }
    const readership = { library: libraryOf(files), asker: MANAGER }
    const town = readWords('town', old, readership).digest
    const inKyiv = readWords('in kyiv', town, readership).digest
    assert.deepEqual([inKyiv.collection, inKyiv.schedule.zone], ['town', 'Europe/Kyiv'])
    const council = readWords('city council', town, readership).digest
    assert.deepEqual([council.collection, council.topics], ['town', ['city council']])
  })

  it('brings the zone of the first collection where nobody has said one', () => {
    const { zone: _, ...asker } = MANAGER
    const fresh = newDigest('abcdefgh', { platform: 'slack', space: 'T1', channel: 'C1' }, asker, library)
    const zone = (text: string, digest = fresh) => readWords(text, digest, { library, asker }).digest.schedule.zone
    const own = library.collections.get('town')?.zone
    assert.notEqual(own, 'UTC')
    assert.deepEqual([zone('town'), zone('town UTC'), zone('08:30')], [own, 'UTC', 'UTC'])
    assert.equal(zone('port', { ...fresh, collection: 'town' }), 'UTC')
  })

  it('changes days or a time only where the schedule has no more to it', () => {
    const twice = read('town "30 7,19 * * 1-5"').digest
    for (const words of ['mondays', '09:00']) {
      const { faults } = readWords(words, twice, { library, asker: MANAGER })
      assert.match(faults.join(), /^It is posted by the cron expression 30 7,19 \* \* 1-5, .* Write both, such as/)
    }
    const both = readWords('mondays 09:00', twice, { library, asker: MANAGER })
    assert.deepEqual([both.digest.schedule.cron, both.faults], ['0 9 * * 1', []])
  })

  it('drops topics that another collection does not have', () => {
    const { digest } = readWords('port', read('town harbour').digest, { library, asker: MANAGER })
    assert.deepEqual([digest.collection, digest.topics, digest.name], ['port', [], 'port'])
  })
})

/** Days in any order. */
const sorted = (means: string): string =>
  means.replace(/\* \* ([\d,]+)/, (_, days: string) => `* * ${days.split(',').toSorted().join(',')}`)
