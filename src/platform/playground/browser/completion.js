/**
 * Completes what is typed into an input, as a combobox with a list: https://www.w3.org/WAI/ARIA/apg/patterns/combobox/.
 * @param {HTMLInputElement} input
 * @param {HTMLUListElement} list
 * @param {(line: string) => void} choose is given a whole line that was chosen
 */
export function createCompletion(input, list, choose) {
  /** @type {{ label: string, value: string, description?: string }[]} */
  let choices = []
  let active = -1
  let asked = 0

  function close() {
    asked++
    list.hidden = true
    input.ariaExpanded = 'false'
    activate(-1)
  }

  /** @param {number} index */
  function activate(index) {
    active = index
    for (const [at, option] of [...list.children].entries()) option.ariaSelected = String(at === index)
    const option = list.children[index]
    if (option) {
      input.setAttribute('aria-activedescendant', option.id)
      option.scrollIntoView({ block: 'nearest' })
    } else input.removeAttribute('aria-activedescendant')
  }

  async function open() {
    const number = ++asked
    const response = await fetch(`/complete?line=${encodeURIComponent(input.value)}`).catch(() => undefined)
    if (!response?.ok || number !== asked) return
    choices = await response.json()
    if (number !== asked) return
    list.replaceChildren(...choices.map(viewChoice))
    list.hidden = choices.length === 0
    input.ariaExpanded = String(choices.length > 0)
    activate(-1)
  }

  /** Takes a choice: a whole command is asked, the name of one waits for more. @param {number} index */
  function take(index) {
    const choice = choices[index]
    if (!choice) return
    input.value = choice.value
    if (choice.value.endsWith(' ')) open()
    else choose(choice.value)
  }

  /** @param {KeyboardEvent} event */
  function press(event) {
    if (event.key === 'Escape' && !list.hidden) {
      event.preventDefault()
      return close()
    }
    if (event.key === 'Enter' && active >= 0 && !list.hidden) {
      event.preventDefault()
      return take(active)
    }
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
    if (step === 0) return
    event.preventDefault()
    if (list.hidden) open()
    else activate(active < 0 && step < 0 ? choices.length - 1 : (active + step) % choices.length)
  }

  input.addEventListener('input', open)
  input.addEventListener('keydown', press)
  input.addEventListener('blur', close)
  // The input keeps the focus, so that its blur does not close the list before the click.
  list.addEventListener('pointerdown', event => event.preventDefault())
  list.addEventListener('click', event => {
    const option = event.target instanceof Element ? event.target.closest('li') : null
    if (option) take([...list.children].indexOf(option))
  })
  return { close }
}

/** @param {{ label: string, value: string, description?: string }} choice @param {number} index */
function viewChoice({ label, value, description }, index) {
  const option = document.createElement('li')
  option.id = `completion-${index}`
  option.role = 'option'
  const name = document.createElement('span')
  name.textContent = label
  const hint = document.createElement('small')
  hint.className = 'hint'
  hint.textContent = description ?? value
  option.append(name, ' ', hint)
  return option
}
