package transfer

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"

	"octavo/internal/account"
	"octavo/internal/asset"
	"octavo/internal/audit"
	"octavo/internal/authz"
	"octavo/internal/db"
	"octavo/internal/errs"
	"octavo/internal/failpoint"
	"octavo/internal/id"
)

const (
	// rollBackAge is how long an update can be rolled back: versions younger than that are always kept.
	rollBackAge = 30 * 24 * time.Hour
	// shownPushes is how many updates of a Klip are listed.
	shownPushes = 20
)

// Push is one update of the client instances of a Klip. The counts are of clients
// that the actor may enter.
type Push struct {
	Change     id.Change
	By         string // name of who made it; "" = nobody of the agency's people
	Version    int64  // of the master
	Instances  int    // that it changed
	Open       int    // of these, as it left them: a roll back changes them
	RolledBack int    // of these, whatever came after it
}

// Until is the last moment of a roll back, in UTC milliseconds.
func (p *Push) Until() int64 { return p.Change.At() + rollBackAge.Milliseconds() }

// PushedState is what became of an instance since an update.
type PushedState string

// The states. A roll back changes open ones only.
const (
	Open         PushedState = "open"
	ChangedSince PushedState = "changed_since"
	RolledBack   PushedState = "rolled_back"
	Detached     PushedState = "detached"
	InBin        PushedState = "in_bin"
)

// Pushed is an instance that an update changed.
type Pushed struct {
	Key         id.Asset
	Client      account.Party
	Name        string
	Version     int64
	State       PushedState
	BackTo      int64  // version of the master that it had before; 0 = one that is not kept any more
	Edited      bool   // the client's own edits come back
	ChangedBy   string // who changed it since
	ChangedAt   int64  // UTC milliseconds
	oldName     string
	oldReceived id.Content
	back        id.Change // the roll back that took the update back, whatever came after it; 0 = none
}

// RollBackPlan is what a roll back would do.
type RollBackPlan struct {
	Master *asset.Asset
	Push   Push
	Items  []Pushed // in order of the client's name
	PlanID string
	Hidden int // clients that the actor may not see; a roll back needs all
}

// Pushes lists the updates of a Klip that can be rolled back, newest first. Codes not_found, permission_denied.
func (s *Service) Pushes(ctx context.Context, who authz.Actor, klip int64) ([]Push, error) {
	parties, err := s.clients(ctx, who)
	if err != nil {
		return nil, err
	}
	grant, err := authz.GrantFamily(who, authz.ClientAccess, plainParties(parties), false)
	if err != nil {
		return nil, err
	}
	var out []Push
	err = s.db.Read(ctx, db.Across(grant), func(tx *db.Tx) error {
		master, err := s.assets.Viewable(ctx, tx, who, klip)
		if err != nil {
			return err
		}
		if master.Kind != asset.Klip {
			return authz.NotFound()
		}
		if out, err = readPushes(ctx, tx, klip, id.ChangeAt(tx.Now-rollBackAge.Milliseconds()), 0, shownPushes); err != nil || len(out) == 0 {
			return err
		}
		return countPushed(ctx, tx, out)
	})
	return out, err
}

// PreviewRollBack tells what a roll back of an update would do to all instances, or
// to one of them. Codes not_found, permission_denied, roll_back_expired.
func (s *Service) PreviewRollBack(ctx context.Context, who authz.Actor, klip int64, push id.Change, one *id.Asset) (*RollBackPlan, error) {
	parties, err := s.clients(ctx, who)
	if err != nil {
		return nil, err
	}
	grant, err := authz.GrantFamily(who, authz.ClientAccess, plainParties(parties), false)
	if err != nil {
		return nil, err
	}
	var out *RollBackPlan
	err = s.db.Read(ctx, db.Across(grant), func(tx *db.Tx) error {
		master, err := s.assets.Viewable(ctx, tx, who, klip)
		if err != nil {
			return err
		}
		out, err = s.planRollBack(ctx, tx, who, master, push, one, parties, tx.Now)
		return err
	})
	if out != nil {
		out.Hidden = len(parties) - len(grant.Accounts())
	}
	return out, err
}

