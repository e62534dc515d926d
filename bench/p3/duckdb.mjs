// DuckDB: prepared statements over a table in memory whose texts are enums.
import { DuckDBInstance } from "@duckdb/node-api";
import { availableParallelism } from "node:os";
import { Clock, day, klips, serve } from "./peer.mjs";

const q = (s) => `'${s.replaceAll("'", "''")}'`;
const literal = {
  region: "region_t",
  channel: "channel_t",
  product: "product_t",
  customer: "customer_t",
};

function test(a) {
  const c = a.column.toLowerCase();
  const value = (v) => (c === "date" ? `DATE ${q(day(v))}` : v);
  if (a.op === "in")
    return `${c} IN (${a.texts.map((t) => `${q(t)}::${literal[c]}`).join(", ")})`;
  if (a.op === "between")
    return `${c} BETWEEN ${value(a.num)} AND ${value(a.to)}`;
  return a.text
    ? `${c} ${a.op} ${q(a.text)}::${literal[c]}`
    : `${c} ${a.op} ${value(a.num)}`;
}

const where = (atoms) =>
  atoms.length ? "WHERE " + atoms.map(test).join(" AND ") : "";

// sql gives the query of a formula over the rows of a table.
function sql(f, from, filter, whole = from, wholeFilter = filter) {
  const [g, m] = [f.group?.toLowerCase(), f.measure?.toLowerCase()];
  const rows = `FROM ${from} ${where(filter)}`;
  switch (f.kind) {
    case "group": {
      const agg = {
        sum: `coalesce(sum(${m}), 0)`,
        average: `avg(${m})`,
        max: `max(${m})`,
        count: `count(${m})`,
      }[f.method];
      return `SELECT ${agg} v ${rows} GROUP BY ${g} ORDER BY ${g}`;
    }
    case "ratio":
      if (f.variant === 0)
        return `SELECT (sum(amount) - sum(cost)) / sum(amount) v ${rows}`;
      if (f.variant === 1) return `SELECT sum(${m}) / count(*) v ${rows}`;
      return `SELECT coalesce((SELECT sum(${m}) FROM ${from} ${where([...filter, f.extra])}), 0) / (SELECT sum(${m}) FROM orders) v`;
    case "lookup": // far fewer products than orders: add up first, then join
      if (f.variant === 0)
        return `SELECT coalesce(sum(s), 0) v FROM (SELECT product, sum(${m}) s ${rows} GROUP BY product) JOIN products USING (product) GROUP BY category ORDER BY category`;
      return `SELECT sum(s * price) v FROM (SELECT product, sum(units) s ${rows} GROUP BY product) JOIN products USING (product)`;
    case "top":
      if (f.variant === 2)
        return `SELECT amount v ${rows} ORDER BY amount DESC LIMIT 10`;
      return f.variant === 0
        ? `SELECT ${g}::VARCHAR v FROM (SELECT ${g}, sum(amount) s ${rows} GROUP BY ${g}) ORDER BY round(s, 4) DESC, ${g} LIMIT 10`
        : `SELECT sum(amount) v ${rows} GROUP BY ${g} ORDER BY v DESC LIMIT 10`;
    case "months":
      return `SELECT coalesce(sum(s), 0) v FROM (SELECT date, sum(${m}) s ${rows} GROUP BY date) GROUP BY date_trunc('${f.unit}', date) ORDER BY date_trunc('${f.unit}', date)`;
    case "distinct":
      return f.variant === 0
        ? `SELECT count(*) v FROM (SELECT customer ${rows} GROUP BY customer)`
        : `SELECT count(*) v FROM (SELECT ${g}, customer ${rows} GROUP BY ${g}, customer) GROUP BY ${g} ORDER BY ${g}`;
    case "join":
      return f.variant === 0
        ? `SELECT string_agg(product::VARCHAR, ', ' ORDER BY product) v FROM (SELECT product ${rows} GROUP BY product)`
        : `SELECT string_agg(region::VARCHAR || ' / ' || channel::VARCHAR, '; ' ORDER BY region, channel) v FROM (SELECT region, channel ${rows} GROUP BY region, channel)`;
    case "running":
      return f.variant === 0
        ? `SELECT sum(s) OVER (ORDER BY date ROWS UNBOUNDED PRECEDING) v FROM (SELECT date, coalesce(sum(${m}), 0) s ${rows} GROUP BY date) ORDER BY date`
        : `SELECT max(s) v FROM (SELECT sum(amount - coalesce(cost, 0)) OVER (ROWS UNBOUNDED PRECEDING) s ${rows})`;
  }
  throw new Error(f.kind);
}

const columns = "date, region, product, customer, channel, amount, units, cost";

// needed are the columns that the formulas of a Klip ask of its rows.
function needed(fs) {
  const text = fs.map((f) => sql(f, "f", [])).join(" ");
  return columns.split(", ").filter((c) => new RegExp(`\\b${c}\\b`).test(text));
}

