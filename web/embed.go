// Package web carries the built web application inside the server binary.
package web

import "embed"

// Build holds the folder "build" as `npm run build` leaves it: door.html, the page before signing in,
// viewer.html, the dashboards of people who only look, index.html, that of every other address, and hashed files
// below build/assets/immutable. Before the first build it holds only .gitkeep.
//
//go:embed all:build
var Build embed.FS
