// Package check proves that the references of the database hold: octavo check, and
// the tests after each scenario.
//
// The asset graph has no foreign keys on content, wires and origins (a master may
// vanish, and bulk inserts would pay per row), so this is where they are proved.
// It only reads.
package check

import (
	"bytes"
	"context"
	"fmt"
	"slices"

	"octavo/internal/asset"
	"octavo/internal/audit"
	"octavo/internal/authz"
	"octavo/internal/db"
	"octavo/internal/id"
)

// Finding is one thing that does not hold.
type Finding struct {
	Family  int64  // number of the family
	Rule    string // name of the rule
	Subject string // what it is about
}

// String writes a finding in one line.
func (f Finding) String() string {
	return fmt.Sprintf("family %d: %s: %s", f.Family, f.Rule, f.Subject)
}

// Blobs says whether a stored file is there.
type Blobs interface {
	Exists(ctx context.Context, key string) (bool, error)
}

// Run looks at every family. blobs may be nil: then stored files are not looked for.
func Run(ctx context.Context, d *db.DB, blobs Blobs) ([]Finding, error) {
	families, err := readFamilies(ctx, d)
	if err != nil {
		return nil, err
	}
	var all []Finding
	for _, accounts := range families {
		c := &checker{family: accounts[0].Family(), blobs: blobs}
		grant := authz.GrantOperator(accounts[0], accounts, false)
		err := d.Read(ctx, db.Across(grant), func(tx *db.Tx) error {
			c.findings = nil
			return c.run(ctx, tx)
		})
		if err != nil {
			return nil, fmt.Errorf("check.Run: family %d: %w", c.family, err)
		}
		all = append(all, c.findings...)
	}
	return all, nil
}

// readFamilies lists the accounts of each family, the parent first.
func readFamilies(ctx context.Context, d *db.DB) ([][]id.Account, error) {
	var out [][]id.Account
	err := d.Read(ctx, db.System(), func(tx *db.Tx) error {
		out = nil
		return tx.Query(ctx, `SELECT id FROM accounts ORDER BY id`, nil, func(scan func(...any) error) error {
			var a id.Account
			if err := scan(&a); err != nil {
				return err
			}
			if n := len(out); n > 0 && out[n-1][0].Family() == a.Family() {
				out[n-1] = append(out[n-1], a)
			} else {
				out = append(out, []id.Account{a})
			}
			return nil
		})
	})
	return out, err
}

type checker struct {
	family   int64
	blobs    Blobs
	findings []Finding
}

func (c *checker) found(rule, format string, args ...any) {
	c.findings = append(c.findings, Finding{Family: c.family, Rule: rule, Subject: fmt.Sprintf(format, args...)})
}

func (c *checker) run(ctx context.Context, tx *db.Tx) error {
	for _, r := range rules {
		err := tx.Query(ctx, r.query, nil, func(scan func(...any) error) error {
			var account, no int64
			var what string
			err := scan(&account, &no, &what)
			c.found(r.name, "account %d number %d %s", account, no, what)
			return err
		})
		if err != nil {
			return err
		}
	}
	if err := c.bodies(ctx, tx); err != nil {
		return err
	}
	if err := c.trail(ctx, tx); err != nil {
		return err
	}
	return c.files(ctx, tx)
}

// trail proves that no line of the audit trail was changed or taken out.
func (c *checker) trail(ctx context.Context, tx *db.Tx) error {
	broken, err := audit.Verify(ctx, tx)
	for _, b := range broken {
		c.found("audit_chain", "account %d %s", b.Account, b.What)
	}
	return err
}

// bodies proves that every body is canonical and named by its hash.
func (c *checker) bodies(ctx context.Context, tx *db.Tx) error {
	return tx.Query(ctx, `SELECT id, hash, json FROM bodies WHERE family_id = :family`, nil, func(scan func(...any) error) error {
		var body id.Content
		var hash []byte
		var text string
		if err := scan(&body, &hash, &text); err != nil {
			return err
		}
		canonical, err := asset.Canon([]byte(text))
		if err != nil || string(canonical) != text {
			c.found("body_canonical", "body %d", body)
		}
		if !bytes.Equal(asset.Hash([]byte(text)), hash) {
			c.found("body_hash", "body %d", body)
		}
		return nil
	})
}

// files proves that what payloads point at is stored.
func (c *checker) files(ctx context.Context, tx *db.Tx) error {
	if c.blobs == nil {
		return nil
	}
	var keys []string
	err := tx.Query(ctx, `SELECT id, data_key, file_key, CASE WHEN data_key = '' AND data IS NULL OR file_key = '' AND file IS NULL THEN 1 ELSE 0 END
		FROM payloads WHERE family_id = :family`, nil, func(scan func(...any) error) error {
		var payload int64
		var data, file string
		var lacks bool
		err := scan(&payload, &data, &file, &lacks)
		if lacks {
			c.found("payload_stored", "payload %d", payload)
		}
		keys = append(keys, data, file)
		return err
	})
	if err != nil {
		return err
	}
	slices.Sort(keys)
	for _, key := range slices.Compact(keys) {
		if key == "" { // it is in the row
			continue
		}
		there, err := c.blobs.Exists(ctx, key)
		if err != nil {
			return err
		}
		if !there {
			c.found("payload_stored", "file %s", key)
		}
	}
	return nil
}
