// Polars: a file becomes a data frame, dates included.
import { load, serve } from "./peer.mjs";

const pl = load("nodejs-polars");
const { version } = load("nodejs-polars/package.json");

const { col } = pl;
const read = {
  csv: (path) => pl.readCSV(path, { tryParseDates: true }),
  // Its readJSON takes no path to lines.
  jsonl: (path) => dated(pl.scanJson(path).collectSync()),
  json: (path) => dated(pl.readJSON(path, { format: "json" })),
};

// dated makes dates of the days, which it does not do by itself in JSON.
const dated = (frame) =>
  frame.withColumns(col("day").str.strptime(pl.Date, "%Y-%m-%d"));

serve(`Polars ${version}`, ({ format, path }) => ({
  columns: () => read[format](path),
  facts: (frame) => {
    const [found] = frame
      .select(
        col("amount").mul(100).plus(0.5).floor().sum().alias("hundreds"),
        col("units").sum().alias("units"),
        col("customer").nUnique().alias("customers"),
        col("note").nUnique().alias("notes"),
        col("day").min().alias("first"),
        col("day").max().alias("last"),
      )
      .toRecords();
    const day = (d) => new Date(d).toISOString().slice(0, 10);
    return {
      ...found,
      rows: frame.height,
      units: Number(found.units),
      first: day(found.first),
      last: day(found.last),
    };
  },
}));
