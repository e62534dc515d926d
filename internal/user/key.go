package user

import (
	"context"
	"crypto/rand"
	"math/big"
	"strings"
	"time"
	"unicode/utf8"

	"octavo/internal/account"
	"octavo/internal/audit"
	"octavo/internal/authz"
	"octavo/internal/clock"
	"octavo/internal/db"
	"octavo/internal/errs"
	"octavo/internal/id"
	"octavo/internal/setting"
)

// keyPrefix makes a key recognisable, for people and for scanners of leaked secrets.
const keyPrefix = "octavo_"

// keyDigits is the length of 256 bits in base 62.
const keyDigits = 43

// Key is an API key without its secret.
type Key struct {
	ID        id.Key
	Label     string
	CreatedAt time.Time
	UsedAt    time.Time // zero = never
}

// newKey gives the secret of a key.
func newKey() string {
	b := make([]byte, secretSize)
	_, _ = rand.Read(b) // never fails, see crypto/rand
	digits := new(big.Int).SetBytes(b).Text(62)
	return keyPrefix + strings.Repeat("0", keyDigits-len(digits)) + digits
}

// CreateKey makes an API key of the actor, in the actor's own account. The secret is
// given once and stored nowhere. A key makes no other: it has no password to give. Codes permission_denied, not_in_visit,
// label_required, name_too_long, feature_off, password_needed, keys_full.
func (s *Service) CreateKey(ctx context.Context, who authz.Actor, label string) (*Key, string, error) {
	if err := ownKeys(who); err != nil {
		return nil, "", err
	}
	label, err := checkLabel(label)
	if err != nil {
		return nil, "", err
	}
	home, err := s.accounts.ByID(ctx, who.Home)
	if err != nil {
		return nil, "", err
	}
	if err := home.NeedFeature(account.API); err != nil {
		return nil, "", err
	}
	if who.Via == authz.ViaKey {
		return nil, "", errs.New(errs.Forbidden, "password_needed", "Give your password again for this. Nothing was changed.")
	}
	if err := who.NeedProof(clock.Millis(s.db.Clock().Now())); err != nil {
		return nil, "", err
	}
	secret := newKey()
	k := &Key{ID: id.Key(id.New()), Label: label}
	err = s.db.Tx(ctx, db.Account(who.Home), func(tx *db.Tx) error {
		k.CreatedAt = clock.FromMillis(tx.Now)
		if err := roomForKey(ctx, tx, who); err != nil {
			return err
		}
		err := tx.Insert(ctx, "api_keys", []string{"account_id", "id", "secret_hash", "user_id", "label", "created_at"},
			[][]any{{who.Home, k.ID, hashSecret(secret), who.User, label, tx.Now}})
		if err != nil {
			return err
		}
		return audit.Record(ctx, tx, who, audit.Line{Action: "key.created", Subject: string(k.ID), SubjectName: label})
	})
	if err != nil {
		return nil, "", err
	}
	return k, secret, nil
}

// Limits of keys (ours).
const (
	maxKeys  = 50 // of a person
	maxLabel = 120
)

// checkLabel puts the name of a key in order. Codes label_required, name_too_long.
func checkLabel(label string) (string, error) {
	label = strings.Join(strings.Fields(label), " ")
	if label == "" {
		return "", errs.New(errs.Invalid, "label_required", "Say what the key is for.").WithField("label")
	}
	if utf8.RuneCountInString(label) > maxLabel {
		return "", errs.Newf(errs.Invalid, "name_too_long", "A name has at most %d characters.", maxLabel).WithField("label")
	}
	return label, nil
}

// roomForKey refuses a key beyond the most that a person has. Code keys_full.
func roomForKey(ctx context.Context, tx *db.Tx, who authz.Actor) error {
	if err := lockAccount(ctx, tx); err != nil {
		return err
	}
	var n int
	_, err := tx.One(ctx, `SELECT COUNT(*) FROM api_keys WHERE account_id = :account AND user_id = :user AND deleted_at IS NULL`, db.Args{"user": who.User}, &n)
	if err == nil && n >= maxKeys {
		err = errs.Newf(errs.Conflict, "keys_full", "%d API keys is the most. Revoke one that nothing uses.", maxKeys).WithParams(map[string]any{"limit": maxKeys})
	}
	return err
}

