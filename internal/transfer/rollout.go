package transfer

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"octavo/internal/account"
	"octavo/internal/authz"
	"octavo/internal/db"
	"octavo/internal/errs"
	"octavo/internal/failpoint"
	"octavo/internal/id"
)

// MaxReceivers is how many clients one roll-out may reach.
const MaxReceivers = 1000

// Rollout is what a person of the agency wants to bring into many clients at once.
type Rollout struct {
	Assets  []id.Asset // of the agency
	Clients []string   // addresses
	Without bool       // leave out what was deleted
	Values  []RolloutValue
	Lock    []string // names of properties that clients could change, to be locked there
}

// RolloutValue is the value of a property that a client lacks.
type RolloutValue struct {
	Client string
	Name   string
	Value  string
}

// RolloutPlan is what a roll-out would do. ID is for the clients that are ready: those
// that are not full.
type RolloutPlan struct {
	ID         string
	ExpiresAt  time.Time
	Items      []Item // without what is in the clients already
	Unresolved []LostLink
	Needs      []Need
	Clients    []Receiver // in order of name
}

// Receiver is one client of a roll-out.
type Receiver struct {
	account.Party
	Dashboards Room
	Missing    []string // names of properties without a value, in order
	Open       []string // names of those that it could change, though they decide whose data is read
	Here       int      // how many of the selected assets it has copies of
	EditedHere int      // how many of these it has edited
}

// Ready says whether the roll-out can reach the client.
func (r *Receiver) Ready() bool { return !r.Dashboards.Full() }

// RolledOut is what a roll-out did.
type RolledOut struct {
	Change  id.Change   `json:"change"`
	Assets  int         `json:"assets"` // new ones in each client
	Lost    int         `json:"lost"`
	Left    int         `json:"left"` // properties that are still missing, over all clients
	Clients []RolledOne `json:"clients"`
}

// RolledOne is a client that the roll-out reached, with the copy of the first selected asset.
type RolledOne struct {
	Account id.Account `json:"account"`
	First   int64      `json:"first"`
}

// PlanRollout reads what a roll-out would do and changes nothing. Codes not_found with
// the clients that are not there, permission_denied, too_many_clients and those of Preview.
func (s *Service) PlanRollout(ctx context.Context, who authz.Actor, in Rollout) (*RolloutPlan, error) {
	grant, parties, err := s.rolloutGrant(ctx, who, in)
	if err != nil {
		return nil, err
	}
	var plan *RolloutPlan
	err = s.db.Read(ctx, db.Across(grant), func(tx *db.Tx) error {
		job, err := s.prepareRollout(ctx, tx, who, in, grant.Accounts(), parties)
		if err != nil {
			return err
		}
		plan, err = job.rolloutPlan(ctx, tx, parties)
		return err
	})
	return plan, err
}

// RollOut carries out a plan for all its clients in one transaction: in every one of them
// or in none. Codes as of PlanRollout, and plan_changed, limit_reached with the clients
// that are full, value_not_missing, cells_refused, idempotency_key_reused.
func (s *Service) RollOut(ctx context.Context, who authz.Actor, in Rollout, plan, key string) (*RolledOut, error) {
	grant, parties, err := s.rolloutGrant(ctx, who, in)
	if err != nil {
		return nil, err
	}
	failpoint.At("rollout/granted")
	var out *RolledOut
	err = s.db.Tx(ctx, db.Import(grant), func(tx *db.Tx) error {
		out = new(RolledOut)
		return once(ctx, tx, who, key, []any{"rollout", in, plan}, out, func() error {
			if err := s.accounts.StillMay(ctx, tx, who, authz.ClientLogin, grant.Accounts()); err != nil {
				return err
			}
			job, err := s.prepareRollout(ctx, tx, who, in, grant.Accounts(), parties)
			if err != nil {
				return err
			}
			if err := job.confirm(tx.Now, plan); err != nil {
				return err
			}
			failpoint.At("rollout/planned")
			return job.rollOut(ctx, tx, out)
		})
	})
	if err != nil {
		return nil, fmt.Errorf("transfer.RollOut: %w", err)
	}
	failpoint.At("rollout/committed")
	return out, nil
}

