/** Klips at their places, as a draft of a dashboard holds them. */
import type { Item } from './flow'

/** A Klip at its place. Fields that this version does not know stay on it. */
export interface Placed extends Item {
  klip: string
}

/** What is being changed; never changed in place. */
export interface Draft {
  readonly title: string
  readonly placements: readonly Placed[]
}

/** Ids as the server makes them: ten characters of a–z and 2–7. */
export function newPlacementId(): string {
  const letters = 'abcdefghijklmnopqrstuvwxyz234567'
  return Array.from(crypto.getRandomValues(new Uint8Array(10)), (b) => letters[b & 31]).join('')
}

/** Says whether two arrangements look and behave the same. */
export function samePlaces(a: readonly Placed[], b: readonly Placed[]): boolean {
  if (a === b) return true
  if (a.length !== b.length) return false
  const others = new Map(b.map((placed) => [placed.id, placed]))
  return a.every((one) => {
    const two = others.get(one.id)
    return (
      two === one ||
      (two !== undefined &&
        one.x === two.x &&
        one.y === two.y &&
        one.w === two.w &&
        one.h === two.h &&
        one.auto === two.auto &&
        one.klip === two.klip)
    )
  })
}

/** Says whether two drafts are equal. */
export function isSameDraft(a: Draft, b: Draft): boolean {
  return a.title === b.title && samePlaces(a.placements, b.placements)
}
