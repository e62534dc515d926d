package account

import (
	"strings"
	"testing"

	"octavo/internal/errs"
)

func TestProposeSlug(t *testing.T) {
	for in, want := range map[string]string{
		"Café Zürich & Co.": "cafe-zurich-co", "Größe Straße": "grosse-strasse", "  --  ": "account", "東京": "account", "A": "account",
		"O'Brien’s Bar": "obriens-bar", "Ærø": "aero", "x" + strings.Repeat("y", 100): "x" + strings.Repeat("y", 54), "Acme™ 2": "acme-2",
	} {
		got := ProposeSlug(in)
		if got != want {
			t.Errorf("ProposeSlug(%q) = %q, want %q", in, got, want)
		}
		if err := CheckSlug(got); err != nil {
			t.Errorf("%q: %v", got, err)
		}
	}
}

func TestFreeSlug(t *testing.T) {
	taken := map[string]bool{"tide": true, "tide-2": true}
	if got := freeSlug("tide", taken); got != "tide-3" {
		t.Errorf("got %s", got)
	}
	if got := freeSlug("oauth", nil); got != "oauth-2" {
		t.Errorf("a reserved word gives %s", got)
	}
}

func TestCheckSlug(t *testing.T) {
	for slug, code := range map[string]string{
		"tide": "", "t1": "", "a-b-c": "", "t": "bad_slug", "": "bad_slug", "-a": "bad_slug", "a-": "bad_slug", "a--b": "bad_slug",
		"Tide": "bad_slug", "a_b": "bad_slug", "ä1": "bad_slug", strings.Repeat("a", 64): "bad_slug", "metrics": "slug_reserved", "me": "slug_reserved",
	} {
		if err := CheckSlug(slug); (err == nil) != (code == "") || err != nil && !errs.Is(err, code) {
			t.Errorf("CheckSlug(%q) = %v, want %q", slug, err, code)
		}
	}
}

func TestActiveNeedsAllocation(t *testing.T) {
	for _, a := range []Account{{Status: Setup, SeatsLimit: 0, DashboardsLimit: -1}, {Status: Setup, SeatsLimit: 5, DashboardsLimit: 0}} {
		if err := a.moveTo(Active, 0, 14); !errs.Is(err, "active_needs_allocation") {
			t.Errorf("%d seats, %d dashboards: %v", a.SeatsLimit, a.DashboardsLimit, err)
		}
	}
	a := Account{Status: Setup, SeatsLimit: -1, DashboardsLimit: 1}
	if err := a.moveTo(Active, 0, 14); err != nil || a.Status != Active {
		t.Errorf("status %s, %v", a.Status, err)
	}
}

func TestTrialAfterItsEnd(t *testing.T) {
	a := Account{Status: Setup, SeatsLimit: 5, DashboardsLimit: 5}
	day := int64(24 * 60 * 60 * 1000)
	for _, step := range []struct {
		to   Status
		at   int64
		code string
	}{{Trial, 0, ""}, {Disabled, 5 * day, ""}, {Trial, 13 * day, ""}, {Disabled, 13 * day, ""}, {Trial, 14 * day, "bad_status_transition"}, {Active, 14 * day, ""}} {
		if err := a.moveTo(step.to, step.at, 14); (err == nil) != (step.code == "") || err != nil && !errs.Is(err, step.code) {
			t.Fatalf("to %s on day %d: %v, want %q", step.to, step.at/day, err, step.code)
		}
	}
}
