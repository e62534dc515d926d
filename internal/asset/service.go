package asset

import (
	"context"
	"slices"
	"time"

	"octavo/internal/authz"
	"octavo/internal/db"
	"octavo/internal/errs"
	"octavo/internal/failpoint"
	"octavo/internal/id"
)

// What is kept of the past of each asset.
const (
	keptVersions = 50
	keptAge      = 30 * 24 * time.Hour
)

// Service keeps assets. All its methods work inside a transaction of the caller,
// in the scope of one account, and ask authz first.
type Service struct {
	ids   *id.Maker
	codec *id.Codec
}

// New makes the service.
func New(ids *id.Maker, codec *id.Codec) *Service { return &Service{ids: ids, codec: codec} }

// Change numbers a new operation.
func (s *Service) Change() id.Change { return s.ids.Change() }

// PublicID is the id of an asset as the outside knows it.
func (s *Service) PublicID(a id.Asset) string { return s.codec.Format(a) }

// Resolve gives the number of a public id in the account, or not_found.
func (s *Service) Resolve(account id.Account, public string) (int64, error) {
	a, ok := s.codec.Parse(public)
	if !ok || a.Account != account {
		return 0, authz.NotFound()
	}
	return a.No, nil
}

// Create stores a new asset of the acting account. Codes permission_denied, limit_reached, bad_body.
func (s *Service) Create(ctx context.Context, tx *db.Tx, who authz.Actor, p authz.Permission, kind Kind, name string, c Content) (*Asset, error) {
	return s.create(ctx, tx, who, p, kind, name, "", c)
}

func (s *Service) create(ctx context.Context, tx *db.Tx, who authz.Actor, p authz.Permission, kind Kind, name, copiedFrom string, c Content) (*Asset, error) {
	if err := authz.Can(who, p, authz.None); err != nil {
		return nil, err
	}
	first, err := s.numbers(ctx, tx, kind)
	if err != nil {
		return nil, err
	}
	a := &Asset{
		Key: id.Asset{Account: who.Account, No: first}, Kind: kind, Name: name, Suffix: 1, Version: 1,
		Change: s.ids.Change(), Owner: who.Owner, CopiedFrom: copiedFrom,
	}
	if err := s.putContent(ctx, tx, a, c); err != nil {
		return nil, err
	}
	if err := s.record(ctx, tx, who, a.Change, "create", ""); err != nil {
		return nil, err
	}
	failpoint.At("create/change_written")
	if err := insert(ctx, tx, a); err != nil {
		return nil, err
	}
	failpoint.At("create/asset_written")
	return a, nil
}

func (s *Service) numbers(ctx context.Context, tx *db.Tx, kind Kind) (int64, error) {
	dashboards := int64(0)
	if kind == Dashboard {
		dashboards = 1
	}
	first, ok, err := takeNumbers(ctx, tx, 1, dashboards)
	if err == nil && !ok {
		err = errs.New(errs.Conflict, "limit_reached", "All dashboards of this account are in use. Delete one or ask for a higher limit.").
			WithParams(map[string]any{"resource": "dashboard.combined.total"})
	}
	return first, err
}

// putContent stores body and wiring and points the asset at them.
func (s *Service) putContent(ctx context.Context, tx *db.Tx, a *Asset, c Content) error {
	canonical, err := Write(c.Tree)
	if err != nil {
		return err
	}
	if a.Body, err = s.PutBody(ctx, tx, a.Key.Account.Family(), a.Kind, canonical, c.Refs); err != nil {
		return err
	}
	failpoint.At("content/body_written")
	wires, err := s.wires(ctx, tx, a, c)
	if err != nil {
		return err
	}
	a.Wiring, err = s.PutWiring(ctx, tx, wires)
	failpoint.At("content/wiring_written")
	return err
}

