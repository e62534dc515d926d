// Package transfer carries assets between the accounts of a family: import of
// dashboards, Klips and data sources, and update of the client instances of a Klip.
//
// An import freezes the closure of what was selected (everything it consists of,
// at any depth) once, and then inserts one row per asset and receiving account that
// points at the same bodies and wirings: no body is read, rewritten or copied. An
// update moves the body of all instances in one statement. Both are one transaction.
//
// What holds always:
//   - a copy has an identity of its own and points at no row of another account,
//     except origin, which says where it came from;
//   - an update writes only body, name, version and what was received: placements,
//     rights, tags, wirings and owners of instances cannot be touched by it;
//   - what was shown before (the plan) is what is done, or plan_changed.
//
// Tables owned: change_accounts, nodes. The algorithms are in docs/asset-graph.md §5.
package transfer
