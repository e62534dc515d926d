/** Mini charts: a line without axes in the cell of a table. */
import type { Locale } from './locale'
import { formatLabel, PLAIN } from './numbers'
import { round, type Box, type Mark } from './scene'
import type { Theme } from './theme'
import { fill, WORDS } from './words'

/** Height of a mini chart in a row. */
export const SPARK_HEIGHT = 20
/** The least width, and the width it has where there is room. */
export const SPARK = { least: 56, wish: 120 }

const DOT = 2
const STROKE = 1.5

/** Numbers from left to right; null is a gap. */
export type Spark = readonly (number | null)[]

/** The line with a dot at its last number; a number between gaps is a dot. */
export function drawSpark(spark: Spark, box: Box, theme: Theme): Mark[] {
  const points = placesOf(spark, box)
  const runs = runsOf(points)
  const marks: Mark[] = runs
    .filter((run) => run.length > 1)
    .map((run) => ({
      kind: 'path',
      d: run.map((p, i) => `${i === 0 ? 'M' : 'L'}${p.x},${p.y}`).join(''),
      stroke: theme.series,
      strokeWidth: STROKE,
      cap: 'round',
    }))
  const last = runs[runs.length - 1]
  for (const run of runs) {
    const end = run[run.length - 1]
    if (!end || (run.length > 1 && run !== last)) continue
    marks.push({ kind: 'circle', cx: end.x, cy: end.y, r: DOT, fill: theme.series })
  }
  return marks
}

interface Point {
  x: number
  y: number
}

/** Equal numbers lie in the middle; one number stands at the left. */
function placesOf(spark: Spark, box: Box): (Point | null)[] {
  const numbers = spark.filter((n) => n !== null)
  const low = Math.min(...numbers)
  const high = Math.max(...numbers)
  const step = spark.length > 1 ? (box.width - 2 * DOT) / (spark.length - 1) : 0
  return spark.map((n, i) => {
    if (n === null) return null
    // Halves first: the distance of two large numbers may be larger than any number.
    const share = high > low ? (n / 2 - low / 2) / (high / 2 - low / 2) : 0.5
    return {
      x: round(box.x + DOT + i * step),
      y: round(box.y + DOT + (1 - share) * (box.height - 2 * DOT)),
    }
  })
}

function runsOf(points: readonly (Point | null)[]): Point[][] {
  const runs: Point[][] = []
  let open: Point[] | null = null
  for (const point of points) {
    if (!point) open = null
    else if (open) open.push(point)
    else runs.push((open = [point]))
  }
  return runs
}

/** What it says to who does not see it: "5 values, 4 to 2". */
export function sparkName(spark: Spark, locale: Locale): string {
  const numbers = spark.filter((n) => n !== null)
  const text = (n: number | undefined) => (n === undefined ? '' : formatLabel(n, PLAIN, locale))
  const first = text(numbers[0])
  if (numbers.length < 2) return first || WORDS.noData
  const span = fill(WORDS.range, first, text(numbers[numbers.length - 1]))
  return `${fill(WORDS.points, numbers.length)}, ${span}`
}
