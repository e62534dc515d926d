package setting_test

import (
	"context"
	"testing"

	"octavo/internal/authz"
	"octavo/internal/db/dbtest"
	"octavo/internal/errs"
	"octavo/internal/fixture"
	"octavo/internal/setting"
)

func TestPeopleSeeDatesInTheirOwnZoneWhereTheirAccountLetsThem(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	f := fixture.New(t, dbtest.Open(t))
	s := setting.New(f.DB)
	viewer, admin, other := f.Actor(f.Solstice, f.Solstice.Viewer), f.Actor(f.Solstice, f.Solstice.Admin), f.Actor(f.Fjord, f.Fjord.Viewer)
	sees := func(who authz.Actor) string {
		p, err := s.PlaceFor(ctx, who)
		if err != nil {
			t.Fatal(err)
		}
		return p.Zone.String() + " " + p.Locale.Decimal + " " + p.Locale.DatePattern
	}
	atFirst := sees(viewer)
	list, err := s.SetPersonal(ctx, viewer, map[string]*string{"time_zone": ptr("Asia/Tokyo"), "locale": ptr("de")})
	if err != nil || len(list) != 2 || list[0] != (setting.Personal{Name: "time_zone", Value: "Asia/Tokyo", Account: "UTC"}) {
		t.Fatalf("%+v, %v", list, err)
	}
	if got := sees(viewer); got == atFirst || got[:12] != "Asia/Tokyo ," {
		t.Errorf("the viewer sees %s", got)
	}
	if sees(admin) != atFirst || sees(other) != atFirst {
		t.Errorf("others see %s and %s", sees(admin), sees(other))
	}
	if p, err := s.Place(ctx, f.Solstice.ID); err != nil || p.Zone.String() != "UTC" {
		t.Errorf("the account is in %s, %v", p.Zone, err)
	}
	for _, c := range []struct{ name, value, code string }{
		{"currency", "USD", "unknown_setting"}, {"show_visitors", "yes", "unknown_setting"}, {"ip_ranges", "", "unknown_setting"},
		{"locale", "xx", "bad_setting"}, {"time_zone", "Moon/Sea", "bad_setting"},
	} {
		if _, err := s.SetPersonal(ctx, viewer, map[string]*string{c.name: &c.value}); !errs.Is(err, c.code) {
			t.Errorf("%s = %q: %v", c.name, c.value, err)
		}
	}
	if list, err = s.SetPersonal(ctx, viewer, map[string]*string{"time_zone": nil}); err != nil || list[0].Value != "" || list[1].Value != "de" {
		t.Errorf("as the account again: %+v, %v", list, err)
	}

	// The agency decides for all of its clients; what people had chosen rests, and holds again later.
	if _, _, err := s.Set(ctx, f.Actor(f.Agency, f.Agency.Admin), 0, map[string]*string{"people_choose": ptr("no")}); err != nil {
		t.Fatal(err)
	}
	if _, err := s.SetPersonal(ctx, viewer, map[string]*string{"locale": ptr("fr")}); !errs.Is(err, "setting_not_yours") {
		t.Errorf("not allowed: %v", err)
	}
	if _, allowed, err := s.Personal(ctx, viewer); err != nil || allowed || sees(viewer) != atFirst {
		t.Errorf("allowed %v, %v; sees %s", allowed, err, sees(viewer))
	}
	if _, _, err := s.Set(ctx, admin, 0, map[string]*string{"people_choose": ptr("yes")}); err != nil || sees(viewer) == atFirst {
		t.Errorf("allowed again: %v, sees %s", err, sees(viewer))
	}
	visitor := f.Actor(f.Agency, f.Agency.Admin)
	visitor.Account, visitor.Delegated = f.Solstice.ID, true
	if _, _, err := s.Personal(ctx, visitor); !errs.Is(err, "not_in_visit") || sees(visitor) != atFirst {
		t.Errorf("a visitor: %v, sees %s", err, sees(visitor))
	}
}
