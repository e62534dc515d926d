package purge

import (
	"context"
	"slices"

	"octavo/internal/asset"
	"octavo/internal/authz"
	"octavo/internal/db"
	"octavo/internal/id"
)

// DemoLoss is what removing the demo takes along, and what it leaves.
type DemoLoss struct {
	Clients        []DemoClient
	Dashboards     int64 // of the agency
	Klips          int64
	Sources        int64
	People         []string // of the agency; never the actor
	Properties     []string // that the agency declares
	Touched        []DemoThing
	Kept           []DemoThing
	KeptProperties []string // that have a value in an account which stays
}

// DemoClient is a client of the demo. It goes with all that is in it.
type DemoClient struct {
	Slug, Name                        string
	Users, Dashboards, Klips, Sources int64
}

// DemoThing is a thing that somebody made or changed since the demo was made, or that stays.
type DemoThing struct {
	Client string // where it is; "" = in the agency
	Kind   string // of an asset, or "person"
	Name   string
	Added  bool     // of what is touched: it was made since, else changed
	UsedBy []string // of what is kept: what uses it
}

// loss is a DemoLoss with what the removal must know.
type loss struct {
	DemoLoss
	assets []int64   // of the agency, that go
	people []id.User // of the agency, that go
}

// Preview says what removing the demo takes along. Code not_found.
func (d *Demo) Preview(ctx context.Context, who authz.Actor) (*DemoLoss, error) {
	t, err := d.mayRemove(ctx, who)
	if err != nil {
		return nil, err
	}
	var l *loss
	err = d.db.Read(ctx, db.Across(authz.GrantOperator(who.Account, t.clients(), false)), func(tx *db.Tx) (err error) {
		l, err = d.lossOf(ctx, tx, who, t)
		return err
	})
	if err != nil {
		return nil, err
	}
	return &l.DemoLoss, d.properties(ctx, who, t, &l.DemoLoss)
}

// lossOf works out what goes and what stays, in a scope over the agency and the demo's clients.
func (d *Demo) lossOf(ctx context.Context, tx *db.Tx, who authz.Actor, t *things) (*loss, error) {
	f, err := readFound(ctx, tx)
	if err != nil {
		return nil, err
	}
	l := new(loss)
	kept, err := d.keep(ctx, tx, t, f)
	if err != nil {
		return nil, err
	}
	clients := map[id.Account]*DemoClient{}
	for _, c := range t.clients() {
		if a, there := f.accounts[c]; there {
			clients[c] = &DemoClient{Slug: a.slug, Name: a.name}
		}
	}
	for _, a := range f.assets {
		l.asset(a, t, clients[a.account], kept)
	}
	for _, p := range f.people {
		l.person(p, who, t, clients[p.account])
	}
	for _, c := range t.clients() {
		if clients[c] != nil {
			l.Clients = append(l.Clients, *clients[c])
		}
	}
	return l, nil
}

// asset counts one asset: everything in a demo's client goes, of the agency only what is the demo's and not kept.
func (l *loss) asset(a foundAsset, t *things, client *DemoClient, kept map[int64][]string) {
	made, isDemo := t.part(a.account).Assets[a.no]
	thing := DemoThing{Kind: string(a.kind), Name: a.title, Added: !isDemo}
	if client != nil {
		thing.Client = client.Name
	} else if !isDemo {
		return
	}
	if by, stays := kept[a.no]; client == nil && stays {
		thing.UsedBy, thing.Added = by, false
		l.Kept = append(l.Kept, thing)
		return
	}
	if client == nil {
		l.assets = append(l.assets, a.no)
	}
	if a.binned {
		return
	}
	if !isDemo || a.version != made {
		l.Touched = append(l.Touched, thing)
	}
	into := [3]*int64{&l.Dashboards, &l.Klips, &l.Sources}
	if client != nil {
		into = [3]*int64{&client.Dashboards, &client.Klips, &client.Sources}
	}
	switch a.kind {
	case asset.Dashboard:
		*into[0]++
	case asset.Klip:
		*into[1]++
	default:
		*into[2]++
	}
}

// person counts one person: everybody of a demo's client goes, of the agency only who is the demo's and not the actor.
func (l *loss) person(p foundPerson, who authz.Actor, t *things, client *DemoClient) {
	isDemo := slices.Contains(t.part(p.account).People, p.id)
	switch {
	case client != nil:
		client.Users++
		if !isDemo {
			l.Touched = append(l.Touched, DemoThing{Client: client.Name, Kind: "person", Name: p.name, Added: true})
		}
	case isDemo && p.id != who.User:
		l.People = append(l.People, p.name)
		l.people = append(l.people, p.id)
	}
}

// keep finds the assets of the demo in the agency that something beside the demo uses, at any depth, with what uses them.
func (d *Demo) keep(ctx context.Context, tx *db.Tx, t *things, f found) (map[int64][]string, error) {
	var demo []int64
	title := map[int64]string{}
	for _, a := range f.assets {
		if a.account != t.Agency.Account {
			continue
		}
		title[a.no] = a.title
		if _, ok := t.Agency.Assets[a.no]; ok {
			demo = append(demo, a.no)
		}
	}
	links, err := d.library.Users(ctx, tx, demo)
	if err != nil {
		return nil, err
	}
	kept := map[int64][]string{}
	for more := true; more; {
		more = false
		for _, link := range links {
			_, fromDemo := t.Agency.Assets[link.From]
			_, fromKept := kept[link.From]
			if fromDemo && !fromKept || slices.Contains(kept[link.To], title[link.From]) {
				continue
			}
			kept[link.To] = append(kept[link.To], title[link.From])
			more = true
		}
	}
	return kept, nil
}

// properties tells declarations of the demo apart: those that have a value in an account which stays are kept.
func (d *Demo) properties(ctx context.Context, who authz.Actor, t *things, l *DemoLoss) error {
	parties, err := d.accounts.Parties(ctx, who)
	if err != nil {
		return err
	}
	var others []id.Account
	for _, p := range parties {
		if !p.IsParent && !slices.Contains(t.clients(), p.Account) {
			others = append(others, p.Account)
		}
	}
	return d.db.Read(ctx, db.Across(authz.GrantOperator(who.Account, others, false)), func(tx *db.Tx) error {
		l.Properties, l.KeptProperties = nil, nil
		there, err := declared(ctx, tx)
		if err != nil {
			return err
		}
		used, err := valued(ctx, tx)
		if err != nil {
			return err
		}
		for _, name := range t.Properties {
			switch {
			case !slices.Contains(there, name):
			case slices.Contains(used, name):
				l.KeptProperties = append(l.KeptProperties, name)
			default:
				l.Properties = append(l.Properties, name)
			}
		}
		return nil
	})
}
