package asset_test

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"octavo/internal/account"
	"octavo/internal/asset"
	"octavo/internal/authz"
	"octavo/internal/db"
)

// state is what a version holds; the naive model copies it whole.
type state struct {
	Version int64
	Name    string
	Note    string
	Wires   map[string]int64
}

// kept is a state that was replaced, and when.
type kept struct {
	state
	at time.Time
}

// item is one asset of the model.
type item struct {
	kind    asset.Kind
	now     state
	past    []kept
	trashed bool
}

// model is an account as documents in memory, and the account that it is compared with.
type model struct {
	w     *world
	rt    *rapid.T
	who   authz.Actor
	items map[int64]*item
	next  int64
	limit int // of dashboards
	notes int
}

// versionsKept and ageKept are the promise to people (specification of versions).
const (
	versionsKept = 50
	ageKept      = 30 * 24 * time.Hour
)

func (m *model) live() []int64 {
	return slices.DeleteFunc(slices.Sorted(maps.Keys(m.items)), func(no int64) bool { return m.items[no].trashed })
}

func (m *model) dashboards() int {
	n := 0
	for _, it := range m.items {
		if it.kind == asset.Dashboard && !it.trashed {
			n++
		}
	}
	return n
}

// used says whether anything that is not in the bin has a wire to the asset now.
func (m *model) used(no int64) bool {
	for _, from := range m.live() {
		for _, to := range m.items[from].now.Wires {
			if to == no {
				return true
			}
		}
	}
	return false
}

// draw makes the content of a save: often one that was there before.
func (m *model) draw(self int64) state {
	s := state{
		Name: rapid.SampledFrom([]string{"Revenue", "Orders", "Ümsatz"}).Draw(m.rt, "name"),
		Note: rapid.SampledFrom([]string{"a", "b", "c"}).Draw(m.rt, "note"), Wires: map[string]int64{},
	}
	targets := slices.DeleteFunc(m.live(), func(no int64) bool { return no == self })
	for _, slot := range []string{"slotaaaaaa", "slotbbbbbb"} {
		if len(targets) > 0 && rapid.Bool().Draw(m.rt, slot) {
			s.Wires[slot] = rapid.SampledFrom(targets).Draw(m.rt, slot+" to")
		}
	}
	return s
}

func (m *model) equal(a, b state) bool {
	return a.Name == b.Name && a.Note == b.Note && maps.Equal(a.Wires, b.Wires)
}

// put makes a state the current one of the model.
func (m *model) put(it *item, s state) {
	if m.equal(it.now, s) {
		return
	}
	it.past = append(it.past, kept{it.now, m.w.clock.Now()})
	s.Version = it.now.Version + 1
	it.now = s
	it.past = slices.DeleteFunc(it.past, func(k kept) bool {
		return k.Version < s.Version-versionsKept && k.at.Before(m.w.clock.Now().Add(-ageKept))
	})
}

func (m *model) asset(no int64) *asset.Asset {
	a := &asset.Asset{Kind: m.items[no].kind}
	a.Key.Account, a.Key.No = m.who.Account, no
	return a
}

// any picks an asset, also one in the bin; the action is skipped when there is none.
func (m *model) any() (int64, *item) {
	if len(m.items) == 0 {
		m.rt.Skip("nothing there yet")
	}
	no := rapid.SampledFrom(slices.Sorted(maps.Keys(m.items))).Draw(m.rt, "no")
	return no, m.items[no]
}

// expected is the version that a write names: mostly the current one.
func (m *model) expected(it *item) int64 {
	return it.now.Version + rapid.SampledFrom([]int64{0, 0, 0, 0, -1, 1}).Draw(m.rt, "off by")
}

// answer compares a code with what the model says; true when the write is to be done.
func (m *model) answer(what string, err error, want string) bool {
	if got := codeOf(err); got != want {
		m.rt.Fatalf("%s: %q, the model says %q", what, got, want)
	}
	return want == ""
}

func (m *model) create(rt *rapid.T) {
	m.rt = rt
	kind := rapid.SampledFrom([]asset.Kind{asset.Dashboard, asset.Klip, asset.Model}).Draw(rt, "kind")
	s := m.draw(0)
	want := ""
	if kind == asset.Dashboard && m.dashboards() >= m.limit {
		want = "limit_reached"
	}
	a, err := m.w.create(m.who, kind, s.Name, content(kind, s.Note, s.Wires))
	if !m.answer("create", err, want) {
		return
	}
	if a.Key.No != m.next {
		rt.Fatalf("number %d, the model says %d", a.Key.No, m.next)
	}
	m.next++
	s.Version = 1
	m.items[a.Key.No] = &item{kind: kind, now: s}
}

func (m *model) save(rt *rapid.T) {
	m.rt = rt
	no, it := m.any()
	s, expected := m.draw(no), m.expected(it)
	want := ""
	switch {
	case it.trashed:
		want = "not_found"
	case expected != it.now.Version:
		want = "version_conflict"
	}
	_, err := m.w.save(m.who, m.asset(no), expected, s.Name, content(it.kind, s.Note, s.Wires))
	if m.answer("save", err, want) {
		m.put(it, s)
	}
}

