package asset

import (
	"context"
	"slices"
	"strings"
	"unicode"

	"octavo/internal/authz"
	"octavo/internal/db"
	"octavo/internal/errs"
	"octavo/internal/fold"
)

// Limits of tags.
const (
	maxTag  = 40
	maxTags = 20
)

// checkTags trims tags, leaves repeated ones out and sorts them. Codes bad_tag, text_too_long.
func checkTags(tags []string) ([]string, error) {
	var out []string
	for _, tag := range tags {
		tag = strings.TrimSpace(tag)
		folded := fold.Text(tag)
		switch n := len([]rune(tag)); {
		case n > maxTag:
			return nil, errs.Newf(errs.Invalid, "text_too_long", "A tag has at most %d characters; this one has %d.", maxTag, n).
				WithField("tags").WithParams(map[string]any{"limit": maxTag, "length": n})
		case folded == "" || strings.IndexFunc(tag, func(r rune) bool { return r == ',' || r == ';' || unicode.IsControl(r) }) >= 0:
			return nil, errs.New(errs.Invalid, "bad_tag", "A tag is a short word without comma or semicolon.").WithField("tags")
		case !slices.ContainsFunc(out, func(other string) bool { return fold.Text(other) == folded }):
			out = append(out, tag)
		}
	}
	slices.SortFunc(out, compareTitles)
	return out, nil
}

// retag adds and removes tags of an asset, and gives those that it did not have and had; one that is there stays
// as it is written. Code too_many_tags.
func retag(ctx context.Context, tx *db.Tx, a *Asset, add, remove []string) (added, removed []string, err error) {
	folded := make([]string, len(remove))
	for i, tag := range remove {
		folded[i] = fold.Text(tag)
	}
	err = tx.Query(ctx, `DELETE FROM asset_tags WHERE account_id = :account AND no = :no AND folded IN {words :gone} RETURNING tag`,
		db.Args{"no": a.Key.No, "gone": db.Words(folded)}, func(scan func(...any) error) error {
			var tag string
			err := scan(&tag)
			removed = append(removed, tag)
			return err
		})
	if err != nil {
		return nil, nil, err
	}
	for _, tag := range add { // as many as one person types
		n, err := tx.Exec(ctx, `INSERT INTO asset_tags (account_id, no, folded, tag)
			SELECT account_id, no, CAST(:folded AS text), CAST(:tag AS text) FROM assets WHERE account_id = :account AND no = :no
			ON CONFLICT (account_id, no, folded) DO NOTHING`, db.Args{"no": a.Key.No, "folded": fold.Text(tag), "tag": tag})
		if err != nil {
			return nil, nil, err
		}
		if n > 0 {
			added = append(added, tag)
		}
	}
	slices.SortFunc(removed, compareTitles)
	n := 0
	if _, err := tx.One(ctx, `SELECT count(*) FROM asset_tags WHERE account_id = :account AND no = :no`, db.Args{"no": a.Key.No}, &n); err != nil {
		return nil, nil, err
	}
	if n > maxTags {
		return nil, nil, errs.Newf(errs.Invalid, "too_many_tags", "At most %d tags.", maxTags).
			WithField("tags").WithParams(map[string]any{"limit": maxTags})
	}
	return added, removed, nil
}

// AddTags reads the tags of assets that were read before and have none yet: one statement for all of them.
func (l *Library) AddTags(ctx context.Context, who authz.Actor, assets ...*Asset) error {
	if !slices.ContainsFunc(assets, func(a *Asset) bool { return a.Tags == nil }) {
		return nil
	}
	return l.db.Read(ctx, db.Account(who.Account), func(tx *db.Tx) error { return addTags(ctx, tx, assets) })
}

// AddTags is that of Library in a transaction that is there.
func (s *Service) AddTags(ctx context.Context, tx *db.Tx, assets ...*Asset) error {
	return addTags(ctx, tx, assets)
}

func addTags(ctx context.Context, tx *db.Tx, assets []*Asset) error {
	if len(assets) == 0 {
		return nil
	}
	nos := make([]int64, len(assets))
	byNo := make(map[int64][]*Asset, len(assets))
	for i, a := range assets {
		nos[i], byNo[a.Key.No] = a.Key.No, append(byNo[a.Key.No], a)
		a.Tags = []string{}
	}
	return tx.Query(ctx, `SELECT no, tag FROM asset_tags WHERE account_id = :account AND no IN {each :nos} ORDER BY no, folded`,
		db.Args{"nos": db.List(nos)}, func(scan func(...any) error) error {
			var no int64
			var tag string
			err := scan(&no, &tag)
			for _, a := range byNo[no] {
				a.Tags = append(a.Tags, tag)
			}
			return err
		})
}

// TagCount is a tag with the number of assets that have it.
type TagCount struct {
	Tag   string
	Count int64
}

// Tags lists the tags of the assets of some kinds that the actor may see, in their order.
func (l *Library) Tags(ctx context.Context, who authz.Actor, kinds []Kind) ([]TagCount, error) {
	f := Filter{Kinds: kinds}
	var out []TagCount
	err := l.db.Read(ctx, db.Account(who.Account), func(tx *db.Tx) error {
		where, args := f.listed(listedFor(who, f), tx.Now)
		out = []TagCount{}
		return tx.Query(ctx, `SELECT MIN(t.tag), count(*) FROM assets a
			JOIN asset_tags t ON t.account_id = a.account_id AND t.no = a.no
			WHERE `+where+` GROUP BY t.folded ORDER BY t.folded`, args, func(scan func(...any) error) error {
			var c TagCount
			err := scan(&c.Tag, &c.Count)
			out = append(out, c)
			return err
		})
	})
	return out, err
}
