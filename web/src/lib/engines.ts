/** The kinds of databases that data is read from, in the order that people choose from. */
export const ENGINES = ['postgresql', 'mysql'] as const
