package transfer

import (
	"context"
	"fmt"

	"octavo/internal/asset"
	"octavo/internal/audit"
	"octavo/internal/authz"
	"octavo/internal/db"
	"octavo/internal/errs"
	"octavo/internal/failpoint"
	"octavo/internal/id"
)

// Result is what an import brought.
type Result struct {
	Change id.Change `json:"change"`
	Items  []Created `json:"items"`
	Reused int       `json:"reused"` // data sources that stand for copies made before
	Lost   int       `json:"lost"`   // links to dashboards that are plain text now
}

// Created is one new asset.
type Created struct {
	Account  id.Account `json:"account"`
	No       int64      `json:"no"`
	Kind     asset.Kind `json:"kind"`
	Name     string     `json:"name"`
	MasterNo int64      `json:"master_no"`
}

// Import carries out a plan in one transaction: everything or nothing. The same
// idempotency key gives the first result again. Codes as of Preview, and
// plan_changed, limit_reached, idempotency_key_reused.
func (s *Service) Import(ctx context.Context, who authz.Actor, sel Selection, plan, key string) (*Result, error) {
	grant, err := s.grant(ctx, who, sel)
	if err != nil {
		return nil, err
	}
	failpoint.At("import/granted")
	var out *Result
	err = s.db.Tx(ctx, db.Import(grant), func(tx *db.Tx) error {
		out = new(Result)
		return once(ctx, tx, who, key, []any{"import", sel.From, sel.Assets, sel.Reuse, plan}, out, func() error {
			if err := s.accounts.StillMay(ctx, tx, who, "", managed(who, sel)); err != nil {
				return err
			}
			job, err := s.prepare(ctx, tx, who, sel)
			if err != nil {
				return err
			}
			if err := job.confirm(tx.Now, plan, grant.Accounts()); err != nil {
				return err
			}
			failpoint.At("import/planned")
			return job.apply(ctx, tx, grant.Accounts(), out)
		})
	})
	if err != nil {
		return nil, fmt.Errorf("transfer.Import: %w", err)
	}
	failpoint.At("import/committed")
	return out, nil
}

// apply inserts the rows of all receivers, in the order of docs/asset-graph.md §5.3.
func (j *importJob) apply(ctx context.Context, tx *db.Tx, receivers []id.Account, out *Result) error {
	nodes := j.fresh()
	n := int64(len(nodes))
	refused, err := lockReceivers(ctx, tx, receivers, n, j.dashboards())
	if err != nil {
		return err
	}
	if len(refused) > 0 {
		return errs.New(errs.Conflict, "limit_reached", "Not enough dashboards are left in the receiving account. Delete some there, or raise its limit.").
			WithParams(map[string]any{"resource": "dashboard.combined.total", "accounts": len(refused)})
	}
	failpoint.At("import/receivers_locked")
	change := j.s.assets.Change()
	out.Change = change
	if err := recordReceivers(ctx, tx, change, n); err != nil {
		return err
	}
	failpoint.At("import/receivers_written")
	if err := j.freeze(ctx, tx, change, receivers, nodes, out); err != nil {
		return err
	}
	failpoint.At("import/frozen")
	if err := j.insert(ctx, tx, change, receivers, n*int64(len(receivers))); err != nil {
		return err
	}
	if out.Items, err = readImported(ctx, tx, change); err != nil {
		return err
	}
	failpoint.At("import/inserted")
	return j.recordImport(ctx, tx, change, receivers, out)
}

