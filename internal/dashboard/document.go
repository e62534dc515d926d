package dashboard

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"octavo/internal/asset"
	"octavo/internal/errs"
	"octavo/internal/id"
)

// schema is the number of the body's form that this version writes.
const schema = 1

// Limits of a dashboard.
const (
	MaxKlips       = 60 // placements
	maxDescription = 2000
	maxY           = 10_000 // steps
	maxH           = 500    // steps
)

// placement is one Klip at one place. Rest holds the fields that this version does not know.
type placement struct {
	Box
	klip string // public id, as the document says it
	slot string // as the body says it
	auto bool   // the content decides the height
	rest map[string]any
}

// document is a dashboard in parts, as read from a document or from a body.
type document struct {
	title, description string
	placements         []placement
	rest               map[string]any
}

// known fields of the two levels; what is not here is kept as it came.
var (
	knownFields     = []string{"kind", "schema", "title", "description", "placements"}
	knownPlacements = []string{"id", "klip", "slot", "x", "y", "w", "h", "auto"}
)

// parseDocument reads a document of the API strictly. Codes bad_dashboard,
// bad_placement, placement_overlap, too_many_klips, name_required, name_too_long, newer_schema.
func parseDocument(tree map[string]any) (*document, error) {
	if kind, ok := tree["kind"]; ok && kind != string(asset.Dashboard) {
		return nil, bad("bad_dashboard", "kind", "This is not a dashboard.")
	}
	if n, ok := tree["schema"].(float64); ok && n > schema {
		return nil, newerSchema()
	}
	d, err := parse(tree)
	if err != nil {
		return nil, err
	}
	if d.title, err = asset.CheckName(d.title, "title"); err != nil {
		return nil, err
	}
	if n := len([]rune(d.description)); n > maxDescription {
		return nil, bad("text_too_long", "description", "A description has at most %d characters; this one has %d.", maxDescription, n)
	}
	return d, d.check()
}

func newerSchema() error {
	return errs.New(errs.Conflict, "newer_schema", "This dashboard was saved by a newer version of the product. Load the page again.")
}

// parseBody reads a stored body. A newer one is refused with newer_schema.
func parseBody(json string) (*document, error) {
	v, err := asset.ParseJSON([]byte(json))
	if err != nil {
		return nil, fmt.Errorf("dashboard: body: %w", err)
	}
	tree, ok := v.(map[string]any)
	if !ok {
		return nil, fmt.Errorf("dashboard: the body is no object")
	}
	if n, _ := tree["schema"].(float64); n > schema {
		return nil, newerSchema()
	}
	return parse(tree)
}

func parse(tree map[string]any) (*document, error) {
	f := fields{tree: tree, code: "bad_dashboard"}
	d := &document{title: f.text("title", ""), description: strings.TrimSpace(f.text("description", ""))}
	list := f.list("placements")
	if f.err != nil {
		return nil, f.err
	}
	d.rest = without(tree, knownFields)
	for i, item := range list {
		p, err := parsePlacement(item, fmt.Sprintf("placements/%d", i))
		if err != nil {
			return nil, err
		}
		d.placements = append(d.placements, p)
	}
	return d, nil
}

func parsePlacement(item any, path string) (placement, error) {
	tree, ok := item.(map[string]any)
	if !ok {
		return placement{}, bad("bad_placement", path, "A placement is an object.")
	}
	f := fields{tree: tree, code: "bad_placement", path: path + "/"}
	p := placement{
		Box:  Box{ID: f.text("id", ""), X: f.whole("x"), Y: f.whole("y"), W: f.whole("w"), H: f.whole("h")},
		klip: f.text("klip", ""), slot: f.text("slot", ""), auto: f.flag("auto", true),
		rest: without(tree, knownPlacements),
	}
	return p, f.err
}

