package account

import (
	"context"
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"octavo/internal/authz"
	"octavo/internal/clock"
	"octavo/internal/db"
	"octavo/internal/errs"
	"octavo/internal/sheettext"
)

// noLimit is what a cell says for a limit that is none.
const noLimit = "unlimited"

// Columns that a file of clients may have; the export has them all, and more behind them.
var csvColumns = []string{"name", "display_name", "address", "description", "status", "tags", "external_id",
	"seats", "dashboards", "private_links", "api_calls"}

var csvFacts = []string{"seats_used", "dashboards_used", "trial_ends_at", "last_sign_in_at", "created_at"}

// maxExport is more clients than an agency has.
const maxExport = 20_000

// ExportClients writes the clients of a filter as CSV, in the order of the list. Codes not_found, bad_sort.
func (s *Service) ExportClients(ctx context.Context, who authz.Actor, f Filter, w io.Writer) error {
	grant, err := s.seeGrant(ctx, who)
	if err != nil {
		return err
	}
	by, descending, err := f.order()
	if err != nil {
		return err
	}
	var rows []*Listed
	err = s.db.Read(ctx, db.Across(grant), func(tx *db.Tx) error {
		args := f.args(tx.Now)
		args["first"], args["key"], args["id"], args["rows"] = true, "", "", maxExport
		rows, err = listedMatching(ctx, tx, by.after(descending), args)
		return err
	})
	if err != nil {
		return err
	}
	out := csv.NewWriter(w)
	_ = out.Write(slices.Concat(csvColumns, csvFacts)) // Error tells below
	for _, l := range rows {
		_ = out.Write(record(l))
	}
	out.Flush()
	return out.Error()
}

func record(l *Listed) []string {
	cells := []string{l.Name, l.DisplayName, l.Slug, l.Description, string(l.Status), strings.Join(l.Tags, "; "), l.ExternalID}
	limits := l.Limits()
	for _, r := range Resources {
		cell := noLimit
		if n := limits.Of(r); n != Unlimited {
			cell = number(n)
		}
		cells = append(cells, cell)
	}
	cells = append(cells, number(l.SeatsUsed), number(l.DashboardsUsed), when(l.TrialEndsAt), when(instant(&l.LastSignIn)), when(l.CreatedAt))
	for i, cell := range cells {
		cells[i] = sheettext.Harmless(cell)
	}
	return cells
}

func when(t time.Time) string {
	if t.IsZero() || clock.Millis(t) == 0 {
		return ""
	}
	return t.Format(time.RFC3339)
}

// CSVLine is one line of a file of clients and what becomes of it.
type CSVLine struct {
	Line    int // in the file, from 1; the heads are on 1
	Name    string
	Client  *Account    // as it is, or would be, made
	Problem *errs.Error // what stands in the way
}

// ImportClients adds the clients of a CSV file: all of them or none. With check it only says what
// would become of each line. A file names no groups, so only administrators add by one: nobody makes a client that
// they do not see. Codes permission_denied, own_group_required, bad_csv, bad_csv_column, too_many_clients, pool_exhausted;
// without check bulk_blocked, when something stands in the way of one line.
func (s *Service) ImportClients(ctx context.Context, who authz.Actor, text string, check bool) ([]CSVLine, error) {
	if err := mayBuild(who); err != nil {
		return nil, err
	}
	lines, drafts, err := readCSV(text)
	if err != nil {
		return nil, err
	}
	var out []CSVLine
	err = s.db.Tx(ctx, db.System(), func(tx *db.Tx) error {
		home, err := atHome(ctx, tx, who, inSystem(who))
		if err != nil {
			return err
		}
		if !home.IsAdmin() {
			return errs.New(errs.Invalid, "own_group_required", "Only administrators add clients by a file. Add them one by one, each with a group that you are in.").
				WithField("csv")
		}
		out = slices.Clone(lines)
		var parent *Account
		var more []Resource // that lines take without a limit
		blocked := 0
		for i, draft := range drafts {
			if out[i].Problem == nil {
				a, p, err := s.insertClient(ctx, tx, who, draft)
				problem := (*errs.Error)(nil)
				if errors.As(err, &problem) {
					out[i].Problem, err = problem, nil
				}
				if err != nil {
					return err
				}
				if out[i].Client = a; p != nil {
					parent, more = p, append(more, endless(Limits{}, a.Limits())...)
				}
			}
			if out[i].Problem != nil {
				blocked++
			}
		}
		if parent != nil {
			if err := s.recount(ctx, tx, db.Args{"family": who.Account.Family()}, parent, more); err != nil {
				return err
			}
		}
		switch {
		case check:
			return errChecked
		case blocked > 0:
			return errs.Newf(errs.Conflict, "bulk_blocked", "%d of these clients cannot be changed so. Nothing was changed.", blocked).
				WithParams(map[string]any{"count": blocked})
		}
		return nil
	})
	switch {
	case errors.Is(err, errChecked):
		err = nil
	case db.IsUnique(err): // somebody took an address at the same moment
		err = slugTaken("another")
	}
	if err != nil {
		return nil, err
	}
	return out, nil
}