// freeze numbers the nodes, rewrites their wirings to relative numbers and stores them.
func (j *importJob) freeze(ctx context.Context, tx *db.Tx, change id.Change, receivers []id.Account, nodes []*Node, out *Result) error {
	bases, err := readBases(ctx, tx, change)
	if err != nil {
		return err
	}
	for ord, n := range nodes {
		n.rel = int64(ord)
	}
	for _, n := range j.graph {
		if n.ReusedAs != 0 {
			n.rel = n.ReusedAs - bases[receivers[0]] // reuse is offered for one receiver only
			out.Reused++
		}
	}
	seen := map[nameKey]int64{}
	rows := make([][]any, len(nodes))
	for ord, n := range nodes {
		wiring, err := j.s.assets.PutWiring(ctx, tx, j.wires(n, out))
		if err != nil {
			return err
		}
		k := nameKey{n.Kind, asset.Fold(n.Name)}
		seen[k]++
		rows[ord] = append([]any{
			change, ord, n.Kind, n.Name, k.folded, seen[k], j.sel.From, n.No, n.Version, n.Body, wiring, n.Deep,
		}, j.sourceColumns(n)...)
	}
	return tx.Insert(ctx, "nodes", []string{
		"change_id", "ord", "kind", "name", "name_folded", "suffix", "origin_account", "origin_no", "version", "body_id",
		"wiring_id", "deep", "settings_id", "credential_account", "credential_id", "payload_id",
	}, rows)
}

func (j *importJob) sourceColumns(n *Node) []any {
	out := []any{nil, nil, nil, nil}
	if n.Source == nil {
		return out
	}
	out[0] = n.Source.Settings
	if n.Source.CredentialID != "" {
		out[1], out[2] = n.Source.CredentialAccount, n.Source.CredentialID
		if n.Source.CredentialAccount == 0 {
			out[1] = j.sel.From
		}
	}
	if ownsContent(n.Source.Connector) && n.Source.Payload != 0 {
		out[3] = n.Source.Payload
	}
	return out
}

// wires gives the wiring of a copy. Links that end outside the closure are dropped and counted.
func (j *importJob) wires(n *Node, out *Result) []asset.Wire {
	var wires []asset.Wire
	for _, u := range n.Uses {
		target := j.graph[u.To]
		if target == nil {
			out.Lost++
			continue
		}
		wires = append(wires, asset.Wire{Slot: u.Slot, Kind: u.Kind, Rel: target.rel})
	}
	return wires
}

func (j *importJob) insert(ctx context.Context, tx *db.Tx, change id.Change, receivers []id.Account, want int64) error {
	made, err := insertCopies(ctx, tx, change, j.who.User)
	if err != nil {
		return err
	}
	if made != want {
		return fmt.Errorf("transfer: %d copies made, %d expected", made, want)
	}
	failpoint.At("import/copies_written")
	if err := insertCopiedSources(ctx, tx, change); err != nil {
		return err
	}
	failpoint.At("import/sources_written")
	if err := insertCopiedTags(ctx, tx, change); err != nil {
		return err
	}
	failpoint.At("import/tags_written")
	var bodies []id.Content
	for _, n := range j.fresh() {
		bodies = append(bodies, n.Body)
	}
	return insertMissingVariables(ctx, tx, receivers, bodies)
}

// recordImport writes the change and the audit lines of both sides.
func (j *importJob) recordImport(ctx context.Context, tx *db.Tx, change id.Change, receivers []id.Account, out *Result) error {
	err := j.s.assets.RecordChange(ctx, tx, asset.ChangeRow{
		ID: change, Kind: "import", Account: j.who.Account, Actor: j.who.User, Delegated: j.who.Delegated,
		Origin: j.sel.Assets[0], Note: fmt.Sprintf("%d", len(out.Items)),
	})
	if err != nil {
		return err
	}
	detail := map[string]any{"assets": len(out.Items), "accounts": len(receivers)}
	lines := []audit.Line{{Account: j.sel.From, Action: "import.sent", SubjectName: j.name(), Detail: detail}}
	for _, a := range receivers {
		lines = append(lines, audit.Line{Account: a, Action: "import.received", SubjectName: j.name(), Detail: detail})
	}
	return audit.RecordAll(ctx, tx, j.who, lines)
}

// name is the name of the first selected asset, for people.
func (j *importJob) name() string { return j.graph[j.sel.Assets[0].No].Name }

// managed are the accounts that the person must manage for an import: the receiving
// one, and a client that it comes from. What the agency has is asked for asset by asset.
func managed(who authz.Actor, sel Selection) []id.Account {
	if sel.From == who.Home {
		return []id.Account{who.Account}
	}
	return []id.Account{who.Account, sel.From}
}
