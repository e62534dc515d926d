// Reads the static WOFF files of @fontsource/inter: for the metrics and for the fonts of snapshots.
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { inflateSync } from 'node:zlib'

const here = path.dirname(fileURLToPath(import.meta.url))
const fonts = path.join(here, '../../node_modules/@fontsource/inter/files')

/** Weights that the interface and the snapshots use. */
export const WEIGHTS = [400, 500, 600]

/** Later ones win where two hold the same character. */
const SUBSETS = ['cyrillic-ext', 'cyrillic', 'greek', 'latin-ext', 'latin']

/** @typedef {Map<number, number>} Numbers */

/** @type {[number, number][]} Code points worth shipping; anything else falls back to the rule of measure.ts. */
export const WANTED = [
  [0x20, 0x7e],
  [0xa0, 0x17f],
  [0x384, 0x3ce],
  [0x400, 0x45f],
  [0x490, 0x491],
  [0x2010, 0x203a],
  [0x20a0, 0x20c0],
  [0x2122, 0x2122],
  [0x2191, 0x2193],
  [0x2212, 0x2212],
]

/**
 * One font file, parsed as far as it is needed.
 * @typedef {object} FontFile
 * @property {(tag: string) => Buffer} table
 * @property {Numbers} cmap code point to glyph
 * @property {Numbers} swaps glyph to its tabular form
 * @property {number} em units of an em
 * @property {(glyph: number) => number} advance in units
 */

/** @param {number} weight @returns {FontFile[]} the files of a weight, the preferred last */
export function readFonts(weight) {
  return SUBSETS.map((subset) => readFont(`inter-${subset}-${weight}-normal.woff`))
}

/** @param {string} name @returns {FontFile} */
function readFont(name) {
  const tables = readWoff(readFileSync(path.join(fonts, name)))
  const table = (/** @type {string} */ tag) => {
    const found = tables.get(tag)
    if (!found) throw new Error(`${name} has no table ${tag}`)
    return found
  }
  const hmtx = table('hmtx')
  const long = table('hhea').readUInt16BE(34)
  return {
    table,
    cmap: readCmap(table('cmap')),
    swaps: readTabular(table('GSUB')),
    em: table('head').readUInt16BE(18),
    advance: (glyph) => hmtx.readUInt16BE(4 * Math.min(glyph, long - 1)),
  }
}

/** @param {Buffer} file @returns {Map<string, Buffer>} tables of a WOFF 1 file, inflated */
function readWoff(file) {
  if (file.toString('latin1', 0, 4) !== 'wOFF') throw new Error('not a WOFF 1 file')
  const tables = new Map()
  for (let i = 0; i < file.readUInt16BE(12); i++) {
    const at = 44 + i * 20
    const offset = file.readUInt32BE(at + 4)
    const packed = file.readUInt32BE(at + 8)
    const size = file.readUInt32BE(at + 12)
    const raw = file.subarray(offset, offset + packed)
    tables.set(file.toString('latin1', at, at + 4), packed < size ? inflateSync(raw) : raw)
  }
  return tables
}

/** @param {Buffer} cmap @returns {Map<number, number>} code point to glyph */
function readCmap(cmap) {
  const glyphs = new Map()
  for (let i = 0; i < cmap.readUInt16BE(2); i++) {
    const at = cmap.readUInt32BE(4 + i * 8 + 4)
    const format = cmap.readUInt16BE(at)
    if (format === 4) readSegments(cmap.subarray(at), glyphs)
    else if (format === 12) readGroups(cmap.subarray(at), glyphs)
  }
  return glyphs
}

/** @param {Buffer} table @param {Numbers} glyphs */
function readSegments(table, glyphs) {
  const size = table.readUInt16BE(6)
  for (let s = 0; s < size; s += 2) {
    const end = table.readUInt16BE(14 + s)
    const start = table.readUInt16BE(16 + size + s)
    const delta = table.readUInt16BE(16 + 2 * size + s)
    const at = 16 + 3 * size + s
    const range = table.readUInt16BE(at)
    for (let code = start; code <= end && code < 0xffff; code++) {
      let glyph = code
      if (range) glyph = table.readUInt16BE(at + range + 2 * (code - start))
      if (glyph) glyphs.set(code, (glyph + delta) & 0xffff)
    }
  }
}

/** @param {Buffer} table @param {Numbers} glyphs */
function readGroups(table, glyphs) {
  for (let i = 0; i < table.readUInt32BE(12); i++) {
    const first = table.readUInt32BE(16 + i * 12)
    const last = table.readUInt32BE(20 + i * 12)
    const glyph = table.readUInt32BE(24 + i * 12)
    for (let code = first; code <= last; code++) glyphs.set(code, glyph + code - first)
  }
}

/** @param {Buffer} gsub @returns {Map<number, number>} glyph to its tabular form (feature tnum) */
function readTabular(gsub) {
  const features = gsub.readUInt16BE(6)
  const lookups = gsub.readUInt16BE(8)
  const swaps = new Map()
  for (let i = 0; i < gsub.readUInt16BE(features); i++) {
    const at = features + 2 + i * 6
    if (gsub.toString('latin1', at, at + 4) !== 'tnum') continue
    const feature = features + gsub.readUInt16BE(at + 4)
    for (let k = 0; k < gsub.readUInt16BE(feature + 2); k++) {
      const lookup =
        lookups + gsub.readUInt16BE(lookups + 2 + 2 * gsub.readUInt16BE(feature + 4 + 2 * k))
      readSingle(gsub, lookup, swaps)
    }
  }
  return swaps
}

/** @param {Buffer} gsub @param {number} lookup @param {Numbers} swaps */
function readSingle(gsub, lookup, swaps) {
  const extension = gsub.readUInt16BE(lookup) === 7
  for (let i = 0; i < gsub.readUInt16BE(lookup + 4); i++) {
    let at = lookup + gsub.readUInt16BE(lookup + 6 + 2 * i)
    if (extension) at += gsub.readUInt32BE(at + 4)
    const covered = readCoverage(gsub, at + gsub.readUInt16BE(at + 2))
    const byDelta = gsub.readUInt16BE(at) === 1
    covered.forEach((glyph, k) => {
      const to = byDelta ? glyph + gsub.readInt16BE(at + 4) : gsub.readUInt16BE(at + 6 + 2 * k)
      if (!swaps.has(glyph)) swaps.set(glyph, to & 0xffff)
    })
  }
}

/** @param {Buffer} gsub @param {number} at @returns {number[]} covered glyphs */
function readCoverage(gsub, at) {
  const list = []
  const count = gsub.readUInt16BE(at + 2)
  for (let i = 0; i < count; i++) {
    if (gsub.readUInt16BE(at) === 1) list.push(gsub.readUInt16BE(at + 4 + 2 * i))
    else {
      const range = at + 4 + 6 * i
      for (let g = gsub.readUInt16BE(range); g <= gsub.readUInt16BE(range + 2); g++) list.push(g)
    }
  }
  return list
}
