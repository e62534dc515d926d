/** Names for import and for the update of client instances, as the server's OpenAPI document has them. */
import type { Read, Write } from './contract'
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
/** A property that an import names. */
export type ImportNeed = Schemas['ImportNeed']

/** What an import or roll-out has become. */
export type Arrival = Schemas['Arrival']
export type ArrivalAsset = Schemas['ArrivalAsset']
export type ArrivalClient = Schemas['ArrivalClient']

/** What bringing assets into many clients would do. */
export type RolloutPlan = Schemas['RolloutPlan']
export type RolloutCandidate = Schemas['RolloutCandidate']
export type RolloutClient = Schemas['RolloutClient']
export type RolloutSelection = Schemas['RolloutSelection']
export type RolloutValue = Schemas['RolloutValue']
export type RolledOut = Schemas['RolledOut']

/** What an update of a Klip would reach. */
export type InstanceList = Schemas['Instances']
/** The copy of a Klip in one client, compared with its template. */
export type Instance = Schemas['Instance']
/** What an update did. */
export type UpdateResult = Schemas['UpdateResult']
export type UpdatedClient = Schemas['UpdatedClient']

/** What the list of the first step of an import is narrowed by. */
export interface ImportAssetQuery {
  owner?: string
  on?: string
  since?: string
  type?: 'raw' | 'model' | 'merged'
}

/** Calls of imports that are over, and of roll-outs. */
export interface TransferCalls {
  '/api/v1/{account}/import/owners': {
    get: Read<{ items: Schemas['Named'][] }, { from: string; kind: ImportKind }>
  }
  '/api/v1/{account}/import/help': { post: Write<Schemas['ImportHelp'], ImportSelection> }
  '/api/v1/{account}/imports/{import}': { get: Read<Arrival> }
  '/api/v1/{account}/imports/{import}/delete': {
    post: Write<Schemas['DeletedArrival'], { plan_id: string }>
  }
  '/api/v1/{account}/roll-out/clients': {
    get: Read<{ items: RolloutCandidate[] }, { property?: string }>
  }
  '/api/v1/{account}/roll-out/plan': { post: Write<RolloutPlan, RolloutSelection> }
  '/api/v1/{account}/roll-out': {
    post: Write<RolledOut, RolloutSelection & { plan_id: string; values: RolloutValue[] }>
  }
}

type ImportKind = 'dashboard' | 'klip' | 'source'
/** How far the client instances of a Klip are from it, counted. */
export type Drift = Schemas['Drift']

/** An update of the client instances of a Klip, and what became of it. */
export type Push = Schemas['Push']
/** What a roll back of an update would do. */
export type RollBackPlan = Schemas['RollBackPlan']
export type PushedInstance = Schemas['PushedInstance']
/** What a roll back did. */
export type RollBackResult = Schemas['RollBackResult']

/** What a Klip would read of another data source. */
export type SourceReplacement = Schemas['SourceReplacement']
export type SourceUse = SourceReplacement['uses'][number]
