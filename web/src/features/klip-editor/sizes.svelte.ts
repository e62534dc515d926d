/** Sizes of the zones, remembered in this browser. */

const STORE = 'octavo.editor.sizes'
const DEFAULTS = { left: 244, right: 296, bottom: 268, help: 296 }

export type Sizes = typeof DEFAULTS

/** The sizes, in pixels. Changing a field keeps it for the next visit. */
export function useSizes(): Sizes {
  const sizes = $state({ ...DEFAULTS, ...stored() })
  $effect(() => {
    const text = JSON.stringify(sizes)
    try {
      localStorage.setItem(STORE, text)
    } catch {
      // Without room the sizes are forgotten.
    }
  })
  return sizes
}

function stored(): Partial<Sizes> {
  try {
    const found: unknown = JSON.parse(localStorage.getItem(STORE) ?? '{}')
    if (typeof found !== 'object' || found === null) return {}
    return Object.fromEntries(
      Object.entries(found).filter(([key, v]) => key in DEFAULTS && typeof v === 'number'),
    )
  } catch {
    return {}
  }
}
