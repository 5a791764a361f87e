import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { checkDiscord } from '../fakes/check-discord.ts'
import { checkSlack } from '../fakes/check-slack.ts'

const plain = (text: string) => ({ type: 'plain_text', text, emoji: false })

const section = (...elements: unknown[]) => ({ type: 'rich_text_section', elements })

const words = (text: string) => ({ type: 'text', text })

/** A message with each block that Readout sends to Slack. */
const slackMessage = () => ({
  text: 'Title &amp; words &lt;https://example.org/&gt;',
  blocks: [
    { type: 'header', text: plain('Title') },
    {
      type: 'rich_text',
      elements: [
        section(
          { type: 'text', text: 'words ', style: { bold: true, code: true } },
          { type: 'link', url: 'https://example.org/', text: 'a link' },
        ),
      ],
    },
    {
      type: 'rich_text',
      elements: [{ type: 'rich_text_list', style: 'bullet', elements: [section(words('an item'))] }],
    },
    { type: 'rich_text', elements: [{ type: 'rich_text_quote', elements: [words('“words”'), words('\n')] }] },
    { type: 'divider' },
    { type: 'context', elements: [plain('small print'), { type: 'mrkdwn', text: 'more &lt;of&gt; it' }] },
    { type: 'rich_text', elements: [section(words('Shared by '), { type: 'user', user_id: 'U012AB3CD' })] },
    { type: 'actions', elements: [{ type: 'button', action_id: '1', text: plain('Quotes'), value: 'quotes' }] },
    {
      type: 'actions',
      elements: [{ type: 'external_select', action_id: '2', placeholder: plain('Choose'), min_query_length: 0 }],
    },
  ],
})

/** A message with each component that Readout sends to Discord. */
const discordMessage = () => ({
  flags: 32768,
  allowed_mentions: { parse: [] },
  components: [
    {
      type: 17,
      accent_color: 0x2f6fde,
      components: [
        { type: 10, content: '## Title' },
        { type: 14, divider: true },
        { type: 10, content: 'words' },
        {
          type: 1,
          components: [
            { type: 2, style: 2, label: 'Quotes', custom_id: '1' },
            { type: 2, style: 1, label: 'Share', custom_id: '2' },
          ],
        },
        {
          type: 1,
          components: [
            {
              type: 3,
              custom_id: '3',
              placeholder: 'Choose',
              options: [{ label: 'Vilnius', value: 'town/vilnius', description: '2023' }, option('b')],
            },
          ],
        },
      ],
    },
  ],
})

const option = (value: string) => ({ label: value, value })

const many = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index))

/** One rule broken: the value that is put at a path such as `blocks[0].text.text`; undefined takes it away. */
type Planted = [rule: string, path: string, value: unknown, found: RegExp]

/** Puts a value at a path of a message; every step but the last is there. */
function plant(message: unknown, path: string, value: unknown): unknown {
  const steps = path.split(/[.[\]]+/).filter(step => step !== '')
  const last = steps.pop() as string
  const target = steps.reduce<unknown>((inner, step) => Reflect.get(Object(inner), step), message)
  assert.ok(typeof target === 'object' && target !== null, `${path} is no place`)
  if (value === undefined) Reflect.deleteProperty(target, last)
  else Reflect.set(target, last, value)
  return message
}

const richText = (element: unknown) => ({ type: 'rich_text', elements: [element] })

const button = (id: string) => ({ type: 'button', action_id: id, text: plain('x') })

