package datasource_test

import (
	"bytes"
	"compress/gzip"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"octavo/internal/connector/rest"
	"octavo/internal/datasource"
)

// A web address is tried, saved and read in every format that an answer can have, packed ones too.
func TestWebAddressesAreReadInEveryFormat(t *testing.T) {
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	if _, err := z.Write([]byte("amount\n700\n701\n")); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	answers := map[string]struct{ kind, media, body string }{
		"/a.csv":    {"csv", "text/csv", "amount\n700\n701\n"},
		"/cp1250":   {"csv", "text/csv; charset=windows-1250", "amount,\xb3\n700,1\n701,2\n"},
		"/cp1250.h": {"html", "text/html; charset=windows-1250", "<html><body><table><tr><th>amount</th><th>\xb3</th></tr><tr><td>700</td><td>1</td></tr><tr><td>701</td><td>2</td></tr></table></body></html>"},
		"/marked":   {"csv", "text/csv; charset=windows-1250", "\ufeffamount,\u0142\n700,1\n701,2\n"},
		"/untrue":   {"csv", "text/csv; charset=utf-8", "amount,\xf6\n700,1\n701,2\n"},
		"/unknown":  {"csv", "text/csv; charset=klingon", "amount,\u0142\n700,1\n701,2\n"},
		"/a.json":   {"json", "application/json", `[{"amount":700},{"amount":701}]`},
		"/a.jsonl":  {"jsonl", "application/x-ndjson", "{\"amount\":700}\n{\"amount\":701}\n"},
		"/a.xml":    {"xml", "application/xml", "<orders><order><amount>700</amount></order><order><amount>701</amount></order></orders>"},
		"/a.html":   {"html", "text/html", "<html><body><table><tr><th>amount</th></tr><tr><td>700</td></tr><tr><td>701</td></tr></table></body></html>"},
		"/a.csv.gz": {"csv", "application/gzip", packed.String()},
	}
	server := httptest.NewServer(http.HandlerFunc(func(out http.ResponseWriter, r *http.Request) {
		a, ok := answers[r.URL.Path]
		if !ok {
			http.NotFound(out, r)
			return
		}
		out.Header().Set("Content-Type", a.media)
		_, _ = out.Write([]byte(a.body)) // the client may be gone
	}))
	t.Cleanup(server.Close)
	w := newWeb(t, strings.TrimPrefix(server.URL, "http://"))
	for path, a := range answers {
		ask := rest.Spec{URL: server.URL + path}
		tried, err := w.Try(t.Context(), w.admin, datasource.Trial{Request: ask})
		if err != nil || tried.Err != nil || tried.Format != a.kind {
			t.Errorf("%s is tried: %v, %v, %+v", path, err, tried.Err, tried.Format)
			continue
		}
		tried.Options.Encoding = "" // each answer says it
		src, err := w.CreateWeb(t.Context(), w.admin, datasource.WebDraft{Name: path, Request: ask, Format: tried.Format, Options: tried.Options, IntervalS: 3600})
		if err != nil {
			t.Errorf("%s is saved: %v", path, err)
			continue
		}
		if run := w.ran(w.admin, src, 1); run.Err != nil || run.Outcome != "changed" {
			t.Errorf("%s is read: %+v", path, run)
			continue
		}
		if got := w.amounts(w.admin, src); got != "700 701" {
			t.Errorf("%s shows %q", path, got)
		}
		if want := map[string]string{"/cp1250": "\u0142", "/cp1250.h": "\u0142", "/marked": "\u0142", "/untrue": "\u00f6", "/unknown": "\u0142"}[path]; want != "" {
			if sheets, err := w.Preview(t.Context(), w.admin, src.ID, "", 0); err != nil || sheets[0].Columns[1].Name != want || tried.Sheets[0].Columns[1].Name != want {
				t.Errorf("%s: %v, the second column is not %s", path, err, want)
			}
		}
	}
}
