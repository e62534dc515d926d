//go:build race

package draw

// raced says that the race detector watches, which makes scripts 20 times slower.
const raced = true
