import { bar } from './messages/bar'
import { activity } from './messages/activity'
import { clients } from './messages/clients'
import { common } from './messages/common'
import { data } from './messages/data'
import { dashboards } from './messages/dashboards'
import { editor } from './messages/editor'
import { errors } from './messages/errors'
import { frame } from './messages/frame'
import { home } from './messages/home'
import { importing } from './messages/import'
import { instances } from './messages/instances'
import { lists } from './messages/lists'
import { klips } from './messages/klips'
import { people } from './messages/people'
import { properties } from './messages/properties'
import { server } from './messages/server'
import { settings } from './messages/settings'
import { sharing } from './messages/sharing'
import { roles } from './messages/roles'
import { signIn } from './messages/sign-in'
import { tour } from './messages/tour'

/**
 * All texts of the screens, English (UK), one file per area in `messages/`. Keys are `area.thing`; `{n}`
 * is the count that chooses a plural.
 */
export const messages = {
  ...frame,
  ...common,
  ...errors,
  ...signIn,
  ...home,
  ...clients,
  ...klips,
  ...lists,
  ...data,
  ...editor,
  ...dashboards,
  ...bar,
  ...roles,
  ...people,
  ...properties,
  ...activity,
  ...settings,
  ...server,
  ...sharing,
  ...importing,
  ...instances,
  ...tour,
} as const

/** Name of a text. */
export type MessageKey = keyof typeof messages
