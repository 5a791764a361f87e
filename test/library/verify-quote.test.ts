import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { fingerprint, type SourceRecord } from '../../src/library/record.ts'
import { createSpellings } from '../../src/library/spelling.ts'
import { whyUnverified } from '../../src/library/verify-quote.ts'
import { readWords } from '../../src/library/words.ts'
import { recordOf, speechOf } from '../fakes/library.ts'

const DOCUMENT = `
Minister Ada Lovell said on Tuesday: “The future of our island is in the League. We do not ask for favours, and we don’t wait. The long-range ferries cost €2.4 billion, or 68% of the plan, and carry 1,000 people at 10.5 knots. I tell you that the sea is calm.”

“We will open the harbour,” Ada Lovell said, and she looked at the sea before she went on, “when the last ship has come home.”

The mayor, Tom Brandt, said: “It will be open to everyone. Nobody pays three times. We are able to sail, and full of hope.”

“Friends of the harbour will come from the north, from the south, from the east and from the islands between them,” Tom Brandt said.

“I look forwards at the day when we all meets as ally, in the café of the office,” Ada Lovell added.

“Captain (Marta) Olsen must have the ships (…) at once,” Ada Lovell said.

„Wir warten nicht auf morgen“, Tom Brandt said.

«Ми не чекаємо, об’єднані в надії», said Tom Brandt.
`

const ADA = 'Ada Lovell'
const TOM = 'Tom Brandt'

const report = recordOf('report', DOCUMENT)
const other = recordOf('other', 'Minister Ada Lovell said: “The harbour stays closed until the autumn.”\n')
const spellings = createSpellings([
  ['Lovell', 'Lowell', 'Ловелл'],
  ['Ada', 'Ада'],
])

const why = (quote: string, speaker = ADA, record: SourceRecord = report) =>
  whyUnverified(quote, speaker, record, spellings)

type Row = [what: string, quote: string, speaker?: string, record?: SourceRecord]

