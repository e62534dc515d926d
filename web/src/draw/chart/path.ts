/** Paths through points: straight, or curved without ever passing a value that is not there. */

/** A point in pixels. */
export type Place = readonly [x: number, y: number]

/** How neighbours are joined. `x` and `y` are curves along that axis, on which the points lie in order. */
export type Join = 'straight' | 'x' | 'y'

const two = (n: number) => Math.round(n * 100) / 100
const at = ([x, y]: Place) => `${two(x)},${two(y)}`
const turned = ([x, y]: Place): Place => [y, x]

/** A line through each run of points. One point alone is a dot, for round ends to show. */
export function lineThrough(runs: readonly (readonly Place[])[], join: Join): string {
  return runs.map((run) => `M${at(run[0]!)}${onward(run, join) || 'Z'}`).join('')
}

/** The area between two edges of each run: along the first and back along the second. */
export function areaBetween(
  runs: readonly { there: readonly Place[]; back: readonly Place[] }[],
  join: Join,
): string {
  return runs
    .map(({ there, back }) => {
      const home = [...back].reverse()
      return `M${at(there[0]!)}${onward(there, join)}L${at(home[0]!)}${onward(home, join)}Z`
    })
    .join('')
}

/** What follows the first point of a run. */
function onward(run: readonly Place[], join: Join): string {
  if (join === 'straight')
    return run
      .slice(1)
      .map((p) => `L${at(p)}`)
      .join('')
  return join === 'y' ? curve(run.map(turned), turned) : curve(run, (p) => p)
}

/** A curve along x; `out` turns a point back. */
function curve(run: readonly Place[], out: (p: Place) => Place): string {
  const points = run.filter((p, i) => i === 0 || p[0] !== run[i - 1]![0] || p[1] !== run[i - 1]![1])
  if (points.length < 3)
    return points
      .slice(1)
      .map((p) => `L${at(out(p))}`)
      .join('')
  const slopes = slopesOf(points)
  return points
    .slice(1)
    .map((p, i) => {
      const from = points[i]!
      const third = (p[0] - from[0]) / 3
      const first: Place = [from[0] + third, from[1] + third * slopes[i]!]
      const second: Place = [p[0] - third, p[1] - third * slopes[i + 1]!]
      return `C${at(out(first))},${at(out(second))},${at(out(p))}`
    })
    .join('')
}

/** The slope in each point, so that between two of them the curve only rises or only falls (Steffen 1990). */
function slopesOf(points: readonly Place[]): number[] {
  const steps = points.slice(1).map((p, i) => {
    const width = p[0] - points[i]![0]
    return { width, slope: width ? (p[1] - points[i]![1]) / width : 0 }
  })
  const inner = steps.slice(1).map((b, i) => {
    const a = steps[i]!
    const middle = (a.slope * b.width + b.slope * a.width) / (a.width + b.width)
    const way = Math.sign(a.slope) + Math.sign(b.slope)
    return way * Math.min(Math.abs(a.slope), Math.abs(b.slope), Math.abs(middle) / 2) || 0
  })
  const end = (step: { width: number; slope: number }, next: number) =>
    step.width ? (3 * step.slope - next) / 2 : next
  return [end(steps[0]!, inner[0]!), ...inner, end(steps[inner.length]!, inner[inner.length - 1]!)]
}
