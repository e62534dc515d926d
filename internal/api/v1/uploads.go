package v1

import (
	"context"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"strconv"
	"time"

	"octavo/internal/authz"
	"octavo/internal/dataset"
	"octavo/internal/datasource"
	"octavo/internal/errs"
	"octavo/internal/format"
	"octavo/internal/id"
)

// maxUploadBody is above every limit that an installation may set for a file: the
// service refuses with a sentence that names its own limit.
const maxUploadBody = 2<<30 + 1<<20

var uploadRoutes = []entry{
	route(Route{ID: "upload", Method: http.MethodPost, Path: "/{account}/uploads", Tag: "uploads", Status: http.StatusCreated,
		MaxBytes: maxUploadBody, ReadTimeout: 30 * time.Minute, Later: stillBeingRead,
		Summary: "Takes a file (the body itself, or the first file of a form), finds out its format and reads it."}, (*Server).upload),
	route(Route{ID: "get-upload", Method: http.MethodGet, Path: "/{account}/uploads/{id}", Tag: "uploads",
		Summary: "Tells what came of the reading of an upload that the caller has sent."}, (*Server).getUpload),
	route(Route{ID: "read-upload-again", Method: http.MethodPut, Path: "/{account}/uploads/{id}/options", Tag: "uploads", Later: stillBeingRead,
		Summary: "Reads an upload again with other options; those that are left out are found out. What fails leaves the reading before it."}, (*Server).readUploadAgain),
}

const stillBeingRead = "The file is still being read: ask for the upload until its state is another one."

// Upload is a file that waits to become a data source. What it holds is that of the last reading that went well.
type Upload struct {
	ID        id.Upload      `json:"id"`
	Name      string         `json:"name" doc:"Of the file."`
	Bytes     int64          `json:"bytes"`
	State     string         `json:"state" enum:"reading,read,failed" doc:"Of the reading that was asked for last."`
	Problem   *Problem       `json:"problem,omitempty" doc:"Why it failed."`
	Format    string         `json:"format,omitempty" enum:"csv,xlsx,json,jsonl,xml,html,parquet" doc:"Absent while the file was never read."`
	Options   FormatOptions  `json:"options" doc:"It was read with."`
	Members   []string       `json:"members" doc:"Files of a ZIP archive; else empty."`
	Paths     []RecordPath   `json:"record_paths" doc:"json, xml: lists that could be the records, the likeliest first."`
	Sheets    []SheetPreview `json:"sheets"`
	Warnings  []string       `json:"warnings" doc:"Sentences for a person."`
	ExpiresAt time.Time      `json:"expires_at"`
}

// RecordPath is a list in a file.
type RecordPath struct {
	Path string `json:"path" doc:"As the option records."`
	Rows int    `json:"rows" doc:"Found at least; 0 = not counted."`
}

