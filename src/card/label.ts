import { isBlank, withoutControls } from './controls.ts'

/** A label as a platform takes it: one line, not blank, at most `most` UTF-16 code units. */
export function fitLabel(label: string, most: number): string {
  const line = withoutControls(label.toWellFormed()).replace(/\s+/g, ' ').trim()
  return isBlank(line) ? '…' : shorten(line, most)
}

/** Shortens a label at a grapheme, with `…`. */
export function shorten(label: string, most: number): string {
  if (label.length <= most) return label
  let short = ''
  for (const { segment } of new Intl.Segmenter().segment(label)) {
    if (short.length + segment.length >= most) break
    short += segment
  }
  return `${short.trimEnd()}…`
}
