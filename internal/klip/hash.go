package klip

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"hash"
	"maps"
	"regexp"
	"slices"
	"time"

	"octavo/internal/component"
	"octavo/internal/formula/value"
)

// clockNeed says how exactly a Klip looks at the clock.
type clockNeed uint8

const (
	needsYear   clockNeed = iota // the century of two-digit years
	needsDay                     // TODAY
	needsMinute                  // NOW
)

var (
	dayFunctions    = regexp.MustCompile(`(?i)\b(?:TODAY|YESTERDAY|DATE_IN|DATERANGE)\b`)
	minuteFunctions = regexp.MustCompile(`(?i)\bNOW\b`)
)

// clockNeed looks at the texts of the formulas; a word inside a text between quotes
// counts as well, which only makes the bucket smaller.
func (d *document) clockNeed() clockNeed {
	need := needsYear
	for _, p := range d.parts() {
		f, _ := formulaOf(p.node)
		switch {
		case minuteFunctions.MatchString(f.text):
			return needsMinute
		case dayFunctions.MatchString(f.text):
			need = needsDay
		}
	}
	return need
}

// bucket is the instant that stands for all instants with the same results.
func (n clockNeed) bucket(now time.Time, zone *time.Location) time.Time {
	t := now.In(zone)
	switch n {
	case needsMinute:
		return t.Truncate(time.Minute)
	case needsDay:
		return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, zone)
	}
	return time.Date(t.Year(), 1, 1, 0, 0, 0, 0, zone)
}

// hashResult names a result by everything it depends on. Names of sources are among
// that only while a formula still spells them out.
func hashResult(body []byte, e *evaluation) string {
	h := sha256.New()
	put := func(b []byte) {
		_ = binary.Write(h, binary.BigEndian, int64(len(b))) // a hash never fails
		h.Write(b)
	}
	num := func(n int64) { _ = binary.Write(h, binary.BigEndian, n) }
	num(EngineVersion)
	sum := sha256.Sum256(body)
	put(sum[:])
	names, ids := !e.doc.allStored(), e.doc.namesIDs()
	for _, s := range e.data.sources {
		put([]byte(s.key))
		put(s.payload.Hash)
		if s.state == StateDeleted || s.loading() {
			put([]byte(s.state))
		}
		put([]byte(s.missing))
		put([]byte(s.refused))
		if names {
			put([]byte(s.name))
		}
		if ids {
			put([]byte(s.id))
		}
	}
	num(int64(len(e.vars.set)))
	for _, name := range slices.Sorted(maps.Keys(e.vars.set)) {
		put([]byte(name))
		putVector(h, put, e.vars.set[name])
		if e.vars.fixed[name] {
			put([]byte("fixed"))
		}
	}
	num(int64(len(e.vars.blank)))
	for _, name := range e.vars.blank {
		put([]byte(name))
	}
	num(int64(len(e.vars.missing)))
	for _, name := range e.vars.missing {
		put([]byte(name))
		put([]byte(e.vars.sentence(name))) // people are told in different words
	}
	num(e.now.Unix())
	num(int64(e.place.WeekStart))
	put([]byte(e.place.Zone.String()))
	put([]byte(localeKey(e.place.Locale)))
	return hex.EncodeToString(h.Sum(nil))
}

func putVector(h hash.Hash, put func([]byte), v value.Vector) {
	_ = binary.Write(h, binary.BigEndian, int64(v.Len()))
	for i := range v.Len() {
		it := v.Item(i)
		put([]byte{byte(it.Kind)})
		put([]byte(it.Text()))
	}
}

func localeKey(l component.Locale) string {
	key := ""
	for _, s := range []string{l.Tag, l.Decimal, l.Group, l.Symbol, l.DatePattern, l.TimePattern} {
		key += s + "\x00"
	}
	return key
}

var sourceFunction = regexp.MustCompile(`(?i)\bDATASOURCE\b`)

// namesIDs says whether a formula may name sources by their ids, which differ
// between accounts that have the same body.
func (d *document) namesIDs() bool {
	for _, p := range d.parts() {
		if f, _ := formulaOf(p.node); sourceFunction.MatchString(f.text) {
			return true
		}
	}
	return false
}

// allStored says whether no formula names a source in plain text.
func (d *document) allStored() bool {
	for _, p := range d.parts() {
		if f, ok := formulaOf(p.node); ok && !f.isStored() {
			return false
		}
	}
	return true
}
