// Package id holds the identifiers of the product: one type per kind of thing,
// so that swapped arguments do not compile.
//
// Assets are numbered per account; their public id is computed from account and
// number with a key of the installation (Codec) and is stored nowhere. All other
// things have a UUIDv7, written as 32 hex digits. Parts inside a body have ten
// random base-32 characters.
package id

import (
	"crypto/rand"
	"encoding/base32"
	"encoding/hex"
	"fmt"
	"strings"
	"sync/atomic"

	"github.com/google/uuid"

	"octavo/internal/clock"
)

// Account is the number of an account: family · 2³² + running number.
type Account int64

// familyShift is the number of bits that the running number of an account has.
const familyShift = 32

// NewAccount puts an account's number together. The first account of a family (running number 1) is its parent.
func NewAccount(family, running int64) Account { return Account(family<<familyShift | running) }

// Family is the number of the family that the account belongs to.
func (a Account) Family() int64 { return int64(a) >> familyShift }

// Agency is the parent of the account's family, always its first account.
func (a Account) Agency() Account { return NewAccount(a.Family(), 1) }

// User is a person, or the principal that owns what an agency makes in a client.
type User string

// Group is a group of people of one account.
type Group string

// Session is the public name of a signed-in browser; its secret is another value.
type Session string

// Key is an API key; its secret is another value.
type Key string

// Credential is what an account keeps to read a service with.
type Credential string

// Upload is a file that was sent and not yet made a data source.
type Upload string

// Content numbers bodies, wirings, settings and payloads inside the installation.
type Content int64

// Change numbers one operation on assets: an edit, an import, an update …
type Change int64

// Asset is a row: the account and the number in it.
type Asset struct {
	Account Account
	No      int64
}

// IsZero says whether the asset is none.
func (a Asset) IsZero() bool { return a == Asset{} }

// New gives a UUIDv7 as 32 lowercase hex digits.
func New() string {
	u := uuid.Must(uuid.NewV7())
	return hex.EncodeToString(u[:])
}

// IsHex says whether s has the form of an id: 32 lowercase hex digits.
func IsHex(s string) bool {
	if len(s) != 32 {
		return false
	}
	return strings.IndexFunc(s, func(r rune) bool {
		return !(r >= '0' && r <= '9' || r >= 'a' && r <= 'f')
	}) < 0
}

var partEncoding = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

// NewPart gives the id of a part inside a body, or the name of a slot: ten random
// base-32 characters (50 bits), never used twice in the history of an asset.
func NewPart() string {
	var b [7]byte
	if _, err := rand.Read(b[:]); err != nil {
		panic(fmt.Sprintf("id.NewPart: %v", err)) // crypto/rand does not fail on supported systems
	}
	return partEncoding.EncodeToString(b[:])[:10]
}

// Maker numbers content and changes: milliseconds, then a per-process counter
// that starts at random, 63 bits in all. Two processes may collide; the insert
// then conflicts and is retried. Safe for concurrent use.
type Maker struct {
	clock   clock.Clock
	counter atomic.Uint32
}

// counterBits is the part of a made number that the counter has; 41 bits remain
// for milliseconds since 1970, enough until September 2039.
const counterBits = 22

// NewMaker makes a Maker over a clock.
func NewMaker(c clock.Clock) *Maker {
	m := &Maker{clock: c}
	var b [4]byte
	if _, err := rand.Read(b[:]); err != nil {
		panic(fmt.Sprintf("id.NewMaker: %v", err))
	}
	m.counter.Store(uint32(b[0])<<16 | uint32(b[1])<<8 | uint32(b[2]))
	return m
}

// Next gives the next number.
func (m *Maker) Next() int64 {
	ms := clock.Millis(m.clock.Now())
	n := m.counter.Add(1) & (1<<counterBits - 1)
	return (ms<<counterBits | int64(n)) & (1<<63 - 1)
}

// Content gives the next number of content.
func (m *Maker) Content() Content { return Content(m.Next()) }

// Change gives the next number of a change.
func (m *Maker) Change() Change { return Change(m.Next()) }

// At is the time of the change in UTC milliseconds.
func (c Change) At() int64 { return int64(c) >> counterBits }

// ChangeAt is the smallest number a change of that time (UTC milliseconds) can have.
func ChangeAt(ms int64) Change { return Change(ms << counterBits) }
