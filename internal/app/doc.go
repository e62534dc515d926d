// Package app makes every object of the server once, in order, and runs it.
//
// Config is all settings of an installation, as flags and as OCTAVO_… variables of
// the environment. New wires; Run serves until its context ends and then lets
// running requests finish. Pages: the web application is embedded; index.html is
// written anew for each answer, with a nonce for its scripts and style sheets.
package app
