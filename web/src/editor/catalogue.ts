/**
 * The types of component and their parts, as the server's package component knows them: how many parts,
 * which properties, which formats. Menus, the gallery and the panels are made from this list.
 */
import type { MessageKey } from '$lib/messages'
import type { NodeFields } from './records'

/** The panel that shows a property. */
export type Panel = 'data' | 'style'

interface PropertyBase {
  name: string
  label: MessageKey
  /** The style panel when absent. */
  panel?: Panel
}

/** One property of a component or part, with the control that changes it. */
export type Property = PropertyBase &
  (
    | { control: 'toggle'; default: boolean }
    | {
        control: 'choice'
        default: string
        choices: { value: string; label: MessageKey }[]
        /** Shows the choices beside each other; needs short labels. */
        inline?: boolean
      }
    | { control: 'colour'; default: null }
    | { control: 'amount'; default: null }
    | { control: 'line'; default: null; placeholder?: string }
  )

/** What `format.as` can be. */
export type FormatAs = 'text' | 'number' | 'currency' | 'percentage' | 'date' | 'sparkline'

export interface PartType {
  type: string
  /** The word before the label in references: "Column" of "&Column: Revenue". */
  kind: string
  /** What the part is, in the tree and at the formula bar. */
  label: MessageKey
  /** Name until somebody gives another. */
  title: string
  min: number
  max: number
  roles?: readonly string[]
  formats: readonly FormatAs[]
  /** What `format.abbreviate` is when absent. */
  abbreviate: 'none' | 'auto'
  properties: readonly Property[]
  /** Has a formula; the Y axis measures what the series give. */
  formula: boolean
}

export interface ComponentType {
  type: string
  label: MessageKey
  /** Name until somebody gives another. */
  title: string
  /** The data it needs, in words. */
  needs: MessageKey
  parts: readonly PartType[]
  properties: readonly Property[]
}

const ANY: FormatAs[] = ['text', 'number', 'currency', 'percentage', 'date']
const NUMBERS: FormatAs[] = ['number', 'currency', 'percentage']

const simpleValue: ComponentType = {
  type: 'simple_value',
  label: 'editor.type.simple_value',
  title: 'Value',
  needs: 'editor.needs.simple_value',
  parts: [
    {
      type: 'label',
      kind: 'Value',
      label: 'editor.part.label',
      title: '',
      min: 1,
      max: 2,
      roles: ['primary', 'secondary'],
      formats: ANY,
      abbreviate: 'auto',
      properties: [],
      formula: true,
    },
  ],
  properties: [
    {
      name: 'compare',
      label: 'editor.property.compare',
      control: 'choice',
      default: 'none',
      choices: [
        { value: 'none', label: 'editor.compare.none' },
        { value: 'difference', label: 'editor.compare.difference' },
        { value: 'percent', label: 'editor.compare.percent' },
      ],
    },
    {
      name: 'goodWhen',
      label: 'editor.property.goodWhen',
      control: 'choice',
      default: 'up',
      inline: true,
      choices: [
        { value: 'up', label: 'editor.goodWhen.up' },
        { value: 'down', label: 'editor.goodWhen.down' },
        { value: 'none', label: 'editor.goodWhen.none' },
      ],
    },
  ],
}

const chart: ComponentType = {
  type: 'chart',
  label: 'editor.type.chart',
  title: 'Chart',
  needs: 'editor.needs.chart',
  parts: [
    {
      type: 'chart_axis_x',
      kind: 'X axis',
      label: 'editor.part.chart_axis_x',
      title: '',
      min: 1,
      max: 1,
      formats: ANY,
      abbreviate: 'none',
      properties: [],
      formula: true,
    },
    {
      type: 'chart_axis_y',
      kind: 'Y axis',
      label: 'editor.part.chart_axis_y',
      title: '',
      min: 1,
      max: 1,
      formats: NUMBERS,
      abbreviate: 'auto',
      properties: [
        { name: 'min', label: 'editor.property.min', control: 'amount', default: null },
        { name: 'max', label: 'editor.property.max', control: 'amount', default: null },
      ],
      formula: false,
    },
    {
      type: 'chart_series',
      kind: 'Series',
      label: 'editor.part.chart_series',
      title: 'Series',
      min: 1,
      max: 50,
      formats: NUMBERS,
      abbreviate: 'none',
      properties: [
        {
          name: 'type',
          label: 'editor.property.seriesType',
          control: 'choice',
          default: 'bar',
          inline: true,
          choices: [
            { value: 'bar', label: 'editor.seriesType.bar' },
            { value: 'line', label: 'editor.seriesType.line' },
            { value: 'area', label: 'editor.seriesType.area' },
          ],
        },
        { name: 'color', label: 'editor.property.color', control: 'colour', default: null },
      ],
      formula: true,
    },
  ],
  properties: [
    {
      name: 'orientation',
      label: 'editor.property.orientation',
      control: 'choice',
      default: 'vertical',
      inline: true,
      choices: [
        { value: 'vertical', label: 'editor.orientation.vertical' },
        { value: 'horizontal', label: 'editor.orientation.horizontal' },
      ],
    },
    {
      name: 'stacking',
      label: 'editor.property.stacking',
      control: 'choice',
      default: 'none',
      inline: true,
      choices: [
        { value: 'none', label: 'editor.stacking.none' },
        { value: 'stacked', label: 'editor.stacking.stacked' },
        { value: '100', label: 'editor.stacking.100' },
      ],
    },
    {
      name: 'legend',
      label: 'editor.property.legend',
      control: 'choice',
      default: 'auto',
      choices: [
        { value: 'auto', label: 'editor.legend.auto' },
        { value: 'none', label: 'editor.legend.none' },
        { value: 'top', label: 'editor.legend.top' },
        { value: 'right', label: 'editor.legend.right' },
        { value: 'bottom', label: 'editor.legend.bottom' },
      ],
    },
  ],
}

