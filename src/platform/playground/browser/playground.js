import { createCompletion } from './completion.js'

/** @typedef {{ kind: 'typed', line: string } | { kind: 'clicked', id: string } | { kind: 'picked', id: string, value: string }} Question */
/** @typedef {{ answers: Record<string, string>, isShared: boolean, follows: boolean, title: string }} Answers */

/** @template {Element} T @param {string} selector @param {new () => T} type @param {ParentNode} [within] @returns {T} */
function find(selector, type, within = document) {
  const found = within.querySelector(selector)
  if (!(found instanceof type)) throw new Error(`The page lacks ${selector}.`)
  return found
}

const form = find('#form', HTMLFormElement)
const line = find('#line', HTMLInputElement)
const status = find('#status', HTMLElement)

/** The question whose answer is shown, to be asked again when a brief changes; none where asking again may do something. @type {Question | undefined} */
let shown = document.body.dataset.follows === 'true' ? { kind: 'typed', line: line.value } : undefined

/** The buttons that have shared the answer that is shown: each shares once. @type {Set<string>} */
const shared = new Set()

/** Counts what was asked, so that only the last answer is shown. */
let asked = 0

/** How many answers are waited for. */
let waiting = 0

/** Whether the briefs have changed while an answer was waited for. */
let isStale = false

/** @param {string} words */
const say = words => {
  status.textContent = words
}

/** @param {string} place @param {Question} question */
async function send(place, question) {
  const response = await fetch('/ask', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ place, question }),
  })
  if (!response.ok) throw new Error(await response.text())
  return response.json()
}

/** @param {unknown} error */
const why = error =>
  error instanceof Error && !(error instanceof TypeError)
    ? error.message
    : 'Readout does not answer. Is it still running?'

/** Asks for both sides; nothing where something else was asked meanwhile. @param {Question} question @returns {Promise<Answers | undefined>} */
async function ask(question) {
  const number = ++asked
  waiting++
  document.body.ariaBusy = 'true'
  try {
    const answer = await send('sides', question)
    return number === asked ? answer : undefined
  } catch (error) {
    say(why(error))
  } finally {
    waiting--
    if (waiting === 0) document.body.ariaBusy = null
    // After the answer is shown: what it was made from may have changed since.
    if (waiting === 0 && isStale) setTimeout(refreshSides)
  }
}

/** Replaces what a place shows; what was open there stays open, and what had the focus keeps it. @param {Element} place @param {string} html */
function put(place, html) {
  const open = place.querySelector('details')?.open ?? false
  const focused = place.contains(document.activeElement) ? document.activeElement : null
  place.innerHTML = html
  for (const details of place.querySelectorAll('details')) details.open = open
  for (const button of place.querySelectorAll('button')) markShared(button)
  if (focused) findLike(focused, place)?.focus({ preventScroll: true })
}

/** What can be focused as `before` could; the first such thing where that is gone. @param {Element} before @param {Element} place */
function findLike(before, place) {
  const all = [...place.querySelectorAll('.message, button, select, summary, pre, a')].filter(
    one => one instanceof HTMLElement,
  )
  return all.find(one => keyOf(one) === keyOf(before)) ?? all[0]
}

/** @param {Element} element */
const keyOf = element =>
  [element.tagName, ...['data-id', 'data-picker', 'data-line', 'href'].map(name => element.getAttribute(name))].join(
    ' ',
  )

/** @param {HTMLElement} button */
function markShared(button) {
  const id = button.dataset.id
  if (id === undefined || !shared.has(id)) return
  button.setAttribute('aria-disabled', 'true')
  button.textContent = 'Shared to channel'
}

/** Shows an answer that only the reader sees. @param {Question} question @param {Answers} answer */
function show(question, answer) {
  shown = answer.follows ? question : undefined
  for (const [side, html] of Object.entries(answer.answers))
    put(find(`.answer[data-side="${side}"]`, HTMLElement), html)
}

/** @param {Question} question @param {Answers} answer */
function showNew(question, answer) {
  shared.clear()
  show(question, answer)
  say(answer.title)
  if (!answer.follows) refreshCards()
}

/** @param {string} typed */
async function askLine(typed) {
  completion.close()
  line.value = typed
  history.replaceState(null, '', typed.trim() === '' ? '/' : `/?q=${encodeURIComponent(typed)}`)
  /** @type {Question} */
  const question = { kind: 'typed', line: typed }
  const answer = await ask(question)
  if (!answer) return
  showNew(question, answer)
  bringIntoView(find('.answer .message', HTMLElement, visibleSide()))
}

