// The stylesheet of slack-blocks-to-jsx takes the theme from an attribute; set before anything is painted.
const dark = matchMedia('(prefers-color-scheme: dark)')
const setTheme = () => {
  document.documentElement.dataset.theme = dark.matches ? 'dark' : 'light'
}
dark.addEventListener('change', setTheme)
setTheme()