// readCSV turns the lines of a file into drafts; a line that is wrong carries its problem.
func readCSV(text string) ([]CSVLine, []Draft, error) {
	r := csv.NewReader(strings.NewReader(strings.TrimPrefix(text, "\ufeff")))
	r.FieldsPerRecord, r.TrimLeadingSpace = -1, true
	if first, _, _ := strings.Cut(text, "\n"); strings.Count(first, ";") > strings.Count(first, ",") {
		r.Comma = ';'
	}
	heads, err := r.Read()
	if err != nil {
		return nil, nil, badCSV(err)
	}
	for i, head := range heads {
		heads[i] = strings.ReplaceAll(strings.ToLower(strings.TrimSpace(head)), " ", "_")
		if !slices.Contains(csvColumns, heads[i]) && !slices.Contains(csvFacts, heads[i]) {
			return nil, nil, errs.Newf(errs.Invalid, "bad_csv_column", "There is no column %s. Known are %s.", head, strings.Join(csvColumns, ", ")).
				WithField("csv").WithParams(map[string]any{"column": head, "columns": strings.Join(csvColumns, ", ")})
		}
	}
	if !slices.Contains(heads, "name") {
		return nil, nil, errs.Newf(errs.Invalid, "bad_csv_column", "There is no column %s. Known are %s.", "name", strings.Join(csvColumns, ", ")).
			WithField("csv").WithParams(map[string]any{"column": "name", "columns": strings.Join(csvColumns, ", ")})
	}
	var lines []CSVLine
	var drafts []Draft
	for {
		cells, err := r.Read()
		if errors.Is(err, io.EOF) {
			return lines, drafts, nil
		}
		if err != nil {
			return nil, nil, badCSV(err)
		}
		line, _ := r.FieldPos(0)
		if len(lines) == MaxBulk {
			return nil, nil, errs.Newf(errs.Invalid, "too_many_clients", "At most %d clients are changed at once.", MaxBulk).
				WithField("csv").WithParams(map[string]any{"limit": MaxBulk})
		}
		draft, problem := draftOf(heads, cells)
		lines = append(lines, CSVLine{Line: line, Name: draft.Name, Problem: problem})
		drafts = append(drafts, draft)
	}
}

func badCSV(err error) error {
	line := 1
	if at := (*csv.ParseError)(nil); errors.As(err, &at) {
		line = at.Line
	}
	return errs.Newf(errs.Invalid, "bad_csv", "Line %d is not CSV.", line).WithField("csv").WithParams(map[string]any{"line": line}).WithCause(err)
}

// draftOf reads one line. An apostrophe that an export put before a cell is taken away.
func draftOf(heads, cells []string) (Draft, *errs.Error) {
	var d Draft
	limits := map[Resource]int64{}
	for i, head := range heads {
		if i >= len(cells) {
			break
		}
		cell := sheettext.Plain(strings.TrimSpace(cells[i]))
		switch head {
		case "name":
			d.Name = cell
		case "display_name":
			d.DisplayName = cell
		case "address":
			d.Slug = cell
		case "description":
			d.Description = cell
		case "status":
			d.Status = Status(strings.ToLower(cell))
		case "external_id":
			d.ExternalID = cell
		case "tags":
			if cell != "" {
				d.Tags = strings.FieldsFunc(cell, func(r rune) bool { return r == ';' || r == ',' })
			}
		default:
			if r := Resource(head); cell != "" && slices.Contains(Resources, r) {
				n, err := limitOf(cell)
				if err != nil {
					return d, errs.Newf(errs.Invalid, "bad_limit", "A limit is a number from 0 to %d, or -1 for none.", int64(maxLimit)).
						WithField(head).WithParams(map[string]any{"limit": int64(maxLimit)})
				}
				limits[r] = n
			}
		}
	}
	d.partial = limits
	checked, err := d.check(Client)
	if problem := (*errs.Error)(nil); errors.As(err, &problem) {
		return d, problem
	}
	return checked, nil
}

func limitOf(cell string) (int64, error) {
	if strings.EqualFold(cell, noLimit) {
		return Unlimited, nil
	}
	return strconv.ParseInt(cell, 10, 64)
}
