package snapshot_test

import (
	"bytes"
	"image/png"
	"io/fs"
	"log/slog"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"octavo/internal/account"
	"octavo/internal/asset"
	"octavo/internal/authz"
	"octavo/internal/blob"
	"octavo/internal/dashboard"
	"octavo/internal/datasource"
	"octavo/internal/db"
	"octavo/internal/db/dbtest"
	"octavo/internal/draw"
	"octavo/internal/errs"
	"octavo/internal/fixture"
	"octavo/internal/id"
	"octavo/internal/installation"
	"octavo/internal/klip"
	"octavo/internal/snapshot"
	"octavo/web"
)

// engine is one for all tests.
var engine = sync.OnceValues(func() (*draw.Engine, error) {
	build, err := fs.Sub(web.Build, "build/draw")
	if err != nil {
		return nil, err
	}
	return draw.New(build, draw.Config{})
})

// world is a family with a data source and dashboards over a real database and files.
type world struct {
	*fixture.Family
	*snapshot.Service
	t          *testing.T
	assets     *asset.Service
	sources    *datasource.Service
	klips      *klip.Service
	dashboards *dashboard.Service
	admin      authz.Actor
	viewer     authz.Actor
	source     string
}

func newWorld(t *testing.T) *world {
	t.Helper()
	t.Parallel()
	d := dbtest.Open(t)
	keys, err := installation.Load(t.Context(), d)
	if err != nil {
		t.Fatal(err)
	}
	e, err := engine()
	if err != nil {
		t.Fatal(err)
	}
	blobs, err := blob.Open(t.Context(), "file://"+filepath.ToSlash(t.TempDir()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = blobs.Close() })
	ids := id.NewMaker(d.Clock())
	w := &world{t: t, Family: fixture.New(t, d), assets: asset.New(ids, keys.IDs)}
	w.sources = datasource.New(slog.New(slog.DiscardHandler), d, w.assets, blobs, ids, datasource.Config{TempDir: t.TempDir()})
	w.klips = klip.New(klip.Config{DB: d, Assets: w.assets, Sources: w.sources})
	w.dashboards = dashboard.New(d, w.assets)
	w.Service = snapshot.New(snapshot.Config{
		Clock: d.Clock(), Accounts: account.New(d), Dashboards: w.dashboards, Klips: w.klips, Engine: e,
	})
	w.admin, w.viewer = w.Actor(w.Agency, w.Agency.Admin), w.Actor(w.Agency, w.Agency.Viewer)
	w.source = w.upload("Region,Units\nNorth,4\nSouth,7\nŁódź,9\n")
	return w
}

func (w *world) upload(csv string) string {
	w.t.Helper()
	up, err := w.sources.ReadHere(w.t.Context(), w.admin, "orders.csv", "text/csv", strings.NewReader(csv))
	if err != nil {
		w.t.Fatal(err)
	}
	src, err := w.sources.Create(w.t.Context(), w.admin, datasource.Draft{Name: "Orders", Upload: up.ID})
	if err != nil {
		w.t.Fatal(err)
	}
	return src.ID
}

