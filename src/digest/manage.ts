import { READOUT } from '../answer/target.ts'
import type { Budget, Card, Choice } from '../card/card.ts'
import { shorten } from '../card/label.ts'
import type { Library } from '../library/library.ts'
import type { Asker, Clock, Destination, Question } from '../platform/platform.ts'
import type { Store } from '../store/store.ts'
import type { Beat } from './beat.ts'
import { formatDestination } from './destination.ts'
import type { Digest } from './digest.ts'
import { composeAllNext, composeList, composeWhich } from './manage/channel-cards.ts'
import { type Click, mintId, readClick } from './manage/click.ts'
import { type Command, completeCommand, type Naming, readCommand } from './manage/command.ts'
import {
  composeEntry,
  composeNext,
  composePost,
  composePreview,
  composeSilence,
  composeWhy,
} from './manage/digest-cards.ts'
import { backTo, type Draft, finish, listButton, NOWHERE, type Scene, say } from './manage/draft.ts'
import { offerFor } from './manage/edit.ts'
import { createEntries } from './manage/entries.ts'
import { readLine } from './manage/line.ts'
import { composeLog } from './manage/log.ts'
import { mistypedAs, namedBy, nearTo } from './manage/names.ts'
import { elsewhere, outdated, PAUSED_BY_OPERATOR, refused, whyNotPosted } from './manage/refusals.ts'
import { readSubscription } from './manage/stored.ts'
import { CHAT, type Entry, faultsOf, lackOf, placeOf, troublesOf } from './manage/subscription.ts'
import { createSubscriptions, PAUSED, showEdit } from './manage/subscriptions.ts'
import { changeOf, type Visit } from './manage/visit.ts'
import { explain, type Facts, isByHand, isOfChannel, sayHold } from './manage/why.ts'
import { exampleOf, previewDigest } from './preview.ts'

/** What managers' questions are answered with. */
export type ManageOptions = {
  store: Store
  library: () => Library
  /** The digests that there are now; the configuration's are looked for among them. */
  digests: () => Promise<Digest[]>
  beat: Pick<Beat, 'postNow'>
  /** Those whom the configuration names as managers, as `slack:U024BE7LH`. */
  managers: () => string[]
  /** Whether the operator has paused everything. */
  isPaused: () => boolean
  clock: Pick<Clock, 'now'>
  /** Hears that something may be due sooner than was thought. */
  changed: () => void
  budget: Budget
}

/** The managers' command. Only managers of a channel see and change what is posted to it, and only from that channel. */
export type Management = {
  /** Answers what concerns digests; undefined for every other question, which the library's answers take. */
  manage: (question: Question, asker: Asker) => Promise<Card | undefined>
  /** What completes a text behind /readout and is ours. */
  complete: (text: string) => Choice[]
  /** What a picker of ours offers for a text typed into it; undefined for every other picker. */
  offer: (picker: string, text: string) => Choice[] | undefined
}

/** As many slots are told to say why nothing was posted, and so many looked at for them; and as many changes are shown. */
const SLOTS = 5
const LOOKED = 50
const CHANGES = 50

