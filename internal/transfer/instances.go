package transfer

import (
	"context"
	"slices"

	"octavo/internal/account"
	"octavo/internal/asset"
	"octavo/internal/authz"
	"octavo/internal/db"
	"octavo/internal/id"
)

// Block is why an update does not reach an instance.
type Block string

// The reasons. The first holds for all instances of a Klip at once.
const (
	Clear             Block = ""
	MergedModel       Block = "merged_model"
	DatasourceAdded   Block = "datasource_added"
	DatasourceChanged Block = "datasource_changed"
	BindingBroken     Block = "binding_broken"
)

// Instance is the copy of a master Klip in a client.
type Instance struct {
	Key           id.Asset
	Client        account.Party
	Name          string
	Version       int64
	HasVersion    int64 // version of the master that it has; 0 = one that is not kept any more
	Edited        bool  // the client changed it; an update overwrites that
	Rebound       bool  // the client exchanged a data source; an update keeps that
	EditedBy      string
	EditedAt      int64 // UTC milliseconds
	ImportedAt    int64
	UpdatedAt     int64
	Dashboards    int64 // dashboards of the client that it is on
	Block         Block
	BlockedBy     []string // names of the master's data sources concerned
	body, wiring  id.Content
	receivedBody  id.Content
	receivedWires id.Content
	shownName     string
}

// Behind says whether it lacks a change of the master.
func (i *Instance) Behind(master *asset.Asset) bool { return i.receivedBody != master.Body }

// unchanged says whether an update would change nothing in it.
func (i *Instance) unchanged(master *asset.Asset) bool {
	return i.body == master.Body && i.receivedBody == master.Body && i.shownName == master.Name
}

// Instances is what an update of a Klip would reach.
type Instances struct {
	Master *asset.Asset
	Items  []Instance // in order of the client's name
	PlanID string
	Hidden int // clients that the actor may not see
}

// Count counts the instances for which is holds.
func (l *Instances) Count(is func(*Instance) bool) int {
	n := 0
	for i := range l.Items {
		if is(&l.Items[i]) {
			n++
		}
	}
	return n
}

// Instances lists the client instances of a Klip of the agency, with the check of
// what an update would do. Codes not_found, permission_denied.
func (s *Service) Instances(ctx context.Context, who authz.Actor, klip int64) (*Instances, error) {
	parties, err := s.clients(ctx, who)
	if err != nil {
		return nil, err
	}
	grant, err := authz.GrantFamily(who, authz.ClientAccess, plainParties(parties), false)
	if err != nil {
		return nil, err
	}
	var out *Instances
	err = s.db.Read(ctx, db.Across(grant), func(tx *db.Tx) error {
		master, err := s.assets.Viewable(ctx, tx, who, klip)
		if err != nil {
			return err
		}
		out, err = s.inspect(ctx, tx, who, master, parties, tx.Now)
		return err
	})
	if out != nil {
		out.Hidden = len(parties) - len(grant.Accounts())
	}
	return out, err
}

// clients lists the clients of the agency, in order of name.
func (s *Service) clients(ctx context.Context, who authz.Actor) ([]account.Party, error) {
	if !who.IsParent {
		return nil, authz.NotFound()
	}
	all, err := s.accounts.Parties(ctx, who)
	return slices.DeleteFunc(all, func(p account.Party) bool { return p.IsParent }), err
}

func plainParties(parties []account.Party) []authz.Party {
	out := make([]authz.Party, len(parties))
	for i, p := range parties {
		out[i] = p.Party
	}
	return out
}

