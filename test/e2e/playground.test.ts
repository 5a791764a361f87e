import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, before, describe, it, type TestContext } from 'node:test'
import axe, { type AxeResults } from 'axe-core'
import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core'
import { openBrowser, visit } from '../fakes/browser.ts'
import { briefFile, COLLECTION, recordFile, writeFiles } from '../fakes/collection.ts'
import {
  type RunningPlayground,
  startingAt,
  startPlayground,
  writeProject,
  writeShippedProject,
  writeWholeProject,
} from '../fakes/playground.ts'

const opened = await openBrowser()
const skip = 'missing' in opened && opened.missing

after(async () => {
  if ('browser' in opened) await opened.browser.close()
})

function theBrowser(): Browser {
  if ('missing' in opened) throw new Error(opened.missing)
  return opened.browser
}

const SIDES = ['slack', 'discord'] as const
type Side = (typeof SIDES)[number]

const PHONE: BrowserContextOptions = { viewport: { width: 360, height: 740 } }

/** Stops a playground and holds it to how it must end. */
async function stopWell(running: RunningPlayground): Promise<void> {
  const { code, tookMs } = await running.stop()
  assert.equal(code, 0)
  assert.ok(tookMs < 5000, `stopped in ${tookMs} ms`)
}

/** A folder of an operator's with a playground that runs in it, for the tests of one `describe`. */
function serve(write: () => string, instant?: string) {
  const place = { folder: '', address: '' }
  let running: RunningPlayground | undefined
  before(async () => {
    place.folder = write()
    running = await startPlayground(place.folder, instant === undefined ? {} : startingAt(instant))
    place.address = running.address
  })
  after(async () => {
    if (running) await stopWell(running)
    rmSync(place.folder, { recursive: true, force: true })
  })
  return place
}

/** Half an hour before the shipped configuration's digest, and after every brief was reviewed. */
const MONDAY = '2026-11-23T06:30:00Z'

type Use = (page: Page, t: TestContext) => Promise<void>

/** A test on a page of its own, which fails where the page does what it must not, whatever the test looks at. */
const onPage = (place: { address: string }, path: string, use: Use, options?: BrowserContextOptions) =>
  async function test(t: TestContext) {
    const { page, faults, close } = await visit(theBrowser(), place.address, path, options)
    try {
      await use(page, t)
    } finally {
      await close()
      for (const fault of faults) t.diagnostic(fault)
    }
    assert.deepEqual(faults, [])
  }

const asking = (line: string): string => `/?q=${encodeURIComponent(line)}`

const answerOn = (page: Page, side: Side): Locator => page.locator(`.answer[data-side="${side}"]`)
/** The message's picture, without its JSON and what else stands around it. */
const pictureOn = (page: Page, side: Side): Locator => answerOn(page, side).locator('.body')
const sharedOn = (page: Page, side: Side): Locator => page.locator(`.shared[data-side="${side}"]`)
const cardOf = (page: Page, name: 'briefs' | 'problems' | 'digests' | 'next'): Locator =>
  page.locator(`[data-card="${name}"]`)
const button = (within: Locator, name: string | RegExp): Locator => within.getByRole('button', { name })
const option = (page: Page, name: string | RegExp): Locator =>
  page.locator('#completions').getByRole('option', { name })

async function ask(page: Page, line: string): Promise<void> {
  await page.locator('#line').fill(line)
  await page.locator('#line').press('Enter')
}

/** Waits until a side's answer is titled so. */
const waitForTitle = (page: Page, side: Side, title: string | RegExp): Promise<void> =>
  answerOn(page, side).getByRole('heading', { name: title }).first().waitFor()

const waitForTitles = async (page: Page, title: string | RegExp): Promise<void> => {
  for (const side of SIDES) await waitForTitle(page, side, title)
}

/** Posts the shipped digest by its buttons beside the messages. */
async function postMorning(page: Page): Promise<void> {
  const card = cardOf(page, 'digests')
  await button(card, /^morning$/).click()
  await button(card, 'Post now').click()
  await card.getByRole('heading', { name: 'Post morning now?' }).waitFor()
  await button(card, 'Post now').click()
  await waitForStatus(page, /^Posted: /)
}

/** Waits until the live region says so. */
const waitForStatus = (page: Page, words: string | RegExp): Promise<void> =>
  page.getByRole('status').filter({ hasText: words }).waitFor()

const waitForFocus = (within: Locator): Promise<void> => within.and(within.page().locator(':focus')).waitFor()

/** The key points of a shipped brief, without their marks. */
function keyPointsOf(folder: string, name: string): string[] {
  const text = readFileSync(join(folder, `briefs/nato/${name}.md`), 'utf8')
  const [, lines = ''] = /\n## Key points\n([\s\S]*?)(?:\n## |$)/.exec(text) ?? []
  return [...lines.matchAll(/^- (.*?)(?: \[@[\w-]+\])+$/gm)].map(([, point = '']) => plain(point))
}

/** Waits until something holds, as the page's own waits do. */
async function until(holds: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + 5000
  while (!(await holds())) assert.ok(performance.now() < end, 'it never comes to hold')
}

