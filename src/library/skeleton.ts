/** A brief that passes the check once its blanks are filled: every `…` is one. Comments are not shown to readers. */
export const briefSkeleton = (title: string, today: string): string => `---
title: ${title}
date: ${today}
aliases: []
topics: []
related: []
reviewed: ${today}
status: draft
---

<!-- What happened and why it matters, in one or two paragraphs of your own words, each with its sources. Sources are made
with \`npm run -s readout -- source add\`. Delete the sections that you don't need; set status to published, or delete it. -->

… [@…]

## Key points

- … [@…]

## Quotes

> …
>
> — …, …, ${today} [@…]

## Timeline

- ${today}: … [@…]

## Figures

- **…**: … [@…]

## Where sources differ

- …
  - … [@…]
  - … [@…]
`

/** The least that makes a folder a collection. */
export const collectionSkeleton = (name: string): string => `description: Short, sourced briefs on ${name}
language: en
zone: UTC
spellings: []
`

/** `madrid-summit` → `Madrid summit`. */
export const titleFromName = (name: string): string => {
  const words = name.replaceAll('-', ' ')
  return (words[0] ?? '').toUpperCase() + words.slice(1)
}
