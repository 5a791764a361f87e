import { fileURLToPath } from 'node:url'

const own = (name: string): string => fileURLToPath(new URL(`browser/${name}`, import.meta.url))

/** What the page loads, by its path. */
export const ASSETS: Record<string, { type: string; path: string }> = {
  '/assets/playground.css': { type: 'text/css', path: own('playground.css') },
  '/assets/playground.js': { type: 'text/javascript', path: own('playground.js') },
  '/assets/completion.js': { type: 'text/javascript', path: own('completion.js') },
  '/assets/theme.js': { type: 'text/javascript', path: own('theme.js') },
  '/assets/icon.svg': { type: 'image/svg+xml', path: own('icon.svg') },
  '/assets/slack.css': {
    type: 'text/css',
    path: fileURLToPath(import.meta.resolve('slack-blocks-to-jsx/dist/style.css')),
  },
}
