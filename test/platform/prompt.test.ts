import assert from 'node:assert/strict'
import { PassThrough } from 'node:stream'
import { describe, it } from 'node:test'
import { stripVTControlCharacters } from 'node:util'
import type { Card } from '../../src/card/card.ts'
import type { Bot, Question } from '../../src/platform/platform.ts'
import { runPrompt } from '../../src/platform/terminal/prompt.ts'
import { renderCard } from '../../src/platform/terminal/render.ts'

const card = (title: string): Card => ({
  title,
  blocks: [{ kind: 'list', items: [[{ kind: 'text', text: 'one two three four five six seven eight nine ten' }]] }],
  footer: [],
  actions: [
    { kind: 'button', id: 'first', label: 'First' },
    { kind: 'picker', id: 'pick', label: 'Choose a brief', choices: [{ label: 'Kyiv', value: 'nato/kyiv' }], total: 1 },
    { kind: 'button', id: 'last', label: 'Last' },
  ],
})

/** A bot that remembers what it was asked. */
function createAskedBot(): { bot: Bot; asked: Question[] } {
  const asked: Question[] = []
  const bot: Bot = {
    ask: async question => {
      asked.push(question)
      return card(`Answer ${asked.length}`)
    },
    commands: () => [{ name: 'nato', description: 'NATO' }],
    complete: (_, text) => [{ label: 'Vilnius', value: `${text}nius` }],
    offer: () => [],
  }
  return { bot, asked }
}

/** Types at a prompt that takes itself for a terminal, or not. */
async function type(keys: string, isTTY: boolean): Promise<{ asked: Question[]; shown: string }> {
  const { bot, asked } = createAskedBot()
  const input = Object.assign(new PassThrough(), { isTTY })
  const output = Object.assign(new PassThrough(), { isTTY, columns: 30 })
  const ended = runPrompt(bot, { input, output })
  // Completion takes its turn, as it does at a keyboard.
  for (const piece of keys.split(/(?<=\t)/)) {
    input.write(piece)
    await new Promise(setImmediate)
  }
  input.end()
  await ended
  return { asked, shown: stripVTControlCharacters(String(output.read())) }
}

describe('the prompt', () => {
  it('takes a command, a number, and any words', async () => {
    const { asked, shown } = await type('/nato  vilnius quotes\n1\n2\n3\n4\nwhat is new\n\n', false)
    assert.deepEqual(asked, [
      { kind: 'asked', command: 'nato', text: 'vilnius quotes' },
      { kind: 'clicked', id: 'first' },
      { kind: 'picked', id: 'pick', value: 'nato/kyiv' },
      { kind: 'clicked', id: 'last' },
      { kind: 'mentioned', text: '4' },
      { kind: 'mentioned', text: 'what is new' },
    ])
    assert.match(shown, /Answer 1[\s\S]*\[1\] First\nChoose a brief: \[2\] Kyiv\n\[3\] Last/)
    assert.doesNotMatch(shown, /readout>/)
  })

  it('ends at quit, and reads nothing behind it', async () => {
    const { asked } = await type('one\nQuit\ntwo\n', false)
    assert.equal(asked.length, 1)
  })

  it('shows what there is, prompts and completes at a terminal', async () => {
    const { asked, shown } = await type('/nato vil\t\r', true)
    assert.deepEqual(asked, [{ kind: 'home' }, { kind: 'asked', command: 'nato', text: 'vilnius' }])
    assert.match(shown, /Answer 1[\s\S]*readout> /)
  })

  it('shows no control character of a brief to the terminal', () => {
    const hostile = {
      ...card('a\u001b[2Jb\u009b31mc'),
      actions: [{ kind: 'button' as const, id: 'x', label: '\u0007d' }],
    }
    assert.doesNotMatch(renderCard(hostile, { columns: 80, styled: false }), /(?!\n)\p{Cc}/u)
  })

  it('breaks lines between words within the width, and indents what follows', () => {
    const lines = renderCard(card('Title'), { columns: 20, styled: false }).split('\n')
    assert.deepEqual(lines.slice(2, 5), ['• one two three four', '  five six seven', '  eight nine ten'])
    for (const line of lines) assert.ok(line.length <= 20, line)
  })
})
