/**
 * Names for the shapes of the API. Those of accounts and clients come from types.gen.ts, which is generated
 * from the server's OpenAPI document; the others are written as the server's contract says and become
 * aliases in the same way. This is the only place that changes then. Times are RFC 3339 texts, sizes bytes.
 */
import type { components } from './types.gen'
import type { ConnectionCalls, SourceCredential } from './contract-connections'
import type {
  Source,
  UsedBy,
  WebRequest,
  DatabaseQuery,
  WebSource,
  Trial,
  RequestOfSource,
  RefreshRun,
  LoggedRefresh,
  LogQuery,
  RunningRefresh,
  Pushed,
  History,
  HeldData,
  Schedule,
  EarlierData,
  SourceInstance,
} from './contract-data'
import type { PeopleCalls } from './contract-people'
import type { KlipDoc, KlipResult, DashboardDoc } from './contract-klip'
import type { PropertyCalls } from './contract-properties'
import type {
  Drift,
  ImportAccount,
  ImportAsset,
  ImportAssetQuery,
  ImportPlan,
  ImportResult,
  ImportSelection,
  InstanceList,
  TransferCalls,
  Push,
  RollBackPlan,
  RollBackResult,
  SourceReplacement,
  UpdateResult,
} from './contract-transfer'

export type * from './contract-connections'
export type * from './contract-data'
export type * from './contract-klip'
export type * from './contract-properties'
export type * from './contract-transfer'

type Schemas = components['schemas']

/** One page of a list. */
export interface Page<T> {
  items: T[]
  next_cursor: string | null
  /** Number of all items; only when asked for with `count=1`. */
  count?: number
}

export type AccountKind = Schemas['AccountRef']['kind']
export type Me = Schemas['Me']
export type Person = Schemas['User']
export type Context = Schemas['Context']
export type Client = Schemas['Client']
export type ClientStatus = Client['status']
export type ClientInput = Schemas['NewClient']
export type ClientPatch = Schemas['ClientPatch']
export type ClientsSummary = Schemas['ClientsSummary']
export type ClientNeed = Schemas['ClientNeed']
export type Tour = Schemas['Tour']
export type TourStep = Schemas['TourStep']
export type DemoLoss = Schemas['DemoLoss']
export type DemoClient = Schemas['DemoClient']
export type DemoThing = Schemas['DemoThing']
export type ClientLimits = Schemas['ClientLimits']
export type ClientResources = Schemas['ClientResources']
export type ClientFeatures = Schemas['ClientFeatures']
export type ClientSetUp = Schemas['ClientSetUp']
export type ClientDefaults = Schemas['ClientDefaults']
export type ClientLoss = Schemas['ClientLoss']
export type ClientOutcome = Schemas['ClientOutcome']
export type ClientsChange = Schemas['ClientsChange']
export type ClientsFileLine = Schemas['ClientsFileLine']
export type ClientProblem = NonNullable<ClientOutcome['problem']>
export type DeletedClient = Schemas['DeletedClient']

export type Principal = Schemas['Named']

export type Role = Schemas['Role']

/** What a group of the agency may do with a client. */
export type GroupAccess = Schemas['GroupAccess']

export type SheetPreview = Schemas['SheetPreview']

/** How a file is read; absent keys are found out by the server. */
export type FormatOptions = Schemas['FormatOptions']

/** A file that was sent; it has no format until it was read. */
export type SentUpload = Schemas['Upload']
/** A file that was read. */
export type Upload = SentUpload & Required<Pick<SentUpload, 'format'>>

/** Where an imported asset came from. */
export type Origin = NonNullable<Schemas['Origin']>

export type Klip = Schemas['Klip']

/** A Klip with its document, for those who may change it. */
export type KlipDetail = Klip & { can_edit: boolean; klip?: KlipDoc }

export type Dashboard = Schemas['Dashboard']

export type DashboardDetail = Dashboard & { dashboard: DashboardDoc }

export interface DashboardResults {
  /** Of all results; absent without any. */
  locale?: KlipResult['locale']
  klips: Record<
    string,
    {
      hash: string
      result: Omit<KlipResult, 'locale'> | null
      sources: {
        id: string
        name: string
        refreshed_at: string | null
        state: string
        deleted_at?: string
        notes?: string[]
      }[]
      error?: { code: string; message: string }
    }
  >
}

