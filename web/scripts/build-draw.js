// Writes what the server draws snapshots with into the build: the drawing code as one script, and Inter
// as TrueType files. The Go package internal/draw reads them. Run alone: node scripts/build-draw.js
import { mkdirSync, writeFileSync } from 'node:fs'
import { readFonts, WEIGHTS } from '../src/draw/inter.mjs'
import { bundleDrawing } from './draw-bundle.js'
import { mergeFonts } from './true-type.js'

const folder = new URL('../build/draw/', import.meta.url)
mkdirSync(folder, { recursive: true })
writeFileSync(new URL('draw.js', folder), await bundleDrawing(true))
for (const weight of WEIGHTS) {
  const fonts = readFonts(weight)
  writeFileSync(new URL(`inter-${weight}.ttf`, folder), mergeFonts(fonts, false))
  writeFileSync(new URL(`inter-${weight}-tabular.ttf`, folder), mergeFonts(fonts, true))
}
