package audit

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"

	"octavo/internal/db"
	"octavo/internal/id"
)

// sealRows is how many lines one transaction chains.
const sealRows = 2000

// Seal chains the lines that were written since the last call: each gets the next place
// in the chain of its account and the hash of the place before together with its own
// content. Writers of lines never wait for it, so an import into a thousand clients
// takes no thousand locks; the price is that the newest lines are not chained yet.
// Decision 10 in docs/decisions tells why.
func (s *Service) Seal(ctx context.Context) error {
	for {
		n, err := s.sealSome(ctx)
		if err != nil || n < sealRows {
			return err
		}
	}
}

// open is a line that is not chained, as it is stored.
type open struct {
	account id.Account
	id      string
	content []byte
}

// content is every column of a line, in one order, as one text.
const content = `account_id, id, at, actor_id, actor_name, home_id, delegated, via, action, subject, subject_name, detail, ip, user_agent`

// linesOf is content of l, a line that may be gone, beside its place x.
const linesOf = `coalesce(l.account_id, x.account_id), coalesce(l.id, ''), coalesce(l.at, 0), coalesce(l.actor_id, ''), coalesce(l.actor_name, ''),
	coalesce(l.home_id, 0), coalesce(l.delegated, 0), coalesce(l.via, ''), coalesce(l.action, ''), coalesce(l.subject, ''), coalesce(l.subject_name, ''),
	coalesce(l.detail, ''), coalesce(l.ip, ''), coalesce(l.user_agent, '')`

func scanContent(scan func(...any) error, more ...any) (open, error) {
	var o open
	var at, home, delegated int64
	var actor, name, via, action, subject, subjectName, detail, ip, agent string
	err := scan(append([]any{&o.account, &o.id, &at, &actor, &name, &home, &delegated, &via, &action, &subject, &subjectName, &detail, &ip, &agent}, more...)...)
	if err != nil {
		return o, err
	}
	o.content, err = json.Marshal([]any{int64(o.account), o.id, at, actor, name, home, delegated, via, action, subject, subjectName, detail, ip, agent})
	return o, err
}

// chainHash is the hash of a place: of the place before and of the line.
func chainHash(before, content []byte) []byte {
	h := sha256.New()
	h.Write(before)
	h.Write(content)
	return h.Sum(nil)
}

func (s *Service) sealSome(ctx context.Context) (int, error) {
	n := 0
	err := s.db.Tx(ctx, db.System(), func(tx *db.Tx) error {
		var lines []open
		err := tx.Query(ctx, `SELECT `+content+` FROM audit WHERE sealed = 0 ORDER BY account_id, id LIMIT :rows`, db.Args{"rows": sealRows},
			func(scan func(...any) error) error {
				o, err := scanContent(scan)
				lines = append(lines, o)
				return err
			})
		if n = len(lines); err != nil || n == 0 {
			return err
		}
		heads, err := readHeads(ctx, tx, lines)
		if err != nil {
			return err
		}
		rows, ids := make([][]any, n), make([]string, n)
		for i, l := range lines {
			h := heads[l.account]
			h.seq, h.hash = h.seq+1, chainHash(h.hash, l.content)
			heads[l.account] = h
			rows[i], ids[i] = []any{l.account, h.seq, l.id, h.hash}, l.id
		}
		if err := tx.Insert(ctx, "audit_seals", []string{"account_id", "seq", "line_id", "hash"}, rows); err != nil {
			return err // another server chains at this moment: the next round goes on behind it
		}
		_, err = tx.Exec(ctx, `UPDATE audit SET sealed = 1 WHERE sealed = 0 AND id IN {words :ids}`, db.Args{"ids": db.Words(ids)})
		return err
	})
	if db.IsUnique(err) {
		return 0, nil
	}
	return n, err
}

// head is the last place of a chain.
type head struct {
	seq  int64
	hash []byte
}

func readHeads(ctx context.Context, tx *db.Tx, lines []open) (map[id.Account]head, error) {
	var accounts []id.Account
	for _, l := range lines {
		accounts = append(accounts, l.account)
	}
	heads := map[id.Account]head{}
	err := tx.Query(ctx, `SELECT s.account_id, s.seq, s.hash FROM audit_seals s WHERE s.account_id IN {each :of}
		AND s.seq = (SELECT max(t.seq) FROM audit_seals t WHERE t.account_id = s.account_id)`,
		db.Args{"of": db.List(accounts)}, func(scan func(...any) error) error {
			var a id.Account
			var h head
			err := scan(&a, &h.seq, &h.hash)
			heads[a] = h
			return err
		})
	return heads, err
}

// Broken is a place of a chain that does not hold.
type Broken struct {
	Account id.Account
	What    string
}

// lateSeal is how much younger a chained line may be than one that waits for its place.
// The clock of the looker says nothing: lines wait for as long as no server runs.
const lateSeal = int64(24 * 60 * 60 * 1000)

// Verify follows the chains of all accounts of the scope of tx, one of several accounts.
func Verify(ctx context.Context, tx *db.Tx) ([]Broken, error) {
	const here = `(x.account_id = :account OR x.account_id IN {each :accounts})`
	var out []Broken
	heads := map[id.Account]head{}
	begins := map[id.Account]int64{}
	err := tx.Query(ctx, `SELECT `+linesOf+`, x.seq, x.line_id, x.hash
		FROM audit_seals x LEFT JOIN audit l ON l.account_id = x.account_id AND l.id = x.line_id
		WHERE `+here+` ORDER BY x.account_id, x.seq`, nil, func(scan func(...any) error) error {
		var seq int64
		var line string
		var hash []byte
		o, err := scanContent(scan, &seq, &line, &hash)
		if err != nil {
			return err
		}
		h := heads[o.account]
		switch {
		case h.seq == 0 && o.id == "":
			begins[o.account] = seq
		case seq != h.seq+1:
			out = append(out, Broken{o.account, fmt.Sprintf("place %d is missing", h.seq+1)})
		case o.id == "":
			out = append(out, Broken{o.account, fmt.Sprintf("line %s is missing", line)})
		case string(chainHash(h.hash, o.content)) != string(hash):
			out = append(out, Broken{o.account, fmt.Sprintf("line %s was changed", line)})
		}
		heads[o.account] = head{seq, hash}
		return nil
	})
	if err == nil {
		err = verifyOpen(ctx, tx, here, &out)
	}
	if err == nil {
		err = verifyBegins(ctx, tx, here, begins, &out)
	}
	return out, err
}

// verifyOpen looks for lines that say they are chained and are not, and for old ones that never were.
func verifyOpen(ctx context.Context, tx *db.Tx, here string, out *[]Broken) error {
	return tx.Query(ctx, `SELECT x.account_id, x.id FROM audit x LEFT JOIN audit_seals s ON s.account_id = x.account_id AND s.line_id = x.id
		WHERE `+here+` AND s.line_id IS NULL AND (x.sealed = 1 OR x.at < (
			SELECT coalesce(max(l.at), 0) FROM audit l WHERE l.account_id = x.account_id AND l.sealed = 1) - CAST(:late AS bigint))
		ORDER BY x.account_id, x.id LIMIT 100`,
		db.Args{"late": lateSeal}, func(scan func(...any) error) error {
			var a id.Account
			var line string
			err := scan(&a, &line)
			*out = append(*out, Broken{a, fmt.Sprintf("line %s is in no chain", line)})
			return err
		})
}
