import { describe, expect, test } from 'vitest'
import type { FunctionDoc } from '$api/contract'
import { callAt, functionAt, widen } from './call'
import { choicesAt } from './complete'
import { columnRef, type ColumnInfo, type Names } from './names'
import { toCharacters, toUnits } from './offsets'
import { respell } from './respell'
import { tokens, usedColumns } from './tokens'

const plan = { of: 'a1', home: 'Plan 1' }
const targets = { of: 'b2', home: 'Targets', source: 'Targets' }

const names: Names = {
  active: 'Plan 1',
  columns: [
    { ...plan, name: 'Region', type: 'text', sample: ['North', 'South', 'East', 'West'] },
    { ...plan, name: 'Region Name', type: 'text' },
    { ...plan, name: 'net_sales', type: 'number', sample: ['42.9', '18.5'] },
    { ...plan, name: 'B3', type: 'number' },
    { ...plan, name: 'Price (€)', type: 'number' },
    { ...targets, name: 'Goal', type: 'number' },
    { ...targets, name: 'Region', type: 'text' },
    { ...plan, name: 'Q1', type: 'number', sheet: 'Plan' },
  ],
  parts: [
    { id: 'p1', title: 'Series: Revenue', label: 'Revenue' },
    { id: 'p2', title: 'X axis', label: '' },
  ],
  variables: ['user.isAdmin'],
}

/** The tokens as "kind:text", known references with a star. */
function read(text: string): string[] {
  return tokens(text, names).map(
    ({ kind, from, to, known }) => `${kind}${known ? '*' : ''}:${text.slice(from, to)}`,
  )
}

describe('tokens', () => {
  test.each([
    ['SUM( 1.5e3 )', ['function:SUM', 'open:(', 'number:1.5e3', 'close:)']],
    ['sum (.5)', ['function:sum', 'open:(', 'number:.5', 'close:)']],
    ['1 <> 2', ['number:1', 'operator:<>', 'number:2']],
    ['"a ""b"" // c"', ['text:"a ""b"" // c"']],
    ['"a \\" b"', ['text:"a \\" b"']],
    ['“North”', ['text:“North”']],
    ['"open', ['text:"open']],
    ['1 // two\n3', ['number:1', 'comment:// two', 'number:3']],
    [
      'GROUPBY(@Region, @net_sales, average)',
      [
        'function:GROUPBY',
        'open:(',
        'column*:@Region',
        'comma:,',
        'column*:@net_sales',
        'comma:,',
        'word:average',
        'close:)',
      ],
    ],
    ['$user.isAdmin', ['variable*:$user.isAdmin']],
    ['!X axis != 2', ['part*:!X axis', 'operator:!=', 'number:2']],
    ['&Series: Revenue / 2', ['part*:&Series: Revenue', 'operator:/', 'number:2']],
    ['&Revenue/&Other', ['part*:&Revenue', 'operator:/', 'part:&Other']],
    ['^;', ['operator:^', 'strange:;']],
  ])('%s', (text, want) => {
    expect(read(text as string)).toEqual(want)
  })

  test('the longest name of a column wins, whole words only', () => {
    expect(read('@Region Name = 1')).toEqual(['column*:@Region Name', 'operator:=', 'number:1'])
    expect(read('@Region North')).toEqual(['column:@Region North'])
    expect(read('@Regions')).toEqual(['column:@Regions'])
    expect(read('@region')).toEqual(['column*:@region'])
  })

  test('names that look like cells, and cells', () => {
    expect(tokens('@B3', names)[0]?.column?.name).toBe('B3')
    expect(read('@A:A + @[Plan,B:B]')).toEqual(['column*:@A:A', 'operator:+', 'column:@[Plan,B:B]'])
  })

  test('brackets name columns of other sources and sheets', () => {
    const [column] = tokens('@[Targets/Region]', names)
    expect(column?.column?.source).toBe('Targets')
    expect(tokens('@[Plan,Q1]', names)[0]?.column?.name).toBe('Q1')
    expect(tokens('@Region', names)[0]?.column?.source).toBeUndefined()
  })

  test('a name that two other sources share means nothing', () => {
    const shared = { ...targets, of: 'c3', home: 'More', source: 'More' }
    const more: Names = {
      ...names,
      columns: [...names.columns, { ...shared, name: 'Goal', type: 'text' }],
    }
    expect(tokens('@Goal', more)[0]?.known).toBeFalsy()
    expect(tokens('@[More/Goal]', more)[0]?.column?.of).toBe('c3')
  })

  test('what is stored and has no name stays one piece', () => {
    expect(read('@{1}+2')).toEqual(['column*:@{1}', 'operator:+', 'number:2'])
  })

  test('every character is in one token or is white space', () => {
    const text = 'IF( @Region = “a”, &Revenue / $x ; ?? , !X axis) // end'
    let at = 0
    for (const token of tokens(text, names)) {
      expect(text.slice(at, token.from).trim()).toBe('')
      expect(token.to).toBeGreaterThan(token.from)
      at = token.to
    }
    expect(text.slice(at).trim()).toBe('')
  })

  test('used columns are named as the grid names them', () => {
    const used = usedColumns('SUM(@net_sales) + @[Targets/Goal]', names)
    expect([...used]).toEqual(['@net_sales', '@[Targets/Goal]'])
  })
})

