// Package property is company properties: named values of an account that formulas
// read as $NAME and queries of data sources as {props.NAME}. They let one template
// serve every client: each client gives its own value to the same name.
//
// Words. The agency declares a property: it says name, type and what it is for, and
// whether every client needs a value. A value is missing when it was never given or is
// empty: an empty text could otherwise fetch what belongs to all clients. A locked
// property can be changed by people of the agency only, and nothing in a view can
// take its place. A secret one is sealed, never shown, and never in a formula.
//
// Tables owned: properties, property_declarations (rows of an agency).
//
// What holds always:
//   - the value of a secret is in no answer, no line of the trail and no export;
//   - many cells of the grid are changed together or not at all.
//
// Specification: accounts.md §14.
package property
