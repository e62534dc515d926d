//go:build !race

package draw

const raced = false
