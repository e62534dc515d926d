package purge

import (
	"context"
	"encoding/json"
	"slices"

	"octavo/internal/account"
	"octavo/internal/asset"
	"octavo/internal/authz"
	"octavo/internal/db"
	"octavo/internal/id"
	"octavo/internal/user"
)

// What the table installation knows of the demo.
const (
	DemoState    = "demo" // one of the states
	DemoPassword = "demo_password"
	demoThings   = "demo_things"
)

// States of the demo. One that was removed is not made again: the agency that it left behind has its name.
const (
	DemoMaking  = "making"
	DemoMade    = "made"
	DemoRemoved = "removed"
)

// things are what the demo consists of, as it was made. All beside it is somebody's own.
type things struct {
	Agency     part     `json:"agency"`
	Clients    []part   `json:"clients"`
	Properties []string `json:"properties"` // that the agency declares
}

// part is what the demo has in one account.
type part struct {
	Account id.Account      `json:"account"`
	People  []id.User       `json:"people"`
	Assets  map[int64]int64 `json:"assets"` // number → version
}

// clients are the accounts of the demo's clients.
func (t *things) clients() []id.Account {
	out := make([]id.Account, len(t.Clients))
	for i, c := range t.Clients {
		out[i] = c.Account
	}
	return out
}

// part gives what the demo has in an account.
func (t *things) part(of id.Account) *part {
	if of == t.Agency.Account {
		return &t.Agency
	}
	at := slices.IndexFunc(t.Clients, func(p part) bool { return p.Account == of })
	if at < 0 {
		return nil
	}
	return &t.Clients[at]
}

// Demo removes the demo, once its people have seen enough of it. Safe for concurrent use.
type Demo struct {
	db       *db.DB
	accounts *account.Service
	users    *user.Service
	library  *asset.Library
}

// NewDemo makes the service.
func NewDemo(d *db.DB, accounts *account.Service, users *user.Service, library *asset.Library) *Demo {
	return &Demo{db: d, accounts: accounts, users: users, library: library}
}

// Remember takes down all that an agency and its clients have as the demo's; who has just made it calls it.
func (d *Demo) Remember(ctx context.Context, agency id.Account, clients []id.Account) error {
	t := things{Agency: part{Account: agency, Assets: map[int64]int64{}}}
	for _, c := range clients {
		t.Clients = append(t.Clients, part{Account: c, Assets: map[int64]int64{}})
	}
	err := d.db.Read(ctx, db.Across(authz.GrantOperator(agency, clients, false)), func(tx *db.Tx) error {
		f, err := readFound(ctx, tx)
		if err != nil {
			return err
		}
		for _, a := range f.assets {
			t.part(a.account).Assets[a.no] = a.version
		}
		for _, p := range f.people {
			of := t.part(p.account)
			of.People = append(of.People, p.id)
		}
		t.Properties, err = declared(ctx, tx)
		return err
	})
	if err != nil {
		return err
	}
	text, err := json.Marshal(t)
	if err != nil {
		return err
	}
	return d.db.Tx(ctx, db.System(), func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, `INSERT INTO installation (name, value) VALUES (:name, :value)
			ON CONFLICT (name) DO UPDATE SET value = :value`, db.Args{"name": demoThings, "value": string(text)})
		return err
	})
}

// mayRemove admits administrators of the agency whose demo it is; to others there is none. Code not_found.
func (d *Demo) mayRemove(ctx context.Context, who authz.Actor) (*things, error) {
	if !who.IsParent || !who.IsAdmin() {
		return nil, authz.NotFound()
	}
	var state, text string
	err := d.db.Read(ctx, db.System(), func(tx *db.Tx) error {
		const value = `SELECT value FROM installation WHERE name = :name`
		if _, err := tx.One(ctx, value, db.Args{"name": DemoState}, &state); err != nil {
			return err
		}
		_, err := tx.One(ctx, value, db.Args{"name": demoThings}, &text)
		return err
	})
	if err != nil {
		return nil, err
	}
	if state != DemoMade || text == "" {
		return nil, authz.NotFound()
	}
	t := new(things)
	if err := json.Unmarshal([]byte(text), t); err != nil {
		return nil, err
	}
	if t.Agency.Account != who.Account {
		return nil, authz.NotFound()
	}
	return t, nil
}

// Removable says whether the actor may remove a demo.
func (d *Demo) Removable(ctx context.Context, who authz.Actor) (bool, error) {
	_, err := d.mayRemove(ctx, who)
	if isNotFound(err) {
		return false, nil
	}
	return err == nil, err
}