// inspect reads the instances and checks each of them against the master.
func (s *Service) inspect(ctx context.Context, tx *db.Tx, who authz.Actor, master *asset.Asset, parties []account.Party, issued int64) (*Instances, error) {
	if master.Kind != asset.Klip {
		return nil, authz.NotFound()
	}
	items, err := readInstances(ctx, tx, master.Key.No)
	if err != nil {
		return nil, err
	}
	l := &Instances{Master: master, Items: items}
	if err := s.check(ctx, tx, l); err != nil {
		return nil, err
	}
	if err := l.placeVersions(ctx, tx); err != nil {
		return nil, err
	}
	order := map[id.Account]int{}
	for i, p := range parties {
		order[p.Account] = i
	}
	for i := range l.Items {
		l.Items[i].Client = parties[order[l.Items[i].Key.Account]]
	}
	l.PlanID = l.planID(who, issued)
	slices.SortStableFunc(l.Items, func(a, b Instance) int { return order[a.Key.Account] - order[b.Key.Account] })
	return l, nil
}

// check finds what blocks each instance (docs/asset-graph.md §5.5).
func (s *Service) check(ctx context.Context, tx *db.Tx, l *Instances) error {
	g, err := readGraph(ctx, tx, []int64{l.Master.Key.No})
	if err != nil {
		return err
	}
	if err := g.hashDeep(); err != nil {
		return err
	}
	targets := map[string]*Node{}
	merged := []string{}
	for _, u := range g[l.Master.Key.No].Uses {
		if u.Kind != asset.Strong {
			continue
		}
		targets[u.Slot] = g[u.To]
		if g[u.To].Merged {
			merged = append(merged, g[u.To].Name)
		}
	}
	if len(merged) > 0 {
		for i := range l.Items {
			l.Items[i].Block, l.Items[i].BlockedBy = MergedModel, merged
		}
		return nil
	}
	at := map[id.Asset]*Instance{}
	for i := range l.Items {
		at[l.Items[i].Key] = &l.Items[i]
	}
	return readSlots(ctx, tx, l.Master, func(row slotRow) {
		if i := at[row.instance]; i != nil {
			i.judge(row, targets[row.slot], l.Master.Key.Account)
		}
	})
}

// judge looks at one slot of an instance. The first finding of a kind stays, names are gathered.
func (i *Instance) judge(row slotRow, target *Node, master id.Account) {
	block := Clear
	switch {
	case target == nil:
		return // the master's own wire is missing; its Klip says so
	case !row.received, row.origin != target.Key(master):
		block = DatasourceAdded
	case target.DeletedAt != 0, string(row.deep) != string(target.Deep):
		block = DatasourceChanged
	case row.broken:
		block = BindingBroken
	}
	if block == Clear || i.Block != Clear && i.Block != block {
		return
	}
	i.Block = block
	i.BlockedBy = append(i.BlockedBy, target.Name)
}

// placeVersions finds which version of the master each instance has.
func (l *Instances) placeVersions(ctx context.Context, tx *db.Tx) error {
	of, err := versionsOf(ctx, tx, l.Master)
	for i := range l.Items {
		l.Items[i].HasVersion = of[l.Items[i].receivedBody]
	}
	return err
}

// versionsOf gives the newest version of a master with each body that it ever had.
func versionsOf(ctx context.Context, tx *db.Tx, master *asset.Asset) (map[id.Content]int64, error) {
	of := map[id.Content]int64{master.Body: master.Version}
	err := tx.Query(ctx, `SELECT body_id, MAX(version) FROM versions WHERE account_id = :account AND no = :no GROUP BY body_id`,
		db.Args{"no": master.Key.No}, func(scan func(...any) error) error {
			var body id.Content
			var version int64
			err := scan(&body, &version)
			of[body] = max(of[body], version)
			return err
		})
	return of, err
}

// planID names what was shown: the master's version, every instance's, the person and the time.
func (l *Instances) planID(who authz.Actor, issued int64) string {
	rows := make([][3]int64, len(l.Items))
	for i, item := range l.Items {
		rows[i] = [3]int64{int64(item.Key.Account), item.Key.No, item.Version}
	}
	slices.SortFunc(rows, func(a, b [3]int64) int { return slices.Compare(a[:], b[:]) })
	return planID("update", who, issued, l.Master.Key, l.Master.Version, rows)
}
