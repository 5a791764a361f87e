import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Shelf, updateShelf } from '../../src/library/shelf.ts'
import {
  briefOf,
  COLLECTION,
  INTRO,
  MATTER,
  problemsWith,
  REPORT,
  reportYaml,
  shelfOf,
  withSection,
} from '../fakes/library.ts'

type Files = Record<string, string | undefined>

type Mistake = [what: string, files: Files, problem: string]

const BRIEF = 'port/opening.md'

const inBrief = (text: string): Files => ({ [BRIEF]: text })

const inMatter = (matter: string): Files => inBrief(briefOf({ matter }))

const inSection = (heading: string, text: string): Files => inBrief(withSection(heading, text))

/** The good brief under another name. */
const named = (path: string): Files => ({ [BRIEF]: undefined, [path]: briefOf() })

const FORTY: Mistake[] = [
  // front matter
  [
    'a colon in the title',
    inMatter(MATTER.replace('The opening', 'The opening: a harbour')),
    `${BRIEF}:2:8: A value with a colon must stand in quotation marks: title: "The opening: a harbour"`,
  ],
  [
    'a bare *',
    inMatter(`${MATTER}\ntopics:\n  - *all`),
    `${BRIEF}:6:5: A value that begins with * must stand in quotation marks: "*all"`,
  ],
  [
    'an unknown key',
    inMatter(`${MATTER}\ntopcis: [ships]`),
    `${BRIEF}:5:1: Unknown key "topcis". Did you mean "topics"?`,
  ],
  [
    'a missing key',
    inMatter(MATTER.replace('title: The opening\n', '')),
    `${BRIEF}:2:1: Missing title: write a title.`,
  ],
  [
    'a date in words',
    inMatter(MATTER.replace('date: 2021-05-04', 'date: yesterday')),
    `${BRIEF}:3:7: Expected date to be a date such as 2023-07-12, 2022-09, 2008 or 2023-07-11/2023-07-12, got "yesterday".`,
  ],
  [
    '30 February',
    inMatter(MATTER.replace('2026-11-21', '2026-02-30')),
    `${BRIEF}:4:11: Expected reviewed to be a date such as 2026-11-21, got "2026-02-30".`,
  ],
  [
    'an unknown status',
    inMatter(`${MATTER}\nstatus: publised`),
    `${BRIEF}:5:9: Expected status to be draft, published or withdrawn, got "publised".`,
  ],
  [
    'an instant without its offset',
    inMatter(`${MATTER}\nembargo_until: 2026-11-21T06:00`),
    `${BRIEF}:5:16: Expected embargo_until to be an instant with its offset such as 2026-11-21T06:00:00+01:00, got "2026-11-21T06:00".`,
  ],
  [
    'a name where a list belongs',
    inMatter(`${MATTER}\naliases: harbour`),
    `${BRIEF}:5:10: Expected aliases to be a list of names: [one, two], got "harbour".`,
  ],
  [
    'front matter that does not begin the file',
    inBrief(`The opening\n\n${briefOf()}`),
    `${BRIEF}:1:1: Expected the file to begin with front matter: a line \`---\`, keys such as \`title: Vilnius summit\`, and a line \`---\`.`,
  ],
  // headings and the shape of sections
  [
    'an unknown heading',
    inSection('Key point', '- It opens. [@report]'),
    `${BRIEF}:9:1: Unknown heading "Key point". Did you mean "Key points"?`,
  ],
  [
    'a heading of the third level',
    inBrief(briefOf({ body: `${INTRO}\n\n### Key points\n\n- It opens. [@report]` })),
    `${BRIEF}:9:1: Expected "## Key points", a heading of the second level.`,
  ],
  [
    'a section twice',
    inSection('Key points', '- It opens. [@report]\n\n## Key points\n\n- It costs. [@report]'),
    `${BRIEF}:13:1: The section "Key points" is there twice. Join the two.`,
  ],
  [
    'an empty section',
    inSection('Key points', ''),
    `${BRIEF}:9:1: The section "Key points" is empty. Fill it or delete its heading.`,
  ],
  [
    'a numbered list',
    inSection('Key points', '1. It opens. [@report]'),
    `${BRIEF}:11:1: Expected "Key points" to hold a list: "- …", got a numbered list.`,
  ],
  [
    'a list in an item',
    inSection('Key points', '- It opens. [@report]\n  - In 2022. [@report]'),
    `${BRIEF}:12:3: Expected one paragraph in each item, got also a list.`,
  ],
  // citations
  [
    'an unknown source',
    inSection('Key points', '- It opens. [@reprot]'),
    `${BRIEF}:11:13: Unknown source [@reprot]. Did you mean "report"?`,
  ],
  [
    'a statement without a source',
    inSection('Key points', '- It opens.'),
    `${BRIEF}:11:3: Nothing is cited here. Write the source behind it, such as [@press-conference].`,
  ],
  // quotes
  [
    'a quote without an attribution',
    inSection('Quotes', '> We will open the harbour'),
    `${BRIEF}:11:1: Expected the quote to end with its attribution, such as "— Jens Stoltenberg, NATO Secretary General, 2023-07-12 [@press-conference]".`,
  ],
  [
    'a list in a quote',
    inSection('Quotes', '> We will open the harbour\n>\n> - in 2022\n>\n> — Ada Lovell [@report]'),
    `${BRIEF}:13:3: Only paragraphs stand in a quote, got a list.`,
  ],
  [
    'a quote that is not verbatim',
    inSection('Quotes', '> We will close the harbour\n>\n> — Ada Lovell [@report]'),
    `${BRIEF}:11:1: Can't verify the quote: [@report] has no quotation of "Ada Lovell" with these words: they agree as far as “we will”, not at “close”.`,
  ],
  [
    'a quote of another speaker',
    inSection('Quotes', '> We will open the harbour\n>\n> — Tom Brandt, mayor [@report]'),
    `${BRIEF}:11:1: Can't verify the quote: [@report] gives these words to "Ada Lovell", not to "Tom Brandt".`,
  ],
  [
    'a quote without a source',
    inSection('Quotes', '> We will open the harbour\n>\n> — Ada Lovell'),
    `${BRIEF}:11:1: Nothing is cited here. Write the source at the end of the attribution, such as [@press-conference].`,
  ],
  [
    'a quote of a day that no calendar has',
    inSection('Quotes', '> We will open the harbour\n>\n> — Ada Lovell, 2021-02-30 [@report]'),
    `${BRIEF}:13:3: Expected the date of the quote to be a date such as 2023-07-12, got "2021-02-30".`,
  ],
  // timeline, figures, numbers and dates
  [
    'a date in words in the timeline',
    inSection('Timeline', '- May 4, 2021: It opens. [@report]'),
    `${BRIEF}:11:3: Expected the entry to begin with its date, such as "2023-07-12: …", got "May 4, 2021: It opens.".`,
  ],
  [
    'a day that the source does not name',
    inSection('Timeline', '- 2021-05-05: It opens. [@report]'),
    `${BRIEF}:11:3: No source cited here holds “2021-05-05”: [@report]. Write it as the source has it, or mark it (own: why).`,
  ],
  [
    'a figure that the source does not hold',
    inSection('Figures', '- **77**: ships. [@report]'),
    `${BRIEF}:11:3: No source cited here holds “77”: [@report]. Write it as the source has it, or mark it (own: why).`,
  ],
  [
    'two numbers in a figure',
    inSection('Figures', '- **31 of 31**: ships. [@report]'),
    `${BRIEF}:11:3: Expected one number in the figure, such as 31, 68% or 2.4 billion euros, got "31 of 31".`,
  ],
  [
    'a lost %',
    inSection('Figures', '- **68**: of the plan. [@report]'),
    `${BRIEF}:11:3: No source cited here holds “68”: [@report]. Write it as the source has it, or mark it (own: why). They hold “68%”.`,
  ],
  [
    'a number in a statement',
    inSection('Key points', '- It counts 32 ships. [@report]'),
    `${BRIEF}:11:3: No source cited here holds “32”: [@report]. Write it as the source has it, or mark it (own: why).`,
  ],
  [
    'a date in a statement',
    inSection('Key points', '- It opened on 5 May 2021. [@report]'),
    `${BRIEF}:11:3: No source cited here holds “5 May 2021”: [@report]. Write it as the source has it, or mark it (own: why).`,
  ],
  // differences
  [
    'one claim alone',
    inSection('Where sources differ', '- When it opens\n  - In 2022. [@report]'),
    `${BRIEF}:11:1: Expected at least two claims that differ.`,
  ],
  [
    'a source at the topic',
    inSection('Where sources differ', '- When it opens [@report]\n  - In 2022. [@report]\n  - Never. [@report]'),
    `${BRIEF}:11:3: A topic cites no source. Cite at each claim below it.`,
  ],
  // what no card can show
  [
    'HTML',
    inSection('Key points', '- It<br>opens. [@report]'),
    `${BRIEF}:11:5: Expected text, got HTML. Delete it, or write \`<br>\` to show it as it is.`,
  ],
  [
    'an image',
    inSection('Key points', '- It opens ![a ship](ship.png). [@report]'),
    `${BRIEF}:11:12: Expected text, got an image. Link to it instead: [what it shows](address).`,
  ],
  [
    'an entity',
    inSection('Key points', '- Ships &amp; boats. [@report]'),
    `${BRIEF}:11:9: Expected text, got an HTML entity. Write the character itself instead of &amp;.`,
  ],
  [
    'a script in a link',
    inSection('Key points', '- It [opens](javascript:alert). [@report]'),
    `${BRIEF}:11:6: Expected a link to begin with https:// and to have at most 1000 characters, got "javascript:alert".`,
  ],
  // names, the collection, its records
  [
    'a name that asks for a view',
    named('port/quotes.md'),
    'port/quotes.md:1:1: No brief can be named "quotes": that word asks for a view. Rename the file.',
  ],
  [
    'an unknown time zone',
    { 'port/collection.yaml': 'description: Ships\nzone: Europe/Brusels\n' },
    'port/collection.yaml:2:7: Expected zone to be a time zone such as Europe/Brussels, got "Europe/Brusels".',
  ],
  [
    'a related brief that is missing',
    inMatter(`${MATTER}\nrelated: [closing]`),
    `${BRIEF}:5:11: warning: There is no brief "closing" to be related to. Known: opening.`,
  ],
]