/** The beginning of a message, below the question, which stays at the top. @param {HTMLElement} message */
function bringIntoView(message) {
  const { height, bottom } = find('.ask', HTMLElement).getBoundingClientRect()
  const { top } = message.getBoundingClientRect()
  if (top >= bottom && top < innerHeight / 2) return
  document.documentElement.style.setProperty('--asking', `${height + 8}px`)
  message.scrollIntoView({ block: 'start' })
}

/** The side that a phone shows; on a wide window the first. */
const visibleSide = () => find(document.body.dataset.tab === 'discord' ? '#discord' : '#slack', HTMLElement)

/** @param {Element} side */
function goToAnswer(side) {
  const message = find('.answer .message', HTMLElement, side)
  message.focus({ preventScroll: true })
  bringIntoView(message)
}

/** A click in a message: on the reader's own answer it is replaced, on a shared one it is answered privately. @param {HTMLElement} button @param {Question} question */
async function click(button, question) {
  const id = question.kind === 'clicked' ? question.id : ''
  if (shared.has(id)) return say('This answer is shared already.')
  const side = button.closest('.side') ?? visibleSide()
  const answer = await ask(question)
  if (!answer) return
  if (answer.isShared) return share(id, answer)
  showNew(question, answer)
  goToAnswer(side)
}

/** @param {string} id @param {Answers} answer */
function share(id, answer) {
  shared.add(id)
  for (const [side, html] of Object.entries(answer.answers)) {
    const message = document.createElement('div')
    message.innerHTML = html
    find(`.shared[data-side="${side}"]`, HTMLElement).append(message)
  }
  for (const button of document.querySelectorAll('.answer button'))
    if (button instanceof HTMLElement) markShared(button)
  say(`${answer.title} Shared to the channel.`)
}

/** What each card beside the messages answers, none where asking again may do something, and how often it was asked. @type {WeakMap<Element, { question: Question | undefined, number: number }>} */
const cards = new WeakMap()

/** @param {HTMLElement} card @returns {{ question: Question | undefined, number: number }} */
const stateOf = card => cards.get(card) ?? { question: { kind: 'typed', line: card.dataset.asks ?? '' }, number: 0 }

/** @param {HTMLElement} card @param {Question} question */
async function askCard(card, question) {
  const before = stateOf(card)
  const number = before.number + 1
  cards.set(card, { ...before, number })
  const answer = await send('card', question).catch(error => say(why(error)))
  if (!answer || stateOf(card).number !== number) return undefined
  cards.set(card, { question: answer.follows ? question : undefined, number })
  put(card, answer.html)
  return answer
}

/** A click in a card beside the messages is answered there. @param {HTMLElement} card @param {Question} question */
async function turn(card, question) {
  const answer = await askCard(card, question)
  if (!answer) return
  card.tabIndex = -1
  card.focus({ preventScroll: true })
  if (!answer.follows) refreshCards()
}

document.addEventListener('click', event => {
  const button = event.target instanceof Element ? event.target.closest('button') : null
  if (!button) return
  const { id, line: typed, tab, show: wanted } = button.dataset
  const card = button.closest('[data-card]')
  if (tab !== undefined) selectTab(tab)
  else if (wanted === 'posts') goToPosts()
  else if (typed !== undefined) openLine(typed)
  else if (id !== undefined && card instanceof HTMLElement) turn(card, { kind: 'clicked', id })
  else if (id !== undefined) click(button, { kind: 'clicked', id })
})

/** Asks a line that was clicked; on a phone it may be clicked where no answer shows. @param {string} typed */
async function openLine(typed) {
  const isHidden = getComputedStyle(visibleSide()).display === 'none'
  if (isHidden) selectTab('slack')
  await askLine(typed)
  if (isHidden) goToAnswer(visibleSide())
}

// A closed select changes with each arrow key on some systems: what is chosen by keys counts at Enter.
const byKey = new WeakSet()

document.addEventListener('keydown', event => {
  if (!(event.target instanceof HTMLSelectElement)) return
  if (event.key === 'Enter') pick(event.target)
  else if (event.key !== 'Tab') byKey.add(event.target)
})

document.addEventListener('pointerdown', event => {
  if (event.target instanceof HTMLSelectElement) byKey.delete(event.target)
})

document.addEventListener('change', event => {
  if (!(event.target instanceof HTMLSelectElement)) return
  if (byKey.has(event.target)) say('Press Enter to open what is chosen.')
  else pick(event.target)
})

/** @param {HTMLSelectElement} select */
function pick(select) {
  const { picker } = select.dataset
  if (picker === undefined || select.value === '') return
  /** @type {Question} */
  const question = { kind: 'picked', id: picker, value: select.value }
  const card = select.closest('[data-card]')
  if (card instanceof HTMLElement) turn(card, question)
  else click(select, question)
}

