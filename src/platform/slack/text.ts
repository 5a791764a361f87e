/** What a person typed, as it was typed: Slack escapes `&`, `<` and `>`, and writes mentions and links in angle brackets. */
export const readText = (text: string): string =>
  text
    .replace(/<(?:[^<>|]*)\|([^<>]*)>|<([^<>]*)>/g, (_, label?: string, bare?: string) => label ?? bareText(bare ?? ''))
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')
    .trim()

/** A mention of a user or channel without a label is nothing that was typed to us; an address is. */
const bareText = (bare: string): string => (/^[@#!]/.test(bare) ? '' : bare)
