package datasource

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"octavo/internal/account"
	"octavo/internal/asset"
	"octavo/internal/db"
	"octavo/internal/errs"
	"octavo/internal/id"
	"octavo/internal/mail"
)

const (
	loudAfter   = 3 // failures in a row of what may pass by itself
	toldAgain   = 23*time.Hour + 30*time.Minute
	toldFor     = 7 * 24 * time.Hour
	digestKind  = "data_digest"
	digestLines = 40
)

// trouble is what people are told of one source.
type trouble struct {
	account id.Account
	no      int64
	name    string
	owner   id.User     // "" = the people of the agency who look after the client
	stopped bool        // it is tried no more
	why     *errs.Error // nil = data come again
	since   int64       // UTC milliseconds; 0 = people do not know of it yet
	told    int64       // the same
}

// loud says whether an error is worth a mail: at once where it does not pass by itself, else the third time.
func loud(state State, failures int64, why *errs.Error) bool {
	return state == Disabled || failures >= loudAfter || why != nil && why.Kind != errs.Unavailable
}

// Digest mails people which of their data cannot be fetched, and which come again: one mail for all of it, and of each
// source one line a day for a week at most. Of what the agency made for a client, or reads with an account of its own, the
// people of the agency are told who look after the client; the client sees on its screens that data is late. It is called
// once an hour. Mails go out before it is noted that they did: whatever ends the server, nobody stays untold.
func (s *Service) Digest(ctx context.Context, accounts *account.Service, mails *mail.Service) error {
	all, err := accounts.All(ctx)
	if err != nil {
		return err
	}
	var found []trouble
	var failed []error
	for _, a := range all {
		some, err := s.troubles(ctx, a)
		found, failed = append(found, some...), append(failed, err)
	}
	if len(found) > 0 {
		if err := s.tell(ctx, accounts, mails, found); err != nil {
			return errors.Join(append(failed, err)...)
		}
		failed = append(failed, s.told(ctx, found))
	}
	return errors.Join(failed...)
}

// troubles notes which sources of an account are in trouble, and gives those of which people are to be told.
func (s *Service) troubles(ctx context.Context, a id.Account) ([]trouble, error) {
	var out []trouble
	err := s.db.Tx(ctx, db.Account(a), func(tx *db.Tx) error {
		out = nil
		all, err := readTroubles(ctx, tx, a)
		for _, t := range all {
			if err != nil {
				return err
			}
			switch {
			case t.why != nil && t.since == 0:
				t.since = tx.Now
				err = s.update(ctx, tx, `UPDATE sources SET trouble_at = :now WHERE account_id = :account AND no = :no`, db.Args{"now": tx.Now, "no": t.no})
			case t.why == nil && t.told == 0: // it passed before anybody was told
				err = s.update(ctx, tx, `UPDATE sources SET trouble_at = NULL WHERE account_id = :account AND no = :no`, db.Args{"no": t.no})
				continue
			case t.why != nil && (tx.Now-t.told < toldAgain.Milliseconds() || tx.Now-t.since > toldFor.Milliseconds()):
				continue
			}
			out = append(out, t)
		}
		return err
	})
	return out, err
}

// readTroubles reads sources whose data cannot be fetched, and those of which people were told that.
func readTroubles(ctx context.Context, tx *db.Tx, a id.Account) ([]trouble, error) {
	byNo := map[int64]*trouble{}
	err := tx.Query(ctx, `SELECT s.no, o.name, o.suffix, CASE WHEN u.state = 'active' AND (s.credential_account IS NULL OR s.credential_account = :account) THEN o.owner_id ELSE '' END,
			COALESCE(s.trouble_at, 0), COALESCE(s.told_at, 0), COALESCE(i.state, ''), COALESCE(i.failures, 0), COALESCE(i.error, '')
		FROM sources s JOIN accounts c ON c.id = s.account_id AND c.status IN ('trial', 'active')
		JOIN assets o ON o.account_id = s.account_id AND o.no = s.no AND o.deleted_at IS NULL
		LEFT JOIN users u ON u.account_id = s.account_id AND u.id = o.owner_id AND u.deleted_at IS NULL
		LEFT JOIN instances i ON i.account_id = s.account_id AND i.no = s.no AND i.state IN ('failing', 'disabled')
		WHERE s.account_id = :account AND (i.no IS NOT NULL OR s.trouble_at IS NOT NULL) ORDER BY s.no`, nil,
		func(scan func(...any) error) error {
			t := trouble{account: a}
			var suffix, failures int64
			var state, text string
			if err := scan(&t.no, &t.name, &suffix, &t.owner, &t.since, &t.told, &state, &failures, &text); err != nil {
				return err
			}
			t.name = asset.Title(t.name, suffix)
			old, there := byNo[t.no]
			if !there {
				old = &t
				byNo[t.no] = old
			}
			why := readFault(text)
			if state != "" && why == nil {
				why = &errs.Error{Message: "The last refresh did not succeed."}
			}
			if state != "" && (old.why == nil || !old.stopped) && (loud(State(state), failures, why) || old.since != 0) {
				old.why, old.stopped = why, State(state) == Disabled
			}
			return nil
		})
	var out []trouble
	for _, no := range slices.Sorted(maps.Keys(byNo)) {
		if t := byNo[no]; t.why != nil || t.since != 0 {
			out = append(out, *t)
		}
	}
	return out, err
}

