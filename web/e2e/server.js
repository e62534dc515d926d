// Starts the real server for a browser test: the built binary, an empty folder, a free port.
import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** OCTAVO_BINARY tests another binary than the one that `make build` writes. */
const binary =
  process.env.OCTAVO_BINARY ?? fileURLToPath(new URL('../../bin/octavo', import.meta.url))

/** Time that the server has to come up, in milliseconds. */
const START = 90_000

/**
 * Runs the server until stop() is called.
 * @param {{demo?: boolean}} options with the demo workspace or with nothing in it
 */
export async function startServer({ demo = false } = {}) {
  const data = mkdtempSync(join(tmpdir(), 'octavo-e2e-'))
  const args = ['serve', '--data', data, '--addr', '127.0.0.1:0', ...(demo ? ['--demo'] : [])]
  const child = spawn(binary, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  let log = ''
  child.stderr.on('data', (chunk) => (log += chunk))
  const url = await new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new Error(`the server did not start:\n${output}${log}`)),
      START,
    )
    child.on('exit', (code) => reject(new Error(`the server ended with ${code}:\n${output}${log}`)))
    child.stdout.on('data', (chunk) => {
      output += chunk
      const found = /running at (http:\S+)/.exec(output)
      if (!found || (demo && !output.includes('Stop with'))) return
      clearTimeout(timer)
      resolve(found[1])
    })
  })
  return {
    url,
    data,
    log: () => log,
    /** Password of a person of the demo. */
    password: (email) => new RegExp(`${email}\\s+(\\S+)`).exec(output)[1],
    /** Makes an administrator of an agency, as an operator does. */
    createAdmin: (agency, email, password) => {
      const made = spawnSync(
        binary,
        [
          'user',
          'create',
          '--data',
          data,
          '--agency',
          agency,
          '--email',
          email,
          '--name',
          'Maya Lindqvist',
          '--password-stdin',
        ],
        { input: password },
      )
      if (made.status !== 0) throw new Error(String(made.stderr))
      return JSON.parse(String(made.stdout))
    },
    /** Runs a command over the data of the stopped or running server. */
    command: (...words) => spawnSync(binary, [...words, '--data', data], { encoding: 'utf8' }),
    stop: async () => {
      const ended = new Promise((resolve) => child.on('exit', resolve))
      child.removeAllListeners('exit')
      child.on('exit', () => {})
      child.kill('SIGTERM')
      await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, 10_000))])
      child.kill('SIGKILL')
      rmSync(data, { recursive: true, force: true })
    },
  }
}
