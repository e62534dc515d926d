package asset

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"octavo/internal/authz"
	"octavo/internal/db"
	"octavo/internal/id"
	"octavo/internal/mail"
	"octavo/internal/user"
)

// The kinds of mail about assets.
const (
	noticeShared = "shared"
	noticeOwner  = "owner"
)

// mostNamed is how many assets one mail names.
const mostNamed = 10

// words are how mails call a kind, and the page of one of it.
var words = map[Kind]struct{ one, page string }{
	Dashboard: {"dashboard", "dashboards"}, Klip: {"Klip", "klips"}, Source: {"data source", "data"}, Model: {"model", "data"},
}

// audience are the people who have a right on each asset by its shares, by themselves or by a group.
func audience(ctx context.Context, tx *db.Tx, nos []int64) (map[int64]map[id.User]bool, error) {
	out := map[int64]map[id.User]bool{}
	err := tx.Query(ctx, `
		SELECT s.no, u.id FROM asset_shares s JOIN users u ON u.account_id = s.account_id AND u.deleted_at IS NULL AND (
			(s.principal_kind = 'user' AND s.principal_id = u.id) OR
			(s.principal_kind = 'group' AND EXISTS (
				SELECT 1 FROM groups g WHERE g.account_id = :account AND g.id = s.principal_id AND (g.kind = 'all' OR EXISTS (
					SELECT 1 FROM group_members m WHERE m.account_id = :account AND m.group_id = g.id AND m.user_id = u.id)))))
		WHERE s.account_id = :account AND s.no IN {each :nos}`,
		db.Args{"nos": db.List(nos)}, func(scan func(...any) error) error {
			var no int64
			var who id.User
			err := scan(&no, &who)
			if out[no] == nil {
				out[no] = map[id.User]bool{}
			}
			out[no][who] = true
			return err
		})
	return out, err
}

// sharing tells people what they can see from now on, in one mail for all of a change. The zero value tells nobody.
type sharing struct {
	by     string // how people know the actor; "" = nobody is told
	before map[int64]map[id.User]bool
	assets []*Asset
}

// begin notes who sees the assets before the change. Assets that are not of the account count for nothing.
func (l *Library) begin(ctx context.Context, tx *db.Tx, who authz.Actor, by string, public ...string) (s sharing, err error) {
	if s.by = by; by == "" {
		return s, nil
	}
	nos := make([]int64, 0, len(public))
	for _, p := range public {
		if no, err := l.assets.Resolve(who.Account, p); err == nil {
			nos = append(nos, no)
		}
	}
	s.before, err = audience(ctx, tx, nos)
	return s, err
}

// signature is the name of the actor in mails, when people are to be told.
func (l *Library) signature(ctx context.Context, who authz.Actor, tell bool) (string, error) {
	if !tell {
		return "", nil
	}
	return l.people.Signature(ctx, who)
}

// tell mails those who see assets of the change now and did not before, their owners excepted, and says how many.
func (l *Library) tell(ctx context.Context, tx *db.Tx, who authz.Actor, s sharing) (int, error) {
	if s.by == "" {
		return 0, nil
	}
	nos := make([]int64, len(s.assets))
	for i, a := range s.assets {
		nos[i] = a.Key.No
	}
	now, err := audience(ctx, tx, nos)
	if err != nil {
		return 0, err
	}
	told := 0
	for _, n := range l.notices(s, now) {
		more, err := l.people.Notify(ctx, tx, who, n)
		if err != nil {
			return told, err
		}
		told += more
	}
	return told, nil
}

// notices are the mails of a change: one for all who see the same assets now that they did not see before.
func (l *Library) notices(s sharing, now map[int64]map[id.User]bool) []user.Notice {
	theirs := map[id.User][]*Asset{}
	for _, a := range s.assets {
		for person := range now[a.Key.No] {
			if person != a.Owner && !s.before[a.Key.No][person] {
				theirs[person] = append(theirs[person], a)
			}
		}
	}
	alike := map[string]user.Notice{} // by the ids of the assets
	for _, person := range slices.Sorted(maps.Keys(theirs)) {
		n := l.notice(s.by, theirs[person])
		n.To = append(alike[n.About].To, person)
		alike[n.About] = n
	}
	out := make([]user.Notice, 0, len(alike))
	for _, about := range slices.Sorted(maps.Keys(alike)) {
		out = append(out, alike[about])
	}
	return out
}

// notice is the mail about assets, without those who get it.
func (l *Library) notice(by string, assets []*Asset) user.Notice {
	ids := make([]string, len(assets))
	for i, a := range assets {
		ids[i] = l.assets.PublicID(a.Key)
	}
	what, first := titles(assets), assets[0]
	return user.Notice{Kind: noticeShared, About: strings.Join(ids, " "), Write: func(account, slug string) mail.Letter {
		letter := mail.Letter{
			Subject: by + " shared " + what.short + " with you",
			Lines:   []string{by + " shared " + what.long + " with you at " + account + "."},
			Button:  mail.Button{Label: "Open it", URL: "/" + slug + "/" + words[first.Kind].page + "/" + ids[0]},
		}
		if len(assets) > 1 {
			letter.Button = mail.Button{Label: "Open " + account, URL: "/" + slug}
		}
		return letter
	}}
}

// titled says which assets a mail is about: for its subject, and for its text.
type titled struct{ short, long string }

func titles(assets []*Asset) titled {
	one := func(a *Asset) string { return "the " + words[a.Kind].one + " “" + a.Title() + "”" }
	if len(assets) == 1 {
		return titled{short: "“" + assets[0].Title() + "”", long: one(assets[0])}
	}
	var names []string
	for _, a := range assets[:min(len(assets), mostNamed)] {
		names = append(names, one(a))
	}
	if more := len(assets) - mostNamed; more > 0 {
		names = append(names, fmt.Sprintf("%d more", more))
	}
	return titled{
		short: fmt.Sprintf("%d things", len(assets)),
		long:  strings.Join(names[:len(names)-1], ", ") + " and " + names[len(names)-1],
	}
}

// tellOwner mails somebody who was given an asset.
func (l *Library) tellOwner(ctx context.Context, tx *db.Tx, who authz.Actor, by string, a *Asset, to id.User) error {
	public := l.assets.PublicID(a.Key)
	_, err := l.people.Notify(ctx, tx, who, user.Notice{Kind: noticeOwner, About: public, To: []id.User{to}, Write: func(account, slug string) mail.Letter {
		return mail.Letter{
			Subject: by + " gave you “" + a.Title() + "”",
			Lines:   []string{by + " made you the owner of the " + words[a.Kind].one + " “" + a.Title() + "” at " + account + "."},
			Button:  mail.Button{Label: "Open it", URL: "/" + slug + "/" + words[a.Kind].page + "/" + public},
		}
	}})
	return err
}
