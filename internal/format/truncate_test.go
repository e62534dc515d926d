package format_test

import (
	"bytes"
	"strings"
	"testing"

	"octavo/internal/dataset"
	"octavo/internal/format"
)

// Rows beyond the limit are an error, or are left out and noted; as many as the limit are neither.
func TestRowsBeyondTheLimitAreLeftOut(t *testing.T) {
	for kind, text := range map[string]string{
		format.CSV:   "n,m\n1,a\n2,b\n3,c\n4,d\n\n",
		format.JSON:  `[{"n":1,"m":"a"},{"n":2,"m":"b"},{"n":3,"m":"c"},{"n":4,"m":"d"}]`,
		format.JSONL: `{"n":1}` + "\n" + `{"n":2}` + "\n" + `{"n":3}` + "\n" + `{"n":4}` + "\n",
		format.XML:   `<o><r><n>1</n></r><r><n>2</n></r><r><n>3</n></r><r><n>4</n></r></o>`,
		format.HTML:  `<table><tr><th>n</th></tr><tr><td>1</td></tr><tr><td>2</td></tr><tr><td>3</td></tr><tr><td>4</td></tr></table>`,
	} {
		read := func(l dataset.Limits) (*dataset.Set, error) {
			set, _, err := format.Read(t.Context(), kind, bytes.NewReader([]byte(text)), int64(len(text)), format.Options{}, format.Limits{Limits: l})
			return set, err
		}
		if _, err := read(dataset.Limits{Rows: 3}); err == nil || !strings.Contains(err.Error(), "rows") {
			t.Errorf("%s: %v", kind, err)
		}
		for limit, rows := range map[int]int{3: 2, 5: 4, 100: 4} { // the names are a row
			set, err := read(dataset.Limits{Rows: limit, Truncate: true})
			if err != nil || set.Sheets[0].Rows != rows || set.Sheets[0].Cut != (rows < 4) {
				t.Errorf("%s, %d: %v, %+v", kind, limit, err, set)
			}
		}
		cells, err := read(dataset.Limits{Cells: 4, Truncate: true})
		if err != nil || !cells.Sheets[0].Cut || cells.Sheets[0].Rows == 0 {
			t.Errorf("%s, cells: %v, %+v", kind, err, cells)
		}
	}
}
