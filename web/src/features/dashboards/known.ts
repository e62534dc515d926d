/** What the layout has to know of Klips, read from their results. */
import type { Shape } from '$klip/index'
import { t } from '$lib/text'
import type { Answer, Answers } from './answers'
import type { Placed } from './placed'
import { widthOf, type Contents, type Item } from './flow'
import { kinds, wantedSteps } from './heights'
import { leastSize, type Size } from './layout'

/** Without a result, a Klip this low is taken for a value, in steps. */
const LOW = 7

/** The name of a Klip for people. */
export function nameOf(answer: Answer | undefined): string {
  return answer?.result?.title || t('dashboards.klip.untitled')
}

/** Least size of a Klip; of any Klip while its result is not known. */
export function leastOf(answer: Answer | undefined): Size {
  return leastSize(answer?.result ? kinds(answer.result) : [])
}

/** What the skeleton of a Klip imitates. */
export function shapeOf(placed: Item): Shape {
  return placed.h < LOW ? 'simple_value' : 'chart'
}

/** What the flow asks about the contents of a grid `width` pixels wide. */
export function contentsOf(answers: Answers | undefined, width: number): Contents {
  const resultOf = (item: Item) => answers?.klips[(item as Placed).klip]?.result
  return {
    wanted(item, columns, w) {
      const result = resultOf(item)
      return result ? wantedSteps(result, widthOf(w, columns, width), columns === 2) : null
    },
    pairs(item) {
      const result = resultOf(item)
      return result
        ? kinds(result).every((kind) => kind === 'simple_value' || kind === 'input')
        : item.h < LOW
    },
  }
}
