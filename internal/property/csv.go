package property

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strings"

	"octavo/internal/audit"
	"octavo/internal/authz"
	"octavo/internal/db"
	"octavo/internal/errs"
	"octavo/internal/page"
	"octavo/internal/sheettext"
)

// clientColumn heads the column of addresses, nameColumn the one of names, which is for
// people only. No property can have a name with a space.
const (
	clientColumn = "client address"
	nameColumn   = "client name"
)

// Export writes the grid as a CSV file. Secrets are left out. Texts that a spreadsheet
// would take for a formula get an apostrophe in front, which Read takes away. Code not_found.
func (s *Service) Export(ctx context.Context, who authz.Actor, f GridFilter) ([]byte, error) {
	var out bytes.Buffer
	w := csv.NewWriter(&out)
	var names []string
	req := page.Request{Limit: maxGridRows}
	for first := true; ; first = false {
		g, next, err := s.Grid(ctx, who, f, req)
		if err != nil {
			return nil, err
		}
		if first {
			names = g.columns()
			if err := w.Write(append([]string{clientColumn, nameColumn}, names...)); err != nil {
				return nil, err
			}
		}
		for _, r := range g.Rows {
			if err := w.Write(r.line(names)); err != nil {
				return nil, err
			}
		}
		if next == nil {
			break
		}
		req.After = next
	}
	w.Flush()
	if w.Error() != nil {
		return nil, w.Error()
	}
	return out.Bytes(), s.db.Tx(ctx, db.Account(who.Account), func(tx *db.Tx) error {
		return audit.Record(ctx, tx, who, audit.Line{Action: "property.exported"})
	})
}

// columns are the names of the grid that are no secrets, in its order.
func (g *Grid) columns() []string {
	var names []string
	for _, d := range g.Declared {
		if d.Type != Secret {
			names = append(names, d.Name)
		}
	}
	return append(names, g.Others...)
}

func (r Row) line(names []string) []string {
	out := []string{r.Slug, sheettext.Harmless(r.Name)}
	for _, name := range names {
		text := ""
		for _, c := range r.Cells {
			if c.Name == name && c.Type != Secret {
				text = c.Value
				if c.Type != Number {
					text = sheettext.Harmless(text)
				}
			}
		}
		out = append(out, text)
	}
	return out
}

// Read turns a CSV file with a column of addresses into cells that differ from what is
// there, and changes nothing: SetCells does. Codes not_found, csv_unreadable with the
// line, csv_no_client, csv_column_twice and those of CheckName.
func (s *Service) Read(ctx context.Context, who authz.Actor, file io.Reader) ([]Cell, error) {
	grant, err := s.clientGrant(ctx, who, false, everyClient)
	if err != nil {
		return nil, err
	}
	lines, err := readCSV(file)
	if err != nil {
		return nil, err
	}
	now := map[string]map[string]Property{}
	err = s.db.Read(ctx, db.Across(grant), func(tx *db.Tx) error {
		args := GridFilter{}.args()
		args["first"], args["key"], args["id"], args["rows"] = true, "", "", len(grant.Accounts())+1
		rows, err := readGrid(ctx, tx, args)
		for _, r := range rows {
			now[r.Slug] = map[string]Property{}
			for _, p := range r.Cells {
				now[r.Slug][p.Name] = p
			}
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return cellsOf(lines, now)
}

// readCSV reads a whole file; a mark of the byte order at its beginning is passed over.
func readCSV(file io.Reader) ([][]string, error) {
	content, err := io.ReadAll(file)
	if err != nil {
		return nil, err
	}
	r := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(content, []byte("\xef\xbb\xbf"))))
	r.FieldsPerRecord = -1
	if first, _, _ := bytes.Cut(content, []byte("\n")); !bytes.Contains(first, []byte(",")) && bytes.Contains(first, []byte(";")) {
		r.Comma = ';'
	}
	lines, err := r.ReadAll()
	var bad *csv.ParseError
	if errors.As(err, &bad) {
		return nil, errs.Newf(errs.Invalid, "csv_unreadable", "Line %d of the file cannot be read.", bad.Line).
			WithParams(map[string]any{"line": bad.Line})
	}
	return lines, err
}

func cellsOf(lines [][]string, now map[string]map[string]Property) ([]Cell, error) {
	var head []string
	if len(lines) > 0 {
		head = lines[0]
	}
	for i := range head {
		head[i] = strings.TrimSpace(head[i])
	}
	key := slices.Index(head, clientColumn)
	if key < 0 {
		return nil, errs.Newf(errs.Invalid, "csv_no_client", "The first line names no column %s: it holds the address of each client.", clientColumn).
			WithParams(map[string]any{"column": clientColumn})
	}
	for i, name := range head {
		if i == key || name == nameColumn || name == "" {
			continue
		}
		if slices.Contains(head[:i], name) {
			return nil, errs.Newf(errs.Invalid, "csv_column_twice", "The column %s is there twice.", name).WithParams(map[string]any{"column": name})
		}
		if err := CheckName(name); err != nil {
			return nil, err
		}
	}
	var out []Cell
	for _, line := range lines[1:] {
		if key >= len(line) || strings.TrimSpace(line[key]) == "" {
			continue
		}
		slug := strings.TrimSpace(line[key])
		for i, name := range head {
			if i == key || name == nameColumn || name == "" || i >= len(line) {
				continue
			}
			before := now[slug][name]
			if value := sheettext.Plain(line[i]); before.Type != Secret && strings.TrimSpace(value) != before.Value {
				out = append(out, Cell{Client: slug, Name: name, Value: value, Version: before.Version})
			}
		}
	}
	return out, nil
}
