/** Addresses of assets. */
import type { AssetKind } from '$api/contract'
import { paths } from '$lib/paths'

/** The page of an asset. */
export function assetPath(account: string, kind: AssetKind, id: string): string {
  switch (kind) {
    case 'dashboard':
      return paths.dashboard(account, id)
    case 'klip':
      return paths.klip(account, id)
    case 'source':
    case 'model':
      return paths.source(account, id)
  }
}

/** The list that shows a kind. */
export function listPath(account: string, kind: AssetKind): string {
  switch (kind) {
    case 'dashboard':
      return paths.dashboards(account)
    case 'klip':
      return paths.klips(account)
    case 'source':
    case 'model':
      return paths.data(account)
  }
}
