import type { Generated } from './generate-briefs.ts'
import { generateQuestions, mistype } from './generate-questions.ts'
import type { Prose } from './generate-words.ts'

/** Texts on their way to a question, as a platform asks to complete them while they are typed. */
export const generateTypings = (count: number, { titles, speakers }: Generated, prose: Prose): string[] =>
  Array.from({ length: count }, () => writeTyping(titles, speakers, prose))

const VIEWS = ['quotes', 'timeline', 'figures', 'sources']

/** Of twenty texts, one is empty, nine begin a title, two of them with a mistake, and the others are parts of titles, views and questions. */
function writeTyping(titles: string[], speakers: string[], prose: Prose): string {
  const title = prose.pick(titles).toLowerCase()
  switch (prose.between(1, 20)) {
    case 1:
      return ''
    case 2:
    case 3:
      return begun(mistype(title, prose), prose)
    case 4:
    case 5:
      return begun(title.slice(title.indexOf(' ') + 1), prose)
    case 6:
      return begun(prose.pick(VIEWS), prose)
    case 7:
    case 8:
      return `${prose.pick(VIEWS)} ${begun(title, prose)}`
    case 9:
      return `${prose.pick(VIEWS)} `
    case 10:
      return `quotes ${begun(prose.pick(speakers).toLowerCase(), prose)}`
    case 11:
    case 12:
    case 13:
      return begun(generateQuestions(1, prose)[0] as string, prose)
    default:
      return begun(title, prose)
  }
}

const begun = (text: string, { between }: Prose): string => text.slice(0, between(1, text.length))