// wires turns targets into relative numbers. Wires of slots that the body dropped
// go; marks of re-bound wires stay.
func (s *Service) wires(ctx context.Context, tx *db.Tx, a *Asset, c Content) ([]Wire, error) {
	kinds := map[string]RefKind{}
	for _, r := range c.Refs {
		if r.Kind == Strong || r.Kind == Weak {
			kinds[r.Name] = r.Kind
		}
	}
	var old []Wire
	if a.Wiring != 0 {
		var err error
		if old, err = wiring(ctx, tx, a.Wiring); err != nil {
			return nil, err
		}
	}
	marks := map[string]FromMark{}
	for _, w := range old {
		marks[w.Slot] = w.From
	}
	var out []Wire
	var added []int64
	for slot, target := range c.Wires {
		kind, ok := kinds[slot]
		if !ok {
			continue
		}
		w := Wire{Slot: slot, Kind: kind, Rel: target - a.Base, From: marks[slot]}
		out = append(out, w)
		had := slices.ContainsFunc(old, func(o Wire) bool { return o.Slot == slot && o.Rel == w.Rel })
		if kind == Strong && target != a.Key.No && !had {
			added = append(added, target)
		}
	}
	return out, lockTargets(ctx, tx, added)
}

// lockTargets holds the assets that are about to be used, so that nobody puts them into the bin
// meanwhile. Code not_found for one that lies there already.
func lockTargets(ctx context.Context, tx *db.Tx, nos []int64) error {
	slices.Sort(nos)
	nos = slices.Compact(nos)
	if len(nos) == 0 {
		return nil
	}
	there := 0
	err := tx.Query(ctx, `SELECT no FROM assets WHERE account_id = :account AND no IN {each :nos} AND deleted_at IS NULL ORDER BY no {lock}`,
		db.Args{"nos": db.List(nos)}, func(scan func(...any) error) error {
			there++
			var no int64
			return scan(&no)
		})
	if err == nil && there < len(nos) {
		err = authz.NotFound()
	}
	return err
}

// replaceable gives an asset that the actor may put a new version over, if the expected one is current. Codes not_found,
// permission_denied, version_conflict, dashboard_locked.
func (s *Service) replaceable(ctx context.Context, tx *db.Tx, who authz.Actor, p authz.Permission, no, expected int64) (*Asset, error) {
	a, err := s.Editable(ctx, tx, who, p, no)
	if err != nil {
		return nil, err
	}
	if a.Version != expected {
		return nil, Stale(a.Version)
	}
	if a.Locked {
		return nil, lockedError()
	}
	return a, nil
}

// Save stores a new version over the expected one. Content equal to the current
// makes no version. Codes not_found, permission_denied, version_conflict, bad_body.
func (s *Service) Save(ctx context.Context, tx *db.Tx, who authz.Actor, p authz.Permission, no, expected int64, name string, c Content) (*Asset, error) {
	a, err := s.replaceable(ctx, tx, who, p, no, expected)
	if err != nil {
		return nil, err
	}
	next := *a
	next.Name = name
	if err := s.putContent(ctx, tx, &next, c); err != nil {
		return nil, err
	}
	if next.Body == a.Body && next.Wiring == a.Wiring && next.Name == a.Name {
		return a, nil
	}
	return s.put(ctx, tx, who, &next, expected, "edit")
}

// Touch makes a version with the content of the expected one: for what is said of an asset beside its content, such as
// a description, so that whoever changes it does so over what they saw. Codes as of Save.
func (s *Service) Touch(ctx context.Context, tx *db.Tx, who authz.Actor, p authz.Permission, no, expected int64) (*Asset, error) {
	a, err := s.replaceable(ctx, tx, who, p, no, expected)
	if err != nil {
		return nil, err
	}
	next := *a
	return s.put(ctx, tx, who, &next, expected, "edit")
}

