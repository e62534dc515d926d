package setting_test

import (
	"context"
	"testing"

	"octavo/internal/authz"
	"octavo/internal/component"
	"octavo/internal/db/dbtest"
	"octavo/internal/errs"
	"octavo/internal/fixture"
	"octavo/internal/id"
	"octavo/internal/setting"
)

func ptr(s string) *string { return &s }

func find(t *testing.T, list []setting.Value, name string) setting.Value {
	t.Helper()
	for _, v := range list {
		if v.Name == name {
			return v
		}
	}
	return setting.Value{}
}

func TestSettingsComeFromTheAgencyUntilTheAccountDecides(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	f := fixture.New(t, dbtest.Open(t))
	s := setting.New(f.DB)
	agency, client := f.Actor(f.Agency, f.Agency.Admin), f.Actor(f.Solstice, f.Solstice.Admin)
	zone := func(a id.Account) string {
		p, err := s.Place(ctx, a)
		if err != nil {
			t.Fatal(err)
		}
		return p.Zone.String()
	}
	list, version, err := s.List(ctx, client)
	if v := find(t, list, setting.TimeZone); err != nil || version != 0 || v != (setting.Value{Name: "time_zone", Value: "UTC", Source: setting.Factory, Inherited: "UTC"}) {
		t.Errorf("%+v, %d, %v", v, version, err)
	}
	if find(t, list, setting.ShowVisitors).Name != "" {
		t.Error("a client has a setting of agencies")
	}
	if _, _, err := s.Set(ctx, agency, 0, map[string]*string{"time_zone": ptr("Europe/Lisbon"), "show_visitors": ptr("yes")}); err != nil {
		t.Fatal(err)
	}
	if zone(f.Solstice.ID) != "Europe/Lisbon" || zone(f.Agency.ID) != "Europe/Lisbon" {
		t.Errorf("inherited %s, own %s", zone(f.Solstice.ID), zone(f.Agency.ID))
	}
	if shows, err := s.ShowsVisitors(ctx, f.Solstice.ID); err != nil || !shows {
		t.Errorf("visitors: %v, %v", shows, err)
	}
	list, version, err = s.Set(ctx, client, 0, map[string]*string{"time_zone": ptr("Asia/Tokyo"), "locale": ptr("de"), "currency": ptr("JPY"), "first_weekday": ptr("monday")})
	if v := find(t, list, setting.TimeZone); err != nil || v != (setting.Value{Name: "time_zone", Value: "Asia/Tokyo", Source: setting.Own, Inherited: "Europe/Lisbon"}) {
		t.Errorf("%+v, %v", v, err)
	}
	p, err := s.Place(ctx, f.Solstice.ID)
	if err != nil || p.Locale.Decimal != "," || p.Locale.Symbol != "¥" || p.WeekStart != 1 {
		t.Errorf("place %+v, %v", p, err)
	}
	if zone(f.Fjord.ID) != "Europe/Lisbon" {
		t.Errorf("the other client has %s", zone(f.Fjord.ID))
	}
	if _, _, err := s.Set(ctx, client, 0, map[string]*string{"time_zone": nil}); !errs.Is(err, "version_conflict") {
		t.Errorf("stale: %v", err)
	}
	if _, _, err := s.Set(ctx, client, version, map[string]*string{"time_zone": nil}); err != nil || zone(f.Solstice.ID) != "Europe/Lisbon" {
		t.Errorf("inherits again: %s, %v", zone(f.Solstice.ID), err)
	}
}

func TestSettingsAreChecked(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	f := fixture.New(t, dbtest.Open(t))
	s := setting.New(f.DB)
	client := f.Actor(f.Solstice, f.Solstice.Admin)
	for _, c := range []struct{ name, value, code string }{
		{"time_zone", "Moon/Sea", "bad_setting"}, {"time_zone", "", "bad_setting"}, {"time_zone", "Local", "bad_setting"}, {"time_zone", "../../etc/passwd", "bad_setting"},
		{"locale", "xx", "bad_setting"}, {"locale", "", "bad_setting"}, {"date_pattern", "", "bad_setting"},
		{"first_weekday", "Monday", "bad_setting"}, {"currency", "EURO", "bad_setting"}, {"currency", "eur", "bad_setting"},
		{"show_visitors", "yes", "unknown_setting"}, {"colour", "red", "unknown_setting"},
	} {
		if _, _, err := s.Set(ctx, client, 0, map[string]*string{c.name: &c.value}); !errs.Is(err, c.code) {
			t.Errorf("%s = %q: %v, want %s", c.name, c.value, err, c.code)
		}
	}
	for _, who := range []authz.Actor{f.Actor(f.Solstice, f.Solstice.Editor), f.Actor(f.Solstice, f.Solstice.Viewer)} {
		if _, _, err := s.List(ctx, who); !errs.Is(err, "permission_denied") {
			t.Errorf("%s reads: %v", who.Name, err)
		}
		if _, _, err := s.Set(ctx, who, 0, map[string]*string{"locale": ptr("fr")}); !errs.Is(err, "permission_denied") {
			t.Errorf("%s changes: %v", who.Name, err)
		}
	}
	if p, err := s.Place(ctx, f.Solstice.ID); err != nil || p.Zone.String() != "UTC" || p.Locale.Tag != component.English.Tag || p.Locale.Symbol != "€" {
		t.Errorf("the factory place is %+v, %v", p, err)
	}
}
