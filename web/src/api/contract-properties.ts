/** Shapes and calls of company properties, the activity, settings of the account and Home. */
import type { Page, Read, Write } from './contract'
import type { components } from './types.gen'

type Schemas = components['schemas']

export type Property = Schemas['Property']
export type PropertyType = Property['type']
export type PropertyInput = Schemas['NewProperty']
export type PropertyDeclaration = Schemas['PropertyDeclaration']
export type DeclarationInput = Schemas['NewDeclaration']
export type PropertyCell = Schemas['PropertyCell']
export type PropertyRow = Schemas['PropertyRow']
export type PropertyGrid = Schemas['PropertyGrid']

/** A cell with the client that it belongs to. */
export type SavedCell = PropertyCell & { client: string }
type NewCell = Schemas['NewCell']

export type Activity = Schemas['Activity']
export type Setting = Schemas['Setting']

interface GridQuery {
  q?: string
  missing?: string
  limit?: number
  cursor?: string
  count?: 1
}

interface ActivityQuery {
  limit?: number
  cursor?: string
  group?: string
  client?: string
  person?: string
  subject?: string
  from?: string
}

export interface PropertyCalls {
  '/api/v1/{account}/activity': { get: Read<Page<Activity>, ActivityQuery> }
  '/api/v1/{account}/settings': {
    get: Read<Schemas['Settings']>
    patch: Write<Schemas['Settings'], { values: Record<string, string | null> }>
  }
  '/api/v1/{account}/properties': {
    get: Read<Schemas['Properties']>
    post: Write<Property, PropertyInput>
  }
  '/api/v1/{account}/properties/{name}': {
    patch: Write<Property, Partial<Omit<PropertyInput, 'name'>>>
    delete: Write<void>
  }
  '/api/v1/{account}/clients-properties': {
    get: Read<PropertyGrid, GridQuery>
    put: Write<{ cells: SavedCell[] }, { cells: NewCell[] }>
  }
  '/api/v1/{account}/clients-properties.csv': { post: Write<{ cells: NewCell[] }, File> }
  '/api/v1/{account}/property-declarations': { post: Write<PropertyDeclaration, DeclarationInput> }
  '/api/v1/{account}/property-declarations/{name}': {
    patch: Write<PropertyDeclaration, Partial<Omit<DeclarationInput, 'name'>>>
    delete: Write<void>
  }
}
