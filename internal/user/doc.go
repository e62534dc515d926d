// Package user is people and how they get in: roles, passwords, sessions, visits
// and API keys. It turns a cookie or a key into an authz.Actor.
//
// Words. An identity is a person who has proved who they are, in their own (home)
// account. An actor is that identity in the account of one request: the home
// account, or a client of the agency. A visit is a session's leave to act in one
// client as its administrator; a key of an agency's administrator needs none.
//
// Tables owned: users, user_roles, groups, group_members, sessions, visits,
// api_keys, sign_in_tries.
//
// What holds always:
//   - secrets of sessions and keys are stored as SHA-256 only, passwords as argon2id;
//   - status of the account, state of the person, roles and visits are read on every request;
//   - whether an e-mail address is known cannot be told from an answer or its time;
//   - a principal (state "principal") has no e-mail address and never signs in.
//
// Specification: accounts.md §5, §6.1, §6.2, §7.
package user
