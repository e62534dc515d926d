import { addTexts } from '../text'

/** Texts of data sources that ask a database. */
export const queries = addTexts({
  'query.title': 'Database',
  'query.about':
    'Asks a database, such as PostgreSQL or MariaDB, with a query of your own, again and again.',
  'query.engine': 'Kind of database',
  'query.engine.postgresql': 'PostgreSQL',
  'query.engine.mysql': 'MySQL, MariaDB',
  'query.engine.sqlserver': 'SQL Server (experimental)',
  'query.engine.clickhouse': 'ClickHouse (experimental)',
  'query.engine.trino': 'Trino (experimental)',
  'query.experimental':
    'Experimental: not tried with every version of this database yet. Try a query before you build on it.',
  'query.sqlHint.clickhouse':
    'Values are texts here: write {props.NAME}::UInt64 where a number or a date belongs.',
  'query.sqlHint.trino':
    'Values are texts here: write CAST({props.NAME} AS bigint) where a number or a date belongs.',
  'query.sql': 'Query',
  'query.sqlHint':
    'One statement that reads. {props.NAME} and dates such as {date.startOfMonth} are values, without quotes; a list is written IN ({props.NAME|list}), the name of a column {props.NAME|sql_ident}.',
  'query.tables': 'Tables and columns',
  'query.tablesSearch': 'Search tables and columns',
  'query.tablesNone': 'This user of the database sees no tables.',
  'query.tablesFailed': 'The tables could not be listed.',
  'query.tablesLeft': {
    one: '1 more table. Search for it.',
    other: '{n} more tables. Search for them.',
  },
  'query.tablesCut': 'The database has more: the first 5,000 columns are listed.',
  'query.insertTable': 'Put the name into the query',
  'query.insertColumn': 'Put {name} into the query',
  'query.timeout': 'Seconds it may take',
  'query.wrongTimeout': 'A whole number from 1 to 600.',
  'query.notTried': 'The query was not sent.',
  'query.emptyHint': 'Get data shows the first 1,000 rows here. Nothing is kept.',
  'query.choose': 'Choose a database',
  'query.credentialHint': 'A user of the database that may only read is best.',
  'query.connect': 'Connect a database',
})
