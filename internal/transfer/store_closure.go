package transfer

import (
	"context"
	"encoding/json"

	"octavo/internal/asset"
	"octavo/internal/datasource"
	"octavo/internal/db"
	"octavo/internal/id"
)

// readGraph reads the closure of the selected numbers of the scope's account. The
// rows are read in one statement, so they are one snapshot; bodies and wirings
// behind them never change. One more than MaxClosure rows are read at most.
func readGraph(ctx context.Context, tx *db.Tx, selected []int64) (Graph, error) {
	g := Graph{}
	err := tx.Query(ctx, `
		WITH RECURSIVE closure (no) AS (
			SELECT a.no FROM assets a WHERE a.account_id = :account AND a.no IN {each :selected}
			UNION
			SELECT a.base + w.rel FROM closure
			JOIN assets a ON a.account_id = :account AND a.no = closure.no
			JOIN wires w ON w.wiring_id = a.wiring_id
			JOIN body_refs r ON r.body_id = a.body_id AND r.kind = 'strong' AND r.name = w.slot
		)
		SELECT closure.no, COALESCE(a.kind, ''), COALESCE(a.name, ''), COALESCE(a.suffix, 1), COALESCE(a.version, 0),
			COALESCE(a.owner_id, ''), COALESCE(a.body_id, 0), COALESCE(a.wiring_id, 0), COALESCE(a.base, 0),
			COALESCE(a.deleted_at, 0), a.no IS NULL, b.hash, COALESCE(b.json, ''),
			s.no IS NOT NULL, COALESCE(s.description, ''), COALESCE(s.settings_id, 0), COALESCE(s.credential_account, 0),
			COALESCE(s.credential_id, ''), COALESCE(s.payload_id, 0), COALESCE(s.received_at, 0),
			COALESCE(p.row_count, 0), COALESCE(p.bytes, 0)
		FROM closure
		LEFT JOIN assets a ON a.account_id = :account AND a.no = closure.no
		LEFT JOIN bodies b ON b.id = a.body_id AND b.family_id = :family
		LEFT JOIN sources s ON s.account_id = :account AND s.no = closure.no
		LEFT JOIN payloads p ON p.id = s.payload_id AND p.family_id = :family
		ORDER BY closure.no LIMIT :limit`,
		db.Args{"selected": db.List(selected), "limit": MaxClosure + 1},
		func(scan func(...any) error) error {
			n, err := scanNode(scan)
			g[n.No] = n
			return err
		})
	if err != nil {
		return nil, err
	}
	for _, no := range selected {
		if g[no] == nil {
			g[no] = &Node{No: no, Missing: true}
		}
		g[no].Selected = true
	}
	if err := readUses(ctx, tx, g); err != nil {
		return nil, err
	}
	g.link()
	return g, nil
}

func scanNode(scan func(...any) error) (*Node, error) {
	n, s := new(Node), new(SourceRow)
	var raw bool
	err := scan(&n.No, &n.Kind, &n.Name, &n.Suffix, &n.Version, &n.Owner, &n.Body, &n.Wiring, &n.Base,
		&n.DeletedAt, &n.Missing, &n.BodyHash, &n.JSON, &raw, &s.Description, &s.Settings, &s.CredentialAccount,
		&s.CredentialID, &s.Payload, &s.ReceivedAt, &s.Rows, &s.Bytes)
	if err != nil || !raw {
		return n, err
	}
	var body struct {
		Connector string           `json:"connector"`
		Table     datasource.Table `json:"table"`
	}
	n.Source = s
	err = json.Unmarshal([]byte(n.JSON), &body)
	s.Connector = body.Connector
	if len(body.Table.Variables) > 0 { // what was there before it had variables is for nobody
		s.Payload, s.ReceivedAt, s.Rows, s.Bytes = 0, 0, 0, 0
	}
	return n, err
}

// readUses fills references and wires. Wires whose slot the body no longer names are left out.
func readUses(ctx context.Context, tx *db.Tx, g Graph) error {
	bodies, wirings := map[id.Content][]*Node{}, map[id.Content][]*Node{}
	for _, n := range g.sorted() {
		if n.Missing {
			continue
		}
		bodies[n.Body] = append(bodies[n.Body], n)
		wirings[n.Wiring] = append(wirings[n.Wiring], n)
	}
	err := tx.Query(ctx, `SELECT b.id, r.kind, r.name FROM bodies b JOIN body_refs r ON r.body_id = b.id
		WHERE b.family_id = :family AND b.id IN {each :bodies} ORDER BY b.id, r.kind, r.name`,
		db.Args{"bodies": db.List(keys(bodies))}, func(scan func(...any) error) error {
			var body id.Content
			var r asset.Ref
			err := scan(&body, &r.Kind, &r.Name)
			for _, n := range bodies[body] {
				n.Refs = append(n.Refs, r)
			}
			return err
		})
	if err != nil {
		return err
	}
	return tx.Query(ctx, `SELECT w.wiring_id, w.slot, w.kind, w.rel FROM wirings g JOIN wires w ON w.wiring_id = g.id
		WHERE g.family_id = :family AND g.id IN {each :wirings} ORDER BY w.wiring_id, w.slot`,
		db.Args{"wirings": db.List(keys(wirings))}, func(scan func(...any) error) error {
			var of id.Content
			var w asset.Wire
			if err := scan(&of, &w.Slot, &w.Kind, &w.Rel); err != nil {
				return err
			}
			for _, n := range wirings[of] {
				if n.names(w) {
					n.Uses = append(n.Uses, Use{Slot: w.Slot, Kind: w.Kind, To: n.Base + w.Rel})
				}
			}
			return nil
		})
}

func (n *Node) names(w asset.Wire) bool {
	for _, r := range n.Refs {
		if r.Kind == w.Kind && r.Name == w.Slot {
			return true
		}
	}
	return false
}

func keys[K comparable, V any](m map[K]V) []K {
	out := make([]K, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	return out
}
