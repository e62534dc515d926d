/** How the texts of a value are laid out, for HTML and scenes. */
import { measureText } from './measure'
import type { ValueResult } from './result'
import { WORDS } from './words'

/** Fluid size of the number: 24 px in the narrowest Klip to 44 px in a wide one. */
const SMALLEST = 24
const LARGEST = 44
const NARROW = 180
const WIDE = 590
/** A number too long even at 24 px goes on shrinking: it is never cut. */
export const LEAST = 8

/** What a value shows, worded once for HTML and scenes. */
export interface ValueParts {
  /** Small line above the number; "" where the Klip's title says it already. */
  label: string
  number: string
  numberSize: number
  change: { text: string; direction: 'up' | 'down' | 'same'; tone: 'good' | 'bad' | 'plain' } | null
  /** Words beside the change, or the second number with its name. */
  note: { strong: string; text: string }
}

/** Letter spacing of large numbers, in em. */
export const TRACKING = -0.025

/** Lays out the texts of a value for a width. */
export function layOutValue(value: ValueResult, width: number, title: string): ValueParts {
  const { primary, secondary, change } = value
  const number = primary.text || '\u2013'
  return {
    label: primary.name === title ? '' : primary.name,
    number,
    numberSize: numberSize(number, width),
    change: change
      ? {
          text: change.direction === 'same' ? WORDS.same : change.text,
          direction: change.direction,
          tone: toneOf(change),
        }
      : null,
    note: {
      strong: secondary && !change ? secondary.text || '\u2013' : '',
      text: secondary ? secondary.name : '',
    },
  }
}

function toneOf(change: NonNullable<ValueResult['change']>): 'good' | 'bad' | 'plain' {
  if (change.good === null || change.direction === 'same') return 'plain'
  return change.good ? 'good' : 'bad'
}

/** Font size at which the number fits the width. */
export function numberSize(text: string, width: number): number {
  const share = (width - NARROW) / (WIDE - NARROW)
  const fluid = SMALLEST + Math.max(0, Math.min(1, share)) * (LARGEST - SMALLEST)
  const em = measureText(text, { size: 1, weight: 600, tabular: true, tracking: TRACKING })
  // One part in fifty for what the metrics do not know: kerning, a fallback font.
  const fitting = em > 0 ? (width * 0.98) / em : fluid
  return Math.max(LEAST, Math.round(Math.min(fluid, fitting) * 10) / 10)
}
