// Computes with formulajs what oracle_test.go asks for: reads cases from the
// file named first, writes one list of results per case to the file named
// second. It runs in web/, where formulajs is installed.
'use strict';
const { createRequire } = require('node:module');
const { readFileSync, writeFileSync } = require('node:fs');
const f = createRequire(process.cwd() + '/package.json')('@formulajs/formulajs');

// each calls a function of single items once per position.
const each = (fn) => (...lists) => lists[0].map((_, i) => fn(...lists.map((l) => (l.length === 1 ? l[0] : l[i]))));
// prefixes calls a function of a list for every beginning of it.
const prefixes = (fn) => (list) => list.map((_, i) => fn(list.slice(0, i + 1)));
const upTo = (n) => Array.from({ length: n }, (_, i) => i + 1);

const functions = {
  ABS: each(f.ABS), CEILING: each(f.CEILING), FLOOR: each(f.FLOOR), MOD: each(f.MOD), POWER: each(f.POWER), ROUND: each(f.ROUND),
  SQRT: each(f.SQRT), EXP: each(f.EXP), LN: each(f.LN), LOG: each(f.LOG), SIGN: each(f.SIGN), INT: each(f.INT), TRUNC: each(f.TRUNC),
  ERF: each((a, b) => (b === undefined ? f.ERF(a) : f.ERF(b) - f.ERF(a))), ERFC: each(f.ERFC), NORMSDIST: each((z) => f.NORM.S.DIST(z, true)), STANDARDIZE: each(f.STANDARDIZE),
  ISBLANK: each(f.ISBLANK), ISNUMBER: each(f.ISNUMBER), ISTEXT: each(f.ISTEXT),
  AND: each(f.AND), OR: each(f.OR), XOR: each(f.XOR), NOT: each(f.NOT), IF: each(f.IF),
  SUM: f.SUM, AVERAGE: f.AVERAGE, MIN: f.MIN, MAX: f.MAX, MEDIAN: f.MEDIAN, MODE: f.MODE.SNGL,
  COUNT: f.COUNTA, COUNTNUMERIC: f.COUNT, COUNTBLANK: f.COUNTBLANK,
  COUNTIF: (c) => f.COUNTIF(c, 1), SUMIF: (c, v) => f.SUMIF(c, 1, v), AVERAGEIF: (c, v) => f.AVERAGEIF(c, 1, v),
  STDEV: f.STDEV.S, STDEVP: f.STDEV.P, VARIANCE: f.VAR.S, VARIANCEP: f.VAR.P, SLOPE: f.SLOPE, INTERCEPT: f.INTERCEPT, CORREL: f.CORREL,
  PERCENTILE: (v, [p]) => f.PERCENTILE.INC(v, p), QUARTILE: (v, [q]) => f.QUARTILE.INC(v, q),
  FORECAST: ([x], ys, xs) => f.FORECAST(x, ys, xs), ZTEST: (v, [mean], sigma) => f.Z.TEST(v, mean, ...(sigma ?? [])),
  RANK: (v) => v.map((x) => f.RANK.EQ(x, v, 0)),
  TOP: (v, [n]) => upTo(n).map((k) => f.LARGE(v, k)), BOTTOM: (v, [n]) => upTo(n).map((k) => f.SMALL(v, k)).reverse(),
  CUMULATIVE: prefixes(f.SUM), MA_CUMULATIVE: prefixes(f.AVERAGE),
  MA_SIMPLE: (v, [n]) => v.map((_, i) => f.AVERAGE(v.slice(Math.max(0, i - n + 1), i + 1))),
  UNIQUE: (v) => f.UNIQUE(...v), PI: f.PI,
};

// plain turns a result into JSON: errors and what is no finite number are null.
const plain = (x) => (x instanceof Error || x === undefined || (typeof x === 'number' && !Number.isFinite(x)) ? null : x);

const run = ({ function: name, arguments: args }) => {
  let result;
  try {
    result = functions[name](...args);
  } catch (err) {
    result = err;
  }
  return (Array.isArray(result) ? result : [result]).map(plain);
};

const [, , from, to] = process.argv;
writeFileSync(to, JSON.stringify(JSON.parse(readFileSync(from, 'utf8')).map(run)));