export type Version = Schemas['AssetVersion']

export type Share = Schemas['Share']

/** A dashboard in the bar of a person, or a favourite. */
export type BarItem = Schemas['BarItem']

/** A dashboard that a group may see. */
export type GroupDefault = Schemas['GroupDefault']

/** What comes along when something is shared, and what only it uses. */
export type Reach = Schemas['Reach']

export type Binned = Schemas['Binned']

/** What is remembered of a dashboard for one person; parts that a page does not know stay. */
export type Place = Record<string, unknown>

export type FunctionDoc = Schemas['Function']

export interface FormulaRequest {
  formula: string
  sources: string[]
  active: string
  select?: { from: number; to: number }
  all?: boolean
  /** Document that the formula belongs to, for references to its other parts. */
  klip?: KlipDoc
  /** Id of the part that the formula is for. */
  part?: string
}

export interface FormulaAnswer {
  items: (number | string | boolean | null)[]
  kinds: string[]
  count: number
  warnings: { code: string; message: string }[]
  elapsed_ms: number
  error?: { code: string; message: string; offset?: number; hint?: string }
}

/** A refused call, RFC 9457. */
export interface Problem {
  type?: string
  title: string
  status: number
  code: string
  detail?: string
  field?: string
  request_id?: string
  params?: Record<string, unknown>
}

type PathParams<P extends string> = P extends `${string}{${infer K}}${infer Rest}`
  ? { [key in K]: string } & PathParams<Rest>
  : unknown

interface Answer<R> {
  responses: {
    200: { headers: Record<string, unknown>; content: { 'application/json': R } }
    default: { headers: Record<string, unknown>; content: { 'application/problem+json': Problem } }
  }
}

/** A call that reads: answer and query. */
export type Read<R, Q = never> = Answer<R> & { query: Q }
/** A call that writes: answer and body. */
export type Write<R, B = never> = Answer<R> & { body: B }

type Operation<P extends string, O> = Omit<O, 'query' | 'body'> & {
  parameters: (P extends `${string}{${string}` ? { path: PathParams<P> } : unknown) &
    (O extends { query: infer Q } ? ([Q] extends [never] ? unknown : { query?: Q }) : unknown)
} & (O extends { body: infer B }
    ? [B] extends [never]
      ? unknown
      : { requestBody: { content: { 'application/json': B } } }
    : unknown)

/** What lists of dashboards, Klips and data sources are narrowed by. */
export type AssetQuery = {
  owner?: string
  group?: string
  origin?: 'imported' | 'own'
  since?: string
  tag?: string
  on?: string
  using?: string
  state?: string
}
/** The lists of assets. */
export type ListKind = 'dashboard' | 'klip' | 'source'
export type AssetTag = Schemas['AssetTag']
export type ListQuery = { q?: string; sort?: string; limit?: number; cursor?: string; count?: 1 }

type ClientQuery = { status?: ClientStatus; tag?: string; attention?: ClientNeed['cause'] }

