// Package audit is the append-only trail of an account: who did what to what, and
// whether as a visitor from the agency. A line is written in the transaction of
// the change it tells of, so there is never one without the other.
//
// Tables owned: audit, audit_seals, account_news. Nothing changes or removes a line of the trail but the end of its
// account, and octavo check proves it: lines are chained by their hashes (seal.go).
package audit

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"octavo/internal/authz"
	"octavo/internal/db"
	"octavo/internal/id"
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
	IP          string // of the browser, "" = not known
	UserAgent   string
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
		rows[i] = []any{account, id.New(), tx.Now, who.User, who.Name, who.Home, who.Delegated, string(who.Via), line.Action, line.Subject, line.SubjectName, detail, who.IP, cut(who.UserAgent)}
	}
	err := tx.Insert(ctx, "audit", []string{
		"account_id", "id", "at", "actor_id", "actor_name", "home_id", "delegated", "via", "action", "subject", "subject_name", "detail", "ip", "user_agent",
	}, rows)
	if err != nil || len(lines) == 0 {
		return err
	}
	return Done(ctx, tx, who, lines[len(lines)-1].Subject)
}

// Done notes that a call has made its change of a subject, where the trail has no line of it.
func Done(ctx context.Context, tx *db.Tx, who authz.Actor, subject string) error {
	r, ok := ctx.Value(receiptKey{}).(Receipt)
	if !ok || !tx.In(who.Account) {
		return nil
	}
	return r(ctx, tx, subject)
}

// Receipt notes, in the transaction of a change, that a call has made it. The subject
// is that of the last line so far.
type Receipt func(ctx context.Context, tx *db.Tx, subject string) error

type receiptKey struct{}

// WithReceipt lets r be called with every line that is written in the scope of the
// acting account alone.
func WithReceipt(ctx context.Context, r Receipt) context.Context {
	return context.WithValue(ctx, receiptKey{}, r)
}

// cut shortens what a browser says of itself; it can say anything.
func cut(agent string) string {
	const most = 300
	return strings.ToValidUTF8(agent[:min(len(agent), most)], "")
}

// Service reads the trail. Safe for concurrent use.
type Service struct{ db *db.DB }

// New makes the service.
func New(d *db.DB) *Service { return &Service{db: d} }
