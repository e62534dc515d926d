import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/**
 * Makes each icon of Lucide the list of its shapes, which `ui/icon.svelte` draws. The component that the
 * package makes of each of them is twice as large, and we use none of what it can do besides.
 * @returns {import('vite').Plugin}
 */
export function iconShapes() {
  return {
    name: 'octavo-icon-shapes',
    enforce: 'pre',
    load: {
      filter: { id: /\/@lucide\/svelte\/dist\/icons\/[\w-]+\.js$/ },
      handler(id) {
        const text = readFileSync(id, 'utf8')
        const [, component] = / from ["']\.\/([\w-]+\.svelte)["']/.exec(text) ?? []
        const whole = component && readFileSync(join(dirname(id), component), 'utf8')
        const [, data] = /const iconData = (\{.*\});/.exec(whole ?? '') ?? []
        if (!data) throw new Error(`no shapes in ${id}: have icons another form now?`)
        return `export default ${JSON.stringify(JSON.parse(data).node)}`
      },
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
