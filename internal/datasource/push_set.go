package datasource

import (
	"cmp"
	"context"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"octavo/internal/asset"
	"octavo/internal/authz"
	"octavo/internal/db"
	"octavo/internal/errs"
	"octavo/internal/id"
	"octavo/internal/placeholder"
)

// maxValue is the length of a value of a variable, in characters: that of a property.
const maxValue = 4096

// setOfPush finds the set of values that pushed rows are for: what the push says, and what the account says where the push
// says nothing. What a person has set for themselves is of no use to a program. A value that only the account decides
// cannot be another one. Codes unknown_variable, bad_variable_value, variable_decided, variable_needed, missing_variable.
func (s *Service) setOfPush(ctx context.Context, tx *db.Tx, owner id.Account, def *definition, given map[string][]string) (resolved, error) {
	names := def.body.variables()
	said := map[string]string{}
	for _, name := range slices.Sorted(maps.Keys(given)) {
		text, err := oneValue(name, given[name])
		if !slices.Contains(names, name) {
			err = unknownVariable(name, names)
		}
		if err != nil {
			return resolved{}, err
		}
		said[name] = text
	}
	l, err := s.readLevels(ctx, tx, authz.Actor{Account: owner}, names)
	if err != nil {
		return resolved{}, err
	}
	r := l.resolve(def.reader(), Choices{Set: said})
	if name := r.refused; name != "" && l.company[name].Secret {
		return r, placeholder.Refused(name, "it is secret here, and rows are kept apart by values that can be shown").WithField(inQuery(name))
	}
	for _, name := range slices.Sorted(maps.Keys(said)) {
		if text, ok := r.values[name]; ok && text != said[name] {
			return r, variableDecided(name)
		}
	}
	switch name := r.lacks(def.body); {
	case name == "":
		return r, nil
	case name == r.refused:
		return r, placeholder.Missing(name)
	default:
		return r, errs.Newf(errs.Invalid, "variable_needed", "Say for which value of %s these rows are, as ?var.NAME=VALUE.", name).
			WithField(inQuery(name)).WithParams(map[string]any{"name": name})
	}
}

// oneValue is the value of a variable that a push gives. Code bad_variable_value.
func oneValue(name string, given []string) (string, error) {
	why := ""
	switch {
	case len(given) != 1:
		why = "it is given more than once"
	case given[0] == "" || utf8.RuneCountInString(given[0]) > maxValue:
		why = "it has from 1 to 4,096 characters"
	case !utf8.ValidString(given[0]):
		why = "it is not UTF-8"
	default:
		return given[0], nil
	}
	return "", placeholder.Refused(name, why).WithField(inQuery(name))
}

// inQuery is where a push says the value of a variable.
func inQuery(name string) string { return "var." + name }

func unknownVariable(name string, names []string) error {
	return errs.Newf(errs.Invalid, "unknown_variable", "This data source has no variable %s. It keeps rows apart by: %s.", name, listed(names)).
		WithField(inQuery(name)).WithParams(map[string]any{"name": name, "names": listed(names)})
}

func variableDecided(name string) error {
	return errs.Newf(errs.Invalid, "variable_decided", "The company property alone decides the value of %s. Leave it out, or send that value.", name).
		WithField(inQuery(name)).WithParams(map[string]any{"name": name})
}

// listed are names for a sentence.
func listed(names []string) string { return cmp.Or(strings.Join(names, ", "), "nothing") }

// aim fills in which data a push is for.
func (s *Service) aim(ctx context.Context, tx *db.Tx, who authz.Actor, t *target, given map[string][]string) error {
	def, err := readDefinition(ctx, tx, t.at.No)
	if err == nil && def == nil {
		err = authz.NotFound()
	}
	if err != nil {
		return err
	}
	if t.values, err = s.setOfPush(ctx, tx, who.Account, def, given); err != nil {
		return err
	}
	if t.at.Key = t.values.key(); t.at.Key == "" {
		all, err := s.Payloads(ctx, tx, who, []int64{t.at.No}, Choices{})
		t.payload = all[t.at.No]
		return err
	}
	inst, there, err := findInstance(ctx, tx, t.at)
	if err == nil && there {
		t.payload = inst.payload(who.Account.Family())
	}
	t.payload.Name = def.name
	return err
}

// pointAt makes a payload the data that a push is for; false = others have come since.
func (s *Service) pointAt(ctx context.Context, tx *db.Tx, t *target, payload id.Content) (bool, error) {
	if err := s.lay(ctx, tx, t.at, payload); err != nil {
		return false, err
	}
	args := db.Args{"payload": payload, "now": tx.Now, "state": string(Fresh), "no": t.at.No, "before": t.payload.ID, "key": t.at.Key}
	if t.at.Key == "" {
		n, err := tx.Exec(ctx, `UPDATE sources SET payload_id = :payload, received_at = :now, state = :state
			WHERE account_id = :account AND no = :no AND COALESCE(payload_id, 0) = :before`, args)
		return n == 1, err
	}
	if t.payload.ID == 0 {
		if done, err := s.insertSent(ctx, tx, t, payload); err != nil || !done {
			return false, err
		}
	} else {
		n, err := tx.Exec(ctx, `UPDATE instances SET payload_id = :payload, received_at = :now, tried_at = :now, state = :state
			WHERE account_id = :account AND no = :no AND key = :key AND payload_id = :before AND sent = 1`, args)
		if err != nil || n == 0 {
			return false, err
		}
	}
	return true, s.update(ctx, tx, `UPDATE sources SET received_at = :now, state = :state WHERE account_id = :account AND no = :no`, args)
}