export function createManagement(options: ManageOptions): Management {
  const { store, beat, clock, budget } = options
  const entries = createEntries(store, options.digests)
  const subscriptions = createSubscriptions({
    store,
    entries,
    changed: options.changed,
    showList: (visit, note) => showList(1, visit, [note]),
  })

  const isManager = ({ manager, platform, user }: Asker): boolean =>
    manager || options.managers().includes(`${platform}:${user}`)

  async function manage(question: Question, asker: Asker): Promise<Card | undefined> {
    const click = question.kind === 'clicked' || question.kind === 'picked' ? readClick(question.id) : undefined
    const command =
      question.kind === 'asked' && question.command.toLowerCase() === READOUT ? readCommand(question.text) : undefined
    if (!click && !command) return undefined
    const scene: Scene = { library: options.library(), now: clock.now(), budget }
    const show = (draft: Draft) => finish(draft, NOWHERE, scene)
    const place = placeOf(asker)
    if (command && (await isForLibrary(command, asker, place))) return undefined
    if (!isManager(asker)) return show(refused)
    if (!place) return show(elsewhere)
    const who = `${asker.platform}:${asker.user}`
    const at = formatDestination(place)
    const visit = { ...scene, asker, place, at, who, inTheWay: await inTheWay(at) }
    if (command) return carryOutCommand(command, visit)
    if (!click || click === 'outdated') return show(outdated)
    return carryOut(click, question.kind === 'picked' ? question.value : undefined, visit)
  }

  /** `/readout why did …` may be a question to the briefs: it is where it names no digest that the asker manages, not even by a mistake. */
  async function isForLibrary(
    { rest, isSure }: Command,
    asker: Asker,
    place: Destination | undefined,
  ): Promise<boolean> {
    if (isSure) return false
    if (!place || !isManager(asker)) return true
    const all = await entries.shown(place)
    return namedBy(all, rest).length === 0 && mistypedAs(all, rest).length === 0
  }

  async function carryOutCommand({ word, rest }: Command, visit: Visit): Promise<Card> {
    switch (word) {
      case 'digests':
        return showList(1, visit)
      case 'changes':
        return showLog({ verb: 'log', ref: '', argument: '', page: 1 }, visit)
      case 'subscribe':
        return subscriptions.subscribe(rest, visit)
      case 'edit':
        return editInWords(rest, visit)
      case 'next': {
        const active = (await entries.shown(visit.place)).filter(({ state }) => state === 'active')
        if (rest === '' && active.length > 1)
          return finish(composeAllNext(active, visit, visit.inTheWay), NOWHERE, visit)
        return carryOutNamed(word, rest, visit)
      }
      default:
        return carryOutNamed(word, rest, visit)
    }
  }

  /** What a word does with the digest that is named, or with the only one; it is never done with one that may not be meant. */
  async function carryOutNamed(word: Naming, name: string, visit: Visit): Promise<Card> {
    const all = await (name === '' ? entries.at : entries.shown)(visit.place)
    const named = name === '' ? all : namedBy(all, name)
    const [entry, ...more] = named
    if (entry && more.length === 0)
      return carryOut({ verb: word, ref: entry.ref, argument: '', page: 1 }, undefined, visit)
    if (entry) return showWhich(word, named, all, visit, name === '' ? [] : [severalNote(name)])
    return showNearest(word, name, all, visit)
  }

  /** Where no digest is called so: those that may be meant, else all. */
  function showNearest(word: Naming, name: string, all: Entry[], visit: Visit): Promise<Card> {
    const near = nearTo(all, name)
    return showWhich(word, near.length > 0 ? near : all, all, visit, name === '' ? [] : [noneNote(name)])
  }

  async function showWhich(word: Naming, some: Entry[], all: Entry[], visit: Visit, note: string[]): Promise<Card> {
    const which = some.length > 0 ? composeWhich(word, some, all, visit, note) : undefined
    return which ? finish(which, NOWHERE, visit) : showList(1, visit, note)
  }

  async function inTheWay(at: string): Promise<string[]> {
    const held = (await store.holdsOver(at)).map(hold =>
      isOfChannel(hold) ? `${sayHold(hold)} Then open a digest, Why was nothing posted?, Try again.` : sayHold(hold),
    )
    return [...operatorNote(), ...held]
  }

  /** The same of a digest that goes elsewhere, as operators are told it. */
  async function inTheWayOf({ destinations }: Digest): Promise<string[]> {
    const holds = await Promise.all(destinations.map(one => store.holdsOver(formatDestination(one))))
    const held = holds
      .flat()
      .map(({ destination, why, remedy }) => `Nothing is posted to ${destination} now. ${why} ${remedy}`)
    return [...operatorNote(), ...new Set(held)]
  }

  const operatorNote = (): string[] => (options.isPaused() ? [PAUSED_BY_OPERATOR] : [])

  const showList = async (page: number, visit: Visit, note: string[] = []): Promise<Card> =>
    composeList(await entries.shown(visit.place), page, visit, [...note, ...visit.inTheWay])

  async function showLog(click: Click, visit: Visit): Promise<Card> {
    const changes = await store.changesAt(visit.at, CHANGES)
    const made = await Promise.all(
      [...new Set(changes.map(({ digest }) => digest))]
        .filter(id => id.startsWith(CHAT))
        .map(id => store.subscription(id.slice(CHAT.length))),
    )
    const digests = [...(await options.digests()), ...made.flatMap(row => (row && readSubscription(row)) ?? [])]
    return finish(composeLog(changes, new Map(digests.map(digest => [digest.id, digest]))), click, visit)
  }

  /** `/readout edit k3J9ab_x weekdays 08:30`; where there is one digest only, it need not be named. */
  async function editInWords(text: string, visit: Visit): Promise<Card> {
    const all = await entries.at(visit.place)
    const draft = await entries.draft(text.split(/\s/)[0] ?? '', visit.place)
    const { named, name, words } = readLine(text, draft ? [draft, ...all] : all, visit)
    const [entry, ...more] = named
    if (entry && more.length === 0)
      return carryOut({ verb: 'edit', ref: entry.ref, argument: '', page: 1 }, words, visit)
    if (entry) return showWhich('edit', named, all, visit, [`${severalNote(name)} Nothing was changed.`])
    const first = all.length > 0 ? ['Write first which digest is meant, by its name or id.'] : []
    const note = text === '' ? [] : [...first, 'Nothing was changed.']
    const near = nearTo(all, text)
    return showWhich('edit', near.length > 0 ? near : all, all, visit, note)
  }

  async function carryOut(click: Click, value: string | undefined, visit: Visit): Promise<Card> {
    if (click.verb === 'list') return showList(click.page, visit)
    if (click.verb === 'log') return showLog(click, visit)
    if (click.verb === 'new') return subscriptions.subscribe('', visit)
    const found = await entries.find(click.ref, visit.place)
    if (!('ref' in found)) return finish(found, click, visit)
    if (!isReading(click.verb)) return subscriptions.change(found, click, value, visit)
    if (found.origin !== 'elsewhere') return showEntry(found, click, visit)
    return showElsewhere(found, click, { ...visit, inTheWay: await inTheWayOf(found.digest) })
  }

  /** A digest that goes to other channels is only looked at. */
  const showElsewhere = async (entry: Entry, click: Click, visit: Visit): Promise<Card> =>
    ['open', 'next', 'preview'].includes(click.verb)
      ? showEntry(entry, click, visit)
      : finish(composeEntry(entry, visit, ['It goes to other channels, and can only be looked at here.']), click, visit)

  /** What only shows, of the configuration's digests too. */
  async function showEntry(entry: Entry, click: Click, visit: Visit): Promise<Card> {
    const show = (draft: Draft): Card => finish(draft, click, visit)
    const isFaulty = entry.state !== 'draft' && faultsOf(entry, visit.library).length > 0
    if (entry.state === 'broken' || (isFaulty && ['preview', 'post', 'send'].includes(click.verb)))
      return show(composeEntry(entry, visit, ['It can’t be posted.']))
    switch (click.verb) {
      case 'open':
        return entry.state === 'draft' ? showEdit(entry, visit) : show(composeEntry(entry, visit))
      case 'next':
        return show(composeNext(entry, visit))
      case 'why':
        return showWhy(entry, click, visit)
      case 'preview':
        return preview(entry, click, visit)
      case 'post':
        return show(whyNotPosted(entry, options.isPaused()) ?? composePost(entry, mintId(visit.asker), visit))
      case 'send':
        return postNow(entry, click, visit)
      case 'retry':
        return retry(entry, click, visit)
      default:
        return show(outdated)
    }
  }

  async function showWhy(entry: Entry, click: Click, visit: Visit): Promise<Card> {
    const { digest } = entry
    const row = (await store.digests()).find(({ id }) => id === digest.id)
    const holds = await store.holdsOver(visit.at)
    const pausedBy = (await store.changesAt(visit.at, 1000)).find(
      one => one.digest === digest.id && one.what === PAUSED,
    )
    const isPausedByOperator = options.isPaused()
    const blocks = explain(
      {
        entry,
        isPausedByOperator,
        faults: troublesOf(entry, visit.library),
        holds,
        pausedBy,
        begun: row?.created,
        slots: await slotsAt(digest, visit.at),
      },
      visit.now,
    )
    return finish(composeWhy(entry, blocks, holds.some(isOfChannel)), click, visit)
  }

  /** The latest slots of a digest. One that was posted by hand to another channel is none of this one’s. */
  async function slotsAt({ id: digest }: Digest, destination: string): Promise<Facts['slots']> {
    const slots = await Promise.all(
      (await store.slots(digest, LOOKED)).map(async slot => ({
        slot,
        deliveries: await store.partsOf({ digest, slot: slot.slot, destination }),
      })),
    )
    return slots.filter(({ slot, deliveries }) => !isByHand(slot) || deliveries.length > 0).slice(0, SLOTS)
  }

  /** The parts as they would be posted now. Nothing is written. */
  async function preview(entry: Entry, click: Click, visit: Visit): Promise<Card> {
    const { digest } = entry
    const { library, now } = visit
    if (digest.collection === '') return showEdit(entry, visit)
    const place = (entry.origin === 'elsewhere' ? digest.destinations[0] : undefined) ?? visit.place
    const isExample = click.argument === 'example'
    const example = exampleOf(digest, { library, budget }, now)
    const { parts } = isExample
      ? { parts: example }
      : await previewDigest(digest, place, { store, library, budget }, now)
    if (parts.length === 0)
      return finish(composeSilence(entry, !isExample && example.length > 0, library), click, visit)
    return composePreview(entry, parts, click.page, isExample)
  }

  /** Posts once for each button that was shown, however often it is pressed or an interaction is handed over. */
  async function postNow(entry: Entry, click: Click, visit: Visit): Promise<Card> {
    const { digest } = entry
    const show = (title: string, words: string[]) =>
      finish(say(title, words, [backTo(entry), listButton]), click, visit)
    const refusal = whyNotPosted(entry, options.isPaused())
    if (refusal) return finish(refusal, click, visit)
    const [hold] = await store.holdsOver(visit.at)
    if (hold) return show('It can’t be posted now', [sayHold(hold)])
    if (click.argument === '') return finish(composePost(entry, mintId(visit.asker), visit), click, visit)
    const state = await beat.postNow(digest, visit.place, click.argument, visit.now)
    if (!state)
      return show('Posted already', ['This button has posted the digest once. Press Post now again for another.'])
    if (state !== 'posted') return show('Nothing was posted', [lackOf(digest, visit.library) ?? NOTHING_NEW])
    await store.addChange(changeOf(digest, 'posted by hand', visit))
    options.changed()
    return show('It is on its way', ['The digest will be in this channel in a moment.'])
  }

  /** Ends the channel’s hold: whatever stood in the way is remedied, says the manager. A platform’s is ended by operators only. */
  async function retry(entry: Entry, click: Click, visit: Visit): Promise<Card> {
    if (await store.release(visit.at)) {
      await store.addChange(changeOf(entry.digest, 'tried again to post to the channel', visit))
      options.changed()
    }
    return showWhy(entry, { ...click, verb: 'why' }, visit)
  }

  return {
    manage,
    complete: text => completeCommand(text, options.library()),
    offer: (id, text) => {
      const click = readClick(id)
      if (!click) return undefined
      return click === 'outdated' ? [] : offerFor(click, text, { library: options.library(), now: clock.now(), budget })
    },
  }
}

const NOTHING_NEW = 'There is nothing new to tell since the last time.'

const severalNote = (name: string): string => `Several digests may be meant by “${shorten(name, 40)}”. Choose one.`

const noneNote = (name: string): string => `There is no digest “${shorten(name, 40)}” in this channel.`

const isReading = (verb: Click['verb']): boolean =>
  ['open', 'next', 'why', 'preview', 'post', 'send', 'retry'].includes(verb)
