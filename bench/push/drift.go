package main

import (
	"context"
	"fmt"
	"time"

	"octavo/internal/asset"
	"octavo/internal/authz"
	"octavo/internal/db"
)

// drift gives each client copies of many Klips, changes some masters and copies, and times
// how long it takes to count all of it: per client, as the list of clients and home do, and
// for one Klip, as its page does. What is counted is known beforehand.
func (b *bench) drift(ctx context.Context, clients, edited, runs, klips int) error {
	masters := []*asset.Asset{b.master}
	for len(masters) < klips {
		m, err := b.create(ctx, asset.Klip, authz.KlipBuild, document(len(masters)), nil)
		if err != nil {
			return err
		}
		masters = append(masters, m)
	}
	if err := b.multiply(ctx, masters[1:]); err != nil {
		return err
	}
	behind := 0
	for i, m := range masters[1:] {
		if i%4 == 0 { // every fourth Klip is a version further than its instances
			if err := b.save(ctx, b.admin, m.Key, document(100_000+i)); err != nil {
				return err
			}
			behind++
		}
	}
	for i, c := range b.copies[:edited] {
		who := authz.Actor{User: "x", Account: c.Account, Roles: []authz.Role{authz.Admin}, Owner: "x"}
		if err := b.save(ctx, who, c, document(200_000+i)); err != nil {
			return err
		}
	}
	grant, err := b.accounts.Grant(ctx, b.admin, authz.ClientAccess, false)
	if err != nil {
		return err
	}
	var all, one []time.Duration
	for range runs {
		begun := time.Now()
		facts, err := b.transfer.ClientFacts(ctx, grant)
		all = append(all, time.Since(begun))
		if err != nil {
			return err
		}
		var total, lacking, changed int64
		for _, f := range facts {
			total, lacking, changed = total+f.InstancesTotal, lacking+f.InstancesBehind, changed+f.InstancesEdited
		}
		if total != int64(clients*len(masters)) || lacking != int64(clients*behind) || changed != int64(edited) {
			return fmt.Errorf("drift: %d instances, %d behind, %d edited", total, lacking, changed)
		}
		begun = time.Now()
		d, err := b.transfer.KlipDrift(ctx, b.admin, b.master.Key.No)
		one = append(one, time.Since(begun))
		if err != nil {
			return err
		}
		if d.Total != clients || d.UpToDate != clients || d.Edited != edited {
			return fmt.Errorf("drift of a Klip: %+v", d)
		}
	}
	show(fmt.Sprintf("drift of %d", clients*len(masters)), all)
	show("drift of one Klip", one)
	return nil
}

// multiply writes copies of Klips into all clients as an import would leave them, without its
// checks: the counts read these rows, and importing a hundred thousand takes minutes.
func (b *bench) multiply(ctx context.Context, masters []*asset.Asset) error {
	grant, err := b.accounts.Grant(ctx, b.admin, authz.ClientAccess, true)
	if err != nil {
		return err
	}
	nos := make([]int64, len(masters))
	for i, m := range masters {
		nos[i] = m.Key.No
	}
	return b.db.Tx(ctx, db.Import(grant), func(tx *db.Tx) error {
		change := b.assets.Change()
		err := b.assets.RecordChange(ctx, tx, asset.ChangeRow{ID: change, Kind: "import", Account: b.agency.ID, Actor: b.admin.User})
		if err != nil {
			return err
		}
		n, err := tx.Exec(ctx, `
			INSERT INTO assets (account_id, no, kind, name, name_folded, suffix, body_id, wiring_id, base, version, change_id,
				owner_id, locked, origin_account, origin_no, received_body, received_wiring, import_id)
			SELECT c.id, m.no + 1000, m.kind, m.name, m.name_folded, 1, m.body_id, m.wiring_id, 1000, 1, CAST(:change AS bigint),
				'x', 0, m.account_id, m.no, m.body_id, m.wiring_id, CAST(:change AS bigint)
			FROM accounts c CROSS JOIN assets m
			WHERE c.id IN {each :accounts} AND m.account_id = :account AND m.no IN {each :nos}`,
			db.Args{"change": change, "nos": db.List(nos)})
		if err == nil && n != int64(len(masters)*len(grant.Accounts())) {
			err = fmt.Errorf("%d copies written", n)
		}
		return err
	})
}