// together is one statement for a Klip: its rows once, a list for each formula.
function together(fs) {
  const parts = fs.map((f) => `(SELECT list(v) FROM (${sql(f, "f", [])}))`);
  const kept = fs[0].filter.length ? "MATERIALIZED" : "NOT MATERIALIZED";
  return `WITH f AS ${kept} (SELECT ${needed(fs).join(", ")} FROM orders ${where(fs[0].filter)}) SELECT ${parts.join(", ")}`;
}

class Engine {
  async load({ dir, formulas }) {
    this.klips = klips(formulas);
    this.count = formulas.length;
    this.db = await DuckDBInstance.create(":memory:");
    this.lanes = [await this.db.connect(), await this.db.connect()].map(
      (c, n) => ({ c, n }),
    );
    const c = this.lanes[0].c;
    await c.run(
      `CREATE TEMP TABLE raw AS FROM read_csv('${dir}/orders.csv', header = true)`,
    );
    for (const name of Object.keys(literal))
      await c.run(
        `CREATE TYPE ${name}_t AS ENUM (SELECT DISTINCT ${name} FROM raw ORDER BY 1)`,
      );
    await c.run(`CREATE TABLE orders AS SELECT date::DATE AS date, region::region_t region, product::product_t product, customer::customer_t customer,
			channel::channel_t channel, amount::DOUBLE amount, units::SMALLINT units, cost::DOUBLE AS cost FROM raw`);
    await c.run("DROP TABLE raw");
    await c.run(
      `CREATE TABLE products AS SELECT TRY_CAST(code AS product_t) product, category, "List price" price FROM read_csv('${dir}/products.csv', header = true)`,
    );
    const version = (await c.runAndReadAll("SELECT version()")).getRows()[0][0];
    return {
      version: `DuckDB ${version}`,
      modes: [
        "each",
        "each, 2 lanes",
        "table",
        "table, 2 lanes",
        "cte",
        "cte, 2 lanes",
      ],
    };
  }

  // prepared gives the statements of a lane for a way to run; they are prepared once.
  async prepared(lane, way) {
    const known = `${way} prepared`;
    if (lane[known]) return lane[known];
    lane[known] = await Promise.all(
      this.klips.map(async (fs) => {
        if (way === "cte") return lane.c.prepare(together(fs));
        const out = [];
        for (const f of fs)
          out.push(await lane.c.prepare(sql(f, "orders", f.filter)));
        return out;
      }),
    );
    return lane[known];
  }

  // prepare chooses how many connections work at a time, on as many processors together.
  async prepare({ do: what, mode }) {
    if (what !== "run") return;
    const [way, lanes] = mode.split(", ");
    this.used = this.lanes.slice(0, lanes ? 2 : 1);
    await this.lanes[0].c.run(
      `SET threads = ${lanes ? 1 : availableParallelism()}`,
    );
    if (way !== "table")
      for (const lane of this.used) await this.prepared(lane, way);
  }

  async run({ mode, answers }) {
    const [way] = mode.split(", ");
    const clock = new Clock();
    const out = answers ? new Array(this.count) : undefined;
    let next = 0;
    await Promise.all(
      this.used.map(async (lane) => {
        while (next < this.klips.length)
          await this.klip(lane, way, next++, clock, out);
      }),
    );
    return { kinds: clock.kinds, answers: out };
  }

  async klip(lane, way, n, clock, out) {
    const fs = this.klips[n];
    if (way === "cte") {
      const read = await (await this.prepared(lane, way))[n].runAndReadAll();
      if (out)
        fs.forEach(
          (f, i) => (out[f.at] = read.getColumnsJS()[i][0].map(plain)),
        );
      return;
    }
    if (way === "table") {
      const filtered = fs[0].filter.length > 0;
      const name = filtered ? `f${lane.n}` : "orders";
      if (filtered)
        await lane.c.run(
          `CREATE OR REPLACE TEMP TABLE ${name} AS SELECT ${needed(fs).join(", ")} FROM orders ${where(fs[0].filter)}`,
        );
      for (const f of fs)
        await this.one(f, clock, out, () =>
          lane.c.runAndReadAll(sql(f, name, [])),
        );
      return;
    }
    const statements = (await this.prepared(lane, way))[n];
    for (const [i, f] of fs.entries())
      await this.one(f, clock, out, () => statements[i].runAndReadAll());
  }

  async one(f, clock, out, ask) {
    const begun = performance.now();
    const read = await ask();
    clock.add(f.kind, performance.now() - begun);
    if (out) out[f.at] = read.getColumnsJS()[0].map(plain);
  }
}

const plain = (v) => (typeof v === "bigint" ? Number(v) : v);

await serve(new Engine());