test('a reference is spelled so that it is read as the same column', () => {
  for (const column of names.columns) {
    const ref = columnRef(column)
    const [token] = tokens(`${ref}`, names)
    expect(token?.column, ref).toBe(column)
    expect(token?.to).toBe(ref.length)
  }
  expect(columnRef({ name: 'a]b' })).toBe('@[a]]b]')
})

describe('calls', () => {
  const at = (text: string) => {
    const position = text.indexOf('|')
    const plain = text.replace('|', '')
    return { call: callAt(plain, tokens(plain, names), position), plain, position }
  }

  test.each([
    ['SUM(|@net_sales)', 'SUM', 0, '@net_sales'],
    ['GROUPBY(@Region, |@net_sales, sum)', 'GROUPBY', 1, '@net_sales'],
    ['GROUPBY(@Region, SELECT(@net_sales, |), sum)', 'SELECT', 1, ''],
    ['GROUPBY(@Region, SELECT(@net_sales, 1) |, sum)', 'GROUPBY', 1, 'SELECT(@net_sales, 1)'],
    ['IF((1|), 2)', 'IF', 0, '(1)'],
    ['SUM(1, 2|', 'SUM', 1, '2'],
  ])('%s', (text, name, argument, piece) => {
    const { call, plain } = at(text)
    expect(call?.name).toBe(name)
    expect(call?.argument).toBe(argument)
    expect(plain.slice(call?.span.from, call?.span.to)).toBe(piece)
  })

  test('outside of all calls there is none', () => {
    expect(at('SUM(1)| + 2').call).toBeNull()
    expect(at('(1 + |2)').call).toBeNull()
    expect(at('SUM(1, "a)|")').call?.name).toBe('SUM')
  })

  test('the name of a function counts as the function', () => {
    const text = '1 + sum(2)'
    expect(functionAt(text, tokens(text, names), 5)).toBe('SUM')
    expect(functionAt(text, tokens(text, names), 1)).toBeNull()
  })

  test('a selection grows to the enclosing call, then to the next, then to all', () => {
    const text = '1 + IF(SUM(@net_sales) > 2, 3, 4)'
    const list = tokens(text, names)
    const cursor = text.indexOf('@')
    const grow = (s: { from: number; to: number }) => widen(text, list, s)
    const first = grow({ from: cursor, to: cursor })
    expect(text.slice(first.from, first.to)).toBe('SUM(@net_sales)')
    const second = grow(first)
    expect(text.slice(second.from, second.to)).toBe('IF(SUM(@net_sales) > 2, 3, 4)')
    expect(grow(second)).toEqual({ from: 0, to: text.length })
  })
})

