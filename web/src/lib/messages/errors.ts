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
  'error.bad_property_name':
    'A name has up to 64 letters, digits, _ . or -, and begins with a letter or _.',
  'error.property_reserved':
    'Names that begin with company. or user. are built in. Choose another.',
  'error.bad_property_type': 'A property is a text, number, date, list or secret.',
  'error.bad_property_value': 'This value does not fit the type.',
  'error.property_exists': 'There is a property {name} already.',
  'error.property_locked': 'Your agency has locked {name}. Ask them to change it.',
  'error.properties_full': '{limit} properties is the most. Remove one that nothing uses.',
  'error.cells_refused': { one: '{n} value was refused.', other: 'Some values were refused.' },
  'error.cells_changed': 'Somebody changed these values in the meantime. Save again.',
  'error.cells_too_many': 'At most {limit} values can be saved at once.',
  'error.cell_twice': 'This value is there twice.',
  'error.csv_unreadable': 'Line {line} of the file cannot be read.',
  'error.csv_no_client':
    'The first line names no column “{column}”: it holds the address of each client.',
  'error.csv_column_twice': 'The column {column} is there twice.',
  'error.bad_setting': 'This value is not known. Choose another.',
  'error.unknown_setting': 'There is no such setting.',
  'error.limit_reached': 'The limit of this account is reached.',
} as const satisfies Record<string, Message>