test('the small collection has no problem', () => {
  assert.deepEqual(problemsWith({}), [])
})

test('`check` on forty broken briefs, one mistake each, gives forty exact problems', async t => {
  assert.equal(FORTY.length, 40)
  assert.equal(new Set(FORTY.map(([, , problem]) => problem)).size, 40)
  for (const [what, files, problem] of FORTY) await t.test(what, () => assert.deepEqual(problemsWith(files), [problem]))
})

const MORE: Mistake[] = [
  [
    'a colon at the end of a value',
    inMatter(MATTER.replace('The opening', 'The opening:')),
    `${BRIEF}:2:8: A value with a colon must stand in quotation marks: title: "The opening:"`,
  ],
  [
    'a colon and quotation marks',
    inMatter(MATTER.replace('The opening', 'Ada: "we open"')),
    `${BRIEF}:2:8: A value with a colon must stand in quotation marks: title: "Ada: \\"we open\\""`,
  ],
  [
    'a note whose colon is bare',
    inMatter(`${MATTER}\ncorrection: 2026-11-21: It was the harbour.`),
    `${BRIEF}:5:13: A value with a colon must stand in quotation marks: correction: "2026-11-21: It was the harbour."`,
  ],
  [
    'a note without a date',
    inMatter(`${MATTER}\ncorrection: It was the harbour.`),
    `${BRIEF}:5:13: Expected correction to be a dated note such as "2026-11-21: The share was given as a half.", got "It was the harbour.".`,
  ],
  [
    'a note of a day that no calendar has',
    inMatter(`${MATTER}\ncorrection: "2026-02-30: It was the harbour."`),
    `${BRIEF}:5:14: Expected correction to be a dated note such as "2026-11-21: The share was given as a half.", got "2026-02-30: It was the harbour.".`,
  ],
  [
    'an instant on a day that no calendar has',
    inMatter(`${MATTER}\nembargo_until: 2026-02-30T06:00:00Z`),
    `${BRIEF}:5:16: Expected embargo_until to be an instant with its offset such as 2026-11-21T06:00:00+01:00, got "2026-02-30T06:00:00Z".`,
  ],
  [
    'a mistyped required key',
    inMatter(MATTER.replace('title', 'titel')),
    `${BRIEF}:2:1: Unknown key "titel". Did you mean "title"?`,
  ],
  ['a key twice', inMatter(`${MATTER}\ntitle: Again`), `${BRIEF}:5:1: The key "title" is there twice. Delete one.`],
  [
    'an empty value',
    inMatter(`${MATTER}\naliases:\nowner: desk`),
    `${BRIEF}:5:9: Empty aliases: write a list of names: [one, two].`,
  ],
  [
    'a list item that is a group of keys',
    inMatter(`${MATTER}\naliases:\n  - port: new`),
    `${BRIEF}:6:5: Expected aliases, item 1, to be a name, got a group of keys.`,
  ],
  [
    'a list that is not closed',
    inMatter(`${MATTER}\naliases: [port, harbour`),
    `${BRIEF}:5:10: The list is not closed. Write ] at its end.`,
  ],
  [
    'a tab',
    inMatter(`${MATTER}\naliases:\n\t- port`),
    `${BRIEF}:6:1: Expected YAML, but tab characters must not be used in indentation.`,
  ],
  [
    'a group of keys that is not closed',
    inMatter(`${MATTER}\naliases: {port: harbour`),
    `${BRIEF}:5:10: The group of keys is not closed. Write } at its end.`,
  ],
  ['a title that is empty', inMatter(MATTER.replace('The opening', '')), `${BRIEF}:2:7: Empty title: write a title.`],
  ['no keys', inMatter(''), `${BRIEF}:2:1: Expected keys with values, such as \`title: Vilnius summit\`.`],
  [
    'front matter that is not closed',
    inBrief(briefOf().replace('\n---\n\n', '\n\n')),
    `${BRIEF}:1:1: The front matter is not closed. Write a line \`---\` below its last key.`,
  ],
  [
    'a date that the sources do not hold',
    inMatter(MATTER.replace('2021-05-04', '2019-05-04')),
    `${BRIEF}:3:7: No source cited in the brief holds “2019-05-04”: [@report]. Write it as the source has it.`,
  ],
  [
    'the title as a heading',
    inBrief(briefOf({ body: `# The opening\n\n${INTRO}` })),
    `${BRIEF}:7:1: Unknown heading "The opening". Known: Key points, Quotes, Timeline, Figures, Where sources differ.`,
  ],
  [
    'no introduction',
    inBrief(briefOf({ body: '## Key points\n\n- It opens. [@report]' })),
    `${BRIEF}:6:1: Expected an introduction: one or two paragraphs on what happened and why it matters.`,
  ],
  [
    'a list for an introduction',
    inBrief(briefOf({ body: `- ${INTRO}` })),
    `${BRIEF}:7:1: Expected a paragraph before the first heading, got a list.`,
  ],
  [
    'two paragraphs in an item',
    inSection('Key points', '- It opens. [@report]\n\n  It costs. [@report]'),
    `${BRIEF}:13:3: Expected one paragraph in each item, got also a paragraph.`,
  ],
  [
    'an empty item',
    inSection('Key points', '- It opens. [@report]\n-'),
    `${BRIEF}:12:1: This item is empty. Write a sentence or delete it.`,
  ],
  [
    'a source without a statement',
    inSection('Key points', '- [@report]'),
    `${BRIEF}:11:3: Expected a sentence before the citation.`,
  ],
  [
    'HTML around words',
    inSection('Key points', '- It <b>opens</b>. [@report]'),
    `${BRIEF}:11:6: Expected text, got HTML. Delete it, or write \`<b>\` to show it as it is.`,
  ],
  [
    'a link that is defined elsewhere',
    inSection('Key points', '- It [opens][now]. [@report]\n\n[now]: https://example.org'),
    `${BRIEF}:13:1: Expected "Key points" to hold a list: "- …", got a link definition.`,
  ],
  [
    'a citation with a page',
    inSection('Key points', '- It opens. [@report] [@report, p. 3]'),
    `${BRIEF}:11:23: Expected one source in each citation, such as [@press-conference] [@visit-report], got "[@report, p. 3]".`,
  ],
  [
    'two sources in one citation',
    inSection('Key points', '- It opens. [@report] [@report; @other]'),
    `${BRIEF}:11:23: Expected one source in each citation, such as [@press-conference] [@visit-report], got "[@report; @other]".`,
  ],
  [
    'a citation in the words of a quote',
    inSection('Quotes', '> We will open the harbour [@report]\n>\n> — Ada Lovell [@report]'),
    `${BRIEF}:11:28: Cite [@report] in the attribution, not in the quote.`,
  ],
  [
    'a quote of nothing but a list',
    inSection('Quotes', '> - We will open the harbour\n>\n> — Ada Lovell [@report]'),
    `${BRIEF}:11:3: Only paragraphs stand in a quote, got a list.`,
  ],
  [
    'a quote without a speaker',
    inSection('Quotes', '> We will open the harbour\n>\n> — [@report]'),
    `${BRIEF}:13:3: Expected who said it, in at most 250 characters, such as "— Jens Stoltenberg, NATO Secretary General, 2023-07-12 [@press-conference]".`,
  ],
  [
    'a bare … in a quote',
    inSection('Quotes', '> We will … in 2022\n>\n> — Ada Lovell [@report]'),
    `${BRIEF}:11:1: Can't verify the quote: [@report] has no quotation of "Ada Lovell" with these words: they agree as far as “we will”, not at “in”. Write […] where words are left out.`,
  ],
  [
    'a quote marked without a reason',
    inSection('Quotes', '> We will close the harbour\n>\n> — Ada Lovell [@report] (unverified)'),
    `${BRIEF}:13:26: Expected a reason in brackets at the end, such as (unverified: heard on the broadcast), got "(unverified)".`,
  ],
  [
    'a quote of a day that the source does not name',
    inSection('Quotes', '> We will open the harbour\n>\n> — Ada Lovell, 2021-06-03 [@report]'),
    `${BRIEF}:11:1: No source cited here holds “2021-06-03”: [@report]. Write the date as the source has it, or leave it out.`,
  ],
  [
    'a quote of a day in words',
    inSection('Quotes', '> We will open the harbour\n>\n> — Ada Lovell, 4 May 2021 [@report]'),
    `${BRIEF}:13:3: Expected the date of the quote to be a date such as 2023-07-12, got "4 May 2021". Write 2021-05-04.`,
  ],
  [
    'a quote of a day in words with a comma',
    inSection('Quotes', '> We will open the harbour\n>\n> — Ada Lovell, minister, May 4, 2021 [@report]'),
    `${BRIEF}:13:3: Expected the date of the quote to be a date such as 2023-07-12, got "May 4, 2021". Write 2021-05-04.`,
  ],
  [
    'a quote of a day in digits',
    inSection('Quotes', '> We will open the harbour\n>\n> — Ada Lovell, 4.5.2021 [@report]'),
    `${BRIEF}:13:3: Expected the date of the quote to be a date such as 2023-07-12, got "4.5.2021".`,
  ],
  [
    'a mark without a reason',
    inSection('Key points', '- It counts 77 ships. [@report] (own)'),
    `${BRIEF}:11:33: Expected a reason in brackets at the end, such as (own: 31 and 18), got "(own)".`,
  ],
  [
    'a mark whose reason has an open bracket',
    inSection('Key points', '- It counts 77 ships. [@report] (own: 31 (and 46)'),
    `${BRIEF}:11:33: Expected a reason in brackets at the end, such as (own: 31 and 18), got "(own: 31 (and 46)".`,
  ],
  [
    'a mark within a statement',
    inSection('Key points', '- It counts 77 (own: counted) ships. [@report]'),
    `${BRIEF}:11:16: Expected a reason in brackets at the end, such as (own: 31 and 18), got "(own: counted) ships. [@report]".`,
  ],
  [
    'a citation that is not closed',
    inSection('Key points', '- It opens. [@report] [@report and so on'),
    `${BRIEF}:11:23: Expected one source in each citation, such as [@press-conference] [@visit-report], got "[@report".`,
  ],
  [
    'a number in a topic',
    inSection('Where sources differ', '- Whether it has 77 ships\n  - It has. [@report]\n  - Never. [@report]'),
    `${BRIEF}:11:1: No source cited below holds “77”: [@report]. Write it as the source has it.`,
  ],
  [
    'a paragraph among the quotes',
    inSection('Quotes', 'We will open the harbour'),
    `${BRIEF}:11:1: Expected "Quotes" to hold a blockquote for each quote: "> …", got a paragraph.`,
  ],
  [
    'a figure that is not bold',
    inSection('Figures', '- 31: ships. [@report]'),
    `${BRIEF}:11:3: Expected the figure in bold and a colon, such as "**31**: members …", got "31: ships.".`,
  ],
  [
    'a figure without a number',
    inSection('Figures', '- **many**: ships. [@report]'),
    `${BRIEF}:11:3: Expected one number in the figure, such as 31, 68% or 2.4 billion euros, got "many".`,
  ],
  [
    'another scale',
    inSection('Figures', '- **2.4 million euros**: the cost. [@report]'),
    `${BRIEF}:11:3: No source cited here holds “2.4 million euros”: [@report]. Write it as the source has it, or mark it (own: why). They hold “2.4 billion euros”.`,
  ],
  [
    'a topic without claims',
    inSection('Where sources differ', '- When it opens'),
    `${BRIEF}:11:1: Expected a topic and, indented below it, one claim per item with its source: "- When the summit was", "  - In July. [@press-conference]".`,
  ],
  [
    'a name in capitals',
    named('port/Opening.md'),
    'port/Opening.md:1:1: Expected the file\'s name to be lower-case letters, digits and hyphens, at most 60, got "Opening".',
  ],
  [
    'a name of 61 characters',
    named(`port/${'o'.repeat(61)}.md`),
    `port/${'o'.repeat(61)}.md:1:1: Expected the file's name to be lower-case letters, digits and hyphens, at most 60, got "${'o'.repeat(61)}".`,
  ],
  [
    'no collection.yaml',
    { 'port/collection.yaml': undefined },
    'port/collection.yaml:1:1: Missing: without it the folder is no collection. Write at least `description: What the command tells`.',
  ],
  [
    'no description',
    { 'port/collection.yaml': 'language: en\n' },
    "port/collection.yaml:1:1: Missing description: write the command's description.",
  ],
  [
    'a language that is none',
    { 'port/collection.yaml': 'description: Ships\nlanguage: english_us\n' },
    'port/collection.yaml:2:11: Expected language to be a language tag such as en or uk, got "english_us".',
  ],
  [
    'an empty language',
    { 'port/collection.yaml': 'description: Ships\nlanguage: ""\n' },
    'port/collection.yaml:2:12: Empty language: write a language tag such as en or uk.',
  ],
  [
    'a row of one spelling',
    { 'port/collection.yaml': 'description: Ships\nspellings:\n  - [Kyiv]\n' },
    'port/collection.yaml:3:5: Expected spellings, item 1, to be a row of at least two spellings, got a list.',
  ],
  [
    'a folder in capitals',
    {
      'port/collection.yaml': undefined,
      'port/sources/report.yaml': undefined,
      [BRIEF]: undefined,
      'Port/collection.yaml': 'description: Ships\n',
      'Port/opening.md': briefOf(),
    },
    'Port/collection.yaml:1:1: Expected the folder\'s name to be lower-case letters, digits and hyphens, at most 31, beginning with a letter, got "Port". It becomes the slash command.',
  ],
  [
    'a folder of a reserved name',
    {
      'port/collection.yaml': undefined,
      'port/sources/report.yaml': undefined,
      [BRIEF]: undefined,
      'readout/collection.yaml': 'description: Ships\n',
    },
    'readout/collection.yaml:1:1: No collection can be named "readout": /readout has that word. Rename the folder.',
  ],
  [
    'a spoilt record',
    { 'port/sources/report.yaml': reportYaml({ sha256: 'abc' }) },
    'port/sources/report.yaml:6:9: Expected sha256 to be 64 hexadecimal digits, got "abc".',
  ],
  [
    'a spoilt date of a record',
    { 'port/sources/other.yaml': reportYaml({ published: 'May' }) },
    'port/sources/other.yaml:3:12: Expected published to be a date such as 2023-07-12, 2022-09, 2008 or 2023-07-11/2023-07-12, got "May".',
  ],
  [
    'an unknown rendering of a record',
    { 'port/sources/other.yaml': reportYaml({ rendering: 'translated' }) },
    'port/sources/other.yaml:5:12: Expected rendering to be original, translation or machine translation, got "translated".',
  ],
  [
    'a number of a record that is none',
    { 'port/sources/other.yaml': reportYaml({ numbers: ['many'] }) },
    'port/sources/other.yaml:18:5: Expected numbers, item 1, to be a number such as 31, 68% or 2.4 billion euros, got "many".',
  ],
  [
    'a date of a record that is none',
    { 'port/sources/other.yaml': reportYaml({ dates: ['yesterday'] }) },
    'port/sources/other.yaml:23:5: Expected dates, item 1, to be a date such as 12 July 2023, July 2023 or Wednesday, got "yesterday".',
  ],
  [
    'a quotation whose speaker is not named yet',
    { 'port/sources/other.yaml': reportYaml({ quotations: [{ line: '7', speaker: '?', words: 'abcde' }] }) },
    'port/sources/other.yaml:9:15: warning: The quotation at line 7 of the document has no speaker yet. Write the name instead of "?", or delete the entry.',
  ],
  [
    'an unknown key of a quotation',
    { 'port/sources/other.yaml': reportYaml({ quotations: [{ line: '7', speakr: 'Ada', words: 'abcde' }] }) },
    'port/sources/other.yaml:9:5: Unknown key "speakr". Did you mean "speaker"?',
  ],
  [
    'a record whose name has capitals',
    { 'port/sources/Other.yaml': reportYaml() },
    'port/sources/Other.yaml:1:1: Expected the record\'s name to be lower-case letters, digits and hyphens, got "Other".',
  ],
  [
    'a brief outside the collections',
    { 'opening.md': briefOf() },
    'opening.md:1:1: A brief stands in the folder of its collection, such as nato/vilnius.md. Move it there.',
  ],
  [
    'a brief in a folder of a collection',
    { 'port/old/opening.md': briefOf() },
    'port/old/opening.md:1:1: A brief stands directly in the folder of its collection. Move it there.',
  ],
  ['a brief named .MD', { 'port/new.MD': '' }, 'port/new.MD:1:1: Rename the file to new.md.'],
  [
    'a record outside sources/',
    { 'port/new.yaml': '' },
    'port/new.yaml:1:1: A record stands in sources/ of its collection, its settings in collection.yaml.',
  ],
  ['a record named .yml', { 'port/sources/new.yml': '' }, 'port/sources/new.yml:1:1: Rename the file to new.yaml.'],
  ['a brief named .markdown', { 'port/new.markdown': '' }, 'port/new.markdown:1:1: Rename the file to new.md.'],
  [
    'a missing related brief whose name stands in the title too',
    inMatter(`${MATTER.replace('The opening', 'The closing of a harbour')}\nrelated: [closing]`),
    `${BRIEF}:5:11: warning: There is no brief "closing" to be related to. Known: opening.`,
  ],
  [
    'an alias that another brief has',
    {
      ...inMatter(`${MATTER}\naliases: [port]`),
      'port/second.md': briefOf({ matter: MATTER.replace('The opening', 'The second\naliases: [Port]') }),
    },
    'port/second.md:3:11: warning: "Port" also names the brief "opening": readers who ask for it get a choice. Name one of them otherwise.',
  ],
]