// RenameKey gives an API key of the actor another name. Codes not_found, not_in_visit, permission_denied, label_required,
// name_too_long.
func (s *Service) RenameKey(ctx context.Context, who authz.Actor, key id.Key, label string) error {
	if err := ownKeys(who); err != nil {
		return err
	}
	label, err := checkLabel(label)
	if err != nil {
		return err
	}
	return s.db.Tx(ctx, db.Account(who.Home), func(tx *db.Tx) error {
		before, err := labelOf(ctx, tx, who, key)
		if err != nil || before == label {
			return err
		}
		_, err = tx.Exec(ctx, `UPDATE api_keys SET label = :label WHERE account_id = :account AND id = :id`, db.Args{"label": label, "id": key})
		if err != nil {
			return err
		}
		return audit.Record(ctx, tx, who, audit.Line{Action: "key.renamed", Subject: string(key), SubjectName: label,
			Detail: map[string]any{"name_before": before}})
	})
}

// labelOf gives the name of an API key of the actor. Code not_found.
func labelOf(ctx context.Context, tx *db.Tx, who authz.Actor, key id.Key) (label string, err error) {
	found, err := tx.One(ctx, `SELECT label FROM api_keys WHERE account_id = :account AND id = :id AND user_id = :user AND deleted_at IS NULL {lock}`,
		db.Args{"id": key, "user": who.User}, &label)
	if err == nil && !found {
		err = authz.NotFound()
	}
	return label, err
}

// Keys lists the actor's API keys, newest first. Codes permission_denied, not_in_visit.
func (s *Service) Keys(ctx context.Context, who authz.Actor) ([]Key, error) {
	if err := ownKeys(who); err != nil {
		return nil, err
	}
	keys := []Key{}
	err := s.db.Read(ctx, db.Account(who.Home), func(tx *db.Tx) error {
		return tx.Query(ctx, `
			SELECT id, label, created_at, used_at FROM api_keys
			WHERE account_id = :account AND user_id = :user AND deleted_at IS NULL ORDER BY id DESC`,
			db.Args{"user": who.User}, func(scan func(...any) error) error {
				var k Key
				var created int64
				var used *int64
				err := scan(&k.ID, &k.Label, &created, &used)
				k.CreatedAt = clock.FromMillis(created)
				if used != nil {
					k.UsedAt = clock.FromMillis(*used)
				}
				keys = append(keys, k)
				return err
			})
	})
	return keys, err
}

// RevokeKey ends an API key of the actor at once. Codes not_found, not_in_visit, permission_denied.
func (s *Service) RevokeKey(ctx context.Context, who authz.Actor, key id.Key) error {
	if err := ownKeys(who); err != nil {
		return err
	}
	return s.db.Tx(ctx, db.Account(who.Home), func(tx *db.Tx) error {
		label, err := labelOf(ctx, tx, who, key)
		if err != nil {
			return err
		}
		_, err = tx.Exec(ctx, `UPDATE api_keys SET deleted_at = :now WHERE account_id = :account AND id = :id`, db.Args{"now": tx.Now, "id": key})
		if err != nil {
			return err
		}
		return audit.Record(ctx, tx, who, audit.Line{Action: "key.revoked", Subject: string(key), SubjectName: label})
	})
}

// ownKeys admits people at home: a visitor does not touch keys.
func ownKeys(who authz.Actor) error {
	if who.Delegated || who.Support {
		return errs.New(errs.Forbidden, "not_in_visit", "Go back to your own account for this.")
	}
	return authz.Can(who, authz.AccountAPIKey, authz.None)
}

// byKey finds the identity of a key's secret. Codes key_refused, address_refused.
func (s *Service) byKey(ctx context.Context, secret, address string) (Identity, error) {
	who := Identity{Via: authz.ViaKey}
	var used *int64
	err := s.db.Read(ctx, db.System(), func(tx *db.Tx) error {
		found, err := tx.One(ctx, `
			SELECT k.id, k.used_at, u.id, u.account_id, u.name, u.email
			FROM api_keys k JOIN users u ON u.id = k.user_id
			WHERE k.secret_hash = :sum AND k.deleted_at IS NULL AND u.state = 'active' AND u.deleted_at IS NULL`,
			db.Args{"sum": hashSecret(secret)}, &who.Key, &used, &who.User, &who.Home, &who.Name, &who.Email)
		if err == nil && !found {
			err = errs.New(errs.Unauthenticated, "key_refused", "This API key is not known or was revoked.")
		}
		if err != nil {
			return err
		}
		sec, err := setting.SecurityOf(ctx, tx, who.Home)
		if err != nil {
			return err
		}
		if !sec.Admits(address) {
			return addressRefused()
		}
		who.Roles, who.Custom, err = account.RolesOf(ctx, tx, who.Home, who.User)
		return err
	})
	if err != nil {
		return Identity{}, err
	}
	if used == nil || s.isStale(*used) {
		err = s.db.Tx(ctx, db.System(), func(tx *db.Tx) error {
			_, err := tx.Exec(ctx, `UPDATE api_keys SET used_at = :now WHERE id = :id`, db.Args{"now": tx.Now, "id": who.Key})
			return err
		})
	}
	return who, err
}
