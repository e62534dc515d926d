/** Shapes and calls of connected accounts. */
import type { ListQuery, Page, Read, Write } from './contract'
import type { components } from './types.gen'

type Schemas = components['schemas']

export type Credential = Schemas['Credential']
export type AWSKey = Schemas['AWSKey']
export type CertificatePair = Schemas['CertificatePair']
export type DatabaseServer = Schemas['DatabaseServer']
export type DatabaseTable = Schemas['DatabaseTable']
export type DatabaseTables = Schemas['DatabaseTables']
export type CredentialInput = Schemas['NewCredential']
export type CredentialPatch = Schemas['CredentialPatch']
export type CredentialUsage = Schemas['CredentialUsage']
export type Signature = Schemas['Signature']
export type ServiceSignIn = Schemas['ServiceSignIn']
/** The connected account that a data source reads with. */
export type SourceCredential = Schemas['SourceCredential']

export interface ConnectionCalls {
  '/api/v1/{account}/credentials': {
    get: Read<Page<Credential>, ListQuery>
    post: Write<Credential, CredentialInput>
  }
  '/api/v1/{account}/credentials/{credential}': {
    get: Read<Credential>
    patch: Write<Credential, CredentialPatch>
    delete: Read<void, { replace_by?: string }>
  }
  '/api/v1/{account}/credentials/{credential}/usage': { get: Read<CredentialUsage> }
  '/api/v1/{account}/credentials/{credential}/tables': { get: Read<DatabaseTables> }
}