// table makes a Klip with a table of one column.
func (w *world) table(title, formula string) string {
	w.t.Helper()
	column := map[string]any{
		"id": "baaaaaaaaa", "type": "table_column", "displayName": "Region", "formulas": []any{map[string]any{"text": formula}},
	}
	k, err := w.klips.Create(w.t.Context(), w.admin, map[string]any{
		"title": title, "workspace": map[string]any{"datasources": []any{w.source}},
		"components": []any{map[string]any{"id": "aaaaaaaaaa", "type": "table", "components": []any{column}}},
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return k.ID
}

// dashboard puts Klips one below the other.
func (w *world) dashboard(title string, klips ...string) string {
	w.t.Helper()
	placements := []any{}
	for i, k := range klips {
		placements = append(placements, map[string]any{"klip": k, "x": 0.0, "y": float64(i * 8), "w": 6.0, "h": 8.0})
	}
	d, err := w.dashboards.Create(w.t.Context(), w.admin, map[string]any{"title": title, "placements": placements})
	if err != nil {
		w.t.Fatal(err)
	}
	return d.ID
}

// trash puts a Klip into the bin although a dashboard shows it.
func (w *world) trash(public string) {
	w.t.Helper()
	no, err := w.assets.Resolve(w.admin.Account, public)
	if err != nil {
		w.t.Fatal(err)
	}
	err = w.DB.Tx(w.t.Context(), db.Account(w.admin.Account), func(tx *db.Tx) error {
		_, err := tx.Exec(w.t.Context(), `UPDATE assets SET deleted_at = :now WHERE account_id = :account AND no = :no`, db.Args{"no": no, "now": tx.Now})
		return err
	})
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) make(who authz.Actor, public string, format snapshot.Format) *snapshot.Snapshot {
	w.t.Helper()
	s, err := w.Make(w.t.Context(), who, public, format, snapshot.Light)
	if err != nil {
		w.t.Fatal(err)
	}
	return s
}

// text is what can be read in the PDF of a dashboard.
func (w *world) text(s *snapshot.Snapshot) string {
	w.t.Helper()
	var pdf bytes.Buffer
	if err := s.Write(&pdf); err != nil {
		w.t.Fatal(err)
	}
	cmd := exec.CommandContext(w.t.Context(), "pdftotext", "-layout", "-", "-")
	cmd.Stdin = &pdf
	out, err := cmd.Output()
	if err != nil {
		w.t.Fatal(err)
	}
	return strings.Join(strings.Fields(string(out)), " ")
}

func (w *world) wants(text string, parts ...string) {
	w.t.Helper()
	for _, p := range parts {
		if !strings.Contains(text, p) {
			w.t.Errorf("the snapshot does not say %q:\n%s", p, text)
		}
	}
}

func TestSnapshotShowsWhatTheActorSees(t *testing.T) {
	w := newWorld(t)
	regions := w.table("Regions", `@Region`)
	public := w.dashboard("Trading", regions)
	at := w.DB.Clock().Now().UTC().Format("2 Jan 2006, 15:04")
	s := w.make(w.admin, public, snapshot.PDF)
	if len(s.Faults) > 0 || s.Title != "Trading" {
		t.Errorf("%s has faults %v", s.Title, s.Faults)
	}
	agency, err := w.Accounts.ByID(t.Context(), w.admin.Account)
	if err != nil {
		t.Fatal(err)
	}
	w.wants(w.text(s), "Trading Data as of "+at, "Regions", "North", "Łódź", "Prepared by "+agency.Display(), "Times are those of UTC.")

	var picture bytes.Buffer
	if err := w.make(w.admin, public, snapshot.PNG).Write(&picture); err != nil {
		t.Fatal(err)
	}
	img, err := png.Decode(&picture)
	if err != nil {
		t.Fatal(err)
	}
	if b := img.Bounds(); b.Dx() != 2880 || b.Dy() < 400 {
		t.Errorf("the picture is %v", b)
	}
}

func TestEmptyDashboardIsNotBlank(t *testing.T) {
	w := newWorld(t)
	w.wants(w.text(w.make(w.admin, w.dashboard("Empty"), snapshot.PDF)), "Empty As of ", "Nothing is on this dashboard yet.")
}

func TestKlipsInErrorAreCardsWithTheReason(t *testing.T) {
	w := newWorld(t)
	good, broken, gone := w.table("Regions", `@Region`), w.table("Broken", `SUMM(@Units)`), w.table("Gone", `@Units`)
	public := w.dashboard("Trading", good, broken, gone)
	w.trash(gone)
	s := w.make(w.admin, public, snapshot.PDF)
	if len(s.Faults) != 2 || s.Faults[0].Klip != broken || s.Faults[0].Name != "Broken" || s.Faults[1].Klip != gone {
		t.Fatalf("faults %+v", s.Faults)
	}
	cards := 0
	for _, page := range s.Board.Pages {
		cards += len(page.Cards)
	}
	text := w.text(s)
	if cards != 3 {
		t.Errorf("%d cards", cards)
	}
	w.wants(text, "North", "Broken", strings.Fields(s.Faults[0].Message)[0], "This Klip was deleted.")
}

func TestSnapshotsNeedTheRightToSee(t *testing.T) {
	w := newWorld(t)
	public := w.dashboard("Trading", w.table("Regions", `@Region`))
	for name, who := range map[string]authz.Actor{"a viewer without a share": w.viewer, "a visitor of a client": w.Visitor(w.Solstice)} {
		if _, err := w.Make(t.Context(), who, public, snapshot.PDF, snapshot.Light); errs.KindOf(err) != errs.NotFound {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := w.Make(t.Context(), w.admin, w.table("A Klip", `1`), snapshot.PDF, snapshot.Light); errs.KindOf(err) != errs.NotFound {
		t.Errorf("a Klip as a dashboard: %v", err)
	}
}

func TestThemesAndFormats(t *testing.T) {
	w := newWorld(t)
	public := w.dashboard("Trading", w.table("Regions", `@Region`))
	for _, format := range []snapshot.Format{snapshot.PDF, snapshot.PNG} {
		var backgrounds []string
		for _, theme := range []snapshot.Theme{snapshot.Light, snapshot.Dark} {
			s, err := w.Make(t.Context(), w.admin, public, format, theme)
			if err != nil {
				t.Fatal(err)
			}
			backgrounds = append(backgrounds, s.Board.Pages[0].Background)
		}
		if backgrounds[0] == backgrounds[1] {
			t.Errorf("%s is %v in both themes", format, backgrounds)
		}
	}
	s := w.make(w.admin, public, "gif")
	if err := s.Write(&bytes.Buffer{}); err == nil || !strings.Contains(err.Error(), "gif") {
		t.Errorf("an unknown format: %v", err)
	}
}

func TestVeryTallPictureIsLessFine(t *testing.T) {
	w := newWorld(t)
	s := w.make(w.admin, w.dashboard("Tall", w.table("Regions", `@Region`)), snapshot.PNG)
	for height, want := range map[float64]int{1000: 2880, 12_000: 1440} {
		s.Board.Pages[0].Height = height
		var out bytes.Buffer
		if err := s.Write(&out); err != nil {
			t.Fatal(err)
		}
		if c, err := png.DecodeConfig(&out); err != nil || c.Width != want {
			t.Errorf("%g pixels tall it is %d dots wide, want %d, %v", height, c.Width, want, err)
		}
	}
	s.Board.Pages[0].Height = 60_000
	if err := s.Write(&bytes.Buffer{}); err == nil || !strings.Contains(err.Error(), "a PDF can") {
		t.Errorf("60,000 pixels: %v", err)
	}
}

// TestSnapshotsRunBesideEachOther is for the race detector.
func TestSnapshotsRunBesideEachOther(t *testing.T) {
	w := newWorld(t)
	public := w.dashboard("Trading", w.table("Regions", `@Region`), w.table("Units", `@Units`))
	var files [4]bytes.Buffer
	var wait sync.WaitGroup
	for i := range files {
		wait.Go(func() {
			s, err := w.Make(t.Context(), w.admin, public, snapshot.PDF, snapshot.Light)
			if err == nil {
				err = s.Write(&files[i])
			}
			if err != nil {
				t.Error(err)
			}
		})
	}
	wait.Wait()
	for i := range files {
		if !bytes.Equal(files[i].Bytes(), files[0].Bytes()) {
			t.Errorf("snapshot %d differs from the first", i)
		}
	}
}
