// Package sheettext keeps texts from being computed by the spreadsheet that opens an
// exported CSV file.
package sheettext

import "strings"

// risky are the characters that make a spreadsheet compute what follows.
const risky = "=+-@\t\r"

// Harmless puts an apostrophe before a text that a spreadsheet would compute, and
// before one that has such an apostrophe of its own.
func Harmless(text string) string {
	if isRisky(text) {
		return "'" + text
	}
	return text
}

// Plain undoes Harmless.
func Plain(text string) string {
	if strings.HasPrefix(text, "'") && isRisky(text) {
		return text[1:]
	}
	return text
}

// isRisky looks behind apostrophes, so that a text that came with one keeps it.
func isRisky(text string) bool {
	bare := strings.TrimLeft(text, "'")
	return bare != "" && strings.IndexByte(risky, bare[0]) >= 0
}
