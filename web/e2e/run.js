// Runs the browser tests, two files at a time; the files that take longest begin first, so that no
// processor is idle at the end. Names of files as arguments run those alone.
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { run } from 'node:test'
import { tap } from 'node:test/reporters'
import { fileURLToPath } from 'node:url'

const here = fileURLToPath(new URL('.', import.meta.url))
const LONGEST = ['screens.test.js', 'clients.test.js', 'way-through.test.js']

/** Place of a file in the order; those without one come last. */
const place = (name) => (LONGEST.indexOf(name) + LONGEST.length + 1) % (LONGEST.length + 1)

const names = process.argv.slice(2)
if (names.length === 0) {
  names.push(...readdirSync(here).filter((name) => name.endsWith('.test.js')))
  names.sort((a, b) => place(a) - place(b) || a.localeCompare(b))
}
run({ files: names.map((name) => join(here, name)), concurrency: 2 })
  .on('test:fail', () => (process.exitCode = 1))
  .compose(tap)
  .pipe(process.stdout)
