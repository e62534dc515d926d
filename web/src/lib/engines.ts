/** The kinds of databases that data is read from, in the order that people choose from. */
export const ENGINES = ['postgresql', 'mysql', 'sqlserver', 'clickhouse', 'trino'] as const

/** Those that were never tried with a server of their makers. */
const EXPERIMENTAL: readonly string[] = ['sqlserver', 'clickhouse', 'trino']

export const isExperimental = (engine: string) => EXPERIMENTAL.includes(engine)