// planRollBack reads the update and its instances.
func (s *Service) planRollBack(ctx context.Context, tx *db.Tx, who authz.Actor, master *asset.Asset, push id.Change, one *id.Asset, parties []account.Party, issued int64) (*RollBackPlan, error) {
	pushes, err := readPushes(ctx, tx, master.Key.No, 0, push, 1)
	if err != nil {
		return nil, err
	}
	if master.Kind != asset.Klip {
		return nil, authz.NotFound()
	}
	if len(pushes) == 0 || pushes[0].Until() < tx.Now {
		return nil, errs.New(errs.Conflict, "roll_back_expired", "This update can be rolled back no more. Restore a version in the clients instead.")
	}
	p := &RollBackPlan{Master: master, Push: pushes[0]}
	if p.Items, err = readPushed(ctx, tx, push); err != nil {
		return nil, err
	}
	if one != nil {
		p.Items = slices.DeleteFunc(p.Items, func(i Pushed) bool { return i.Key != *one })
		if len(p.Items) == 0 {
			return nil, authz.NotFound()
		}
	}
	of, err := versionsOf(ctx, tx, master)
	if err != nil {
		return nil, err
	}
	order := map[id.Account]int{}
	for i, party := range parties {
		order[party.Account] = i
	}
	for i := range p.Items {
		item := &p.Items[i]
		item.BackTo, item.Client = of[item.oldReceived], parties[order[item.Key.Account]]
		p.Push.Instances++
		if item.State == Open {
			p.Push.Open++
		}
		if item.back != 0 {
			p.Push.RolledBack++
		}
	}
	p.PlanID = p.planID(who, one, issued)
	slices.SortStableFunc(p.Items, func(a, b Pushed) int { return order[a.Key.Account] - order[b.Key.Account] })
	return p, nil
}

// planID names what was shown: the update, every instance's version and state, the person and the time.
func (p *RollBackPlan) planID(who authz.Actor, one *id.Asset, issued int64) string {
	rows := make([]any, len(p.Items))
	for i, item := range p.Items {
		rows[i] = []any{item.Key, item.Version, item.State}
	}
	return planID("roll back", who, issued, p.Push.Change, one, rows)
}

// RolledBackResult is what a roll back did.
type RolledBackResult struct {
	Change     id.Change            `json:"change"`
	RolledBack int                  `json:"rolled_back"`
	Left       int                  `json:"left"` // instances that were changed since, or are gone
	Items      []RolledBackInstance `json:"items"`
}

// RolledBackInstance is the result of one instance.
type RolledBackInstance struct {
	Client string      `json:"client"` // name
	Slug   string      `json:"slug"`
	Result PushedState `json:"result" enum:"rolled_back,changed_since,detached,in_bin,open"`
	BackTo int64       `json:"back_to"` // version of the master that it has now; 0 = one that is not kept any more
	Edited bool        `json:"edited"`  // with the client's own edits
}

// RollBack gives the instances that an update changed, or one of them, what they had
// before it: name, body, wiring and what was received, so that none counts as edited
// that did not before. Instances that were changed since are left and named. Codes
// not_found, permission_denied, push_needs_all_clients, push_running, plan_changed,
// roll_back_expired, nothing_to_roll_back.
func (s *Service) RollBack(ctx context.Context, who authz.Actor, klip int64, push id.Change, one *id.Asset, plan, key string) (*RolledBackResult, error) {
	parties, err := s.clients(ctx, who)
	if err != nil {
		return nil, err
	}
	grant, err := authz.GrantFamily(who, authz.KlipPush, plainParties(parties), true)
	if err != nil {
		return nil, err
	}
	var out *RolledBackResult
	err = s.db.Tx(ctx, db.Import(grant), func(tx *db.Tx) error {
		out = new(RolledBackResult)
		return once(ctx, tx, who, key, []any{"roll back", klip, push, one, plan}, out, func() error {
			if err := s.accounts.StillMay(ctx, tx, who, authz.KlipPush, grant.Accounts()); err != nil {
				return err
			}
			l, err := s.lock(ctx, tx, who, klip)
			if err != nil {
				return err
			}
			if err := lockPushed(ctx, tx, push); err != nil {
				return err
			}
			issued, err := issuedAt(plan, tx.Now)
			if err != nil {
				return err
			}
			p, err := s.planRollBack(ctx, tx, who, l.Master, push, one, parties, issued)
			if err != nil {
				return err
			}
			if p.PlanID != plan {
				return planChanged()
			}
			return s.rollBack(ctx, tx, who, p, out)
		})
	})
	if err != nil {
		return nil, fmt.Errorf("transfer.RollBack: %w", err)
	}
	failpoint.At("rollback/committed")
	return out, nil
}