// insertSent makes the instance of a set of values that rows come for the first time; false = somebody else did.
// Code too_many_instances.
func (s *Service) insertSent(ctx context.Context, tx *db.Tx, t *target, payload id.Content) (bool, error) {
	if refused, err := s.crowded(ctx, tx, t.at); err != nil {
		return false, err
	} else if refused != nil {
		return false, refused
	}
	variables, err := json.Marshal(t.values.shown())
	if err != nil {
		return false, err
	}
	n, err := tx.Exec(ctx, `INSERT INTO instances (account_id, no, key, variables, state, payload_id, received_at, tried_at, asked, failures, deferrals, error, etag,
			last_modified, created_at, accessed_at, pinned, asleep, sent)
		VALUES (:account, :no, :key, :variables, :state, :payload, :now, :now, '', 0, 0, '', '', '', :now, :now, 0, 0, 1)
		ON CONFLICT (account_id, no, key) DO NOTHING`,
		db.Args{"no": t.at.No, "key": t.at.Key, "variables": string(variables), "state": string(Fresh), "payload": payload, "now": tx.Now})
	return n == 1, err
}

// clearForVariables makes room for other variables: what was there without rows goes. Code variables_with_rows.
func (s *Service) clearForVariables(ctx context.Context, tx *db.Tx, no int64) error {
	var one int
	full, err := tx.One(ctx, `SELECT 1 FROM payloads p WHERE p.family_id = :family AND p.row_count > 0
		AND (p.id IN (SELECT payload_id FROM sources WHERE account_id = :account AND no = :no)
			OR p.id IN (SELECT payload_id FROM instances WHERE account_id = :account AND no = :no)) LIMIT 1`, db.Args{"no": no}, &one)
	if err == nil && full {
		err = errs.New(errs.Conflict, "variables_with_rows", "This data source has rows, so its variables stay as they are. Remove all rows first, or add another data source.").
			WithField("variables")
	}
	if err != nil {
		return err
	}
	return s.forget(ctx, tx, no, true)
}

// dropSent removes the rows that were pushed for one set of values, with those of before.
func (s *Service) dropSent(ctx context.Context, tx *db.Tx, who authz.Actor, a *asset.Asset, key string) error {
	at := db.Args{"no": a.Key.No, "key": key, "none": string(NoData)}
	_, err := tx.Exec(ctx, `DELETE FROM earlier_payloads WHERE account_id = :account AND no = :no AND key = :key`, at)
	if err == nil {
		err = s.update(ctx, tx, `UPDATE sources SET received_at = (SELECT MAX(i.received_at) FROM instances i WHERE i.account_id = :account AND i.no = :no),
			state = CASE WHEN EXISTS (SELECT 1 FROM instances i WHERE i.account_id = :account AND i.no = :no) THEN state ELSE :none END
			WHERE account_id = :account AND no = :no`, at)
	}
	if err == nil {
		err = s.expect(ctx, tx, a.Key.No)
	}
	if err != nil {
		return err
	}
	return s.record(ctx, tx, who, didDropSet, a)
}

// varies says whether programs push the data of a source for each set of values.
func (s *Source) varies() bool { return s.Table != nil && len(s.Table.Variables) > 0 }

// compareSent says of instances that programs push which one has the account's own values, and which ones nobody sees any
// more.
func (s *Service) compareSent(ctx context.Context, tx *db.Tx, who authz.Actor, def *definition, all []Instance) error {
	r, err := s.resolve(ctx, tx, authz.Actor{Account: who.Account}, def.reader(), Choices{})
	if err != nil {
		return err
	}
	own := ""
	if r.complete(def.body) {
		own = r.key()
	}
	for i := range all {
		all[i].Pinned, all[i].Outdated = all[i].Key == own, !def.holds(&r, &all[i])
	}
	slices.SortStableFunc(all, func(a, b Instance) int { return cmp.Compare(rank(a), rank(b)) })
	return nil
}

// rank orders the instances that programs push: the account's own first, those that nobody sees last.
func rank(i Instance) int {
	switch {
	case i.Pinned:
		return 0
	case i.Outdated:
		return 2
	}
	return 1
}

// holds says whether the values of an instance can still be those of somebody. r are those of the account.
func (d *definition) holds(r *resolved, inst *Instance) bool {
	now := r.over(inst)
	if d.body.varies() && !slices.Equal(slices.Sorted(maps.Keys(now.values)), d.body.variables()) {
		return false // it had other variables when this was pushed
	}
	return now.key() == inst.Key
}
