package user

import (
	"bytes"
	"compress/gzip"
	_ "embed"
	"io"
	"slices"
	"strings"
	"sync"

	"octavo/internal/fold"
)

// commonFile holds the passwords that people choose most, one per line, in small letters, sorted by bytes.
//
// Origin: src/passwords.json of the npm package @zxcvbn-ts/language-common 4.1.3 (MIT licence, © Dan Wheeler,
// Dropbox, @zxcvbn-ts), 49,233 entries. Kept are those of eight characters and more, in small letters, each
// once; shorter ones cannot be a password here even with two digits after them.
//
//go:embed common.txt.gz
var commonFile []byte

// commonPasswords reads the list when the first password is checked.
var commonPasswords = sync.OnceValue(func() []string {
	r, err := gzip.NewReader(bytes.NewReader(commonFile))
	if err != nil {
		panic("user: common.txt.gz: " + err.Error()) // part of the program, and read by a test
	}
	text, err := io.ReadAll(r)
	if err != nil {
		panic("user: common.txt.gz: " + err.Error())
	}
	return strings.Split(strings.TrimSuffix(string(text), "\n"), "\n")
})

// isCommon says whether a password is one of those that are tried first, also with
// digits after it or written in capitals.
func isCommon(password string) bool {
	folded := fold.Text(password)
	for _, p := range []string{folded, strings.TrimRight(folded, "0123456789")} {
		if _, found := slices.BinarySearch(commonPasswords(), p); found {
			return true
		}
	}
	return false
}
