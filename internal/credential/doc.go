// Package credential is what an account keeps to read services with: API keys, names with
// passwords, tokens. The screens call the page Connected accounts.
//
// Words. A credential has an owner, a person of the account; shared lets the others of the
// account use it for data sources, never read it. A data source names the account and the
// id of its credential; a copy of it in another account of the family names the same one,
// so who renews it renews it for every copy. Its hosts are the only ones that it is ever
// sent to. A credential that signs in first (TwoStep) makes a session for each reading: what lets in is a ticket, a token
// with the request that ends it, which is kept in memory for as long as the account says.
//
// Table owned: credentials.
//
// What holds always:
//   - a secret goes in and never comes out: no answer, no line of the trail, no error, no log
//     and no export has it; Open gives it to connectors, who put it into a request;
//   - it is sealed for its own row, and opened in a transaction of the account it belongs to;
//   - it goes to its hosts only, and new hosts need it given anew: who may change a
//     credential without knowing it cannot have it sent to a server of theirs;
//   - who was signed in is signed out, whatever became of the reading.
//
// Specification: accounts.md §12.7, data-sources.md §8.
package credential
