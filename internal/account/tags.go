package account

import (
	"context"
	"slices"
	"strings"

	"octavo/internal/authz"
	"octavo/internal/db"
	"octavo/internal/errs"
	"octavo/internal/fold"
	"octavo/internal/id"
)

// Limits of tags.
const (
	maxTag  = 40
	maxTags = 20
)

// checkTags trims tags, leaves repeated ones out and sorts them. Codes bad_tag, too_many_tags, text_too_long, bad_text.
func checkTags(tags []string) ([]string, error) {
	var out []string
	seen := map[string]bool{}
	for _, tag := range tags {
		tag, err := checkText(tag, maxTag, "tags")
		if err != nil {
			return nil, err
		}
		folded := fold.Text(tag)
		if folded == "" || slices.ContainsFunc([]rune(tag), func(r rune) bool { return r == ',' || r == ';' || r < ' ' }) {
			return nil, errs.New(errs.Invalid, "bad_tag", "A tag is a short word without comma or semicolon.").WithField("tags")
		}
		if !seen[folded] {
			seen[folded] = true
			out = append(out, tag)
		}
	}
	if len(out) > maxTags {
		return nil, errs.Newf(errs.Invalid, "too_many_tags", "At most %d tags.", maxTags).
			WithField("tags").WithParams(map[string]any{"limit": maxTags})
	}
	sortTags(out)
	return out, nil
}

func sortTags(tags []string) {
	slices.SortFunc(tags, func(a, b string) int { return strings.Compare(fold.Text(a), fold.Text(b)) })
}

// replaceTags gives an account other tags. The account is one that the transaction may write.
func replaceTags(ctx context.Context, tx *db.Tx, account id.Account, tags []string) error {
	if _, err := tx.Exec(ctx, `DELETE FROM account_tags WHERE account_id IN {each :accounts} AND account_id = :id`, db.Args{"id": account}); err != nil {
		return err
	}
	return insertTags(ctx, tx, account, tags)
}

func insertTags(ctx context.Context, tx *db.Tx, account id.Account, tags []string) error {
	if len(tags) == 0 {
		return nil
	}
	rows := make([][]any, len(tags))
	for i, tag := range tags {
		rows[i] = []any{account, fold.Text(tag), tag}
	}
	return tx.Insert(ctx, "account_tags", []string{"account_id", "folded", "tag"}, rows)
}

// addTags puts the tags of some clients into their rows: one statement for all of them.
func addTags(ctx context.Context, tx *db.Tx, rows []*Listed) error {
	if len(rows) == 0 {
		return nil
	}
	byID, of := make(map[id.Account]*Listed, len(rows)), make([]id.Account, len(rows))
	for i, l := range rows {
		byID[l.ID], of[i] = l, l.ID
	}
	return tx.Query(ctx, `SELECT account_id, tag FROM account_tags
		WHERE account_id IN {each :accounts} AND account_id IN {each :of} ORDER BY account_id, folded`,
		db.Args{"of": db.List(of)}, func(scan func(...any) error) error {
			var a id.Account
			var tag string
			err := scan(&a, &tag)
			if l := byID[a]; l != nil {
				l.Tags = append(l.Tags, tag)
			}
			return err
		})
}

// TagCount is a tag with the number of clients that have it.
type TagCount struct {
	Tag     string
	Clients int64
}

// Tags lists the tags of the clients that the actor may see, in their order. Code not_found.
func (s *Service) Tags(ctx context.Context, who authz.Actor) ([]TagCount, error) {
	grant, err := s.seeGrant(ctx, who)
	if err != nil {
		return nil, err
	}
	out := []TagCount{}
	err = s.db.Read(ctx, db.Across(grant), func(tx *db.Tx) error {
		out = out[:0]
		return tx.Query(ctx, `SELECT MIN(t.tag), COUNT(*) FROM account_tags t JOIN accounts a ON a.id = t.account_id AND a.deleted_at IS NULL
			WHERE t.account_id IN {each :accounts} GROUP BY t.folded ORDER BY t.folded`, nil, func(scan func(...any) error) error {
			var c TagCount
			err := scan(&c.Tag, &c.Clients)
			out = append(out, c)
			return err
		})
	})
	return out, err
}

// tagsOf reads the tags of one account of the scope.
func tagsOf(ctx context.Context, tx *db.Tx, account id.Account) ([]string, error) {
	l := &Listed{Account: Account{ID: account}}
	err := addTags(ctx, tx, []*Listed{l})
	return l.Tags, err
}
