package datasource_test

import (
	"io"
	"strings"
	"testing"

	"octavo/internal/datasource"
)

// TestSmallPayloadsAreInTheirRow: what is small needs no file, and is shown, downloaded and taken back as what has some.
func TestSmallPayloadsAreInTheirRow(t *testing.T) {
	w := newWeb(t)
	download := func(src *datasource.Source) string {
		t.Helper()
		f, err := w.Download(t.Context(), w.admin, src.ID)
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(f)
		if err != nil || f.Close() != nil || int64(len(text)) != f.Bytes {
			t.Errorf("%d of %d bytes, %v", len(text), f.Bytes, err)
		}
		return string(text)
	}
	w.api.Set("1", 3)
	small := w.make(w.admin, w.request("/orders", "1"), 0)
	w.ran(w.admin, small, 1)
	if files := w.files("families/"); len(files) != 0 {
		t.Errorf("there are files: %v", files)
	}
	if got := w.amounts(w.admin, small); got != "100 101 102" {
		t.Errorf("amounts %q", got)
	}
	if text := download(small); strings.Count(text, "amount") != 3 {
		t.Errorf("the file is %s", text)
	}
	w.api.Set("2", 3000)
	large := w.make(w.admin, w.request("/orders", "2"), 0)
	w.ran(w.admin, large, 1)
	if files := w.files("families/"); len(files) == 0 {
		t.Error("a large answer has no file")
	}
	if text := download(large); strings.Count(text, "amount") != 3000 {
		t.Errorf("the file has %d orders", strings.Count(text, "amount"))
	}
	if got := w.amounts(w.admin, small); got != "100 101 102" {
		t.Errorf("amounts %q after another fetch", got)
	}
}
