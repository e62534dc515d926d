/** Where the arrow keys lead on the map. */
import type { Graph, Linked } from './graph'
import type { Box, MapLayout } from './layout'

/**
 * The card that a key leads to from `at`: left and right follow the lines to the nearest end, up and down
 * stay in the column. Undefined where nothing is.
 */
export function moveOn(
  key: string,
  at: string,
  map: MapLayout,
  graph: Graph<Linked>,
): string | undefined {
  const box = map.boxes.get(at)
  if (!box) return undefined
  const column = map.columns[box.column]?.ids ?? []
  const row = column.indexOf(at)
  switch (key) {
    case 'ArrowRight':
      return nearest(box, graph.uses(at), map)
    case 'ArrowLeft':
      return nearest(box, graph.neededBy(at), map)
    case 'ArrowDown':
      return column[row + 1]
    case 'ArrowUp':
      return column[row - 1]
    case 'Home':
      return column[0]
    case 'End':
      return column.at(-1)
    default:
      return undefined
  }
}

function nearest(from: Box, items: readonly Linked[], map: MapLayout): string | undefined {
  const middle = (box: Box) => box.y + box.height / 2
  let best: string | undefined
  let least = Infinity
  for (const { id } of items) {
    const box = map.boxes.get(id)
    const away = box ? Math.abs(middle(box) - middle(from)) : Infinity
    if (away >= least) continue
    least = away
    best = id
  }
  return best
}
