/**
 * A text without the characters that act instead of showing: controls, which command a terminal, and overrides of the direction of
 * writing, which turn the words behind them. Line feeds stay; other breaks and tabs become spaces.
 */
export const withoutControls = (text: string): string =>
  !ACTING.test(text)
    ? text
    : text
        .replace(/\r\n/g, '\n')
        .replace(/[\t\v\f\r\u0085\u2028\u2029]/g, ' ')
        .replace(/(?!\n)\p{Cc}|[\u202a-\u202e\u2066-\u2069]/gu, '')

/** Anything that may have to go; most texts have none of it. */
const ACTING = /(?!\n)\p{Cc}|[\u2028\u2029\u202a-\u202e\u2066-\u2069]/u

/** Whether a text shows nothing: spaces, and characters without a picture of their own, such as joiners. */
export const isBlank = (text: string): boolean => !/[^\s\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}\u2800]/u.test(text)
