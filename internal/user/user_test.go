package user

import (
	"context"
	"errors"
	"strings"
	"testing"

	"octavo/internal/errs"
	"octavo/internal/setting"
)

func TestCheckPassword(t *testing.T) {
	for password, code := range map[string]string{
		"correct horse": "", "123456789": "password_too_short", "éééééééééé": "", strings.Repeat("a", 128): "", strings.Repeat("a", 129): "password_too_long",
		"my name is ANAÏS": "password_has_email", "Password12345": "password_common", "qwertyuiop": "password_common", "1234567890": "password_common",
		"a long enough one": "", // "an" is in it
	} {
		email := "anaïs@x.test"
		if strings.Contains(password, "one") {
			email = "an@x.test"
		}
		if err := CheckPassword(setting.FactorySecurity().Password, password, email); (err == nil) != (code == "") || err != nil && !errs.Is(err, code) {
			t.Errorf("CheckPassword(%q) = %v, want %q", password, err, code)
		}
	}
}

func TestPasswordRulesOfAnAccount(t *testing.T) {
	for _, c := range []struct {
		length, classes int
		password, code  string
	}{
		{12, 1, "eleven char", "password_too_short"}, {12, 1, "twelve chars", ""}, {0, 1, "nine char", "password_too_short"},
		{10, 2, "onlysmallones", "password_too_plain"}, {10, 2, "with a space", ""}, {10, 3, "With a space", ""}, {10, 3, "with a spac3", ""},
		{10, 4, "With a space", "password_too_plain"}, {10, 4, "With a spac3", ""}, {10, 2, "ΚΑΛΗΜΕΡΑκόσμε", ""}, {10, 2, "日本語日本語日本語日本語", "password_too_plain"},
	} {
		err := CheckPassword(setting.PasswordRules{Length: c.length, Classes: c.classes}, c.password, "ana@x.test")
		if (err == nil) != (c.code == "") || err != nil && !errs.Is(err, c.code) {
			t.Errorf("%+v: %v", c, err)
		}
	}
}

func TestCheckEmail(t *testing.T) {
	for email, ok := range map[string]bool{
		"ana@x.test": true, "ana+b@x.test": true, "": false, "ana": false, "Ana <ana@x.test>": false, "a@x.test, b@x.test": false,
		strings.Repeat("a", 250) + "@x.test": false, " ana@x.test": false,
	} {
		if err := CheckEmail(email); (err == nil) != ok {
			t.Errorf("CheckEmail(%q) = %v", email, err)
		}
	}
}

func TestHash(t *testing.T) {
	ctx := context.Background()
	h := newHasher(Hashing{MemoryKiB: 64, Passes: 1})
	hash, err := h.hash(ctx, "secret")
	if err != nil || !strings.HasPrefix(hash, "$argon2id$v=19$m=64,t=1,p=1$") {
		t.Fatalf("hash %q, %v", hash, err)
	}
	for _, c := range []struct {
		password, hash string
		ok             bool
	}{{"secret", hash, true}, {"Secret", hash, false}, {"", hash, false}, {"", "", false}, {"secret", "", false}, {"secret", hash[:len(hash)-4], false},
		{"secret", strings.Replace(hash, "v=19", "v=16", 1), false}} {
		if ok, _, err := h.verify(ctx, c.password, c.hash); ok != c.ok || err != nil {
			t.Errorf("verify(%q, %q) = %v, %v", c.password, c.hash, ok, err)
		}
	}
	if other, _ := h.hash(ctx, "secret"); other == hash {
		t.Error("two hashes of one password are equal: no salt")
	}
	if _, outdated, _ := newHasher(Hashing{MemoryKiB: 128, Passes: 1}).verify(ctx, "secret", hash); !outdated {
		t.Error("a hash of other costs is not outdated")
	}
}

func TestDefaultCosts(t *testing.T) {
	h := newHasher(Hashing{})
	if h.memory != 64*1024 || h.passes != 3 || cap(h.slots) != 4 {
		t.Errorf("memory %d KiB, %d passes, %d at a time", h.memory, h.passes, cap(h.slots))
	}
}

func TestHashingWaitsForAPlaceOrGivesUp(t *testing.T) {
	h := newHasher(Hashing{MemoryKiB: 64, Passes: 1})
	for range maxHashes {
		h.slots <- struct{}{}
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := h.hash(ctx, "secret"); !errors.Is(err, context.Canceled) {
		t.Errorf("err = %v", err)
	}
	<-h.slots
	if _, err := h.hash(context.Background(), "secret"); err != nil {
		t.Error(err)
	}
}

func TestNewKey(t *testing.T) {
	seen := map[string]bool{}
	for range 200 {
		k := newKey()
		if len(k) != len(keyPrefix)+keyDigits || seen[k] || strings.Trim(k[len(keyPrefix):], "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ") != "" {
			t.Fatalf("key %q", k)
		}
		seen[k] = true
	}
}

func TestAddressKey(t *testing.T) {
	for in, want := range map[string]string{
		"203.0.113.7": "address:203.0.113.7", "::ffff:203.0.113.7": "address:203.0.113.7",
		"2001:db8:1:2:3:4:5:6": "address:2001:db8:1:2::/64", "pipe": "address:pipe",
	} {
		if got := addressKey(in); got != want {
			t.Errorf("addressKey(%s) = %s, want %s", in, got, want)
		}
	}
}
