// A PostgreSQL server for tests, by the script of internal/testserver, reached over TCP.
import { execFileSync, spawn } from 'node:child_process'
import { chownSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

/** As a text: the user that the server runs as may not read this folder. */
const SCRIPT = ['supervise.sh', 'postgres.sh']
  .map((name) => new URL(`../../internal/testserver/${name}`, import.meta.url))
  .map((url) => readFileSync(url, 'utf8'))
  .join('')
const VERSIONS = '/usr/lib/postgresql'

/** Starts it with the statements of `sql`, until the test ends; gives its port. */
export async function startPostgres(t, sql) {
  const [newest] = readdirSync(VERSIONS).sort((a, b) => Number(b) - Number(a))
  const bin = join(VERSIONS, newest, 'bin')
  const folder = mkdtempSync(join(tmpdir(), 'octavo-pg-'))
  const who = process.getuid() === 0 ? idsOf('postgres') : {}
  if (who.uid) chownSync(folder, who.uid, who.gid)
  const script = spawn('/bin/sh', ['-c', SCRIPT, 'sh', folder, bin], {
    ...who,
    cwd: folder,
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const ended = new Promise((done) => script.once('exit', done))
  t.after(() => {
    script.stdin.end()
    return ended
  })
  let said = 'nothing was said'
  for await (const line of createInterface({ input: script.stdout })) {
    said = line
    break
  }
  if (said !== 'ready') throw new Error(`PostgreSQL did not start: ${said}`)
  const options = ['-h', folder, '-U', 'octavo_test', '-d', 'postgres', '-v', 'ON_ERROR_STOP=1']
  execFileSync(join(bin, 'psql'), [...options, '-q', '-c', sql])
  const door = createServer((from) => {
    const to = connect(join(folder, '.s.PGSQL.5432'))
    from.on('error', () => to.destroy()).on('close', () => to.destroy())
    to.on('error', () => from.destroy())
    from.pipe(to).pipe(from)
  })
  await new Promise((done) => door.listen(0, '127.0.0.1', done))
  t.after(() => door.close())
  return door.address().port
}

function idsOf(name) {
  const id = (what) => Number(execFileSync('id', [what, name], { encoding: 'utf8' }))
  return { uid: id('-u'), gid: id('-g') }
}
