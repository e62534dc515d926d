package datasource_test

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"octavo/internal/asset"
	"octavo/internal/authz"
	"octavo/internal/blob"
	"octavo/internal/clock"
	"octavo/internal/datasource"
	"octavo/internal/db"
	"octavo/internal/db/dbtest"
	"octavo/internal/errs"
	"octavo/internal/fixture"
	"octavo/internal/format"
	"octavo/internal/id"
	"octavo/internal/installation"
	"octavo/internal/job"
	"octavo/internal/job/jobtest"
	"octavo/internal/page"
)

// setup is a family with a service over its database and a directory of files.
type setup struct {
	*fixture.Family
	t      *testing.T
	dir    string
	temp   string
	assets *asset.Service
	*datasource.Service
	another func() *datasource.Service // makes a second server over the same database
}

const orders = "Region,Amount\nNorth,10\nSouth,20.5\n"

func newSetup(t *testing.T, options ...dbtest.Option) *setup {
	return newSetupWith(t, func(*setup, *datasource.Config) {}, options...)
}

// newSetupWith is newSetup with other settings of the service.
func newSetupWith(t *testing.T, set func(s *setup, c *datasource.Config), options ...dbtest.Option) *setup {
	t.Parallel()
	d := dbtest.Open(t, options...)
	keys, err := installation.Load(t.Context(), d)
	if err != nil {
		t.Fatal(err)
	}
	s := &setup{t: t, dir: t.TempDir(), temp: t.TempDir(), Family: fixture.New(t, d)}
	blobs, err := blob.Open(t.Context(), "file://"+filepath.ToSlash(s.dir))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = blobs.Close() })
	ids := id.NewMaker(d.Clock())
	s.assets = asset.New(ids, keys.IDs)
	c := datasource.Config{Limits: format.Limits{Bytes: 4096}, TempDir: s.temp,
		Wake: jobtest.Waker(t, d, func() []job.Handler { return s.Jobs() }, "upload.read", "file.drop")}
	set(s, &c)
	s.Service = datasource.New(slog.New(slog.DiscardHandler), d, s.assets, blobs, ids, c)
	s.another = func() *datasource.Service {
		return datasource.New(slog.New(slog.DiscardHandler), d, s.assets, blobs, ids, c)
	}
	t.Cleanup(s.noTempFiles)
	return s
}

func (s *setup) noTempFiles() {
	if left, err := os.ReadDir(s.temp); err != nil || len(left) > 0 {
		s.t.Errorf("temporary files stay: %v, %v", left, err)
	}
}

