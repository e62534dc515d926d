package credential_test

import (
	"testing"

	"octavo/internal/asset"
	"octavo/internal/authz"
	"octavo/internal/credential"
	"octavo/internal/id"
)

// TestWhatIsToldOfTheCredentialOfADataSource is D77: a copy in a client tells label and state, and nothing else.
func TestWhatIsToldOfTheCredentialOfADataSource(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.make(w.maya, nil)
	copied := w.source(w.visitor, "Orders", w.Agency.ID, c.ID)
	own := w.source(w.maya, "Orders", w.Agency.ID, c.ID)
	lost := w.source(w.client, "Returns", w.Fjord.ID, w.make(w.Actor(w.Fjord, w.Fjord.Admin), nil).ID)
	tell := func(who authz.Actor, a *asset.Asset) credential.OfSource {
		t.Helper()
		got, err := w.OfSource(w.ctx, who, w.assets.PublicID(a.Key))
		if err != nil {
			t.Fatal(err)
		}
		return *got
	}
	if got := tell(w.client, copied); got != (credential.OfSource{State: credential.OK, Label: "Shop", Owner: w.Agency.ID}) {
		t.Errorf("the client reads %+v", got)
	}
	if got := tell(w.maya, own); got != (credential.OfSource{State: credential.OK, Label: "Shop", Owner: w.Agency.ID, ID: c.ID}) {
		t.Errorf("the agency reads %+v", got)
	}
	opened, err := w.Open(w.ctx, w.Agency.ID, c.ID, "https://api.shop.test/")
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Report(w.ctx, opened, "no"); err != nil {
		t.Fatal(err)
	}
	if got := tell(w.client, copied); got.State != credential.NeedsRenewal {
		t.Errorf("once refused: %+v", got)
	}
	for _, a := range []*asset.Asset{copied, own} {
		_, err = w.OfSource(w.ctx, w.Actor(w.Fjord, w.Fjord.Admin), w.assets.PublicID(a.Key))
		wantCode(t, err, "not_found")
		_, err = w.OfSource(w.ctx, w.viewer, w.assets.PublicID(a.Key))
		wantCode(t, err, "not_found")
	}
	if _, err := w.Accounts.DeleteClient(w.ctx, w.maya, "fjord-outdoors", "Fjord Outdoors"); err != nil {
		t.Fatal(err)
	}
	if got := tell(w.client, lost); got != (credential.OfSource{State: credential.Missing, Owner: w.Fjord.ID}) {
		t.Errorf("of a deleted account: %+v", got)
	}
	if got := tell(w.maya, w.source(w.maya, "Plain", 0, id.Credential(""))); got != (credential.OfSource{State: credential.None}) {
		t.Errorf("without: %+v", got)
	}
}
