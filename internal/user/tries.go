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
	"octavo/internal/setting"
)

// Limits of sign-in (accounts.md D34). An e-mail address is locked whether somebody
// has it or not, so a lock tells nothing.
const (
	triesPerEmail   = 10
	triesPerAddress = 100 // a whole office behind one address
	tryWindow       = 15 * time.Minute
)

// longestLock is how long an account may lock an address at most.
const longestLock = 24 * time.Hour

// ownPrefix begins the counters of tries as the accounts of the addresses count them.
const ownPrefix = "own:"

func ownKey(email string) string { return ownPrefix + emailKey(email) }

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

// tried is what became of counting a try.
type tried struct {
	last   bool          // the address is locked unless this try succeeds
	locked bool          // the account of the address has locked it, earlier than everybody's limit does
	wait   time.Duration // how long that lasts
}

// countTry counts a try before the password is looked at, so that tries side by side cannot pass the limit. Everybody
// meets the limits of the product: code too_many_tries with retry_after_s. An account may be stricter; its lock is
// answered like a wrong password, because an open one would tell which addresses are known.
func (s *Service) countTry(ctx context.Context, in SignIn, sec setting.Security) (out tried, err error) {
	var refused error
	err = s.db.Tx(ctx, db.System(), func(tx *db.Tx) error {
		refused, out = nil, tried{}
		for _, l := range []struct {
			key   string
			limit int64
		}{{addressKey(in.Place.Address), triesPerAddress}, {emailKey(in.Email), triesPerEmail}} {
			_, wait, err := count(ctx, tx, l.key, l.limit, tryWindow)
			if err != nil {
				return err
			}
			if wait > 0 && refused == nil {
				refused = tooManyTries(wait)
			}
		}
		n, wait, err := count(ctx, tx, ownKey(in.Email), sec.Tries, sec.Lock) // for an unknown address, too: it takes the same time
		out = tried{last: n == sec.Tries, locked: wait > 0, wait: wait}
		return err
	})
	if err != nil {
		return tried{}, err
	}
	return out, refused
}

func tooManyTries(wait time.Duration) error {
	return errs.New(errs.RateLimited, "too_many_tries", "Too many tries. Wait a while, then try again.").
		WithParams(map[string]any{"retry_after_s": int64(wait/time.Second) + 1})
}

// count adds one try, and says how many that are and how long to wait; 0 = go on. The window begins anew
// with the try that reaches the limit: from there on the lock lasts for it.
func count(ctx context.Context, tx *db.Tx, key string, limit int64, during time.Duration) (n int64, wait time.Duration, err error) {
	window := during.Milliseconds()
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
	_, err := tx.Exec(ctx, `DELETE FROM sign_in_tries WHERE key IN (:key, :own)`, db.Args{"key": emailKey(email), "own": ownKey(email)})
	return err
}
