import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** @typedef {Record<string, string | undefined>} Attributes */

/** The shapes that Lucide draws with, each as a path. @type {Record<string, (at: Attributes) => string>} */
const AS_PATH = {
  path: ({ d = '' }) => begun(d),
  line: ({ x1, y1, x2, y2 }) => `M${x1} ${y1}L${x2} ${y2}`,
  polyline: ({ points }) => `M${points}`,
  polygon: ({ points }) => `M${points}z`,
  circle: ({ cx, cy, r }) => ellipse({ cx, cy, rx: r, ry: r }),
  ellipse: (at) => ellipse(at),
  rect: ({ x = '0', y = '0', width, height, rx, ry }) => {
    const [w, h] = [Number(width), Number(height)]
    const r = Number(rx ?? ry ?? 0)
    if (r === 0) return `M${x} ${y}h${w}v${h}h${-w}z`
    /** @param {number} dx @param {number} dy */
    const arc = (dx, dy) => `a${r} ${r} 0 0 1 ${dx} ${dy}`
    return (
      `M${Number(x) + r} ${y}h${w - 2 * r}${arc(r, r)}v${h - 2 * r}${arc(-r, r)}` +
      `h${2 * r - w}${arc(-r, -r)}v${2 * r - h}${arc(r, -r)}z`
    )
  },
}
const KNOWN = new Set('d x1 y1 x2 y2 points cx cy r rx ry x y width height'.split(' '))

/** @param {Record<string, string | undefined>} at */
function ellipse({ cx, cy, rx, ry }) {
  /** @param {number} way */
  const half = (way) => `a${rx} ${ry} 0 1 0 ${way} 0`
  return `M${Number(cx) - Number(rx)} ${cy}${half(2 * Number(rx))}${half(-2 * Number(rx))}`
}

/**
 * A path that begins at its own place when it stands behind another one: there a small m would count from
 * the end of that.
 * @param {string} d
 */
function begun(d) {
  const number = '(-?(?:\\d+\\.?\\d*|\\.\\d+))'
  const first = new RegExp(`^m\\s*${number}[\\s,]*${number}\\s*`)
  return d.replace(first, (all, x, y, at, whole) =>
    /[-.\d]/.test(whole.charAt(all.length)) ? `M${x} ${y}l` : `M${x} ${y}`,
  )
}

/**
 * The path of an icon of Lucide.
 * @param {string} id file of the icon
 */
export function pathOf(id) {
  const [, component] = / from ["']\.\/([\w-]+\.svelte)["']/.exec(readFileSync(id, 'utf8')) ?? []
  const whole = component && readFileSync(join(dirname(id), component), 'utf8')
  const [, data] = /const iconData = (\{.*\});/.exec(whole ?? '') ?? []
  if (!data) throw new Error(`no shapes in ${id}: have icons another form now?`)
  /** @type {[string, Attributes][]} */
  const shapes = JSON.parse(data).node
  return shapes
    .map(([tag, attributes]) => {
      // The line of such a dot covers it, filled or not.
      const { fill, ...lines } = attributes
      const rest = fill && Number(attributes.r) <= 0.5 ? lines : attributes
      const other = Object.keys(rest).find((name) => !KNOWN.has(name))
      const path = other ? undefined : AS_PATH[tag]
      if (!path) throw new Error(`${id} is more than lines: ${tag} ${other}`)
      return path(attributes)
    })
    .join('')
}

/**
 * Makes each icon of Lucide one path, which `ui/icon.svelte` draws. The component that the package makes of
 * each of them is twice as large, and we use none of what it can do besides.
 * @returns {import('vite').Plugin}
 */
export function iconShapes() {
  return {
    name: 'octavo-icon-shapes',
    enforce: 'pre',
    load: {
      filter: { id: /\/@lucide\/svelte\/dist\/icons\/[\w-]+\.js$/ },
      handler: (id) => `export default ${JSON.stringify(pathOf(id))}`,
    },
    // Its type is that of a component still, so only this finds one that is used as such.
    transform: {
      filter: { id: /\/web\/src\/.*\.svelte$/ },
      handler(code, id) {
        for (const [, name] of code.matchAll(/import (\w+) from '@lucide\/svelte\/icons\//g)) {
          if (new RegExp(`<${name}[ />]`).test(code))
            throw new Error(`${id}: write <Icon icon={${name}} />, an icon is no component`)
        }
        return null
      },
    },
  }
}
