// Polars: lazy queries over a frame in memory whose texts are categories.
import pl from "nodejs-polars";
import { readFileSync } from "node:fs";
import { Clock, klips, serve } from "./peer.mjs";

const col = (name) => pl.col(name);

class Engine {
  load({ dir, formulas }) {
    this.klips = klips(formulas);
    this.count = formulas.length;
    const raw = pl.readCSV(`${dir}/orders.csv`, {
      tryParseDates: true,
      inferSchemaLength: 10_000,
    });
    // Codes in the order of the texts: then nothing ever compares texts but the last step.
    this.texts = {};
    this.codes = {};
    let frame = raw.withColumns(
      col("Units").cast(pl.Int32),
      col("Amount").cast(pl.Float64),
      col("Cost").cast(pl.Float64),
    );
    for (const name of ["Region", "Product", "Customer", "Channel"]) {
      const texts = raw.getColumn(name).unique().sort().toArray();
      this.texts[name] = texts;
      this.codes[name] = new Map(texts.map((t, i) => [t, i]));
      const type = texts.length > 60_000 ? pl.UInt32 : pl.UInt16;
      const dictionary = pl
        .DataFrame({ [name]: texts, [`${name} code`]: texts.map((_, i) => i) })
        .withColumn(col(`${name} code`).cast(type));
      frame = frame
        .join(dictionary, { on: name, how: "left" })
        .drop(name)
        .rename({ [`${name} code`]: name });
    }
    this.frame = frame;
    const products = pl.readCSV(`${dir}/products.csv`);
    const known = products
      .getColumn("Code")
      .toArray()
      .map((c) => this.codes.Product.get(c) ?? 65_535);
    this.products = products
      .withColumn(pl.Series("Product", known).cast(pl.UInt16))
      .select("Product", "Category", "List price")
      .lazy();
    const version = JSON.parse(
      readFileSync(
        new URL("node_modules/nodejs-polars/package.json", import.meta.url),
      ),
    ).version;
    return {
      version: `nodejs-polars ${version}`,
      modes: ["each", "frame", "frame, concat"],
    };
  }

  test(a) {
    const c = col(a.column);
    const of = (v) =>
      a.column === "Date"
        ? pl
            .lit(v / 86_400)
            .cast(pl.Int32)
            .cast(pl.Date)
        : pl.lit(v);
    const code = (t) => this.codes[a.column].get(t) ?? 65_535;
    if (a.op === "in") return c.isIn(a.texts.map(code));
    if (a.op === "between") return c.gtEq(of(a.num)).and(c.ltEq(of(a.to)));
    if (a.text) return c.eq(pl.lit(code(a.text)).cast(pl.UInt16));
    return a.op === ">" ? c.gt(of(a.num)) : c.gtEq(of(a.num));
  }

  filtered(frame, atoms) {
    return atoms.length
      ? frame.filter(atoms.map((a) => this.test(a)).reduce((x, y) => x.and(y)))
      : frame;
  }

