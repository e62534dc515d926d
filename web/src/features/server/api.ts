import { createInfiniteQuery } from '@tanstack/svelte-query'
import { api, read } from '$api/client'
import type { components } from '$api/types.gen'

export type Job = components['schemas']['Job']

export interface JobFilter {
  /** "all" leaves nothing out. */
  state: string
  kind: string
  /** Address of an account, "server" for the server's own work, "" for all. */
  account: string
}

/** How often a page that can be seen asks again, in milliseconds. */
export const FOLLOW = 3000

export const jobKeys = { all: ['jobs'] as const }

export function useJobs(filter: () => JobFilter) {
  return createInfiniteQuery(() => {
    const { state, kind, account } = filter()
    return {
      queryKey: [...jobKeys.all, 'list', state, kind, account],
      queryFn: ({ pageParam, signal }: { pageParam: string; signal: AbortSignal }) =>
        read(
          api.GET('/api/v1/server/jobs', {
            params: {
              query: {
                ...(state !== 'all' && { state: state as Job['state'] | 'open' }),
                ...(kind && { kind }),
                ...(account && { account }),
                ...(pageParam && { cursor: pageParam }),
              },
            },
            signal,
          }),
        ),
      initialPageParam: '',
      getNextPageParam: (last: { next_cursor: string | null }) => last.next_cursor || undefined,
      refetchInterval: FOLLOW,
    }
  })
}

export function retryJob(job: string): Promise<Job> {
  return read(api.POST('/api/v1/server/jobs/{job}/retry', { params: { path: { job } } }))
}

export function cancelJob(job: string): Promise<Job> {
  return read(api.POST('/api/v1/server/jobs/{job}/cancel', { params: { path: { job } } }))
}
