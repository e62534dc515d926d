package property

import (
	"context"

	"octavo/internal/account"
	"octavo/internal/authz"
	"octavo/internal/db"
	"octavo/internal/fold"
	"octavo/internal/id"
	"octavo/internal/page"
)

// Rows of one page of the grid.
const (
	gridRows    = 200
	maxGridRows = 1000
)

// Row is one client of the grid.
type Row struct {
	Account id.Account
	Slug    string
	Name    string // the internal name: the grid is for people of the agency
	Status  account.Status
	Cells   []Property // what the client has, in order of name
	folded  string
}

// GridFilter selects clients of the grid.
type GridFilter struct {
	Search  string // part of name or address
	Client  string // one client by its address
	Missing string // name of a property that they lack; "*" = any that is required
}

// Grid are properties of clients.
type Grid struct {
	Declared []Declaration
	Others   []string // names that clients have and the agency has not declared, in order
	Rows     []Row
}

// clientGrant opens the clients that the actor may sign in to as administrator.
func (s *Service) clientGrant(ctx context.Context, who authz.Actor, write bool, only func(account.Party) bool) (authz.Grant, error) {
	if !who.IsParent || !who.Has(authz.ClientLogin) {
		return authz.Grant{}, authz.NotFound()
	}
	parties, err := s.accounts.Parties(ctx, who)
	if err != nil {
		return authz.Grant{}, err
	}
	var open []authz.Party
	for _, p := range parties {
		if !p.IsParent && p.CanEnter && only(p) {
			open = append(open, p.Party)
		}
	}
	return authz.GrantFamily(who, authz.ClientLogin, open, write)
}

func everyClient(account.Party) bool { return true }

// missing is the condition for a client a that lacks a property that a row d declares.
const missing = `NOT EXISTS (SELECT 1 FROM properties g WHERE g.account_id = a.id AND g.name = d.name AND (g.value IS NOT NULL OR g.sealed IS NOT NULL))`

// gridClients selects the clients of a page.
const gridClients = `SELECT a.id, a.slug, a.name, a.name_folded, a.status FROM accounts a
	WHERE a.id IN {each :accounts} AND a.kind = 'client' AND a.deleted_at IS NULL
	AND (a.name_folded LIKE :like ESCAPE '!' OR a.slug LIKE :like ESCAPE '!')
	AND (CAST(:client AS text) = '' OR a.slug = :client)
	AND (CAST(:missing AS text) = '' OR EXISTS (SELECT 1 FROM property_declarations d WHERE d.account_id = :agency
		AND ((:missing = '*' AND d.required = 1) OR d.name = :missing) AND ` + missing + `))`

func (f GridFilter) args() db.Args {
	return db.Args{"like": fold.Like(f.Search), "client": f.Client, "missing": f.Missing}
}

// Grid gives a page of the clients that the actor may manage, in order of name, with all
// their properties: one statement for the page. Code not_found.
func (s *Service) Grid(ctx context.Context, who authz.Actor, f GridFilter, req page.Request) (*Grid, *page.Mark, error) {
	grant, err := s.clientGrant(ctx, who, false, everyClient)
	if err != nil {
		return nil, nil, err
	}
	size := req.Limit
	if size <= 0 {
		size = gridRows
	}
	size = min(size, maxGridRows)
	args, from := f.args(), req.From()
	args["first"], args["key"], args["id"], args["rows"] = req.First(), from.Key, from.ID, size+1
	g := &Grid{}
	err = s.db.Read(ctx, db.Across(grant), func(tx *db.Tx) error {
		var err error
		if g.Declared, err = readDeclared(ctx, tx, `account_id = :agency`, nil); err != nil {
			return err
		}
		if g.Others, err = undeclared(ctx, tx); err != nil {
			return err
		}
		g.Rows, err = readGrid(ctx, tx, args)
		return err
	})
	if err != nil {
		return nil, nil, err
	}
	for i := range g.Rows {
		for k, cell := range g.Rows[i].Cells {
			cell.Shown = cell.Type != Secret
			g.Rows[i].Cells[k] = cell
		}
	}
	if len(g.Rows) <= size {
		return g, nil, nil
	}
	g.Rows = g.Rows[:size]
	last := g.Rows[size-1]
	return g, &page.Mark{Key: last.folded, ID: last.Slug}, nil
}

