package klip

import (
	"context"
	"strings"

	"octavo/internal/asset"
	"octavo/internal/authz"
	"octavo/internal/db"
	"octavo/internal/formula/value"
)

// readVariables gives the variables of the account that formulas name, with the
// values of the person who looks. Names that nobody set are absent: they are blank,
// with a warning.
func readVariables(ctx context.Context, tx *db.Tx, who authz.Actor, names []string) (map[string]value.Vector, error) {
	out := map[string]value.Vector{}
	if len(names) == 0 {
		return out, nil
	}
	set, err := defaults(ctx, tx)
	if err != nil {
		return nil, err
	}
	first, last, _ := strings.Cut(who.Name, " ")
	builtin := map[string]value.Item{
		"user.emailAddress": value.Str(who.Email),
		"user.firstName":    value.Str(first),
		"user.lastName":     value.Str(last),
		"user.isAdmin":      value.Boolean(who.IsAdmin()),
	}
	for _, name := range names {
		if it, ok := builtin[name]; ok {
			out[name] = value.Of(it)
		} else if v, ok := set[name]; ok {
			out[name] = v
		}
	}
	return out, nil
}

// maxVariables is more than an account has.
const maxVariables = 10_000

// defaults reads the values that variables have until somebody chooses another.
func defaults(ctx context.Context, tx *db.Tx) (map[string]value.Vector, error) {
	out := map[string]value.Vector{}
	err := tx.Query(ctx, `SELECT name, default_json FROM variables WHERE account_id = :account ORDER BY name LIMIT :limit`,
		db.Args{"limit": maxVariables}, func(scan func(...any) error) error {
			var name, text string
			if err := scan(&name, &text); err != nil {
				return err
			}
			if tree, err := asset.ParseJSON([]byte(text)); err == nil {
				out[name] = vectorOf(tree)
			}
			return nil
		})
	return out, err
}

// vectorOf reads a list, or one value as a list of one.
func vectorOf(tree any) value.Vector {
	list, ok := tree.([]any)
	if !ok {
		list = []any{tree}
	}
	b := value.NewBuilder(len(list))
	for _, it := range list {
		switch x := it.(type) {
		case string:
			b.AppendText(x)
		case float64:
			b.AppendNumber(x)
		case bool:
			b.AppendBool(x)
		default:
			b.AppendBlank()
		}
	}
	return b.Vector()
}
