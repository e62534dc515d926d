package purge

import (
	"context"

	"octavo/internal/audit"
	"octavo/internal/authz"
	"octavo/internal/db"
	"octavo/internal/errs"
	"octavo/internal/tour"
)

// DemoWord is typed to confirm that the demo is removed.
const DemoWord = "DEMO"

// Remove removes the demo for good, in one transaction: its clients with all that is in them, and what it made in the
// agency. What others use stays, and so do the agency and the actor, who gets what the demo's people own beside the
// demo. typed is DemoWord. It says what went and what stayed. Codes not_found, demo_unconfirmed, password_needed,
// plan_changed.
func (d *Demo) Remove(ctx context.Context, who authz.Actor, typed string) (*DemoLoss, error) {
	t, err := d.mayRemove(ctx, who)
	if err != nil {
		return nil, err
	}
	if typed != DemoWord {
		return nil, errs.Newf(errs.Unconfirmed, "demo_unconfirmed", "Type %s to confirm. Nothing was changed.", DemoWord).
			WithField("confirm").WithParams(map[string]any{"word": DemoWord})
	}
	var props DemoLoss
	if err := d.properties(ctx, who, t, &props); err != nil {
		return nil, err
	}
	var l *loss
	err = d.db.Tx(ctx, db.Import(authz.GrantOperator(who.Account, t.clients(), true)), func(tx *db.Tx) error {
		if err := who.NeedProof(tx.Now); err != nil {
			return err
		}
		if err := forget(ctx, tx, t); err != nil {
			return err
		}
		if l, err = d.lossOf(ctx, tx, who, t); err != nil {
			return err
		}
		l.Properties, l.KeptProperties = props.Properties, props.KeptProperties
		if err := d.removeClients(ctx, tx, who, t); err != nil {
			return err
		}
		if err := d.removeOwn(ctx, tx, who, l); err != nil {
			return err
		}
		return audit.Record(ctx, tx, who, audit.Line{Action: "demo.removed", Detail: map[string]any{
			"clients": len(l.Clients), "dashboards": l.Dashboards, "klips": l.Klips, "sources": l.Sources, "people": len(l.People), "kept": len(l.Kept)}})
	})
	if err != nil {
		return nil, err
	}
	return &l.DemoLoss, nil
}

// forget takes the demo out of the table installation, so that of two who remove it one is told that it is gone. The table
// is of no account; that the statements name the one they act for is asked of every statement of this scope.
func forget(ctx context.Context, tx *db.Tx, t *things) error {
	args := db.Args{"of": t.Agency.Account, "state": DemoState, "made": DemoMade, "removed": DemoRemoved}
	n, err := tx.Exec(ctx, `UPDATE installation SET value = :removed
		WHERE name = :state AND value = :made AND CAST(:account AS bigint) = CAST(:of AS bigint)`, args)
	if err != nil {
		return err
	}
	if n == 0 {
		return authz.NotFound()
	}
	_, err = tx.Exec(ctx, `DELETE FROM installation WHERE name IN (:password, :things, :tour) AND CAST(:account AS bigint) = CAST(:of AS bigint)`,
		db.Args{"password": DemoPassword, "things": demoThings, "tour": tour.Key, "of": t.Agency.Account})
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `DELETE FROM tours WHERE account_id = :account`, nil)
	return err
}

// removeClients removes the clients of the demo with every row that carries them.
func (d *Demo) removeClients(ctx context.Context, tx *db.Tx, who authz.Actor, t *things) error {
	gone, err := d.accounts.EndClients(ctx, tx, who.Account, t.clients())
	if err != nil {
		return err
	}
	files, err := uploadFiles(ctx, tx)
	if err != nil {
		return err
	}
	if err := removeRows(ctx, tx); err != nil {
		return err
	}
	if err := dropLater(ctx, tx, files, 0); err != nil {
		return err
	}
	for _, a := range gone {
		if err := audit.Record(ctx, tx, who, audit.Line{Action: "client.purged", Subject: a.PublicID, SubjectName: a.Name}); err != nil {
			return err
		}
	}
	return nil
}

// removeOwn removes what the demo has in the agency. Code plan_changed.
func (d *Demo) removeOwn(ctx context.Context, tx *db.Tx, who authz.Actor, l *loss) error {
	if err := d.library.Erase(ctx, tx, who, l.assets); err != nil {
		return err
	}
	// Each deletion waited for whoever was about to use the asset.
	used, err := d.library.Users(ctx, tx, l.assets)
	if err != nil {
		return err
	}
	if len(used) > 0 {
		return errs.New(errs.Conflict, "plan_changed", "Something changed since you looked at it. Look at the list again, then confirm.")
	}
	for _, name := range l.Properties {
		if _, err := tx.Exec(ctx, `DELETE FROM property_declarations WHERE account_id = :account AND name = :name`, db.Args{"name": name}); err != nil {
			return err
		}
		if err := audit.Record(ctx, tx, who, audit.Line{Action: "property.undeclared", Subject: name, SubjectName: name}); err != nil {
			return err
		}
	}
	return d.users.Replace(ctx, tx, who, l.people)
}
