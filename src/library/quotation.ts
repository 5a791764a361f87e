/** What a document prints as somebody's words: a place in its text, from the first character to behind the last. */
export type Quotation = {
  text: string
  from: number
  to: number
  speaker?: string
  flaw?: 'no closing mark' | 'nested'
}

/** A paragraph of a document: a line, or in a hard-wrapped text the lines up to an empty one. */
export type Paragraph = { text: string; from: number; line: number }

const WRAPPED_AT = 100

export function splitParagraphs(document: string): Paragraph[] {
  const wrapped = document.split('\n').every(line => line.length <= WRAPPED_AT) && /\S\n\S/.test(document)
  const paragraphs: Paragraph[] = []
  for (const match of document.matchAll(wrapped ? /\S(?:.|\n(?!\s*\n))*/g : /\S.*/g)) {
    const line = document.slice(0, match.index).split('\n').length
    paragraphs.push({ text: match[0], from: match.index, line })
  }
  return paragraphs
}

/**
 * Finds what stands between quotation marks, paragraph by paragraph, and proposes a speaker for each. An opening mark inside a
 * quotation begins a new one; a quotation without a closing mark ends with its paragraph. Both are named as flaws, for the
 * editor to put right.
 */
export function findQuotations(document: string): Quotation[] {
  const names = findNames(document)
  let last: string | undefined
  return splitParagraphs(document).flatMap(paragraph => {
    const quotations = scan(paragraph.text)
    return quotations.map(quotation => {
      last = proposeSpeaker(paragraph.text, quotation, quotations, names) ?? last
      const place = { ...quotation, from: quotation.from + paragraph.from, to: quotation.to + paragraph.from }
      return last === undefined ? place : { ...place, speaker: last }
    })
  })
}

type Open = { mark: string; from: number; nested: boolean }

function scan(text: string): Quotation[] {
  const found: Quotation[] = []
  let open: Open | undefined
  const close = (to: number, flaw?: Quotation['flaw']) => {
    if (!open) return
    const words = text.slice(open.from, to)
    const fault = flaw ?? (open.nested ? 'nested' : undefined)
    if (/[\p{L}\p{N}]/u.test(words)) found.push({ text: words, from: open.from, to, ...(fault && { flaw: fault }) })
    open = undefined
  }
  for (const { 0: mark, index } of text.matchAll(/[“”„«»"‘’]/g)) {
    const role = roleOf(text, index, mark, open)
    if (role === 'close') close(index)
    if (role === 'open') {
      const nested = open !== undefined
      close(index, nested ? 'nested' : undefined)
      open = { mark, from: index + 1, nested }
    }
  }
  close(text.length, 'no closing mark')
  return found
}

function roleOf(text: string, at: number, mark: string, open: Open | undefined): 'open' | 'close' | 'none' {
  const before = at === 0 || /[\s([—–-]/.test(text[at - 1] as string)
  const after = /[\p{L}\p{N}[(…]/u.test(text[at + 1] ?? '')
  switch (mark) {
    case '"':
      return open?.mark === '"' ? 'close' : before ? 'open' : 'none'
    case '“':
      return open?.mark === '„' ? 'close' : 'open'
    case '„':
      return 'open'
    case '«':
      return open?.mark === '»' ? 'close' : 'open'
    case '»':
      return open?.mark === '«' ? 'close' : open === undefined && before && after ? 'open' : 'none'
    case '”':
      return open && '“„”'.includes(open.mark) ? 'close' : open === undefined && before && after ? 'open' : 'none'
    case '‘':
      return open === undefined && before && /’(?!\p{L})/u.test(text.slice(at)) ? 'open' : 'none'
    default:
      return open?.mark === '‘' && !/\p{L}/u.test(text[at + 1] ?? '') ? 'close' : 'none'
  }
}

const NAME = /\p{Lu}[\p{L}'’-]+(?:\s(?:(?:van|von|de|der|al|bin)\s)?\p{Lu}[\p{L}'’-]+){1,5}/gu

/** What stands before a name without being part of it. */
const TITLES = new Set(
  `President Vice Prime Secretary-General Membership Action Plan Summit Minister Secretary General Major Colonel Chief Deputy Defense Defence Foreign Finance Interior Chancellor King Queen
  Senator Governor Spokesman Spokeswoman Spokesperson Mr Mrs Ms Dr Professor Sir Lady Lord Ambassador Director Mayor The Russian Ukrainian Canadian
  Greek British French German Polish Turkish American European NATO Kremlin`.split(/\s+/),
)

const SPEAKING =
  /\b(?:sa(?:id|ys)|add(?:ed|s)|t(?:old|ells)|stress(?:ed|es)|declared?s?|warn(?:ed|s)|announced?s?|indicate[ds]|comment(?:ed|s)|conclude[ds]|explain(?:ed|s)|confirm(?:ed|s)|according|asked|replied|noted|stated?|assured|concerned)\b/i

/** Surname → first name and surname, for people whom the document names in full near a verb of speaking. */
function findNames(document: string): Map<string, string> {
  const names = new Map<string, string>()
  for (const { 0: match, index } of document.matchAll(NAME)) {
    const around = document.slice(Math.max(0, index - NEAR), index + match.length + NEAR)
    const parts = match.split(/\s/).filter(part => !TITLES.has(part))
    const surname = parts.at(-1) as string
    if (parts.length > 1 && parts.length < 5 && SPEAKING.test(around) && !names.has(surname))
      names.set(surname, parts.join(' '))
  }
  return names
}

/** How many characters around a name its verb is looked for. */
const NEAR = 120

/** The person who is named nearest to the quotation outside all quotations, first behind it, then before it. */
function proposeSpeaker(
  text: string,
  quotation: Quotation,
  all: Quotation[],
  names: Map<string, string>,
): string | undefined {
  const plain = all.reduce((left, { from, to }) => left.slice(0, from) + ' '.repeat(to - from) + left.slice(to), text)
  const behind = /^[^.!?]{0,120}/.exec(plain.slice(quotation.to))?.[0] ?? ''
  const ahead = plain.slice(0, quotation.from)
  return (SPEAKING.test(behind) ? namesIn(behind, names)[0] : undefined) ?? namesIn(ahead, names).at(-1)
}

/** The known people whom a text names, in its order. */
function namesIn(text: string, names: Map<string, string>): string[] {
  return [...text.matchAll(/\p{Lu}[\p{L}'’-]+/gu)].flatMap(
    ({ 0: word }) => names.get(word.replace(/['’]s?$/, '')) ?? [],
  )
}
