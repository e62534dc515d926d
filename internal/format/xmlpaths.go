package format

import (
	"cmp"
	"slices"
	"strings"

	"octavo/internal/dataset"
)

// xmlPaths gives the paths of elements that could be records: the entries of a feed, else
// what repeats most below one element and has fields, else what repeats, else the root.
func xmlPaths(in input) ([]RecordPath, error) {
	s := &xmlSurvey{}
	if err := walkXML(in, s); err != nil {
		return nil, err
	}
	var lists []*xmlShape
	for _, n := range s.all {
		if n.most > 1 && !n.parent.inList() || n.isEntry() {
			lists = append(lists, n)
		}
	}
	slices.SortStableFunc(lists, func(a, b *xmlShape) int {
		return cmp.Or(boolOrder(a.isEntry(), b.isEntry()), boolOrder(a.fields, b.fields), cmp.Compare(b.total, a.total))
	})
	out := make([]RecordPath, 0, len(lists)+1)
	for _, n := range lists {
		out = append(out, RecordPath{n.path(), n.total})
	}
	return append(out, RecordPath{s.all[0].path(), 1}), nil
}

// boolOrder puts what is so first.
func boolOrder(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return -1
	}
	return 1
}

// xmlShape is what is known of all elements with one path.
type xmlShape struct {
	name   string // with its prefix
	parent *xmlShape
	below  map[string]*xmlShape
	serial int  // of the element that is open now
	last   int  // serial of the parent in which it was met last
	run    int  // elements in that parent
	most   int  // elements in one parent
	total  int  // elements
	fields bool // attributes or elements below
}

func (n *xmlShape) path() string {
	if n == nil {
		return ""
	}
	return n.parent.path() + "/" + n.name
}

// inList says whether the elements lie in something that repeats.
func (n *xmlShape) inList() bool { return n != nil && (n.most > 1 || n.parent.inList()) }

// isEntry knows the entries of RSS and Atom, even if there is only one.
func (n *xmlShape) isEntry() bool {
	switch path := n.path(); {
	case path == "/rss/channel/item", path == "/feed/entry":
		return true
	default:
		return strings.HasSuffix(path, ":RDF/item")
	}
}

// maxShapes bounds the different paths of a document.
const maxShapes = 20_000

// xmlSurvey counts the elements of each path.
type xmlSurvey struct {
	all     []*xmlShape // as met
	stack   []*xmlShape
	serials int
}

func (s *xmlSurvey) open(x *xmlScanner) error {
	var parent *xmlShape
	if len(s.stack) > 0 {
		parent = s.stack[len(s.stack)-1]
		parent.fields = true
	}
	n := s.shape(parent, x.full)
	if n == nil {
		return dataset.TooLarge("paths", "different paths of elements", maxShapes, maxShapes+1)
	}
	if parent != nil {
		if n.last != parent.serial {
			n.last, n.run = parent.serial, 0
		}
		n.run++
		n.most = max(n.most, n.run)
	}
	n.total++
	s.serials++
	n.serial = s.serials
	s.stack = append(s.stack, n)
	return x.eachAttr(func(_, _ []byte) error {
		n.fields = true
		return nil
	})
}

// shape finds or makes what is known of a path; nil when there are too many.
func (s *xmlSurvey) shape(parent *xmlShape, name []byte) *xmlShape {
	if parent != nil {
		if n := parent.below[string(name)]; n != nil {
			return n
		}
	}
	if len(s.all) == maxShapes {
		return nil
	}
	n := &xmlShape{name: string(name), parent: parent}
	if parent != nil {
		if parent.below == nil {
			parent.below = map[string]*xmlShape{}
		}
		parent.below[n.name] = n
	}
	s.all = append(s.all, n)
	return n
}

func (s *xmlSurvey) text(*xmlScanner) error { return nil }

func (s *xmlSurvey) close() error {
	s.stack = s.stack[:len(s.stack)-1]
	return nil
}