// FormatOptions say how a file is read; what is left out is found out or has its default.
type FormatOptions struct {
	Delimiter string   `json:"delimiter,omitempty" maxLength:"4" doc:"csv: one character."`
	Quote     string   `json:"quote,omitempty" maxLength:"4" doc:"csv: one character, or none; by default the double quote."`
	Escape    string   `json:"escape,omitempty" maxLength:"4" doc:"csv: one character before a quote in quotes; by default quotes are doubled."`
	Encoding  string   `json:"encoding,omitempty" maxLength:"50" doc:"csv: IANA name."`
	SkipRows  int      `json:"skip_rows,omitempty" doc:"csv: lines at the start that are no rows."`
	Footer    int      `json:"skip_footer_rows,omitempty" doc:"csv: rows at the end that are left out."`
	SkipEmpty *bool    `json:"skip_empty_lines,omitempty" nullable:"false" doc:"csv: by default true."`
	SkipBad   bool     `json:"skip_lines_with_error,omitempty" doc:"csv: leave out rows that cannot be read."`
	Relax     *bool    `json:"relax_column_count,omitempty" nullable:"false" doc:"csv: rows may have any number of cells; by default true."`
	Comment   string   `json:"comment,omitempty" maxLength:"4" doc:"csv: one character that begins a line which is left out."`
	Trim      bool     `json:"trim,omitempty" doc:"csv: drop spaces around cells."`
	HeaderRow *int     `json:"header_row,omitempty" nullable:"false" doc:"csv, xlsx, html: row of the column names, counted from 1; 0 = none."`
	Headers   []string `json:"headers,omitempty" nullable:"false" maxItems:"16384" doc:"csv: names of the columns; an empty one leaves that of the header row."`
	Decimal   string   `json:"decimal,omitempty" maxLength:"4" doc:"Mark in numbers: a point or a comma."`
	Thousands *string  `json:"thousands,omitempty" nullable:"false" maxLength:"4" doc:"Mark in numbers; empty = none."`
	Nulls     []string `json:"null_words,omitzero" nullable:"false" maxItems:"100" doc:"Texts that stand for a blank; by default the usual ones, outside of columns of texts."`
	Date      string   `json:"date,omitempty" maxLength:"50" doc:"A pattern of dates to try first, as dd/MM/yyyy."`
	DateOrder string   `json:"date_order,omitempty" maxLength:"4" doc:"Order of dates in figures: dmy or mdy; without it such dates stay texts."`
	Sheets    []string `json:"sheets,omitempty" nullable:"false" maxItems:"100" doc:"xlsx, html: names of the sheets to read, or places as #2; by default all."`
	Range     string   `json:"range,omitempty" maxLength:"1000" doc:"xlsx: areas as B3:F or Orders!B3:F40, separated by commas."`
	Merged    bool     `json:"fill_merged,omitempty" doc:"xlsx: put the value of a merged area into all of its cells."`
	Hidden    *bool    `json:"include_hidden,omitempty" nullable:"false" doc:"xlsx: hidden sheets too; by default true."`
	Member    string   `json:"zip_member,omitempty" maxLength:"500" doc:"The file of a ZIP archive that is read, a name or a pattern as *.csv."`
	Records   *string  `json:"records,omitempty" nullable:"false" maxLength:"500" doc:"json, xml: path of the list of records, as data.items or /rss/channel/item; json: empty = the document."`
}

// SheetPreview is one table with its first rows.
type SheetPreview struct {
	Name      string          `json:"name"`
	Hidden    bool            `json:"hidden"`
	HeaderRow int             `json:"header_row" doc:"Counted from 1; 0 = none."`
	Rows      int             `json:"rows" doc:"Below the header row."`
	Columns   []PreviewColumn `json:"columns"`
	Preview   [][]string      `json:"preview" doc:"The first rows as in the file, header row included; at most 200, fewer of a wide sheet."`
}

// PreviewColumn describes one column.
type PreviewColumn struct {
	Name    string   `json:"name"`
	Letter  string   `json:"letter"`
	Type    string   `json:"type" enum:"text,number,bool,date"`
	Pattern string   `json:"pattern" doc:"Of a date; else empty."`
	Blank   int      `json:"blank" doc:"Cells with nothing in them."`
	Misfit  int      `json:"misfit" doc:"Cells that are not of the type."`
	Sample  []string `json:"sample" doc:"The first different values."`
}

func upload(up *datasource.Upload) Upload {
	out := Upload{
		ID: up.ID, Name: up.Name, Bytes: up.Bytes, State: string(up.State), Format: up.Format, Options: FormatOptions(up.Options),
		Sheets: sheetPreviews(up.Schema.Sheets), Warnings: up.Schema.Warnings, ExpiresAt: up.ExpiresAt,
	}
	out.Paths = make([]RecordPath, len(up.Paths))
	for i, p := range up.Paths {
		out.Paths[i] = RecordPath(p)
	}
	if out.Members = up.Members; out.Members == nil {
		out.Members = []string{}
	}
	if out.Warnings == nil {
		out.Warnings = []string{}
	}
	return out
}

func sheetPreviews(sheets []datasource.Sheet) []SheetPreview {
	out := make([]SheetPreview, len(sheets))
	for i, sh := range sheets {
		out[i] = SheetPreview{
			Name: sh.Name, Hidden: sh.Hidden, HeaderRow: sh.HeaderRow, Rows: sh.Rows,
			Columns: make([]PreviewColumn, len(sh.Columns)), Preview: sh.Preview,
		}
		for j, c := range sh.Columns {
			out[i].Columns[j] = PreviewColumn{
				Name: c.Name, Letter: c.Letter, Type: string(c.Type), Pattern: c.Pattern, Blank: c.Blank, Misfit: c.Misfit, Sample: c.Sample,
			}
		}
	}
	return out
}