// burst saves more often than versions are kept, with time between.
func (m *model) burst(rt *rapid.T) {
	m.rt = rt
	no, it := m.any()
	if it.trashed || rapid.IntRange(0, 3).Draw(rt, "seldom") > 0 {
		rt.Skip("not now")
	}
	for range rapid.IntRange(1, 40).Draw(rt, "times") {
		m.notes++
		s := state{Name: it.now.Name, Note: fmt.Sprint("note ", m.notes), Wires: it.now.Wires}
		_, err := m.w.save(m.who, m.asset(no), it.now.Version, s.Name, content(it.kind, s.Note, s.Wires))
		m.answer("save", err, "")
		m.put(it, s)
		m.w.clock.Advance(time.Hour)
	}
}

func (m *model) restore(rt *rapid.T) {
	m.rt = rt
	no, it := m.any()
	version, expected := rapid.Int64Range(0, it.now.Version+1).Draw(rt, "version"), m.expected(it)
	s, found := it.now, version == it.now.Version
	for _, k := range it.past {
		if k.Version == version {
			s, found = k.state, true
		}
	}
	want := ""
	switch {
	case it.trashed:
		want = "not_found"
	case expected != it.now.Version:
		want = "version_conflict"
	case !found:
		want = "version_gone"
	}
	_, err := m.w.restore(m.who, no, version, expected)
	if m.answer("restore", err, want) {
		m.put(it, s)
	}
}

func (m *model) trash(rt *rapid.T) {
	m.rt = rt
	no, it := m.any()
	expected := m.expected(it)
	want := ""
	switch {
	case it.trashed:
		want = "not_found"
	case expected != it.now.Version:
		want = "version_conflict"
	case m.used(no):
		want = "in_use"
	}
	if m.answer("trash", m.w.trash(m.who, no, expected), want) {
		it.trashed = true
	}
}

func (m *model) untrash(rt *rapid.T) {
	m.rt = rt
	no, it := m.any()
	want := ""
	if it.trashed && it.kind == asset.Dashboard && m.dashboards() >= m.limit {
		want = "limit_reached"
	}
	_, err := m.w.untrash(m.who, no)
	if m.answer("untrash", err, want) {
		it.trashed = false
	}
}

func (m *model) wait(rt *rapid.T) {
	m.w.clock.Advance(time.Duration(rapid.IntRange(1, 20*24).Draw(rt, "hours")) * time.Hour)
}

// compare reads the account whole and compares it with the model.
func (m *model) compare(rt *rapid.T) {
	want, got := map[int64]state{}, map[int64]state{}
	past, history := map[int64][]int64{}, map[int64][]int64{}
	for _, no := range m.live() {
		it := m.items[no]
		want[no], past[no] = it.now, []int64{it.now.Version}
		for _, k := range slices.Backward(it.past) {
			past[no] = append(past[no], k.Version)
		}
		past[no] = past[no][:min(200, len(past[no]))]
	}
	err := m.w.in(m.who, func(tx *db.Tx) error {
		f := asset.Filter{Kinds: []asset.Kind{asset.Dashboard, asset.Klip, asset.Model}, Limit: 1000, Bodies: true}
		list, err := m.w.assets.List(context.Background(), tx, m.who, f)
		if err != nil {
			return err
		}
		for _, a := range list {
			tree, err := asset.ParseJSON([]byte(a.JSON))
			if err != nil {
				return err
			}
			s := state{Version: a.Version, Name: a.Name, Note: tree.(map[string]any)["note"].(string)}
			if s.Wires, err = m.w.assets.Slots(context.Background(), tx, a.Key.No); err != nil {
				return err
			}
			got[a.Key.No] = s
			versions, err := m.w.assets.Versions(context.Background(), tx, m.who, a.Key.No)
			if err != nil {
				return err
			}
			for _, v := range versions {
				history[a.Key.No] = append(history[a.Key.No], v.Version)
			}
		}
		return nil
	})
	if err != nil {
		rt.Fatal(err)
	}
	if d := cmp.Diff(want, got); d != "" {
		rt.Fatalf("assets (-model +account):\n%s", d)
	}
	if d := cmp.Diff(past, history); d != "" {
		rt.Fatalf("versions (-model +account):\n%s", d)
	}
	if n := m.w.dashboardsUsed(m.who.Account); int(n) != m.dashboards() {
		rt.Fatalf("%d dashboards in use, the model says %d", n, m.dashboards())
	}
}

// Random sequences of everything that one account can do, against documents in memory.
func TestAgainstANaiveModel(t *testing.T) {
	w := newWorld(t)
	clients := 0
	rapid.Check(t, func(rt *rapid.T) {
		clients++
		client, err := w.Accounts.CreateClient(context.Background(), w.Actor(w.Agency, w.Agency.Admin),
			account.Draft{Name: fmt.Sprintf("Client %d", clients), Status: account.Active})
		if err != nil {
			rt.Fatal(err)
		}
		m := &model{w: w, rt: rt, who: client.Operator(), items: map[int64]*item{}, next: 1, limit: rapid.IntRange(0, 4).Draw(rt, "limit")}
		w.limitDashboards(client.ID, int64(m.limit))
		rt.Repeat(map[string]func(*rapid.T){
			"create": m.create, "save": m.save, "save again": m.save, "burst": m.burst, "restore": m.restore,
			"trash": m.trash, "untrash": m.untrash, "wait": m.wait,
		})
		m.compare(rt)
	})
	w.sound()
}
