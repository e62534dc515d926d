package transfer

import (
	"context"

	"octavo/internal/account"
	"octavo/internal/authz"
	"octavo/internal/db"
	"octavo/internal/id"
)

// Candidate is a client that a roll-out could reach, with what it is chosen by.
type Candidate struct {
	account.Party
	Tags   []string
	Groups []id.Group // of the agency, that it is shared with
	Value  string     // of the property that was asked for; "" = none
}

// Candidates lists the clients that the actor could roll something out to, in order of
// name. name asks for the values of a property; secret ones are not told.
// Codes not_found, permission_denied.
func (s *Service) Candidates(ctx context.Context, who authz.Actor, name string) ([]Candidate, error) {
	if err := authz.MayRollOut(who, nil); err != nil {
		return nil, err
	}
	all, err := s.clients(ctx, who)
	if err != nil {
		return nil, err
	}
	var out []Candidate
	var parties []authz.Party
	at := map[id.Account]int{}
	for _, p := range all {
		if p.CanEnter {
			at[p.Account] = len(out)
			out, parties = append(out, Candidate{Party: p}), append(parties, p.Party)
		}
	}
	grant, err := authz.GrantRollout(who, parties)
	if err != nil {
		return nil, err
	}
	return out, s.db.Read(ctx, db.Across(grant), func(tx *db.Tx) error {
		for i := range out {
			out[i].Tags, out[i].Groups, out[i].Value = nil, nil, ""
		}
		return describeCandidates(ctx, tx, name, func(a id.Account) *Candidate { return &out[at[a]] })
	})
}

// describeCandidates reads tags, groups and the values of one property.
func describeCandidates(ctx context.Context, tx *db.Tx, name string, of func(id.Account) *Candidate) error {
	read := func(text string, args db.Args, put func(*Candidate, string)) error {
		return tx.Query(ctx, text, args, func(scan func(...any) error) error {
			var a id.Account
			var value string
			err := scan(&a, &value)
			put(of(a), value)
			return err
		})
	}
	err := read(`SELECT account_id, tag FROM account_tags WHERE account_id IN {each :accounts} ORDER BY account_id, tag`, nil,
		func(c *Candidate, tag string) { c.Tags = append(c.Tags, tag) })
	if err != nil {
		return err
	}
	err = read(`SELECT client_id, group_id FROM client_shares WHERE account_id = :agency AND client_id IN {each :accounts} ORDER BY client_id, group_id`, nil,
		func(c *Candidate, group string) { c.Groups = append(c.Groups, id.Group(group)) })
	if err != nil || name == "" {
		return err
	}
	return read(`SELECT account_id, value FROM properties
		WHERE account_id IN {each :accounts} AND name = :name AND type <> 'secret' AND value IS NOT NULL`, db.Args{"name": name},
		func(c *Candidate, value string) { c.Value = value })
}
