package transfer

import (
	"context"
	"fmt"

	"octavo/internal/account"
	"octavo/internal/asset"
	"octavo/internal/audit"
	"octavo/internal/authz"
	"octavo/internal/db"
	"octavo/internal/failpoint"
	"octavo/internal/id"
)

// maxArrived is how many assets of a roll-out are named: those that somebody has touched.
const maxArrived = 500

// Arrival is what one import brought, as it is now.
type Arrival struct {
	Change  id.Change
	Rollout bool
	Clients []ArrivedIn // of a roll-out; of an import the acting account alone
	Items   []Arrived   // all of an import; of a roll-out those that were touched, at most 500
	PlanID  string      // for Undo
}

// ArrivedIn sums up one receiver.
type ArrivedIn struct {
	account.Party
	Assets, Gone, Edited, Shared, Used int // Gone: in the bin; the rest counts what is not
	Dashboards                         int // that Undo would move to the bin
	versions                           int64
}

// Arrived is an asset that an import brought.
type Arrived struct {
	Key    id.Asset
	Kind   asset.Kind
	Name   string
	Gone   bool     // in the bin
	Edited bool     // since it came
	Shared int      // with so many people and groups
	UsedBy []string // names of what uses it and did not come with the import
}

// Arrival reads what an import or roll-out has become. In a client it is what came into
// that client, whoever sent it. Codes not_found, permission_denied.
func (s *Service) Arrival(ctx context.Context, who authz.Actor, change id.Change) (*Arrival, error) {
	r, err := s.receiversOf(ctx, who, change)
	if err != nil {
		return nil, err
	}
	var out *Arrival
	err = s.db.Read(ctx, db.Across(r.grant), func(tx *db.Tx) error {
		if out, err = s.arrival(ctx, tx, who, r, tx.Now); err != nil {
			return err
		}
		out.Items, err = readArrived(ctx, tx, r.change, r.rollout)
		return err
	})
	return out, err
}

// Undone is what Undo moved to the bin.
type Undone struct {
	Assets  int `json:"assets"`
	Clients int `json:"clients"`
}

// Undo moves everything that an import brought to the bin, for all its receivers or none,
// whatever was done with it since: plan is that of the list that was shown before.
// Codes not_found, permission_denied, plan_changed, idempotency_key_reused.
func (s *Service) Undo(ctx context.Context, who authz.Actor, change id.Change, plan, key string) (*Undone, error) {
	r, err := s.receiversOf(ctx, who, change)
	if err != nil {
		return nil, err
	}
	failpoint.At("undo/granted")
	var out *Undone
	err = s.db.Tx(ctx, db.Import(r.grant), func(tx *db.Tx) error {
		out = new(Undone)
		return once(ctx, tx, who, key, []any{"undo", change, plan}, out, func() error { return s.undo(ctx, tx, who, r, plan, out) })
	})
	if err != nil {
		return nil, fmt.Errorf("transfer.Undo: %w", err)
	}
	failpoint.At("undo/committed")
	return out, nil
}

func (s *Service) undo(ctx context.Context, tx *db.Tx, who authz.Actor, r *receivers, plan string, out *Undone) error {
	if r.rollout {
		if err := s.accounts.StillMay(ctx, tx, who, authz.ClientLogin, r.grant.Accounts()); err != nil {
			return err
		}
	}
	issued, err := issuedAt(plan, tx.Now)
	if err != nil {
		return err
	}
	if err := lockAccounts(ctx, tx); err != nil {
		return err
	}
	failpoint.At("undo/locked")
	a, err := s.arrival(ctx, tx, who, r, issued)
	if err != nil {
		return err
	}
	if a.PlanID != plan {
		return planChanged()
	}
	moved, err := trashArrived(ctx, tx, r.change, who.User)
	if err != nil {
		return err
	}
	failpoint.At("undo/moved")
	lines := []audit.Line{}
	for _, c := range a.Clients {
		if n := c.Assets - c.Gone; n > 0 {
			out.Assets, out.Clients = out.Assets+n, out.Clients+1
			lines = append(lines, audit.Line{Account: c.Account, Action: "import.deleted", Subject: r.change.String(), Detail: map[string]any{"assets": n}})
		}
	}
	if moved != int64(out.Assets) {
		return fmt.Errorf("transfer: %d assets moved to the bin, %d expected", moved, out.Assets)
	}
	if r.rollout {
		lines = append(lines, audit.Line{Account: who.Account, Action: "import.rollout_deleted", Subject: r.change.String(), Detail: map[string]any{"accounts": out.Clients}})
	}
	if err := audit.RecordAll(ctx, tx, who, lines); err != nil {
		return err
	}
	failpoint.At("undo/told")
	return s.assets.RecordChange(ctx, tx, asset.ChangeRow{
		ID: s.assets.Change(), Kind: "undo_import", Account: who.Account, Actor: who.User, Delegated: who.Delegated, Note: r.change.String(),
	})
}

