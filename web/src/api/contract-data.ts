/** Shapes of data sources: what they ask, what programs push, how they were fetched. */
import type { components } from './types.gen'

type Schemas = components['schemas']

export type Source = Schemas['DataSource']

export type UsedBy = Schemas['DataSourceUsers']

/** How a data source asks a web address. */
export type WebRequest = Schemas['WebRequest']
export type DatabaseQuery = Schemas['DatabaseQuery']

export type WebSource = Schemas['WebSource']

/** What a request brought that was tried. */
export type Trial = Schemas['Trial']

export type RequestOfSource = Schemas['RequestOfSource']

export type RefreshRun = Schemas['RefreshRun']

/** An attempt with the data source that it was for. */
export type LoggedRefresh = Schemas['LoggedRefresh']

/** Which attempts a log lists. */
export type LogQuery = {
  outcome?: RefreshRun['outcome']
  client?: string
  credential?: string
  limit?: number
  cursor?: string
}

/** A refresh that goes on, or waits for its turn. */
export type RunningRefresh = Schemas['RunningRefresh']

/** What programs push into a data source. */
export type Pushed = Schemas['Pushed']

/** How rows are kept from refresh to refresh. */
export type History = Schemas['History']

/** Data with other columns that waits to be accepted. */
export type HeldData = Schemas['HeldData']

/** When a data source is fetched. */
export type Schedule = Schemas['Schedule']

/** Data that a data source had before. */
export type EarlierData = Schemas['EarlierData']

export type SourceInstance = Schemas['SourceInstance']
