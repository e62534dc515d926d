import { addTexts } from '../text'

/** Texts of how a connected account signs in to its service. They come with the form that has them. */
export const serviceSignIn = addTexts({
  'serviceSignIn.title': 'Signing in',
  'serviceSignIn.hint':
    'Write {auth.username} and {auth.password} where the service wants them: in the body, in a parameter or in the address.',
  'serviceSignIn.method': 'Method',
  'serviceSignIn.url': 'Address of the sign-in',
  'serviceSignIn.body': 'Body',
  'serviceSignIn.bodyHint':
    'JSON, XML or a form such as user={auth.username}&pass={auth.password}.',
  'serviceSignIn.parameters': 'Parameters',
  'serviceSignIn.rowPlace': 'Where it stands',
  'serviceSignIn.rowName': 'Name',
  'serviceSignIn.rowValue': 'Value',
  'serviceSignIn.removeRow': 'Remove parameter {n}',
  'serviceSignIn.addRow': 'Add a parameter',
  'serviceSignIn.token': 'The token',
  'serviceSignIn.response': 'The service answers with',
  'serviceSignIn.response.json': 'JSON',
  'serviceSignIn.response.xml': 'XML',
  'serviceSignIn.response.text': 'Text',
  'serviceSignIn.find': 'The token is found by',
  'serviceSignIn.find.selector': 'A path, header or cookie',
  'serviceSignIn.find.selector.hint':
    'Such as data.token in JSON, //session/@id in XML, header:X-Token or cookie:SID.',
  'serviceSignIn.find.expression': 'A regular expression',
  'serviceSignIn.find.expression.hint':
    'The first group in parentheses is the token, such as token=(.+)',
  'serviceSignIn.use': 'It goes',
  'serviceSignIn.useHint': 'Unless a request says {auth.token} itself.',
  'serviceSignIn.use.authorization': 'Into the header Authorization',
  'serviceSignIn.use.header': 'Into another header',
  'serviceSignIn.use.query': 'Into the address',
  'serviceSignIn.use.cookie': 'Into a cookie',
  'serviceSignIn.ttl': 'Seconds for which a token serves',
  'serviceSignIn.ttlHint':
    'Readings share one sign-in for that long. Empty: each signs in and out.',
  'serviceSignIn.logout': 'Signing out',
  'serviceSignIn.logoutMethod': 'Method',
  'serviceSignIn.logoutUrl': 'Address',
  'serviceSignIn.logoutHint':
    'Asked whenever a reading ends, also one that failed, so that no session stays open.',
})
