// Makes one TrueType font of several files of Inter: only the wanted characters, no hints, no features.
// With `tabular`, digits and their company are the forms of equal width, under their own characters, so
// that text which is set in them can be searched and copied.
import { WANTED } from '../src/draw/inter.mjs'

/** @typedef {import('../src/draw/inter.mjs').FontFile} FontFile */
/** @typedef {{ font: FontFile, glyph: number, data: Buffer, advance: number, bearing: number }} Glyph */

/** Flags of a composite glyph's parts. */
const WORDS = 0x1
const SCALE = 0x8
const MORE = 0x20
const SCALE_XY = 0x40
const MATRIX = 0x80
const HINTS = 0x100

/**
 * @param {FontFile[]} fonts later ones win where two hold the same character
 * @param {boolean} tabular
 * @returns {Buffer}
 */
export function mergeFonts(fonts, tabular) {
  const main = /** @type {FontFile} */ (fonts.at(-1))
  if (fonts.some((font) => font.em !== main.em)) throw new Error('fonts of different sizes')
  const glyphs = new GlyphList()
  glyphs.add(main, 0)
  /** @type {Map<number, number>} */
  const cmap = new Map()
  for (const [code, font] of chooseFonts(fonts)) {
    const glyph = /** @type {number} */ (font.cmap.get(code))
    cmap.set(code, glyphs.add(font, (tabular && font.swaps.get(glyph)) || glyph))
  }
  glyphs.close()
  return assemble(main, fonts, glyphs.list, cmap)
}

/** The wanted characters in order, each with the file it is taken from. */
function chooseFonts(/** @type {FontFile[]} */ fonts) {
  /** @type {[number, FontFile][]} */
  const chosen = []
  for (const [from, to] of WANTED) {
    for (let code = from; code <= to; code++) {
      const font = fonts.findLast((one) => one.cmap.has(code))
      if (font) chosen.push([code, font])
    }
  }
  return chosen
}

/** Glyphs in their new order. */
class GlyphList {
  /** @type {Glyph[]} */
  list = []
  /** @type {Map<FontFile, Map<number, number>>} */
  #known = new Map()

  /** @param {FontFile} font @param {number} glyph @returns {number} its new number */
  add(font, glyph) {
    let known = this.#known.get(font)
    if (!known) this.#known.set(font, (known = new Map()))
    const before = known.get(glyph)
    if (before !== undefined) return before
    known.set(glyph, this.list.length)
    this.list.push(readGlyph(font, glyph))
    return this.list.length - 1
  }

  /** Adds the parts of composite glyphs, parts of parts too, and takes all hints out. */
  close() {
    for (let i = 0; i < this.list.length; i++) {
      const glyph = /** @type {Glyph} */ (this.list[i])
      if (glyph.data.length > 0) {
        glyph.data =
          glyph.data.readInt16BE(0) < 0 ? this.#renumber(glyph) : withoutHints(glyph.data)
      }
    }
  }

  #renumber(/** @type {Glyph} */ { font, data }) {
    const out = Buffer.from(data)
    let at = 10
    for (let flags = MORE; flags & MORE;) {
      flags = data.readUInt16BE(at)
      out.writeUInt16BE(flags & ~HINTS, at)
      out.writeUInt16BE(this.add(font, data.readUInt16BE(at + 2)), at + 2)
      at += flags & WORDS ? 8 : 6
      at += flags & SCALE ? 2 : flags & SCALE_XY ? 4 : flags & MATRIX ? 8 : 0
    }
    return out.subarray(0, at)
  }
}

/** @param {FontFile} font @param {number} glyph @returns {Glyph} */
function readGlyph(font, glyph) {
  const loca = font.table('loca')
  const long = font.table('head').readUInt16BE(50) === 1
  const at = (/** @type {number} */ i) =>
    long ? loca.readUInt32BE(4 * i) : 2 * loca.readUInt16BE(2 * i)
  const metrics = font.table('hhea').readUInt16BE(34)
  const bearingAt = glyph < metrics ? 4 * glyph + 2 : 4 * metrics + 2 * (glyph - metrics)
  return {
    font,
    glyph,
    data: font.table('glyf').subarray(at(glyph), at(glyph + 1)),
    advance: font.advance(glyph),
    bearing: font.table('hmtx').readInt16BE(bearingAt),
  }
}

/** A simple glyph without its instructions. */
function withoutHints(/** @type {Buffer} */ data) {
  const at = 10 + 2 * data.readInt16BE(0)
  const hints = data.readUInt16BE(at)
  return Buffer.concat([data.subarray(0, at), Buffer.alloc(2), data.subarray(at + 2 + hints)])
}

/**
 * @param {FontFile} main
 * @param {FontFile[]} fonts
 * @param {Glyph[]} glyphs
 * @param {Map<number, number>} cmap
 */