const tabs = [...document.querySelectorAll('[role=tab]')].filter(tab => tab instanceof HTMLElement)

/** @param {string} name */
function selectTab(name) {
  document.body.dataset.tab = name
  for (const tab of tabs) {
    tab.ariaSelected = String(tab.dataset.tab === name)
    tab.tabIndex = tab.dataset.tab === name ? 0 : -1
  }
}

find('.tabs', HTMLElement).addEventListener('keydown', event => {
  const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0
  const at = event.target instanceof HTMLElement ? tabs.indexOf(event.target) : -1
  const next = tabs[(at + step + tabs.length) % tabs.length]
  if (step === 0 || at < 0 || !next) return
  event.preventDefault()
  selectTab(next.dataset.tab ?? 'slack')
  next.focus()
})

const completion = createCompletion(line, find('#completions', HTMLUListElement), askLine)

form.addEventListener('submit', event => {
  event.preventDefault()
  askLine(line.value)
})

// Live: what is saved is in the answers at once. A page that nobody sees lets go, for a browser opens few connections to one server.
/** @type {EventSource | undefined} */
let events
let wasLost = false

function listen() {
  events = new EventSource('/events')
  events.addEventListener('message', event => {
    const { news, changed } = JSON.parse(event.data)
    document.body.dataset.told = String(Number(document.body.dataset.told) + 1)
    say(news)
    if (changed === 'posts') tellOfPosts()
    else refreshAll()
  })
  events.addEventListener('told', event => {
    // Something was told between the page and its first event.
    if (document.body.dataset.told !== event.data && !wasLost) refreshAll()
    document.body.dataset.told = event.data
  })
  events.addEventListener('open', () => {
    if (wasLost) {
      say('Connected again.')
      refreshAll()
    }
    wasLost = false
  })
  events.addEventListener('error', () => {
    if (!wasLost) say('Readout has stopped. This page goes on when it runs again.')
    wasLost = true
  })
}

document.addEventListener('visibilitychange', () => {
  if (document.hidden) events?.close()
  else {
    listen()
    refreshAll()
  }
})

if (!document.hidden) listen()

/** The channel's messages stand below the answer, often out of sight. */
function tellOfPosts() {
  const button = document.createElement('button')
  button.type = 'button'
  button.className = 'show'
  button.dataset.show = 'posts'
  button.textContent = 'Show'
  status.append(' ', button)
  refreshPosts()
  refreshCards()
}

/** Goes to the newest message of the channel; on a phone it may be on another tab. */
function goToPosts() {
  if (getComputedStyle(visibleSide()).display === 'none') selectTab('slack')
  const newest = visibleSide().querySelector('[data-posts] .message')
  if (!(newest instanceof HTMLElement)) return
  newest.focus({ preventScroll: true })
  bringIntoView(newest)
}

/** Counts how often the channel was asked for, so that only the last answer is shown. */
let postsAsked = 0

async function refreshPosts() {
  const number = ++postsAsked
  const response = await fetch('/posts').catch(() => undefined)
  if (!response?.ok) return
  const sides = await response.json()
  if (number !== postsAsked) return
  for (const [side, html] of Object.entries(sides)) putPosts(find(`[data-posts="${side}"]`, HTMLElement), html)
}

/** Puts the channel's messages into their place; those that are the same stay, with what is open in them. @param {Element} place @param {string} html */
function putPosts(place, html) {
  const fresh = document.createElement('div')
  fresh.innerHTML = html
  const focused = place.contains(document.activeElement) ? document.activeElement : null
  for (const message of fresh.querySelectorAll('.message')) {
    const old = place.querySelector(`[data-message="${message.getAttribute('data-message')}"]`)
    if (old?.textContent === message.textContent) message.replaceWith(old)
  }
  place.replaceChildren(...fresh.childNodes)
  if (focused instanceof HTMLElement && focused.isConnected) focused.focus({ preventScroll: true })
}

function refreshAll() {
  refreshSides()
  refreshPosts()
  refreshCards()
}

function refreshCards() {
  for (const card of document.querySelectorAll('[data-card]')) {
    const question = card instanceof HTMLElement ? stateOf(card).question : undefined
    if (card instanceof HTMLElement && question) askCard(card, question)
  }
}

async function refreshSides() {
  isStale = waiting > 0
  const question = shown
  if (isStale || !question) return
  const number = asked
  const answer = await send('sides', question).catch(() => undefined)
  if (answer && number === asked) show(question, answer)
}