test('one more mistake gives one exact problem', async t => {
  for (const [what, files, problem] of MORE) await t.test(what, () => assert.deepEqual(problemsWith(files), [problem]))
})

test('gives the problems of all files at once, by file, line and column', () => {
  const spoilt = briefOf({ matter: `${MATTER}\nstatus: done`, body: 'It &amp; opens [x](y).' })
  assert.deepEqual(
    problemsWith({ [BRIEF]: spoilt, 'stray.md': '', 'port/collection.yaml': '' }).map(
      problem => problem.split(': ')[0],
    ),
    ['port/collection.yaml:1:1', `${BRIEF}:5:9`, `${BRIEF}:8:4`, `${BRIEF}:8:16`, 'stray.md:1:1'],
  )
})

test('counts lines and columns as an editor shows them, whatever the file is written with', async t => {
  const text = withSection('Key points', '- 😀 A ship &amp; a boat. [@report]')
  const expected = [`${BRIEF}:11:12: Expected text, got an HTML entity. Write the character itself instead of &amp;.`]
  const crlf = text.replaceAll('\n', '\r\n')
  for (const [what, written] of Object.entries({
    LF: text,
    CRLF: crlf,
    BOM: `\ufeff${text}`,
    'CRLF and BOM': `\ufeff${crlf}`,
  }))
    await t.test(what, () => assert.deepEqual(problemsWith(inBrief(written)), expected))
})

