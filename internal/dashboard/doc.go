// Package dashboard keeps dashboards: which Klips lie where on a grid of twelve columns.
//
// Words. A placement is one Klip at one place; it has an id of its own. In the body
// it names a slot, in the document that the API shows it names a Klip. The same Klip
// twice is two placements with one slot. A step is 24 pixels, the unit of height.
//
// What holds always:
//   - placements lie inside the twelve columns and never overlap;
//   - a slot stands for the same Klip as long as the dashboard has it, and a Klip
//     that comes back gets a new slot: names are never used again;
//   - placements are stored in the order of their ids, so that moving a Klip changes
//     its place and nothing else;
//   - fields that this version does not know are kept as they came.
//
// A bar is what a person has open: what groups bring and what the person opened, closed
// and moved. It is put together when it is read.
//
// Specification: accounts.md §8.2, §11.1–11.3, docs/design.md (dashboard grid). Table
// owned: user_dashboards; asset has the others.
package dashboard
