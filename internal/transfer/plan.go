package transfer

import (
	"context"
	"slices"
	"time"

	"octavo/internal/asset"
	"octavo/internal/authz"
	"octavo/internal/db"
	"octavo/internal/errs"
	"octavo/internal/id"
)

// Selection is what a person wants to bring from another account.
type Selection struct {
	From   id.Account
	Assets []id.Asset // of From
	Reuse  bool       // take data sources that were imported before and are unchanged, instead of second copies

	Without bool     // import without what was deleted in the source account
	Values  []Value  // of properties that are missing in the receiving account
	Lock    []string // names of properties that receivers could change, to be locked there
}

// Plan is what an import would do, for one person and for planLife.
type Plan struct {
	ID         string
	ExpiresAt  time.Time
	Items      []Item // in order of kind and name
	Dashboards Room
	Unresolved []LostLink
	Needs      []Need
}

// Item is one asset of a plan.
type Item struct {
	Node     *Node
	NewName  string   // the name it will have
	NeededBy []*Node  // who brings it along; empty for a selected one that nothing else uses
	Earlier  []Copy   // copies of it that are here already, newest first
	Reused   *Copy    // the copy that stands for it, with Reuse
	Warnings []string // codes: merged_model, uploaded_file, foreign_credential, without_data
}

// Copy is an asset of the receiving account that was imported from the same master.
type Copy struct {
	Key        id.Asset
	Name       string
	OriginNo   int64
	At         int64 // UTC milliseconds of the current version
	ImportedAt int64
	Edited     bool // differs from what was received
	body       id.Content
	deep       []byte
}

// LostLink is a link to a dashboard that is not part of the import; it will be plain text.
type LostLink struct{ From *Node }

// Preview reads what an import would do and changes nothing. Codes
// import_admin_only, import_no_source, not_found, import_nothing_selected,
// closure_not_visible, import_too_large, broken_reference, cyclic_source.
func (s *Service) Preview(ctx context.Context, who authz.Actor, sel Selection) (*Plan, error) {
	grant, err := s.grant(ctx, who, sel)
	if err != nil {
		return nil, err
	}
	var plan *Plan
	err = s.db.Read(ctx, db.Import(grant), func(tx *db.Tx) error {
		job, err := s.prepareImport(ctx, tx, who, sel, grant.Accounts())
		if err != nil {
			return err
		}
		plan, err = job.plan(ctx, tx)
		return err
	})
	return plan, err
}

// importJob is one import between preparation and result.
type importJob struct {
	s         *Service
	who       authz.Actor
	kind      string // of the change: import or rollout
	sel       Selection
	receivers []id.Account // ascending
	slugs     map[id.Account]string
	graph     Graph
	copies    map[int64][]Copy // by number of the master, newest first
	needs     []Need           // in order of name
	issued    int64            // when the plan was shown, UTC milliseconds
}

// prepareImport is prepare for one receiver, and finds what is there already.
func (s *Service) prepareImport(ctx context.Context, tx *db.Tx, who authz.Actor, sel Selection, receivers []id.Account) (*importJob, error) {
	j, err := s.prepare(ctx, tx, who, sel, receivers)
	if err != nil {
		return nil, err
	}
	if j.copies, err = readCopies(ctx, tx, keys(j.graph)); err != nil {
		return nil, err
	}
	if sel.Reuse {
		j.reuse()
	}
	return j, nil
}

// prepare reads and checks the closure and what the receivers lack for it.
func (s *Service) prepare(ctx context.Context, tx *db.Tx, who authz.Actor, sel Selection, receivers []id.Account) (*importJob, error) {
	nos := make([]int64, len(sel.Assets))
	for i, a := range sel.Assets {
		if a.Account != sel.From {
			return nil, authz.NotFound()
		}
		nos[i] = a.No
	}
	if len(nos) == 0 {
		return nil, errs.New(errs.Invalid, "import_nothing_selected", "Select at least one dashboard, Klip or data source.").WithField("assets")
	}
	g, err := readGraph(ctx, tx, nos)
	if err != nil {
		return nil, err
	}
	if err := s.visible(ctx, tx, who, sel, g); err != nil {
		return nil, err
	}
	if err := g.check(sel.Without); err != nil {
		return nil, err
	}
	if err := g.hashDeep(); err != nil {
		return nil, err
	}
	j := &importJob{s: s, who: who, kind: "import", sel: sel, receivers: receivers, graph: g, issued: tx.Now}
	if j.slugs, err = readSlugs(ctx, tx); err != nil {
		return nil, err
	}
	return j, j.readNeeds(ctx, tx)
}

// visible refuses a closure with something in it that the person may not see in the agency's account.
func (s *Service) visible(ctx context.Context, tx *db.Tx, who authz.Actor, sel Selection, g Graph) error {
	if sel.From != who.Home {
		return nil // whoever may enter a client administers it there
	}
	assets := map[int64]*asset.Asset{}
	for no, n := range g {
		if !n.Missing {
			assets[no] = &asset.Asset{Key: id.Asset{Account: sel.From, No: no}, Kind: n.Kind, Owner: n.Owner}
		}
	}
	seen, err := s.assets.Visible(ctx, tx, who.AtHome(true), assets)
	if err != nil {
		return err
	}
	hidden := 0
	for no, n := range g {
		if n.Selected && (n.Missing || !seen[no]) {
			return authz.NotFound()
		}
		if !n.Missing && !seen[no] {
			hidden++
		}
	}
	if hidden > 0 {
		return errs.Newf(errs.Forbidden, "closure_not_visible", "%d of the assets that would come along are not shared with you. Ask their owner.", hidden).
			WithParams(map[string]any{"count": hidden})
	}
	return nil
}

