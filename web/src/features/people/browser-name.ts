/** Browsers by a part of what they call themselves; the first that fits wins. */
const BROWSERS: [RegExp, string][] = [
  [/Edg\//, 'Edge'],
  [/OPR\//, 'Opera'],
  [/Firefox\//, 'Firefox'],
  [/Chrom(e|ium)\//, 'Chrome'],
  [/Safari\//, 'Safari'],
]

const SYSTEMS: [RegExp, string][] = [
  [/iPhone|iPad/, 'iOS'],
  [/Android/, 'Android'],
  [/Windows/, 'Windows'],
  [/Mac OS X/, 'macOS'],
  [/Linux/, 'Linux'],
]

const first = (list: [RegExp, string][], text: string) =>
  list.find(([form]) => form.test(text))?.[1]

/** Says what a browser is in few words, such as "Firefox, Linux"; null when it does not tell. */
export function browserName(agent: string): string | null {
  const parts = [first(BROWSERS, agent), first(SYSTEMS, agent)].filter(Boolean)
  return parts.length > 0 ? parts.join(', ') : agent.split(/[\s/]/)[0] || null
}