// files are the keys in the blob store that start with a prefix.
func (s *setup) files(prefix string) []string {
	var out []string
	err := filepath.WalkDir(s.dir, func(path string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			if key := strings.TrimPrefix(path, s.dir+"/"); strings.HasPrefix(key, prefix) {
				out = append(out, key)
			}
		}
		return err
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return out
}

func (s *setup) inAccount(a id.Account, fn func(tx *db.Tx) error) {
	s.t.Helper()
	if err := s.DB.Tx(s.t.Context(), db.Account(a), fn); err != nil {
		s.t.Fatal(err)
	}
}

func (s *setup) upload(who authz.Actor, name, content string) *datasource.Upload {
	s.t.Helper()
	up, err := s.send(who, name, strings.NewReader(content))
	if err != nil {
		s.t.Fatal(err)
	}
	return up
}

// patience is how long jobs may take on a busy machine.
const patience = time.Minute

// send sends a file and waits until it is read.
func (s *setup) send(who authz.Actor, name string, r io.Reader) (*datasource.Upload, error) {
	up, err := s.Receive(s.t.Context(), who, name, "", r)
	if err != nil {
		return nil, err
	}
	return s.read(who, up.ID)
}

// read waits until an upload is read.
func (s *setup) read(who authz.Actor, upload id.Upload) (*datasource.Upload, error) {
	up, err := s.Await(s.t.Context(), who, upload, patience)
	if err == nil && up.Problem != nil {
		err = up.Problem
	}
	return up, err
}

// reread has an upload read again and waits for it.
func (s *setup) reread(who authz.Actor, upload id.Upload, chosen format.Options) (*datasource.Upload, error) {
	if err := s.Reread(s.t.Context(), who, upload, chosen); err != nil {
		return nil, err
	}
	return s.read(who, upload)
}

// replace puts an upload in the place of the data of a source.
func (s *setup) replace(who authz.Actor, public string, upload id.Upload) (*datasource.Source, error) {
	return s.ReplacePayload(s.t.Context(), who, public, upload, patience)
}

// only waits until exactly so many files of uploads are there.
func (s *setup) only(want int) {
	s.t.Helper()
	var files []string
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(2 * time.Millisecond) {
		if files = s.files("uploads/"); len(files) == want {
			return
		}
	}
	s.t.Errorf("files %v of uploads, want %d", files, want)
}

func (s *setup) source(who authz.Actor, name, content string) *datasource.Source {
	s.t.Helper()
	src, err := s.Create(s.t.Context(), who, datasource.Draft{Name: name, Upload: s.upload(who, "orders.csv", content).ID})
	if err != nil {
		s.t.Fatal(err)
	}
	return src
}

// column loads a column of the current payload as texts.
func (s *setup) column(who authz.Actor, src *datasource.Source, col int) []string {
	s.t.Helper()
	var p datasource.Payload
	s.inAccount(who.Account, func(tx *db.Tx) error {
		all, err := s.Payloads(s.t.Context(), tx, who, []int64{src.Key.No}, datasource.Choices{})
		p = all[src.Key.No]
		return err
	})
	set, err := s.Load(s.t.Context(), p, nil)
	if err != nil {
		s.t.Fatal(err)
	}
	var out []string
	sh := set.Sheets[0]
	for r := range sh.Height() {
		out = append(out, sh.CellText(r, col))
	}
	return out
}

func (s *setup) share(who authz.Actor, no int64, user id.User, right authz.Right) {
	s.t.Helper()
	s.inAccount(who.Account, func(tx *db.Tx) error {
		return s.assets.SetShares(s.t.Context(), tx, who, no, []asset.Share{{Kind: "user", ID: string(user), Right: right}})
	})
}

func wantCode(t *testing.T, err error, code string) {
	t.Helper()
	if !errs.Is(err, code) {
		t.Errorf("got %v, want %s", err, code)
	}
}

func TestReceive(t *testing.T) {
	s := newSetup(t)
	who := s.Actor(s.Agency, s.Agency.Editor)
	up := s.upload(who, "orders.csv", orders)
	if up.Format != "csv" || up.Bytes != int64(len(orders)) || up.Options.Delimiter != "," {
		t.Errorf("got %+v", up)
	}
	if want := dbtest.Start.Add(24 * time.Hour); !up.ExpiresAt.Equal(want) {
		t.Errorf("expires at %v, want %v", up.ExpiresAt, want)
	}
	want := []datasource.Sheet{{
		Name: up.Schema.Sheets[0].Name, HeaderRow: 1, Rows: 2, Preview: [][]string{{"Region", "Amount"}, {"North", "10"}, {"South", "20.5"}},
		Columns: []datasource.Column{
			{Name: "Region", Letter: "A", Type: "text", Sample: []string{"North", "South"}},
			{Name: "Amount", Letter: "B", Type: "number", Sample: []string{"10", "20.5"}},
		},
	}}
	if diff := cmp.Diff(want, up.Schema.Sheets); diff != "" {
		t.Error(diff)
	}
}

func TestReceiveRefuses(t *testing.T) {
	s := newSetup(t)
	who := s.Actor(s.Agency, s.Agency.Editor)
	var archive bytes.Buffer
	z := zip.NewWriter(&archive)
	if _, err := z.Create("holiday.txt"); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ name, content, code string }{
		{"empty.csv", "", "empty_file"},
		{"blank.csv", " \n\n ", "empty_file"},
		{"big.csv", "a,b\n" + strings.Repeat("1,2\n", 2000), "too_large"},
		{"picture.csv", "\x89PNG\r\n\x1a\n" + strings.Repeat("\x00\x01", 90), "format_unsupported"},
		{"page.csv", "<!doctype html><html><body>Sign in</body></html>", "format_unsupported"},
		{"old.xls", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + strings.Repeat("\x00", 600), "format_unsupported"},
		{"archive.xlsx.zip", archive.String(), "empty_file"},
		{"broken.json", `[{"a":1},`, "format_mismatch"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := s.send(who, tt.name, strings.NewReader(tt.content))
			wantCode(t, err, tt.code)
		})
	}
	_, err := s.Receive(t.Context(), who, "cut.csv", "", io.MultiReader(strings.NewReader("a,b\n1"), errReader{}))
	if !errors.Is(err, errCut) {
		t.Errorf("a connection that broke: %v", err)
	}
	_, err = s.Receive(t.Context(), s.Actor(s.Agency, s.Agency.Viewer), "a.csv", "", strings.NewReader(orders))
	wantCode(t, err, "permission_denied")
	s.only(0)
}

