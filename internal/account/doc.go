// Package account is agencies (parents) and their clients: families of accounts,
// their addresses, status, limits, and who of the agency may enter which client.
//
// Words. A parent is an agency, a client one of its clients; together they are a
// family. The slug is the first segment of an account's addresses. The name of a
// client is internal to the agency; its own people see the display name (R56).
// Setup, trial, active and disabled are the states of a client; only in trial and
// active may its own people sign in. The principal of a client is a user that
// never signs in and owns what the agency makes there.
//
// A client has limits and features; what its agency can give out of its pool is on the agency's row
// (columns …_given), summed up anew with every change under the lock of that row. A deleted client
// lies in the bin (deleted_at, purge_at) until package purge removes it.
//
// Tables owned: account_tags, api_calls, accounts (the columns next_no and dash_used belong to package
// asset), and the counter next_family of installation. A new account gets its
// built-in group and principal here, in tables of package user.
//
// What holds always:
//   - a family is one parent and its clients; a client has no clients;
//   - numbers of accounts are never given twice; an address is free again when its account was purged;
//   - a person of a client never receives name or description of the client.
//
// Specification: accounts.md §3, §4.1–4.4.
package account