const REFUSED: Row[] = [
  ['a negation in a bracket', 'The future of our island is [not] in the League'],
  ['another negation in a bracket', 'The future of our island is [never] in the League'],
  ['a negation among other words in a bracket', 'The future of our island is [by no means] in the League'],
  ['a contracted negation in a bracket', 'The future of our island is[n’t] in the League'],
  ['a negation with an invisible character in a bracket', 'The future of our island is [n\u200bot] in the League'],
  ['a German negation in a bracket', 'The future of our island is [nicht] in the League'],
  ['a Ukrainian negation in a bracket', 'The future of our island is [не] in the League'],
  ['a negation in round brackets', 'The future of our island is (not) in the League'],
  ['“not” dropped by […]', 'We do […] ask for favours'],
  ['“not” dropped by (…)', 'We do (…) ask for favours'],
  ['“not” dropped by [...]', 'The future of our island […] favours'],
  ['“not” dropped by [x]', 'We do [kindly] ask for favours'],
  ['“not” dropped without a mark', 'We do ask for favours'],
  ['“don’t” dropped by […]', 'and we […] wait'],
  ['“don’t” turned into “do”', 'and we do wait'],
  ['“don’t” without its apostrophe', 'and we dont wait'],
  ['“nobody” dropped by […]', 'It will be open to everyone […] pays', TOM],
  ['a German negation dropped by […]', 'Wir warten […] auf morgen', TOM],
  ['a Ukrainian negation dropped by […]', 'Ми […] чекаємо', TOM],
  ['words joined from two speakers', 'I tell you that the sea is calm. It will be open to everyone'],
  ['words joined from two speakers by […]', 'I tell you that the sea is calm […] It will be open to everyone'],
  ['words joined over those of the reporter', 'We will open the harbour, when the last ship has come home'],
  ['words joined over those of the reporter by […]', 'We will open the harbour […] when the last ship has come home'],
  [
    'words of the reporter',
    'We will open the harbour, Ada Lovell said, and she looked at the sea before she went on, when the last ship has come home',
  ],
  ['words of the reporter alone', 'she looked at the sea'],
  ['two quotations of one speaker joined', 'I tell you that the sea is calm. We will open the harbour'],
  ['one changed digit', 'cost €2.5 billion'],
  ['one changed digit after a comma', 'carry 1,001 people'],
  ['a digit more', 'carry 10,000 people'],
  ['a lost %', 'or 68 of the plan'],
  ['a % too many', 'carry 1,000% people'],
  ['% turned into ‰', 'or 68‰ of the plan'],
  ['a lost currency sign', 'cost 2.4 billion'],
  ['another currency sign', 'cost $2.4 billion'],
  ['a currency sign too many', 'carry €1,000 people'],
  ['a lost decimal point', 'cost €24 billion'],
  ['a decimal point turned into a space', 'at 10 5 knots'],
  ['a decimal point turned into a comma', 'at 10,5 knots'],
  ['a number cut at its decimal point', 'people at 10 knots'],
  ['the comma of thousands turned into a point', 'carry 1.000 people'],
  ['a number word written in digits', 'Nobody pays 3 times', TOM],
  ['another number word', 'Nobody pays four times', TOM],
  ['fragments in the wrong order', 'We do not ask for favours […] The future of our island'],
  ['fragments in the wrong order over a free stretch', 'from the east […] from the north', TOM],
  ['a fragment used twice', 'from the north […] from the north', TOM],
  ['another source', 'The future of our island is in the League', ADA, other],
  ['another source the other way round', 'The harbour stays closed until the autumn'],
  ['another speaker', 'The future of our island is in the League', TOM],
  ['somebody who says nothing', 'The future of our island is in the League', 'Marta Olsen'],
  ['half of the speaker’s name', 'The future of our island is in the League', 'Lovell'],
  ['a number in a bracket', 'carry 1,000 [2] people'],
  ['a number word in a bracket', 'and carry [two] 1,000 people'],
  ['a scale in a bracket', 'carry 1,000 [million] people'],
  ['an ordinal in a bracket', 'when the [eleventh] last ship has come home'],
  ['a % in a bracket', 'carry 1,000 [%] people'],
  ['a currency sign in a bracket', 'and carry [€] 1,000 people'],
  ['a unit in a bracket', 'carry 1,000 [per cent] people'],
  ['a number in a bracket at the end', 'I tell you that the sea is calm [on 3 days]'],
  ['a number in a bracket at the start', '[Three times] the sea is calm'],
  ['a number skipped by […]', 'The long-range ferries […] of the plan'],
  ['a number word skipped by […]', 'Nobody pays […] times', TOM],
  ['a number word replaced by [x]', 'Nobody pays [many] times', TOM],
  ['four words replaced by [x]', 'Friends [they] come from the north', TOM],
  ['four words dropped by [x] beside others that stay', 'will come [soon] the south', TOM],
  ['a negating beginning in a bracket', 'We are [un]able to sail', TOM],
  ['a negating end in a bracket', 'and full of hope[less]', TOM],
  ['a negating beginning with a hyphen in a bracket', 'We are [un]-able to sail', TOM],
  ['a negating beginning in two brackets', 'We are [un][a]ble to sail', TOM],
  ['a negating beginning and an invisible character', 'We are [un]\u200bable to sail', TOM],
  ['a digit more in a bracket', 'carry [2]1,000 people'],
  ['a minus in a bracket', 'carry [−]1,000 people'],
  ['a minus too many', 'or −68% of the plan'],
  ['a bracket that holds nothing', 'the sea [] is calm'],
  ['four words replaced by two brackets', 'Friends [they][all] come from the north', TOM],
  ['four words replaced by two brackets and a space', 'Friends [they] [all] come from the north', TOM],
  ['a changed word', 'The future of our country is in the League'],
  ['a bracket of more than three words', 'I tell [the people of Norway] that the sea is calm'],
  ['a bracket that invents the rest', 'The future [is lost, and I despise you all]'],
  ['a bracket over two paragraphs', 'The future [is\nlost]'],
  ['an emoji', 'the sea is calm 🌊'],
  ['letters in squares', 'the sea is 🅽🅾🆃 calm'],
  ['a sign', 'the sea ≠ calm'],
  ['an added word', 'The future of our whole island is in the League'],
  ['a dropped word', 'The future of island is in the League'],
  ['a word twice', 'The future of our our island'],
  ['two words swapped', 'The future our of island'],
  ['a singular', 'We do not ask for favour'],
  ['the beginning of a word', 'The future of our isl'],
  ['two words written as one', 'The future of ourisland'],
  ['one word written as two', 'The fu ture of our island'],
  ['a letter of another script', 'The future of our isl\u0430nd'],
  ['a lost accent', 'in the cafe of the office'],
  ['an accent too many', 'We do not ask for fávours'],
  ['noise of the translation put right', 'I look forward to the day'],
  ['a word before the first', 'Surely the future of our island'],
  ['a word behind the last', 'that the sea is calm today'],
  ['a bare … over words', 'The future … is in the League'],
  ['nothing', ''],
  ['punctuation only', '… — !'],
  ['brackets only', '[…] [the League]'],
]

