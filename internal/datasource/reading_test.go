package datasource_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"octavo/internal/authz"
	"octavo/internal/datasource"
	"octavo/internal/db"
	"octavo/internal/errs"
	"octavo/internal/format"
	"octavo/internal/id"
	"octavo/internal/job"
)

// newResting is a setup whose files nobody reads until hire is called.
func newResting(t *testing.T) (s *setup, hire func()) {
	var wake func()
	s = newSetupWith(t, func(_ *setup, c *datasource.Config) { wake, c.Wake = c.Wake, nil })
	return s, func() { wake() }
}

// sends sends a file, which nobody has read yet.
func (s *setup) sends(who authz.Actor, name, text string) id.Upload {
	s.t.Helper()
	up, err := s.Receive(s.t.Context(), who, name, "", strings.NewReader(text))
	if err != nil || up.State != datasource.UploadReading {
		s.t.Fatalf("%+v, %v", up, err)
	}
	return up.ID
}

// isState looks at an upload without waiting.
func (s *setup) isState(who authz.Actor, upload id.Upload, want datasource.UploadState, code string) {
	s.t.Helper()
	up, err := s.Await(s.t.Context(), who, upload, 0)
	if err != nil || up.State != want {
		s.t.Fatalf("%+v, %v; want %s", up, err, want)
	}
	if (code == "") != (up.Problem == nil) || code != "" && up.Problem.Code != code {
		s.t.Errorf("the problem is %v, want %q", up.Problem, code)
	}
}

// reading is the job that reads a file, the newest one.
func (s *setup) reading() job.Job {
	s.t.Helper()
	jobs, err := job.NewBoard(s.DB).List(s.t.Context(), "", 20)
	if err != nil {
		s.t.Fatal(err)
	}
	for _, j := range jobs {
		if j.Kind == "upload.read" {
			return j
		}
	}
	s.t.Fatal("there is no job that reads a file")
	return job.Job{}
}

// TestUploadsWaitForTheirJob: what is not read yet is no source, and whoever waits is told at once.
func TestUploadsWaitForTheirJob(t *testing.T) {
	s, hire := newResting(t)
	ctx, who := t.Context(), s.Actor(s.Agency, s.Agency.Editor)
	up, bad := s.sends(who, "orders.csv", orders), s.sends(who, "broken.json", `[{"a":1},`)
	s.isState(who, up, datasource.UploadReading, "")
	_, err := s.Create(ctx, who, datasource.Draft{Name: "Orders", Upload: up})
	wantCode(t, err, "upload_reading")
	if _, err := s.Await(ctx, s.Actor(s.Agency, s.Agency.Admin), up, 0); !errs.Is(err, "unknown_upload") {
		t.Errorf("a colleague sees it: %v", err)
	}
	given, cancel := context.WithTimeout(ctx, 20*time.Millisecond)
	defer cancel()
	if _, err := s.Await(given, who, up, patience); err == nil {
		t.Error("who has left waits on")
	}
	hire()
	if got, err := s.read(who, up); err != nil || len(got.Schema.Sheets) != 1 || len(got.Schema.Sheets[0].Preview) != 3 {
		t.Fatalf("%+v, %v", got, err)
	}
	if _, err := s.read(who, bad); !errs.Is(err, "format_mismatch") {
		t.Errorf("%v", err)
	}
	_, err = s.Create(ctx, who, datasource.Draft{Name: "Broken", Upload: bad})
	wantCode(t, err, "format_mismatch")
	wantCode(t, s.Reread(ctx, who, bad, format.Options{}), "format_mismatch") // its file is gone
	src, err := s.Create(ctx, who, datasource.Draft{Name: "Orders", Upload: up})
	if err != nil {
		t.Fatal(err)
	}
	_, err = s.replace(who, src.ID, bad)
	wantCode(t, err, "format_mismatch")
	s.only(2)
}

