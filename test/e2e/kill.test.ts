import assert from 'node:assert/strict'
import { rmSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { after, before, describe, it } from 'node:test'
import { mutate, openStage, type Prepared, passUntilOver } from '../fakes/kill/stage.ts'
import { verdictOf } from '../fakes/kill/verdict.ts'
import { effectsOf, failpointsOf, killAt, killAtRandom, prepareStage } from '../faults/kill.ts'

const KILLS = 40

/** Carries out work on as many stages at the same time as the machine has cores. */
async function sideBySide(work: () => Promise<void>): Promise<void> {
  await Promise.all(Array.from({ length: availableParallelism() }, work))
}

describe('Readout, killed and started again,', () => {
  let short: Prepared
  let long: Prepared
  let effects: string[]
  before(async () => {
    ;[short, long] = await Promise.all([prepareStage(6), prepareStage()])
    effects = await effectsOf(short)
  })
  after(() => {
    for (const { folder } of [short, long]) rmSync(folder, { recursive: true, force: true })
  })

  it('posts each part once from every failpoint between a slot’s claim and the last message', async t => {
    const failpoints = failpointsOf(effects)
    t.diagnostic(`${failpoints.length} failpoints`)
    assert.ok(failpoints.length > 20, effects.join('\n'))
    const left = failpoints.values()
    await sideBySide(async () => {
      for (const failpoint of left) {
        const { broken, kills, states } = await killAt(short, failpoint)
        const where = JSON.stringify(failpoint)
        assert.deepEqual(broken, [], where)
        assert.equal(kills, 1, `${where} was not reached`)
        assert.deepEqual(new Set(states), new Set(['sent']), where)
      }
    })
  })

  it(`posts each part once, or says of which nobody knows, through ${KILLS} kills at random and platforms that fail`, async t => {
    const first = Number(process.env.KILL_SEED ?? Date.now() % 1_000_000)
    t.diagnostic(`seeds from ${first}`)
    let [seed, kills] = [first, 0]
    await sideBySide(async () => {
      while (kills < KILLS) {
        const own = seed++
        const story = await killAtRandom(long, own)
        kills += story.kills
        assert.deepEqual(story.broken, [], `npm run faults -- kill --kills 1 --seed ${own}`)
      }
    })
  })

  it('is caught when it posts before it writes that it will', async () => {
    const mutant = mutate('src/delivery/dispatch.ts', [
      ['if (!(await store.write(delivery, claim))) return', ''],
      ['await apply({ ...delivery, ...claim }, ', 'await apply(delivery, '],
    ])
    try {
      const name = effects.find(effect => effect.startsWith('POST /api/chat.postMessage')) ?? ''
      const { broken, kills } = await killAt(short, { name, when: 'after' }, mutant.program)
      assert.equal(kills, 1)
      assert.match(broken.join('\n'), /to slack:T0FAKE0001\/C0NEWS \(sent\) is there 2 times/)
    } finally {
      mutant.remove()
    }
  })

  it('is caught when it looks before a server has settled', async t => {
    const mutant = mutate('src/delivery/next.ts', [['return isBefore(settled, now) ?', 'return true ?']])
    t.after(mutant.remove)
    const stage = await openStage(short, mutant.program)
    t.after(stage.close)
    stage.slack.fail('chat.postMessage', { kind: 'late', ms: 40_000, answer: 'cut' })
    await stage.start().started
    await passUntilOver(stage)
    await stage.pass(60_000)
    assert.match(verdictOf(stage).join('\n'), /to slack:T0FAKE0001\/C0NEWS \(sent\) is there 2 times/)
  })
})
