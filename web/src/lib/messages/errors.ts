import type { Message } from '../text'

/** Errors, worded by the code of the problem document; `error.unknown` stands for other codes. */
export const errors = {
  'error.reference': 'Reference {id}',
  'error.details': 'Details',
  'error.unknown': 'Something went wrong on the server. Nothing was changed.',
  'error.network': 'The server does not answer.',
  'error.not_found': 'Nothing here, or it is not shared with you.',
  'error.permission_denied': 'Your role does not allow this.',
  'error.forbidden': 'Your role does not allow this.',
  'error.sign_in_required': 'You are signed out. Sign in to go on.',
  'error.unauthenticated': 'You are signed out. Sign in to go on.',
  'error.sign_in_failed': 'That email and password do not match.',
  'error.too_many_tries': 'Too many tries. Wait 15 minutes or reset your password.',
  'error.rate_limited': 'Too many requests in a short time. Wait a moment and try again.',
  'error.version_conflict': 'Somebody saved a newer version in the meantime.',
  'error.plan_changed': 'Something changed since this was shown. Look at it again.',
  'error.delegation_revoked': 'Your visit to this client has ended.',
  'error.slug_taken': 'That address is taken.',
  'error.bad_status_transition': 'A client cannot change from that status to this one.',
  'error.active_needs_allocation': 'An active client needs at least one seat and one dashboard.',
  'error.pool_exhausted': 'Not enough seats are left for this client.',
  'error.role_too_strong': 'This role allows more than your own. Ask an administrator.',
  'error.role_in_use': 'People have this role. Choose the role that they get instead.',
  'error.bad_role': 'This role is not here any more.',
  'error.unknown_group': 'A group is not here any more. Open this again.',
  'error.limit_reached': 'The limit of this account is reached.',
} as const satisfies Record<string, Message>
