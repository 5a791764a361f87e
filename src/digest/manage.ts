import { READOUT } from '../answer/target.ts'
import type { Budget, Card, Choice } from '../card/card.ts'
import { shorten } from '../card/label.ts'
import type { Library } from '../library/library.ts'
import type { Asker, Clock, Destination, Question } from '../platform/platform.ts'
import type { Store } from '../store/store.ts'
import type { DigestTable, SubscriptionTable } from '../store/tables.ts'
import type { Beat } from './beat.ts'
import { baselineOf, composeDigest, type Told } from './compose.ts'
import { formatDestination } from './destination.ts'
import type { Digest } from './digest.ts'
import {
  backTo,
  type Change,
  composeAllNext,
  composeEdit,
  composeEntry,
  composeList,
  composeLog,
  composeNext,
  composePost,
  composePreview,
  composeRemove,
  composeSilence,
  composeWhy,
  type Draft,
  elsewhere,
  finish,
  fixed,
  foreign,
  gone,
  listButton,
  outdated,
  refused,
  type Scene,
  say,
  sayChange,
  sayWhole,
} from './manage/cards.ts'
import { type Click, mintId, readClick } from './manage/click.ts'
import { type Command, completeCommand, isQuestionWord, readCommand, VERB_OF } from './manage/command.ts'
import { composeChoice, offerFor, readEdit } from './manage/edit.ts'
import {
  CHAT,
  type Entry,
  faultsOf,
  goesTo,
  MOST_SUBSCRIPTIONS,
  newDigest,
  ownZone,
  placeOf,
  readSubscription,
  refOf,
} from './manage/subscription.ts'
import { explain, isOfChannel, sayHold } from './manage/why.ts'
import { readWords } from './manage/words.ts'
import { readTold } from './plan.ts'

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

const DAY_MS = 86_400_000

/** As many slots are looked at to say why nothing was posted, and as many changes are shown. */
const SLOTS = 5
const CHANGES = 50

/** As many of the newest briefs an example shows as new. */
const EXAMPLE = 3

