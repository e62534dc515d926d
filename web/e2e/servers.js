// Servers for tests, by the scripts of internal/testserver: PostgreSQL, reached over TCP, and OpenSSH.
import { execFileSync, spawn } from 'node:child_process'
import { chownSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

const VERSIONS = '/usr/lib/postgresql'

/** Starts it with the statements of `sql`, until the test ends; gives its port. */
export async function startPostgres(t, sql) {
  const [newest] = readdirSync(VERSIONS).sort((a, b) => Number(b) - Number(a))
  const bin = join(VERSIONS, newest, 'bin')
  const folder = await supervise(t, 'postgres', [bin])
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

/** An SSH server: its port, whom it lets in and with which private key, and how its own key is shown. */
export async function startSSH(t) {
  const keys = mkdtempSync(join(tmpdir(), 'octavo-keys-'))
  t.after(() => rmSync(keys, { recursive: true }))
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(keys, 'key')])
  const probe = createServer()
  await new Promise((done) => probe.listen(0, '127.0.0.1', done))
  const { port } = probe.address()
  await new Promise((done) => probe.close(done))
  const folder = await supervise(t, 'sshd', [
    String(port),
    readFileSync(join(keys, 'key.pub'), 'utf8').trim(),
  ])
  const shown = execFileSync('ssh-keygen', ['-lf', join(folder, 'host.pub')], { encoding: 'utf8' })
  return {
    port,
    user:
      process.getuid() === 0
        ? 'postgres'
        : execFileSync('id', ['-un'], { encoding: 'utf8' }).trim(),
    key: readFileSync(join(keys, 'key'), 'utf8'),
    fingerprint: shown.split(' ')[1],
  }
}

/** Starts a server by the scripts of internal/testserver, until the test ends; gives its folder. */
async function supervise(t, name, args) {
  // As a text: the user that the server runs as may not read that folder.
  const script = ['supervise', name]
    .map((one) => new URL(`../../internal/testserver/${one}.sh`, import.meta.url))
    .map((url) => readFileSync(url, 'utf8'))
    .join('')
  const folder = mkdtempSync(join(tmpdir(), 'octavo-server-'))
  const who = process.getuid() === 0 ? idsOf('postgres') : {}
  if (who.uid) chownSync(folder, who.uid, who.gid)
  const server = spawn('/bin/sh', ['-c', script, 'sh', folder, ...args], {
    ...who,
    cwd: folder,
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const ended = new Promise((done) => server.once('exit', done))
  t.after(() => {
    server.stdin.end()
    return ended
  })
  let said = 'nothing was said'
  for await (const line of createInterface({ input: server.stdout })) {
    said = line
    break
  }
  if (said !== 'ready') throw new Error(`${name} did not start: ${said}`)
  return folder
}

function idsOf(name) {
  const id = (what) => Number(execFileSync('id', [what, name], { encoding: 'utf8' }))
  return { uid: id('-u'), gid: id('-g') }
}