  // query gives the lazy query of a formula over rows; its column v is the answer, texts as codes.
  query(f, rows, whole) {
    const [g, m] = [f.group, f.measure];
    const answer = (x) => x.alias("v");
    switch (f.kind) {
      case "group": {
        const agg = {
          sum: col(m).sum(),
          average: col(m).mean(),
          max: col(m).max(),
          count: col(m).count(),
        }[f.method];
        return rows.groupBy(g).agg(answer(agg)).sort(g).select("v");
      }
      case "ratio":
        if (f.variant === 0)
          return rows.select(
            answer(
              col("Amount")
                .sum()
                .minus(col("Cost").sum())
                .div(col("Amount").sum()),
            ),
          );
        if (f.variant === 1)
          return rows.select(
            answer(col(m).sum().cast(pl.Float64).div(pl.len())),
          );
        return rows.filter(this.test(f.extra)).select(
          answer(
            col(m)
              .sum()
              .cast(pl.Float64)
              .div(pl.lit(whole(m))),
          ),
        );
      case "lookup": {
        const by = f.variant === 0 ? m : "Units";
        const sums = rows
          .groupBy("Product")
          .agg(col(by).sum().alias("s"))
          .join(this.products, { on: "Product", how: "inner" });
        if (f.variant === 1)
          return sums.select(answer(col("s").mul(col("List price")).sum()));
        return sums
          .groupBy("Category")
          .agg(answer(col("s").sum()))
          .sort("Category")
          .select("v");
      }
      case "top": {
        if (f.variant === 2)
          return rows
            .select(answer(col("Amount")))
            .sort("v", true)
            .limit(10);
        const sums = rows.groupBy(g).agg(col("Amount").sum().alias("s"));
        if (f.variant === 1)
          return sums
            .sort("s", true)
            .limit(10)
            .select(answer(col("s")));
        return sums
          .withColumn(col("s").round(4))
          .sort([col("s"), col(g)], [true, false])
          .limit(10)
          .select(answer(col(g)));
      }
      case "months": {
        const d = col("Date").dt;
        const month = d
          .year()
          .cast(pl.Int32)
          .mul(12)
          .plus(d.month().cast(pl.Int32));
        const quarter = d
          .year()
          .cast(pl.Int32)
          .mul(4)
          .plus(d.month().cast(pl.Int32).plus(2).div(3).floor());
        const week = col("Date").cast(pl.Int32).plus(3).div(7).floor();
        const period = { month, quarter, week }[f.unit];
        return rows
          .groupBy("Date")
          .agg(col(m).sum().alias("s"))
          .select(period.alias("p"), col("s"))
          .groupBy("p")
          .agg(answer(col("s").sum()))
          .sort("p")
          .select("v");
      }
      case "distinct":
        if (f.variant === 0)
          return rows.select(answer(col("Customer").nUnique()));
        return rows
          .groupBy(g)
          .agg(answer(col("Customer").nUnique()))
          .sort(g)
          .select("v");
      case "join":
        if (f.variant === 0)
          return rows.select(answer(col("Product").unique().sort()));
        return rows.select(
          answer(
            col("Region")
              .cast(pl.UInt32)
              .mul(100)
              .plus(col("Channel").cast(pl.UInt32))
              .unique()
              .sort(),
          ),
        );
      case "running":
        if (f.variant === 1)
          return rows.select(
            answer(
              col("Amount")
                .minus(col("Cost").fillNull(pl.lit(0)))
                .cumSum()
                .max(),
            ),
          );
        return rows
          .groupBy("Date")
          .agg(col(m).sum().alias("s"))
          .sort("Date")
          .select(answer(col("s").cumSum()));
    }
    throw new Error(f.kind);
  }

  // words turns codes of an answer back into texts.
  words(f, v) {
    if (f.kind === "join") {
      const { Product, Region, Channel } = this.texts;
      return [
        f.variant === 0
          ? v.map((c) => Product[c]).join(", ")
          : v
              .map(
                (c) => `${Region[Math.floor(c / 100)]} / ${Channel[c % 100]}`,
              )
              .join("; "),
      ];
    }
    return f.kind === "top" && f.variant === 0
      ? v.map((c) => this.texts[f.group][c])
      : v;
  }

  async run({ mode }) {
    const [way, many] = mode.split(", ");
    const clock = new Clock();
    const out = new Array(this.count);
    const sums = new Map(); // of whole columns, once
    const whole = (m) =>
      sums.get(m) ?? (sums.set(m, this.frame.getColumn(m).sum()), sums.get(m));
    for (const fs of this.klips) {
      const filter = fs[0].filter;
      let rows = this.filtered(this.frame.lazy(), filter);
      if (way === "frame" && filter.length) {
        const used = new Set(fs.flatMap((f) => columnsOf(f)));
        rows = (await rows.select(...used).collect()).lazy();
      }
      if (many) {
        await this.together(fs, rows, whole, out);
        continue;
      }
      for (const f of fs) {
        const begun = performance.now();
        const frame = await this.query(f, rows, whole).collect();
        out[f.at] = this.words(f, frame.getColumn("v").toArray());
        clock.add(f.kind, performance.now() - begun);
      }
    }
    return { kinds: clock.kinds, answers: out };
  }

  // together runs the formulas of a Klip as one query, so that Polars can share what they have in common.
  async together(fs, rows, whole, out) {
    const queries = fs.map((f, i) =>
      this.query(f, rows, whole).select(
        pl.lit(i).cast(pl.Int32).alias("f"),
        col("v").cast(pl.Float64),
      ),
    );
    const frame = await pl.concat(queries).collect({ commSubplanElim: true });
    const [which, values] = [
      frame.getColumn("f").toArray(),
      frame.getColumn("v").toArray(),
    ];
    const lists = fs.map(() => []);
    which.forEach((i, at) => lists[i].push(values[at]));
    fs.forEach((f, i) => (out[f.at] = this.words(f, lists[i])));
  }
}

function columnsOf(f) {
  const out = [f.group, f.measure, f.extra?.column];
  if (f.kind === "lookup") out.push("Product", "Units");
  if (f.kind === "ratio" || f.kind === "top" || f.kind === "running")
    out.push("Amount");
  if (f.kind === "ratio" || f.kind === "running") out.push("Cost");
  if (f.kind === "months" || f.kind === "running") out.push("Date");
  if (f.kind === "distinct") out.push("Customer");
  if (f.kind === "join") out.push("Product", "Region", "Channel");
  return out.filter(Boolean);
}

await serve(new Engine());
