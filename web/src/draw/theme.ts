/** Colours of drawings as a value, so that a brand or a snapshot can hand in its own. */

/** Colours as `#rrggbb`. */
export interface Theme {
  name: 'light' | 'dark'
  surface: string
  line: string
  lineStrong: string
  stripe: string
  ink: string
  ink2: string
  ink3: string
  good: string
  bad: string
  /** Colour of the only series of a picture: the brand's hue. */
  series: string
  /** Categorical colours c1 to c8 in fixed order. */
  palette: readonly string[]
}

export const LIGHT: Theme = {
  name: 'light',
  surface: '#FFFFFF',
  line: '#E3E6EB',
  lineStrong: '#838993',
  stripe: '#F3F5F8',
  ink: '#181C22',
  ink2: '#464B54',
  ink3: '#5F656E',
  good: '#00703F',
  bad: '#B3232B',
  series: '#3465C9',
  palette: ['#3465C9', '#DB7623', '#389F95', '#8A0F4E', '#A97DE2', '#6B5807', '#104F74', '#A45861'],
}

export const DARK: Theme = {
  name: 'dark',
  surface: '#171A20',
  line: '#2A2F38',
  lineStrong: '#727984',
  stripe: '#1D2128',
  ink: '#ECEEF2',
  ink2: '#B8BDC6',
  ink3: '#949BA6',
  good: '#5CC78E',
  bad: '#FF8A84',
  series: '#4888E7',
  palette: ['#4888E7', '#EA9C3B', '#4AC3A1', '#B668A3', '#C9A4FE', '#E5DA86', '#A2E1FC', '#D45F31'],
}

/** Colour of a series: its own slot, the brand's for a lone one, else the palette in order. */
export function seriesColor(theme: Theme, slot: number | null, index: number, count: number) {
  if (slot !== null && slot >= 1) return pick(theme, slot - 1)
  return count === 1 ? theme.series : pick(theme, index)
}

function pick(theme: Theme, index: number): string {
  return theme.palette[Math.floor(index) % theme.palette.length] ?? theme.series
}
