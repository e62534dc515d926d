package datasource

import (
	"context"
	"errors"
	"maps"
	"slices"
	"time"

	"octavo/internal/asset"
	"octavo/internal/db"
	"octavo/internal/errs"
	"octavo/internal/id"
	"octavo/internal/user"
)

const (
	loudAfter = 3 // failures in a row of what may pass by itself
	toldAgain = 23*time.Hour + 30*time.Minute
	toldFor   = 7 * 24 * time.Hour
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
	told    int64       // when they last heard that it, or an earlier one of the source, goes on; 0 = never
}

// readers is the account of those who are told.
func (t *trouble) readers() id.Account {
	if t.owner == "" {
		return t.account.Agency()
	}
	return t.account
}

// loud says whether an error is worth a mail: at once where it does not pass by itself, else the third time.
func loud(state State, failures int64, why *errs.Error) bool {
	return state == Disabled || failures >= loudAfter || why != nil && why.Kind != errs.Unavailable
}

// Digest mails people which of their data cannot be fetched, or were expected and not sent, and which come again: one mail for all of it, and of each
// source one line a day for a week at most. Of what the agency made for a client, or reads with an account of its own, the
// people of the agency are told who look after the client; the client sees on its screens that data is late. It is called
// once an hour; accounts lists all, tell writes the mails. Mails go out before it is noted that they did: whatever ends the server, nobody stays untold.
func (s *Service) Digest(ctx context.Context, accounts func(ctx context.Context) ([]id.Account, error), tell func(ctx context.Context, home id.Account, news []user.DataNews) error) error {
	all, err := accounts(ctx)
	if err != nil {
		return err
	}
	byHome := map[id.Account][]trouble{}
	var failed []error
	for _, a := range all {
		some, err := s.troubles(ctx, a)
		failed = append(failed, err)
		for _, t := range some {
			byHome[t.readers()] = append(byHome[t.readers()], t)
		}
	}
	for _, home := range slices.Sorted(maps.Keys(byHome)) {
		found := byHome[home]
		news := make([]user.DataNews, len(found))
		for i, t := range found {
			news[i] = user.DataNews{Account: t.account, Owner: t.owner, Text: t.line()}
		}
		err := tell(ctx, home, news)
		if err == nil {
			err = s.told(ctx, found)
		}
		failed = append(failed, err)
	}
	return errors.Join(failed...)
}

// troubles notes which sources of an account are in trouble, and gives those of which people are to be told.
func (s *Service) troubles(ctx context.Context, a id.Account) ([]trouble, error) {
	var out []trouble
	err := s.db.Tx(ctx, db.Account(a), func(tx *db.Tx) error {
		out = nil
		all, err := readTroubles(ctx, tx, a)
		if err != nil {
			return err
		}
		for _, t := range all {
			switch {
			case t.why == nil && t.told < t.since: // it passed before anybody was told
				err = s.update(ctx, tx, `UPDATE sources SET trouble_at = NULL WHERE account_id = :account AND no = :no`, db.Args{"no": t.no})
			case t.why == nil:
				out = append(out, t)
			case t.since == 0:
				t.since = tx.Now
				err = s.update(ctx, tx, `UPDATE sources SET trouble_at = :now WHERE account_id = :account AND no = :no`, db.Args{"now": tx.Now, "no": t.no})
			}
			if err != nil {
				return err
			}
			if t.why != nil && tx.Now-t.told >= toldAgain.Milliseconds() && tx.Now-t.since <= toldFor.Milliseconds() {
				out = append(out, t)
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// readTroubles reads sources whose data cannot be fetched, or should have been sent, and those of which people were told
// that. What one person has chosen on a page, and nobody else, is no trouble of the source.
func readTroubles(ctx context.Context, tx *db.Tx, a id.Account) ([]trouble, error) {
	byNo := map[int64]*trouble{}
	err := tx.Query(ctx, `SELECT s.no, o.name, o.suffix, CASE WHEN u.state = 'active' AND (s.credential_account IS NULL OR s.credential_account = :account) THEN o.owner_id ELSE '' END,
			COALESCE(s.trouble_at, 0), COALESCE(s.told_at, 0), COALESCE(i.state, ''), COALESCE(i.failures, 0), COALESCE(i.error, ''),
			CASE WHEN s.stale_at < :now THEN t.json ELSE '' END
		FROM sources s JOIN settings t ON t.id = s.settings_id AND t.family_id = :family JOIN accounts c ON c.id = s.account_id AND c.status IN ('trial', 'active')
		JOIN assets o ON o.account_id = s.account_id AND o.no = s.no AND o.deleted_at IS NULL
		LEFT JOIN users u ON u.account_id = s.account_id AND u.id = o.owner_id AND u.deleted_at IS NULL
		LEFT JOIN instances i ON i.account_id = s.account_id AND i.no = s.no AND i.state IN ('failing', 'disabled') AND (i.pinned = 1 OR i.key = '')
		WHERE s.account_id = :account AND s.off_at IS NULL AND (i.no IS NOT NULL OR s.trouble_at IS NOT NULL OR s.stale_at < :now) ORDER BY s.no`, db.Args{"now": tx.Now},
		func(scan func(...any) error) error {
			t := trouble{account: a}
			var suffix, failures int64
			var state, text, late string
			if err := scan(&t.no, &t.name, &suffix, &t.owner, &t.since, &t.told, &state, &failures, &text, &late); err != nil {
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
			if late == "" {
				return nil
			}
			set, err := parseSettings(late)
			if set.ExpectS != 0 { // of sources that are fetched, the failures tell
				old.why = notSent(set.ExpectS)
			}
			return err
		})
	var out []trouble
	for _, no := range slices.Sorted(maps.Keys(byNo)) {
		if t := byNo[no]; t.why != nil || t.since != 0 {
			out = append(out, *t)
		}
	}
	return out, err
}

// told notes of which troubles people were told. When they were stays after a trouble, so that the next one on the same day
// waits for the next.
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
				_, err = tx.Exec(ctx, `UPDATE sources SET trouble_at = NULL WHERE account_id = :account AND no IN {each :nos}`, db.Args{"nos": db.List(good)})
			}
			return err
		}))
	}
	return errors.Join(failed...)
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