const table: ComponentType = {
  type: 'table',
  label: 'editor.type.table',
  title: 'Table',
  needs: 'editor.needs.table',
  parts: [
    {
      type: 'table_column',
      kind: 'Column',
      label: 'editor.part.table_column',
      title: 'Column',
      min: 1,
      max: 100,
      formats: [...ANY, 'sparkline'],
      abbreviate: 'none',
      properties: [
        {
          name: 'align',
          label: 'editor.property.align',
          control: 'choice',
          default: 'auto',
          choices: [
            { value: 'auto', label: 'editor.align.auto' },
            { value: 'left', label: 'editor.align.left' },
            { value: 'center', label: 'editor.align.center' },
            { value: 'right', label: 'editor.align.right' },
          ],
        },
        {
          name: 'total',
          label: 'editor.property.total',
          control: 'choice',
          default: 'none',
          choices: [
            { value: 'none', label: 'editor.total.none' },
            { value: 'sum', label: 'editor.total.sum' },
            { value: 'average', label: 'editor.total.average' },
            { value: 'min', label: 'editor.total.min' },
            { value: 'max', label: 'editor.total.max' },
            { value: 'count', label: 'editor.total.count' },
          ],
        },
      ],
      formula: true,
    },
  ],
  properties: [
    { name: 'showHeader', label: 'editor.property.showHeader', control: 'toggle', default: true },
    { name: 'striped', label: 'editor.property.striped', control: 'toggle', default: false },
  ],
}

const inputPart = (type: string, kind: string, label: MessageKey): PartType => ({
  type,
  kind,
  label,
  title: '',
  min: 1,
  max: 1,
  formats: ANY,
  abbreviate: 'none',
  properties: [],
  formula: true,
})

const input: ComponentType = {
  type: 'input',
  label: 'editor.type.input',
  title: 'Control',
  needs: 'editor.needs.input',
  parts: [
    inputPart('input_values', 'Values', 'editor.part.input_values'),
    inputPart('input_labels', 'Labels', 'editor.part.input_labels'),
  ],
  properties: [
    {
      name: 'variable',
      label: 'editor.property.variable',
      panel: 'data',
      control: 'line',
      default: null,
      placeholder: 'region',
    },
    {
      name: 'control',
      label: 'editor.property.control',
      panel: 'data',
      control: 'choice',
      default: 'drop_down',
      choices: [
        { value: 'drop_down', label: 'editor.control.drop_down' },
        { value: 'multi_select', label: 'editor.control.multi_select' },
        { value: 'radio', label: 'editor.control.radio' },
        { value: 'text', label: 'editor.control.text' },
        { value: 'number', label: 'editor.control.number' },
        { value: 'date', label: 'editor.control.date' },
      ],
    },
    {
      name: 'scope',
      label: 'editor.property.scope',
      panel: 'data',
      control: 'choice',
      default: 'dashboard',
      choices: [
        { value: 'klip', label: 'editor.scope.klip' },
        { value: 'dashboard', label: 'editor.scope.dashboard' },
        { value: 'all', label: 'editor.scope.all' },
      ],
    },
    {
      name: 'default',
      label: 'editor.property.default',
      panel: 'data',
      control: 'line',
      default: null,
    },
  ],
}

/** All types in the order of the gallery. */
export const COMPONENTS: readonly ComponentType[] = [simpleValue, chart, table, input]

/** Slots of the chart palette. */
export const PALETTE = 8

export function componentType(type: string): ComponentType | undefined {
  return COMPONENTS.find((known) => known.type === type)
}

/** The type of a part, by the part's own type. Names of part types are unique. */
export function partType(type: string): PartType | undefined {
  return COMPONENTS.flatMap((known) => known.parts).find((part) => part.type === type)
}

/** The part type of which a component of this type can have a varying number, if any. */
export function repeatedPart(type: string): PartType | undefined {
  return componentType(type)?.parts.find((part) => part.max > part.min)
}

/** The value of a property, its default when absent. */
export function propertyOf(fields: NodeFields, property: Property): unknown {
  return fields.properties?.[property.name] ?? property.default
}

/** The name shown for a component or part. */
export function nameOf(fields: NodeFields): string {
  const title = componentType(fields.type)?.title ?? partType(fields.type)?.title ?? fields.type
  return fields.displayName?.trim() || title
}
