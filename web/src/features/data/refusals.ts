/** Why a file was not taken, and what to do about it. */
import { ApiError } from '$api/client'
import { errorReference, errorText } from '$api/errors'
import { hasText, t } from '$lib/text'
import { sizeText } from './sizes'

export interface Refusal {
  title: string
  detail: string
  reference: string | null
  /** The same file may be taken the next time. */
  retry: boolean
}

interface About {
  name: string
  size: number
}

/** Refuses a file that need not be sent, of which `most` bytes are taken; null for one that may be good. */
export function refuseUnsent(file: About, most: number): Refusal | null {
  const params = { name: file.name, size: sizeText(file.size), limit: sizeText(most) }
  if (file.size === 0) return refused(file, t('data.refused.empty'))
  if (file.size > most) {
    return {
      ...refused(file, t('data.refused.tooLargeHint')),
      title: t('data.refused.tooLarge', params),
    }
  }
  return null
}

/** Words the answer of the server about a file. */
export function refusal(error: unknown, file: About, most: number): Refusal {
  if (!(error instanceof ApiError)) return { ...refused(file, errorText(error)), retry: true }
  switch (error.code) {
    case 'empty_file':
      return refused(file, t('data.refused.empty'))
    case 'too_large':
      return tooLarge(error, file)
    case 'body_too_large':
      return (
        refuseUnsent({ ...file, size: Math.max(file.size, most + 1) }, most) ?? broken(error, file)
      )
    case 'format_unsupported':
      // The server knows what the file really is and says what to do.
      return refused(file, error.message)
    case 'format_mismatch':
      return refused(file, withAdvice(error.message))
    default:
      return broken(error, file)
  }
}

/** Adds what to do where the server only says what is wrong. */
function withAdvice(message: string): string {
  return message.includes('. ') ? message : `${message} ${t('data.refused.again')}`
}

function refused(file: About, detail: string): Refusal {
  return {
    title: t('data.refused.title', { name: file.name }),
    detail,
    reference: null,
    retry: false,
  }
}

/** The file may be good; something on the way was not. */
function broken(error: ApiError, file: About): Refusal {
  return {
    title: t('data.refused.broken', { name: file.name }),
    detail: errorText(error),
    reference: errorReference(error),
    retry:
      error.status === 0 ||
      error.status >= 500 ||
      ['upload_broken', 'upload_cancelled'].includes(error.code),
  }
}

function tooLarge(error: ApiError, file: About): Refusal {
  const { limit, allowed, found } = error.params
  const key = `data.refused.limit.${String(limit)}`
  if (typeof allowed !== 'number' || typeof found !== 'number' || !hasText(key)) {
    return refused(file, error.message)
  }
  const size = limit === 'bytes' || limit === 'texts' || limit === 'unpacked'
  const detail = t(key, {
    allowed: size ? sizeText(allowed) : allowed,
    found: size ? sizeText(found) : found,
  })
  return refused(file, detail)
}
