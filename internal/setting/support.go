package setting

import (
	"context"
	"time"

	"octavo/internal/authz"
	"octavo/internal/db"
	"octavo/internal/id"
)

// SupportUntil is the moment, RFC 3339 and at most seven days away, until which the operator of the server may enter
// the account to help; empty is never. Neither clients inherit it nor people set it who may not (account.support).
const SupportUntil = "support_until"

// longestSupport is how long an account lets the operator in at most (accounts.md §20).
const longestSupport = 7 * day

// checkSupport refuses texts that are no moment. How far away it is Set looks at, which knows the time.
func checkSupport(text string) error {
	if _, err := time.Parse(time.RFC3339, text); err != nil {
		return refused(SupportUntil, "This is no moment such as 2026-11-30T12:00:00Z.")
	}
	return nil
}

// maySupport refuses a moment that is too far away, and people who may not let anybody in. Codes permission_denied,
// bad_setting.
func maySupport(who authz.Actor, name string, value *string, now time.Time) error {
	if name != SupportUntil {
		return nil
	}
	if who.Support { // who was let in does not decide for how long
		return authz.Denied(authz.AccountSupport)
	}
	if err := authz.Can(who, authz.AccountSupport, authz.None); err != nil || value == nil {
		return err
	}
	at, _ := time.Parse(time.RFC3339, *value) // checked before
	if at.After(now.Add(longestSupport + time.Minute)) {
		return refused(SupportUntil, "The operator is let in for seven days at most.")
	}
	return nil
}

// SupportEnds says until when the operator may enter an account, in a System transaction; the zero time = not now.
func SupportEnds(ctx context.Context, tx *db.Tx, a id.Account) (time.Time, error) {
	c, err := read(ctx, tx, a)
	if err != nil {
		return time.Time{}, err
	}
	at, err := time.Parse(time.RFC3339, c.own[SupportUntil])
	if err != nil || at.UnixMilli() <= tx.Now {
		return time.Time{}, nil
	}
	return at, nil
}