var errCut = errors.New("cut")

type errReader struct{}

func (errReader) Read([]byte) (int, error) { return 0, errCut }

func TestRereadWithOtherOptions(t *testing.T) {
	s := newSetup(t)
	ctx, who := t.Context(), s.Actor(s.Agency, s.Agency.Editor)
	up := s.upload(who, "orders.csv", "a;b\n1;2\n3;4\n")
	none := 0
	again, err := s.reread(who, up.ID, format.Options{Delimiter: ",", HeaderRow: &none})
	if err != nil {
		t.Fatal(err)
	}
	if cols := again.Schema.Sheets[0].Columns; len(cols) != 1 || again.Schema.Sheets[0].HeaderRow != 0 {
		t.Errorf("read as %+v", again.Schema.Sheets)
	}
	_, err = s.reread(who, up.ID, format.Options{Encoding: "nonsense"})
	wantCode(t, err, "option_invalid")
	s.only(2) // the file and its columns
	src, err := s.Create(ctx, who, datasource.Draft{Name: "Orders", Upload: up.ID})
	if err != nil {
		t.Fatal(err)
	}
	if src.Columns != 1 || src.Rows != 3 {
		t.Errorf("the source has %d columns and %d rows; the last good reading had 1 and 3", src.Columns, src.Rows)
	}
	if want := `"options":{"delimiter":",","header_row":0}`; !strings.Contains(src.JSON, want) {
		t.Errorf("body %s lacks %s", src.JSON, want)
	}
}

func TestUploadsAreSweptByAge(t *testing.T) {
	now := clock.NewManual(dbtest.Start)
	s := newSetup(t, dbtest.Clock(now))
	ctx, who := t.Context(), s.Actor(s.Agency, s.Agency.Editor)
	old := s.upload(who, "orders.csv", orders)
	src, err := s.Create(ctx, who, datasource.Draft{Name: "Orders", Upload: old.ID})
	if err != nil {
		t.Fatal(err)
	}
	now.Advance(24*time.Hour + time.Second)
	_, err = s.Create(ctx, who, datasource.Draft{Name: "Late", Upload: old.ID})
	wantCode(t, err, "unknown_upload")
	_, err = s.reread(who, old.ID, format.Options{})
	wantCode(t, err, "unknown_upload")
	fresh := s.upload(who, "orders.csv", orders)
	s.work(now)
	for _, f := range s.files("uploads/") {
		if !strings.Contains(f, string(fresh.ID)) {
			t.Errorf("%s of an old upload stays", f)
		}
	}
	if got := s.column(who, src, 0); len(got) != 3 {
		t.Errorf("the source made of a swept upload shows %v", got)
	}
}

// work lets a runner do what is due, until nothing is.
func (s *setup) work(now *clock.Manual) {
	s.t.Helper()
	now.Advance(2 * time.Minute)
	runner, err := job.NewRunner(job.Config{DB: s.DB, Handlers: s.Jobs(), Poll: time.Millisecond})
	if err != nil {
		s.t.Fatal(err)
	}
	ctx, stop := context.WithCancel(s.t.Context())
	ended := make(chan struct{})
	go func() { runner.Serve(ctx); close(ended) }()
	defer func() { stop(); <-ended }()
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(2 * time.Millisecond) {
		counts, err := job.NewBoard(s.DB).Counts(s.t.Context())
		if err != nil {
			s.t.Fatal(err)
		}
		if counts[job.Done] == 4 { // two readings; of the old upload: the row, then the files
			return
		}
	}
	s.t.Fatal("the jobs were not done")
}

