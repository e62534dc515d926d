package asset

import (
	"crypto/sha256"
	"fmt"
	"math"
	"math/big"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"octavo/internal/errs"
)

// Limits of a body.
const (
	MaxDepth = 64
	MaxBytes = 2 << 20
)

// Canon parses JSON and writes it in canonical form: keys ascending by bytes, no
// white space, shortest numbers, fewest escapes. Anything whose meaning would
// change on the way is refused with its path (code bad_body): duplicate keys,
// invalid UTF-8, lone surrogates, U+0000, numbers that a float64 cannot hold.
func Canon(text []byte) ([]byte, error) {
	v, err := ParseJSON(text)
	if err != nil {
		return nil, err
	}
	return Write(v)
}

// Write gives the canonical JSON of a tree of map[string]any, []any, string,
// float64, int, bool and nil. Fields that are nil are left out: null and absent
// mean the same. Code bad_body.
func Write(tree any) ([]byte, error) {
	out, err := appendJSON(make([]byte, 0, 1024), tree, "", 0)
	if err != nil {
		return nil, err
	}
	if len(out) > MaxBytes {
		return nil, errs.Newf(errs.TooLarge, "body_too_large", "This is larger than the %d MB that one asset may have.", MaxBytes>>20)
	}
	return out, nil
}

// Hash names canonical JSON.
func Hash(canonical []byte) []byte {
	h := sha256.Sum256(canonical)
	return h[:]
}

func badBody(path, format string, args ...any) error {
	if path == "" {
		path = "/"
	}
	return errs.Newf(errs.Invalid, "bad_body", "%s at %s.", fmt.Sprintf(format, args...), path).
		WithField(path)
}

func appendJSON(out []byte, v any, path string, depth int) ([]byte, error) {
	if depth > MaxDepth {
		return nil, badBody(path, "More than %d levels", MaxDepth)
	}
	switch x := v.(type) {
	case nil:
		return append(out, "null"...), nil
	case bool:
		return strconv.AppendBool(out, x), nil
	case int:
		return appendNumber(out, float64(x), path)
	case float64:
		return appendNumber(out, x, path)
	case string:
		return appendString(out, x, path)
	case []any:
		return appendArray(out, x, path, depth)
	case map[string]any:
		return appendObject(out, x, path, depth)
	}
	return nil, badBody(path, "A value of type %T", v)
}

func appendArray(out []byte, list []any, path string, depth int) ([]byte, error) {
	out = append(out, '[')
	var err error
	for i, item := range list {
		if i > 0 {
			out = append(out, ',')
		}
		if out, err = appendJSON(out, item, path+"/"+strconv.Itoa(i), depth+1); err != nil {
			return nil, err
		}
	}
	return append(out, ']'), nil
}

func appendObject(out []byte, object map[string]any, path string, depth int) ([]byte, error) {
	keys := make([]string, 0, len(object))
	for k, v := range object {
		if v != nil {
			keys = append(keys, k)
		}
	}
	slices.Sort(keys)
	out = append(out, '{')
	var err error
	for i, k := range keys {
		if i > 0 {
			out = append(out, ',')
		}
		if out, err = appendString(out, k, path); err != nil {
			return nil, err
		}
		out = append(out, ':')
		if out, err = appendJSON(out, object[k], path+"/"+k, depth+1); err != nil {
			return nil, err
		}
	}
	return append(out, '}'), nil
}

// appendNumber writes the shortest form that reads back to the same float64, laid out as RFC 8785 does.
func appendNumber(out []byte, f float64, path string) ([]byte, error) {
	switch {
	case math.IsNaN(f) || math.IsInf(f, 0):
		return nil, badBody(path, "A number that is not finite")
	case f == 0:
		return append(out, '0'), nil
	case math.Abs(f) >= 1e21 || math.Abs(f) < 1e-6:
		s := strconv.FormatFloat(f, 'e', -1, 64)
		mantissa, exponent, _ := strings.Cut(s, "e")
		sign, digits := exponent[:1], strings.TrimLeft(exponent[1:], "0")
		return append(out, mantissa+"e"+sign+digits...), nil
	}
	return strconv.AppendFloat(out, f, 'f', -1, 64), nil
}

func appendString(out []byte, s, path string) ([]byte, error) {
	if !utf8.ValidString(s) {
		return nil, badBody(path, "A text that is not UTF-8")
	}
	out = append(out, '"')
	for _, r := range s {
		switch {
		case r == 0:
			return nil, badBody(path, "A text with the character U+0000")
		case r == '"' || r == '\\':
			out = append(out, '\\', byte(r))
		case r == '\b':
			out = append(out, `\b`...)
		case r == '\t':
			out = append(out, `\t`...)
		case r == '\n':
			out = append(out, `\n`...)
		case r == '\f':
			out = append(out, `\f`...)
		case r == '\r':
			out = append(out, `\r`...)
		case r < 0x20:
			out = append(out, fmt.Sprintf(`\u%04x`, r)...)
		default:
			out = utf8.AppendRune(out, r)
		}
	}
	return append(out, '"'), nil
}

// exactFloat reads a literal and refuses one that the shortest form of its float64 does not say.
func exactFloat(literal, path string) (float64, error) {
	f, err := strconv.ParseFloat(literal, 64)
	if err != nil || math.IsInf(f, 0) {
		return 0, badBody(path, "The number %.40s is too large", literal)
	}
	shortest := strconv.FormatFloat(f, 'g', -1, 64)
	if literal == shortest {
		return f, nil
	}
	if len(literal) > 400 || exponentOver(literal, 400) {
		return 0, badBody(path, "The number %.40s has too many digits", literal)
	}
	want, ok := new(big.Rat).SetString(literal)
	got, ok2 := new(big.Rat).SetString(shortest)
	if !ok || !ok2 || want.Cmp(got) != 0 {
		return 0, badBody(path, "The number %.40s cannot be kept exactly; write it as a text", literal)
	}
	return f, nil
}

// exponentOver guards the exact comparison against literals like 1e999999999.
func exponentOver(literal string, limit int) bool {
	_, exponent, ok := strings.Cut(strings.ToLower(literal), "e")
	if !ok {
		return false
	}
	n, err := strconv.Atoi(exponent)
	return err != nil || n > limit || n < -limit
}
