/** Names for import and for the update of client instances, as the server's OpenAPI document has them. */
import type { components } from './types.gen'

type Schemas = components['schemas']

/** An account that one may import from. */
export type ImportAccount = Schemas['ImportAccount']
/** An asset of another account. */
export type ImportAsset = Schemas['ImportAsset']
/** What an import is asked to bring. */
export type ImportSelection = Schemas['ImportSelection']
/** What an import would do. */
export type ImportPlan = Schemas['ImportPlan']
/** One asset of a plan. */
export type ImportItem = Schemas['ImportItem']
/** Kinds that a plan knows. */
export type AssetKind = ImportItem['kind']
/** What came in. */
export type ImportResult = Schemas['ImportResult']
export type ImportedAsset = Schemas['ImportedAsset']

/** What an update of a Klip would reach. */
export type InstanceList = Schemas['Instances']
/** The copy of a Klip in one client, compared with its template. */
export type Instance = Schemas['Instance']
/** What an update did. */
export type UpdateResult = Schemas['UpdateResult']
export type UpdatedClient = Schemas['UpdatedClient']