// receivers are the accounts that an import came into, as far as the actor acts for them.
type receivers struct {
	change  id.Change
	rollout bool
	parties []account.Party // in order of name
	grant   authz.Grant
}

// receiversOf finds the accounts that a change brought something into. A roll-out is the
// agency's, and its clients must all be ones that the actor may sign in to; those that
// were deleted since are left out. Any other account sees what came into itself.
func (s *Service) receiversOf(ctx context.Context, who authz.Actor, change id.Change) (*receivers, error) {
	r := &receivers{change: change}
	if who.IsParent {
		var err error
		if r.rollout, err = s.isRollout(ctx, who, change); err != nil {
			return nil, err
		}
	}
	if !r.rollout {
		grant, err := authz.GrantArrival(who)
		r.grant = grant
		return r, err
	}
	parties, err := s.clients(ctx, who)
	if err != nil {
		return nil, err
	}
	var reached map[id.Account]bool
	mine, err := authz.GrantRollout(who, nil)
	if err != nil {
		return nil, err
	}
	err = s.db.Read(ctx, db.Across(mine), func(tx *db.Tx) (err error) {
		reached, err = readReceivers(ctx, tx, change)
		return err
	})
	if err != nil {
		return nil, err
	}
	for _, p := range parties {
		if reached[p.Account] {
			r.parties = append(r.parties, p)
		}
	}
	r.grant, err = authz.GrantRollout(who, plainParties(r.parties))
	return r, err
}

// isRollout says whether a change is a roll-out of the acting account.
func (s *Service) isRollout(ctx context.Context, who authz.Actor, change id.Change) (is bool, err error) {
	err = s.db.Read(ctx, db.Account(who.Account), func(tx *db.Tx) error {
		var kind string
		_, err := tx.One(ctx, `SELECT kind FROM changes WHERE account_id = :account AND id = :change`, db.Args{"change": change}, &kind)
		is = kind == "rollout"
		return err
	})
	return is, err
}

// arrival reads everything but the items.
func (s *Service) arrival(ctx context.Context, tx *db.Tx, who authz.Actor, r *receivers, issued int64) (*Arrival, error) {
	a := &Arrival{Change: r.change, Rollout: r.rollout}
	sums, err := readArrivedSums(ctx, tx, r.change)
	if err != nil {
		return nil, err
	}
	if len(sums) == 0 {
		return nil, authz.NotFound()
	}
	if !r.rollout {
		a.Clients = []ArrivedIn{*sums[who.Account]}
		a.Clients[0].Account = who.Account
	}
	for _, p := range r.parties {
		if sum := sums[p.Account]; sum != nil {
			sum.Party = p
			a.Clients = append(a.Clients, *sum)
		}
	}
	a.PlanID = a.planID(who, issued)
	return a, nil
}

// planID names what was shown: how much of it is where and was touched, person and time.
func (a *Arrival) planID(who authz.Actor, issued int64) string {
	var state []any
	for _, c := range a.Clients {
		state = append(state, c.Account, c.Assets, c.Gone, c.Edited, c.Shared, c.Used, c.versions)
	}
	return planID("undo", who, issued, a.Change, state)
}
