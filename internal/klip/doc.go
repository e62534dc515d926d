// Package klip keeps Klips and computes what a browser draws from them.
//
// Words. The document is a Klip as the API and the editor see it: data sources by
// public id, formulas as friendly texts. The body is the same as it is stored: data
// sources by slot, formulas as @{n} with descriptors beside them. A result is what a
// body gives over the data that its sources have now. A payload is that data.
//
// What holds always:
//   - a body holds no id of an asset; a slot stands for the same source as long as
//     the Klip has it, and a source that comes back gets a new one;
//   - a formula refers only to sources that are attached to its Klip;
//   - saving a document as it was shown changes no byte of the body;
//   - a result is a pure function of what its hash is made of, so that equal hashes
//     mean equal results for everybody; rights are asked before, and the freshness of
//     sources travels beside it;
//   - whole sources never leave the server.
//
// Specification: klips.md §1, §3–5, formulas.md §2.3 and §5. Tables owned: none; asset
// has them.
package klip
