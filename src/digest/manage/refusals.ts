import { backTo, type Draft, listButton, say } from './draft.ts'
import type { Entry } from './subscription.ts'

/** What only managers may have. */
export const refused: Draft = say('This is for managers', [
  'Only those who manage this channel can see and change what is posted to it. Please ask one of them.',
])

export const elsewhere: Draft = say('Digests belong to a channel', [
  'Please write /readout digests in the channel that you mean: nothing can be posted on schedule to this conversation.',
])

export const outdated: Draft = say(
  'This button is no longer understood',
  ['It belongs to another version of Readout. Please begin again.'],
  [listButton],
)

export const gone: Draft = say(
  'This digest is gone',
  ['It was removed meanwhile, or was a draft that nobody finished within a day. Nothing was changed.'],
  [listButton],
)

export const foreign: Draft = say('This digest belongs to another channel', [
  'It can be seen and changed only in its own channel: please write /readout digests there.',
])

export const fixed = ({ digest }: Entry): Draft =>
  say(
    'This digest is the operator’s',
    [
      `${digest.name} stands in the configuration, config/readout.yaml, and can be changed only there. Please ask whoever runs Readout. Nothing was changed.`,
    ],
    [listButton],
  )

/** What is said of every digest while its operator has paused all. */
export const PAUSED_BY_OPERATOR = 'All digests are paused by whoever runs Readout; nothing is posted until they go on.'

/** Why a digest can't be posted by hand, where it can't. */
export function whyNotPosted(entry: Entry, isPausedByOperator: boolean): Draft | undefined {
  if (entry.state === 'draft')
    return say('This is a draft', ['Nothing is posted of it before you press Subscribe.'], [backTo(entry)])
  return isPausedByOperator
    ? say(
        'All digests are paused',
        ['Whoever runs Readout has paused them, so that nothing is posted now, not by hand either. Ask them to go on.'],
        [backTo(entry)],
      )
    : undefined
}
