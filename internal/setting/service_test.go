package setting_test

import (
	"context"
	"reflect"
	"testing"
	"time"

	"octavo/internal/authz"
	"octavo/internal/component"
	"octavo/internal/db"
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
		{"date_expression_zone", "EST", "bad_setting"}, {"show_visitors", "yes", "unknown_setting"}, {"colour", "red", "unknown_setting"},
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

func TestClientsAreOnlyStricterThanTheirAgency(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	f := fixture.New(t, dbtest.Open(t))
	s := setting.New(f.DB)
	agency, client := f.Actor(f.Agency, f.Agency.Admin), f.Actor(f.Solstice, f.Solstice.Admin)
	version := map[id.Account]int64{}
	set := func(who authz.Actor, name, value string) error {
		_, v, err := s.Set(ctx, who, version[who.Account], map[string]*string{name: &value})
		if err == nil {
			version[who.Account] = v
		}
		return err
	}
	security := func(a id.Account) (sec setting.Security) {
		t.Helper()
		err := f.DB.Read(ctx, db.System(), func(tx *db.Tx) (err error) {
			sec, err = setting.SecurityOf(ctx, tx, a)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return sec
	}
	want := setting.Security{Idle: 12 * time.Hour, Max: 720 * time.Hour, Tries: 10, Lock: 15 * time.Minute, Password: setting.PasswordRules{Length: 10, Classes: 1}}
	if got := security(f.Solstice.ID); !reflect.DeepEqual(got, want) || !reflect.DeepEqual(got, setting.FactorySecurity()) {
		t.Errorf("at first %+v", got)
	}
	for _, c := range []struct{ name, agency, loose, strict, bad string }{
		{"session_idle_s", "86400", "86401", "3600", "299"}, {"session_max_s", "604800", "604801", "3600", "2592001"},
		{"password_length", "12", "11", "16", "9"}, {"password_classes", "2", "1", "3", "5"}, {"password_history", "3", "2", "24", "25"},
		{"password_max_age_days", "90", "91", "30", "3651"}, {"lock_tries", "8", "9", "3", "2"}, {"lock_s", "1800", "1799", "3600", "899"},
	} {
		for _, wrong := range []string{c.bad, "", "ten", "1.5", "0x10", "012"} {
			if err := set(agency, c.name, wrong); !errs.Is(err, "bad_number_setting") {
				t.Errorf("%s = %q: %v", c.name, wrong, err)
			}
		}
		if err := set(agency, c.name, c.agency); err != nil {
			t.Fatal(c.name, err)
		}
		if err := set(client, c.name, c.loose); !errs.Is(err, "setting_too_loose") {
			t.Errorf("%s = %s in the client: %v", c.name, c.loose, err)
		}
		if err := set(client, c.name, c.strict); err != nil {
			t.Errorf("%s = %s in the client: %v", c.name, c.strict, err)
		}
	}
	if err := set(client, "password_max_age_days", "0"); !errs.Is(err, "setting_too_loose") {
		t.Errorf("no age at all: %v", err)
	}
	want = setting.Security{Idle: time.Hour, Max: time.Hour, Tries: 3, Lock: time.Hour,
		Password: setting.PasswordRules{Length: 16, Classes: 3, History: 24, MaxAge: 30 * 24 * time.Hour}}
	if got := security(f.Solstice.ID); !reflect.DeepEqual(got, want) {
		t.Errorf("the strict client has %+v", got)
	}
	if got := security(f.Fjord.ID); !reflect.DeepEqual(got, security(f.Agency.ID)) || got.Password.Length != 12 {
		t.Errorf("the other client has %+v", got)
	}
	// The agency becomes stricter than its client was: that holds there, too.
	if err := set(agency, "password_length", "20"); err != nil || security(f.Solstice.ID).Password.Length != 20 {
		t.Errorf("%v, %+v", err, security(f.Solstice.ID))
	}
	list, _, err := s.List(ctx, client)
	if v := find(t, list, setting.PasswordLength); err != nil || v.Value != "20" || v.Source != setting.Agency {
		t.Errorf("%+v, %v", v, err)
	}
}
