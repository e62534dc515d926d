// Package snapshot makes pictures of dashboards: PDF pages and PNG files.
//
// A snapshot shows what its actor sees at one moment: every Klip of the dashboard at
// its place, with the title, the time of the newest data and who prepared it. It owns
// no tables.
//
// A snapshot is never blank. A Klip that cannot be shown is a card that says why, and
// stands in Faults; whoever asked decides whether such a snapshot may be used.
package snapshot
