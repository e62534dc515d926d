// Package failpoint names places at which tests kill the server, to prove that an
// operation is then done whole or not at all.
//
// At does something in builds with the tag failpoints only; elsewhere it is empty, is
// inlined, and leaves not even its name behind. In a build with the tag, the variable
// OCTAVO_FAILPOINT of the environment names a file. A process that comes by a point
// whose name is the content of that file kills itself, as kill -9 does.
//
// Points are called "operation/what_has_just_happened" and stand in the order in which
// an operation passes them. kill_test.go of cmd/octavo proves each of them; it knows them by their
// calls, so a name is a literal.
package failpoint
