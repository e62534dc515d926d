package evalcmd

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"time"

	"octavo/internal/formula"
	"octavo/internal/formula/value"
)

// Input is the data of a file, ready for formulas; the limits of formulas.md §5.5
// do not apply unless they are set in Env.
type Input struct {
	Scope formula.Scope
	Env   formula.Env
}

// pair is a member of a JSON object; objects are read in their order, because
// the letters of columns depend on it.
type pair struct {
	key   string
	value json.RawMessage
}

// Read reads the data of a file:
//
//	{"columns": {"Region": ["North", null], "Units": [4, "7"]}}
//	{"sources": {"Orders": {"columns": {…}}, "Raw": {"sheets": {"Sheet1": [["h1", "h2"], [1, 2]]}},
//	  "Feed": {"json": {…}}, "Old": {"xml": "<a>…</a>"}}, "active": "Raw"}
//
// with the optional keys timezone, now (see ParseTime) and variables (a value or
// a list each). A column is a list, or {"type": "date", "input": PATTERN,
// "values": […]}. Without active the first source is the active one. clock is
// the time if the file does not set one.
func Read(file []byte, clock time.Time) (*Input, error) { return Flags{}.Read(file, clock) }

// Read is like the function Read; the flags go before what the file says.
func (f Flags) Read(file []byte, clock time.Time) (*Input, error) {
	if !json.Valid(file) {
		var none any
		return nil, fmt.Errorf("the data is not valid JSON: %w", json.Unmarshal(file, &none))
	}
	top, err := object(file, "the data")
	if err != nil {
		return nil, err
	}
	in := &Input{Env: formula.Env{
		Now: clock, Zone: time.UTC, WeekStart: f.WeekStart, Vars: map[string]value.Vector{}, Limits: limits(),
	}}
	r := &reader{in: in, data: data{}}
	if err := r.settings(top, f); err != nil { // they are needed to read dates
		return nil, err
	}
	for _, p := range top {
		if err := r.member(p); err != nil {
			return nil, err
		}
	}
	maps.Copy(in.Env.Vars, f.Vars)
	in.Env.Data = r.data
	return in, r.activate()
}

type reader struct {
	in     *Input
	data   data
	active string
}

func (r *reader) member(p pair) error {
	switch p.key {
	case "timezone", "now":
		return nil
	case "columns":
		return r.source("data", []pair{p})
	case "sources":
		sources, err := object(p.value, "sources")
		for _, s := range sources {
			if err != nil {
				break
			}
			var members []pair
			if members, err = object(s.value, "the source "+s.key); err == nil {
				err = r.source(s.key, members)
			}
		}
		return err
	case "active":
		return text(p, &r.active)
	case "variables":
		return r.variables(p.value)
	}
	return fmt.Errorf("the data has an unknown key %q", p.key)
}

func text(p pair, into *string) error {
	if err := json.Unmarshal(p.value, into); err != nil {
		return fmt.Errorf("%s must be a text", p.key)
	}
	return nil
}

// settings finds the clock and the zone.
func (r *reader) settings(top []pair, f Flags) (err error) {
	env := &r.in.Env
	for _, p := range top {
		switch {
		case p.key == "timezone":
			env.Zone, err = zoneOf(p.value)
		case p.key == "now":
			env.Now, err = timeOf(p.value)
		}
		if err != nil {
			return err
		}
	}
	if f.Zone != nil {
		env.Zone = f.Zone
	}
	if !f.Now.IsZero() {
		env.Now = f.Now
	}
	return nil
}

func (r *reader) variables(raw json.RawMessage) error {
	members, err := object(raw, "variables")
	if err != nil {
		return err
	}
	for _, m := range members {
		if r.in.Env.Vars[m.key], err = variable(m.key, m.value); err != nil {
			return err
		}
	}
	return nil
}

// variable reads a value or a list of values.
func variable(name string, raw json.RawMessage) (value.Vector, error) {
	if !bytes.HasPrefix(bytes.TrimSpace(raw), []byte("[")) {
		raw = json.RawMessage("[" + string(raw) + "]")
	}
	return items(raw, "the variable "+name)
}

// source reads {"columns": {…}}, {"sheets": {…}}, {"json": …} or {"xml": "…"}.
func (r *reader) source(name string, members []pair) error {
	if _, ok := r.data[name]; ok {
		return fmt.Errorf("there are two sources named %q", name)
	}
	if len(members) != 1 {
		return fmt.Errorf("the source %s must have one of columns, sheets, json and xml", name)
	}
	s, err := r.read(name, members[0])
	if err != nil {
		return err
	}
	r.data[name] = s
	r.in.Scope.Sources = append(r.in.Scope.Sources, s.describe(name))
	return nil
}

func (r *reader) read(name string, p pair) (source, error) {
	switch p.key {
	case "json", "xml":
		return document(name, p)
	case "columns", "sheets":
	default:
		return source{}, fmt.Errorf("the source %s must have one of columns, sheets, json and xml, not %s", name, p.key)
	}
	parts, err := object(p.value, p.key+" of "+name)
	if err != nil {
		return source{}, err
	}
	if p.key == "columns" {
		return r.columns(name, parts)
	}
	return sheets(parts)
}

func (r *reader) activate() error {
	sources := r.in.Scope.Sources
	if r.active == "" && len(sources) > 0 {
		r.active = sources[0].Slot
	}
	if _, ok := r.data[r.active]; !ok && r.active != "" {
		return fmt.Errorf("the active source %q is not among %s", r.active, names(r.data))
	}
	r.in.Scope.Active = r.active
	return nil
}

// object splits a JSON object into its members, in their order; raw must be valid JSON.
func object(raw json.RawMessage, what string) ([]pair, error) {
	raw = bytes.TrimSpace(raw)
	if len(raw) == 0 || raw[0] != '{' {
		return nil, fmt.Errorf("%s must be a JSON object", what)
	}
	var out []pair
	for rest := raw[1:]; ; {
		if rest = bytes.TrimLeft(rest, " \t\r\n,"); rest[0] == '}' {
			return out, nil
		}
		var p pair
		var err error
		if p.key, rest, err = takeText(rest); err != nil {
			return nil, err
		}
		rest = bytes.TrimLeft(rest, " \t\r\n:")
		n := valueLength(rest)
		p.value, rest = rest[:n:n], rest[n:]
		out = append(out, p)
	}
}

// valueLength is how long the value is that valid JSON begins with.
func valueLength(raw []byte) int {
	depth := 0
	for i := 0; ; i++ {
		switch raw[i] {
		case '"':
			for i++; raw[i] != '"'; i++ {
				if raw[i] == '\\' {
					i++
				}
			}
		case '{', '[':
			depth++
			continue
		case '}', ']':
			depth--
		default:
			if depth == 0 {
				if n := bytes.IndexAny(raw[i:], " \t\r\n,]}"); n >= 0 {
					return i + n
				}
				return len(raw)
			}
			continue
		}
		if depth == 0 {
			return i + 1
		}
	}
}

// encode writes JSON without escaping < > &.
func encode(x any) (json.RawMessage, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(x)
	return bytes.TrimSpace(b.Bytes()), err
}