function assemble(main, fonts, glyphs, cmap) {
  const head = Buffer.from(main.table('head'))
  head.writeUInt32BE(0, 8)
  head.writeUInt16BE(1, 50)
  const hhea = Buffer.from(main.table('hhea'))
  hhea.writeUInt16BE(glyphs.length, 34)
  const post = Buffer.alloc(32)
  main.table('post').copy(post, 0, 0, 32)
  post.writeUInt32BE(0x00030000, 0)
  const outlines = glyphs.map(({ data }) => pad(data))
  return writeFont({
    'OS/2': main.table('OS/2'),
    cmap: writeCmap(cmap),
    glyf: Buffer.concat(outlines),
    head,
    hhea,
    hmtx: writeMetrics(glyphs),
    loca: writeOffsets(outlines),
    maxp: writeMaxima(fonts, glyphs.length),
    name: main.table('name'),
    post,
  })
}

function writeMetrics(/** @type {Glyph[]} */ glyphs) {
  const hmtx = Buffer.alloc(4 * glyphs.length)
  glyphs.forEach(({ advance, bearing }, i) => {
    hmtx.writeUInt16BE(advance, 4 * i)
    hmtx.writeInt16BE(bearing, 4 * i + 2)
  })
  return hmtx
}

function writeOffsets(/** @type {Buffer[]} */ outlines) {
  const loca = Buffer.alloc(4 * (outlines.length + 1))
  let at = 0
  outlines.forEach((data, i) => loca.writeUInt32BE((at += data.length), 4 * (i + 1)))
  return loca
}

/** Largest of each maximum, so that a reader makes enough room. */
function writeMaxima(/** @type {FontFile[]} */ fonts, /** @type {number} */ count) {
  const maxp = Buffer.alloc(32)
  for (const font of fonts) {
    const own = font.table('maxp')
    for (let at = 0; at < 32; at += 2) {
      maxp.writeUInt16BE(Math.max(maxp.readUInt16BE(at), own.readUInt16BE(at)), at)
    }
  }
  maxp.writeUInt16BE(count, 4)
  maxp.writeUInt16BE(0, 26) // bytes of instructions: none are left
  return maxp
}

/** A table of format 4: one segment for each run whose glyphs follow one another too. */
function writeCmap(/** @type {Map<number, number>} */ cmap) {
  /** @type {{ from: number, to: number, delta: number }[]} */
  const runs = []
  for (const [code, glyph] of [...cmap].sort((a, b) => a[0] - b[0])) {
    const run = runs.at(-1)
    if (run && run.to === code - 1 && run.delta === glyph - code) run.to = code
    else runs.push({ from: code, to: code, delta: glyph - code })
  }
  runs.push({ from: 0xffff, to: 0xffff, delta: 1 })
  const n = runs.length
  const out = Buffer.alloc(12 + 16 + 8 * n)
  const power = 2 ** Math.floor(Math.log2(n))
  const head = [0, 1, 3, 1, 0, 12, 4, 16 + 8 * n, 0]
  const search = [2 * n, 2 * power, Math.log2(power), 2 * (n - power)]
  ;[...head, ...search].forEach((value, i) => out.writeUInt16BE(value, 2 * i))
  runs.forEach(({ from, to, delta }, i) => {
    out.writeUInt16BE(to, 26 + 2 * i)
    out.writeUInt16BE(from, 28 + 2 * n + 2 * i)
    out.writeUInt16BE(delta & 0xffff, 28 + 4 * n + 2 * i)
  })
  return out
}

/** @param {Record<string, Buffer>} tables in the order of their names */
function writeFont(tables) {
  const list = Object.entries(tables)
  const n = list.length
  const power = 2 ** Math.floor(Math.log2(n))
  const directory = Buffer.alloc(12 + 16 * n)
  directory.writeUInt32BE(0x00010000, 0)
  ;[n, 16 * power, Math.log2(power), 16 * (n - power)].forEach((value, i) =>
    directory.writeUInt16BE(value, 4 + 2 * i),
  )
  let at = directory.length
  list.forEach(([tag, data], i) => {
    directory.write(tag, 12 + 16 * i, 'latin1')
    directory.writeUInt32BE(checksum(data), 16 + 16 * i)
    directory.writeUInt32BE(at, 20 + 16 * i)
    directory.writeUInt32BE(data.length, 24 + 16 * i)
    at += pad(data).length
  })
  const file = Buffer.concat([directory, ...list.map(([, data]) => pad(data))])
  const head = directory.readUInt32BE(20 + 16 * list.findIndex(([tag]) => tag === 'head'))
  file.writeUInt32BE((0xb1b0afba - checksum(file)) >>> 0, head + 8)
  return file
}

function checksum(/** @type {Buffer} */ data) {
  const whole = pad(data)
  let sum = 0
  for (let at = 0; at < whole.length; at += 4) sum = (sum + whole.readUInt32BE(at)) >>> 0
  return sum
}

function pad(/** @type {Buffer} */ data) {
  return data.length % 4 === 0 ? data : Buffer.concat([data, Buffer.alloc(4 - (data.length % 4))])
}
