package credential_test

import (
	"bytes"
	"context"
	"errors"
	"testing"

	"octavo/internal/asset"
	"octavo/internal/authz"
	"octavo/internal/credential"
	"octavo/internal/db"
	"octavo/internal/db/dbtest"
	"octavo/internal/errs"
	"octavo/internal/fixture"
	"octavo/internal/id"
	"octavo/internal/secret"
)

// marker begins every secret of these tests: it is looked for wherever it must not be.
const marker = "MARKsecret"

// world is a family with the people who work with credentials.
type world struct {
	*fixture.Family
	*credential.Service
	t                                     *testing.T
	ctx                                   context.Context
	assets                                *asset.Service
	maya, editor, viewer, client, visitor authz.Actor // administrator, editor, viewer of the agency; administrator of Solstice; Maya on a visit there
}

func newWorld(t *testing.T, options ...dbtest.Option) *world {
	t.Helper()
	d := dbtest.Open(t, options...)
	f := fixture.New(t, d)
	master, err := secret.NewMaster(bytes.Repeat([]byte{3}, secret.KeySize))
	if err != nil {
		t.Fatal(err)
	}
	codec, err := id.NewCodec([]byte("0123456789abcdef"))
	if err != nil {
		t.Fatal(err)
	}
	assets := asset.New(id.NewMaker(d.Clock()), codec)
	return &world{
		Family: f, Service: credential.New(d, f.Accounts, assets, master), t: t, ctx: t.Context(), assets: assets,
		maya: f.Actor(f.Agency, f.Agency.Admin), editor: f.Actor(f.Agency, f.Agency.Editor), viewer: f.Actor(f.Agency, f.Agency.Viewer),
		client: f.Actor(f.Solstice, f.Solstice.Admin), visitor: f.Visitor(f.Solstice),
	}
}

// draft is a credential that is good as it is.
func draft(change func(*credential.Draft)) credential.Draft {
	in := credential.Draft{Kind: credential.Bearer, Label: "Shop", Hosts: []string{"api.shop.test"}, Secret: marker}
	if change != nil {
		change(&in)
	}
	return in
}

func (w *world) make(who authz.Actor, change func(*credential.Draft)) *credential.Credential {
	w.t.Helper()
	c, err := w.Create(w.ctx, who, draft(change))
	if err != nil {
		w.t.Fatal(err)
	}
	return c
}

// source makes a data source in the actor's account that uses a credential of an account of the family.
func (w *world) source(who authz.Actor, name string, owner id.Account, cred id.Credential) *asset.Asset {
	w.t.Helper()
	var a *asset.Asset
	err := w.DB.Tx(w.ctx, db.Account(who.Account), func(tx *db.Tx) (err error) {
		a, err = w.assets.Create(w.ctx, tx, who, authz.SourceCreate, asset.Source, name,
			asset.Content{Tree: map[string]any{"kind": "source", "schema": 1, "connector": "rest", "name": name}})
		if err != nil {
			return err
		}
		settings, err := w.assets.PutSettings(w.ctx, tx, []byte(`{}`))
		if err != nil {
			return err
		}
		return tx.Insert(w.ctx, "sources", []string{"account_id", "no", "description", "settings_id", "credential_account", "credential_id", "state"},
			[][]any{{who.Account, a.Key.No, "", settings, owner, cred, "no_data"}})
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return a
}

// uses gives the credential of a data source.
func (w *world) uses(a *asset.Asset) (cred id.Credential) {
	w.t.Helper()
	err := w.DB.Read(w.ctx, db.Account(a.Key.Account), func(tx *db.Tx) error {
		_, err := tx.One(w.ctx, `SELECT credential_id FROM sources WHERE account_id = :account AND no = :no`, db.Args{"no": a.Key.No}, &cred)
		return err
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return cred
}

func wantCode(t *testing.T, err error, code string) {
	t.Helper()
	if !errs.Is(err, code) {
		t.Errorf("error %v, want %s", err, code)
	}
}

func ptr[T any](v T) *T { return &v }

// wantReason wants bad_credential for a reason.
func wantReason(t *testing.T, err error, reason string) {
	t.Helper()
	var e *errs.Error
	if !errors.As(err, &e) || e.Code != "bad_credential" || e.Params["reason"] != reason {
		t.Errorf("error %v, want bad_credential for %s", err, reason)
	}
}