const ACCEPTED: Row[] = [
  ['the very words', 'The future of our island is in the League. We do not ask for favours, and we don’t wait.'],
  ['a single word', 'favours'],
  ['the first words', 'The future of our'],
  ['the last words', 'the sea is calm'],
  ['another quotation of the speaker', 'when the last ship has come home'],
  ['a quotation of the other speaker', 'It will be open to everyone', TOM],
  ['straight marks', 'and we don\'t wait. "The long-range ferries"'],
  ['curly marks', '“and we don’t wait. The long-range ferries”'],
  ['pointed marks', '»and we don’t wait« «The long-range ferries»'],
  ['a grave accent for an apostrophe', 'and we don`t wait'],
  ['an acute accent for an apostrophe', 'and we don´t wait'],
  ['a letter for an apostrophe', 'and we donʼt wait'],
  ['line wraps', 'The future\nof our island\r\nis in   the League'],
  ['two paragraphs', 'The future of our island is in the League.\n\nWe do not ask for favours'],
  ['soft hyphens', 'The fu\u00adture of our is\u00adland'],
  ['“long range” for “long-range”', 'The long range ferries'],
  ['a hyphen that does not break', 'The long\u2011range ferries'],
  ['a dash for a hyphen', 'The long–range ferries'],
  ['[x] for one word', 'I tell [Norway] that the sea is calm'],
  ['[x] for three words', 'Friends [they] will come from the north', TOM],
  ['[x] for no word', 'the sea is [very] calm'],
  ['[x] of three words', 'I tell [all of you] that the sea is calm'],
  ['[x] at the start', '[But] the sea is calm'],
  ['[x] at the end', 'the sea is calm [here]'],
  ['[W]e', '[W]e don’t wait'],
  ['the end of a word in brackets', 'the sea is ca[lm]'],
  ['two brackets for three words', 'Friends [they][all] will come from the north', TOM],
  ['[w]e', 'favours, and [w]e don’t wait'],
  ['[W]e inside', 'The future of our island is in the League. [W]e do not ask'],
  ['noise of the translation', 'I look forwards at the day when we all meets as ally'],
  ['[…]', 'Friends of the harbour […] from the islands between them', TOM],
  ['(…)', 'Friends of the harbour (…) from the islands between them', TOM],
  ['[...]', 'Friends of the harbour [...] from the islands between them', TOM],
  ['[ … ]', 'Friends of the harbour [ … ] from the islands between them', TOM],
  ['[…] twice', 'Friends […] from the south […] between them', TOM],
  ['[…] over nothing', 'Friends of the […] harbour', TOM],
  ['[…] over repeated words', 'will come from […] the islands', TOM],
  ['[…] at the start', '[…] the sea is calm'],
  ['[…] at the end', 'The future of our island […]'],
  ['[…] and [x]', 'Friends […] come from the [cold] north', TOM],
  ['upper case', 'THE FUTURE OF OUR ISLAND'],
  ['lower case', 'the league. we do not ask'],
  ['fullwidth forms', 'Ｔｈｅ ｆｕｔｕｒｅ of our island'],
  ['a ligature', 'the café of the o\ufb03ce'],
  ['a decomposed accent', 'in the cafe\u0301 of the office'],
  ['zero-width characters', 'The fu\u200bture of\u2060 our is\u200dland'],
  ['direction marks', '\u200eThe future of our island\u200f'],
  ['a byte order mark', '\ufeffThe future of our island'],
  ['a space that does not break', 'The\u00a0future\u202fof our island'],
  ['1000 for 1,000', 'carry 1000 people'],
  ['a space before %', 'or 68 % of the plan'],
  ['a fullwidth %', 'or 68％ of the plan'],
  ['a space behind the currency sign', 'cost € 2.4 billion'],
  ['fullwidth digits', 'cost €２.４ billion'],
  ['other punctuation', 'We do not ask for favours — and we don’t wait!'],
  ['no punctuation', 'in the League We do not ask for favours and we don’t wait'],
  ['a bare … where nothing is left out', 'The future … of our island'],
  ['round brackets of the source', 'Captain (Marta) Olsen must have the ships'],
  ['round brackets of the source left out', 'Captain Marta Olsen must have the ships'],
  ['an ellipsis of the source', 'must have the ships (…) at once'],
  ['an ellipsis of the source left out', 'must have the ships at once'],
  ['a negation that stands there', 'We do not ask […] and we don’t wait'],
  ['German', 'Wir warten nicht auf morgen', TOM],
  ['Ukrainian with another apostrophe', 'Ми не чекаємо, обʼєднані', TOM],
  ['another spelling of the speaker’s name', 'the sea is calm', 'Ada Lowell'],
  ['the speaker’s name in another script', 'the sea is calm', 'Ада Ловелл'],
  ['the speaker’s name in capitals', 'the sea is calm', 'ADA LOVELL'],
  ['another source of the speaker', 'The harbour stays closed', ADA, other],
]

