package transfer

import (
	"cmp"
	"crypto/sha256"
	"slices"

	"octavo/internal/asset"
	"octavo/internal/errs"
	"octavo/internal/id"
)

// MaxClosure is the number of assets that one import may bring along.
const MaxClosure = 500

// Node is one asset of a closure as it was when the closure was read.
type Node struct {
	No        int64 // number in the source account
	Kind      asset.Kind
	Name      string
	Suffix    int64
	Version   int64
	Owner     id.User
	Body      id.Content
	BodyHash  []byte
	JSON      string
	Wiring    id.Content
	Base      int64
	DeletedAt int64
	Missing   bool        // a wire ends here, but there is no such row
	Selected  bool        // picked by the person; the others come along
	Uses      []Use       // in order of slot
	Deep      []byte      // sources and models: hash over it and all below
	Merged    bool        // sources and models: a merged model, at any depth
	Source    *SourceRow  // raw data sources
	Refs      []asset.Ref // all references of the body
	Broken    []*Node     // what it used and was deleted; left out of the import on request
	ReusedAs  int64       // number of the receiver's own copy that stands for it; 0 = a new one
	rel       int64       // ord of the new asset, or number − base of a reused one
	neededBy  []*Node     // who brought it along
}

// Use is one wire of a node.
type Use struct {
	Slot string
	Kind asset.RefKind
	To   int64
}

// SourceRow is what lies beside a raw data source.
type SourceRow struct {
	Description       string
	Settings          id.Content
	CredentialAccount id.Account
	CredentialID      string
	Payload           id.Content
	ReceivedAt        int64
	Rows, Bytes       int64
	Connector         string
}

// Graph is a closure: all nodes by number.
type Graph map[int64]*Node

// sorted gives the nodes in the order that numbers are given in: kind, then number.
func (g Graph) sorted() []*Node {
	out := make([]*Node, 0, len(g))
	for _, n := range g {
		out = append(out, n)
	}
	slices.SortFunc(out, func(a, b *Node) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.No, b.No))
	})
	return out
}

// check refuses closures that cannot be imported: too large, with something deleted in
// it, or with a cycle. without takes what was deleted out of the closure instead.
// Codes import_too_large, broken_reference, cyclic_source.
func (g Graph) check(without bool) error {
	if len(g) > MaxClosure {
		return errs.Newf(errs.TooLarge, "import_too_large", "This would bring more than %d assets along. Select fewer.", MaxClosure).
			WithParams(map[string]any{"limit": MaxClosure})
	}
	if broken := g.broken(); len(broken) > 0 {
		if !without {
			return brokenReference(broken)
		}
		g.leaveOut(broken)
	}
	return g.order(func(*Node) {})
}

// broken lists what is in the bin or gone.
func (g Graph) broken() []*Node {
	return slices.DeleteFunc(g.sorted(), func(n *Node) bool { return !n.Missing && n.DeletedAt == 0 })
}

// Reference is a use of something that was deleted.
type Reference struct {
	Name   string `json:"name"` // "" = gone for good
	UsedBy string `json:"used_by"`
}

func brokenReference(broken []*Node) error {
	var list []Reference
	for _, n := range broken {
		by := "what you selected"
		if len(n.neededBy) > 0 {
			by = n.neededBy[0].Name
		}
		list = append(list, Reference{Name: n.Name, UsedBy: by})
	}
	return errs.Newf(errs.Conflict, "broken_reference", "%s uses something that was deleted%s. Restore it, or remove it there first.",
		list[0].UsedBy, named(broken[0])).
		WithParams(map[string]any{"used_by": list[0].UsedBy, "name": list[0].Name, "references": list})
}

func named(n *Node) string {
	if n.Missing || n.Name == "" {
		return ""
	}
	return " (" + asset.Title(n.Name, n.Suffix) + ")"
}

// leaveOut takes nodes out of the graph, and what came along for them alone. Who used
// them keeps a slot without a wire, which reads as a deleted data source.
func (g Graph) leaveOut(broken []*Node) {
	for _, n := range broken {
		delete(g, n.No)
		for _, by := range n.neededBy {
			by.Broken = append(by.Broken, n)
		}
	}
	needed := map[int64]bool{}
	var keep func(n *Node)
	keep = func(n *Node) {
		if needed[n.No] {
			return
		}
		needed[n.No] = true
		for _, u := range n.Uses {
			if below := g[u.To]; below != nil && u.Kind == asset.Strong {
				keep(below)
			}
		}
	}
	for _, n := range g.sorted() {
		if n.Selected {
			keep(n)
		}
	}
	for no := range g {
		if !needed[no] {
			delete(g, no)
		}
	}
	for _, n := range g {
		n.neededBy = slices.DeleteFunc(n.neededBy, func(by *Node) bool { return g[by.No] == nil })
	}
}

// order visits every node after everything that it uses by strong slots. Code cyclic_source.
func (g Graph) order(visit func(*Node)) error {
	const (
		open = 1
		done = 2
	)
	state := map[int64]int{}
	var walk func(n *Node) error
	walk = func(n *Node) error {
		switch state[n.No] {
		case done:
			return nil
		case open:
			return errs.Newf(errs.Conflict, "cyclic_source", "%s uses itself by way of others. Break the cycle first.", n.Name).
				WithParams(map[string]any{"name": n.Name})
		}
		state[n.No] = open
		for _, u := range n.Uses {
			if next := g[u.To]; next != nil && u.Kind == asset.Strong {
				if err := walk(next); err != nil {
					return err
				}
			}
		}
		state[n.No] = done
		visit(n)
		return nil
	}
	for _, n := range g.sorted() {
		if err := walk(n); err != nil {
			return err
		}
	}
	return nil
}

// deepBytes is the length of a deep hash.
const deepBytes = 16

// baseSlot is the one slot with a fixed name: the source that a model is made over.
const baseSlot = "base"

// hashDeep gives sources and models their deep hash and finds merged models, from the leaves up.
func (g Graph) hashDeep() error {
	return g.order(func(n *Node) {
		if n.Kind != asset.Source && n.Kind != asset.Model {
			return
		}
		h := sha256.New()
		h.Write(n.BodyHash)
		for _, u := range n.Uses {
			if u.Kind != asset.Strong {
				continue
			}
			h.Write([]byte(u.Slot))
			if below := g[u.To]; below != nil {
				h.Write(below.Deep)
				n.Merged = n.Merged || below.Merged
			}
			n.Merged = n.Merged || n.Kind == asset.Model && u.Slot != baseSlot
		}
		n.Deep = h.Sum(nil)[:deepBytes]
	})
}

// link fills neededBy.
func (g Graph) link() {
	for _, n := range g.sorted() {
		for _, u := range n.Uses {
			if below := g[u.To]; below != nil && u.Kind == asset.Strong && !slices.Contains(below.neededBy, n) {
				below.neededBy = append(below.neededBy, n)
			}
		}
	}
}
