package audit

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"octavo/internal/db"
	"octavo/internal/id"
)

// Person is somebody who is to be forgotten.
type Person struct {
	ID    id.User
	Name  string
	Email string
	As    string // what stands where the name stood
}

// Erase takes a person out of all lines of all accounts: name, e-mail address, addresses and browsers, and what lines
// about the person tell beside that. Who did what by which id stays. The chains are made anew from the first line that
// changes; a line says that. It can be called again where it broke off.
func (s *Service) Erase(ctx context.Context, p Person) error {
	var accounts []id.Account
	err := s.db.Read(ctx, db.System(), func(tx *db.Tx) error {
		accounts = nil
		return tx.Query(ctx, `SELECT DISTINCT account_id FROM audit WHERE actor_id = :person OR subject = :person OR detail LIKE :name ESCAPE '!' OR detail LIKE :email ESCAPE '!'`,
			p.args(), func(scan func(...any) error) error {
				var a id.Account
				err := scan(&a)
				accounts = append(accounts, a)
				return err
			})
	})
	if err != nil {
		return err
	}
	for _, a := range accounts {
		if err := s.Seal(ctx); err != nil { // new lines have their places before the chain is made anew
			return err
		}
		if err := s.db.Tx(ctx, db.System(), func(tx *db.Tx) error { return p.eraseIn(ctx, tx, a) }); err != nil {
			return fmt.Errorf("audit.Erase: %w", err)
		}
	}
	return nil
}

// args are the person in statements. Texts of details are JSON, and patterns of LIKE.
func (p Person) args() db.Args {
	return db.Args{"person": p.ID, "name": pattern(p.Name), "email": pattern(p.Email)}
}

// pattern finds a text among the values of a detail; an empty one finds nothing, because every detail is an object.
func pattern(text string) string {
	if text == "" {
		return "-"
	}
	return "%" + strings.NewReplacer("!", "!!", "%", "!%", "_", "!_").Replace(quoted(text)) + "%"
}

func quoted(text string) string {
	b, _ := json.Marshal(text) // a text always can be
	return string(b)
}

// eraseIn changes the lines of one account and chains them again.
func (p Person) eraseIn(ctx context.Context, tx *db.Tx, a id.Account) error {
	args := p.args()
	args["of"] = a
	type change struct{ id, actor, name, subject, subjectName, detail, ip, agent string }
	var changes []change
	err := tx.Query(ctx, `SELECT id, actor_id, actor_name, subject, subject_name, detail, ip, user_agent FROM audit
		WHERE account_id = :of AND (actor_id = :person OR subject = :person OR detail LIKE :name ESCAPE '!' OR detail LIKE :email ESCAPE '!') ORDER BY id`,
		args, func(scan func(...any) error) error {
			var c change
			if err := scan(&c.id, &c.actor, &c.name, &c.subject, &c.subjectName, &c.detail, &c.ip, &c.agent); err != nil {
				return err
			}
			was := c
			if c.actor == string(p.ID) {
				c.name, c.ip, c.agent = p.As, "", ""
			}
			if c.subject == string(p.ID) {
				c.subjectName, c.detail = p.As, "{}"
			}
			for _, text := range []string{p.Name, p.Email} {
				if text != "" {
					c.detail = strings.ReplaceAll(c.detail, quoted(text), quoted(p.As))
				}
			}
			if c != was {
				changes = append(changes, c)
			}
			return nil
		})
	if err != nil || len(changes) == 0 {
		return err
	}
	ids := make([]string, len(changes))
	for i, c := range changes {
		ids[i] = c.id
		_, err := tx.Exec(ctx, `UPDATE audit SET actor_name = :name, subject_name = :subject, detail = :detail, ip = :ip, user_agent = :agent
			WHERE account_id = :of AND id = :id`, db.Args{"of": a, "id": c.id, "name": c.name, "subject": c.subjectName, "detail": c.detail, "ip": c.ip, "agent": c.agent})
		if err != nil {
			return err
		}
	}
	if err := Record(ctx, tx, program(a), Line{Action: "activity.erased", Subject: string(p.ID), SubjectName: p.As, Detail: map[string]any{"lines": len(changes)}}); err != nil {
		return err
	}
	return chainAgain(ctx, tx, a, ids)
}

// chainAgain makes the chain of an account anew from the first of some lines, and gives all lines behind it that have
// none their places: a server that chains new ones at this moment collides on the number of the next, and begins again.
func chainAgain(ctx context.Context, tx *db.Tx, a id.Account, changed []string) error {
	args := db.Args{"of": a, "ids": db.Words(changed)}
	var from *int64
	if _, err := tx.One(ctx, `SELECT min(seq) FROM audit_seals WHERE account_id = :of AND line_id IN {words :ids}`, args, &from); err != nil {
		return err
	}
	h := head{}
	if from == nil { // none of them is chained yet
		_, err := tx.One(ctx, `SELECT seq, hash FROM audit_seals WHERE account_id = :of ORDER BY seq DESC LIMIT 1`, args, &h.seq, &h.hash)
		if err != nil {
			return err
		}
	} else {
		args["before"] = *from - 1
		if _, err := tx.One(ctx, `SELECT seq, hash FROM audit_seals WHERE account_id = :of AND seq = :before`, args, &h.seq, &h.hash); err != nil {
			return err
		}
		h.seq = *from - 1
	}
	args["after"] = h.seq
	var rows [][]any
	add := func(scan func(...any) error) error {
		o, err := scanContent(scan)
		h.seq, h.hash = h.seq+1, chainHash(h.hash, o.content)
		rows = append(rows, []any{a, h.seq, o.id, h.hash})
		return err
	}
	err := tx.Query(ctx, `SELECT `+linesOf+` FROM audit_seals x JOIN audit l ON l.account_id = x.account_id AND l.id = x.line_id
		WHERE x.account_id = :of AND x.seq > :after ORDER BY x.seq`, args, add)
	if err != nil {
		return err
	}
	if err := tx.Query(ctx, `SELECT `+content+` FROM audit WHERE account_id = :of AND sealed = 0 ORDER BY id`, args, add); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `DELETE FROM audit_seals WHERE account_id = :of AND seq > :after`, args); err != nil {
		return err
	}
	if err := tx.Insert(ctx, "audit_seals", []string{"account_id", "seq", "line_id", "hash"}, rows); err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `UPDATE audit SET sealed = 1 WHERE account_id = :of AND sealed = 0 AND id IN (SELECT line_id FROM audit_seals WHERE account_id = :of AND seq > :after)`, args)
	return err
}
