import { sendThrough } from './client'

/** Steps for which the server wants the password again: the call waits for the person, and is then repeated. */
let asking: { answer: (given: boolean) => void } | null = $state(null)
let hosts = 0
/** How often the password was given. */
let proofs = 0

/** Says whether a call waits for the password. */
export function isAsking(): boolean {
  return asking !== null
}

/** A page that shows the question. Gives the way to end that. */
export function hostProof(): () => void {
  hosts += 1
  return () => {
    hosts -= 1
    if (hosts === 0) answerProof(false)
  }
}

/** Answers the question: the password was given and taken, or the person changed their mind. */
export function answerProof(given: boolean): void {
  const one = asking
  asking = null
  if (given) proofs += 1
  one?.answer(given)
}

/** Asks for the password; calls that come while somebody types wait for the same answer. */
function askProof(): Promise<boolean> {
  if (hosts === 0) return Promise.resolve(false)
  return new Promise((resolve) => {
    const before = asking
    asking = {
      answer: (given) => {
        before?.answer(given)
        resolve(given)
      },
    }
  })
}

/**
 * Sends a call; one that is refused for want of the password is sent again once it was given, without another
 * question when that happened while the call was on its way.
 */
async function sendProved(request: Request): Promise<Response> {
  if (request.method === 'GET') return globalThis.fetch(request)
  const again = request.clone()
  const before = proofs
  const response = await globalThis.fetch(request)
  if (response.status !== 403 || !(await wantsProof(response))) return response
  return proofs > before || (await askProof()) ? globalThis.fetch(again) : response
}

async function wantsProof(response: Response): Promise<boolean> {
  try {
    const problem = (await response.clone().json()) as { code?: unknown } | null
    return problem?.code === 'password_needed'
  } catch {
    return false
  }
}

sendThrough(sendProved)