test('reads the made-up document as the tables take it', () => {
  assert.deepEqual(
    report.quotations.map(({ line, speaker }) => `${line} ${speaker}`),
    [`2 ${ADA}`, `4 ${ADA}`, `4 ${ADA}`, `6 ${TOM}`, `8 ${TOM}`, `10 ${ADA}`, `12 ${ADA}`, `14 ${TOM}`, `16 ${TOM}`],
  )
})

test('refuses a quote with', async t => {
  for (const [what, quote, speaker, record] of REFUSED)
    await t.test(what, () => assert.notEqual(why(quote, speaker, record), undefined))
})

test('accepts a quote with', async t => {
  for (const [what, quote, speaker, record] of ACCEPTED)
    await t.test(what, () => assert.equal(why(quote, speaker, record), undefined))
})

test('takes nobody for the speaker whom a record does not know yet', () => {
  const unnamed = recordOf('unnamed', 'One voice: “The harbour stays closed.”\n')
  assert.equal(unnamed.quotations[0]?.speaker, '?')
  assert.notEqual(why('The harbour stays closed', '?', unnamed), undefined)
  assert.notEqual(why('The harbour stays closed', '…', unnamed), undefined)
  assert.equal(
    why('The harbour stays closed', ADA, unnamed),
    '[@unnamed] holds these words, but does not say yet whose they are. Write the speaker into its record.',
  )
})