// TestAReadingIsAskedForAgain: until other options are read the reading before holds; a source that reads in its own way
// says that it waits, and finds the reading when it is asked again.
func TestAReadingIsAskedForAgain(t *testing.T) {
	s, hire := newResting(t)
	ctx, who := t.Context(), s.Actor(s.Agency, s.Agency.Editor)
	here := func(name, text string) id.Upload {
		t.Helper()
		up, err := s.ReadHere(ctx, who, name, "", strings.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		return up.ID
	}
	first := here("a.csv", "a;b\n1;2\n")
	if err := s.Reread(ctx, who, first, format.Options{Delimiter: ","}); err != nil {
		t.Fatal(err)
	}
	s.isState(who, first, datasource.UploadReading, "")
	_, err := s.Create(ctx, who, datasource.Draft{Name: "Two columns", Upload: first})
	wantCode(t, err, "upload_reading") // nobody wants the reading before
	hire()
	if _, err := s.read(who, first); err != nil {
		t.Fatal(err)
	}
	one, err := s.Create(ctx, who, datasource.Draft{Name: "One column", Upload: first})
	if err != nil || one.Columns != 1 {
		t.Fatalf("%+v, %v", one, err)
	}
	next := here("b.csv", "a;b\n3;4\n5;6\n")
	_, err = s.ReplacePayload(ctx, who, one.ID, next, 0)
	wantCode(t, err, "upload_reading")
	hire()
	if _, err := s.read(who, next); err != nil {
		t.Fatal(err)
	}
	if got, err := s.ReplacePayload(ctx, who, one.ID, next, 0); err != nil || got.Columns != 1 || got.Rows != 2 {
		t.Errorf("asked again: %+v, %v", got, err)
	}
	wrong := here("c.json", `[{"a":1}]`)
	_, err = s.ReplacePayload(ctx, who, one.ID, wrong, 0)
	wantCode(t, err, "upload_reading")
	hire()
	if _, err := s.read(who, wrong); !errs.Is(err, "format_mismatch") {
		t.Errorf("%v", err)
	}
	_, err = s.ReplacePayload(ctx, who, one.ID, wrong, 0)
	wantCode(t, err, "format_mismatch")
	if src, err := s.Create(ctx, who, datasource.Draft{Name: "JSON", Upload: wrong}); err != nil || src.Format != "json" {
		t.Errorf("the reading before stays: %+v, %v", src, err)
	}
}

// TestOptionsThatCannotBeReadLoseNoFile: what is wrong with options is not wrong with the file.
func TestOptionsThatCannotBeReadLoseNoFile(t *testing.T) {
	s, hire := newResting(t)
	ctx, who := t.Context(), s.Actor(s.Agency, s.Agency.Editor)
	first, wrong := s.sends(who, "a.csv", "a;b\n1;2\n"), s.sends(who, "a.csv", "\x89PNG\r\n\x1a\n of no use")
	if err := s.Reread(ctx, who, first, format.Options{Encoding: "no-such"}); err != nil { // before it was read at all
		t.Fatal(err)
	}
	hire()
	if up, err := s.read(who, first); err == nil {
		t.Fatalf("%+v is read with no such encoding", up)
	}
	if err := s.Reread(ctx, who, first, format.Options{}); err != nil {
		t.Fatal(err)
	}
	hire()
	if up, err := s.read(who, first); err != nil || up.State != datasource.UploadRead || len(up.Schema.Sheets[0].Columns) != 2 {
		t.Fatalf("%+v, %v", up, err)
	}
	_, why := s.read(who, wrong)
	if err := s.Reread(ctx, who, wrong, format.Options{Delimiter: ","}); why == nil || err == nil || err.Error() != why.Error() {
		t.Errorf("a file that is gone: %v, want %v", err, why)
	}
}

// TestReadingsThatEndWithoutAWord: a job that was cancelled or given up says so, and can be done after all.
func TestReadingsThatEndWithoutAWord(t *testing.T) {
	s, hire := newResting(t)
	ctx, who := t.Context(), s.Actor(s.Agency, s.Agency.Editor)
	up := s.sends(who, "orders.csv", orders)
	board, reading := job.NewBoard(s.DB), s.reading()
	if err := board.Cancel(ctx, reading.ID); err != nil {
		t.Fatal(err)
	}
	s.isState(who, up, datasource.UploadFailed, "upload_cancelled")
	_, err := s.Create(ctx, who, datasource.Draft{Name: "Orders", Upload: up})
	wantCode(t, err, "upload_cancelled")
	err = s.DB.Tx(ctx, db.System(), func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, `UPDATE jobs SET state = 'dead' WHERE id = :id`, db.Args{"id": reading.ID})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	s.isState(who, up, datasource.UploadFailed, "upload_given_up")
	if err := board.Retry(ctx, reading.ID); err != nil {
		t.Fatal(err)
	}
	s.isState(who, up, datasource.UploadReading, "")
	hire()
	if _, err := s.read(who, up); err != nil {
		t.Fatal(err)
	}
	if err := s.Reread(ctx, who, up, format.Options{}); err != nil {
		t.Fatal(err)
	}
	// A swept upload leaves a job that has nothing to do.
	s.inAccount(who.Account, func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, `DELETE FROM uploads WHERE account_id = :account`, nil)
		return err
	})
	hire()
	for end := time.Now().Add(patience); s.reading().State != job.Done; time.Sleep(2 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("%+v", s.reading())
		}
	}
}

// TestAServerThatStopsAnswersWhoWaits: the next one reads the file.
func TestAServerThatStopsAnswersWhoWaits(t *testing.T) {
	s, _ := newResting(t)
	who := s.Actor(s.Agency, s.Agency.Editor)
	up := s.sends(who, "orders.csv", orders)
	given, cancel := context.WithTimeout(t.Context(), patience/2)
	defer cancel()
	time.AfterFunc(20*time.Millisecond, s.EndWaits)
	if got, err := s.Await(given, who, up, patience); err != nil || got.State != datasource.UploadReading {
		t.Errorf("%+v, %v", got, err)
	}
}
