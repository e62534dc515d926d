package user

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"octavo/internal/account"
	"octavo/internal/db"
	"octavo/internal/fold"
	"octavo/internal/id"
	"octavo/internal/mail"
)

// DataNews is one line about data that its owner is told.
type DataNews struct {
	Account id.Account
	Owner   id.User // "" = the people of the agency who may change the client
	Text    string
}

const (
	digestKind  = "data_digest"
	digestLines = 40
	mostClients = 5 // that one line names
)

// digest is what one person is told.
type digest struct {
	home  id.Account
	email string
	lines map[string][]string // what is said → the clients of which; those of the reader's own account have none
}

// TellOfData mails each person one letter with all news that are for them; of clients with the same one there is one line.
func (s *Service) TellOfData(ctx context.Context, all []DataNews) error {
	return s.db.Tx(ctx, db.System(), func(tx *db.Tx) error {
		people := map[id.User]*digest{}
		known := map[id.Account]*account.Account{}
		managers := map[id.Account][]id.User{}
		for _, t := range all {
			client, err := s.accountOf(ctx, tx, known, t.Account)
			if err != nil {
				return err
			}
			who, of := []id.User{t.Owner}, ""
			if t.Owner == "" && client.Parent != 0 {
				of = client.Name
				if _, ok := managers[t.Account]; !ok {
					if managers[t.Account], err = s.accounts.Managers(ctx, tx, client); err != nil {
						return err
					}
				}
				who = managers[t.Account]
			}
			for _, u := range who {
				if err := note(ctx, tx, people, u, t.Text, of); err != nil {
					return err
				}
			}
		}
		for _, u := range slices.Sorted(maps.Keys(people)) {
			if err := s.sendDigest(ctx, tx, known, u, people[u]); err != nil {
				return err
			}
		}
		return nil
	})
}

func (s *Service) accountOf(ctx context.Context, tx *db.Tx, known map[id.Account]*account.Account, a id.Account) (*account.Account, error) {
	if found, ok := known[a]; ok {
		return found, nil
	}
	found, ok, err := s.accounts.FindByID(ctx, tx, a)
	if err == nil && !ok {
		err = fmt.Errorf("user: data news: there is no account %d", a)
	}
	known[a] = found
	return found, err
}

// note adds a line to what a person is told; who has no address is told nothing.
func note(ctx context.Context, tx *db.Tx, people map[id.User]*digest, u id.User, line, client string) error {
	p, ok := people[u]
	if !ok {
		p = &digest{lines: map[string][]string{}}
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

func (s *Service) sendDigest(ctx context.Context, tx *db.Tx, known map[id.Account]*account.Account, u id.User, p *digest) error {
	home, err := s.accountOf(ctx, tx, known, p.home)
	if err != nil {
		return err
	}
	var lines []string
	clients := false
	for _, text := range slices.SortedFunc(maps.Keys(p.lines), func(a, b string) int { return cmp.Or(cmp.Compare(fold.Text(a), fold.Text(b)), cmp.Compare(a, b)) }) {
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
	return s.mails.RecordFor(ctx, tx, p.home, mail.Letter{
		Kind: digestKind, About: string(u) + " " + strconv.FormatInt(tx.Now, 10), To: p.email, Sender: home.Display(),
		Subject: "Data that needs you", Lines: lines, Button: mail.Button{Label: "Look at it", URL: s.mails.Link(page)},
		Small: []string{"The data of before stay where they are until others come. You hear of each data source once a day, for a week at most."},
	})
}