// told notes of which troubles people were told.
func (s *Service) told(ctx context.Context, all []trouble) error {
	byAccount := map[id.Account][]trouble{}
	for _, t := range all {
		byAccount[t.account] = append(byAccount[t.account], t)
	}
	var failed []error
	for _, a := range slices.Sorted(maps.Keys(byAccount)) {
		failed = append(failed, s.db.Tx(ctx, db.Account(a), func(tx *db.Tx) error {
			var bad, good []int64
			for _, t := range byAccount[a] {
				if t.why != nil {
					bad = append(bad, t.no)
				} else {
					good = append(good, t.no)
				}
			}
			_, err := tx.Exec(ctx, `UPDATE sources SET told_at = :now WHERE account_id = :account AND no IN {each :nos}`, db.Args{"now": tx.Now, "nos": db.List(bad)})
			if err == nil {
				_, err = tx.Exec(ctx, `UPDATE sources SET told_at = NULL, trouble_at = NULL WHERE account_id = :account AND no IN {each :nos}`, db.Args{"nos": db.List(good)})
			}
			return err
		}))
	}
	return errors.Join(failed...)
}

// told is what one person is told.
type told struct {
	home  id.Account
	email string
	lines map[string][]string // what is said → the clients of which; those of the reader's own account have none
}

// tell writes the mails.
func (s *Service) tell(ctx context.Context, accounts *account.Service, mails *mail.Service, all []trouble) error {
	return s.db.Tx(ctx, db.System(), func(tx *db.Tx) error {
		people := map[id.User]*told{}
		known := map[id.Account]*account.Account{}
		managers := map[id.Account][]id.User{}
		for _, t := range all {
			client, err := accountOf(ctx, tx, accounts, known, t.account)
			if err != nil {
				return err
			}
			who, of := []id.User{t.owner}, ""
			if t.owner == "" && client.Parent != 0 {
				of = client.Name
				if _, ok := managers[t.account]; !ok {
					if managers[t.account], err = accounts.Managers(ctx, tx, client); err != nil {
						return err
					}
				}
				who = managers[t.account]
			}
			for _, u := range who {
				if err := note(ctx, tx, people, u, t.line(), of); err != nil {
					return err
				}
			}
		}
		for _, u := range slices.Sorted(maps.Keys(people)) {
			if err := s.send(ctx, tx, accounts, mails, known, u, people[u]); err != nil {
				return err
			}
		}
		return nil
	})
}

func accountOf(ctx context.Context, tx *db.Tx, accounts *account.Service, known map[id.Account]*account.Account, a id.Account) (*account.Account, error) {
	if found, ok := known[a]; ok {
		return found, nil
	}
	found, ok, err := accounts.FindByID(ctx, tx, a)
	if err == nil && !ok {
		err = fmt.Errorf("datasource: digest: there is no account %d", a)
	}
	known[a] = found
	return found, err
}

// note adds a line to what a person is told; who has no address is told nothing.
func note(ctx context.Context, tx *db.Tx, people map[id.User]*told, u id.User, line, client string) error {
	p, ok := people[u]
	if !ok {
		p = &told{lines: map[string][]string{}}
		found, err := tx.One(ctx, `SELECT account_id, COALESCE(email, '') FROM users WHERE id = :id AND state = 'active' AND deleted_at IS NULL`, db.Args{"id": u}, &p.home, &p.email)
		if err != nil || !found || p.email == "" {
			return err
		}
		people[u] = p
	}
	if client == "" {
		p.lines[line] = nil
	} else {
		p.lines[line] = append(p.lines[line], client)
	}
	return nil
}

// line says what happened to a source.
func (t *trouble) line() string {
	switch {
	case t.why == nil:
		return t.name + ": its data come again."
	case t.stopped:
		return t.name + ": it failed too often and is not tried any more. " + t.why.Message
	}
	return t.name + ": " + t.why.Message
}

// mostClients is how many clients one line names.
const mostClients = 5

func (s *Service) send(ctx context.Context, tx *db.Tx, accounts *account.Service, mails *mail.Service, known map[id.Account]*account.Account, u id.User, p *told) error {
	home, err := accountOf(ctx, tx, accounts, known, p.home)
	if err != nil {
		return err
	}
	var lines []string
	clients := false
	for _, text := range slices.SortedFunc(maps.Keys(p.lines), func(a, b string) int { return cmp.Or(cmp.Compare(asset.Fold(a), asset.Fold(b)), cmp.Compare(a, b)) }) {
		if of := p.lines[text]; len(of) > 0 {
			clients = true
			slices.Sort(of)
			more := ""
			if n := len(of) - mostClients; n > 0 {
				of, more = of[:mostClients], fmt.Sprintf(" and %d more", n)
			}
			text = strings.Join(of, ", ") + more + ": " + text
		}
		lines = append(lines, text)
	}
	if n := len(lines) - digestLines; n > 0 {
		lines = append(lines[:digestLines], fmt.Sprintf("And %d more.", n))
	}
	page := "/" + home.Slug + "/data"
	if clients {
		page = "/" + home.Slug + "/clients?attention=stale"
	}
	return mails.RecordFor(ctx, tx, p.home, mail.Letter{
		Kind: digestKind, About: string(u) + " " + strconv.FormatInt(tx.Now, 10), To: p.email, Sender: home.Display(),
		Subject: "Data that needs you", Lines: lines, Button: mail.Button{Label: "Look at it", URL: mails.Link(page)},
		Small: []string{"The data of before stay where they are until others come. You hear of each data source once a day, for a week at most."},
	})
}
