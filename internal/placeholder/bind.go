package placeholder

import (
	"encoding/csv"
	"encoding/json"
	"strings"
)

// maxList is how many values a list may have.
const maxList = 1000

// Bind leaves marks in the text where values belong and gives the values beside it, in
// order: for queries, in which a value never becomes text. mark writes the mark of the n-th value, counted
// from 1. A list has a mark for each of its values, with commas between them; an empty one is NULL, which nothing is in.
// Codes missing_variable, bad_variable_value.
func (t Template) Bind(mark func(n int) string, s Scope) (text string, values []string, err error) {
	if err := t.CheckBound(); err != nil {
		return "", nil, err
	}
	var sb strings.Builder
	for _, p := range t.parts {
		if p.hole == nil {
			sb.WriteString(p.text)
			continue
		}
		list, err := p.hole.bound(s)
		if err != nil {
			return "", nil, err
		}
		for _, v := range list {
			if s.Spill != nil && s.Secret[p.hole.name] {
				s.Spill(v)
			}
		}
		marks := make([]string, len(list))
		for i, v := range list {
			values = append(values, v)
			marks[i] = mark(len(values))
		}
		if len(list) == 0 {
			marks = []string{"NULL"}
		}
		sb.WriteString(strings.Join(marks, ", "))
	}
	return sb.String(), values, nil
}

// bound are the values of one placeholder of a query.
func (h *hole) bound(s Scope) ([]string, error) {
	text, err := h.value(s)
	if err != nil {
		return nil, err
	}
	list := []string{text}
	if h.has(filterList) {
		list = listOf(text)
	}
	if len(list) > maxList {
		return nil, refused(h.label(), "a list has at most 1,000 values")
	}
	if strings.ContainsRune(text, 0) {
		return nil, refused(h.label(), "it has control characters or line breaks")
	}
	return list, nil
}

// List reads the values of a text: a JSON list, or values with commas between them, in quotes where they have some.
func List(text string) []string { return listOf(text) }

// listOf reads a JSON list, or a line of a CSV file: values with commas between them, in quotes where they have some.
func listOf(text string) []string {
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
			return refused(p.hole.label(), "in a query a value is never put in as text, so raw has no place there")
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