describe('completion', () => {
  const functions: FunctionDoc[] = [
    {
      name: 'GROUPBY',
      group: 'Data Manipulation',
      signature: 'GROUPBY(values, measure, [method])',
      parameters: [
        { name: 'values', kind: 'list', optional: false, keywords: [] },
        { name: 'measure', kind: 'list', optional: false, keywords: [] },
        {
          name: 'method',
          kind: 'group method',
          optional: true,
          default: 'SUM',
          keywords: ['SUM', 'AVERAGE'],
        },
      ],
      doc: '',
      examples: [],
    },
    { name: 'NOW', group: 'Date/Time', signature: 'NOW()', parameters: [], doc: '', examples: [] },
  ]
  const at = (text: string, asked = false) => {
    const position = text.indexOf('|')
    return choicesAt(text.replace('|', ''), position, names, functions, asked)
  }
  const labels = (text: string, asked = false) => at(text, asked)?.items.map((i) => i.label)

  test('letters list functions', () => {
    expect(labels('gr|')).toEqual(['GROUPBY', 'NOW'])
    const [first, second] = at('gr|')?.items ?? []
    expect(first).toMatchObject({ insert: 'GROUPBY()', cursor: 8, kind: 'function' })
    expect(first?.detail).toBe('(values, measure, [method])')
    expect(second).toMatchObject({ insert: 'NOW()', cursor: 5 })
  })

  test('@ lists columns with their type and first values', () => {
    const found = at('SUM(@ne|)')
    expect(found).toMatchObject({ from: 4, typed: 5, to: 7 })
    expect(found?.items.find((i) => i.label === 'net_sales')).toMatchObject({
      kind: 'number',
      detail: '42.9, 18.5',
      insert: '@net_sales',
    })
    expect(found?.items.find((i) => i.label === 'Region')?.detail).toBe('North, South, East')
    expect(found?.items.find((i) => i.label === 'Goal')).toMatchObject({
      detail: 'Targets',
      insert: '@[Targets/Goal]',
    })
  })

  test('a lone sign lists everything of its kind', () => {
    expect(labels('@|')).toHaveLength(names.columns.length)
    expect(labels('1 + $|')).toEqual(['user.isAdmin'])
    expect(labels('&|')).toEqual(['Series: Revenue', 'X axis'])
    expect(at('!|')?.items[0]?.insert).toBe('!Series: Revenue')
  })

  test('the words of an argument come first', () => {
    expect(labels('GROUPBY(@Region, @net_sales, a|)')?.slice(0, 2)).toEqual(['SUM', 'AVERAGE'])
    expect(labels('GROUPBY(a|)')?.[0]).toBe('GROUPBY')
  })

  test('nothing in texts, comments and numbers', () => {
    expect(at('"gr|"')).toBeNull()
    expect(at('// gr|')).toBeNull()
    expect(at('12|')).toBeNull()
  })

  test('an empty place lists functions only when asked', () => {
    expect(at('1 + |')).toBeNull()
    expect(labels('1 + |', true)).toEqual(['GROUPBY', 'NOW'])
  })
})

describe('respelling for another active source', () => {
  const own = (column: ColumnInfo): ColumnInfo => {
    const mine = { ...column }
    delete mine.source
    return mine
  }
  const after: Names = {
    ...names,
    active: 'Targets',
    columns: names.columns.map((column) =>
      column.of === 'b2' ? own(column) : { ...column, source: 'Plan 1' },
    ),
  }

  test.each([
    // What has one meaning only stays as it was typed.
    ['SUM(@net_sales) // @net_sales', 'SUM(@net_sales) // @net_sales'],
    ['@[Targets/Goal] + @Goal', '@[Targets/Goal] + @Goal'],
    ['@Region = "@Region"', '@[Plan 1/Region] = "@Region"'],
    ['@[Plan,Q1]', '@[Plan,Q1]'],
    ['@A:A + @C2', '@[Plan 1/A:A] + @[Plan 1/C2]'],
    ['@{1} + @nothing', '@{1} + @nothing'],
    ['&Series: Revenue * 2', '&Series: Revenue * 2'],
  ])('%s', (text, want) => {
    expect(respell(text, names, after)).toBe(want)
    const meant = (t: string, n: Names) => tokens(t, n).map(({ column: c }) => c && [c.of, c.name])
    expect(meant(want, after)).toEqual(meant(text, names))
  })

  test('nothing changes when the source stays', () => {
    const text = 'SUM(@net_sales) + @A:A + @[Targets/Goal]'
    expect(respell(text, names, names)).toBe(text)
  })
})

test('the server counts characters, the browser units', () => {
  const text = 'a😀b'
  expect(toUnits(text, 2)).toBe(3)
  expect(toCharacters(text, 3)).toBe(2)
  expect(toUnits(text, 99)).toBe(4)
})
