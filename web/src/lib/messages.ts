import type { apiKeys } from './messages/api-keys'
import type { bar } from './messages/bar'
import type { activity } from './messages/activity'
import type { arranging } from './messages/arranging'
import type { clients } from './messages/clients'
import type { common } from './messages/common'
import type { connections } from './messages/connections'
import type { data } from './messages/data'
import type { dashboards } from './messages/dashboards'
import type { demo } from './messages/demo'
import type { editor } from './messages/editor'
import type { errors } from './messages/errors'
import type { errorsFirst } from './messages/errors-first'
import type { faults } from './messages/faults'
import type { frame } from './messages/frame'
import type { home } from './messages/home'
import type { importing } from './messages/import'
import type { queries } from './messages/queries'
import type { pushing } from './messages/push'
import type { instances } from './messages/instances'
import type { lists } from './messages/lists'
import type { klips } from './messages/klips'
import type { options } from './messages/options'
import type { people } from './messages/people'
import type { pushedData } from './messages/pushed-data'
import type { properties } from './messages/properties'
import type { server } from './messages/server'
import type { schedule } from './messages/schedule'
import type { serviceSignIn } from './messages/service-sign-in'
import type { settings } from './messages/settings'
import type { sharing } from './messages/sharing'
import type { refreshLog } from './messages/refresh-log'
import type { roles } from './messages/roles'
import type { signIn } from './messages/sign-in'
import type { tour } from './messages/tour'
import type { versions } from './messages/versions'
import type { webRequests } from './messages/web-requests'
import type { webSources } from './messages/web-sources'

/**
 * All texts of the screens, English (UK), one file per area in `messages/`; a module that names a key
 * brings the file along (scripts/area-texts.js), so the files are named here for their types alone. Keys
 * are `area.thing`; `{n}` is the count that chooses a plural.
 */
type Texts = typeof activity &
  typeof apiKeys &
  typeof arranging &
  typeof bar &
  typeof clients &
  typeof common &
  typeof connections &
  typeof dashboards &
  typeof data &
  typeof demo &
  typeof editor &
  typeof errors &
  typeof errorsFirst &
  typeof faults &
  typeof frame &
  typeof home &
  typeof importing &
  typeof instances &
  typeof klips &
  typeof lists &
  typeof options &
  typeof people &
  typeof properties &
  typeof pushedData &
  typeof pushing &
  typeof queries &
  typeof refreshLog &
  typeof roles &
  typeof schedule &
  typeof server &
  typeof serviceSignIn &
  typeof settings &
  typeof sharing &
  typeof signIn &
  typeof tour &
  typeof versions &
  typeof webRequests &
  typeof webSources

/** Name of a text. */
export type MessageKey = keyof Texts