// reuse maps data sources to the newest unchanged copy that is here.
func (j *importJob) reuse() {
	for _, n := range j.graph {
		if n.Kind != asset.Source && n.Kind != asset.Model {
			continue
		}
		for _, c := range j.copies[n.No] {
			if !c.Edited && string(c.deep) == string(n.Deep) {
				n.ReusedAs = c.Key.No
				break
			}
		}
	}
}

// fresh lists the nodes that become new assets, in the order of their numbers.
func (j *importJob) fresh() []*Node {
	return slices.DeleteFunc(j.graph.sorted(), func(n *Node) bool { return n.ReusedAs != 0 })
}

func (j *importJob) dashboards() int64 {
	n := int64(0)
	for _, node := range j.fresh() {
		if node.Kind == asset.Dashboard {
			n++
		}
	}
	return n
}

// planID names what was shown: versions of the closure, receivers and what they lack,
// options, person and time. What is entered for a missing value is not part of it.
func (j *importJob) planID(receivers []id.Account) string {
	nodes := make([][3]int64, 0, len(j.graph))
	for _, n := range j.graph.sorted() {
		nodes = append(nodes, [3]int64{n.No, n.Version, n.ReusedAs})
	}
	selected := make([]int64, len(j.sel.Assets))
	for i, a := range j.sel.Assets {
		selected[i] = a.No
	}
	slices.Sort(selected)
	var lacking []any
	for _, n := range j.needs {
		missing := slices.DeleteFunc(slices.Clone(n.Missing), func(a id.Account) bool {
			_, there := slices.BinarySearch(receivers, a)
			return !there
		})
		lacking = append(lacking, n.Name, missing)
	}
	return planID(j.kind, j.who, j.issued, j.sel.From, nodes, selected, receivers, j.sel.Reuse, j.sel.Without, lacking)
}

// confirm checks a plan that comes back against what is there now. Code plan_changed.
func (j *importJob) confirm(now int64, plan string) error {
	issued, err := issuedAt(plan, now)
	if err != nil {
		return err
	}
	j.issued = issued
	if j.planID(j.receivers) != plan {
		return planChanged()
	}
	return nil
}

func (j *importJob) plan(ctx context.Context, tx *db.Tx) (*Plan, error) {
	taken, err := readTakenNames(ctx, tx)
	if err != nil {
		return nil, err
	}
	p := &Plan{
		ID:        j.planID(j.receivers),
		ExpiresAt: time.UnixMilli(tx.Now).Add(planLife).UTC(),
		Needs:     j.needs,
	}
	rooms, err := readRooms(ctx, tx)
	if err != nil {
		return nil, err
	}
	p.Dashboards = rooms[j.who.Account]
	p.Dashboards.Needed = j.dashboards()
	for _, n := range j.graph.sorted() {
		item := Item{Node: n, NeededBy: n.neededBy, Earlier: j.copies[n.No], Warnings: j.warnings(n)}
		if n.ReusedAs != 0 {
			i := slices.IndexFunc(item.Earlier, func(c Copy) bool { return c.Key.No == n.ReusedAs })
			item.Reused = &item.Earlier[i]
			item.NewName = item.Reused.Name
		} else {
			key := nameKey{n.Kind, asset.Fold(n.Name)}
			taken[key]++
			item.NewName = asset.Title(n.Name, taken[key])
		}
		p.Unresolved = append(p.Unresolved, j.lostLinks(n)...)
		p.Items = append(p.Items, item)
	}
	return p, nil
}

// lostLinks lists the links of a node that end outside the closure.
func (j *importJob) lostLinks(n *Node) (out []LostLink) {
	for _, u := range n.Uses {
		if u.Kind == asset.Weak && j.graph[u.To] == nil {
			out = append(out, LostLink{From: n})
		}
	}
	return out
}

func (j *importJob) warnings(n *Node) []string {
	var out []string
	if n.Merged && n.Kind == asset.Model {
		out = append(out, "merged_model")
	}
	if n.Source != nil && ownsContent(n.Source.Connector) {
		out = append(out, "uploaded_file")
	}
	if len(n.Broken) > 0 {
		out = append(out, "without_data")
	}
	if n.Source != nil && n.Source.CredentialID != "" {
		out = append(out, "foreign_credential")
	}
	return out
}

// ownsContent says whether the data of a connector is kept by the product itself
// and therefore copied with the source; other sources fetch their own.
func ownsContent(connector string) bool {
	return connector == "upload" || connector == "push" || connector == "mail"
}

// Key is the public address of a node.
func (n *Node) Key(account id.Account) id.Asset { return id.Asset{Account: account, No: n.No} }
