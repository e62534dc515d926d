package id

import (
	"bytes"
	"testing"
	"time"

	"octavo/internal/clock"
)

func TestCodecRoundTrip(t *testing.T) {
	c, err := NewCodec(bytes.Repeat([]byte{7}, KeySize))
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for family := int64(1); family < 4; family++ {
		for no := int64(1); no < 200; no++ {
			a := Asset{Account: NewAccount(family, no%5+1), No: no}
			s := c.Format(a)
			if seen[s] {
				t.Fatalf("id %s given twice", s)
			}
			seen[s] = true
			got, ok := c.Parse(s)
			if !ok || got != a {
				t.Fatalf("Parse(%s) = %v, %v; want %v", s, got, ok, a)
			}
		}
	}
}

func TestCodecRefusesForeignForms(t *testing.T) {
	c, _ := NewCodec(bytes.Repeat([]byte{7}, KeySize))
	for _, s := range []string{"", "12", "zz", "ABCDEFABCDEFABCDEFABCDEFABCDEFAB", "00000000-0000-7000-8000-000000000000"} {
		if _, ok := c.Parse(s); ok {
			t.Errorf("Parse(%q) was accepted", s)
		}
	}
}

func TestAnotherKeyGivesAnotherID(t *testing.T) {
	a := Asset{Account: NewAccount(1, 1), No: 1}
	c1, _ := NewCodec(bytes.Repeat([]byte{1}, KeySize))
	c2, _ := NewCodec(bytes.Repeat([]byte{2}, KeySize))
	if c1.Format(a) == c2.Format(a) {
		t.Error("two keys gave the same id")
	}
}

func TestFamilyOfAccount(t *testing.T) {
	if got := NewAccount(12, 34).Family(); got != 12 {
		t.Errorf("family = %d, want 12", got)
	}
}

func TestMakerNeverRepeatsWithinAProcess(t *testing.T) {
	m := NewMaker(clock.NewManual(time.UnixMilli(1_764_000_000_000)))
	seen := map[int64]bool{}
	for range 10_000 {
		n := m.Next()
		if n <= 0 || seen[n] {
			t.Fatalf("number %d repeated or not positive", n)
		}
		seen[n] = true
	}
}

func TestPartsHaveTheirForm(t *testing.T) {
	for range 100 {
		if p := NewPart(); len(p) != 10 {
			t.Fatalf("part %q has %d characters", p, len(p))
		}
	}
}
