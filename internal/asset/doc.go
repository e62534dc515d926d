// Package asset is the asset graph: bodies, wirings, assets, versions and share
// rights. It knows that there are dashboards, Klips, data sources and models, but
// not what a body of them means; the packages of these kinds do.
//
// Words. A body is the immutable definition of one asset, canonical JSON named by
// its SHA-256 and stored once per family. A slot is a name in a body that stands
// for another asset; a wiring is the immutable map slot → relative number, and a
// wire means "base + rel in the asset's own account". An asset is the row
// (account, number) that points at a body and a wiring. Received is what the last
// import or update delivered.
//
// Tables owned: bodies, body_refs, wirings, wires, settings, assets, versions,
// asset_tags, asset_shares (with the default dashboards of groups), share_exceptions,
// asset_seen, changes.
//
// What holds always:
//   - content is never changed, only added;
//   - a body holds no id of an asset, account, user or credential;
//   - a wire cannot leave its account;
//   - numbers and slot names are never given twice;
//   - the current version is on the row, versions holds only what was replaced.
//
// The reasons are in docs/asset-graph.md.
package asset