func TestAnUploadBelongsToOnePerson(t *testing.T) {
	s := newSetup(t)
	ctx := t.Context()
	up := s.upload(s.Actor(s.Agency, s.Agency.Editor), "orders.csv", orders)
	for name, who := range map[string]authz.Actor{
		"a colleague": s.Actor(s.Agency, s.Agency.Admin), "a client": s.Actor(s.Solstice, s.Solstice.Admin), "a visitor": s.Visitor(s.Solstice),
	} {
		if _, err := s.Create(ctx, who, datasource.Draft{Name: "Mine", Upload: up.ID}); !errs.Is(err, "unknown_upload") {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := s.reread(who, up.ID, format.Options{}); !errs.Is(err, "unknown_upload") {
			t.Errorf("%s reads it again: %v", name, err)
		}
	}
}

func TestCreate(t *testing.T) {
	s := newSetup(t)
	ctx, who := t.Context(), s.Actor(s.Agency, s.Agency.Editor)
	up := s.upload(who, "orders 2026.csv", orders)
	src, err := s.Create(ctx, who, datasource.Draft{Name: " Orders ", Description: " All of them ", Upload: up.ID})
	if err != nil {
		t.Fatal(err)
	}
	if src.Name != "Orders" || src.Description != "All of them" || src.Format != "csv" || src.Connector != "upload" || src.State != datasource.Fresh ||
		src.Rows != 2 || src.Columns != 2 || src.Bytes != int64(len(orders)) || src.FileName != "orders 2026.csv" ||
		src.ReceivedAt != dbtest.Start.UnixMilli() || src.Version != 1 || src.Owner != who.User {
		t.Errorf("got %+v", src)
	}
	if got := s.column(who, src, 1); !slices.Equal(got, []string{"Amount", "10", "20.5"}) {
		t.Errorf("column B %v", got)
	}
	for code, in := range map[string]datasource.Draft{
		"name_required": {Name: " ", Upload: up.ID}, "unknown_upload": {Name: "A", Upload: "junk"},
		"text_too_long": {Name: "A", Description: strings.Repeat("x", 2001), Upload: up.ID},
		"name_too_long": {Name: strings.Repeat("x", 201), Upload: up.ID},
	} {
		_, err := s.Create(ctx, who, in)
		wantCode(t, err, code)
	}
	_, err = s.Create(ctx, s.Actor(s.Agency, s.Agency.Viewer), datasource.Draft{Name: "A", Upload: up.ID})
	wantCode(t, err, "permission_denied")
}

// A body is shared with accounts that must not learn whose file it was made of.
func TestBodyHoldsNoIDNameOrTime(t *testing.T) {
	s := newSetup(t)
	ctx, who := t.Context(), s.Actor(s.Agency, s.Agency.Editor)
	up := s.upload(who, "secret-name.csv", orders)
	src, err := s.Create(ctx, who, datasource.Draft{Name: "Quarterly", Description: "internal", Upload: up.ID})
	if err != nil {
		t.Fatal(err)
	}
	for _, word := range []string{"secret-name", "Quarterly", "internal", "2026", string(up.ID), src.ID} {
		if strings.Contains(src.JSON, word) {
			t.Errorf("%q in the body %s", word, src.JSON)
		}
	}
	if regexp.MustCompile(`[0-9a-f]{32}|[0-9]{10}`).MatchString(src.JSON) {
		t.Errorf("an id or a time in the body %s", src.JSON)
	}
	other := s.source(who, "Another", "x,y\n1,2\n")
	if other.Body != src.Body {
		t.Error("sources that are read alike have different bodies")
	}
}

func TestReplacePayload(t *testing.T) {
	now := clock.NewManual(dbtest.Start)
	s := newSetup(t, dbtest.Clock(now))
	who := s.Actor(s.Agency, s.Agency.Editor)
	src := s.source(who, "Orders", orders)
	now.Advance(time.Hour)
	next := s.upload(who, "orders-march.csv", "Region,Amount\nWest,7\n")
	got, err := s.replace(who, src.ID, next.ID)
	if err != nil {
		t.Fatal(err)
	}
	if got.Rows != 1 || got.FileName != "orders-march.csv" || got.ReceivedAt != now.Now().UnixMilli() || got.Version != 1 || got.Body != src.Body || got.ID != src.ID {
		t.Errorf("got %+v", got)
	}
	if col := s.column(who, src, 0); !slices.Equal(col, []string{"Region", "West"}) {
		t.Errorf("column A %v", col)
	}
}

// The last good payload stays, whatever goes wrong.
func TestReplaceKeepsTheLastGoodPayloadOnFailure(t *testing.T) {
	var refuse atomic.Value // part of a statement that fails; jobs ask for it, too
	refuse.Store("")
	broken := errors.New("broken")
	s := newSetup(t, dbtest.OnStatement(func(st db.Statement) error {
		if text := refuse.Load().(string); text != "" && strings.Contains(st.Text, text) {
			return broken
		}
		return nil
	}))
	ctx, who := t.Context(), s.Actor(s.Agency, s.Agency.Editor)
	json := s.upload(who, "orders.json", `[{"Region":"East"}]`)
	wrong := s.upload(who, "wrong.csv", "Region\nEast\n")
	chosen := s.upload(who, "orders.csv", "Region|Amount\nNorth|1\n")
	if _, err := s.reread(who, chosen.ID, format.Options{Delimiter: "|", Encoding: "utf-8"}); err != nil {
		t.Fatal(err)
	}
	src, err := s.Create(ctx, who, datasource.Draft{Name: "Orders", Upload: chosen.ID})
	if err != nil {
		t.Fatal(err)
	}
	latin := s.upload(who, "latin.csv", "Region|Amount\nS\xfcd|1\n")

	try := func(name string, upload id.Upload, check func(error) bool) {
		t.Helper()
		_, err := s.replace(who, src.ID, upload)
		if !check(err) {
			t.Errorf("%s: %v", name, err)
		}
		refuse.Store("")
		got, err := s.Get(ctx, who, src.ID)
		if err != nil || got.Rows != 1 || got.ReceivedAt != src.ReceivedAt || got.State != datasource.Fresh {
			t.Errorf("%s: the source is %+v, %v", name, got, err)
		}
		if col := s.column(who, src, 1); !slices.Equal(col, []string{"Amount", "1"}) {
			t.Errorf("%s: column B is %v", name, col)
		}
	}
	code := func(want string) func(error) bool { return func(err error) bool { return errs.Is(err, want) } }
	try("another format", json.ID, code("format_mismatch"))
	try("not there", "junk", code("unknown_upload"))
	try("not in the stored encoding", latin.ID, func(err error) bool { return err != nil && errs.KindOf(err) == errs.Invalid })
	refuse.Store("UPDATE sources SET payload_id")
	try("the pointer is not written", wrong.ID, func(err error) bool { return errors.Is(err, broken) })
	refuse.Store("INSERT INTO payloads")
	try("the payload is not written", wrong.ID, func(err error) bool { return errors.Is(err, broken) })
	refuse.Store("INSERT INTO audit")
	try("the trail is not written", wrong.ID, func(err error) bool { return errors.Is(err, broken) })

	// Read with the stored options, the same file is good.
	got, err := s.replace(who, src.ID, wrong.ID)
	if err != nil || got.Columns != 1 {
		t.Errorf("%+v, %v", got, err)
	}
}

// A later file is read as the source says, not as it would be found out.
func TestReplaceReadsWithTheStoredOptions(t *testing.T) {
	s := newSetup(t)
	ctx, who := t.Context(), s.Actor(s.Agency, s.Agency.Editor)
	up := s.upload(who, "a.csv", "note\nRegion,Amount\nNorth,1\n")
	two := 2
	if _, err := s.reread(who, up.ID, format.Options{HeaderRow: &two}); err != nil {
		t.Fatal(err)
	}
	src, err := s.Create(ctx, who, datasource.Draft{Name: "Orders", Upload: up.ID})
	if err != nil {
		t.Fatal(err)
	}
	next := s.upload(who, "b.csv", "Region,Amount\nRegio,Betrag\nSouth,2\nWest,3\n")
	if _, err := s.replace(who, src.ID, next.ID); err != nil {
		t.Fatal(err)
	}
	sheets, err := s.Preview(ctx, who, src.ID, "", 0)
	if err != nil {
		t.Fatal(err)
	}
	if sh := sheets[0]; sh.HeaderRow != 2 || sh.Columns[1].Name != "Betrag" || sh.Rows != 2 {
		t.Errorf("read as %+v", sh)
	}
	s.only(4) // two uploads with one reading each: the one before goes
}

func TestUpdate(t *testing.T) {
	s := newSetup(t)
	ctx, who := t.Context(), s.Actor(s.Agency, s.Agency.Editor)
	src := s.source(who, "Orders", orders)
	name, text := "All orders", "since 2024"
	got, err := s.Update(ctx, who, src.ID, 1, datasource.Patch{Name: &name, Description: &text})
	if err != nil || got.Name != name || got.Description != text || got.Version != 2 || got.Body != src.Body || got.Rows != 2 {
		t.Errorf("got %+v, %v", got, err)
	}
	_, err = s.Update(ctx, who, src.ID, 1, datasource.Patch{Description: &name})
	wantCode(t, err, "version_conflict")
	other := "until 2026"
	for range 2 { // the same again is no change
		if got, err = s.Update(ctx, who, src.ID, got.Version, datasource.Patch{Description: &other}); err != nil || got.Version != 3 || got.Description != other || got.Body != src.Body {
			t.Errorf("got %+v, %v", got, err)
		}
	}
	_, err = s.Update(ctx, who, src.ID, 2, datasource.Patch{Description: &text}) // by somebody who has not seen it
	wantCode(t, err, "version_conflict")
	text = other
	empty, long := " ", strings.Repeat("x", 2001)
	_, err = s.Update(ctx, who, src.ID, 3, datasource.Patch{Name: &empty})
	wantCode(t, err, "name_required")
	_, err = s.Update(ctx, who, src.ID, 3, datasource.Patch{Name: &empty, Description: &long})
	wantCode(t, err, "text_too_long")
	if got, err := s.Get(ctx, who, src.ID); err != nil || got.Name != name || got.Description != text {
		t.Errorf("refused changes left %+v, %v", got, err)
	}
}

func TestRights(t *testing.T) {
	s := newSetup(t)
	ctx := t.Context()
	owner, viewer := s.Actor(s.Agency, s.Agency.Editor), s.Actor(s.Agency, s.Agency.Viewer)
	src := s.source(owner, "Orders", orders)
	s.source(owner, "Hidden", orders)
	_, err := s.Get(ctx, viewer, src.ID)
	wantCode(t, err, "not_found")
	_, err = s.Preview(ctx, viewer, src.ID, "", 0)
	wantCode(t, err, "not_found")
	s.share(owner, src.Key.No, s.Agency.Viewer.ID, authz.View)
	if _, err := s.Preview(ctx, viewer, src.ID, "", 0); err != nil {
		t.Errorf("preview of a shared source: %v", err)
	}
	if list, _, err := s.List(ctx, viewer, datasource.Filter{}, page.Request{}); err != nil || len(list) != 1 || list[0].ID != src.ID {
		t.Errorf("list %v, %v", list, err)
	}
	if n, err := s.Count(ctx, viewer, datasource.Filter{}); err != nil || n != 1 {
		t.Errorf("count %d, %v", n, err)
	}
	name := "Mine"
	_, err = s.Update(ctx, viewer, src.ID, 1, datasource.Patch{Name: &name})
	wantCode(t, err, "permission_denied")
	_, err = s.replace(viewer, src.ID, "x")
	wantCode(t, err, "permission_denied")
	_, err = s.Download(ctx, viewer, src.ID)
	wantCode(t, err, "permission_denied")
	wantCode(t, s.Trash(ctx, viewer, src.ID, 1, false), "permission_denied")
}

func TestForeignIDsAreNotFound(t *testing.T) {
	s := newSetup(t)
	ctx := t.Context()
	agency, client := s.Actor(s.Agency, s.Agency.Admin), s.Actor(s.Solstice, s.Solstice.Admin)
	src := s.source(agency, "Orders", orders)
	own := s.source(client, "Own", orders)
	up := s.upload(client, "own.csv", orders)
	klip := s.klip(client, "Not a source", nil)
	name := "Mine"
	for what, try := range map[string]func(public string) error{
		"Get":            func(p string) error { _, err := s.Get(ctx, client, p); return err },
		"Update":         func(p string) error { _, err := s.Update(ctx, client, p, 1, datasource.Patch{Name: &name}); return err },
		"ReplacePayload": func(p string) error { _, err := s.replace(client, p, up.ID); return err },
		"Trash":          func(p string) error { return s.Trash(ctx, client, p, 1, true) },
		"Preview":        func(p string) error { _, err := s.Preview(ctx, client, p, "", 0); return err },
		"UsedBy":         func(p string) error { _, err := s.UsedBy(ctx, client, p); return err },
		"Download":       func(p string) error { _, err := s.Download(ctx, client, p); return err },
	} {
		for kind, public := range map[string]string{"another account's": src.ID, "no": "junk", "a made-up": strings.Repeat("0", 32), "a Klip's": klip} {
			if err := try(public); !errs.Is(err, "not_found") {
				t.Errorf("%s with %s id: %v, want not_found", what, kind, err)
			}
		}
	}
	s.inAccount(client.Account, func(tx *db.Tx) error {
		all, err := s.Payloads(ctx, tx, client, []int64{src.Key.No, own.Key.No, 999}, datasource.Choices{})
		if len(all) != 1 || all[own.Key.No].Name != "Own" {
			t.Errorf("payloads %v, want those of the account alone", all)
		}
		return err
	})
}

// klip makes a Klip over sources and gives its public id.
func (s *setup) klip(who authz.Actor, title string, sources []int64) string {
	s.t.Helper()
	return s.using(who, authz.KlipBuild, asset.Klip, title, sources)
}

func (s *setup) using(who authz.Actor, p authz.Permission, kind asset.Kind, title string, targets []int64) string {
	s.t.Helper()
	c := asset.Content{Tree: map[string]any{"kind": string(kind), "schema": 1, "title": title}, Wires: map[string]int64{}}
	for _, no := range targets {
		slot := id.NewPart()
		c.Refs = append(c.Refs, asset.Ref{Kind: asset.Strong, Name: slot})
		c.Wires[slot] = no
		c.Tree[slot] = "used"
	}
	var public string
	s.inAccount(who.Account, func(tx *db.Tx) error {
		a, err := s.assets.Create(s.t.Context(), tx, who, p, kind, title, c)
		if err == nil {
			public = s.assets.PublicID(a.Key)
		}
		return err
	})
	return public
}

func TestUsedBy(t *testing.T) {
	s := newSetup(t)
	ctx := t.Context()
	admin, editor := s.Actor(s.Agency, s.Agency.Admin), s.Actor(s.Agency, s.Agency.Editor)
	src, unused := s.source(editor, "Orders", orders), s.source(editor, "Unused", orders)
	mine, theirs := s.klip(editor, "Mine", []int64{src.Key.No}), s.klip(admin, "Theirs", []int64{src.Key.No})
	number := func(public string) int64 {
		no, err := s.assets.Resolve(admin.Account, public)
		if err != nil {
			t.Fatal(err)
		}
		return no
	}
	both := s.using(editor, authz.TabBuild, asset.Dashboard, "Sales", []int64{number(mine), number(theirs)})
	got, err := s.UsedBy(ctx, editor, src.ID)
	want := &datasource.UsedBy{Klips: []datasource.Ref{{ID: mine, Title: "Mine"}}, Dashboards: []datasource.Ref{{ID: both, Title: "Sales"}}, Hidden: 1}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Error(err, diff)
	}
	list, _, err := s.List(ctx, editor, datasource.Filter{}, page.Request{})
	if err != nil || len(list) != 2 {
		t.Fatal(list, err)
	}
	if list[0].Klips != 2 || list[0].Dashboards != 1 || list[1].Klips != 0 || list[1].ID != unused.ID {
		t.Errorf("list %+v", list)
	}
	wantCode(t, s.Trash(ctx, editor, src.ID, 1, false), "in_use")
	wantCode(t, s.Trash(ctx, editor, unused.ID, 7, false), "version_conflict")
	if err := s.Trash(ctx, editor, unused.ID, 1, false); err != nil {
		t.Fatal(err)
	}
	_, err = s.Get(ctx, editor, unused.ID)
	wantCode(t, err, "not_found")
	s.inAccount(editor.Account, func(tx *db.Tx) error {
		all, err := s.Payloads(ctx, tx, editor, []int64{src.Key.No, unused.Key.No}, datasource.Choices{})
		if len(all) != 1 {
			t.Errorf("a source in the bin still has a payload: %v", all)
		}
		return err
	})
}