const SLACK: Planted[] = [
  ['an unknown key of the message', 'attachments', [], /unknown key attachments/],
  ['no text', 'text', undefined, /lacks text/],
  ['an empty text', 'text', '', /text has 0 characters/],
  ['a blank text', 'text', ' \n\u200b', /text is blank/],
  ['a text that is too long', 'text', 'x'.repeat(40_001), /text has 40001 characters/],
  ['an unescaped <', 'text', 'a <!channel> b', /text holds an unescaped </],
  ['an unescaped &', 'text', 'AT&T', /text holds an unescaped &/],
  ['an entity that Slack does not know', 'text', '&nbsp;', /text holds an unescaped &/],
  ['no blocks', 'blocks', [], /blocks has 0 entries/],
  ['too many blocks', 'blocks', many(51, () => ({ type: 'divider' })), /blocks has 51 entries/],
  ['an unknown block', 'blocks[0]', { type: 'video' }, /unknown type "video"/],
  ['a block without a type', 'blocks[0]', {}, /unknown type undefined/],
  ['a block that is no object', 'blocks[0]', 'words', /unknown type/],
  ['an unknown key of a block', 'blocks[0].colour', 'red', /unknown key colour/],
  [
    'a key without a value',
    'blocks[1].elements[0].elements[0]',
    { type: 'text', text: 'x', style: undefined },
    /style without a value/,
  ],
  ['a repeated block_id', 'blocks', many(2, () => ({ type: 'divider', block_id: 'a' })), /repeats the id a/],
  ['an empty header', 'blocks[0].text.text', '', /has 0 characters/],
  ['a blank header', 'blocks[0].text.text', '\u3000\u2060', /text is blank/],
  ['a header that is too long', 'blocks[0].text.text', 'x'.repeat(151), /has 151 characters/],
  ['a header in mrkdwn', 'blocks[0].text', { type: 'mrkdwn', text: 'x', emoji: false }, /type is "mrkdwn"/],
  ['a header with emoji', 'blocks[0].text.emoji', true, /emoji is true/],
  ['a header that does not say emoji', 'blocks[0].text.emoji', undefined, /lacks emoji/],
  ['a header with what may be an entity', 'blocks[0].text.text', 'a &lt; b', /in plain text/],
  ['an empty rich text', 'blocks[1].elements', [], /elements has 0 entries/],
  [
    'an unknown element of rich text',
    'blocks[1].elements[0]',
    { type: 'rich_text_preformatted', elements: [] },
    /unknown type "rich_text_preformatted"/,
  ],
  ['an empty section', 'blocks[1].elements[0].elements', [], /elements has 0 entries/],
  ['a blank section', 'blocks[1].elements[0].elements', [words(' '), words('\u00a0')], /elements\[0\] is blank/],
  ['an empty text element', 'blocks[1].elements[0].elements[0].text', '', /has 0 characters/],
  ['a style that is false', 'blocks[1].elements[0].elements[0].style.bold', false, /bold is false/],
  ['an unknown style', 'blocks[1].elements[0].elements[0].style.underline', true, /unknown key underline/],
  ['a section in a section', 'blocks[1].elements[0].elements[0]', section(words('x')), /no place there/],
  [
    'a broadcast',
    'blocks[1].elements[0].elements[0]',
    { type: 'broadcast', range: 'channel' },
    /"broadcast", which has no place/,
  ],
  [
    'a group of users',
    'blocks[1].elements[0].elements[0]',
    { type: 'usergroup', usergroup_id: 'S1' },
    /"usergroup", which has no place/,
  ],
  [
    'a channel',
    'blocks[1].elements[0].elements[0]',
    { type: 'channel', channel_id: 'C1' },
    /"channel", which has no place/,
  ],
  ['an emoji', 'blocks[1].elements[0].elements[0]', { type: 'emoji', name: 'smile' }, /"emoji", which has no place/],
  [
    'a user in a text',
    'blocks[1].elements[0].elements[0]',
    { type: 'user', user_id: 'U1' },
    /"user", which has no place/,
  ],
  ['a user behind other words', 'blocks[6].elements[0].elements[0].text', 'Ask ', /"user", which has no place/],
  ['a user who is none', 'blocks[6].elements[0].elements[1].user_id', '!channel', /no id of a user/],
  ['a link to a script', 'blocks[1].elements[0].elements[1].url', 'javascript:alert(1)', /no web address/],
  ['a link to mail', 'blocks[1].elements[0].elements[1].url', 'mailto:ada@example.org', /no web address/],
  ['a link to nowhere', 'blocks[1].elements[0].elements[1].url', 'https://', /no web address/],
  [
    'a link that is too long',
    'blocks[1].elements[0].elements[1].url',
    `https://e.org/${'x'.repeat(3000)}`,
    /url has 3014 characters/,
  ],
  ['a link with a blank label', 'blocks[1].elements[0].elements[1].text', ' ', /text is blank/],
  ['an empty list', 'blocks[2].elements[0].elements', [], /elements has 0 entries/],
  ['a list of an unknown style', 'blocks[2].elements[0].style', 'square', /style is "square"/],
  ['a text in a list', 'blocks[2].elements[0].elements[0]', words('x'), /which no list holds/],
  [
    'a list in a list',
    'blocks[2].elements[0].elements[0]',
    { type: 'rich_text_list', style: 'bullet', elements: [] },
    /which no list holds/,
  ],
  ['an empty item', 'blocks[2].elements[0].elements[0].elements', [], /elements has 0 entries/],
  ['an empty quote', 'blocks[3].elements[0].elements', [], /elements has 0 entries/],
  ['a divider with words', 'blocks[4].text', 'x', /unknown key text/],
  ['an empty context', 'blocks[5].elements', [], /elements has 0 entries/],
  ['a context of too many elements', 'blocks[5].elements', many(11, () => plain('x')), /elements has 11 entries/],
  ['a context that is too long', 'blocks[5].elements[0].text', 'x'.repeat(3001), /has 3001 characters/],
  ['a context with emoji', 'blocks[5].elements[0].emoji', true, /emoji is true/],
  ['a context with what may be a mention', 'blocks[5].elements[0].text', '<!here>', /in plain text/],
  ['mrkdwn with a mention', 'blocks[5].elements[1].text', 'x <@U1>', /unescaped </],
  ['mrkdwn with a bare &', 'blocks[5].elements[1].text', 'x & y', /unescaped &/],
  ['no actions', 'blocks[7].elements', [], /elements has 0 entries/],
  ['too many actions', 'blocks[7].elements', many(26, index => button(String(index))), /elements has 26 entries/],
  ['an unknown action', 'blocks[7].elements[0]', { type: 'datepicker', action_id: '1' }, /unknown type "datepicker"/],
  ['a button without text', 'blocks[7].elements[0].text', undefined, /lacks text/],
  ['a blank button', 'blocks[7].elements[0].text.text', ' ', /is blank/],
  ['a button with a long text', 'blocks[7].elements[0].text.text', 'x'.repeat(76), /has 76 characters/],
  ['a button with emoji', 'blocks[7].elements[0].text.emoji', true, /emoji is true/],
  ['a button with a long value', 'blocks[7].elements[0].value', 'x'.repeat(2001), /value has 2001 characters/],
  ['a button in an unknown style', 'blocks[7].elements[0].style', 'secondary', /style is "secondary"/],
  ['a button that opens an address', 'blocks[7].elements[0].url', 'https://evil.example', /unknown key url/],
  ['a long action_id', 'blocks[7].elements[0].action_id', 'x'.repeat(256), /action_id has 256 characters/],
  ['a repeated action_id', 'blocks[7].elements[0].action_id', '2', /repeats the id 2/],
  ['a select that asks late', 'blocks[8].elements[0].min_query_length', 3, /min_query_length is 3/],
  ['a select with options', 'blocks[8].elements[0].options', [], /unknown key options/],
  ['a long placeholder', 'blocks[8].elements[0].placeholder.text', 'x'.repeat(151), /has 151 characters/],
  [
    'more text than a message holds',
    'blocks[1].elements[0].elements',
    many(2, () => words('x'.repeat(5000))),
    /more than 10000/,
  ],
  [
    'addresses beyond what a message holds',
    'blocks[1]',
    richText(section(...many(4, () => ({ type: 'link', url: `https://e.org/${'x'.repeat(2700)}` })))),
    /more than 10000/,
  ],
  ['a lone surrogate in the text', 'text', 'x\ud83d', /lone surrogate/],
  ['a lone surrogate in a block', 'blocks[2].elements[0].elements[0].elements[0].text', '\ude00x', /lone surrogate/],
]

