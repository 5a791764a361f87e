import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { type Action, type Card, MOST_BUTTONS, paragraph } from '../../../src/card/card.ts'
import { paginate } from '../../../src/card/paginate.ts'
import { DISCORD_BUDGET } from '../../../src/platform/discord/limits.ts'
import { deliveriesIn, markMessage, readMark } from '../../../src/platform/discord/mark.ts'
import { renderDiscord } from '../../../src/platform/discord/render.ts'
import { checkDiscord } from '../../fakes/check-discord.ts'
import { HOSTILE } from '../../fakes/hostile.ts'
import { anyCrowdedCard, anyFullCard, anyHeavyCard } from '../../fakes/random-card.ts'
import { textsOf } from '../../fakes/shape.ts'

const LONGEST_ID = 100

const DELIVERY = 'aZ_-5678901234567890ab'

/** 22 characters of base64url. */
const anyDelivery = fc.stringMatching(/^[\w-]{22}$/)

/** An id of a button: as we write it, as long as may be, or with what could be taken for a mark. */
const anyId = fc.oneof(
  fc.stringMatching(/^1!?[a-z]:[a-z]{1,31}\/[a-z0-9-]{0,60}:\d{1,3}$/),
  fc.integer({ min: 70, max: LONGEST_ID }).map(length => 'ж'.repeat(length)),
  fc.integer({ min: 70, max: LONGEST_ID }).map(length => '😀'.repeat(length)),
  fc.constantFrom('~', '~~', `~${DELIVERY}`, 'a~b', '1o:a/b:1~'),
  fc.constantFrom(...HOSTILE).map(text => [...text].slice(0, LONGEST_ID).join('').toWellFormed()),
)

const buttons = (...ids: string[]): Action[] => ids.map(id => ({ kind: 'button', id, label: 'x' }))

const cardOf = (actions: Action[]): Card => ({ title: 'Vilnius', blocks: [paragraph('x')], footer: [], actions })

/** The ids of everything that can be used in a message, in order. */
const idsIn = (message: unknown): string[] =>
  textsOf(message)
    .filter(({ at }) => at.endsWith('.custom_id'))
    .map(({ text }) => text)

const mark = (card: Card, delivery = DELIVERY) => markMessage(renderDiscord(card), delivery)

/** The same message once the delivery is taken out of its ids, without the button that bears nothing else. */
function unmark(message: ReturnType<typeof mark>, delivery: string): unknown {
  const components = message.components.filter(component => !idsIn(component).includes(`~${delivery}`))
  return JSON.parse(JSON.stringify({ ...message, components }).replaceAll(`~${delivery}"`, '"'))
}

describe('the mark of a delivery in a message for Discord', () => {
  const cards: [what: string, card: fc.Arbitrary<Card>, numRuns: number][] = [
    ['whatever the card', anyFullCard(1500), 150],
    ['however many blocks it has, beside as many buttons as may be, whose ids have no room', anyCrowdedCard, 40],
    ['however heavy its parts', anyHeavyCard, 20],
  ]
  for (const [what, anyCard, numRuns] of cards) {
    it(`leaves a message that Discord takes, and is the only one in it, ${what}`, () => {
      fc.assert(
        fc.property(anyCard, anyDelivery, (card, delivery) => {
          for (const page of paginate(card, DISCORD_BUDGET)) {
            const plain = renderDiscord(page)
            const marked = markMessage(plain, delivery)
            assert.deepEqual(checkDiscord(marked), [])
            assert.deepEqual(deliveriesIn(marked.components), [delivery])
            assert.deepEqual(deliveriesIn(plain.components), [])
            assert.deepEqual(unmark(marked, delivery), plain)
          }
        }),
        { numRuns },
      )
    })
  }

  it('keeps ids unique and within their length, and gives back what a click does, whatever the ids', () => {
    fc.assert(
      fc.property(fc.uniqueArray(anyId, { minLength: 1, maxLength: MOST_BUTTONS }), anyDelivery, (ids, delivery) => {
        const marked = mark(cardOf(buttons(...ids)), delivery)
        const found = idsIn(marked)
        assert.deepEqual(checkDiscord(marked), [])
        assert.ok(deliveriesIn(marked.components).includes(delivery))
        const bearers = found.filter(id => readMark(id).delivery === delivery)
        assert.equal(bearers.length, ids.includes(`~${delivery}`) ? 2 : 1)
        const meant = found.map(id => (bearers.includes(id) ? readMark(id).id : id))
        assert.deepEqual(meant.slice(0, ids.length), ids)
        assert.ok(found.length === ids.length || meant.at(-1) === '')
      }),
    )
  })

  it('stands in one button only, the first with room for it', () => {
    const long = 'x'.repeat(LONGEST_ID - DELIVERY.length)
    const fitting = 'y'.repeat(LONGEST_ID - DELIVERY.length - 1)
    assert.deepEqual(idsIn(mark(cardOf(buttons(long, fitting, '1o:a/b:1')))), [
      long,
      `${fitting}~${DELIVERY}`,
      '1o:a/b:1',
    ])
  })

  it('counts code points: an id of letters beyond the sixteenth bit has room for it, too', () => {
    const id = '😀'.repeat(LONGEST_ID - DELIVERY.length - 1)
    assert.deepEqual(idsIn(mark(cardOf(buttons(id)))), [`${id}~${DELIVERY}`])
  })

  it('is a button of its own that can’t be clicked, where there is none or no room', () => {
    for (const actions of [[], buttons('x'.repeat(LONGEST_ID))]) {
      const marked = mark(cardOf(actions))
      assert.deepEqual(marked.components.at(-1), {
        type: 1,
        components: [{ type: 2, style: 2, label: 'Readout', custom_id: `~${DELIVERY}`, disabled: true }],
      })
      assert.deepEqual(checkDiscord(marked), [])
    }
  })

  it('never stands in a picker, whose choice says nothing of a button', () => {
    const picker: Action = {
      kind: 'picker',
      id: '1o:a/:1',
      label: 'x',
      choices: [{ label: 'x', value: 'a/b' }],
      total: 1,
    }
    assert.deepEqual(idsIn(mark(cardOf([picker]))), ['1o:a/:1', `~${DELIVERY}`])
  })

  it('is read from what Discord gives back only where it stands in an id', () => {
    const words = { type: 10, content: `x~${DELIVERY}` }
    const label = { type: 2, style: 2, label: `x~${DELIVERY}`, custom_id: 'x' }
    assert.deepEqual(deliveriesIn([{ type: 17, components: [words, { type: 1, components: [label] }] }]), [])
    const strange = [undefined, null, 1, 'x', {}, [], { custom_id: 5 }, { components: { custom_id: '~x' } }, [null]]
    for (const components of strange) assert.doesNotThrow(() => deliveriesIn(components), JSON.stringify(components))
  })

  it('is absent in an id without one', () => {
    assert.deepEqual(readMark('1o:a/b:1'), { id: '1o:a/b:1' })
    assert.deepEqual(readMark(`1o:a/b:1~${DELIVERY}`), { id: '1o:a/b:1', delivery: DELIVERY })
    assert.deepEqual(readMark(`~${DELIVERY}`), { id: '', delivery: DELIVERY })
  })
})