/** Words as they are compared: without emphasis and with simple spaces. */
const plain = (text: string): string =>
  text
    .replace(/[*_`\\]/g, '')
    .replace(/\s+/g, ' ')
    .trim()

/** Turns the pages of an answer to the last and back to the first; gives the words of each. */
async function turnAll(page: Page, side: Side): Promise<string[]> {
  const pages = [await pictureOn(page, side).innerText()]
  while ((await button(answerOn(page, side), 'Next page').count()) > 0) {
    await button(answerOn(page, side), 'Next page').click()
    await waitForTitle(page, side, new RegExp(`page ${pages.length + 1} of`))
    pages.push(await pictureOn(page, side).innerText())
  }
  for (let number = pages.length - 1; number >= 1; number--) {
    await button(answerOn(page, side), 'Previous page').click()
    await waitForTitle(page, side, new RegExp(`page ${number} of ${pages.length}`))
  }
  assert.equal(await pictureOn(page, side).innerText(), pages[0])
  return pages
}

describe('the playground in a browser', { skip, timeout: 60_000 }, () => {
  const place = serve(writeWholeProject, MONDAY)

  it(
    'answers a typed command on both sides',
    onPage(place, '/', async (page, t) => {
      await waitForTitle(page, 'slack', 'NATO and Ukraine in short, sourced briefs')
      await page.getByRole('combobox', { name: 'Type a command, or any words' }).pressSequentially('/nato vilnius')
      const entered = performance.now()
      await page.keyboard.press('Enter')
      await waitForTitles(page, /^Vilnius summit/)
      t.diagnostic(`${Math.round(performance.now() - entered)} ms from Enter to the answer`)
      assert.match(await answerOn(page, 'slack').innerText(), /Ukraine came away without an invitation to join/)
      assert.match(await answerOn(page, 'discord').innerText(), /Ukraine came away without an invitation to join/)
      await waitForStatus(page, /Vilnius summit/)
      await page.locator('#completions').waitFor({ state: 'hidden' })
      assert.equal(page.url(), new URL('/?q=%2Fnato%20vilnius', place.address).href)
      await waitForFocus(page.locator('#line'))
    }),
  )

  it(
    'opens with the answer to the line in its address',
    onPage(place, '/?q=%2Fnato%20vilnius', async page => {
      assert.equal(await page.locator('#line').inputValue(), '/nato vilnius')
      await waitForTitles(page, /^Vilnius summit/)
      await page.reload()
      await waitForTitles(page, /^Vilnius summit/)
    }),
  )

  it(
    'answers where scripts do not run',
    onPage(
      place,
      '/',
      async page => {
        await page.locator('#line').fill('/nato vilnius')
        await page.getByRole('button', { name: 'Ask', exact: true }).click()
        await waitForTitles(page, /^Vilnius summit/)
      },
      { javaScriptEnabled: false },
    ),
  )

  it(
    'asks a line that is clicked',
    onPage(place, '/', async page => {
      await button(page.getByRole('region', { name: 'Ask' }), '/nato help').click()
      await waitForTitles(page, 'How to ask')
      assert.equal(await page.locator('#line').inputValue(), '/nato help')
      await button(cardOf(page, 'briefs'), '/nato kyiv').click()
      await waitForTitles(page, /^Stoltenberg's visit to Kyiv/)
    }),
  )

  it(
    'finds a brief in spite of a typing mistake, and says what there is instead of an unknown one',
    onPage(place, '/', async page => {
      await ask(page, '/nato vilnus')
      await waitForTitles(page, /^Vilnius summit/)
      await ask(page, '/nato asdfgh')
      await waitForTitles(page, 'There is no brief on “asdfgh”')
      for (const side of SIDES)
        assert.match(await answerOn(page, side).innerText(), /There are briefs on .*membership.*security guarantees/)
      await ask(page, '/otan vilnius')
      await waitForStatus(page, /otan/)
    }),
  )

  it(
    'shows an answer right below the question, however short it is beside the list of briefs',
    onPage(place, asking('/nato asdfgh'), async page => {
      const question = await page.getByRole('region', { name: 'Ask' }).boundingBox()
      const answer = await page.locator('#slack').boundingBox()
      assert.ok(question && answer)
      const gap = answer.y - (question.y + question.height)
      assert.ok(gap >= 0 && gap < 30, `${gap} px between them`)
    }),
  )

  it(
    'shows only the last of several answers that were asked for at once',
    onPage(place, '/', async page => {
      const late: (() => void)[] = []
      await page.route('**/ask', route =>
        route.request().postData()?.includes('kyiv') ? void late.push(() => route.continue()) : route.continue(),
      )
      await ask(page, '/nato kyiv')
      await ask(page, '/nato vilnius')
      await waitForTitles(page, /^Vilnius summit/)
      const answered = page.waitForResponse(response => response.request().postData()?.includes('kyiv') === true)
      for (const go of late) go()
      await (await answered).finished()
      // What the page asks for after the late answer comes after it.
      await page.locator('#line').fill('/nato bru')
      await option(page, /^Brussels/).waitFor()
      await waitForTitles(page, /^Vilnius summit/)
      assert.equal(await page.locator('body[aria-busy]').count(), 0)
    }),
  )

  describe('completion', { concurrency: 2 }, () => {
    const expanded = (page: Page, is: boolean) => page.locator(`#line[aria-expanded="${is}"]`).waitFor()

    it(
      'completes a command and a brief by keys',
      onPage(place, '/', async page => {
        const line = page.locator('#line')
        await expanded(page, false)
        await line.pressSequentially('/na')
        await option(page, /^\/nato/).waitFor()
        await expanded(page, true)
        assert.equal(await line.getAttribute('aria-activedescendant'), null)
        await line.press('ArrowDown')
        const active = await line.getAttribute('aria-activedescendant')
        assert.equal(await page.locator(`#${active}[aria-selected="true"]`).count(), 1)
        await line.press('Enter')
        assert.equal(await line.inputValue(), '/nato ')
        await option(page, /^Military aid/).waitFor()
        await line.pressSequentially('vil')
        await page.locator('#completion-0', { hasText: 'Vilnius summit' }).waitFor()
        await line.press('ArrowDown')
        await page.locator('#completion-0[aria-selected="true"]').waitFor()
        await line.press('Enter')
        await waitForTitles(page, /^Vilnius summit/)
        assert.equal(await line.inputValue(), '/nato vilnius')
        await page.locator('#completions').waitFor({ state: 'hidden' })
        await expanded(page, false)
        assert.equal(await line.getAttribute('aria-activedescendant'), null)
      }),
    )

    it(
      'goes through the choices in both directions, and closes at Escape and where the reader leaves',
      onPage(place, '/', async page => {
        const line = page.locator('#line')
        await line.pressSequentially('/nato ')
        await option(page, /^Military aid/).waitFor()
        const count = await option(page, /./).count()
        assert.ok(count > 3)
        await line.press('ArrowUp')
        await page.locator(`#line[aria-activedescendant="completion-${count - 1}"]`).waitFor()
        await line.press('ArrowDown')
        await page.locator('#line[aria-activedescendant="completion-0"]').waitFor()
        await line.press('Escape')
        await page.locator('#completions').waitFor({ state: 'hidden' })
        await expanded(page, false)
        assert.equal(await line.inputValue(), '/nato ')
        assert.equal(await line.getAttribute('aria-activedescendant'), null)
        await line.press('ArrowDown')
        await expanded(page, true)
        await line.press('Tab')
        await page.locator('#completions').waitFor({ state: 'hidden' })
        await expanded(page, false)
      }),
    )

    it(
      'takes a choice that is clicked',
      onPage(place, '/', async page => {
        await page.locator('#line').pressSequentially('/nato bru')
        await option(page, /^Brussels meeting/).click()
        await waitForTitles(page, /^Brussels meeting and the victory plan/)
        await page.locator('#completions').waitFor({ state: 'hidden' })
        await waitForFocus(page.locator('#line'))
      }),
    )
  })

  describe('messages', { concurrency: 2 }, () => {
    for (const side of SIDES)
      it(
        `opens every view of a brief from its buttons on ${side}`,
        onPage(place, asking('/nato membership'), async page => {
          await waitForTitles(page, /^Ukraine's path to NATO membership/)
          for (const view of ['Quotes', 'Timeline', 'Figures', 'Sources']) {
            await button(answerOn(page, side), view).click()
            await waitForTitles(page, new RegExp(`membership: ${view.toLowerCase()}`))
            await waitForFocus(answerOn(page, side).locator('.message'))
            await waitForStatus(page, new RegExp(`membership: ${view.toLowerCase()}`))
          }
          await button(answerOn(page, side), 'Overview').click()
          await waitForTitles(page, /^Ukraine's path to NATO membership(?! *:)/)
        }),
      )

    it(
      'shows a long brief page by page on Discord, every point of it',
      onPage(place, asking('/nato vilnius'), async page => {
        const pages = await turnAll(page, 'discord')
        assert.ok(pages.length > 1)
        const points = keyPointsOf(place.folder, 'vilnius')
        assert.ok(points.length > 10)
        const words = plain(pages.join(' '))
        for (const point of points) assert.ok(words.includes(point), `no page shows: ${point}`)
      }),
    )

    for (const side of SIDES) {
      it(
        `opens a brief that is picked on ${side}`,
        onPage(place, asking('/nato asdfgh'), async page => {
          await answerOn(page, side).getByRole('combobox').selectOption({ value: 'nato/vilnius' })
          await waitForTitles(page, /^Vilnius summit/)
        }),
      )

      it(
        `opens a brief that is picked by keys on ${side}, at Enter`,
        onPage(place, asking('/nato asdfgh'), async page => {
          await answerOn(page, side).getByRole('combobox').focus()
          await page.keyboard.press('V')
          await waitForStatus(page, 'Press Enter to open what is chosen.')
          await waitForTitles(page, 'There is no brief on “asdfgh”')
          await page.keyboard.press('Enter')
          await waitForTitles(page, /^Vilnius summit/)
        }),
      )

      it(
        `shares an answer once from ${side}, and leaves what is shared as it is`,
        onPage(place, asking('/nato vilnius'), async page => {
          await button(answerOn(page, side), 'Share to channel').click()
          await waitForStatus(page, /Shared to the channel\.$/)
          for (const one of SIDES) {
            await sharedOn(page, one).getByRole('heading', { name: 'Vilnius summit' }).waitFor()
            assert.match(await sharedOn(page, one).innerText(), /Shared by @you/)
            assert.match(await sharedOn(page, one).innerText(), /Everyone in the channel can see this\./)
            assert.match(await answerOn(page, one).innerText(), /Only you can see this\./)
            assert.equal(await button(sharedOn(page, one), /Share/).count(), 0)
          }
          await button(answerOn(page, side), 'Shared to channel').click({ force: true })
          await waitForStatus(page, 'This answer is shared already.')
          for (const one of SIDES) assert.equal(await sharedOn(page, one).locator('.message').count(), 1)
          const before = await sharedOn(page, side).innerHTML()
          await button(sharedOn(page, side), 'Quotes').click()
          await waitForTitles(page, /^Vilnius summit: quotes/)
          assert.match(await answerOn(page, side).innerText(), /Only you can see this\./)
          assert.equal(await sharedOn(page, side).innerHTML(), before)
          await button(answerOn(page, side), 'Share to channel').click()
          await sharedOn(page, side).getByRole('heading', { name: 'Vilnius summit: quotes' }).waitFor()
          assert.equal(await sharedOn(page, side).locator('.message').count(), 2)
        }),
      )
    }

    /** The message of a side, as its JSON says. */
    async function messageOn(page: Page, side: Side): Promise<unknown> {
      return JSON.parse((await answerOn(page, side).locator('pre[role="region"]').textContent()) ?? '')
    }

    /** What the meters of a side show: by what is counted, how much of how much. */
    async function metersOn(page: Page, side: Side): Promise<Record<string, [number, number]>> {
      const meters: Record<string, [number, number]> = {}
      for (const filling of await answerOn(page, side).locator('.filling').all()) {
        const [, used = '', most = '', what = ''] = /^([\d,]+) of ([\d,]+) (\w+)/.exec(await filling.innerText()) ?? []
        const shown = [used, most].map(number => number.replace(',', ''))
        const meter = filling.locator('meter')
        assert.deepEqual(shown, [await meter.getAttribute('value'), await meter.getAttribute('max')])
        meters[what] = [Number(shown[0]), Number(shown[1])]
      }
      return meters
    }

    it(
      'shows how full the limits are of the message that its JSON holds',
      onPage(place, '/', async page => {
        for (const line of ['/nato', '/nato quotes', '/nato vilnius']) {
          await page.goto(new URL(asking(line), place.address).href)
          const blocks = partsOf(await messageOn(page, 'slack'), 'blocks')
          const texts = [blocks].flatMap(valuesIn).filter(([key]) => key === 'text' || key === 'url')
          assert.deepEqual(await metersOn(page, 'slack'), {
            blocks: [(blocks as unknown[]).length, 50],
            characters: [texts.reduce((sum, [, text]) => sum + text.length, 0), 10_000],
          })
          const components = partsOf(await messageOn(page, 'discord'), 'components')
          const displays = valuesIn(components).filter(([key]) => key === 'content')
          const content = displays.map(([, text]) => text).join('')
          assert.deepEqual(await metersOn(page, 'discord'), {
            components: [countComponents(components), 40],
            characters: [[...content].length, 4000],
            bytes: [Buffer.byteLength(content) + 12 * displays.length, 10_170],
          })
        }
      }),
    )

    it(
      'keeps the JSON of a message open from one answer to the next',
      onPage(place, asking('/nato vilnius'), async page => {
        const json = answerOn(page, 'discord').locator('pre[role="region"]')
        await json.waitFor({ state: 'hidden' })
        await answerOn(page, 'discord').getByText('JSON', { exact: true }).click()
        await json.filter({ hasText: '"content": "## Vilnius summit' }).waitFor()
        await answerOn(page, 'slack').locator('pre[role="region"]').waitFor({ state: 'hidden' })
        await ask(page, '/nato kyiv')
        await json.filter({ hasText: '"content": "## Stoltenberg\'s visit to Kyiv' }).waitFor()
      }),
    )
  })

  it('works by keys alone, on a phone too', onPage(place, '/', useKeys, PHONE))

  /** Goes on by Tab until an element has the focus. */
  async function tabTo(target: Locator, key: 'Tab' | 'Shift+Tab' = 'Tab'): Promise<void> {
    const focused = target.and(target.page().locator(':focus'))
    for (let steps = 0; steps < 60 && (await focused.count()) === 0; steps++) await target.page().keyboard.press(key)
    assert.equal(await focused.count(), 1, `${target} can be reached by ${key}`)
  }

  async function useKeys(page: Page): Promise<void> {
    const { keyboard } = page
    await keyboard.press('Tab')
    await waitForFocus(page.getByRole('link', { name: 'Skip to the question' }))
    await keyboard.press('Enter')
    await waitForFocus(page.locator('#line'))
    await page.locator('#line').pressSequentially('/nato memb')
    await option(page, /^Ukraine's path/).waitFor()
    await keyboard.press('ArrowDown')
    await keyboard.press('Enter')
    await waitForTitle(page, 'slack', /^Ukraine's path to NATO membership/)

    await tabTo(button(answerOn(page, 'slack'), 'Quotes'))
    await keyboard.press('Enter')
    await waitForFocus(answerOn(page, 'slack').locator('.message'))
    await waitForTitle(page, 'slack', /membership: quotes/)

    await tabTo(page.getByRole('tab', { name: 'Slack' }), 'Shift+Tab')
    await keyboard.press('ArrowRight')
    await waitForFocus(page.getByRole('tab', { name: 'Discord', selected: true }))
    await page.locator('#slack').waitFor({ state: 'hidden' })
    await page.locator('#discord').waitFor()
    await tabTo(button(answerOn(page, 'discord'), 'Overview'))
    await keyboard.press('Space')
    await waitForTitle(page, 'discord', /membership \(page 1 of/)
    await tabTo(button(answerOn(page, 'discord'), 'Next page'))
    await keyboard.press('Enter')
    await waitForTitle(page, 'discord', /\(page 2 of/)
    await waitForFocus(answerOn(page, 'discord').locator('.message'))
    await tabTo(button(answerOn(page, 'discord'), 'Share to channel'))
    await keyboard.press('Enter')
    await waitForStatus(page, /Shared to the channel\.$/)
    await sharedOn(page, 'discord')
      .getByRole('heading', { name: /page 2 of/ })
      .waitFor()

    await tabTo(page.getByRole('tab', { name: 'Discord' }), 'Shift+Tab')
    await keyboard.press('ArrowRight')
    await waitForFocus(page.getByRole('tab', { name: 'Digests', selected: true }))
    await tabTo(button(cardOf(page, 'digests'), /^morning$/))
    await keyboard.press('Enter')
    await waitForFocus(cardOf(page, 'digests'))
    await tabTo(button(cardOf(page, 'digests'), 'Preview'))
    await keyboard.press('Enter')
    await cardOf(page, 'digests').getByText('Only you see this preview.').waitFor()
    await tabTo(page.getByRole('tab', { name: 'Digests' }), 'Shift+Tab')
    await keyboard.press('ArrowRight')
    await waitForFocus(page.getByRole('tab', { name: 'Briefs', selected: true }))
    await keyboard.press('ArrowRight')
    await waitForFocus(page.getByRole('tab', { name: 'Slack', selected: true }))
    await keyboard.press('ArrowLeft')
    await waitForFocus(page.getByRole('tab', { name: 'Briefs', selected: true }))
    await page.locator('#discord').waitFor({ state: 'hidden' })
    await tabTo(button(cardOf(page, 'briefs'), '/nato kyiv'))
    await keyboard.press('Enter')
    await waitForTitle(page, 'slack', /^Stoltenberg's visit to Kyiv/)
    await page.getByRole('tab', { name: 'Slack', selected: true }).waitFor()
    await waitForFocus(answerOn(page, 'slack').locator('.message'))
  }

  it('tells every kind of what a page must not do', async () => {
    const { page, faults, close } = await visit(theBrowser(), place.address, '/', { bypassCSP: true })
    await page.evaluate(`document.body.append(Object.assign(new Image(), { src: 'https://elsewhere.example/a.png' }))`)
    await page.waitForEvent('requestfailed', { predicate: request => request.url().includes('elsewhere') })
    await page.evaluate(`setTimeout(() => { throw new Error('planted') })`)
    await page.waitForEvent('pageerror')
    await close()
    const strict = await visit(theBrowser(), place.address, '/')
    const refused = strict.page.waitForEvent('console')
    await strict.page.evaluate(
      `document.body.insertAdjacentHTML('beforeend', '<img src="https://elsewhere.example/a.png">')`,
    )
    await refused
    await strict.close()
    assert.match(faults.join('\n'), /A request left for https:\/\/elsewhere\.example\/a\.png/)
    assert.match(faults.join('\n'), /The page threw: planted/)
    assert.match(strict.faults.join('\n'), /^The console shows: .*violates.*Content Security Policy.*img-src/)
    assert.doesNotMatch(strict.faults.join('\n'), /A request left/)
  })

  it('takes its pictures', async t => {
    const asked = process.env.READOUT_PICTURES
    const folder = asked || mkdtempSync(join(tmpdir(), 'readout-pictures-'))
    mkdirSync(folder, { recursive: true })
    const wide = { width: 1440, height: 900 }
    const pictures: [string, string, BrowserContextOptions][] = [
      ['wide.png', '/nato vilnius', { viewport: wide, colorScheme: 'light' }],
      ['dark.png', '/nato quotes stoltenberg', { viewport: wide, colorScheme: 'dark' }],
      ['phone.png', '/nato vilnius', { ...PHONE, deviceScaleFactor: 2, colorScheme: 'light' }],
      ['digest.png', '/readout preview', { viewport: wide, colorScheme: 'light' }],
    ]
    for (const [name, line, options] of pictures) {
      const shoot: Use = async page => {
        if (name === 'digest.png') {
          await postMorning(page)
          await postsOn(page, 'discord').first().waitFor()
          await button(page.getByRole('status'), 'Show').click()
          await waitForFocus(postsOn(page, 'slack').first())
        }
        await page.screenshot({ path: join(folder, name), animations: 'disabled' })
      }
      await onPage(place, asking(line), shoot, options)(t)
    }
    if (!asked) rmSync(folder, { recursive: true })
  })
})

/** Texts and numbers of a message with their keys, however deep they stand. */
const valuesIn = (node: unknown): [string, string][] =>
  typeof node === 'object' && node !== null
    ? Object.entries(node).flatMap(([key, value]) =>
        typeof value === 'string' ? [[key, value] as [string, string]] : valuesIn(value),
      )
    : []

const partsOf = (node: unknown, key: string): unknown =>
  typeof node === 'object' && node !== null ? Object.entries(node).find(([name]) => name === key)?.[1] : undefined

const countComponents = (components: unknown): number =>
  Array.isArray(components)
    ? components.reduce((sum, one) => sum + 1 + countComponents(partsOf(one, 'components')), 0)
    : 0

describe('the playground while briefs are written', { skip, timeout: 60_000 }, () => {
  const place = serve(() => {
    const folder = writeShippedProject()
    writeFiles(folder, {
      'briefs/town/collection.yaml': COLLECTION,
      'briefs/town/sources/gazette.yaml': recordFile(),
      'briefs/town/harbour.md': briefFile('Harbour'),
    })
    return folder
  })

  const save = (name: string, text: string) => writeFiles(place.folder, { [`briefs/town/${name}.md`]: text })

  const waitForBrief = (page: Page, title: string) => cardOf(page, 'briefs').getByText(title, { exact: true }).waitFor()

  it(
    'follows a brief that is saved, in the answer and in the list, and says so',
    onPage(place, asking('/town harbour'), async page => {
      await waitForTitles(page, 'Harbour')
      save('harbour', briefFile('Old harbour', 'The harbour is open to all.'))
      await waitForTitles(page, 'Old harbour')
      await waitForBrief(page, 'Old harbour')
      await waitForStatus(page, 'The briefs have changed.')
      for (const side of SIDES) await pictureOn(page, side).getByText('The harbour is open to all.').waitFor()
    }),
  )

  it(
    'keeps the last good answer while a brief has a problem, and shows the problem until it is mended',
    onPage(place, asking('/town harbour'), async page => {
      const good = briefFile('New harbour')
      save('harbour', good)
      await waitForTitles(page, 'New harbour')
      await cardOf(page, 'problems').getByText('No file has a problem.').waitFor()
      save('harbour', good.replace('long enough', 'too long').replace('New harbour', 'Bad harbour'))
      await cardOf(page, 'problems')
        .getByText(/^town\/harbour\.md:\d+:\d+$/)
        .waitFor()
      assert.match(
        await cardOf(page, 'problems').innerText(),
        /^1 problem in 1 file\s+town\/harbour\.md:12:1 Can't verify the quote: .*they agree as far as “we have waited”, not at “too”/,
      )
      await waitForStatus(page, /town\/harbour\.md:12:1.*The last good version stays in the answers\./)
      await waitForTitles(page, 'New harbour')
      await waitForBrief(page, 'New harbour')
      save('harbour', good)
      await waitForStatus(page, 'town/harbour.md: good again.')
      await cardOf(page, 'problems').getByText('No file has a problem.').waitFor()
    }),
  )

  it(
    'shows a new brief in the list and completes its name',
    onPage(place, '/', async page => {
      save('bridge', briefFile('Bridge'))
      await waitForBrief(page, 'Bridge')
      await page.locator('#line').pressSequentially('/town bri')
      await option(page, /^Bridge/).click()
      await waitForTitles(page, 'Bridge')
      rmSync(join(place.folder, 'briefs/town/bridge.md'))
      await waitForTitles(page, /There is no brief on “bridge”/)
      await cardOf(page, 'briefs').getByText('Bridge', { exact: true }).waitFor({ state: 'detached' })
    }),
  )

  it(
    'keeps what is shared, what is open and where the reader is while an answer follows a brief',
    onPage(place, asking('/town harbour'), async page => {
      save('harbour', briefFile('Harbour'))
      await waitForTitles(page, 'Harbour')
      await answerOn(page, 'slack').getByText('JSON', { exact: true }).click()
      await button(answerOn(page, 'slack'), 'Share to channel').click()
      await sharedOn(page, 'slack').getByRole('heading', { name: 'Harbour' }).waitFor()
      await button(answerOn(page, 'slack'), 'Quotes').focus()
      save('harbour', briefFile('Harbour of Lindenau'))
      await waitForTitles(page, 'Harbour of Lindenau')
      await button(answerOn(page, 'slack'), 'Shared to channel').waitFor()
      await answerOn(page, 'slack').locator('pre[role="region"]').waitFor()
      assert.equal(await sharedOn(page, 'slack').getByRole('heading').first().innerText(), 'Harbour')
      await waitForFocus(button(answerOn(page, 'slack'), 'Quotes'))
    }),
  )

  const points = Array.from({ length: 120 }, (_, index) => {
    const name = [...String(index)].map(digit => 'abcdefghij'[Number(digit)]).join('')
    return `The ship ${name} came in and was unloaded${' slowly'.repeat(12)}.`
  })

  for (const side of SIDES)
    it(
      `shows a long brief page by page on ${side}, every point of it`,
      onPage(place, '/', async page => {
        const list = points.map(point => `- ${point} [@gazette]\n`).join('')
        save('ships', briefFile('Ships').replace('## Quotes', `## Key points\n\n${list}\n## Quotes`))
        await waitForBrief(page, 'Ships')
        await ask(page, '/town ships')
        await waitForTitle(page, side, /^Ships/)
        const pages = await turnAll(page, side)
        assert.ok(pages.length > 1)
        const words = plain(pages.join(' '))
        for (const point of points) assert.ok(words.includes(point), `no page shows: ${point}`)
      }),
    )

  it(
    'shows what was asked last, even where a brief changed before its answer came',
    onPage(place, asking('/town harbour'), async page => {
      save('harbour', briefFile('Harbour'))
      save('bridge', briefFile('Bridge'))
      await waitForBrief(page, 'Bridge')
      await waitForTitles(page, 'Harbour')
      let answer = () => {}
      const held = new Promise<void>(resolve => {
        answer = resolve
      })
      await page.route('**/ask', async (route, request) => {
        if (request.postData()?.includes('/town bridge')) await held
        await route.continue()
      })
      await ask(page, '/town bridge')
      save('harbour', briefFile('Harbour, changed'))
      await waitForBrief(page, 'Harbour, changed')
      answer()
      await waitForTitles(page, 'Bridge')
      await page.unroute('**/ask')
      rmSync(join(place.folder, 'briefs/town/bridge.md'))
      await cardOf(page, 'briefs').getByText('Bridge', { exact: true }).waitFor({ state: 'detached' })
    }),
  )

  it(
    'lets go of the server while nobody sees it, and follows again when somebody does',
    onPage(place, asking('/town harbour'), async page => {
      save('harbour', briefFile('Harbour'))
      await waitForTitles(page, 'Harbour')
      const setHidden = (hidden: boolean) =>
        page.evaluate(`Object.defineProperty(document, 'hidden', { value: ${hidden}, configurable: true })
          document.dispatchEvent(new Event('visibilitychange'))`)
      const closed = page.waitForEvent('requestfailed', request => request.url().endsWith('/events'))
      await setHidden(true)
      await closed
      save('harbour', briefFile('Harbour, unseen'))
      await setHidden(false)
      await waitForTitles(page, 'Harbour, unseen')
      save('harbour', briefFile('Harbour, seen'))
      await waitForTitles(page, 'Harbour, seen')
    }),
  )

  it(
    'brings the beginning of an answer into view, below the question',
    onPage(place, '/', async page => {
      const list = points.map(point => `- ${point} [@gazette]\n`).join('')
      save('ships', briefFile('Ships').replace('## Quotes', `## Key points\n\n${list}\n## Quotes`))
      await waitForBrief(page, 'Ships')
      await ask(page, '/town ships')
      for (const act of [
        () => button(answerOn(page, 'slack'), 'Quotes').click(),
        () => button(answerOn(page, 'discord'), 'Overview').click(),
        () => button(answerOn(page, 'discord'), /^Next page/).click(),
        () => ask(page, '/town ships'),
      ]) {
        await waitForTitles(page, /Ships/)
        await page.evaluate('scrollTo(0, document.body.scrollHeight)')
        await act()
        const bar = await page.locator('.ask').boundingBox()
        const isBelow = async () => {
          const title = await answerOn(page, 'slack').locator('header').boundingBox()
          return Boolean(bar && title && title.y >= bar.y + bar.height - 1 && title.y < 500)
        }
        await until(isBelow)
      }
    }),
  )

  it('has two pages follow at once', async t => {
    const other = await visit(theBrowser(), place.address, '/?q=%2Ftown')
    const first: Use = async page => {
      save('harbour', briefFile('Harbour for two'))
      await waitForTitles(page, 'Harbour for two')
      for (const side of SIDES) await pictureOn(other.page, side).getByText('Harbour for two').first().waitFor()
      await waitForBrief(other.page, 'Harbour for two')
    }
    try {
      await onPage(place, asking('/town harbour'), first)(t)
    } finally {
      await other.close()
    }
    assert.deepEqual(other.faults, [])
  })

  // None is longer than a label may be, so that the list of completions shows each whole.
  const HOSTILE = [
    '<img src=x onerror=alert(1)> & *x* _y_ ~z~ <!channel> @everyone',
    '</pre></details><script>alert(2)</script> &lt;b&gt; `c` :smile:',
    '**b** [x](https://evil.example) <@U012AB3CD> <@123456789012345678>',
  ]

  for (const [index, title] of HOSTILE.entries())
    it(
      `shows a hostile text as the text that it is, ${index + 1}`,
      onPage(place, '/', async page => {
        save('hostile', briefFile(JSON.stringify(title)))
        save('harbour', briefFile('Harbour').replace('topics:', 'related: [hostile]\ntopics:'))
        await waitForBrief(page, title)
        await ask(page, '/town harbour')
        for (const side of SIDES) await button(answerOn(page, side), title).waitFor()
        await ask(page, '/town hostile')
        for (const side of SIDES) {
          await pictureOn(page, side).getByText(title, { exact: true }).waitFor()
          await answerOn(page, side).getByRole('article', { name: title }).waitFor()
          assert.equal(await answerOn(page, side).locator('a, script, img, .discord-mention').count(), 0)
        }
        await page.locator('#line').fill('/town host')
        await option(page, title).waitFor()
        await ask(page, `/town ${title}`)
        await waitForStatus(page, /./)
        assert.equal(await page.locator('main img, main script').count(), 0)
        save('harbour', briefFile('Harbour'))
        rmSync(join(place.folder, 'briefs/town/hostile.md'))
        await cardOf(page, 'briefs').getByText(title).waitFor({ state: 'detached' })
      }),
    )
})

describe('the playground without briefs', { skip, timeout: 60_000 }, () => {
  const place = serve(writeProject)

  it(
    'shows how to write the first one, and shows it once it is there',
    onPage(place, '/', async page => {
      for (const part of [pictureOn(page, 'slack'), pictureOn(page, 'discord'), cardOf(page, 'briefs')]) {
        await part.getByText('There are no briefs yet.').waitFor()
        await part.getByText('npm run -s readout -- new nato/vilnius').waitFor()
      }
      for (const side of SIDES)
        assert.match(await page.locator(`[data-posts="${side}"]`).innerText(), /^Nothing yet\. Digests arrive here/)
      await cardOf(page, 'digests').getByText('No digest is posted to this channel yet.').waitFor()
      writeFiles(place.folder, {
        'briefs/town/collection.yaml': COLLECTION,
        'briefs/town/sources/gazette.yaml': recordFile(),
        'briefs/town/harbour.md': briefFile('Harbour'),
      })
      for (const part of [pictureOn(page, 'slack'), pictureOn(page, 'discord'), cardOf(page, 'briefs')])
        await part.getByText('Harbour', { exact: true }).first().waitFor()
      await ask(page, '/town harbour')
      await waitForTitles(page, 'Harbour')
    }),
  )
})

describe('the playground when its server goes and comes', { skip, timeout: 60_000 }, () => {
  it('says so, and follows what changed meanwhile', async t => {
    const folder = writeShippedProject()
    t.after(() => rmSync(folder, { recursive: true }))
    const first = await startPlayground(folder)
    t.after(first.stop)
    const { page, faults, close } = await visit(theBrowser(), first.address, asking('/nato vilnius'))
    t.after(close)
    await stopWell(first)
    await waitForStatus(page, 'Readout has stopped. This page goes on when it runs again.')
    await ask(page, '/nato kyiv')
    await waitForStatus(page, 'Readout does not answer. Is it still running?')
    await waitForTitles(page, /^Vilnius summit/)
    const path = join(folder, 'briefs/nato/vilnius.md')
    writeFiles(folder, {
      'briefs/nato/vilnius.md': readFileSync(path, 'utf8').replace('Vilnius summit', 'Summit of Vilnius'),
    })
    const second = await startPlayground(folder, { PORT: new URL(first.address).port })
    t.after(second.stop)
    await waitForStatus(page, 'Connected again.')
    await waitForTitles(page, /^Summit of Vilnius/)
    await stopWell(second)
    assert.deepEqual(
      faults.filter(fault => !/Failed to load resource: net::ERR_/.test(fault)),
      [],
    )
  })
})

const postsOn = (page: Page, side: Side): Locator => page.locator(`[data-posts="${side}"] .message`)

/** Waits until a side's channel holds so many messages. */
const waitForPosts = (page: Page, side: Side, count: number): Promise<void> =>
  until(async () => (await postsOn(page, side).count()) === count)

/** The words of the quote that a message of a digest tells. */
async function quoteIn(message: Locator): Promise<string> {
  const [quote] = /“.+”/.exec(await message.locator('.body').innerText()) ?? []
  assert.ok(quote !== undefined, 'it holds no quote')
  return quote
}

describe('digests in the playground', { skip, timeout: 60_000 }, () => {
  const place = serve(writeWholeProject, MONDAY)

  const openMorning = (page: Page) => button(cardOf(page, 'digests'), /^morning$/).click()

  it(
    'shows the schedules and the next runs',
    onPage(place, '/', async page => {
      const words = await cardOf(page, 'digests').innerText()
      assert.match(words, /every day at 08:00, Europe\/Brussels/)
      assert.match(words, /next Monday, 23 November 2026, 08:00 \(UTC\+01:00\)/)
      await page.getByText('Next runs', { exact: true }).click()
      const runs = await cardOf(page, 'next').getByRole('listitem').allInnerTexts()
      assert.match(runs[0] ?? '', /^Monday, 23 November 2026, 08:00/)
      assert.match(runs[1] ?? '', /^Tuesday, 24 November 2026, 08:00/)
    }),
  )

  it(
    'shows a digest as each platform’s message as it would be posted now, and posts nothing',
    onPage(place, '/', async page => {
      const before = await postsOn(page, 'slack').count()
      await button(page.getByRole('region', { name: 'Ask' }), '/readout preview').click()
      await waitForTitles(page, /^morning, 23 November 2026/)
      for (const side of SIDES) {
        await pictureOn(page, side).getByText('Only you see this preview.').waitFor()
        await quoteIn(answerOn(page, side))
      }
      await page.reload()
      assert.equal(await postsOn(page, 'slack').count(), before)
    }),
  )

  it('posts a digest once by post now, on every open page at once, and keeps it', async t => {
    const other = await visit(theBrowser(), place.address, '/')
    const first: Use = async page => {
      const before = await postsOn(page, 'slack').count()
      await openMorning(page)
      await button(cardOf(page, 'digests'), 'Post now').click()
      await cardOf(page, 'digests').getByRole('heading', { name: 'Post morning now?' }).waitFor()
      await button(cardOf(page, 'digests'), 'Post now').evaluate((one: { click: () => void }) => {
        one.click()
        one.click()
      })
      for (const seen of [page, other.page])
        for (const side of SIDES) {
          await waitForPosts(seen, side, before + 1)
          assert.match(await postsOn(seen, side).first().innerText(), /^R\s+Readout\s+APP\s+23 Nov 2026, /)
          assert.match(await postsOn(seen, side).first().innerText(), /Everyone in the channel can see this\./)
        }
      assert.equal(await quoteIn(postsOn(page, 'slack').first()), await quoteIn(postsOn(page, 'discord').first()))
      await waitForStatus(other.page, /^Posted: morning, 23 November 2026\./)
      await button(other.page.getByRole('status'), 'Show').click()
      await waitForFocus(postsOn(other.page, 'slack').first())
      await page.reload()
      for (const side of SIDES) assert.equal(await postsOn(page, side).count(), before + 1)
      await button(postsOn(page, 'discord').first(), /./).first().click()
      await waitForFocus(answerOn(page, 'discord').locator('.message'))
      assert.match(await answerOn(page, 'discord').innerText(), /Only you can see this\./)
    }
    try {
      await onPage(place, '/', first)(t)
    } finally {
      await other.close()
    }
    assert.deepEqual(other.faults, [])
  })

  it(
    'does a thing once that is shown on both sides, and keeps open what is open when a message comes',
    onPage(place, asking('/readout post morning'), async page => {
      await waitForTitles(page, 'Post morning now?')
      const before = (await postsOn(page, 'slack').count()) + 1
      await postMorning(page)
      await waitForPosts(page, 'slack', before)
      await postsOn(page, 'slack').last().getByText('JSON', { exact: true }).click()
      await button(answerOn(page, 'discord'), 'Post now').click()
      await waitForTitles(page, 'It is on its way')
      for (const side of SIDES) await waitForPosts(page, side, before + 1)
      await postsOn(page, 'slack').last().locator('pre[role="region"]').waitFor()
      await postsOn(page, 'slack').first().locator('pre[role="region"]').waitFor({ state: 'hidden' })
    }),
  )

  it(
    'subscribes, changes and removes in the card, pickers too, and shows the result beside it',
    onPage(place, '/', async page => {
      const card = cardOf(page, 'digests')
      await button(card, 'Subscribe').click()
      await card.getByRole('heading', { name: 'Subscribe this channel' }).waitFor()
      await button(card, 'Time').first().click()
      await card.getByRole('combobox', { name: 'Choose the hour' }).selectOption({ label: '17:00' })
      await card.getByText(/^Chosen: 17:00/).waitFor()
      await button(card, '‹ Done').click()
      await button(card, 'Subscribe').click()
      await card.getByText('This channel is subscribed.').waitFor()
      assert.match(await card.innerText(), /weekdays at 17:00/)
      await waitForTitle(page, 'slack', 'NATO and Ukraine in short, sourced briefs')
      await button(card, 'Remove').click()
      await card.getByText('It is not posted any more').waitFor()
      await button(card, 'Remove').click()
      await card.getByText('nato is removed.').waitFor()
    }),
  )

  it(
    'does not do again what was done, when the briefs change',
    onPage(place, '/', async page => {
      const card = cardOf(page, 'digests')
      await ask(page, '/readout subscribe nato weekdays 17:00')
      await waitForTitles(page, 'Subscribe this channel')
      await button(answerOn(page, 'slack'), 'Subscribe').click()
      for (const side of SIDES) await pictureOn(page, side).getByText('This channel is subscribed.').waitFor()
      await button(card, 'nato').click()
      await button(card, 'Pause').click()
      await card.getByText('It is paused.').waitFor()
      await button(answerOn(page, 'slack'), 'Pause').click()
      await pictureOn(page, 'slack').getByText('It is paused.').waitFor()
      await button(answerOn(page, 'slack'), 'Resume').click()
      await pictureOn(page, 'slack').getByText('It goes on from now.').waitFor()
      await ask(page, '/nato')
      await waitForTitles(page, 'NATO and Ukraine in short, sourced briefs')
      const path = join(place.folder, 'briefs/nato/kyiv.md')
      writeFiles(place.folder, {
        'briefs/nato/kyiv.md': readFileSync(path, 'utf8').replace(/^title: .*$/m, 'title: A visit to Kyiv'),
      })
      await cardOf(page, 'briefs').getByText('A visit to Kyiv', { exact: true }).waitFor()
      await page.reload()
      await button(card, 'nato').click()
      await button(card, 'Pause').waitFor()
      await button(card, 'Remove').click()
      await card.getByText('It is not posted any more').waitFor()
      await button(card, 'Remove').click()
      await card.getByText('nato is removed.').waitFor()
    }),
  )

  it(
    'sees what was told between the page and its first event',
    onPage(place, '/', async page => {
      let follow = () => {}
      const held = new Promise<void>(resolve => {
        follow = resolve
      })
      await page.route('**/events', async route => {
        await held
        await route.continue()
      })
      await page.goto(new URL(asking('/nato vilnius'), place.address).href)
      const other = await visit(theBrowser(), place.address, '/')
      const path = join(place.folder, 'briefs/nato/vilnius.md')
      writeFiles(place.folder, {
        'briefs/nato/vilnius.md': readFileSync(path, 'utf8').replace(/^title: .*$/m, 'title: The summit of Vilnius'),
      })
      await cardOf(other.page, 'briefs').getByText('The summit of Vilnius', { exact: true }).waitFor()
      await other.close()
      await waitForTitles(page, /^Vilnius summit/)
      follow()
      await waitForTitles(page, /^The summit of Vilnius/)
    }),
  )
})

describe('a digest of the shipped configuration when it is due', { skip, timeout: 60_000 }, () => {
  it('arrives in the open page once, with a quote and what happened on this day, and stays through a restart', async t => {
    const folder = writeWholeProject()
    t.after(() => rmSync(folder, { recursive: true }))
    // 08:00 in Brussels comes while the page is open; where this machine is slow, before it opens.
    const first = await startPlayground(folder, startingAt('2027-07-12T05:59:52Z'))
    t.after(first.stop)
    const { page, faults, close } = await visit(theBrowser(), first.address, '/')
    t.after(close)
    await waitForStatus(page, /^Posted: morning, 12 July 2027\. Show$/)
    const told: string[] = []
    for (const side of SIDES) {
      await waitForPosts(page, side, 1)
      const words = await postsOn(page, side).locator('.body').innerText()
      assert.match(words, /morning, 12 July 2027\s+Quote of the day\s+“.+”\s+— .+On this day\s+.*2023/s)
      told.push(words)
    }
    await cardOf(page, 'digests').filter({ hasText: 'next Tuesday, 13 July 2027, 08:00' }).waitFor()
    await stopWell(first)
    const second = await startPlayground(folder, {
      ...startingAt('2027-07-12T06:00:40Z'),
      PORT: new URL(first.address).port,
    })
    t.after(second.stop)
    await waitForStatus(page, 'Connected again.')
    await page.reload()
    for (const [index, side] of SIDES.entries()) {
      assert.equal(await postsOn(page, side).count(), 1)
      assert.equal(await postsOn(page, side).locator('.body').innerText(), told[index])
    }
    await stopWell(second)
    const database = new DatabaseSync(join(folder, 'data/readout.sqlite'), { readOnly: true })
    t.after(() => database.close())
    const count = (sql: string) =>
      database
        .prepare(sql)
        .all()
        .map(row => ({ ...row }))
    assert.deepEqual(count('select digest, slot, state, attempts from deliveries'), [
      { digest: 'config:morning', slot: '2027-07-12T06:00:00.000Z', state: 'sent', attempts: 1 },
    ])
    assert.deepEqual(count('select digest, slot, state, note from slots'), [
      { digest: 'config:morning', slot: '2027-07-12T06:00:00.000Z', state: 'posted', note: '' },
    ])
    assert.deepEqual(
      faults.filter(fault => !/Failed to load resource: net::ERR_/.test(fault)),
      [],
    )
  })
})

/** What axe-core finds on a page, one line for each element. */
async function violationsOn(page: Page): Promise<string[]> {
  await page.evaluate(axe.source)
  const { violations } = await page.evaluate<AxeResults>(`axe.run({ resultTypes: ['violations'] })`)
  return violations.flatMap(({ id, impact, help, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id} (${impact}): ${help}: ${target.join(' ')}: ${failureSummary}`),
  )
}

describe('the accessibility of the playground', { skip, timeout: 90_000, concurrency: 2 }, () => {
  const place = serve(writeShippedProject)
  const empty = serve(writeProject)
  const digests = serve(writeWholeProject, MONDAY)
  const faulty = serve(() => {
    const folder = writeShippedProject()
    writeFiles(folder, {
      'briefs/town/collection.yaml': COLLECTION,
      'briefs/town/sources/gazette.yaml': recordFile(),
      'briefs/town/harbour.md': briefFile('Harbour').replace('topics:', 'topic:').replace('long enough', 'too long'),
    })
    return folder
  })

  type State = { name: string; where: { address: string }; line: string; reach?: (page: Page) => Promise<void> }

  const complete = async (page: Page) => {
    await page.locator('#line').fill('/nato qu')
    await option(page, /./).first().waitFor()
    await page.locator('#line').press('ArrowDown')
  }

  const share = async (page: Page) => {
    const visible = page.locator('.side:visible').first()
    await button(visible.locator('.answer'), 'Share to channel').click()
    await sharedOn(page, 'discord').locator('.message').waitFor({ state: 'attached' })
  }

  const openJson = async (page: Page) => {
    for (const side of SIDES) await answerOn(page, side).getByText('JSON', { exact: true }).click()
  }

  /** With the next runs, a message in the channel, and what was said of it. */
  const openDigests = async (page: Page) => {
    await page.getByText('Next runs', { exact: true }).click()
    await postMorning(page)
    await button(cardOf(page, 'digests'), '‹ Back').click()
    await button(cardOf(page, 'digests'), 'Preview').waitFor()
  }

  const STATES: State[] = [
    { name: 'the first answer', where: place, line: '' },
    { name: 'a brief', where: place, line: '/nato vilnius' },
    { name: 'quotes and their JSON', where: place, line: '/nato quotes stoltenberg', reach: openJson },
    { name: 'completions', where: place, line: '/nato', reach: complete },
    { name: 'a shared answer', where: place, line: '/nato kyiv', reach: share },
    { name: 'problems', where: faulty, line: '/readout problems' },
    { name: 'no briefs', where: empty, line: '' },
    { name: 'an unknown word', where: place, line: '/nato asdfgh' },
    { name: 'digests and their preview', where: digests, line: '/readout preview', reach: openDigests },
  ]

  /** Waits until every element, and what blends from one colour to another, has the colours of a scheme. */
  const waitForScheme = async (page: Page, scheme: string): Promise<void> => {
    const isShown = `matchMedia('(prefers-color-scheme: ${scheme})').matches && document.documentElement.dataset.theme === '${scheme}'`
    await until(() => page.evaluate<boolean>(`${isShown} && document.getAnimations().length === 0`))
    await page.evaluate('new Promise(painted => requestAnimationFrame(() => requestAnimationFrame(painted)))')
  }

  /** A phone's tabs; the row of them is looked at in both schemes. */
  const TABS = [
    ['Slack', 'light'],
    ['Discord', 'dark'],
    ['Digests', 'light'],
    ['Briefs', 'dark'],
  ] as const

  for (const { name, where, line, reach } of STATES)
    it(
      `has nothing that axe-core finds, nor a line that is too wide, with ${name}`,
      onPage(where, line === '' ? '/' : asking(line), async page => {
        await reach?.(page)
        const found: string[] = []
        const look = async (how: string) => {
          const width = await page.evaluate<number>('document.scrollingElement.scrollWidth - innerWidth')
          if (width > 0) found.push(`${how}: ${width} px too wide`)
          for (const violation of await violationsOn(page)) found.push(`${how}: ${violation}`)
        }
        for (const colorScheme of ['light', 'dark'] as const) {
          await page.emulateMedia({ colorScheme })
          await waitForScheme(page, colorScheme)
          await look(`wide, ${colorScheme}`)
        }
        await page.setViewportSize({ width: 360, height: 740 })
        for (const [tab, colorScheme] of TABS) {
          await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
          await waitForScheme(page, colorScheme)
          await page.getByRole('tab', { name: tab }).dispatchEvent('click')
          await look(`phone, ${colorScheme}, ${tab}`)
        }
        assert.deepEqual(found, [])
      }),
    )
})
