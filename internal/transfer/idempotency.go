package transfer

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"

	"octavo/internal/authz"
	"octavo/internal/db"
	"octavo/internal/errs"
	"octavo/internal/failpoint"
)

// once runs work at most once per person, account and key, inside the transaction
// of the work itself: after a crash at any instant the key either has its result or
// was never used. With a key that was used for the same request, out gets the first
// result; for another request it is refused. Without a key the work just runs.
// Code idempotency_key_reused.
func once(ctx context.Context, tx *db.Tx, who authz.Actor, key string, request any, out any, work func() error) error {
	if key == "" {
		return work()
	}
	text, err := json.Marshal(request)
	if err != nil {
		return fmt.Errorf("transfer: request: %w", err)
	}
	hash := sha256.Sum256(text)
	first, err := claimKey(ctx, tx, who, key, hash[:])
	if err != nil {
		return err
	}
	if !first {
		return replay(ctx, tx, who, key, hash[:], out)
	}
	failpoint.At("transfer/key_claimed")
	if err := work(); err != nil {
		return err
	}
	failpoint.At("transfer/worked")
	answer, err := json.Marshal(out)
	if err != nil {
		return fmt.Errorf("transfer: answer: %w", err)
	}
	_, err = tx.Exec(ctx, `UPDATE idempotency SET response = :response
		WHERE account_id = :acting AND (account_id = :account OR account_id IN {each :accounts}) AND actor_id = :actor AND key = :key`,
		db.Args{"acting": who.Account, "actor": who.User, "key": key, "response": string(answer)})
	failpoint.At("transfer/answer_kept")
	return err
}

// claimKey stores the key; false when it is there already. A second request with
// the same key waits here until the first has ended.
func claimKey(ctx context.Context, tx *db.Tx, who authz.Actor, key string, hash []byte) (bool, error) {
	n, err := tx.Exec(ctx, `
		INSERT INTO idempotency (account_id, actor_id, key, request_hash, status, response, at)
		SELECT id, CAST(:actor AS text), CAST(:key AS text), :hash, 200, '', CAST(:now AS bigint) FROM accounts
		WHERE id = :acting AND (id = :account OR id IN {each :accounts})
		ON CONFLICT (account_id, actor_id, key) DO NOTHING`, db.Args{
		"acting": who.Account, "actor": who.User, "key": key, "hash": hash, "now": tx.Now,
	})
	return n == 1, err
}

func replay(ctx context.Context, tx *db.Tx, who authz.Actor, key string, hash []byte, out any) error {
	var before []byte
	var answer string
	_, err := tx.One(ctx, `SELECT request_hash, response FROM idempotency
		WHERE account_id = :acting AND (account_id = :account OR account_id IN {each :accounts}) AND actor_id = :actor AND key = :key`,
		db.Args{"acting": who.Account, "actor": who.User, "key": key}, &before, &answer)
	if err != nil {
		return err
	}
	if string(before) != string(hash) {
		return errs.New(errs.Invalid, "idempotency_key_reused", "This Idempotency-Key was used for another request. Take a new one.")
	}
	return json.Unmarshal([]byte(answer), out)
}
