package evalcmd

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"octavo/internal/formula"
	"octavo/internal/formula/datefmt"
	"octavo/internal/formula/syntax"
	"octavo/internal/formula/tree"
	"octavo/internal/formula/value"
	"octavo/internal/formula/xpath"
)

// data are the sources of a file by name; it implements formula.Data.
type data map[string]source

// source is a list of sheets, the first one first, or a tree.
type source struct {
	sheets []*sheet
	tree   *xpath.Document
}

// sheet is a table: what it holds with its header, and its named columns.
type sheet struct {
	name    string
	rows    int            // header included
	raw     []value.Vector // header included
	columns []string
	typed   []value.Vector // without header
}

// Size implements formula.Grid.
func (s *sheet) Size() (rows, columns int) { return s.rows, len(s.raw) }

// Column implements formula.Grid.
func (s *sheet) Column(i int) value.Vector { return s.raw[i-1] }

// describe is the source as formulas name it.
func (s source) describe(name string) formula.Source {
	out := formula.Source{Slot: name, Name: name, ID: name, Tree: s.tree != nil}
	for i, sh := range s.sheets {
		out.Sheets = append(out.Sheets, sh.name)
		for _, c := range sh.columns {
			column := formula.Column{Name: c}
			if i > 0 {
				column.Sheet = sh.name
			}
			out.Columns = append(out.Columns, column)
		}
	}
	return out
}

// Lookup implements formula.Data.
func (d data) Lookup(slot, pointer string) (value.Vector, error) {
	p, ok := syntax.ParsePointer(pointer)
	if !ok {
		return value.Vector{}, fmt.Errorf("evalcmd: pointer %q cannot be read", pointer)
	}
	for i, sh := range d[slot].sheets {
		if p.Sheet != "" && !strings.EqualFold(p.Sheet, sh.name) || p.Sheet == "" && i > 0 {
			continue
		}
		if p.Column == "" {
			return formula.Cells(sh, p)
		}
		for k, c := range sh.columns {
			if strings.EqualFold(c, p.Column) {
				return sh.typed[k], nil
			}
		}
	}
	return value.Vector{}, syntax.Fail(syntax.CodeUnknownReference, fmt.Sprintf("%s has nothing at %s.", slot, pointer), "")
}

// Tree implements formula.Trees.
func (d data) Tree(slot string) (*xpath.Document, error) {
	if t := d[slot].tree; t != nil {
		return t, nil
	}
	return nil, syntax.Fail(syntax.CodeUnknownReference, slot+" is a table; no paths lead into it.", "")
}

// document reads the text of a source that is a tree.
func document(name string, p pair) (source, error) {
	var t *tree.Document
	var err error
	if p.key == "json" {
		t, err = tree.ReadJSON(bytes.NewReader(p.value))
	} else {
		var text string
		if json.Unmarshal(p.value, &text) != nil {
			return source{}, fmt.Errorf("the XML of %s must be a text", name)
		}
		t, err = tree.ReadXML(strings.NewReader(text))
	}
	if err != nil {
		return source{}, fmt.Errorf("the source %s: %w", name, err)
	}
	return source{tree: xpath.NewDocument(t)}, nil
}

// columns reads a modelled source; it is also one sheet of the same name, with
// the names of the columns as its header row.
func (r *reader) columns(name string, parts []pair) (source, error) {
	sh := &sheet{name: name}
	for _, p := range parts {
		v, written, err := r.column(p)
		if err != nil {
			return source{}, err
		}
		if len(sh.typed) > 0 && v.Len() != sh.rows-1 {
			return source{}, fmt.Errorf("the columns of %s have different lengths: %s has %d items, others %d", name, p.key, v.Len(), sh.rows-1)
		}
		sh.rows = v.Len() + 1
		sh.columns = append(sh.columns, p.key)
		sh.typed = append(sh.typed, v)
		sh.raw = append(sh.raw, value.Concat(value.Of(value.Str(p.key)), written))
	}
	return source{sheets: []*sheet{sh}}, nil
}

// column reads a list, or {"type": "date", "input": PATTERN, "values": […]}. The
// dates of the latter are Unix times; written is the list as it stands there.
func (r *reader) column(p pair) (typed, written value.Vector, err error) {
	what := "the column " + p.key
	if !bytes.HasPrefix(bytes.TrimSpace(p.value), []byte("{")) {
		written, err = items(p.value, what)
		return written, written, err
	}
	members, err := object(p.value, what)
	if err != nil {
		return typed, written, err
	}
	texts, values := map[string]string{}, json.RawMessage(nil)
	for _, m := range members {
		switch m.key {
		case "type", "input":
			var s string
			err = text(m, &s)
			texts[m.key] = s
		case "values":
			values = m.value
		default:
			err = fmt.Errorf("unknown key %q", m.key)
		}
		if err != nil {
			return typed, written, fmt.Errorf("%s: %w", what, err)
		}
	}
	if written, err = items(values, what); err != nil {
		return typed, written, err
	}
	if kind := texts["type"]; kind != "date" {
		return typed, written, fmt.Errorf("%s has the unknown type %q", what, kind)
	}
	return r.dates(written, texts["input"], what)
}

// dates reads a list as dates by a pattern; what is none becomes blank.
func (r *reader) dates(written value.Vector, input, what string) (typed, _ value.Vector, err error) {
	pattern, err := datefmt.Compile(input)
	if err != nil {
		return typed, written, fmt.Errorf("%s: %w", what, err)
	}
	env := r.in.Env
	return written.MapEntries(func(it value.Item) value.Item {
		sec, ok := pattern.Parse(it.Text(), env.Zone, env.WeekStart, env.Now)
		if it.IsEmpty() || !ok {
			return value.Item{}
		}
		return value.Num(sec)
	}), written, nil
}

// sheets reads tables as lists of rows. If the first row of a sheet holds
// different texts only, it is the header row that names the columns.
func sheets(parts []pair) (source, error) {
	var out source
	for _, p := range parts {
		var rows []json.RawMessage
		if err := json.Unmarshal(p.value, &rows); err != nil {
			return source{}, fmt.Errorf("the sheet %s must be a list of rows", p.key)
		}
		sh := &sheet{name: p.key, rows: len(rows)}
		lists, width := make([]value.Vector, len(rows)), 0
		for i, raw := range rows {
			v, err := items(raw, fmt.Sprintf("row %d of the sheet %s", i+1, p.key))
			if err != nil {
				return source{}, err
			}
			lists[i] = v
			width = max(width, v.Len())
		}
		for c := range width {
			b := value.NewBuilder(len(rows))
			for _, row := range lists {
				if c < row.Len() {
					b.Append(row.Item(c))
				} else {
					b.AppendBlank()
				}
			}
			sh.raw = append(sh.raw, b.Vector())
		}
		sh.nameColumns()
		out.sheets = append(out.sheets, sh)
	}
	return out, nil
}

func (s *sheet) nameColumns() {
	seen := map[string]bool{}
	for _, v := range s.raw {
		head := v.Item(0)
		if head.Kind != value.Text || strings.TrimSpace(head.Str) == "" || seen[strings.ToLower(head.Str)] {
			s.columns, s.typed = nil, nil
			return
		}
		seen[strings.ToLower(head.Str)] = true
		s.columns = append(s.columns, strings.TrimSpace(head.Str))
		s.typed = append(s.typed, v.Slice(1, s.rows))
	}
}
