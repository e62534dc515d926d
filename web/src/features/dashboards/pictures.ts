/** Files of what a Klip shows: SVG, PNG and CSV. */
import {
  chartTable,
  HEAD_ROW,
  ROW,
  type ComponentResult,
  type KlipResult,
  type Locale,
  type Mark,
  type Paint,
  type Scene,
  type Size,
  type TableResult,
  type Theme,
} from '$draw/index'
import { drawComponent } from '$draw/components/list'
import { paintScene } from '$klip/canvas'

export type View = 'picture' | 'table'

const EDGE = 16
const TITLE = 30
const BETWEEN = 12
/** Heights of a value with its change, and least height of a chart. */
const VALUE = 96
const CHART = 120

/** A Klip as one scene: background, title and its components one below the other. */
export function klipScene(result: KlipResult, size: Size, view: View, theme: Theme): Scene {
  const { locale } = result
  const title = result.title_visible ? result.title : ''
  const top = title ? EDGE + TITLE : EDGE
  const width = Math.max(1, size.width - 2 * EDGE)
  const shown = result.components.map((component) => asShown(component, view, locale))
  const heights = shareOut(shown, Math.max(1, size.height - top - EDGE))
  const marks: Mark[] = []
  let y = top
  for (const [i, component] of shown.entries()) {
    const height = heights[i] ?? 0
    const scene = drawComponent(component, { width, height }, theme, locale, { title })
    marks.push({ kind: 'group', part: 'component', marks: shift(scene.marks, EDGE, y) })
    y += height + BETWEEN
  }
  const height = Math.max(size.height, y - BETWEEN + EDGE)
  const ground: Mark = { kind: 'rect', x: 0, y: 0, width: size.width, height, fill: theme.surface }
  const head: Mark[] = title
    ? [
        {
          kind: 'text',
          x: EDGE,
          y: EDGE + 14,
          text: title,
          size: 13,
          weight: 500,
          fill: theme.ink2,
        },
      ]
    : []
  return {
    width: size.width,
    height,
    name: result.title,
    marks: [ground, ...head, ...marks],
    hits: [],
    legend: [],
  }
}

function asShown(component: ComponentResult, view: View, locale: Locale): ComponentResult {
  if (view === 'picture' || !component.chart) return component
  const { id, name, chart } = component
  return { id, name, type: 'table', table: chartTable(chart, locale) }
}

/** Heights of components: values and tables what they need, charts the rest. */
function shareOut(components: readonly ComponentResult[], room: number): number[] {
  const fixed = components.map((c) => (c.type === 'chart' ? 0 : (tableHeight(c.table) ?? VALUE)))
  const charts = components.filter((c) => c.type === 'chart').length
  const taken = fixed.reduce((sum, h) => sum + h, 0) + BETWEEN * (components.length - 1)
  const each = charts > 0 ? Math.max(CHART, (room - taken) / charts) : 0
  return fixed.map((h) => h || each)
}

function tableHeight(table: TableResult | undefined): number | null {
  if (!table) return null
  const totals = table.columns.some((column) => column.total) ? 1 : 0
  return (table.show_header ? HEAD_ROW : 0) + (table.rows + totals) * ROW
}

function shift(marks: readonly Mark[], dx: number, dy: number): Mark[] {
  return marks.map((mark): Mark => {
    switch (mark.kind) {
      case 'group':
        return { ...mark, marks: shift(mark.marks, dx, dy) }
      case 'clip':
        return { ...mark, x: mark.x + dx, y: mark.y + dy, marks: shift(mark.marks, dx, dy) }
      case 'line':
        return { ...mark, x1: mark.x1 + dx, x2: mark.x2 + dx, y1: mark.y1 + dy, y2: mark.y2 + dy }
      case 'circle':
        return { ...mark, cx: mark.cx + dx, cy: mark.cy + dy }
      case 'path':
        return { ...mark, d: shiftPath(mark.d, dx, dy) }
      default:
        return { ...mark, x: mark.x + dx, y: mark.y + dy }
    }
  })
}

/** Paths hold absolute M, L, C, Q and Z only, so numbers are x and y in turn. */
function shiftPath(d: string, dx: number, dy: number): string {
  let turn = 0
  return d.replace(/-?\d*\.?\d+(?:e-?\d+)?/g, (text) => {
    const by = turn++ % 2 === 0 ? dx : dy
    return String(Math.round((Number(text) + by) * 100) / 100)
  })
}

const FONT = "Inter, 'Inter Variable', system-ui, sans-serif"

/** A scene as the text of an SVG file. */
export function svgText(scene: Scene): string {
  const { width, height } = scene
  const box = `width="${width}" height="${height}" viewBox="0 0 ${width} ${height}"`
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" ${box} font-family="${FONT}" role="img">` +
    `<title>${escape(scene.name)}</title>${svgMarks(scene.marks)}</svg>\n`
  )
}