// rolloutGrant asks authz for the clients of a roll-out; parties are these, in order of name.
func (s *Service) rolloutGrant(ctx context.Context, who authz.Actor, in Rollout) (authz.Grant, []account.Party, error) {
	if err := authz.MayRollOut(who, nil); err != nil {
		return authz.Grant{}, nil, err
	}
	wanted := slices.Compact(slices.Sorted(slices.Values(in.Clients)))
	if len(wanted) > MaxReceivers {
		return authz.Grant{}, nil, errs.Newf(errs.Invalid, "too_many_clients", "At most %d clients at once.", MaxReceivers).
			WithParams(map[string]any{"limit": MaxReceivers})
	}
	all, err := s.clients(ctx, who)
	if err != nil {
		return authz.Grant{}, nil, err
	}
	var parties []account.Party
	found := map[string]bool{}
	for _, p := range all {
		if _, asked := slices.BinarySearch(wanted, p.Slug); asked && p.CanEnter {
			parties, found[p.Slug] = append(parties, p), true
		}
	}
	gone := slices.DeleteFunc(wanted, func(slug string) bool { return found[slug] })
	if len(gone) > 0 || len(parties) == 0 {
		return authz.Grant{}, nil, errs.Newf(errs.NotFound, "not_found", "Not there, or not yours: %s.", strings.Join(gone, ", ")).
			WithParams(map[string]any{"clients": gone})
	}
	grant, err := authz.GrantRollout(who, plainParties(parties))
	return grant, parties, err
}

// prepareRollout is prepare with the agency's account as the source and many receivers.
func (s *Service) prepareRollout(ctx context.Context, tx *db.Tx, who authz.Actor, in Rollout, receivers []id.Account, parties []account.Party) (*importJob, error) {
	sel := Selection{From: who.Account, Assets: in.Assets, Without: in.Without, Lock: in.Lock}
	accounts := map[string]id.Account{}
	for _, p := range parties {
		accounts[p.Slug] = p.Account
	}
	for _, v := range in.Values {
		sel.Values = append(sel.Values, Value{Account: accounts[v.Client], Name: v.Name, Value: v.Value})
	}
	j, err := s.prepare(ctx, tx, who, sel, receivers)
	if err != nil {
		return nil, err
	}
	j.kind = "rollout"
	return j, authz.MayRollOut(who, j.kinds())
}

func (j *importJob) rolloutPlan(ctx context.Context, tx *db.Tx, parties []account.Party) (*RolloutPlan, error) {
	rooms, err := readRooms(ctx, tx)
	if err != nil {
		return nil, err
	}
	p := &RolloutPlan{ExpiresAt: time.UnixMilli(tx.Now).Add(planLife).UTC(), Needs: j.needs}
	here, err := j.readHere(ctx, tx)
	if err != nil {
		return nil, err
	}
	var ready []id.Account
	for _, party := range parties {
		r := Receiver{Party: party, Dashboards: rooms[party.Account]}
		r.Dashboards.Needed = j.dashboards()
		j.describe(&r, here[party.Account])
		p.Clients = append(p.Clients, r)
		if r.Ready() {
			ready = append(ready, party.Account)
		}
	}
	slices.Sort(ready)
	p.ID = j.planID(ready)
	for _, n := range j.graph.sorted() {
		p.Items = append(p.Items, Item{Node: n, NewName: n.Name, NeededBy: n.neededBy, Warnings: j.warnings(n)})
		p.Unresolved = append(p.Unresolved, j.lostLinks(n)...)
	}
	return p, nil
}

// readHere finds the newest copies of the selected assets in the receivers, by account and number of the master.
func (j *importJob) readHere(ctx context.Context, tx *db.Tx) (map[id.Account]map[int64]Copy, error) {
	nos := make([]int64, len(j.sel.Assets))
	for i, a := range j.sel.Assets {
		nos[i] = a.No
	}
	copies, err := readCopies(ctx, tx, nos)
	out := map[id.Account]map[int64]Copy{}
	for no, list := range copies {
		for _, c := range list {
			of := out[c.Key.Account]
			if of == nil {
				of = map[int64]Copy{}
				out[c.Key.Account] = of
			}
			if _, newer := of[no]; !newer {
				of[no] = c
			}
		}
	}
	return out, err
}

// describe tells what a receiver lacks and has already.
func (j *importJob) describe(r *Receiver, here map[int64]Copy) {
	for _, n := range j.needs {
		if _, lacks := slices.BinarySearch(n.Missing, r.Account); lacks {
			r.Missing = append(r.Missing, n.Name)
		}
		if _, could := slices.BinarySearch(n.Open, r.Account); could {
			r.Open = append(r.Open, n.Name)
		}
	}
	r.Here = len(here)
	for _, c := range here {
		if c.Edited {
			r.EditedHere++
		}
	}
}

// rollOut writes everything and tells where the copies of the first selected asset are.
func (j *importJob) rollOut(ctx context.Context, tx *db.Tx, out *RolledOut) error {
	res := new(Result)
	change, err := j.write(ctx, tx, res)
	if err != nil {
		return err
	}
	failpoint.At("rollout/inserted")
	bases, err := readBases(ctx, tx, change)
	if err != nil {
		return err
	}
	*out = RolledOut{Change: change, Assets: len(j.fresh()), Lost: res.Lost, Left: j.left()}
	first := j.graph[j.sel.Assets[0].No].rel
	for _, a := range j.receivers {
		out.Clients = append(out.Clients, RolledOne{Account: a, First: bases[a] + first})
	}
	return j.recordImport(ctx, tx, change, out.Assets)
}
