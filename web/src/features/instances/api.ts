/** Calls and keys of client instances. */
import { createQuery } from '@tanstack/svelte-query'
import { api, read } from '$api/client'
import type { RollBackPlan, RollBackResult, UpdateResult } from '$api/contract'

export const instanceKeys = {
  of: (account: string, klip: string) => [account, 'klips', 'instances', klip] as const,
  drift: (account: string, klip: string) => [account, 'klips', 'drift', klip] as const,
  pushes: (account: string, klip: string) => [account, 'klips', 'pushes', klip] as const,
}

/** Client instances of a Klip, with what an update would do to each. */
export function useInstances(account: () => string, klip: () => string) {
  return createQuery(() => ({
    queryKey: instanceKeys.of(account(), klip()),
    staleTime: 0,
    queryFn: ({ signal }: { signal: AbortSignal }) =>
      read(
        api.GET('/api/v1/{account}/klips/{id}/instances', {
          params: { path: { account: account(), id: klip() } },
          signal,
        }),
      ),
  }))
}

/** Carries out what the list showed; the same key is never carried out twice. */
export function updateInstances(
  account: string,
  klip: string,
  plan: string,
  key: { 'Idempotency-Key': string },
): Promise<UpdateResult> {
  return read(
    api.POST('/api/v1/{account}/klips/{id}/update-instances', {
      params: { path: { account, id: klip } },
      body: { plan_id: plan },
      headers: key,
    }),
  )
}

/** The updates of the last 30 days, newest first. */
export function usePushes(account: () => string, klip: () => string, enabled: () => boolean) {
  return createQuery(() => ({
    queryKey: instanceKeys.pushes(account(), klip()),
    enabled: enabled(),
    staleTime: 0,
    queryFn: ({ signal }: { signal: AbortSignal }) =>
      read(
        api.GET('/api/v1/{account}/klips/{id}/pushes', {
          params: { path: { account: account(), id: klip() } },
          signal,
        }),
      ),
  }))
}

/** What a roll back would do: to all instances of an update, or to one. */
export function rollBackPlan(
  account: string,
  klip: string,
  push: string,
  instance: string,
  signal?: AbortSignal,
): Promise<RollBackPlan> {
  return read(
    api.GET('/api/v1/{account}/klips/{id}/pushes/{push}', {
      params: { path: { account, id: klip, push }, query: instance ? { instance } : {} },
      ...(signal && { signal }),
    }),
  )
}

export function useRollBackPlan(
  account: () => string,
  of: () => { klip: string; push: string; instance: string },
) {
  return createQuery(() => ({
    queryKey: [...instanceKeys.pushes(account(), of().klip), of().push, of().instance],
    staleTime: 0,
    queryFn: ({ signal }: { signal: AbortSignal }) =>
      rollBackPlan(account(), of().klip, of().push, of().instance, signal),
  }))
}

/** Carries out what the plan showed; the same key is never carried out twice. */
export function rollBack(
  account: string,
  of: { klip: string; push: string; instance: string; plan: string },
  key: { 'Idempotency-Key': string },
): Promise<RollBackResult> {
  return read(
    api.POST('/api/v1/{account}/klips/{id}/pushes/{push}/roll-back', {
      params: { path: { account, id: of.klip, push: of.push } },
      body: { plan_id: of.plan, ...(of.instance && { instance: of.instance }) },
      headers: key,
    }),
  )
}

/** How far the instances are from the Klip, without a look at each. */
export function useDrift(account: () => string, klip: () => string, enabled: () => boolean) {
  return createQuery(() => ({
    queryKey: instanceKeys.drift(account(), klip()),
    enabled: enabled(),
    queryFn: ({ signal }: { signal: AbortSignal }) =>
      read(
        api.GET('/api/v1/{account}/klips/{id}/drift', {
          params: { path: { account: account(), id: klip() } },
          signal,
        }),
      ),
  }))
}
