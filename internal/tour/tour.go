package tour

import (
	"context"
	"encoding/json"
	"slices"

	"octavo/internal/account"
	"octavo/internal/asset"
	"octavo/internal/authz"
	"octavo/internal/db"
	"octavo/internal/id"
)

// StepID names a step.
type StepID string

// The steps, in the order of the tour.
const (
	Look     StepID = "look"     // see a dashboard of a client as its people see it
	SetUp    StepID = "set_up"   // import into a client and fill in what the templates need
	Activate StepID = "activate" // open the client to its people
)

// Objects are what the steps speak of.
type Objects struct {
	Agency    id.Account `json:"agency"`
	Shown     id.Account `json:"shown"`     // the client to look at
	Dashboard int64      `json:"dashboard"` // and its dashboard
	New       id.Account `json:"new"`       // the client to set up
	Property  string     `json:"property"`  // which the client to set up lacks
}

// Step is one step, for a person who may do it.
type Step struct {
	ID        StepID
	Done      bool
	Client    account.Party
	Dashboard string // of Look: public id
	Imported  bool   // of SetUp: something was imported
	Property  string // of SetUp: the property that has to be filled in
	Filled    bool   // of SetUp: it was
}

// Tour is the tour as one person has it. Without steps there is none for them.
type Tour struct {
	Steps  []Step
	Hidden bool // the person put it away
}

// Service offers the tour. Safe for concurrent use.
type Service struct {
	db       *db.DB
	accounts *account.Service
	assets   *asset.Service
}

// New makes the service.
func New(d *db.DB, accounts *account.Service, assets *asset.Service) *Service {
	return &Service{db: d, accounts: accounts, assets: assets}
}

// Key is where the objects of the tour stand in the table installation.
const Key = "tour"

// Offer remembers what the tour speaks of; the maker of the demo calls it.
func (s *Service) Offer(ctx context.Context, o Objects) error {
	text, err := json.Marshal(o)
	if err != nil {
		return err
	}
	return s.db.Tx(ctx, db.System(), func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, `INSERT INTO installation (name, value) VALUES (:name, :value)
			ON CONFLICT (name) DO UPDATE SET value = :value`, db.Args{"name": Key, "value": string(text)})
		return err
	})
}

// objects gives what the tour of an agency speaks of; false = it has none.
func (s *Service) objects(ctx context.Context, agency id.Account) (o Objects, there bool, err error) {
	var text string
	err = s.db.Read(ctx, db.System(), func(tx *db.Tx) (err error) {
		there, err = tx.One(ctx, `SELECT value FROM installation WHERE name = :name`, db.Args{"name": Key}, &text)
		return err
	})
	if err != nil || !there {
		return o, false, err
	}
	err = json.Unmarshal([]byte(text), &o)
	return o, err == nil && o.Agency == agency, err
}

// mayTour admits people of an agency who know of clients; to others there is no tour.
func mayTour(who authz.Actor) error {
	if !who.IsParent || !who.Has(authz.ClientAccess) {
		return authz.NotFound()
	}
	return nil
}

// Get gives the tour with the steps that the actor may do. Steps whose client or dashboard is gone are left
// out. Code not_found.
func (s *Service) Get(ctx context.Context, who authz.Actor) (*Tour, error) {
	if err := mayTour(who); err != nil {
		return nil, err
	}
	out := &Tour{Steps: []Step{}}
	o, there, err := s.objects(ctx, who.Account)
	if err != nil || !there || !who.Has(authz.ClientLogin) {
		return out, err
	}
	shown, empty, err := s.clients(ctx, who, o)
	if err != nil {
		return nil, err
	}
	var enter []authz.Party
	for _, p := range []*account.Party{shown, empty} {
		if p != nil {
			enter = append(enter, p.Party)
		}
	}
	if len(enter) == 0 {
		return out, nil
	}
	grant, err := authz.GrantFamily(who, authz.ClientLogin, enter, false)
	if err != nil {
		return nil, err
	}
	var seen facts
	if err := s.db.Read(ctx, db.Across(grant), func(tx *db.Tx) (err error) { seen, err = read(ctx, tx, who, o); return err }); err != nil {
		return nil, err
	}
	out.Hidden = seen.hidden
	if shown != nil && seen.there {
		out.Steps = append(out.Steps, Step{ID: Look, Done: seen.opened, Client: *shown,
			Dashboard: s.assets.PublicID(id.Asset{Account: o.Shown, No: o.Dashboard})})
	}
	if empty != nil {
		out.Steps = append(out.Steps, Step{ID: SetUp, Done: seen.imported && seen.filled, Client: *empty,
			Imported: seen.imported, Property: o.Property, Filled: seen.filled})
		if who.Has(authz.ClientEdit) && empty.CanManage {
			out.Steps = append(out.Steps, Step{ID: Activate, Done: empty.Status == account.Active, Client: *empty})
		}
	}
	return out, nil
}

// clients finds the two clients of the tour, as far as the actor may enter them; nil = not.
func (s *Service) clients(ctx context.Context, who authz.Actor, o Objects) (shown, empty *account.Party, err error) {
	parties, err := s.accounts.Parties(ctx, who)
	if err != nil {
		return nil, nil, err
	}
	find := func(client id.Account) *account.Party {
		at := slices.IndexFunc(parties, func(p account.Party) bool { return p.Account == client && p.CanSee && p.CanEnter })
		if at < 0 {
			return nil
		}
		return &parties[at]
	}
	return find(o.Shown), find(o.New), nil
}

// Hide puts the tour away for the actor, or brings it back. Code not_found.
func (s *Service) Hide(ctx context.Context, who authz.Actor, on bool) error {
	if err := mayTour(who); err != nil {
		return err
	}
	return s.db.Tx(ctx, db.Account(who.Account), func(tx *db.Tx) error {
		if !on {
			_, err := tx.Exec(ctx, `DELETE FROM tours WHERE account_id = :account AND user_id = :who`, db.Args{"who": who.User})
			return err
		}
		_, err := tx.Exec(ctx, `INSERT INTO tours (account_id, user_id, hidden_at) VALUES (:account, :who, :now)
			ON CONFLICT (account_id, user_id) DO NOTHING`, db.Args{"who": who.User, "now": tx.Now})
		return err
	})
}
