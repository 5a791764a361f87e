import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { nameOf, newDigest } from '../../../src/digest/manage/subscription.ts'
import { readWords } from '../../../src/digest/manage/words.ts'
import { scheduleFault } from '../../../src/digest/slots.ts'
import { HOSTILE } from '../../fakes/hostile.ts'
import { FILES, libraryOf, MANAGER } from './channel.ts'

const library = libraryOf(FILES)

const old = newDigest('abcdefgh', { platform: 'slack', space: 'T1', channel: 'C1' }, MANAGER, library)

const read = (text: string) => readWords(text, old, library)

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
    assert.equal(readWords('roads', digest, library).digest.name, 'At sea')
    assert.equal(nameOf({ collection: 'town', topics: [] }), 'town')
  })

  it('drops topics that another collection does not have', () => {
    const { digest } = readWords('port', read('town harbour').digest, library)
    assert.deepEqual([digest.collection, digest.topics, digest.name], ['port', [], 'port'])
  })
})

/** Days in any order. */
const sorted = (means: string): string =>
  means.replace(/\* \* ([\d,]+)/, (_, days: string) => `* * ${days.split(',').toSorted().join(',')}`)
