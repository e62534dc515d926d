package account_test

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"octavo/internal/account"
	"octavo/internal/audit"
	"octavo/internal/authz"
	"octavo/internal/db/dbtest"
	"octavo/internal/errs"
	"octavo/internal/fixture"
	"octavo/internal/page"
)

func TestFamiliesAreSeparate(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	f := fixture.New(t, dbtest.Open(t))
	other, err := f.Accounts.CreateParent(ctx, account.Draft{Name: "Northlight"}) // names are free between families
	if err != nil {
		t.Fatal(err)
	}
	if other.Slug != "northlight-2" || other.ID.Family() == f.Agency.ID.Family() || other.Status != account.Active || other.Principal != "" {
		t.Errorf("second agency = %+v", other)
	}
	client, err := f.Accounts.CreateClient(ctx, other.Operator(), account.Draft{Name: "Fjord Outdoors"})
	if err != nil {
		t.Fatal(err)
	}
	if client.ID.Family() != other.ID.Family() || client.Parent != other.ID || client.Slug != "fjord-outdoors-2" || client.Principal == "" {
		t.Errorf("client = %+v", client)
	}
	admin := f.Actor(f.Agency, f.Agency.Admin)
	if _, err := f.Accounts.GetClient(ctx, admin, client.Slug); !errs.Is(err, "not_found") {
		t.Errorf("a client of another family was found: %v", err)
	}
	name := "x"
	if _, err := f.Accounts.UpdateClient(ctx, admin, client.Slug, 1, account.Patch{Name: &name}); !errs.Is(err, "not_found") {
		t.Errorf("a client of another family was changed: %v", err)
	}
	parties, err := f.Accounts.Parties(ctx, admin)
	if err != nil || len(parties) != 3 {
		t.Errorf("parties = %+v, %v", parties, err)
	}
}

func TestClientsOfOneMoment(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	f := fixture.New(t, dbtest.Open(t))
	admin := f.Actor(f.Agency, f.Agency.Admin)
	made := make([]*account.Account, 6)
	var wg sync.WaitGroup
	for i := range made {
		wg.Go(func() {
			a, err := f.Accounts.CreateClient(ctx, admin, account.Draft{Name: fmt.Sprintf("Client %d", i), DisplayName: "Tide"})
			if err != nil {
				t.Error(err)
				return
			}
			made[i] = a
		})
	}
	wg.Wait()
	if t.Failed() {
		return
	}
	ids, slugs := map[any]bool{}, map[string]bool{}
	for _, a := range made {
		ids[a.ID], slugs[a.Slug] = true, true
	}
	if len(ids) != len(made) || len(slugs) != len(made) {
		t.Errorf("ids %v, addresses %v", ids, slugs)
	}
}

func TestParties(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	f := fixture.New(t, dbtest.Open(t))
	for _, c := range []struct {
		who  authz.Actor
		want string // slug and whether it can be entered
	}{
		{f.Actor(f.Agency, f.Agency.Admin), "[fjord-outdoors:true northlight:true solstice-coffee:true]"},
		{f.Actor(f.Agency, f.Agency.Editor), "[fjord-outdoors:false northlight:true solstice-coffee:false]"},
		{f.Visitor(f.Fjord), "[fjord-outdoors:true northlight:true solstice-coffee:true]"},
		{f.Agency.Operator(), "[fjord-outdoors:true northlight:true solstice-coffee:true]"},
		{f.Actor(f.Fjord, f.Fjord.Admin), "[]"},
	} {
		parties, err := f.Accounts.Parties(ctx, c.who)
		if err != nil {
			t.Fatal(err)
		}
		got := []string{}
		for _, p := range parties {
			got = append(got, fmt.Sprintf("%s:%v", p.Slug, p.CanEnter))
		}
		if fmt.Sprint(got) != c.want {
			t.Errorf("%s: %v, want %s", c.who.Name, got, c.want)
		}
	}
}

func TestGrant(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	f := fixture.New(t, dbtest.Open(t))
	g, err := f.Accounts.Grant(ctx, f.Actor(f.Agency, f.Agency.Admin), authz.KlipPush, true)
	if err != nil || len(g.Accounts()) != 2 || g.Source() != f.Agency.ID {
		t.Errorf("grant = %+v, %v", g, err)
	}
	for who, code := range map[string]string{"editor": "permission_denied", "visitor": "not_found", "client": "not_found"} {
		actor := map[string]authz.Actor{"editor": f.Actor(f.Agency, f.Agency.Editor), "visitor": f.Visitor(f.Fjord), "client": f.Actor(f.Fjord, f.Fjord.Admin)}[who]
		if _, err := f.Accounts.Grant(ctx, actor, authz.KlipPush, true); !errs.Is(err, code) {
			t.Errorf("%s: %v, want %s", who, err, code)
		}
	}
}

func TestChangesOfClientsAreInTheAgencysTrail(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	f := fixture.New(t, dbtest.Open(t))
	admin := f.Actor(f.Agency, f.Agency.Admin)
	name := "Renamed"
	if _, err := f.Accounts.UpdateClient(ctx, admin, "fjord-outdoors", 1, account.Patch{Name: &name}); err != nil {
		t.Fatal(err)
	}
	lines, _, err := audit.New(f.DB).Find(ctx, admin, audit.View{}, audit.Filter{}, page.Request{})
	if err != nil {
		t.Fatal(err)
	}
	if l := lines[0]; l.Action != "client.changed" || l.Subject != f.Fjord.PublicID || fmt.Sprint(l.Detail["name"]) != "map[after:Renamed before:Fjord Outdoors]" {
		t.Errorf("newest line = %+v", l)
	}
	lines, _, err = audit.New(f.DB).Find(ctx, f.Actor(f.Fjord, f.Fjord.Admin), audit.View{}, audit.Filter{}, page.Request{})
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range lines {
		if l.Action == "client.changed" || l.Action == "client.created" {
			t.Errorf("the client reads %+v", l)
		}
	}
}
