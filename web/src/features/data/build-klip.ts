import type { QueryClient } from '@tanstack/svelte-query'
import { goto } from '$app/navigation'
import { createKlip, klipKeys } from '$api/klips'
import { paths } from '$lib/paths'

/** Makes a Klip of a data source and opens the editor; the server proposes a picture that suits the data. */
export async function buildKlip(
  account: string,
  source: string,
  queries: QueryClient,
  keys: (body: unknown) => { 'Idempotency-Key': string },
): Promise<void> {
  const klip = { workspace: { datasources: [source], activeDatasource: source } }
  const made = await createKlip(account, klip, keys(klip))
  void queries.invalidateQueries({ queryKey: klipKeys.all(account) })
  await goto(paths.editKlip(account, made.id))
}