interface Calls extends ConnectionCalls, PeopleCalls, PropertyCalls, TransferCalls {
  '/api/v1/sign-in': { post: Write<Me, { email: string; password: string }> }
  '/api/v1/sign-in/support': { post: Write<Me, { token: string }> }
  '/api/v1/sign-out': { post: Write<void> }
  '/api/v1/me': { get: Read<Me> }
  '/api/v1/functions': { get: Read<{ items: FunctionDoc[] }> }
  '/api/v1/{account}/context': { get: Read<Context> }
  '/api/v1/{account}/clients': {
    get: Read<Page<Client>, ListQuery & ClientQuery>
    post: Write<Client, ClientInput>
  }
  '/api/v1/{account}/clients-summary': { get: Read<ClientsSummary> }
  '/api/v1/{account}/clients/{client}': {
    get: Read<Client>
    patch: Write<Client, ClientPatch>
    delete: Read<DeletedClient, { confirm: string }>
  }
  '/api/v1/{account}/clients/{client}/access': {
    get: Read<Schemas['ClientAccess']>
    put: Write<Schemas['ClientAccess'], Schemas['ClientAccessBody']>
  }
  '/api/v1/{account}/clients/{client}/open-properties': { get: Read<Schemas['OpenProperties']> }
  '/api/v1/{account}/clients/{client}/open-properties/lock': {
    post: Write<Schemas['OpenProperties'], { names: string[] }>
  }
  '/api/v1/{account}/tour': { get: Read<Tour> }
  '/api/v1/{account}/tour/hidden': { put: Write<void>; delete: Write<void> }
  '/api/v1/{account}/demo': { get: Read<DemoLoss>; delete: Read<DemoLoss, { confirm: string }> }
  '/api/v1/{account}/clients-attention': { get: Read<{ items: ClientNeed[] }> }
  '/api/v1/{account}/clients-tags': { get: Read<{ items: { tag: string; clients: number }[] }> }
  '/api/v1/{account}/clients-bulk': { post: Write<{ items: ClientOutcome[] }, ClientsChange> }
  '/api/v1/{account}/clients-import': {
    post: Write<{ items: ClientsFileLine[] }, { csv: string; check: boolean }>
  }
  '/api/v1/{account}/client-defaults': {
    get: Read<ClientDefaults>
    put: Write<ClientDefaults, ClientDefaults>
  }
  '/api/v1/{account}/clients/{client}/limits': {
    get: Read<ClientResources>
    put: Write<ClientResources, ClientLimits>
  }
  '/api/v1/{account}/clients/{client}/features': {
    get: Read<ClientFeatures>
    put: Write<ClientFeatures, ClientFeatures>
  }
  '/api/v1/{account}/clients/{client}/trial-extension': { post: Write<Client> }
  '/api/v1/{account}/clients/{client}/set-up': { get: Read<ClientSetUp> }
  '/api/v1/{account}/clients/{client}/deletion': { get: Read<ClientLoss> }
  '/api/v1/{account}/deleted-clients': { get: Read<Page<DeletedClient>, ListQuery> }
  '/api/v1/{account}/deleted-clients/{client}': { delete: Read<void, { confirm: string }> }
  '/api/v1/{account}/deleted-clients/{client}/restore': { post: Write<Client> }
  '/api/v1/{account}/clients/{client}/sign-in': { post: Write<{ slug: string; ends_at: string }> }
  '/api/v1/{account}/visit': { delete: Write<{ slug: string }> }
  '/api/v1/{account}/roles': {
    get: Read<Schemas['Roles']>
    post: Write<Role, Schemas['RoleBody']>
  }
  '/api/v1/{account}/roles/{role}': {
    put: Write<Role, Schemas['RoleBody']>
    delete: Read<void, { replacement?: string }>
  }
  '/api/v1/{account}/principals': {
    get: Read<{ users: Person[]; groups: (Principal & { members: number })[] }>
  }
  '/api/v1/{account}/uploads/{id}': { get: Read<SentUpload> }
  '/api/v1/{account}/uploads/{id}/options': { put: Write<SentUpload, FormatOptions> }
  '/api/v1/{account}/data-sources': {
    get: Read<Page<Source>, ListQuery & AssetQuery>
    post: Write<
      Source,
      { name: string; description?: string; upload_id?: string; web?: WebSource; push?: Pushed }
    >
  }
  '/api/v1/{account}/data-sources/{id}': {
    get: Read<Source>
    patch: Write<Source, { name?: string; description?: string }>
    delete: Write<void> & { query: { force?: boolean } }
  }
  '/api/v1/{account}/data-sources/try': {
    post: Write<
      Trial,
      {
        request?: WebRequest
        query?: DatabaseQuery
        format?: 'csv' | 'xlsx' | 'json'
        options?: FormatOptions
        values?: Record<string, string>
        credential_id?: string
        watch?: string
      }
    >
  }
  '/api/v1/{account}/trial-progress': {
    get: Read<{ items: RunningRefresh[] }, { watch?: string }>
  }
  '/api/v1/{account}/data-sources/{id}/request': {
    get: Read<RequestOfSource>
    put: Write<Source, RequestOfSource & { credential_id?: string }>
  }
  '/api/v1/{account}/data-sources/{id}/credential': { get: Read<SourceCredential> }
  '/api/v1/{account}/data-sources/{id}/schedule': { put: Write<Source, Schedule> }
  '/api/v1/{account}/data-sources/{id}/on-limit': {
    put: Write<Source, { on_limit: NonNullable<Source['fetched']>['on_limit'] }>
  }
  '/api/v1/{account}/data-sources/{id}/enabled': { put: Write<Source, { enabled: boolean }> }
  '/api/v1/{account}/data-sources/{id}/copy': { post: Write<Source> }
  '/api/v1/{account}/data-sources/{id}/expected': { put: Write<Source, { every_s: number }> }
  '/api/v1/{account}/data-sources/{id}/history': {
    put: Write<Source, { history?: History }>
  }
  '/api/v1/{account}/data-sources/{id}/on-schema-change': {
    put: Write<Source, { on_schema_change: NonNullable<Source['fetched']>['on_schema_change'] }>
  }
  '/api/v1/{account}/data-sources/{id}/held': { get: Read<HeldData> }
  '/api/v1/{account}/data-sources/{id}/held/accept': { post: Write<Source, { payload_id: string }> }
  '/api/v1/{account}/data-sources/{id}/refresh': { post: Write<Source> }
  '/api/v1/{account}/data-sources/{id}/schema': { put: Write<Source, Pushed> }
  '/api/v1/{account}/data-sources/{id}/earlier': {
    get: Read<{ items: EarlierData[] }, { instance?: string }>
  }
  '/api/v1/{account}/data-sources/{id}/earlier/{earlier}/restore': { post: Write<Source> }
  '/api/v1/{account}/data-sources/{id}/running': {
    get: Read<{ items: RunningRefresh[] }>
    delete: Read<void, { instance?: string }>
  }
  '/api/v1/{account}/refresh-log': { get: Read<Page<LoggedRefresh>, LogQuery> }
  '/api/v1/{account}/data-sources/{id}/runs': { get: Read<{ items: RefreshRun[] }> }
  '/api/v1/{account}/data-sources/{id}/instances': { get: Read<{ items: SourceInstance[] }> }
  '/api/v1/{account}/data-sources/{id}/instances/{key}': { delete: Write<void> }
  '/api/v1/{account}/data-sources/{id}/instances/{key}/refresh': { post: Write<void> }
  '/api/v1/{account}/data-sources/{id}/payload': { post: Write<Source, { upload_id: string }> }
  '/api/v1/{account}/data-sources/{id}/preview': {
    get: Read<{ sheets: SheetPreview[] }, { sheet?: string; limit?: number; instance?: string }>
  }
  '/api/v1/{account}/data-sources/{id}/used-by': { get: Read<UsedBy> }
  '/api/v1/{account}/klips': {
    get: Read<Page<Klip>, ListQuery & AssetQuery>
    post: Write<KlipDetail, Partial<KlipDoc>>
  }
  '/api/v1/{account}/klips/{id}': {
    get: Read<KlipDetail>
    put: Write<KlipDetail, KlipDoc>
    delete: Write<void> & { query: { everywhere?: boolean } }
  }
  '/api/v1/{account}/klips/{id}/copy': { post: Write<KlipDetail> }
  '/api/v1/{account}/klips/{id}/replace-source': {
    get: Read<SourceReplacement, { from: string; to: string }>
    post: Write<KlipDetail, { from: string; to: string }>
  }
  '/api/v1/{account}/klips/{id}/detach': { post: Write<KlipDetail> }
  '/api/v1/{account}/klips/{id}/result': { get: Read<KlipResult> }
  '/api/v1/{account}/klips/{id}/used-by': { get: Read<Omit<UsedBy, 'clients' | 'hidden_clients'>> }
  '/api/v1/{account}/klips/{id}/instances': { get: Read<InstanceList> }
  '/api/v1/{account}/klips/{id}/update-instances': {
    post: Write<UpdateResult, { plan_id: string }>
  }
  '/api/v1/{account}/klips/{id}/drift': { get: Read<Drift> }
  '/api/v1/{account}/klips/{id}/pushes': { get: Read<{ items: Push[] }> }
  '/api/v1/{account}/klips/{id}/pushes/{push}': {
    get: Read<RollBackPlan, { instance?: string }>
  }
  '/api/v1/{account}/klips/{id}/pushes/{push}/roll-back': {
    post: Write<RollBackResult, { plan_id: string; instance?: string }>
  }
  '/api/v1/{account}/klip-preview': { post: Write<KlipResult, { klip: KlipDoc }> }
  '/api/v1/{account}/formula': { post: Write<FormulaAnswer, FormulaRequest> }
  '/api/v1/{account}/dashboards': {
    get: Read<Page<Dashboard>, ListQuery & AssetQuery>
    post: Write<DashboardDetail, { title: string; description?: string }>
  }
  '/api/v1/{account}/dashboards/{id}': {
    get: Read<DashboardDetail>
    put: Write<DashboardDetail, DashboardDoc>
    delete: Write<void> & { query: { klips?: boolean } }
  }
  '/api/v1/{account}/dashboards/{id}/results': { get: Read<DashboardResults> }
  '/api/v1/{account}/asset-tags': { get: Read<{ items: AssetTag[] }, { kind: ListKind }> }
  '/api/v1/{account}/assets-bulk/trash': { post: Write<void, { ids: string[] }> }
  '/api/v1/{account}/assets-bulk/restore': { post: Write<void, { ids: string[] }> }
  '/api/v1/{account}/assets-bulk/tags': {
    post: Write<void, { ids: string[]; add: string[]; remove: string[] }>
  }
  '/api/v1/{account}/assets-bulk/shares': {
    post: Write<void, { ids: string[]; items: Share[]; notify: boolean }>
  }
  '/api/v1/{account}/dashboards/{id}/klips-bulk': {
    post: Write<DashboardDetail, { klips: string[] }>
  }
  '/api/v1/{account}/assets/{id}/versions': { get: Read<Page<Version>> }
  '/api/v1/{account}/assets/{id}/restore': { post: Write<void, { version: number }> }
  '/api/v1/{account}/assets/{id}/shares': {
    get: Read<{ items: Share[] }>
    put: Write<{ items: Share[] }, { items: Share[]; hidden?: string[]; notify: boolean }>
  }
  '/api/v1/{account}/assets/{id}/owner': { put: Write<void, { user: string }> }
  '/api/v1/{account}/assets/{id}/reach': { get: Read<Reach> }
  '/api/v1/{account}/bar': {
    get: Read<{ items: BarItem[] }>
    put: Write<{ items: BarItem[] }, { items: string[] }>
  }
  '/api/v1/{account}/bar/{id}': { put: Write<void>; delete: Write<void> }
  '/api/v1/{account}/dashboards/{id}/favourite': { put: Write<void>; delete: Write<void> }
  '/api/v1/{account}/dashboards/{id}/home': { put: Write<void>; delete: Write<void> }
  '/api/v1/{account}/dashboards/{id}/place': { get: Read<Place>; put: Write<void, Place> }
  '/api/v1/{account}/dashboards/{id}/lock': {
    put: Write<DashboardDetail>
    delete: Write<DashboardDetail>
  }
  '/api/v1/{account}/dashboards/{id}/copy': {
    post: Write<DashboardDetail> & { query: { klips?: boolean } }
  }
  '/api/v1/{account}/groups/{group}/defaults': {
    get: Read<{ items: GroupDefault[] }>
    put: Write<{ items: GroupDefault[] }, { items: string[] }>
  }
  '/api/v1/{account}/groups/{group}/defaults/{id}': {
    put: Write<void, Partial<Pick<GroupDefault, 'right' | 'visibility'>>>
    delete: Write<void>
  }
  '/api/v1/{account}/groups/{group}/defaults/{id}/show-again': { post: Write<void> }
  '/api/v1/{account}/bin': { get: Read<Page<Binned>, ListQuery & { kind?: string }> }
  '/api/v1/{account}/bin/{id}/restore': { post: Write<void> }
  '/api/v1/{account}/bin/{id}': { delete: Write<void> }
  '/api/v1/{account}/import/accounts': {
    get: Read<{ items: ImportAccount[] }>
  }
  '/api/v1/{account}/import/assets': {
    get: Read<
      Page<ImportAsset>,
      ListQuery & ImportAssetQuery & { from: string; kind: 'dashboard' | 'klip' | 'source' }
    >
  }
  '/api/v1/{account}/import/preview': {
    post: Write<ImportPlan, ImportSelection>
  }
  '/api/v1/{account}/import': {
    post: Write<
      ImportResult,
      ImportSelection & { plan_id: string; values?: Record<string, string> }
    >
  }
}

type Methods = 'get' | 'put' | 'post' | 'delete' | 'options' | 'head' | 'patch' | 'trace'

/** All calls in the form of openapi-typescript, which the client is typed by. */
export type paths = {
  [P in keyof Calls]: {
    [M in Methods]: M extends keyof Calls[P] ? Operation<P & string, Calls[P][M]> : undefined
  } & { parameters: Record<string, never> }
}
