// Package component knows the types of component that a Klip is made of: what
// sub-components (parts) each has, their properties and formats, how a starter
// looks, and what a browser draws from the lists that the formulas gave.
//
// Words. A component is a table, a chart, a value pair. A part is a column, an
// axis, a series, a label; it holds at most one formula. A format says how the
// items of a part are written. Everything here is values in, values out: no
// formula is evaluated and no source is read.
//
// Rules that hold always: a field that has its default is absent in a canonical
// tree; fields that nobody here knows stay as they came; formatting never
// changes the raw value.
//
// A new type is one file with a Type and one line in types.
//
// Specification: klips.md §1.1, §3, §4, §5.1, §5.2 and §5.6.
package component
