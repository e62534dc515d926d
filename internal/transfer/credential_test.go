package transfer_test

import (
	"bytes"
	"testing"

	"octavo/internal/credential"
	"octavo/internal/db"
	"octavo/internal/fetch"
	"octavo/internal/id"
	"octavo/internal/page"
	"octavo/internal/secret"
)

// TestR008R028R029ACopyReadsWithTheMastersCredential imports a data source with a
// credential: the client gets none, and its copy follows what the agency does with it.
func TestR008R028R029ACopyReadsWithTheMastersCredential(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1)
	master, err := secret.NewMaster(bytes.Repeat([]byte{7}, secret.KeySize))
	w.must(err)
	creds := credential.New(w.db, w.accounts, w.assets, master)
	made, err := creds.Create(w.ctx, w.admin, credential.Draft{Kind: credential.Bearer, Label: "Shop", Hosts: []string{"shop.test"}, Secret: "first"})
	w.must(err)
	w.exec(w.parent.ID, `UPDATE sources SET credential_account = :account, credential_id = :id WHERE account_id = :account AND no = :no`,
		db.Args{"id": made.ID, "no": w.sales.Key.No})
	client := w.clients[0]
	w.bring(client, false, w.trading)

	var owner id.Account
	var used id.Credential
	w.must(w.db.Read(w.ctx, db.Account(client.ID), func(tx *db.Tx) error {
		_, err := tx.One(w.ctx, `SELECT credential_account, credential_id FROM sources WHERE account_id = :account AND credential_id IS NOT NULL`, nil, &owner, &used)
		return err
	}))
	if owner != w.parent.ID || used != made.ID {
		t.Fatalf("the copy reads with %s of %d", used, owner)
	}
	if rows, _, err := creds.List(w.ctx, client.Operator(), credential.Filter{}, page.Request{}); err != nil || len(rows) != 0 {
		t.Errorf("connected accounts of the client: %+v, %v", rows, err)
	}
	_, err = creds.Update(w.ctx, w.admin, made.ID, 1, credential.Patch{Secret: ptrTo("second")})
	w.must(err)
	opened, err := creds.Open(w.ctx, owner, used, "https://shop.test/")
	w.must(err)
	r := fetch.Request{URL: "https://shop.test/"}
	w.must(opened.Apply(&r))
	if got := r.Header.Get("Authorization"); got != "Bearer second" {
		t.Errorf("the copy sends %q", got)
	}
	if is, err := creds.Get(w.ctx, w.admin, made.ID); err != nil || is.Sources != 2 || is.Accounts != 2 {
		t.Errorf("used %+v, %v", is, err)
	}
}

func ptrTo[T any](v T) *T { return &v }
