package component

import (
	"maps"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestEveryChangeHasWords changes each field that each type knows, one at a time: none
// may be told as a path, a field's name, or something that nobody here knows.
func TestEveryChangeHasWords(t *testing.T) {
	count := 0
	check := func(what string, was, is Node) {
		t.Helper()
		count++
		got := Differences([]any{map[string]any(was)}, []any{map[string]any(is)})
		if len(got) != 1 {
			t.Errorf("%s: %+v, want one difference", what, got)
			return
		}
		text := strings.Join([]string{got[0].Kind, got[0].What, got[0].Of}, "|")
		if strings.Contains(text, Unknown) || strings.ContainsAny(text, "/_[]{}") || got[0].What == "" || got[0].Kind == "changed" && got[0].Of == "" {
			t.Errorf("%s is told as %q", what, text)
		}
	}
	for _, ty := range Types() {
		base := func() Node { return Node{"id": "aaaaaaaaaa", "type": ty.Name} }
		with := func(field string, v any) Node { n := base(); n[field] = v; return n }
		check(ty.Name+" name", base(), with("displayName", "Other"))
		for _, p := range ty.Properties {
			check(ty.Name+" "+p.Name, base(), with("properties", map[string]any{p.Name: "other"}))
		}
		if ty.Indicators {
			check(ty.Name+" indicators", base(), with("indicators", []any{map[string]any{"id": "bbbbbbbbbb"}}))
		}
		for _, pt := range ty.Parts {
			part := func(changes map[string]any) Node {
				n := map[string]any{"id": "bbbbbbbbbb", "type": pt.Name}
				maps.Copy(n, changes)
				return with("components", []any{n})
			}
			check(pt.Name+" added", base(), part(nil))
			check(pt.Name+" removed", part(nil), base())
			fields := map[string]any{"displayName": "Other", "formulas": []any{map[string]any{"text": "1"}}, "format": map[string]any{"as": "text"}}
			if len(pt.Roles) > 0 {
				fields["role"] = pt.Roles[0]
			}
			for field, v := range fields {
				check(pt.Name+" "+field, part(nil), part(map[string]any{field: v}))
			}
			for _, p := range pt.Properties {
				check(pt.Name+" "+p.Name, part(nil), part(map[string]any{"properties": map[string]any{p.Name: "other"}}))
			}
			if pt.Actions {
				for name, v := range map[string]any{
					"filters": []any{map[string]any{"is": "blank"}}, "group": true, "aggregate": "max", "sort": map[string]any{"descending": true},
				} {
					if _, err := canonicalActions(map[string]any{name: v}, &pt, ""); err != nil {
						t.Errorf("%s is no action: %v", name, err)
					}
					check(pt.Name+" action "+name, part(nil), part(map[string]any{"actions": map[string]any{name: v}}))
				}
			}
		}
	}
	if count < 60 {
		t.Errorf("only %d changes were tried", count)
	}
}

func TestDifferences(t *testing.T) {
	part := func(id, name string, more map[string]any) any {
		n := map[string]any{"id": id, "type": "chart_series", "displayName": name}
		maps.Copy(n, more)
		return n
	}
	chart := func(parts ...any) []any {
		return []any{map[string]any{"id": "aaaaaaaaaa", "type": "chart", "components": parts}}
	}
	was := chart(part("bbbbbbbbbb", "Revenue", nil), part("cccccccccc", "Target", nil), part("dddddddddd", "Old", nil))
	is := chart(part("cccccccccc", "Goal", nil), part("bbbbbbbbbb", "Revenue", map[string]any{"properties": map[string]any{"color": 3.0, "type": "line"}}),
		part("eeeeeeeeee", "New", nil))
	want := []Difference{
		{Kind: "removed", What: "series", Name: "Old"},
		{Kind: "renamed", What: "series", Name: "Goal", Of: "Target"},
		{Kind: "changed", What: "series", Name: "Revenue", Of: "colour"},
		{Kind: "changed", What: "series", Name: "Revenue", Of: "type of the series"},
		{Kind: "added", What: "series", Name: "New"},
		{Kind: "changed", What: "parts of the chart", Of: "order"},
	}
	if diff := cmp.Diff(want, Differences(was, is)); diff != "" {
		t.Errorf("differences (-want +got):\n%s", diff)
	}
	if same := Differences(is, is); len(same) != 0 {
		t.Errorf("the same: %+v", same)
	}
	if got := Differences(chart(), chart(part("bbbbbbbbbb", "A", map[string]any{"later": 1.0})))[0]; got.Kind != "added" {
		t.Errorf("%+v", got)
	}
	if got := Differences(chart(part("bbbbbbbbbb", "A", nil)), chart(part("bbbbbbbbbb", "A", map[string]any{"later": 1.0})))[0]; got.Of != Unknown {
		t.Errorf("a field of a newer version: %+v", got)
	}
}
