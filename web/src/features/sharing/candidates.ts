/** People and groups that something can still be shared with. */
import type { NamedShare } from '$api/shares'

/** Somebody to share with. */
export interface Candidate {
  kind: 'user' | 'group'
  id: string
  name: string
  /** Address of a person. */
  email?: string
  /** Size of a group. */
  members?: number
}

interface Principals {
  users: { id: string; name: string; email: string }[]
  groups: { id: string; name: string; members: number }[]
}

/** Everybody, groups first. */
export function candidatesOf({ users, groups }: Principals): Candidate[] {
  return [
    ...groups.map(({ id, name, members }) => ({ kind: 'group' as const, id, name, members })),
    ...users.map(({ id, name, email }) => ({ kind: 'user' as const, id, name, email })),
  ]
}

const fold = (text: string) => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()

/** Those who are not in `shares` and match the words typed, at most `most`. */
export function matching(
  all: readonly Candidate[],
  shares: readonly NamedShare[],
  text: string,
  most = 8,
): Candidate[] {
  const taken = new Set(shares.map((share) => `${share.kind} ${share.id}`))
  const words = fold(text).split(/\s+/).filter(Boolean)
  return all
    .filter((one) => !taken.has(`${one.kind} ${one.id}`))
    .filter((one) => {
      const has = fold(`${one.name} ${one.email ?? ''}`)
      return words.every((word) => has.includes(word))
    })
    .slice(0, most)
}

/** Says whether two lists give the same rights to the same people. */
export function sameShares(a: readonly NamedShare[], b: readonly NamedShare[]): boolean {
  const keys = (list: readonly NamedShare[]) =>
    list
      .map(({ kind, id, right, visibility = '' }) => `${kind} ${id} ${right} ${visibility}`)
      .sort()
  return keys(a).join() === keys(b).join()
}