func readGrid(ctx context.Context, tx *db.Tx, args db.Args) ([]Row, error) {
	var out []Row
	err := tx.Query(ctx, `
		SELECT c.id, c.slug, c.name, c.name_folded, c.status, coalesce(p.name, ''), coalesce(p.type, ''), coalesce(p.value, ''),
			CASE WHEN p.value IS NOT NULL OR p.sealed IS NOT NULL THEN 1 ELSE 0 END, coalesce(p.locked, 0), coalesce(p.hidden, 0), coalesce(p.version, 0)
		FROM (`+gridClients+`
			AND (CAST(:first AS bigint) = 1 OR a.name_folded > :key OR (a.name_folded = :key AND a.slug > :id))
			ORDER BY a.name_folded, a.slug LIMIT :rows) c
		LEFT JOIN properties p ON p.account_id = c.id AND p.account_id IN {each :accounts}
		ORDER BY c.name_folded, c.slug, p.name`, args, func(scan func(...any) error) error {
		var r Row
		var p Property
		var given, locked, hidden int64
		err := scan(&r.Account, &r.Slug, &r.Name, &r.folded, &r.Status, &p.Name, &p.Type, &p.Value, &given, &locked, &hidden, &p.Version)
		if err != nil {
			return err
		}
		if n := len(out); n == 0 || out[n-1].Account != r.Account {
			out = append(out, r)
		}
		if p.Name != "" {
			p.Given, p.Locked, p.Hidden = given == 1, locked == 1, hidden == 1
			last := &out[len(out)-1]
			last.Cells = append(last.Cells, p)
		}
		return nil
	})
	return out, err
}

// undeclared lists names that clients have and the agency has not declared.
func undeclared(ctx context.Context, tx *db.Tx) ([]string, error) {
	var out []string
	err := tx.Query(ctx, `SELECT DISTINCT p.name FROM properties p WHERE p.account_id IN {each :accounts}
		AND p.name NOT IN (SELECT d.name FROM property_declarations d WHERE d.account_id = :agency) ORDER BY p.name`,
		nil, func(scan func(...any) error) error {
			var name string
			err := scan(&name)
			out = append(out, name)
			return err
		})
	return out, err
}

// CountGrid gives how many clients the grid has on all pages. Code not_found.
func (s *Service) CountGrid(ctx context.Context, who authz.Actor, f GridFilter) (int64, error) {
	grant, err := s.clientGrant(ctx, who, false, everyClient)
	if err != nil {
		return 0, err
	}
	var n int64
	err = s.db.Read(ctx, db.Across(grant), func(tx *db.Tx) error {
		_, err := tx.One(ctx, `SELECT COUNT(*) FROM (`+gridClients+`) c`, f.args(), &n)
		return err
	})
	return n, err
}

// Missing counts, for the clients that the grant opens, the required properties that they lack;
// a client that lacks none is left out. One statement.
func (s *Service) Missing(ctx context.Context, grant authz.Grant) (map[id.Account]int64, error) {
	out := map[id.Account]int64{}
	err := s.db.Read(ctx, db.Across(grant), func(tx *db.Tx) error {
		clear(out)
		return tx.Query(ctx, `SELECT a.id, COUNT(*) FROM accounts a
			JOIN property_declarations d ON d.account_id = :agency AND d.required = 1
			WHERE a.id IN {each :accounts} AND a.kind = 'client' AND a.deleted_at IS NULL AND `+missing+`
			GROUP BY a.id`, nil, func(scan func(...any) error) error {
			var a id.Account
			var n int64
			err := scan(&a, &n)
			out[a] = n
			return err
		})
	})
	return out, err
}
