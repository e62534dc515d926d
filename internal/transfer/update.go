package transfer

import (
	"context"
	"fmt"
	"strconv"

	"octavo/internal/asset"
	"octavo/internal/audit"
	"octavo/internal/authz"
	"octavo/internal/db"
	"octavo/internal/errs"
	"octavo/internal/failpoint"
	"octavo/internal/id"
)

// Updated is what an update did.
type Updated struct {
	Change    id.Change       `json:"change"`
	Version   int64           `json:"version"` // of the master
	Updated   int             `json:"updated"`
	Unchanged int             `json:"unchanged"`
	Blocked   int             `json:"blocked"`
	Items     []UpdatedClient `json:"items"`
}

// UpdatedClient is the result of one instance.
type UpdatedClient struct {
	Client string `json:"client"` // name
	Slug   string `json:"slug"`
	Result string `json:"result"` // updated, unchanged, or blocked
	Block  Block  `json:"block,omitempty"`
}

// Update gives all client instances of a Klip the master's body, in one
// transaction. Blocked instances are left as they are and named; edits of clients
// are overwritten and kept as versions. Codes not_found, permission_denied,
// push_needs_all_clients, push_running, plan_changed, all_blocked.
func (s *Service) Update(ctx context.Context, who authz.Actor, klip int64, plan, key string) (*Updated, error) {
	parties, err := s.clients(ctx, who)
	if err != nil {
		return nil, err
	}
	grant, err := authz.GrantFamily(who, authz.KlipPush, plainParties(parties), true)
	if err != nil {
		return nil, err
	}
	failpoint.At("update/granted")
	var out *Updated
	err = s.db.Tx(ctx, db.Import(grant), func(tx *db.Tx) error {
		out = new(Updated)
		return once(ctx, tx, who, key, []any{"update", klip, plan}, out, func() error {
			if err := s.accounts.StillMay(ctx, tx, who, authz.KlipPush, grant.Accounts()); err != nil {
				return err
			}
			l, err := s.lock(ctx, tx, who, klip)
			if err != nil {
				return err
			}
			failpoint.At("update/locked")
			issued, err := issuedAt(plan, tx.Now)
			if err != nil {
				return err
			}
			if l, err = s.inspect(ctx, tx, who, l.Master, parties, issued); err != nil {
				return err
			}
			if l.PlanID != plan {
				return planChanged()
			}
			failpoint.At("update/inspected")
			return s.push(ctx, tx, who, l, out)
		})
	})
	if err != nil {
		return nil, fmt.Errorf("transfer.Update: %w", err)
	}
	failpoint.At("update/committed")
	return out, nil
}

// lock locks master and instances, in this order, and reads the master.
func (s *Service) lock(ctx context.Context, tx *db.Tx, who authz.Actor, klip int64) (*Instances, error) {
	_, found, err := lockMaster(ctx, tx, klip)
	if db.IsLocked(err) {
		return nil, errs.New(errs.Conflict, "push_running", "Another update of this Klip is running. Wait for it to end.")
	}
	if err != nil {
		return nil, err
	}
	if !found {
		return nil, authz.NotFound()
	}
	master, err := s.assets.Editable(ctx, tx, who, authz.KlipPush, klip)
	if err != nil {
		return nil, err
	}
	return &Instances{Master: master}, lockInstances(ctx, tx, klip)
}

// push writes the update and what it did.
func (s *Service) push(ctx context.Context, tx *db.Tx, who authz.Actor, l *Instances, out *Updated) error {
	clear := []string{}
	var into []id.Account
	for i := range l.Items {
		item := &l.Items[i]
		result := UpdatedClient{Client: item.Client.Name, Slug: item.Client.Slug, Result: "updated"}
		switch {
		case item.Block != Clear:
			result.Result, result.Block = "blocked", item.Block
			out.Blocked++
		case item.unchanged(l.Master):
			result.Result = "unchanged"
			out.Unchanged++
		default:
			clear = append(clear, strconv.FormatInt(int64(item.Key.Account), 10)+":"+strconv.FormatInt(item.Key.No, 10))
			into = append(into, item.Key.Account)
			out.Updated++
		}
		out.Items = append(out.Items, result)
	}
	if out.Blocked == len(l.Items) && out.Blocked > 0 {
		return errs.New(errs.Conflict, "all_blocked", "No instance can be updated: their data sources differ from the master's. Import the dashboard again in these clients.")
	}
	out.Change, out.Version = s.assets.Change(), l.Master.Version
	args := updateArgs(l.Master, out.Change, clear, out.Blocked == 0)
	kept, err := keepVersions(ctx, tx, args)
	if err != nil {
		return err
	}
	failpoint.At("update/versions_kept")
	moved, err := moveBodies(ctx, tx, args, asset.Fold(l.Master.Name))
	if err != nil {
		return err
	}
	failpoint.At("update/bodies_moved")
	if moved != kept || moved != int64(out.Updated) {
		return fmt.Errorf("transfer: %d instances moved, %d kept, %d expected", moved, kept, out.Updated)
	}
	if err := insertMissingVariables(ctx, tx, into, []id.Content{l.Master.Body}); err != nil {
		return err
	}
	failpoint.At("update/variables_written")
	return s.recordUpdate(ctx, tx, who, l, out)
}

// recordUpdate writes the change, its result per account, and the audit lines.
func (s *Service) recordUpdate(ctx context.Context, tx *db.Tx, who authz.Actor, l *Instances, out *Updated) error {
	err := s.assets.RecordChange(ctx, tx, asset.ChangeRow{
		ID: out.Change, Kind: "update", Account: who.Account, Actor: who.User, Origin: l.Master.Key,
		Note: fmt.Sprintf("%d updated, %d unchanged, %d blocked", out.Updated, out.Unchanged, out.Blocked),
	})
	if err != nil {
		return err
	}
	failpoint.At("update/change_written")
	if err := keepPushedMaster(ctx, tx, out.Change, l.Master); err != nil {
		return err
	}
	public := s.assets.PublicID(l.Master.Key)
	lines := []audit.Line{{Action: "klip.pushed", Subject: public, SubjectName: l.Master.Name, Detail: map[string]any{
		"updated": out.Updated, "unchanged": out.Unchanged, "blocked": out.Blocked, "version": out.Version,
	}}}
	var rows [][]any
	seen := map[id.Account]bool{}
	for i, item := range l.Items {
		result := out.Items[i]
		if result.Result == "updated" {
			lines = append(lines, audit.Line{
				Account: item.Key.Account, Action: "klip.updated_by_agency",
				Subject: s.assets.PublicID(item.Key), SubjectName: item.Name,
				Detail: map[string]any{"version": item.Version + 1, "edits_overwritten": item.Edited},
			})
		}
		if !seen[item.Key.Account] {
			seen[item.Key.Account] = true
			rows = append(rows, []any{out.Change, item.Key.Account, 0, 0, result.Result, string(result.Block)})
		}
	}
	if err := tx.Insert(ctx, "change_accounts", []string{"change_id", "account_id", "base", "variant", "result", "detail"}, rows); err != nil {
		return err
	}
	failpoint.At("update/receivers_written")
	return audit.RecordAll(ctx, tx, who, lines)
}
