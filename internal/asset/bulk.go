package asset

import (
	"context"
	"errors"
	"maps"
	"slices"

	"octavo/internal/authz"
	"octavo/internal/db"
	"octavo/internal/errs"
)

// MaxBulk is how many assets one change may name.
const MaxBulk = 200

// Refused is an asset of a change of many that stands in its way. Title is "" where the
// actor may not see it, which reads like one that is not there.
type Refused struct {
	ID     string         `json:"id"` // public
	Title  string         `json:"title"`
	Code   string         `json:"code"`
	Detail string         `json:"detail"`
	Params map[string]any `json:"params,omitempty"`
}

// TrashAll moves many assets to the bin: all of them or none. What goes along uses nothing any more.
// Codes too_many_assets, bulk_refused.
func (l *Library) TrashAll(ctx context.Context, who authz.Actor, public []string) error {
	moved := map[int64]*Asset{}
	return l.each(ctx, who, public, func(tx *db.Tx, no int64) error {
		a, err := l.assets.Viewable(ctx, tx, who, no)
		if err != nil {
			return err
		}
		moved[no], err = l.assets.moveToBin(ctx, tx, who, no, a.Version)
		return err
	}, func(tx *db.Tx, no int64) error {
		a := moved[no]
		if err := l.assets.settleInBin(ctx, tx, who, a); err != nil {
			return err
		}
		return l.record(ctx, tx, who, a, "trashed", nil)
	})
}

// RestoreAll takes many assets out of the bin: all of them or none. Codes too_many_assets, bulk_refused.
func (l *Library) RestoreAll(ctx context.Context, who authz.Actor, public []string) error {
	return l.each(ctx, who, public, func(tx *db.Tx, no int64) error {
		_, err := l.restoreFromBin(ctx, tx, who, no)
		return err
	})
}

// TagAll adds tags to many assets and removes others: of all of them or none.
// Codes too_many_assets, bad_tag, text_too_long, bulk_refused.
func (l *Library) TagAll(ctx context.Context, who authz.Actor, public, add, remove []string) error {
	add, err := checkTags(add)
	if err != nil {
		return err
	}
	if remove, err = checkTags(remove); err != nil {
		return err
	}
	return l.each(ctx, who, public, func(tx *db.Tx, no int64) error {
		a, err := l.assets.Viewable(ctx, tx, who, no)
		if err != nil {
			return err
		}
		if a, err = l.assets.Editable(ctx, tx, who, editPermission[a.Kind], no); err != nil {
			return err
		}
		added, removed, err := retag(ctx, tx, a, add, remove)
		if err != nil || len(added)+len(removed) == 0 {
			return err
		}
		return l.record(ctx, tx, who, a, "tagged", map[string]any{"added": added, "removed": removed})
	})
}

// ShareAll gives people and groups a right on many assets, beside whom they are shared
// with already, and takes none away: on all of them or none. With tell, those who see more than before get one mail
// about all of it. Codes too_many_assets, unknown_principal, bad_right, bulk_refused.
func (l *Library) ShareAll(ctx context.Context, who authz.Actor, public []string, with []Share, tell bool) error {
	if err := authz.Can(who, authz.UserView, authz.None); err != nil {
		return err
	}
	by, err := l.signature(ctx, who, tell)
	if err != nil {
		return err
	}
	var news sharing
	first := func(tx *db.Tx) error {
		if err := checkShares(ctx, tx, with); err != nil {
			return err
		}
		news, err = l.begin(ctx, tx, who, by, public...)
		return err
	}
	share := func(tx *db.Tx, no int64) error {
		a, err := l.assets.shareable(ctx, tx, who, no)
		if err != nil {
			return err
		}
		_, n, err := l.assets.addShares(ctx, tx, who, a, with, keepStronger)
		if err != nil || n == 0 {
			return err
		}
		news.assets = append(news.assets, a)
		return l.record(ctx, tx, who, a, "shared", map[string]any{"added": len(with)})
	}
	return l.eachThen(ctx, who, public, first, func(tx *db.Tx) error {
		_, err := l.tell(ctx, tx, who, news)
		return err
	}, share)
}

// step is one step of a change of many, for one asset.
type step func(tx *db.Tx, no int64) error

// each runs the steps of a change of many assets in one transaction, as eachThen does.
func (l *Library) each(ctx context.Context, who authz.Actor, public []string, steps ...step) error {
	nothing := func(*db.Tx) error { return nil }
	return l.eachThen(ctx, who, public, nothing, nothing, steps...)
}

// eachThen runs a change for many assets in one transaction: first once, then each step for all of them that were not refused, before
// the next, and last once. When some of them are refused, nothing is changed and the error names each with its reason.
func (l *Library) eachThen(ctx context.Context, who authz.Actor, public []string, first, last func(tx *db.Tx) error, steps ...step) error {
	if len(public) > MaxBulk {
		return errs.Newf(errs.Invalid, "too_many_assets", "At most %d are changed at once.", MaxBulk).
			WithField("ids").WithParams(map[string]any{"limit": MaxBulk})
	}
	public = slices.Clone(public)
	slices.Sort(public) // one order for all, in which rows are locked
	public = slices.Compact(public)
	return l.db.Tx(ctx, db.Account(who.Account), func(tx *db.Tx) error {
		if err := first(tx); err != nil {
			return err
		}
		problems := map[string]*errs.Error{} // by public id
		for _, run := range steps {
			for _, id := range public {
				if problems[id] != nil {
					continue
				}
				no, err := l.assets.Resolve(who.Account, id)
				if err == nil {
					err = run(tx, no)
				}
				problem := (*errs.Error)(nil)
				if err != nil && !errors.As(err, &problem) {
					return err
				}
				if problem != nil {
					problems[id] = problem
				}
			}
		}
		if len(problems) == 0 {
			return last(tx)
		}
		refused, err := l.refused(ctx, tx, who, problems)
		if err != nil {
			return err
		}
		return errs.Newf(errs.Conflict, "bulk_refused", "%d of these cannot be changed so. Nothing was changed.", len(refused)).
			WithParams(map[string]any{"count": len(refused), "items": refused})
	})
}

// refused names what stands in the way of a change of many, in the order of the public ids.
func (l *Library) refused(ctx context.Context, tx *db.Tx, who authz.Actor, problems map[string]*errs.Error) ([]Refused, error) {
	out := make([]Refused, 0, len(problems))
	for _, id := range slices.Sorted(maps.Keys(problems)) {
		p := problems[id]
		no, err := l.assets.Resolve(who.Account, id)
		r := Refused{ID: id, Code: p.Code, Detail: p.Message, Params: p.Params}
		if err == nil {
			r.Title, err = l.titleFor(ctx, tx, who, no)
		}
		if err != nil && !errs.Is(err, "not_found") {
			return nil, err
		}
		out = append(out, r)
	}
	return out, nil
}

// titleFor is the title of an asset as far as the actor may know it.
func (l *Library) titleFor(ctx context.Context, tx *db.Tx, who authz.Actor, no int64) (string, error) {
	a, best, err := l.assets.load(ctx, tx, who, no)
	if errs.Is(err, "not_found") || (err == nil && who.Allows(a.ForAuthz(best)) == authz.None) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	return a.Title(), nil
}
