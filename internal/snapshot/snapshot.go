package snapshot

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"octavo/internal/account"
	"octavo/internal/authz"
	"octavo/internal/clock"
	"octavo/internal/dashboard"
	"octavo/internal/datasource"
	"octavo/internal/draw"
	"octavo/internal/errs"
	"octavo/internal/id"
	"octavo/internal/klip"
)

// Format is what a snapshot is written as.
type Format string

// The formats.
const (
	PDF Format = "pdf" // A4 across, as many pages as it takes
	PNG Format = "png" // one tall picture
)

// Theme is light or dark.
type Theme string

// The themes.
const (
	Light Theme = "light"
	Dark  Theme = "dark"
)

// fine is how many dots a pixel of a PNG has to each side; a very tall picture has one.
const fine = 2

// Config is what a Service needs; all of it is required.
type Config struct {
	Clock      clock.Clock
	Accounts   *account.Service
	Dashboards *dashboard.Service
	Klips      *klip.Service
	Engine     *draw.Engine
}

// Service makes snapshots. Safe for concurrent use.
type Service struct{ Config }

// New makes the service.
func New(cfg Config) *Service { return &Service{cfg} }

// Snapshot is a dashboard, drawn and ready to be written.
type Snapshot struct {
	Title  string
	Made   time.Time
	Board  *draw.Board
	Faults []Fault // Klips that are not as they should be, in reading order

	format Format
	fonts  *draw.Fonts
}

// Fault is why a Klip is not, or not wholly, shown.
type Fault struct {
	Klip    string // public id, "" where the place stands for nothing
	Name    string // "" where it is not known
	Message string // as the card says it
}

// Make draws a dashboard as the actor sees it. Codes not_found, newer_schema.
func (s *Service) Make(ctx context.Context, who authz.Actor, public string, format Format, theme Theme) (_ *Snapshot, err error) {
	defer errs.Wrap(&err, "snapshot.Make(%s)", public)
	d, err := s.Dashboards.Get(ctx, who, public)
	if err != nil {
		return nil, err
	}
	all := func(string) bool { return false }
	answers, _, err := s.Klips.DashboardResults(ctx, who, public, klip.Choices{}, all, func(string) bool { return true })
	if err != nil {
		return nil, err
	}
	preparer, err := s.preparer(ctx, who, d)
	if err != nil {
		return nil, err
	}
	out := &Snapshot{Title: d.Name, Made: s.Clock.Now(), format: format, fonts: s.Engine.Fonts}
	in := draw.BoardInput{
		Title: d.Name, Subtitle: asOf(answers, out.Made), Foot: draw.Foot{Left: "Prepared by " + preparer, Right: "Times are those of UTC."},
		Empty: "Nothing is on this dashboard yet.", Theme: string(theme), Paper: "picture",
	}
	if format == PDF {
		in.Paper = "a4"
	}
	for _, p := range d.Placed {
		placed, faults := place(p, answers[p.Klip], newest(answers))
		in.Placed, out.Faults = append(in.Placed, placed), append(out.Faults, faults...)
	}
	out.Board, err = s.Engine.Board(ctx, in)
	return out, err
}

// preparer is who stands behind a dashboard: the agency that made the template, else
// its owner, else the account.
func (s *Service) preparer(ctx context.Context, who authz.Actor, d *dashboard.Dashboard) (string, error) {
	own, err := s.Accounts.ByID(ctx, who.Account)
	if err != nil {
		return "", err
	}
	if own.IsParent() {
		return own.Display(), nil
	}
	if d.Origin != (id.Asset{}) {
		of, err := s.Accounts.ByID(ctx, d.Origin.Account)
		if err == nil || errs.KindOf(err) != errs.NotFound {
			return of.Display(), err
		}
	}
	return cmp.Or(d.OwnerName, own.Display()), nil
}

// place puts a Klip with its answer at its place. Without an answer the Klip was deleted.
func place(p dashboard.Placed, a *klip.Answer, newest int64) (draw.Placed, []Fault) {
	out := draw.Placed{ID: p.ID, X: p.X, Y: p.Y, W: p.W, H: p.H, Auto: p.Auto}
	switch {
	case a == nil:
		out.Notice = "This Klip was deleted."
	case a.Err != nil:
		out.Notice = a.Err.Message
	default:
		out.Result, out.Freshness = a.Result, freshness(a.Sources, newest)
		return out, faultsOf(p.Klip, a.Result)
	}
	return out, []Fault{{Klip: p.Klip, Message: out.Notice}}
}

// faultsOf lists the components that could not be computed.
func faultsOf(public string, r *klip.Result) []Fault {
	var out []Fault
	for _, c := range r.Components {
		if c.Error != nil {
			text := strings.TrimSpace(c.Error.Message + " " + c.Error.Hint)
			out = append(out, Fault{Klip: public, Name: r.Title, Message: text})
		}
	}
	return out
}

// behind is how much older than the newest data of a dashboard the data of a Klip may
// be without a mark.
const behind = 24 * time.Hour

// freshness words that data is gone, not whole, or much older than the rest.
func freshness(sources []klip.SourceState, newest int64) string {
	oldest, half := int64(0), false
	for _, src := range sources {
		half = half || slices.Contains(src.Notes, datasource.NotePartial) || slices.Contains(src.Notes, datasource.NoteTruncated)
		if src.State == klip.StateDeleted {
			if src.DeletedAt == 0 {
				return "Data source deleted"
			}
			return "Data source in the bin"
		}
		if src.RefreshedAt != 0 && (oldest == 0 || src.RefreshedAt < oldest) {
			oldest = src.RefreshedAt
		}
	}
	if half {
		return "Some rows are missing"
	}
	if oldest == 0 || newest-oldest < behind.Milliseconds() {
		return ""
	}
	return "Data from " + time.UnixMilli(oldest).UTC().Format("2 Jan 2006")
}

// newest is when the newest data came, in UTC milliseconds; 0 without data.
func newest(answers map[string]*klip.Answer) int64 {
	out := int64(0)
	for _, a := range answers {
		for _, src := range a.Sources {
			out = max(out, src.RefreshedAt)
		}
	}
	return out
}

// asOf words how new the data is, or without data when the snapshot was made.
func asOf(answers map[string]*klip.Answer, made time.Time) string {
	const form = "2 Jan 2006, 15:04"
	if at := newest(answers); at != 0 {
		return "Data as of " + time.UnixMilli(at).UTC().Format(form)
	}
	return "As of " + made.UTC().Format(form)
}

// Write writes the file.
func (s *Snapshot) Write(w io.Writer) error {
	switch s.format {
	case PDF:
		return s.fonts.WritePDF(w, s.Board, draw.PDFInfo{Title: s.Title, Made: s.Made})
	case PNG:
		page, scale := &s.Board.Pages[0], float64(fine)
		if page.Width*page.Height*scale*scale > draw.MaxDots {
			scale = 1
		}
		return s.fonts.WritePNG(w, page, scale)
	}
	return fmt.Errorf("snapshot: the format %q is not known", s.format)
}
