package datasource

import (
	"encoding/json"
	"maps"
	"reflect"
	"slices"

	"octavo/internal/asset"
)

// optionWords are what a list of changes calls the options of a format.
var optionWords = map[string]string{
	"delimiter": "delimiter", "encoding": "encoding", "decimal": "decimal mark", "thousands": "thousands mark",
	"header_row": "row of the column names", "date": "date pattern", "records": "path of the records",
	"quote": "quotation mark", "escape": "escape character", "skip_rows": "lines to skip", "skip_footer_rows": "rows to leave out at the end",
	"skip_empty_lines": "empty lines", "skip_lines_with_error": "rows with errors", "relax_column_count": "rows of another width",
	"comment": "mark of comments", "trim": "spaces around cells", "headers": "names of the columns", "null_words": "words for nothing",
	"date_order": "order of dates", "sheets": "sheets", "range": "range of cells", "fill_merged": "merged cells", "include_hidden": "hidden sheets",
	"zip_member": "file of the archive",
}

// unknownField stands for what a newer version wrote.
const unknownField = "something that a newer version knows"

// Differences says in words what changed from one version of a data source to the next.
func Differences(before, after asset.Version) []asset.Difference {
	var was, is map[string]any
	if json.Unmarshal([]byte(before.JSON), &was) != nil || json.Unmarshal([]byte(after.JSON), &is) != nil {
		return nil
	}
	var out []asset.Difference
	changed := func(of string) {
		out = append(out, asset.Difference{Kind: "changed", What: "data source", Of: of})
	}
	if before.Name != after.Name {
		out = append(out, asset.Difference{Kind: "renamed", What: "data source", Name: after.Name, Of: before.Name})
	}
	words := map[string]string{"connector": "kind of source", "format": "file format", "request": "request", "query": "query", "table": "columns of what is pushed", "options": "", "schema": ""}
	for _, field := range differing(was, is) {
		word, known := words[field]
		switch {
		case !known:
			changed(unknownField)
		case word != "":
			changed(word)
		}
	}
	a, _ := was["options"].(map[string]any)
	b, _ := is["options"].(map[string]any)
	for _, option := range differing(a, b) {
		word, known := optionWords[option]
		if !known {
			word = unknownField
		}
		changed(word)
	}
	if before.JSON == after.JSON && before.Name == after.Name {
		changed("description") // which is beside the content
	}
	return out
}

// differing lists the keys whose values differ, sorted.
func differing(a, b map[string]any) []string {
	keys := slices.Sorted(maps.Keys(a))
	for key := range b {
		if _, ok := a[key]; !ok {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	return slices.DeleteFunc(keys, func(k string) bool { return reflect.DeepEqual(a[k], b[k]) })
}