export function createManagement(options: ManageOptions): Management {
  const { store, beat, clock, budget } = options

  /** One question: who asks where, at which instant, of which library. */
  type Visit = Scene & { asker: Asker; place: Destination; at: string; who: string }

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
    if (command && (await isForLibrary(command, place))) return undefined
    if (!isManager(asker)) return show(refused)
    if (!place) return show(elsewhere)
    const who = `${asker.platform}:${asker.user}`
    const visit = { ...scene, asker, place, at: formatDestination(place), who }
    if (command) return carryOutCommand(command, visit)
    if (!click || click === 'outdated') return show(outdated)
    return carryOut(click, question.kind === 'picked' ? question.value : undefined, visit)
  }

  /** `/readout why did …` may be a question to the briefs. */
  async function isForLibrary({ word, rest }: Command, place: Destination | undefined): Promise<boolean> {
    if (!isQuestionWord(word) || rest === '') return false
    return place === undefined || (await findEntries(rest, place)).length === 0
  }

  /** What is posted to a channel: the configuration's digests first, then those made in chat, in the order in which they were. */
  async function entriesAt(place: Destination): Promise<Entry[]> {
    const rows = new Map((await store.digests()).map(row => [row.id, row]))
    const fixedOnes = (await options.digests()).filter(one => !one.id.startsWith(CHAT) && goesTo(one, place))
    const made = (await store.subscriptions()).filter(
      ({ destination, state }) => destination === formatDestination(place) && state === 'active',
    )
    return [
      ...fixedOnes.map(digest => entryOf(digest, 'configuration', rows.get(digest.id))),
      ...made.map(row => entryOf(readSubscription(row), 'chat', rows.get(`${CHAT}${row.id}`))),
    ]
  }

  /** Digests that a manager may mean: all where nothing is named. */
  async function findEntries(name: string, place: Destination): Promise<Entry[]> {
    const entries = await entriesAt(place)
    const exact = entries.filter(({ ref }) => ref === name)
    if (name === '' || exact.length > 0) return name === '' ? entries : exact
    return entries.filter(({ digest }) => digest.name.toLowerCase() === name.toLowerCase())
  }

  async function carryOutCommand({ word, rest }: Command, visit: Visit): Promise<Card> {
    switch (word) {
      case 'digests':
        return showList(1, visit)
      case 'changes':
        return carryOut({ verb: 'log', ref: '', argument: '', page: 1 }, undefined, visit)
      case 'subscribe':
        return subscribe(rest, visit)
      case 'edit':
        return editInWords(rest, visit)
      case 'next': {
        const active = (await entriesAt(visit.place)).filter(({ state }) => state === 'active')
        if (rest === '' && active.length > 1) return finish(composeAllNext(active, visit), NOWHERE, visit)
        return withEntry(rest, visit, ({ ref }) =>
          carryOut({ verb: 'next', ref, argument: '', page: 1 }, undefined, visit),
        )
      }
      default:
        return withEntry(rest, visit, ({ ref }) =>
          carryOut({ verb: VERB_OF[word], ref, argument: '', page: 1 }, undefined, visit),
        )
    }
  }

  /** Where several digests may be meant, their list. */
  async function withEntry(name: string, visit: Visit, answer: (entry: Entry) => Promise<Card>): Promise<Card> {
    const [entry, ...more] = await findEntries(name, visit.place)
    if (entry && more.length === 0) return answer(entry)
    if (entry) return showList(1, visit, ['Several digests may be meant. Choose one.'])
    return showList(1, visit, name === '' ? [] : [`There is no digest “${shorten(name, 40)}” in this channel.`])
  }

  async function showList(page: number, { place, ...scene }: Visit, note: string[] = []): Promise<Card> {
    return composeList(await entriesAt(place), page, options.isPaused(), scene, note)
  }

  async function subscribe(words: string, visit: Visit): Promise<Card> {
    const { place, asker, library, now, at, who } = visit
    const others = (await entriesAt(place)).filter(({ origin }) => origin === 'chat')
    if (others.length >= MOST_SUBSCRIPTIONS) return showList(1, visit, [FULL])
    const id = mintId(asker)
    const { digest, faults } = readWords(words, newDigest(id, place, asker, library), library)
    const zoned = zoneOfCollection(digest, words, visit)
    const draft = {
      id,
      destination: at,
      digest: JSON.stringify(zoned),
      state: 'draft',
      created: now.toISOString(),
      by: who,
    }
    await store.addDraft(draft as SubscriptionTable, new Date(now.getTime() - DAY_MS).toISOString())
    const entry = await findEntry(id, place)
    return 'ref' in entry ? showEdit(entry, visit, faults) : finish(entry, NOWHERE, visit)
  }

  /** Where neither the words nor the platform say a zone, it is the collection's. */
  function zoneOfCollection(digest: Digest, words: string, { asker, library }: Visit): Digest {
    const zone = library.collections.get(digest.collection)?.zone
    const isSaid = digest.schedule.zone !== 'UTC' || /\butc\b/i.test(words)
    if (isSaid || zone === undefined || ownZone(asker) !== undefined) return digest
    return { ...digest, schedule: { ...digest.schedule, zone } }
  }

  /** `/readout edit k3J9ab_x weekdays 08:30`; where there is one digest only, it need not be named. */
  async function editInWords(text: string, visit: Visit): Promise<Card> {
    const [, first = '', rest = ''] = /^(\S*)\s*(.*)$/s.exec(text) ?? []
    const draft = await store.subscription(first)
    const named = draft?.state === 'draft' ? [draftOf(readSubscription(draft))] : await findEntries(first, visit.place)
    const made = (await entriesAt(visit.place)).filter(({ origin }) => origin === 'chat')
    const [entry] = first !== '' && named.length === 1 ? named : made.length === 1 ? made : []
    if (!entry) return withEntry(first, visit, one => showEdit(one, visit))
    const words = named.includes(entry) ? rest : text
    return carryOut({ verb: 'edit', ref: entry.ref, argument: '', page: 1 }, words, visit)
  }

  const showEdit = async (entry: Entry, scene: Scene, note: string[] = []): Promise<Card> =>
    finish(composeEdit(entry, scene, note), { verb: 'edit', ref: entry.ref, argument: '', page: 1 }, scene)

  async function carryOut(click: Click, value: string | undefined, visit: Visit): Promise<Card> {
    const show = (draft: Draft): Card => finish(draft, click, visit)
    if (click.verb === 'list') return showList(click.page, visit)
    if (click.verb === 'log') return show(composeLog(await changesAt(visit), ownZone(visit.asker) ?? 'UTC'))
    if (click.verb === 'new') return subscribe('', visit)
    const found = await findEntry(click.ref, visit.place)
    if (!('ref' in found)) return show(found)
    return isReading(click.verb) ? showEntry(found, click, visit) : carryOutOn(found, click, value, visit)
  }

  const changesAt = ({ at }: Visit): Promise<Change[]> => store.changesAt(at, CHANGES)

  /** A digest by what buttons know it by, or what to say where it can't be used here. */
  async function findEntry(ref: string, place: Destination): Promise<Entry | Draft> {
    if (ref.startsWith('.')) return (await entriesAt(place)).find(entry => entry.ref === ref) ?? gone
    const row = await store.subscription(ref)
    if (!row || row.state === 'removed') return gone
    if (row.destination !== formatDestination(place)) return foreign
    const digest = readSubscription(row)
    if (row.state === 'draft') return draftOf(digest)
    return entryOf(
      digest,
      'chat',
      (await store.digests()).find(({ id }) => id === digest.id),
    )
  }

  /** What only shows, of the configuration's digests too. */
  async function showEntry(entry: Entry, click: Click, visit: Visit): Promise<Card> {
    const show = (draft: Draft): Card => finish(draft, click, visit)
    switch (click.verb) {
      case 'open':
        return show(entry.state === 'draft' ? composeEdit(entry, visit) : composeEntry(entry, visit))
      case 'next':
        return show(composeNext(entry, visit))
      case 'why':
        return showWhy(entry, click, visit)
      case 'preview':
        return preview(entry, click, visit)
      case 'post':
        return show(whyNotPosted(entry) ?? composePost(entry, mintId(visit.asker)))
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
    const slots = await Promise.all(
      (await store.slots(digest.id, SLOTS)).map(async slot => ({
        slot,
        deliveries: await store.partsOf({ digest: digest.id, slot: slot.slot, destination: visit.at }),
      })),
    )
    const isPausedByOperator = options.isPaused()
    const blocks = explain(
      {
        entry,
        isPausedByOperator,
        faults: faultsOf(digest, visit.library),
        holds,
        pausedBy,
        begun: row?.created,
        slots,
      },
      visit.now,
    )
    return finish(composeWhy(entry, blocks, holds.some(isOfChannel)), click, visit)
  }

  /** The parts as they would be posted now. Nothing is written. */
  async function preview(entry: Entry, click: Click, visit: Visit): Promise<Card> {
    const { digest } = entry
    const { library, now } = visit
    if (digest.collection === '') return showEdit(entry, visit)
    const baseline = baselineOf(digest, library, now)
    const isExample = click.argument === 'example'
    const told = isExample ? baseline.slice(EXAMPLE) : await toldBefore(digest, visit.at, baseline)
    const parts = composeDigest(digest, { at: now, isDelayed: false }, told, library, now, budget)
    if (parts.length === 0) return finish(composeSilence(entry, !isExample && baseline.length > 0), click, visit)
    return composePreview(entry, parts, click.page, isExample)
  }

  const toldBefore = async ({ id }: Digest, at: string, baseline: Told): Promise<Told> =>
    (await store.knows(id, at)) ? readTold(await store.told(id, at)) : baseline

  const whyNotPosted = (entry: Entry): Draft | undefined => {
    if (entry.state === 'draft') return say('This is a draft', ['Press Subscribe first.'], [backTo(entry)])
    return options.isPaused()
      ? say('All digests are paused', ['Whoever runs Readout has paused them. Ask them to go on.'], [backTo(entry)])
      : undefined
  }

  /** Posts once for each button that was shown, however often it is pressed or an interaction is handed over. */
  async function postNow(entry: Entry, click: Click, visit: Visit): Promise<Card> {
    const { digest } = entry
    const show = (title: string, words: string[]) =>
      finish(say(title, words, [backTo(entry), listButton]), click, visit)
    const refusal = whyNotPosted(entry)
    if (refusal) return finish(refusal, click, visit)
    const [hold] = await store.holdsOver(visit.at)
    if (hold) return show('It can’t be posted now', [sayHold(hold)])
    if (click.argument === '') return finish(composePost(entry, mintId(visit.asker)), click, visit)
    const composition = await beat.postNow(digest, visit.place, click.argument, visit.now)
    if (!composition)
      return show('Posted already', ['This button has posted the digest once. Press Post now again for another.'])
    if (composition.state !== 'posted')
      return show('Nothing was posted', ['There is nothing new to tell since the last time.'])
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

  const changeOf = ({ id }: Digest, what: string, { now, who, at }: Visit): Change => ({
    at: now.toISOString(),
    who,
    destination: at,
    digest: id,
    what,
  })

  /** What changes a digest that was made in chat. */
  async function carryOutOn(entry: Entry, click: Click, value: string | undefined, visit: Visit): Promise<Card> {
    const show = (draft: Draft): Card => finish(draft, click, visit)
    if (entry.origin === 'configuration') return show(fixed)
    switch (click.verb) {
      case 'start':
        return start(entry, click, visit)
      case 'discard':
        if (entry.state === 'draft') await store.dropDraft(entry.ref)
        return entry.state === 'draft'
          ? showList(1, visit, ['The draft is discarded; nothing was subscribed to.'])
          : show(composeEntry(entry, visit))
      case 'pause':
        return pause(entry, true, click, visit)
      case 'resume':
        return pause(entry, false, click, visit)
      case 'remove':
        return show(composeRemove(entry))
      case 'erase':
        return erase(entry, click, visit)
      default:
        return edit(entry, click, value, visit)
    }
  }

  async function start(entry: Entry, click: Click, visit: Visit): Promise<Card> {
    const { ref, digest, state } = entry
    if (state !== 'draft')
      return finish(composeEntry(entry, visit, ['This channel is subscribed already.']), click, visit)
    const faults = faultsOf(digest, visit.library)
    if (faults.length > 0) return showEdit(entry, visit)
    const subscription = {
      id: ref,
      destination: visit.at,
      digest: JSON.stringify(digest),
      created: visit.now.toISOString(),
      by: visit.who,
    }
    const result = await store.startSubscription(
      subscription,
      MOST_SUBSCRIPTIONS,
      changeOf(digest, sayWhole(digest), visit),
    )
    if (result === 'full') return showList(1, visit, [FULL])
    if (result === 'gone') return finish(gone, click, visit)
    options.changed()
    return finish(composeEntry({ ...entry, state: 'active' }, visit, ['This channel is subscribed.']), click, visit)
  }

  async function pause(entry: Entry, paused: boolean, click: Click, visit: Visit): Promise<Card> {
    const { digest } = entry
    if (entry.state === 'draft') return showEdit(entry, visit)
    const change = changeOf(digest, paused ? PAUSED : 'resumed', visit)
    const isNew = await store.pauseDigestBy(digest.id, paused, visit.now.toISOString(), change)
    if (isNew) options.changed()
    const note = paused ? 'It is paused.' : 'It goes on from now.'
    return finish(composeEntry({ ...entry, state: paused ? 'paused' : 'active' }, visit, [note]), click, visit)
  }

  async function erase(entry: Entry, click: Click, visit: Visit): Promise<Card> {
    const change = changeOf(entry.digest, `removed: ${entry.digest.name}`, visit)
    if (entry.state === 'draft') await store.dropDraft(entry.ref)
    else if (!(await store.changeSubscription(entry.ref, { state: 'removed' }, change)))
      return finish(gone, click, visit)
    options.changed()
    return showList(1, visit, [`${entry.digest.name} is removed.`])
  }

  /** Shows a choice, or takes one and shows what it came to. */
  async function edit(entry: Entry, click: Click, value: string | undefined, visit: Visit): Promise<Card> {
    const { change, faults } = readEdit(entry, click, value, visit)
    const written = change === undefined ? entry : await write(entry, change, visit)
    if (!written) return finish(gone, click, visit)
    return finish(composeChoice(written, click, visit, faults), click, visit)
  }

  async function write(entry: Entry, digest: Digest, visit: Visit): Promise<Entry | undefined> {
    const text = JSON.stringify(digest)
    if (text === JSON.stringify(entry.digest)) return entry
    const change = changeOf(digest, sayChange(entry.digest, digest), visit)
    const isWritten =
      entry.state === 'draft'
        ? await store.changeDraft(entry.ref, text)
        : await store.changeSubscription(entry.ref, { digest: text }, change)
    if (!isWritten) return undefined
    if (entry.state !== 'draft') options.changed()
    return { ...entry, digest }
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

/** What a card of one page is a page of. */
const NOWHERE: Click = { verb: 'list', ref: '', argument: '', page: 1 }

const FULL = `This channel has ${MOST_SUBSCRIPTIONS} subscriptions, and there can be no more. Remove one first.`

const PAUSED = 'paused'

const draftOf = (digest: Digest): Entry => ({ ref: refOf(digest), digest, origin: 'chat', state: 'draft' })

const entryOf = (digest: Digest, origin: Entry['origin'], row: DigestTable | undefined): Entry => ({
  ref: refOf(digest),
  digest,
  origin,
  state: row?.paused === 1 ? 'paused' : 'active',
})

const isReading = (verb: Click['verb']): boolean =>
  ['open', 'next', 'why', 'preview', 'post', 'send', 'retry'].includes(verb)
