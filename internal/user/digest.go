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
	Owner   id.User // "" = the people of the agency who look after the account
	Text    string
}

const (
	digestKind  = "data_digest"
	digestLines = 40
	mostClients = 5 // that one line names
)

// news is what one line tells.
type news struct {
	text string
	own  bool // of the reader's own account; what clients have stands apart, under their names
}

// digest is what one person is told, and of which clients.
type digest map[news][]id.Account

// TellOfData mails each person of one account one letter with all news that are for them; of clients with the same one
// there is one line. All letters are written, or none: who calls it for one account after another and notes what each was
// told, tells nobody more than one letter twice.
func (s *Service) TellOfData(ctx context.Context, home id.Account, all []DataNews) error {
	return s.db.Tx(ctx, db.System(), func(tx *db.Tx) error {
		at, found, err := s.accounts.FindByID(ctx, tx, home)
		if err != nil {
			return err
		}
		if !found {
			return fmt.Errorf("user: data news: there is no account %d", home)
		}
		people, names, err := s.readers(ctx, tx, home, all)
		if err != nil {
			return err
		}
		emails, err := emailsOf(ctx, tx, home, slices.Collect(maps.Keys(people)))
		for _, u := range slices.Sorted(maps.Keys(emails)) {
			if err == nil {
				err = s.sendDigest(ctx, tx, at, letterOf{to: u, email: emails[u], told: people[u], names: names})
			}
		}
		return err
	})
}

// readers gives the people of an account whom news are for, and what each is told, with the names of the clients.
func (s *Service) readers(ctx context.Context, tx *db.Tx, home id.Account, all []DataNews) (people map[id.User]digest, names map[id.Account]string, err error) {
	var of []id.Account
	for _, n := range all {
		if n.Owner == "" {
			of = append(of, n.Account)
		}
	}
	var managers map[id.Account][]id.User
	names = map[id.Account]string{}
	if len(of) > 0 {
		if managers, err = s.accounts.Managers(ctx, tx, home, of...); err != nil {
			return nil, nil, err
		}
		err = tx.Query(ctx, `SELECT id, name FROM accounts WHERE id IN {each :of}`, db.Args{"of": db.List(of)}, func(scan func(...any) error) error {
			var a id.Account
			var name string
			err := scan(&a, &name)
			names[a] = name
			return err
		})
		if err != nil {
			return nil, nil, err
		}
	}
	people = map[id.User]digest{}
	for _, n := range all {
		who := []id.User{n.Owner}
		if n.Owner == "" {
			who = managers[n.Account]
		}
		line := news{text: n.Text, own: n.Account == home}
		for _, u := range who {
			if people[u] == nil {
				people[u] = digest{}
			}
			if of := people[u][line]; line.own {
				people[u][line] = nil
			} else if !slices.Contains(of, n.Account) {
				people[u][line] = append(of, n.Account)
			}
		}
	}
	return people, names, nil
}

// emailsOf are the addresses of people of an account; who has none, is not active, or wants no such mail, is not among them.
func emailsOf(ctx context.Context, tx *db.Tx, home id.Account, people []id.User) (map[id.User]string, error) {
	out := map[id.User]string{}
	return out, tx.Query(ctx, `SELECT id, email FROM users WHERE account_id = :home AND id IN {words :people} AND state = 'active' AND deleted_at IS NULL AND email <> '' AND data_mail = 1`,
		db.Args{"home": home, "people": db.Words(people)}, func(scan func(...any) error) error {
			var u id.User
			var email string
			err := scan(&u, &email)
			out[u] = email
			return err
		})
}

// letterOf is a digest with whom it goes to.
type letterOf struct {
	to    id.User
	email string
	told  digest
	names map[id.Account]string // of the clients
}

// lines are the paragraphs of the letter; clients says whether some are about clients.
func (l letterOf) lines() (lines []string, clients bool) {
	for _, line := range slices.SortedFunc(maps.Keys(l.told), func(a, b news) int {
		return cmp.Or(cmp.Compare(fold.Text(a.text), fold.Text(b.text)), cmp.Compare(a.text, b.text), cmp.Compare(len(l.told[a]), len(l.told[b])))
	}) {
		text := line.text
		if !line.own {
			clients = true
			text = l.clients(line) + ": " + text
		}
		lines = append(lines, text)
	}
	if n := len(lines) - digestLines; n > 0 {
		lines = append(lines[:digestLines], fmt.Sprintf("And %d more.", n))
	}
	return lines, clients
}

// clients names those that a line is about, as many as a line may.
func (l letterOf) clients(line news) string {
	var of []string
	for _, a := range l.told[line] {
		of = append(of, l.names[a])
	}
	slices.Sort(of)
	more := ""
	if n := len(of) - mostClients; n > 0 {
		of, more = of[:mostClients], fmt.Sprintf(" and %d more", n)
	}
	return strings.Join(of, ", ") + more
}

func (s *Service) sendDigest(ctx context.Context, tx *db.Tx, home *account.Account, l letterOf) error {
	lines, clients := l.lines()
	page := "/" + home.Slug + "/data"
	if clients {
		page = "/" + home.Slug + "/clients?attention=stale"
	}
	return s.mails.RecordFor(ctx, tx, home.ID, mail.Letter{
		Kind: digestKind, About: string(l.to) + " " + strconv.FormatInt(tx.Now, 10), To: l.email, Sender: home.Display(),
		Subject: "Data that needs you", Lines: lines, Button: mail.Button{Label: "Look at it", URL: s.mails.Link(page)},
		Small: []string{"The data of before stay where they are until others come. You hear of each data source once a day, for a week at most.",
			"You can switch these mails off on your profile: " + s.mails.Link("/"+home.Slug+"/profile")},
	})
}
