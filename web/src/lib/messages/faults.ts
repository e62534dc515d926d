import { addTexts } from '../text'

/** Failures that few screens can show, by their code, such as those of services outside. Those import `$api/faults`. */
export const faults = addTexts({
  'fault.columns_changed':
    'Its columns changed: {added} new, {missing} missing. The data of before stays until somebody accepts this.',
  'fault.nothing_held':
    'No data of this source waits to be accepted any more. Load the page again.',
  'fault.history_takes_columns':
    'Where rows are kept from refresh to refresh, new columns join them at once, so nobody can be asked. Have other columns taken, or each refresh replace the rows.',
  'fault.bad_columns_policy': 'Other columns are added, asked for or ignored.',
  'fault.bad_schedule': 'Data cannot be fetched at these times: {reason}.',
  'fault.account_disabled':
    'This account is disabled. Nothing is fetched and nothing can be pushed until it is active again.',
  'fault.bad_rows': {
    one: 'One row does not fit the columns: row {row}, where {column} is to be a {type}. Nothing was changed.',
    other:
      '{n} rows do not fit the columns; the first is row {row}, where {column} is to be a {type}. Nothing was changed.',
  },
  'fault.bad_expectation': 'Data cannot be expected like this: {reason}.',
  'fault.bad_table': 'This table cannot be: {reason}.',
  'fault.data_changed':
    'The data was changed by somebody else meanwhile. Look at what is there now, and push again.',
  'fault.variables_with_rows':
    'This data source has rows, so its variables stay as they are. Remove all rows first, or add another data source.',
  'fault.earlier_gone': 'This data is not kept any more. Load the list again.',
  'fault.no_columns': 'There are no columns in these rows. Send at least one row, with names.',
  'fault.no_unique_by': 'Say which columns tell one row from all others.',
  'fault.not_a_table':
    'Rows are joined with those before only where they are one table; here there are {tables}.',
  'fault.not_pushed': 'Nothing can be pushed to this data source: its data is uploaded or fetched.',
  'fault.bad_where': 'This condition cannot be read: {reason}.',
  'fault.upload_cancelled':
    'Whoever runs the server has stopped the reading of this file. Send it again.',
  'fault.upload_given_up':
    'This file could not be read, for a reason on our side. Send it again later.',
  'fault.upload_reading': 'This file is still being read. Try again in a moment.',
  'fault.unknown_column': 'There is no column “{column}”.',
  'fault.bad_limit_policy': 'A refresh with too many rows fails, or its first rows are taken.',
  'fault.history_needs_all':
    'Rows that are left out would be missing for ever where rows are kept from refresh to refresh. Choose one of the two.',
  'fault.source_off': 'This data source is switched off, so it is not fetched. Switch it on first.',
  'fault.not_web': 'The data of this source comes from a file, so it is not fetched.',
  'fault.too_many_instances':
    'This data source has data for {limit} sets of values already, which is the most.',
  'fault.refresh_failed': 'The last refresh did not succeed.',
  'fault.refresh_not_running': 'This data source is not being fetched any more.',
  'fault.bad_request_spec': 'This request cannot be sent: {reason}.',
  'fault.bad_connection': 'Choose a connected account that fits what is asked.',
  'fault.bad_query': 'This query cannot be sent: {reason}.',
  'fault.database_unauthorized': 'The database does not take this user name and password.',
  'fault.database_busy': 'The database takes no queries for now: {reason}',
  'fault.tunnel_key_changed': 'The SSH server has another key now.',
  'fault.tunnel_unauthorized': 'The SSH server refuses this sign-in.',
  'fault.query_timeout': 'The query took more than {seconds} seconds and was ended.',
  'fault.sql_error': 'The database says: {reason}',
  'fault.sql_not_read_only': 'The query writes, and data is only read.',
  'fault.secret_in_request':
    'A sign-in would be readable for all who see this request. Put it into a secret property and write {secret.NAME} here.',
  'fault.service_unauthorized': 'The service wants another sign-in (401).',
  'fault.service_login_refused': 'The service refuses the sign-in ({status}).',
  'fault.service_login_missing':
    'The service did not take the sign-in ({status}). Look at its address and method.',
  'fault.service_token_missing':
    'The service answered the sign-in, but no token was found by the {place}.',
  'fault.service_ntlm_unknown':
    'The service asks for a kind of NTLM that is not spoken here. Let it take NTLMv2, or another way of signing in.',
  'fault.service_forbidden': 'The service does not allow this request (403).',
  'fault.service_not_found': 'There is nothing at this address ({status}).',
  'fault.service_refused': 'The service did not take this request ({status}).',
  'fault.service_failed': 'The service failed ({status}). It is asked again by itself.',
  'fault.service_limited': 'The service takes no more requests for now (429).',
  'fault.too_many_pages': 'The answer has more than {limit} pages.',
  'fault.refresh_too_long':
    'Reading took longer than {minutes} minutes, which is the most. Ask for less at a time.',
  'fault.page_not_json': 'A page of the answer is not JSON, so pages cannot be joined.',
  'fault.records_not_a_list': 'What is at “{path}” is no list of records.',
  'fault.next_page_elsewhere': 'The next page is said to be on another server, which is not asked.',
  'fault.bad_placeholder': 'The placeholder at character {position} cannot be read: {reason}.',
  'fault.missing_variable': '{name} has no value here. Give the property a value.',
  'fault.bad_variable_value': 'The value of {name} cannot stand there: {reason}.',
  'fault.bad_url':
    'This is no web address. Write https:// and a host, without a name and password in it.',
  'fault.bad_header': 'The header {name} cannot be sent. Choose another name or value.',
  'fault.private_address':
    '{host} is inside a private network. Whoever runs this server can allow it.',
  'fault.host_not_allowed': 'Data may not be read from {host}.',
  'fault.redirect_blocked': 'The server sends us on to where data may not be read from.',
  'fault.dns': 'No server is known by the name {host}. Check the address.',
  'fault.connect': 'The server could not be reached, or broke off.',
  'fault.tls': 'No safe connection to the server could be made: {reason}.',
  'fault.timeout': 'The server did not answer within {seconds} seconds.',
  'fault.packed_too_much': 'The answer grows more than {ratio} times when it is unpacked.',
  'fault.bad_credential': 'This cannot be kept. Look at the fields.',
  'fault.bad_replacement':
    'Choose another connected account of the same kind that is for the same hosts.',
  'fault.credentials_full': '{limit} connected accounts is the most. Remove one that nothing uses.',
  'fault.credential_missing':
    'What this data source is read with is gone. Choose another connected account.',
  'fault.needs_reauthorization':
    'The service refuses {label}. Give it a new secret under Connected accounts.',
  'fault.own_credential_required':
    'This data source reads with a connected account of another account. To ask something else, choose one of your own.',
  'fault.session_needed': 'Sign in with a browser for this; an API key cannot do it.',
  'fault.setting_not_yours':
    'Your account decides how numbers and dates are written for all its people.',
  'fault.bad_ip_range':
    '{text} is no address and no network. Write such as 203.0.113.7 or 203.0.113.0/24.',
  'fault.too_many_ip_ranges': '{limit} addresses and networks is the most.',
  'fault.ip_ranges_shut_you_out':
    'Your own address, {address}, is not among these. Add it, or you could not come back.',
})
