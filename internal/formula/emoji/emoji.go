// Package emoji takes emoji out of texts, by the properties of Unicode
// (Emoji_Presentation, Extended_Pictographic and their kin). table.go is written
// by table.mjs.
package emoji

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// The code points that make sequences of emoji.
const (
	joiner        = 0x200D  // joins two emoji into one
	keycap        = 0x20E3  // encloses a digit, # or *
	asText        = 0xFE0E  // asks for the text form of an emoji
	asPicture     = 0xFE0F  // asks for the picture
	firstTag      = 0xE0020 // tags name the flag of a region
	lastTag       = 0xE007F
	firstPossible = 0xA9 // the copyright sign is the first that can be an emoji
)

// Remove gives s without emoji and what belongs to them: skin tones, joiners
// between emoji, variation selectors, keycap marks, tags of flags. Digits, # and
// * stay when their keycap goes; signs such as © and ↔ go only if a variation
// selector makes them a picture. Other text is unchanged.
func Remove(s string) string {
	if ascii(s) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	var last rune    // the code point before
	inEmoji := false // what came last was taken out
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		next, _ := utf8.DecodeRuneInString(s[i+size:])
		inEmoji = isEmoji(r, last, next, inEmoji)
		if !inEmoji {
			b.WriteString(s[i : i+size])
		}
		last = r
		i += size
	}
	return b.String()
}

func isEmoji(r, last, next rune, inEmoji bool) bool {
	switch {
	case r < firstPossible:
		return false
	case r == asPicture || r >= firstTag && r <= lastTag:
		return true
	case r == joiner || r == asText:
		return inEmoji
	case r == keycap:
		return inEmoji || last == '#' || last == '*' || last >= '0' && last <= '9'
	case unicode.Is(signs, r):
		return next == asPicture
	}
	return unicode.Is(pictures, r)
}

func ascii(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
