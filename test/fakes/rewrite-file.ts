// Truncates a file and writes it again in two pieces as often as it is told: node rewrite-file.ts PATH TIMES
// Every other time the first piece is a sound brief by itself, only without its figures.
import { closeSync, openSync, writeSync } from 'node:fs'
import { briefFile } from './collection.ts'

const [path = '', times = '0'] = process.argv.slice(2)

const letters = (index: number): string => [...String(index)].map(digit => 'abcdefghij'[Number(digit)]).join('')

for (let index = 1; index <= Number(times); index++) {
  const version = index === Number(times) ? 'last' : letters(index)
  const text = briefFile('Harbour', `Version ${version}.${' The end is still far.'.repeat(400)}`)
  const file = openSync(path, 'w')
  const middle = index % 2 === 0 ? text.indexOf('## Figures') : Math.floor(text.length * ((index % 10) / 10))
  writeSync(file, text.slice(0, middle))
  await new Promise(resolve => setTimeout(resolve, index % 4))
  writeSync(file, text.slice(middle))
  closeSync(file)
  if (index % 50 === 0) await new Promise(resolve => setTimeout(resolve, 60))
}
