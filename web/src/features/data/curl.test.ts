import { describe, expect, it } from 'vitest'
import { readCurl, words } from './curl'
import { requestOf } from './request'

const rows = (text: string) =>
  readCurl(text)?.draft.rows.map(({ place, name, value }) => [place, name, value])

describe('a pasted curl command', () => {
  it('is read as a shell reads it', () => {
    expect(words(`a 'b c' "d \\"e\\" $f" g\\ h \\\n  $'i\\n\\u0041\\'' ''`)).toEqual([
      'a',
      'b c',
      'd "e" $f',
      'g h',
      "i\nA'",
      '',
    ])
    expect(words(`a 'b`)).toBeNull()
  })

  it('fills address, parameters, headers and cookies', () => {
    const text = `curl 'https://api.shop.test/v1/orders?from=2026-01-01&name=a%20b#x' -H 'Accept: application/json' \\
      --header="X-Version: 2" -b 'lang=en; theme=dark' -A Tester --compressed -sS -L -m 12.5`
    expect(readCurl(text)?.draft.url).toBe('https://api.shop.test/v1/orders')
    expect(rows(text)).toEqual([
      ['query', 'from', '2026-01-01'],
      ['query', 'name', 'a b'],
      ['header', 'Accept', 'application/json'],
      ['header', 'X-Version', '2'],
      ['header', 'User-Agent', 'Tester'],
      ['cookie', 'lang', 'en'],
      ['cookie', 'theme', 'dark'],
    ])
    expect(readCurl(text)).toMatchObject({ signIn: null, left: [] })
    expect(readCurl(text)?.draft.rest.timeout_s).toBe(13)
  })

  it('fills the body', () => {
    for (const [text, body, content] of [
      [`curl x.test -d '{"a":1}'`, 'json', '{"a":1}'],
      [`curl x.test --json '{"a":1}'`, 'json', '{"a":1}'],
      [`curl x.test -d a=1 --data-urlencode 'b=c d'`, 'form', 'a=1\nb=c d'],
      [`curl x.test -F a=1 -F 'b=c d'`, 'multipart', 'a=1\nb=c d'],
      [`curl x.test -H 'Content-Type: text/xml' --data-raw '<a/>'`, 'raw', '<a/>'],
    ] as const) {
      const draft = readCurl(text)?.draft
      expect([text, draft?.method, draft?.body, draft?.text]).toEqual([text, 'POST', body, content])
    }
    const xml = readCurl(`curl x.test -H 'Content-Type: text/xml' --data-raw '<a/>'`)
    expect(xml && requestOf(xml.draft)).toEqual({
      url: 'https://x.test',
      method: 'POST',
      body: { type: 'raw', text: '<a/>', content_type: 'text/xml' },
    })
    expect(rows(`curl -G x.test -d a=1 -d b=2`)).toEqual([
      ['query', 'a', '1'],
      ['query', 'b', '2'],
    ])
  })

  it('keeps sign-ins out of the request', () => {
    for (const [text, signIn] of [
      [`curl -u me:pw:x x.test`, { kind: 'basic', userName: 'me', secret: 'pw:x' }],
      [`curl https://me:p%40w@x.test/a`, { kind: 'basic', userName: 'me', secret: 'p@w' }],
      [`curl -u pw: x.test`, { kind: 'bearer', prefix: 'Basic', secret: btoa('pw:') }],
      [`curl https://pw@x.test`, { kind: 'bearer', prefix: 'Basic', secret: btoa('pw:') }],
      [`curl https://a+b:p%40w@x.test`, { kind: 'basic', userName: 'a+b', secret: 'p@w' }],
      [
        `curl x.test -H 'Authorization: Basic bWU6cMOk'`,
        { kind: 'basic', userName: 'me', secret: 'pä' },
      ],
      [
        `curl x.test -H 'Authorization: Basic bWU6cHc='`,
        { kind: 'basic', userName: 'me', secret: 'pw' },
      ],
      [
        `curl x.test -H 'authorization: Bearer SECRET'`,
        { kind: 'bearer', prefix: 'Bearer', secret: 'SECRET' },
      ],
      [
        `curl x.test -H'X-Api-Key: SECRET'`,
        { kind: 'api_key', in: 'header', name: 'X-Api-Key', secret: 'SECRET' },
      ],
      [
        `curl 'x.test?access_token=SECRET&a=1'`,
        { kind: 'api_key', in: 'query', name: 'access_token', secret: 'SECRET' },
      ],
      [
        `curl x.test -b 'sessionid=SECRET'`,
        { kind: 'api_key', in: 'cookie', name: 'sessionid', secret: 'SECRET' },
      ],
    ] as const) {
      const pasted = readCurl(text)
      expect(pasted?.signIn).toEqual(signIn)
      expect(JSON.stringify(pasted && requestOf(pasted.draft))).not.toMatch(/SECRET|pw|p@w|bWU6/)
    }
  })

  it('puts a secret property in place of a second key', () => {
    const text = `curl x.test -u me:pw -H 'X-Api-Key: SECRET' -b 'sid=SECRET' -H 'Authorization: Basic !'`
    expect(rows(text)).toEqual([
      ['header', 'X-Api-Key', '{secret.X-Api-Key}'],
      ['cookie', 'sid', '{secret.sid}'],
    ])
  })

  it('takes no sign-in in place of a key', () => {
    const text = `curl x.test -H 'apikey: SECRET' -H 'Authorization: Bearer SECRET2'`
    expect(readCurl(text)?.signIn).toEqual({ kind: 'bearer', prefix: 'Bearer', secret: 'SECRET2' })
    expect(rows(text)).toEqual([['header', 'apikey', '{secret.apikey}']])
    const twice = readCurl(`curl https://a:b@x.test -u me:pw -H 'Authorization: Bearer S'`)
    expect(twice).toMatchObject({ signIn: { kind: 'bearer' }, left: ['-u', '-u'] })
  })

  it('keeps keys by their names, in forms as well', () => {
    for (const name of [
      'Ocp-Apim-Subscription-Key',
      'clientSecret',
      'subscriptionkey',
      'refreshtoken',
      'password',
      'X-Auth',
    ])
      expect(readCurl(`curl x.test -H '${name}: S'`)?.signIn).toMatchObject({ name, secret: 'S' })
    for (const name of ['page_token', 'monkey', 'nextPageToken', 'sort_key', 'author'])
      expect(readCurl(`curl 'x.test?${name}=a'`)?.signIn).toBeNull()
    for (const text of ['-d a=1 -d client_secret=SECRET', '-F a=1 -F client_secret=SECRET'])
      expect(readCurl(`curl x.test ${text}`)?.draft.text).toBe(
        'a=1\nclient_secret={secret.client_secret}',
      )
  })

  it('reads flags that stand together, and goes on behind those it does not know', () => {
    for (const text of ['-sXPOST', '-sX POST', '-X POST -sS', '--new thing -X POST']) {
      const pasted = readCurl(`curl ${text} x.test`)
      expect([text, pasted?.draft.method, pasted?.draft.url]).toEqual([
        text,
        'POST',
        'https://x.test',
      ])
    }
    expect(readCurl('curl --new x.test')?.draft.url).toBe('https://x.test')
  })

  it('leaves files out, and a body that is not sent', () => {
    const files = `-d @a.json -F f=@a --data-urlencode n@a -b jar.txt`
    expect(readCurl(`curl x.test ${files}`)).toMatchObject({
      draft: { method: 'GET', body: 'none', rows: [] },
      left: ['-d @a.json', '-F f=@a', '--data-urlencode n@a', '-b jar.txt'],
    })
    expect(readCurl(`curl -X GET x.test -d a=1`)?.left).toEqual(['-d'])
    expect(readCurl(`curl x.test --data-raw @a`)?.draft.text).toBe('@a=')
  })

  it('says what it leaves out, and reads nothing else', () => {
    expect(readCurl(`curl -k -X DELETE --cert c.pem https://x.test`)?.left).toEqual([
      '-k',
      '--cert',
      '-X DELETE',
    ])
    for (const text of ['wget x.test', 'curl', `curl 'x.test`, '', 'curl a.test b.test'])
      expect(readCurl(text)).toBeNull()
  })
})
