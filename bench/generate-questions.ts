import type { Prose } from './generate-words.ts'

/** Questions as readers type them: one to four words, some mistyped, some not finished, some that no brief has. */
export const generateQuestions = (count: number, prose: Prose): string[] =>
  Array.from({ length: count }, () => writeQuestion(prose))

function writeQuestion(prose: Prose): string {
  const words = Array.from({ length: prose.between(1, 4) }, () => writeWord(prose))
  return prose.between(1, 10) === 1 ? `what about the ${words.join(' ')}` : words.join(' ')
}

/** Of twenty words, two hold a typing mistake, one is only begun, and one is unknown. */
function writeWord(prose: Prose): string {
  const word = prose.word()
  switch (prose.between(1, 20)) {
    case 1:
    case 2:
      return mistype(word, prose)
    case 3:
      return word.slice(0, Math.max(3, word.length - 2))
    case 4:
      return [...word].reverse().join('')
    default:
      return word
  }
}

/** A word or words with one mistake: two letters swapped, one left out, or one typed twice. */
export function mistype(word: string, { between }: Prose): string {
  const at = between(1, word.length - 2)
  const [start, one, other, rest] = [word.slice(0, at), word.charAt(at), word.charAt(at + 1), word.slice(at + 2)]
  const mistakes = [start + other + one + rest, start + other + rest, `${start}${one}${one}${other}${rest}`]
  return mistakes[between(0, 2)] as string
}