// check refuses what no grid can show, and gives an id to placements without one.
func (d *document) check() error {
	if n := len(d.placements); n > MaxKlips {
		return errs.Newf(errs.Invalid, "too_many_klips", "A dashboard holds at most %d Klips; this one has %d.", MaxKlips, n).
			WithField("placements").WithParams(map[string]any{"limit": MaxKlips, "count": n})
	}
	seen := map[string]bool{}
	for i := range d.placements {
		p, path := &d.placements[i], fmt.Sprintf("placements/%d", i)
		if p.ID == "" {
			p.ID = id.NewPart()
		}
		switch {
		case !isPart(p.ID):
			return bad("bad_placement", path+"/id", "The id of a placement is ten characters of a–z and 2–7.")
		case seen[p.ID]:
			return bad("bad_placement", path+"/id", "Two placements have the same id.")
		case p.slot != "":
			return bad("bad_placement", path+"/slot", "A placement names its Klip, not a slot.")
		case p.W < smallest.W || p.H < smallest.H || p.H > maxH:
			return bad("placement_too_small", path, "A Klip needs at least %d columns and %d steps, and at most %d steps.", smallest.W, smallest.H, maxH)
		case p.X < 0 || p.Y < 0 || p.Y > maxY || p.X+p.W > Columns:
			return bad("bad_placement", path, "A Klip lies within the %d columns.", Columns)
		}
		seen[p.ID] = true
	}
	if a, b, found := FindOverlap(d.boxes()); found {
		return errs.New(errs.Invalid, "placement_overlap", "Two Klips lie over each other. Move one of them.").
			WithField("placements").WithParams(map[string]any{"placements": []string{a.ID, b.ID}})
	}
	return nil
}

func (d *document) boxes() []Box {
	out := make([]Box, len(d.placements))
	for i, p := range d.placements {
		out[i] = p.Box
	}
	return out
}

// slots gives the different slots of the placements, sorted.
func (d *document) slots() []string {
	var out []string
	for _, p := range d.placements {
		out = append(out, p.slot)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// body is the tree that is stored: fields with their default value are absent,
// placements stand in the order of their ids.
func (d *document) body() map[string]any {
	tree := without(d.rest, nil)
	tree["kind"], tree["schema"], tree["title"] = string(asset.Dashboard), schema, d.title
	if d.description != "" {
		tree["description"] = d.description
	}
	if len(d.placements) == 0 {
		return tree
	}
	byID := func(a, b placement) int { return cmp.Compare(a.ID, b.ID) }
	list := make([]any, 0, len(d.placements))
	for _, p := range slices.SortedFunc(slices.Values(d.placements), byID) {
		item := without(p.rest, nil)
		item["id"], item["slot"], item["x"], item["y"], item["w"], item["h"] = p.ID, p.slot, p.X, p.Y, p.W, p.H
		if !p.auto {
			item["auto"] = false
		}
		list = append(list, item)
	}
	tree["placements"] = list
	return tree
}

// refs are the slots as the asset graph knows them.
func (d *document) refs() []asset.Ref {
	var out []asset.Ref
	for _, slot := range d.slots() {
		out = append(out, asset.Ref{Kind: asset.Strong, Name: slot})
	}
	return out
}

// show is the document of the API, in reading order; public turns a slot into the id of its Klip.
func (d *document) show(public func(slot string) string) map[string]any {
	tree := without(d.rest, nil)
	tree["title"], tree["description"] = d.title, d.description
	list := make([]any, 0, len(d.placements))
	for _, p := range d.reading() {
		item := without(p.rest, nil)
		item["id"], item["klip"], item["auto"] = p.ID, public(p.slot), p.auto
		item["x"], item["y"], item["w"], item["h"] = p.X, p.Y, p.W, p.H
		list = append(list, item)
	}
	tree["placements"] = list
	return tree
}

// placed is the Klips of the document as other packages need them.
func (d *document) placed(public func(slot string) string) []Placed {
	out := make([]Placed, 0, len(d.placements))
	for _, p := range d.reading() {
		out = append(out, Placed{Box: p.Box, Klip: public(p.slot), Auto: p.auto})
	}
	return out
}

// reading gives the placements in reading order.
func (d *document) reading() []placement {
	return slices.SortedFunc(slices.Values(d.placements), func(a, b placement) int { return byReading(a.Box, b.Box) })
}

// isPart says whether s has the form of id.NewPart.
func isPart(s string) bool {
	return len(s) == 10 && strings.IndexFunc(s, func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= '2' && r <= '7')
	}) < 0
}