test('counts lines and columns of front matter as an editor shows them', async t => {
  const text = briefOf({
    matter: `${MATTER.replace('The opening', '😀 The opening')}\nowner: [😀, desk]\nstatus: done`,
  })
  const expected = [
    `${BRIEF}:5:8: Expected owner to be a name, got a list.`,
    `${BRIEF}:6:9: Expected status to be draft, published or withdrawn, got "done".`,
  ]
  const crlf = text.replaceAll('\n', '\r\n')
  for (const [what, written] of Object.entries({
    LF: text,
    CRLF: crlf,
    BOM: `\ufeff${text}`,
    'CRLF and BOM': `\ufeff${crlf}`,
  }))
    await t.test(what, () => assert.deepEqual(problemsWith(inBrief(written)), expected))
})

test('finds nothing wrong with what is none of the library', () => {
  const files = [
    'README.md',
    'port/README.md',
    'port/.opening.md.swp',
    'port/opening.md~',
    '.git/x.md',
    'port/#opening.md#',
  ]
  assert.deepEqual(problemsWith(Object.fromEntries(files.map(file => [file, 'no brief']))), [])
})

test('a faulty brief is not served, and those beside it are', () => {
  const shelf = shelfOf({ ...COLLECTION, 'port/bad.md': 'no brief' })
  assert.deepEqual([...(shelf.library.collections.get('port')?.briefs.keys() ?? [])], ['opening'])
})

