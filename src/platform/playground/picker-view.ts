import { createElement as h, type ReactElement } from 'react'
import type { Choice } from '../../card/card.ts'

/** A picker as a native select. */
export const viewPicker = ({ id, label, choices }: { id: string; label: string; choices: Choice[] }): ReactElement =>
  h(
    'select',
    { className: 'picker', 'data-picker': id, 'aria-label': label, defaultValue: '' },
    h('option', { value: '', disabled: true }, label),
    ...choices.map(({ label: name, value, description }) =>
      h('option', { key: value, value }, description === undefined ? name : `${name} · ${description}`),
    ),
  )