func TestDownloadGivesTheFileAsItCame(t *testing.T) {
	s := newSetup(t)
	ctx, who := t.Context(), s.Actor(s.Agency, s.Agency.Editor)
	first := s.source(who, "Orders", orders)
	up := s.upload(who, "Büro.csv", orders)
	second, err := s.Create(ctx, who, datasource.Draft{Name: "Again", Upload: up.ID})
	if err != nil {
		t.Fatal(err)
	}
	for public, name := range map[string]string{first.ID: "orders.csv", second.ID: "Büro.csv"} {
		f, err := s.Download(ctx, who, public)
		if err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(f)
		if err := errors.Join(err, f.Close()); err != nil || string(got) != orders || f.Name != name || f.Bytes != int64(len(orders)) {
			t.Errorf("%s: %q, %v", f.Name, got, err)
		}
	}
}

func TestPreview(t *testing.T) {
	s := newSetup(t)
	ctx, who := t.Context(), s.Actor(s.Agency, s.Agency.Editor)
	var csv strings.Builder
	csv.WriteString("n\n")
	for i := range 300 {
		fmt.Fprintln(&csv, i)
	}
	src := s.source(who, "Numbers", csv.String())
	for limit, want := range map[int]int{0: datasource.MaxPreview, 5: 5, 1000: datasource.MaxPreview} {
		sheets, err := s.Preview(ctx, who, src.ID, "", limit)
		if err != nil || len(sheets) != 1 || len(sheets[0].Preview) != want || sheets[0].Rows != 300 {
			t.Errorf("limit %d: %d rows, %v", limit, len(sheets[0].Preview), err)
		}
	}
	_, err := s.Preview(ctx, who, src.ID, "Nowhere", 0)
	wantCode(t, err, "unknown_sheet")
}

// Equal files of two clients are one payload of the family, and of no other.
func TestPayloadsAreSharedWithinTheFamily(t *testing.T) {
	s := newSetup(t)
	a := s.source(s.Actor(s.Solstice, s.Solstice.Editor), "Orders", orders)
	b := s.source(s.Actor(s.Fjord, s.Fjord.Editor), "Bestellungen", orders)
	var hashes []string
	for account, no := range map[id.Account]int64{s.Solstice.ID: a.Key.No, s.Fjord.ID: b.Key.No} {
		s.inAccount(account, func(tx *db.Tx) error {
			all, err := s.Payloads(context.Background(), tx, authz.Actor{Account: account}, []int64{no}, datasource.Choices{})
			hashes = append(hashes, fmt.Sprintf("%d %x", all[no].ID, all[no].Hash))
			return err
		})
	}
	if hashes[0] != hashes[1] {
		t.Errorf("payloads %v, want one", hashes)
	}
	if files := s.files("families/"); len(files) != 2 {
		t.Errorf("files %v, want columns and file once", files)
	}
}
