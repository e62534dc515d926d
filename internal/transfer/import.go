package transfer

import (
	"context"
	"fmt"
	"slices"

	"octavo/internal/asset"
	"octavo/internal/audit"
	"octavo/internal/authz"
	"octavo/internal/datasource"
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
	Left   int       `json:"left"`   // properties that are still missing
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
// idempotency key gives the first result again. Codes as of Preview, and plan_changed, limit_reached,
// value_not_missing, cells_refused, idempotency_key_reused.
func (s *Service) Import(ctx context.Context, who authz.Actor, sel Selection, plan, key string) (*Result, error) {
	grant, err := s.grant(ctx, who, sel)
	if err != nil {
		return nil, err
	}
	failpoint.At("import/granted")
	var out *Result
	err = s.db.Tx(ctx, db.Import(grant), func(tx *db.Tx) error {
		out = new(Result)
		return once(ctx, tx, who, key, []any{"import", sel, plan}, out, func() error {
			if err := s.accounts.StillMay(ctx, tx, who, "", managed(who, sel)); err != nil {
				return err
			}
			job, err := s.prepareImport(ctx, tx, who, sel, grant.Accounts())
			if err != nil {
				return err
			}
			if err := job.confirm(tx.Now, plan); err != nil {
				return err
			}
			failpoint.At("import/planned")
			return job.apply(ctx, tx, out)
		})
	})
	if err != nil {
		return nil, fmt.Errorf("transfer.Import: %w", err)
	}
	failpoint.At("import/committed")
	return out, nil
}

// apply brings a selection into the one receiver.
func (j *importJob) apply(ctx context.Context, tx *db.Tx, out *Result) error {
	change, err := j.write(ctx, tx, out)
	if err != nil {
		return err
	}
	out.Change, out.Left = change, j.left()
	if out.Items, err = readImported(ctx, tx, change); err != nil {
		return err
	}
	failpoint.At("import/inserted")
	return j.recordImport(ctx, tx, change, len(out.Items))
}

// write inserts the rows of all receivers, in the order of docs/asset-graph.md §5.3.
// Codes limit_reached with the receivers that are full.
func (j *importJob) write(ctx context.Context, tx *db.Tx, out *Result) (id.Change, error) {
	nodes := j.fresh()
	n := int64(len(nodes))
	refused, err := lockReceivers(ctx, tx, j.receivers, n, j.dashboards())
	if err != nil {
		return 0, err
	}
	if len(refused) > 0 {
		return 0, j.full(refused)
	}
	failpoint.At("import/receivers_locked")
	change := j.s.assets.Change()
	if err := recordReceivers(ctx, tx, change, n); err != nil {
		return 0, err
	}
	failpoint.At("import/receivers_written")
	if err := j.freeze(ctx, tx, change, nodes, out); err != nil {
		return 0, err
	}
	failpoint.At("import/frozen")
	if err := j.insert(ctx, tx, change, n*int64(len(j.receivers))); err != nil {
		return 0, err
	}
	return change, j.fillIn(ctx, tx)
}

func (j *importJob) full(refused []id.Account) error {
	slugs := make([]string, len(refused))
	for i, a := range refused {
		slugs[i] = j.slugs[a]
	}
	text := "Not enough dashboards are left in the receiving account. Delete some there, or raise its limit."
	if len(refused) > 1 {
		text = fmt.Sprintf("Not enough dashboards are left in %d of the clients. Leave them out, or raise their limits.", len(refused))
	}
	return errs.New(errs.Conflict, "limit_reached", text).
		WithParams(map[string]any{"resource": "dashboard.combined.total", "accounts": len(refused), "clients": slugs})
}

// freeze numbers the nodes, rewrites their wirings to relative numbers and stores them.
func (j *importJob) freeze(ctx context.Context, tx *db.Tx, change id.Change, nodes []*Node, out *Result) error {
	bases, err := readBases(ctx, tx, change)
	if err != nil {
		return err
	}
	for ord, n := range nodes {
		n.rel = int64(ord)
	}
	for _, n := range j.graph {
		if n.ReusedAs != 0 {
			n.rel = n.ReusedAs - bases[j.receivers[0]] // reuse is offered for one receiver only
			out.Reused++
		}
	}
	if err := j.guard(ctx, tx, nodes); err != nil {
		return err
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

// wires gives the wiring of a copy. Links that end outside the closure are dropped and
// counted, and so are uses of what was left out.
func (j *importJob) wires(n *Node, out *Result) []asset.Wire {
	var wires []asset.Wire
	for _, u := range n.Uses {
		target := j.graph[u.To]
		if target == nil {
			if u.Kind == asset.Weak {
				out.Lost++
			}
			continue
		}
		wires = append(wires, asset.Wire{Slot: u.Slot, Kind: u.Kind, Rel: target.rel})
	}
	return wires
}

func (j *importJob) insert(ctx context.Context, tx *db.Tx, change id.Change, want int64) error {
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
	if slices.ContainsFunc(j.fresh(), func(n *Node) bool { return n.Source != nil && !ownsContent(n.Source.Connector) }) {
		if err := datasource.Arrived(ctx, tx, j.receivers, change); err != nil {
			return err
		}
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
	return insertMissingVariables(ctx, tx, j.receivers, bodies)
}

// recordImport writes the change and the audit lines of both sides. The line of a
// receiver names the change, so that the import can be found and taken back from there.
func (j *importJob) recordImport(ctx context.Context, tx *db.Tx, change id.Change, each int) error {
	err := j.s.assets.RecordChange(ctx, tx, asset.ChangeRow{
		ID: change, Kind: j.kind, Account: j.who.Account, Actor: j.who.User, Delegated: j.who.Delegated,
		Origin: j.sel.Assets[0], Note: fmt.Sprintf("%d", each),
	})
	if err != nil {
		return err
	}
	detail := map[string]any{"assets": each, "accounts": len(j.receivers)}
	sent := audit.Line{Account: j.sel.From, Action: "import.sent", SubjectName: j.name(), Detail: detail}
	if j.kind == "rollout" {
		sent.Action, sent.Subject = "import.rolled_out", change.String()
	}
	lines := []audit.Line{sent}
	for _, a := range j.receivers {
		lines = append(lines, audit.Line{Account: a, Action: "import.received", Subject: change.String(), SubjectName: j.name(), Detail: detail})
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