test('a brief of a date that no source holds is not served', () => {
  const shelf = shelfOf({ ...COLLECTION, ...inMatter(MATTER.replace('2021-05-04', '2019-05-04')) })
  assert.equal(shelf.library.problems.length, 1)
  assert.deepEqual([...(shelf.library.collections.get('port')?.briefs.keys() ?? [])], [])
})

test('a brief whose source cannot be read is not served, or stays as it was', () => {
  const spoilt = { 'port/sources/report.yaml': reportYaml({ sha256: 'abc' }) }
  const briefsOf = (shelf: Shelf) => [...(shelf.library.collections.get('port')?.briefs.keys() ?? [])]
  assert.deepEqual(briefsOf(shelfOf({ ...COLLECTION, ...spoilt })), [])
  const changes = Object.entries(spoilt).map(([path, text]) => ({ path, text }))
  assert.deepEqual(briefsOf(updateShelf(shelfOf(COLLECTION), changes)), ['opening'])
})

test('a warning takes no brief out of use', () => {
  const shelf = shelfOf({ ...COLLECTION, ...inMatter(`${MATTER}\nrelated: [closing]`) })
  assert.deepEqual([...(shelf.library.collections.get('port')?.briefs.keys() ?? [])], ['opening'])
})

test('what the editor marks as own or unverified is no problem', async t => {
  const good: [string, Files][] = [
    ['a figure', inSection('Figures', '- **77**: ships. [@report] (own: counted)')],
    ['a number in a statement', inSection('Key points', '- It counts 77 ships. [@report] (own: counted)')],
    ['a figure, for a reason with brackets', inSection('Figures', '- **77**: ships. [@report] (own: 31 (and 46))')],
    ['a day', inSection('Timeline', '- 2021-06-05: It opens. [@report] (own: seen)')],
    ['a quote', inSection('Quotes', '> Come.\n>\n> — Ada Lovell [@report] (unverified: heard)')],
    [
      'a quote, marked before its source',
      inSection('Quotes', '> Come.\n>\n> — Ada Lovell (unverified: heard) [@report]'),
    ],
  ]
  for (const [what, files] of good) await t.test(what, () => assert.deepEqual(problemsWith(files), []))
})

test('a number is held however it is written', async t => {
  const rows = [
    '2.4 billion euros',
    '€2.4 billion',
    '€2,400,000,000',
    '2.4bn euros',
    '68 per cent',
    '68 %',
    '31',
    'thirty-one',
  ]
  for (const value of rows)
    await t.test(value, () =>
      assert.deepEqual(problemsWith(inSection('Figures', `- **${value}**: of it. [@report]`)), []),
    )
  assert.match(REPORT, /2\.4 billion euros, 68%/)
})
