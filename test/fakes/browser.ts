import chromium from '@sparticuz/chromium'
import { type Browser, type BrowserContextOptions, type Page, chromium as playwright } from 'playwright-core'

/** A browser that runs here, or in `missing` why there is none. */
export type OpenedBrowser = { browser: Browser } | { missing: string }

/** An installed Chrome, else, on Linux, the Chromium that comes from npm. */
export async function openBrowser(): Promise<OpenedBrowser> {
  const reasons: string[] = []
  for (const open of [openChrome, openChromium]) {
    try {
      return { browser: await open() }
    } catch (error) {
      const [reason = ''] = (error instanceof Error ? error.message : String(error)).split('\n')
      reasons.push(reason)
    }
  }
  return {
    missing: `Browser tests are skipped: no browser runs here. Install Chrome to run them. ${reasons.join(' ')}`,
  }
}

const openChrome = (): Promise<Browser> => playwright.launch({ channel: 'chrome' })

async function openChromium(): Promise<Browser> {
  if (process.platform !== 'linux') throw new Error('The Chromium from npm runs on Linux only.')
  // Its own arguments make one process of all, which the first context that is closed ends, and turn web security off.
  return playwright.launch({ executablePath: await chromium.executablePath(), args: ['--no-sandbox'] })
}

/** A page in a context of its own, and all that it must not do: load from elsewhere, break its policy, log an error. */
export type Visit = { page: Page; faults: string[]; close: () => Promise<void> }

/** How long a page has for one step. */
const STEP_MS = 8000

/** Opens `path` of the playground at `address`; nothing but the playground can be reached from there. */
export async function visit(
  browser: Browser,
  address: string,
  path: string,
  options: BrowserContextOptions = {},
): Promise<Visit> {
  const faults: string[] = []
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, ...options })
  context.setDefaultTimeout(STEP_MS)
  await context.route(
    url => url.origin !== new URL(address).origin,
    async route => {
      faults.push(`A request left for ${route.request().url()}`)
      await route.abort()
    },
  )
  // A refusal of the content security policy is logged as an error too.
  context.on('console', message => {
    if (message.type() === 'error') faults.push(`The console shows: ${message.text()}`)
  })
  context.on('weberror', error => faults.push(`The page threw: ${error.error().message}`))
  context.on('page', opened => {
    opened.on('websocket', socket => faults.push(`A socket was opened to ${socket.url()}`))
    opened.on('dialog', async dialog => {
      faults.push(`A dialog was opened: ${dialog.message()}`)
      await dialog.dismiss()
    })
  })
  const page = await context.newPage()
  await page.goto(new URL(path, address).href)
  return { page, faults, close: () => context.close() }
}