function escape(text: string): string {
  return text.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`)
}

function attributes(values: Record<string, string | number | undefined>): string {
  return Object.entries(values)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => ` ${name}="${escape(String(value))}"`)
    .join('')
}

function paint(mark: Paint): string {
  return attributes({
    fill: mark.fill ?? 'none',
    stroke: mark.stroke,
    'stroke-width': mark.strokeWidth,
    'stroke-dasharray': mark.dash?.join(' '),
    'stroke-linecap': mark.cap,
    'stroke-linejoin': mark.cap,
    opacity: mark.opacity,
  })
}

function svgMarks(marks: readonly Mark[]): string {
  return marks.map(svgMark).join('')
}

function svgMark(mark: Mark): string {
  switch (mark.kind) {
    case 'rect': {
      const { x, y, width, height, radius: rx } = mark
      return `<rect${attributes({ x, y, width, height, rx })}${paint(mark)}/>`
    }
    case 'path':
      return `<path${attributes({ d: mark.d })}${paint(mark)}/>`
    case 'line': {
      const { x1, y1, x2, y2 } = mark
      return `<line${attributes({ x1, y1, x2, y2 })}${paint(mark)}/>`
    }
    case 'circle': {
      const { cx, cy, r } = mark
      return `<circle${attributes({ cx, cy, r })}${paint(mark)}/>`
    }
    case 'text': {
      const { x, y, size, weight, fill, anchor, rotate, tracking } = mark
      const transform = rotate ? `rotate(${rotate} ${x} ${y})` : undefined
      const spacing = tracking ? tracking * size : undefined
      const set = {
        x,
        y,
        fill,
        transform,
        'font-size': size,
        'font-weight': weight,
        'text-anchor': anchor,
        'letter-spacing': spacing,
      }
      return `<text${attributes(set)}>${escape(mark.text)}</text>`
    }
    case 'image': {
      const { x, y, width, height, href } = mark
      return `<image${attributes({ x, y, width, height, href })}/>`
    }
    case 'clip': {
      const { x, y, width, height } = mark
      const set = {
        x,
        y,
        width,
        height,
        viewBox: `${x} ${y} ${width} ${height}`,
        overflow: 'hidden',
      }
      return `<svg${attributes(set)}>${svgMarks(mark.marks)}</svg>`
    }
    default:
      return `<g${attributes({ opacity: mark.opacity })}>${svgMarks(mark.marks)}</g>`
  }
}

/** Device pixels per pixel of a PNG. */
const SHARP = 2

/** A scene as a PNG file, in the font of the page. */
export async function pngFile(scene: Scene): Promise<Blob> {
  const canvas = document.createElement('canvas')
  canvas.hidden = true
  // The painter reads the font from the page.
  document.body.append(canvas)
  try {
    paintScene(canvas, scene, SHARP)
    return await new Promise((resolve, reject) => {
      canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('no picture'))), 'image/png')
    })
  } finally {
    canvas.remove()
  }
}

/** The numbers of a Klip as CSV: full values, components one below the other. */
export function csvText(result: KlipResult): string {
  const parts = result.components.flatMap((component) => {
    if (component.chart) return [tableCsv(chartTable(component.chart, result.locale))]
    if (component.table) return [tableCsv(component.table)]
    const { primary, secondary } = component.value ?? {}
    const values = [primary, secondary].filter((value) => value !== undefined)
    return values.length > 0 ? [values.map((v) => row([v.name, v.raw ?? '']))] : []
  })
  return parts.map((lines) => lines.join('\r\n') + '\r\n').join('\r\n')
}

function tableCsv(table: TableResult): string[] {
  const head = row(table.columns.map((column) => column.name))
  const lines = Array.from({ length: table.rows }, (_, r) =>
    row(
      table.columns.map(({ kind, items }) => {
        const raw = items.raw[r] ?? null
        return kind === 'number' && typeof raw === 'number' ? raw : (items.text[r] ?? '')
      }),
    ),
  )
  return [head, ...lines]
}

function row(cells: readonly (string | number | boolean)[]): string {
  return cells.map(cell).join(',')
}

/** Digits of a number; more are noise of binary fractions. */
const DIGITS = 14

/** Texts that a spreadsheet would run as a formula are made plain. */
function cell(value: string | number | boolean): string {
  if (typeof value === 'number') return String(Number(value.toPrecision(DIGITS)))
  if (typeof value === 'boolean') return String(value)
  const plain = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value
  return /[",\r\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain
}

/** A file name for a title: "Sales: by month" becomes "sales-by-month". */
export function fileName(title: string, ending: string): string {
  const name = title
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-+|-+$/g, '')
  return `${name || 'klip'}.${ending}`
}

/** Hands a file to the browser's downloads. */
export function download(file: Blob, name: string): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(file)
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000)
}