test('says why a quote is not verified', async t => {
  const rows: [what: string, quote: string, speaker: string, message: string][] = [
    [
      'where the words part',
      'The future of our country',
      ADA,
      '[@report] has no quotation of "Ada Lovell" with these words: they agree as far as “the future of our”, not at “country”.',
    ],
    [
      'the last five words that agree',
      'The future of our island is in the Union',
      ADA,
      '[@report] has no quotation of "Ada Lovell" with these words: they agree as far as “our island is in the”, not at “union”.',
    ],
    ['when no word agrees', 'Xyzzy', ADA, '[@report] has no quotation of "Ada Lovell" with these words.'],
    [
      'how to leave words out',
      'The future … is in the League',
      ADA,
      '[@report] has no quotation of "Ada Lovell" with these words: they agree as far as “the future”, not at “is”. Write […] where words are left out.',
    ],
    [
      'how to leave words out, written with three points',
      'The future ... is in the League',
      ADA,
      '[@report] has no quotation of "Ada Lovell" with these words: they agree as far as “the future”, not at “is”. Write […] where words are left out.',
    ],
    [
      'nothing of […] where it is written',
      'The future […] is not ours',
      ADA,
      '[@report] has no quotation of "Ada Lovell" with these words: they agree as far as “the future […] is”, not at “not”.',
    ],
    [
      'whose words they are',
      'the sea is calm',
      TOM,
      '[@report] gives these words to "Ada Lovell", not to "Tom Brandt".',
    ],
    [
      'whom the editor may have meant, after a typing mistake',
      'Xyzzy',
      'Ada Lovel',
      '[@report] has no quotation of "Ada Lovel". Did you mean "Ada Lovell"?',
    ],
    [
      'whom the editor may have meant, by the surname',
      'Xyzzy',
      'Lovell',
      '[@report] has no quotation of "Lovell". Did you mean "Ada Lovell"?',
    ],
    [
      'who speaks at all',
      'Xyzzy',
      'Bob Hu',
      '[@report] has no quotation of "Bob Hu". Its speakers: Ada Lovell, Tom Brandt.',
    ],
    [
      'which bracket is at fault',
      'The future of our island is [not] in the League',
      ADA,
      'The bracket [not] adds a negation or a number, which no bracket can.',
    ],
    [
      'that a bracket is empty',
      'the sea [] is calm',
      ADA,
      'The bracket [] holds no word. Write […] where words are left out.',
    ],
    ['that there is nothing to verify', '[…]', ADA, 'The quote has no words of the speaker.'],
  ]
  for (const [what, quote, speaker, message] of rows)
    await t.test(what, () => assert.equal(why(quote, speaker), message))
})

test('reads a quote of as many words as a file can hold', () => {
  assert.notEqual(why('sea '.repeat(250_000)), undefined)
})

test('says that a record without quotations holds none', () => {
  assert.equal(
    why('The sea', ADA, recordOf('plain', 'No one spoke.\n')),
    '[@plain] has no quotation of "Ada Lovell". Its record holds no quotations.',
  )
})

const word = fc.stringMatching(/^[a-m]{1,8}$/).filter(text => readWords(text).every(one => !one.marked))
const stranger = fc.stringMatching(/^[n-z]{1,8}$/)

/** A quotation of different words, and a run of them. */
const quotedRun = fc
  .uniqueArray(word, { minLength: 1, maxLength: 40 })
  .chain(words =>
    fc
      .tuple(fc.nat(words.length - 1), fc.nat(words.length - 1))
      .map(([a, b]) => ({ words, from: Math.min(a, b), to: Math.max(a, b) + 1 })),
  )

test('verifies every run of words of a quotation', () => {
  fc.assert(
    fc.property(quotedRun, ({ words, from, to }) => {
      const record = speechOf(ADA, words.join(' '))
      assert.equal(why(words.slice(from, to).join(' '), ADA, record), undefined)
    }),
    { seed: 1 },
  )
})

test('refuses every run in which a word was replaced', () => {
  fc.assert(
    fc.property(quotedRun, fc.nat(), stranger, ({ words, from, to }, place, instead) => {
      const record = speechOf(ADA, words.join(' '))
      const prints = new Set(words.map(one => fingerprint(record.sha256, one)))
      fc.pre(!prints.has(fingerprint(record.sha256, instead)))
      const run = words.slice(from, to)
      assert.notEqual(why(run.with(place % run.length, instead).join(' '), ADA, record), undefined)
    }),
    { seed: 2 },
  )
})

