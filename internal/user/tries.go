package user

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/netip"
	"time"

	"octavo/internal/db"
	"octavo/internal/errs"
	"octavo/internal/fold"
)

// Limits of sign-in (accounts.md D34). An e-mail address is locked whether somebody
// has it or not, so a lock tells nothing.
const (
	triesPerEmail   = 10
	triesPerAddress = 100 // a whole office behind one address
	tryWindow       = 15 * time.Minute
)

// emailKey and addressKey name the counters; an address of IPv6 counts as its /64.
func emailKey(email string) string {
	sum := sha256.Sum256([]byte(fold.Text(email)))
	return "email:" + hex.EncodeToString(sum[:])
}

func addressKey(address string) string {
	ip, err := netip.ParseAddr(address)
	if err != nil {
		return "address:" + address
	}
	ip = ip.Unmap().WithZone("")
	if ip.Is6() {
		if net, err := ip.Prefix(64); err == nil {
			return "address:" + net.String()
		}
	}
	return "address:" + ip.String()
}

// countTry counts a try before the password is looked at, so that tries side by
// side cannot pass the limit. last says that the address is locked unless this one succeeds. Code too_many_tries
// with retry_after_s.
func (s *Service) countTry(ctx context.Context, in SignIn) (last bool, err error) {
	var refused error
	err = s.db.Tx(ctx, db.System(), func(tx *db.Tx) error {
		refused = nil
		limits := []struct {
			key   string
			limit int64
		}{{addressKey(in.Place.Address), triesPerAddress}, {emailKey(in.Email), triesPerEmail}}
		for _, l := range limits {
			n, wait, err := count(ctx, tx, l.key, l.limit)
			if err != nil {
				return err
			}
			last = n == triesPerEmail // of the address, which is counted last
			if wait > 0 && refused == nil {
				refused = tooManyTries(wait)
			}
		}
		return nil
	})
	if err != nil {
		return false, err
	}
	return last, refused
}

func tooManyTries(wait time.Duration) error {
	return errs.New(errs.RateLimited, "too_many_tries", "Too many tries. Wait a while, then try again.").
		WithParams(map[string]any{"retry_after_s": int64(wait/time.Second) + 1})
}

// count adds one try, and says how many that are and how long to wait; 0 = go on. The window begins anew
// with the try that reaches the limit: from there on the lock lasts tryWindow.
func count(ctx context.Context, tx *db.Tx, key string, limit int64) (n int64, wait time.Duration, err error) {
	window := tryWindow.Milliseconds()
	var since int64
	_, err = tx.One(ctx, `
		INSERT INTO sign_in_tries (key, count, since) VALUES (:key, 1, :now)
		ON CONFLICT (key) DO UPDATE SET
			count = CASE WHEN sign_in_tries.since <= :old THEN 1 ELSE sign_in_tries.count + 1 END,
			since = CASE WHEN sign_in_tries.since <= :old OR sign_in_tries.count = :last THEN :now ELSE sign_in_tries.since END
		RETURNING count, since`,
		db.Args{"key": key, "now": tx.Now, "old": tx.Now - window, "last": limit - 1}, &n, &since)
	if err != nil || n <= limit {
		return n, 0, err
	}
	return n, time.Duration(since+window-tx.Now) * time.Millisecond, nil
}

// forgiveTries takes back what a good sign-in counted, and the wrong ones before it.
func forgiveTries(ctx context.Context, tx *db.Tx, in SignIn) error {
	if err := forgetTries(ctx, tx, in.Email); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `UPDATE sign_in_tries SET count = count - 1 WHERE key = :key AND count > 0`, db.Args{"key": addressKey(in.Place.Address)})
	return err
}

// forgetTries opens an address again.
func forgetTries(ctx context.Context, tx *db.Tx, email string) error {
	_, err := tx.Exec(ctx, `DELETE FROM sign_in_tries WHERE key = :key`, db.Args{"key": emailKey(email)})
	return err
}
