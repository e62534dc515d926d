import { addTexts } from '../text'

/**
 * Errors that every page can show, also those before signing in, worded by the code of the problem document;
 * `error.unknown` stands for other codes.
 */
export const errorsFirst = addTexts({
  'error.reference': 'Reference {id}',
  'error.details': 'Details',
  'error.unknown': 'Something went wrong on the server. Nothing was changed.',
  'error.network': 'The server does not answer.',
  'error.not_found': 'Nothing here, or it is not shared with you.',
  'error.forbidden': 'Your role does not allow this.',
  'error.sign_in_required': 'You are signed out. Sign in to go on.',
  'error.unauthenticated': 'You are signed out. Sign in to go on.',
  'error.sign_in_failed': 'That email and password do not match.',
  'error.too_many_tries': 'Too many tries. Wait 15 minutes or reset your password.',
  'error.rate_limited': 'Too many requests in a short time. Wait a moment and try again.',
  'error.storage_full':
    'The server has no room left, so nothing was changed. Tell whoever runs it, then try again.',
  'error.database_unavailable': 'The database does not answer. Try again in a moment.',
  'error.seats_exhausted': '{used} of {limit} seats are used.',
  'error.link_expired': 'This link does not open any more. Ask for a new one.',
  'error.account_closed': 'This account is not open yet. Try the link again later.',
  'error.password_common': 'Many people use this password, so it is tried first. Choose another.',
  'error.password_has_email': 'The password contains your email address. Choose another.',
  'error.password_too_short': 'A password has at least {limit} characters.',
  'error.password_too_plain':
    'A password mixes at least {classes} of these: small letters, capitals, digits, other characters.',
  'error.password_used': 'This is one of your last {limit} passwords. Choose another.',
  'error.password_too_long': 'A password has at most {limit} characters.',
  'error.address_refused':
    'Your account does not let people in from this network. Use one that it allows, or ask an administrator.',
  'error.support_off':
    'The account does not let the operator in now. One of its administrators can, for some days: Settings, Security.',
})