const display = (content: string) => ({ type: 10, content })

const row = (count: number, make: (index: number) => unknown) => ({ type: 1, components: many(count, make) })

const clickable = (index: number) => ({ type: 2, style: 2, label: 'x', custom_id: `x${index}` })

const BODY = 'components[0].components'

const BUTTON = `${BODY}[3].components[0]`

const SELECT = `${BODY}[4].components[0]`

const DISCORD: Planted[] = [
  ['no flags', 'flags', undefined, /lacks flags/],
  ['another flag', 'flags', 32768 | 64, /flags is 32832/],
  ['no word about mentions', 'allowed_mentions', undefined, /lacks allowed_mentions/],
  ['allowed mentions', 'allowed_mentions.parse', ['everyone'], /allowed_mentions.parse has 1 entries/],
  ['allowed users', 'allowed_mentions.users', ['1'], /unknown key users/],
  ['content', 'content', 'words', /unknown key content/],
  ['embeds', 'embeds', [], /unknown key embeds/],
  ['no components', 'components', [], /components has 0 entries/],
  ['too many components', BODY, many(40, () => display('x')), /has 41 components/],
  ['too many nested components', BODY, many(7, at => row(5, index => clickable(at * 5 + index))), /has 43 components/],
  ['an unknown component', `${BODY}[0]`, { type: 99 }, /type 99, which has no place/],
  ['a button outside of a row', `${BODY}[0]`, clickable(0), /type 2, which has no place/],
  ['a container in a container', `${BODY}[0]`, { type: 17, components: [display('x')] }, /type 17, which has no place/],
  ['an empty container', BODY, [], /components has 0 entries/],
  ['an unknown key of a container', 'components[0].color', 1, /unknown key color/],
  ['an impossible colour', 'components[0].accent_color', 0x1000000, /no colour/],
  ['a hidden container', 'components[0].spoiler', true, /spoiler is true/],
  ['an empty display', `${BODY}[0].content`, '', /has 0 characters/],
  ['a blank display', `${BODY}[0].content`, ' \n\u200b', /is blank/],
  ['a mark without words', `${BODY}[0].content`, '-#  ', /is blank/],
  ['a display that is too long', `${BODY}[0].content`, 'x'.repeat(4001), /content has 4001 characters/],
  ['displays that are too long together', BODY, many(2, () => display('x'.repeat(2001))), /hold 4002 characters/],
  ['displays that are too heavy', BODY, many(2, () => display('字'.repeat(1700))), /weigh 10224 bytes/],
  ['many displays that are too heavy', BODY, many(30, () => display('字'.repeat(110))), /weigh 10260 bytes/],
  ['a separator of an unknown width', `${BODY}[1].spacing`, 3, /spacing is 3/],
  ['a separator with words', `${BODY}[1].content`, 'x', /unknown key content/],
  ['an empty row', `${BODY}[3].components`, [], /components has 0 entries/],
  ['too many buttons in a row', `${BODY}[3]`, row(6, clickable), /components has 6 entries/],
  ['a row in a row', `${BODY}[3].components[0]`, row(1, clickable), /type 1, which no row holds/],
  ['a select beside a button', `${BODY}[4].components[1]`, clickable(0), /a select beside something else/],
  ['a button without a label', `${BUTTON}.label`, undefined, /lacks label/],
  ['a blank label', `${BUTTON}.label`, '\u2060', /label is blank/],
  ['a long label', `${BUTTON}.label`, 'x'.repeat(81), /label has 81 characters/],
  ['a button that is a link', `${BUTTON}.style`, 5, /style is 5/],
  ['a button with an address', `${BUTTON}.url`, 'https://evil.example', /unknown key url/],
  ['an empty custom_id', `${BUTTON}.custom_id`, '', /custom_id has 0 characters/],
  ['a long custom_id', `${BUTTON}.custom_id`, 'x'.repeat(101), /custom_id has 101 characters/],
  ['a repeated custom_id', `${BUTTON}.custom_id`, '3', /repeats the id 3/],
  ['a select without options', `${SELECT}.options`, [], /options has 0 entries/],
  ['too many options', `${SELECT}.options`, many(26, index => option(`v${index}`)), /options has 26 entries/],
  ['a repeated value', `${SELECT}.options[0].value`, 'b', /repeats the id b/],
  ['a blank option', `${SELECT}.options[0].label`, ' ', /label is blank/],
  ['a long option', `${SELECT}.options[0].label`, 'x'.repeat(101), /label has 101 characters/],
  ['a long value', `${SELECT}.options[0].value`, 'x'.repeat(101), /value has 101 characters/],
  ['an empty description', `${SELECT}.options[0].description`, '', /description has 0 characters/],
  ['a long description', `${SELECT}.options[0].description`, 'x'.repeat(101), /description has 101 characters/],
  ['an unknown key of an option', `${SELECT}.options[0].emoji`, {}, /unknown key emoji/],
  ['a long placeholder', `${SELECT}.placeholder`, 'x'.repeat(151), /placeholder has 151 characters/],
  ['a select of several', `${SELECT}.max_values`, 2, /max_values is 2/],
  ['a lone surrogate', `${BODY}[0].content`, 'x\ud83d', /lone surrogate/],
  ['a lone surrogate in a label', `${BUTTON}.label`, '\ude00x', /lone surrogate/],
]

const PLATFORMS = [
  { name: 'Slack', check: checkSlack, message: slackMessage, planted: SLACK },
  { name: 'Discord', check: checkDiscord, message: discordMessage, planted: DISCORD },
]

for (const { name, check, message, planted } of PLATFORMS) {
  describe(`the checker of messages to ${name}`, () => {
    it('finds nothing wrong with a sound message', () => assert.deepEqual(check(message()), []))

    it('finds something wrong with what is no message', () => {
      for (const value of [undefined, null, 'words', [], 1]) assert.notDeepEqual(check(value), [])
    })

    for (const [rule, path, value, found] of planted) {
      it(`finds ${rule}`, () => assert.match(check(plant(message(), path, value)).join('\n'), found))
    }
  })
}

describe('the checker of messages to Discord', () => {
  it('counts code points, not code units', () => {
    const message = plant(discordMessage(), BODY, [display('😀'.repeat(2500))])
    assert.deepEqual(checkDiscord(message), [])
    assert.match(checkDiscord(plant(message, `${BODY}[0].content`, 'x'.repeat(3990) + '😀'.repeat(11))).join(), /4001/)
  })
})
