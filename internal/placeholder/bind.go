package placeholder

import (
	"encoding/csv"
	"encoding/json"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxList is how many values a list may have.
const maxList = 1000

// Writer says how an engine writes what a query has in place of placeholders.
type Writer struct {
	Mark  func(n int) string       // of the n-th value, counted from 1
	Quote func(name string) string // of a name
}

// Bound is a query with its values beside it.
type Bound struct {
	Text   string
	Values []string // in order of their marks
	Names  []Name   // that stand in the text, quoted
}

// Name is the name of a column that a variable gave.
type Name struct {
	Label string // of the variable
	Text  string
}

// Bind leaves marks in the text where values belong: for queries, in which a value never becomes text. A list has a mark for
// each of its values, with commas between them; an empty one is NULL, which nothing is in. What sql_ident names is quoted, and
// whether there is such a column is for the caller to find out. Codes missing_variable, bad_variable_value.
func (t Template) Bind(w Writer, s Scope) (out Bound, err error) {
	if err := t.CheckBound(); err != nil {
		return out, err
	}
	var sb strings.Builder
	for _, p := range t.parts {
		if p.hole == nil {
			sb.WriteString(p.text)
			continue
		}
		list, err := p.hole.bound(s)
		if err != nil {
			return out, err
		}
		for _, v := range list {
			if s.Spill != nil && p.hole.isSecret(s) {
				s.Spill(v)
			}
		}
		if p.hole.has(filterIdent) {
			out.Names = append(out.Names, Name{p.hole.label(), list[0]})
			sb.WriteString(w.Quote(list[0]))
			continue
		}
		marks := make([]string, len(list))
		for i, v := range list {
			out.Values = append(out.Values, v)
			marks[i] = w.Mark(len(out.Values))
		}
		if len(list) == 0 {
			marks = []string{"NULL"}
		}
		sb.WriteString(strings.Join(marks, ", "))
	}
	out.Text = sb.String()
	return out, nil
}

// maxIdent is how long the name of a column may be, in bytes.
const maxIdent = 128

// bound are the values of one placeholder of a query.
func (h *hole) bound(s Scope) ([]string, error) {
	text, err := h.value(s)
	if err != nil {
		return nil, err
	}
	if h.has(filterIdent) && (text == "" || len(text) > maxIdent || !utf8.ValidString(text) || strings.ContainsFunc(text, unicode.IsControl)) {
		return nil, Refused(h.label(), "it is no name of a column")
	}
	list := []string{text}
	if h.has(filterList) {
		list = List(text)
	}
	if len(list) > maxList {
		return nil, Refused(h.label(), "a list has at most 1,000 values")
	}
	if strings.ContainsRune(text, 0) {
		return nil, Refused(h.label(), "it has control characters or line breaks")
	}
	return list, nil
}

// List reads the values of a text: a JSON list, or values with commas between them, in quotes where they have some.
func List(text string) []string {
	var values []any
	dec := json.NewDecoder(strings.NewReader(text))
	dec.UseNumber()
	out := []string{}
	if dec.Decode(&values) == nil && !dec.More() {
		for _, item := range values {
			switch v := item.(type) {
			case string:
				out = append(out, v)
			case json.Number:
				out = append(out, v.String())
			case bool:
				out = append(out, map[bool]string{true: "true", false: "false"}[v])
			}
		}
		return out
	}
	line := csv.NewReader(strings.NewReader(text))
	line.LazyQuotes, line.TrimLeadingSpace, line.FieldsPerRecord = true, true, -1
	items, err := line.Read()
	if err != nil {
		return out
	}
	for _, item := range items {
		if item = strings.TrimSpace(item); item != "" {
			out = append(out, item)
		}
	}
	return out
}

// CheckBound refuses what has no place in a query: a value that would become text. Code bad_variable_value.
func (t Template) CheckBound() error {
	for _, p := range t.parts {
		if p.hole != nil && p.hole.has(filterRaw) {
			return Refused(p.hole.label(), "in a query a value is never put in as text, so raw has no place there")
		}
		if p.hole != nil && p.hole.has(filterIdent) && p.hole.has(filterList) {
			return Refused(p.hole.label(), "it is one name or a list of values, not both")
		}
	}
	return nil
}

// Outline is the text with the same mark in place of each placeholder.
func (t Template) Outline(mark string) string {
	var sb strings.Builder
	for _, p := range t.parts {
		if p.hole != nil {
			sb.WriteString(mark)
			continue
		}
		sb.WriteString(p.text)
	}
	return sb.String()
}
