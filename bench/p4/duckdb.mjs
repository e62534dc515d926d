// DuckDB: a file becomes a table in memory.
import { load, serve } from "./peer.mjs";

const { DuckDBInstance } = load("@duckdb/node-api");
const db = await DuckDBInstance.create(":memory:");
const c = await db.connect();
const version = (await c.runAndReadAll("SELECT version()")).getRows()[0][0];

const source = {
  csv: (path) => `read_csv('${path}')`,
  jsonl: (path) => `read_json('${path}', format = 'newline_delimited')`,
  json: (path) => `read_json('${path}', format = 'array')`,
};

serve(`DuckDB ${version}`, ({ format, path }) => ({
  columns: () =>
    c.run(`CREATE OR REPLACE TABLE t AS FROM ${source[format](path)}`),
  facts: async () => {
    const rows = (
      await c.runAndReadAll(
        `SELECT count(*), sum(floor(amount * 100 + 0.5)), sum(units), count(DISTINCT customer), count(DISTINCT note),
         min(day)::VARCHAR, max(day)::VARCHAR, any_value(typeof(day)), any_value(typeof(amount)) FROM t`,
      )
    ).getRows();
    const [n, hundreds, units, customers, notes, first, last, day, amount] =
      rows[0];
    if (day !== "DATE" || amount !== "DOUBLE")
      throw new Error(`${day} ${amount}`);
    return {
      rows: Number(n),
      hundreds: Number(hundreds),
      units: Number(units),
      customers: Number(customers),
      notes: Number(notes),
      first,
      last,
    };
  },
}));
