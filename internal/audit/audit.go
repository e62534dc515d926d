// Package audit is the append-only trail of an account: who did what to what, and
// whether as a visitor from the agency. A line is written in the transaction of
// the change it tells of, so there is never one without the other.
//
// Table owned: audit. Nothing changes or removes a line but the end of its account.
package audit

import (
	"context"
	"encoding/json"
	"fmt"

	"octavo/internal/authz"
	"octavo/internal/db"
	"octavo/internal/id"
	"octavo/internal/page"
)

// Line is one thing that happened.
type Line struct {
	ID          string
	Account     id.Account // where it is read; the zero value means the acting account
	At          int64      // UTC milliseconds
	ActorID     id.User
	ActorName   string
	Home        id.Account // the actor's own account
	Delegated   bool       // a visit from the agency
	Via         authz.Via
	Action      string // "client.created", noun first
	Subject     string // public id of what it was done to
	SubjectName string // its name at that time
	Detail      map[string]any
}

// Record appends a line about what the actor does, at the time of the transaction.
// Of line it takes Account, Action, Subject, SubjectName and Detail.
func Record(ctx context.Context, tx *db.Tx, who authz.Actor, line Line) error {
	return RecordAll(ctx, tx, who, []Line{line})
}

// RecordAll is Record for one operation over several accounts: one statement for all lines.
func RecordAll(ctx context.Context, tx *db.Tx, who authz.Actor, lines []Line) error {
	rows := make([][]any, len(lines))
	for i, line := range lines {
		detail := "{}"
		if len(line.Detail) > 0 {
			b, err := json.Marshal(line.Detail)
			if err != nil {
				return fmt.Errorf("audit.Record(%s): %w", line.Action, err)
			}
			detail = string(b)
		}
		account := line.Account
		if account == 0 {
			account = who.Account
		}
		rows[i] = []any{account, id.New(), tx.Now, who.User, who.Name, who.Home, who.Delegated, string(who.Via), line.Action, line.Subject, line.SubjectName, detail}
	}
	return tx.Insert(ctx, "audit", []string{
		"account_id", "id", "at", "actor_id", "actor_name", "home_id", "delegated", "via", "action", "subject", "subject_name", "detail",
	}, rows)
}

// Service reads the trail. Safe for concurrent use.
type Service struct{ db *db.DB }

// New makes the service.
func New(d *db.DB) *Service { return &Service{db: d} }

// List gives a page of the acting account's trail, newest first. Code permission_denied.
func (s *Service) List(ctx context.Context, who authz.Actor, req page.Request) ([]Line, *page.Mark, error) {
	if err := authz.Can(who, authz.AccountUsage, authz.None); err != nil {
		return nil, nil, err
	}
	var lines []Line
	err := s.db.Read(ctx, db.Account(who.Account), func(tx *db.Tx) error {
		lines = nil
		return tx.Query(ctx, `
			SELECT account_id, id, at, actor_id, actor_name, home_id, delegated, via, action, subject, subject_name, detail
			FROM audit WHERE account_id = :account AND (:after = '' OR id < :after)
			ORDER BY id DESC LIMIT :rows`,
			db.Args{"after": req.From().ID, "rows": req.Rows()}, func(scan func(...any) error) error {
				l, err := scanLine(scan)
				lines = append(lines, l)
				return err
			})
	})
	if err != nil {
		return nil, nil, err
	}
	lines, next := page.Cut(req, lines, func(l Line) page.Mark { return page.Mark{ID: l.ID} })
	return lines, next, nil
}

func scanLine(scan func(...any) error) (Line, error) {
	var l Line
	var delegated int64
	var detail string
	err := scan(&l.Account, &l.ID, &l.At, &l.ActorID, &l.ActorName, &l.Home, &delegated, &l.Via, &l.Action, &l.Subject, &l.SubjectName, &detail)
	if err != nil {
		return l, err
	}
	l.Delegated = delegated == 1
	return l, json.Unmarshal([]byte(detail), &l.Detail)
}