// rollBack writes the roll back and what it did.
func (s *Service) rollBack(ctx context.Context, tx *db.Tx, who authz.Actor, p *RollBackPlan, out *RolledBackResult) error {
	these, folds := []string{}, []string{}
	folded := map[string]bool{}
	for i := range p.Items {
		item := &p.Items[i]
		result := RolledBackInstance{Client: item.Client.Name, Slug: item.Client.Slug, Result: item.State, BackTo: item.BackTo, Edited: item.Edited}
		if item.State == Open {
			result.Result = RolledBack
			out.RolledBack++
			these = append(these, strconv.FormatInt(int64(item.Key.Account), 10)+":"+strconv.FormatInt(item.Key.No, 10))
			if !folded[item.oldName] {
				folded[item.oldName] = true
				folds = append(folds, item.oldName+"\n"+asset.Fold(item.oldName))
			}
		} else {
			out.Left++
		}
		out.Items = append(out.Items, result)
	}
	if out.RolledBack == 0 {
		return errs.New(errs.Conflict, "nothing_to_roll_back", "Every instance was changed since that update. Nothing can be rolled back.")
	}
	out.Change = s.assets.Change()
	args := db.Args{"push": p.Push.Change, "change": out.Change, "these": db.Words(these), "all": out.Left == 0 && len(p.Items) > 1}
	kept, err := keepPushed(ctx, tx, args)
	if err != nil {
		return err
	}
	failpoint.At("rollback/versions_kept")
	args["folds"] = db.Words(folds)
	moved, err := moveBack(ctx, tx, args)
	if err != nil {
		return err
	}
	if moved != kept || moved != int64(out.RolledBack) {
		return fmt.Errorf("transfer: %d instances moved back, %d kept, %d expected", moved, kept, out.RolledBack)
	}
	failpoint.At("rollback/bodies_moved")
	return s.recordRollBack(ctx, tx, who, p, out)
}

// recordRollBack writes the change, its result per account, and the audit lines.
func (s *Service) recordRollBack(ctx context.Context, tx *db.Tx, who authz.Actor, p *RollBackPlan, out *RolledBackResult) error {
	err := s.assets.RecordChange(ctx, tx, asset.ChangeRow{
		ID: out.Change, Kind: "roll_back", Account: who.Account, Actor: who.User, Origin: p.Master.Key,
		Note: fmt.Sprintf("%d rolled back, %d left", out.RolledBack, out.Left),
	})
	if err != nil {
		return err
	}
	lines := []audit.Line{{Action: "klip.push_rolled_back", Subject: s.assets.PublicID(p.Master.Key), SubjectName: p.Master.Name,
		Detail: map[string]any{"rolled_back": out.RolledBack, "left": out.Left, "version": p.Push.Version}}}
	var rows [][]any
	seen := map[id.Account]bool{}
	for i, item := range p.Items {
		result := out.Items[i].Result
		if result == RolledBack && item.State == Open {
			lines = append(lines, audit.Line{
				Account: item.Key.Account, Action: "klip.rolled_back_by_agency",
				Subject: s.assets.PublicID(item.Key), SubjectName: item.oldName,
				Detail: map[string]any{"version": item.Version + 1, "edits_back": item.Edited},
			})
		}
		if !seen[item.Key.Account] {
			seen[item.Key.Account] = true
			rows = append(rows, []any{out.Change, item.Key.Account, 0, 0, string(result), ""})
		}
	}
	if err := tx.Insert(ctx, "change_accounts", []string{"change_id", "account_id", "base", "variant", "result", "detail"}, rows); err != nil {
		return err
	}
	return audit.RecordAll(ctx, tx, who, lines)
}