type uploadInput struct {
	Stream
	Prefer
	Name string `query:"name" maxLength:"1000" doc:"Name of the file; a form brings its own."`
}

// formBytes is what a form may have around its file.
const formBytes = 1 << 20

// readingAnswer is an upload that may still be being read.
type readingAnswer struct {
	Status     int
	RetryAfter string `header:"Retry-After" doc:"Of 202: seconds after which to ask again."`
	Body       Upload
}

// awaitUpload answers with an upload once it is read, or after the time that the caller waits; why it could not be read is
// the error. Status is that of success.
func (s *Server) awaitUpload(ctx context.Context, c *Call, which id.Upload, p Prefer, status int) (*readingAnswer, error) {
	up, err := s.DataSources.Await(ctx, c.Actor, which, p.Wait())
	switch {
	case err != nil:
		return nil, err
	case up.State == datasource.UploadFailed:
		return nil, up.Problem
	case up.State == datasource.UploadReading:
		return &readingAnswer{Status: http.StatusAccepted, RetryAfter: strconv.Itoa(int(datasource.ReadAgainAfter / time.Second)), Body: upload(up)}, nil
	}
	return &readingAnswer{Status: status, Body: upload(up)}, nil
}

func (s *Server) upload(ctx context.Context, c *Call, in *uploadInput) (*readingAnswer, error) {
	if most := s.DataSources.MaxUpload(); in.Length() > most+formBytes { // nobody has to send it first
		return nil, dataset.TooLarge("bytes", "bytes", most, in.Length())
	}
	name, mediaType, body, err := in.file()
	if err != nil {
		return nil, err
	}
	up, err := s.DataSources.Receive(ctx, c.Actor, name, mediaType, body)
	if err != nil {
		return nil, unread(err)
	}
	return s.awaitUpload(ctx, c, up.ID, in.Prefer, http.StatusCreated)
}

type getUploadInput struct {
	ID id.Upload `path:"id" maxLength:"64"`
}

func (s *Server) getUpload(ctx context.Context, c *Call, in *getUploadInput) (*Answer[Upload], error) {
	up, err := s.DataSources.Await(ctx, c.Actor, in.ID, 0)
	if errs.Is(err, "unknown_upload") { // a bad value where a change names it; here there is nothing to be shown
		err = authz.NotFound()
	}
	if err != nil {
		return nil, err
	}
	out := upload(up)
	if up.Problem != nil {
		out.Problem = s.problem(ctx, up.Problem)
	}
	return answer(out), nil
}

// file is the file that was sent: the body itself, or the first file of a form.
func (in *uploadInput) file() (name, mediaType string, body io.Reader, err error) {
	mediaType, params, err := mime.ParseMediaType(in.ContentType())
	if err != nil {
		mediaType = ""
	}
	if mediaType != "multipart/form-data" {
		return in.Name, mediaType, in.Reader(), nil
	}
	parts := multipart.NewReader(in.Reader(), params["boundary"])
	for {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return "", "", nil, errs.New(errs.Invalid, "file_missing", "There is no file in this form.").WithField("file")
		}
		if err != nil {
			return "", "", nil, unread(err)
		}
		if name := part.FileName(); name != "" {
			mediaType, _, err := mime.ParseMediaType(part.Header.Get("Content-Type"))
			if err != nil {
				mediaType = ""
			}
			return name, mediaType, part, nil
		}
	}
}

// unread words a body that broke off or is no form; other errors pass.
func unread(err error) error {
	var known *errs.Error
	var tooLarge *http.MaxBytesError
	if errors.As(err, &known) || errors.As(err, &tooLarge) {
		return err
	}
	if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, multipart.ErrMessageTooLarge) {
		return errs.New(errs.Invalid, "upload_broken", "The file did not arrive whole. Send it again.").WithCause(err)
	}
	return err
}

type readUploadAgainInput struct {
	Prefer
	ID   id.Upload `path:"id" maxLength:"64"`
	Body FormatOptions
}

func (s *Server) readUploadAgain(ctx context.Context, c *Call, in *readUploadAgainInput) (*readingAnswer, error) {
	if err := s.DataSources.Reread(ctx, c.Actor, in.ID, format.Options(in.Body)); err != nil {
		return nil, err
	}
	return s.awaitUpload(ctx, c, in.ID, in.Prefer, http.StatusOK)
}