// put makes next the current version.
func (s *Service) put(ctx context.Context, tx *db.Tx, who authz.Actor, next *Asset, expected int64, kind string) (*Asset, error) {
	next.Change = s.ids.Change()
	if err := s.record(ctx, tx, who, next.Change, kind, ""); err != nil {
		return nil, err
	}
	failpoint.At("save/change_written")
	ok, err := keepVersion(ctx, tx, next.Key.No, expected, next.Change)
	failpoint.At("save/version_kept")
	if err == nil && ok {
		ok, err = replace(ctx, tx, next, expected)
	}
	failpoint.At("save/asset_replaced")
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, s.notReplaced(ctx, tx, next.Key.No, expected)
	}
	if err := dropOldVersions(ctx, tx, next.Key.No, expected+1); err != nil {
		return nil, err
	}
	failpoint.At("save/old_versions_dropped")
	return s.Viewable(ctx, tx, who, next.Key.No)
}

// notReplaced tells why no new version was made: the asset was locked, or somebody was faster.
func (s *Service) notReplaced(ctx context.Context, tx *db.Tx, no, expected int64) error {
	a, found, err := get(ctx, tx, no)
	if err != nil {
		return err
	}
	if found && a.Locked && a.Version == expected {
		return lockedError()
	}
	return Stale(expected + 1)
}

// SetLocked locks a dashboard against new versions, or unlocks it, which only those who
// manage all dashboards may. Codes not_found, permission_denied.
func (s *Service) SetLocked(ctx context.Context, tx *db.Tx, who authz.Actor, no int64, locked bool) (*Asset, error) {
	a, err := s.Editable(ctx, tx, who, authz.TabEdit, no)
	if err != nil {
		return nil, err
	}
	if a.Kind != Dashboard {
		return nil, authz.NotFound()
	}
	if !locked && !who.Has(authz.AdminTab) {
		return nil, authz.Denied(authz.AdminTab)
	}
	_, err = tx.Exec(ctx, `UPDATE assets SET locked = :locked WHERE account_id = :account AND no = :no`, db.Args{"locked": locked, "no": no})
	a.Locked = locked
	return a, err
}

// Duplicate makes a Klip or dashboard of the actor's own with the same content: the same
// body but for its title, the same targets. It has no master; a copy of an instance says so. Codes not_found, permission_denied.
func (s *Service) Duplicate(ctx context.Context, tx *db.Tx, who authz.Actor, p authz.Permission, no int64, title string) (*Asset, error) {
	a, err := s.Viewable(ctx, tx, who, no)
	if err != nil {
		return nil, err
	}
	tree, err := ParseJSON([]byte(a.JSON))
	if err != nil {
		return nil, err
	}
	slots, err := links(ctx, tx, []int64{no})
	if err != nil {
		return nil, err
	}
	c := Content{Tree: tree.(map[string]any), Wires: map[string]int64{}}
	c.Tree["title"] = title
	for _, l := range slots {
		c.Wires[l.Slot] = l.To
	}
	if c.Refs, err = refsOf(ctx, tx, a.Body); err != nil {
		return nil, err
	}
	from := ""
	if !a.Origin.IsZero() {
		from = a.Title()
	}
	return s.create(ctx, tx, who, p, a.Kind, title, from, c)
}

// record writes the row of a change.
func (s *Service) record(ctx context.Context, tx *db.Tx, who authz.Actor, change id.Change, kind, note string) error {
	return s.RecordChange(ctx, tx, ChangeRow{ID: change, Kind: kind, Account: who.Account, Actor: who.User, Delegated: who.Delegated, Note: note})
}

// ChangeRow is one operation: who did what, when, from which master.
type ChangeRow struct {
	ID        id.Change
	Kind      string // create, edit, restore, import, update, trash …
	Account   id.Account
	Actor     id.User
	Delegated bool
	Origin    id.Asset
	Note      string
}

// RecordChange writes the row of a change into the account it belongs to.
func (s *Service) RecordChange(ctx context.Context, tx *db.Tx, c ChangeRow) error {
	var account, no any
	if !c.Origin.IsZero() {
		account, no = c.Origin.Account, c.Origin.No
	}
	return tx.Insert(ctx, "changes", []string{
		"account_id", "id", "kind", "actor_id", "delegated", "at", "origin_account", "origin_no", "note",
	}, [][]any{{c.Account, c.ID, c.Kind, c.Actor, c.Delegated, tx.Now, account, no, c.Note}})
}