test('refuses every run of two or more words in another order', () => {
  fc.assert(
    fc.property(quotedRun, fc.nat(), ({ words, from, to }, place) => {
      const run = words.slice(from, to)
      fc.pre(run.length > 1)
      const at = place % (run.length - 1)
      const record = speechOf(ADA, words.join(' '))
      const swapped = run.with(at, run[at + 1] as string).with(at + 1, run[at] as string)
      assert.notEqual(why(swapped.join(' '), ADA, record), undefined)
    }),
    { seed: 3 },
  )
})

test('skips with […] whatever is neither a negation nor a number, and nothing else', () => {
  const marked = fc.constantFrom('not', 'never', 'no', 'don’t', '7', '68%', 'three', 'million')
  fc.assert(
    fc.property(quotedRun, fc.option(marked), fc.nat(), ({ words }, guarded, place) => {
      fc.pre(words.length > 2)
      const at = 1 + (place % (words.length - 2))
      const spoken = guarded === null ? words : words.with(at, guarded)
      const record = speechOf(ADA, spoken.join(' '))
      const verified = why(`${spoken[0]} […] ${spoken.at(-1)}`, ADA, record) === undefined
      assert.equal(verified, guarded === null)
    }),
    { seed: 4 },
  )
})

const noise = fc.constantFrom(
  ' ',
  '  ',
  '\n',
  '\r\n',
  ', ',
  '. ',
  '; ',
  ' – ',
  '-',
  ' “',
  '” ',
  ' (',
  ') ',
  '… ',
  '\u00a0',
  '\u200b ',
)

test('gives the same result however case, punctuation and white space stand', () => {
  const noises = fc.infiniteStream(noise)
  const cases = fc.infiniteStream(fc.boolean())
  fc.assert(
    fc.property(
      quotedRun,
      stranger,
      fc.boolean(),
      noises,
      cases,
      ({ words, from, to }, instead, spoil, gaps, upper) => {
        const record = speechOf(ADA, words.join(' '))
        const run = spoil ? [...words.slice(from, to), instead] : words.slice(from, to)
        const noisy = run.map(one => (upper.next().value ? one.toUpperCase() : one) + gaps.next().value).join('')
        assert.equal(why(noisy, ADA, record) === undefined, why(run.join(' '), ADA, record) === undefined)
      },
    ),
    { seed: 5 },
  )
})

test('mistakes a foreign word for a quoted one about as often as the fingerprint promises', () => {
  const QUOTED = 500
  const TRIED = 200_000
  const record = speechOf(ADA, Array.from({ length: QUOTED }, (_, i) => `quoted${letters(i)}`).join(' '))
  const kept = record.quotations.flatMap(quotation => quotation.words.map(one => one.print))
  const prints = new Set(kept)
  const pairs = new Set(kept.slice(1).map((print, i) => `${kept[i]} ${print}`))
  const tried = Array.from({ length: TRIED }, (_, i) => `foreign${letters(i)}`)
  const found = tried.map(one => fingerprint(record.sha256, one))
  const taken = tried.filter((_, i) => prints.has(found[i] as string))
  assert.equal(kept.length, QUOTED)
  // 500 · 2^-20 · 200,000 = 95 words are expected; four standard deviations are 39.
  assert.ok(taken.length > 56 && taken.length < 134, `${taken.length} of ${TRIED}`)
  assert.equal(why(taken[0] as string, ADA, record), undefined)
  // 2 · 10^-5 of such pairs are expected in so many.
  assert.equal(found.slice(1).filter((print, i) => pairs.has(`${found[i]} ${print}`)).length, 0)
})

/** A number in letters, so that it is no number. */
const letters = (value: number): string =>
  value.toString(26).replace(/[0-9]/g, digit => 'qrstuvwxyz'[Number(digit)] as string)
