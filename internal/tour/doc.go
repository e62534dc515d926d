// Package tour is the tour of the demo: a few things that a person of the demo's agency
// does to see what the product is for. A step is done when it really happened: it is read
// from what the person opened and from how the demo's clients are, never from a click on
// the list. Which accounts the steps speak of is remembered when the demo is made.
//
// Table owned: tours, in which a person put the tour away.
package tour
