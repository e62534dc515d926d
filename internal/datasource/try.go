package datasource

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"

	"octavo/internal/authz"
	"octavo/internal/clock"
	"octavo/internal/connector/rest"
	"octavo/internal/connector/sql"
	"octavo/internal/credential"
	"octavo/internal/db"
	"octavo/internal/errs"
	"octavo/internal/fetch"
	"octavo/internal/format"
	"octavo/internal/id"
	"octavo/internal/secret"
)

// Trial is a request that is tried before it is saved.
type Trial struct {
	Request rest.Spec
	Query   *sql.Spec         // in place of Request; its first 1,000 rows are read
	Format  string            // "" = found out
	Options format.Options    // absent ones are found out
	Values  map[string]string // of variables that the account does not decide, for this trial only

	Credential id.Credential // of the acting account; "" = none
	Source     string        // public id of a source: the trial reads with what it reads with, in place of Credential; "" = none
	Watch      string        // name that the actor gives the trial, to ask meanwhile what it does (Watched); "" = nobody asks
}

// Tried is what a trial brought: what was sent, what came, and how it reads. Secrets are masked.
type Tried struct {
	Method, URL string
	Header      http.Header // sent
	Status      int         // 0 = there was no answer
	Answer      http.Header
	Bytes       int64
	Took        int64  // milliseconds
	Body        string // the first 200 KiB
	Cut         bool   // there is more of the body
	Format      string
	Options     format.Options
	Sheets      []Sheet // with previews
	Warnings    []string
	Hints       []string    // what in the answer looks like pages: link_header, or names of fields
	Err         *errs.Error // why there are no sheets; nil = there are
}

const (
	shownBody  = 200 << 10
	trialBytes = 20 << 20 // of an answer that is tried
)

// Try sends a request, its first page where it has pages, and reads the answer. Nothing is
// kept. What goes wrong outside is part of the result. Codes permission_denied,
// missing_variable, bad_variable_value, own_credential_required and those of rest.Spec.Check.
func (s *Service) Try(ctx context.Context, who authz.Actor, in Trial) (_ *Tried, err error) {
	if err := mayUpload(who); err != nil {
		return nil, err
	}
	what := asksOf(&in.Request, in.Query)
	if err := what.Check(); err != nil {
		return nil, err
	}
	if in.Query != nil {
		in.Format, in.Options = sqlRead()
	}
	r, err := s.trialValues(ctx, who, what, in.Values)
	if err != nil {
		return nil, err
	}
	habits, err := s.cfg.Habits(ctx, who.Account)
	if err != nil {
		return nil, err
	}
	p, err := s.prepared(habits.Days, what, &r, nil)
	if err != nil {
		return nil, err
	}
	opened, err := s.openFor(ctx, who, what, in, p.address())
	if err != nil {
		return nil, err
	}
	begun := clock.Millis(s.db.Clock().Now())
	ctx, told, ended := s.watched(ctx, who, in.Watch, begun)
	defer ended()
	got := &rest.Result{}
	file, fault := s.spoolFrom(s.cfg.Limits.Bytes, func(w io.Writer) (err error) {
		got, err = p.fetch(ctx, s, rest.Options{Records: in.Options.Records, MaxBytes: min(trialBytes, s.cfg.Limits.Bytes), Pause: s.cfg.Pause, OnePage: true, Progress: told}, opened, w)
		return err
	})
	out := &Tried{Status: got.Status, Answer: got.Header, Took: clock.Millis(s.db.Clock().Now()) - begun}
	p.show(out)
	if fault == nil {
		defer func() { err = errors.Join(err, file.Close()) }()
		told.To(fetch.Reading)
		fault = s.readTrial(ctx, in, p.fileName(""), file, got, out)
	}
	hide := func(text string) string { return opened.Mask(secret.Mask(text, r.secrets()...)) }
	if fault = hidden(fault, hide); fault != nil && !errors.As(fault, &out.Err) {
		return nil, fault
	}
	out.mask(hide)
	return out, nil
}

// openFor opens what a trial reads with: the credential that it names, or that of its source where the actor may ask
// something else with it. Codes as openChosen, and own_credential_required.
func (s *Service) openFor(ctx context.Context, who authz.Actor, what asks, in Trial, address string) (*credential.Secret, error) {
	if in.Source == "" {
		return s.openChosen(ctx, who, what, in.Credential, address)
	}
	no, err := s.assets.Resolve(who.Account, in.Source)
	if err != nil {
		return nil, err
	}
	with, mayAsk, err := s.lentTo(ctx, who, no)
	if err != nil {
		return nil, err
	}
	if !mayAsk {
		return nil, ownRequired()
	}
	return s.opened(ctx, with, address)
}

// openChosen opens a credential that the actor may use. Codes not_found and those of credential.Service.Open.
func (s *Service) openChosen(ctx context.Context, who authz.Actor, what asks, cred id.Credential, address string) (*credential.Secret, error) {
	if cred == "" {
		return nil, what.fits(nil)
	}
	err := s.db.Tx(ctx, db.Account(who.Account), func(tx *db.Tx) error {
		_, _, err := s.chosen(ctx, tx, who, what, cred)
		return err
	})
	if err != nil {
		return nil, err
	}
	return s.opened(ctx, readsWith{who.Account, cred}, address)
}

// trialValues are the values of the actor, and those of the trial where nothing decides them.
func (s *Service) trialValues(ctx context.Context, who authz.Actor, what asks, values map[string]string) (r resolved, err error) {
	err = s.db.Read(ctx, db.Account(who.Account), func(tx *db.Tx) (err error) {
		r, err = s.resolve(ctx, tx, who, reader{names: what.Names(), secrets: what.Secrets()}, Choices{})
		return err
	})
	if err != nil {
		return r, err
	}
	for name, text := range values {
		if !r.fixed[name] && !r.secret[name] && slices.Contains(what.Names(), name) && !strings.HasPrefix(name, "user.") && !strings.HasPrefix(name, "company.") {
			r.values[name] = text
		}
	}
	return r, nil
}

// readTrial shows the answer and reads it.
func (s *Service) readTrial(ctx context.Context, in Trial, name string, file *spool, got *rest.Result, out *Tried) (err error) {
	head, err := file.head(shownBody)
	if err != nil {
		return err
	}
	out.Bytes, out.Body, out.Cut = file.size, strings.ToValidUTF8(string(head), "\uFFFD"), file.size > shownBody
	out.Hints = hints(got.Header, head)
	up := &Upload{Name: name, MediaType: mediaType(got.Header), Format: in.Format, chosen: in.Options}
	inner, err := s.unwrap(ctx, up, file, true)
	if err != nil {
		return err
	}
	if inner.spool != file {
		defer func() { err = errors.Join(err, inner.Close()) }()
	}
	if up.Format == "" {
		if up.Format, err = inner.detect(); err != nil {
			return err
		}
	}
	out.Format = up.Format
	if err := up.hear(inner.spool, got.Header); err != nil {
		return err
	}
	if got.Joined {
		root := ""
		up.chosen.Records = &root
	}
	set, used, err := s.read(ctx, up, inner.spool)
	if err != nil {
		return err
	}
	if got.Joined {
		used.Records = &got.Records
	}
	out.Options, out.Warnings = used, set.Warnings
	if got.Loop {
		out.Warnings = append(slices.Clone(out.Warnings), pagesRepeat)
	}
	if got.Cut {
		out.Warnings = append(slices.Clone(out.Warnings), firstRows)
	}
	for _, sh := range set.Sheets {
		out.Sheets = append(out.Sheets, previewOf(sh, MaxPreview))
	}
	return nil
}

// pageFields are names of fields that tell of more pages.
var pageFields = []string{"next", "next_page", "nextPage", "next_cursor", "nextCursor", "next_url", "nextPageToken", "next_page_token", "cursor", "has_more", "hasMore",
	"total_pages", "totalPages", "offset", "@odata.nextLink"}

// hints finds what looks like pages: a Link header, and fields of the first two levels.
func hints(h http.Header, body []byte) []string {
	out := []string{}
	if strings.Contains(strings.ToLower(strings.Join(h.Values("Link"), ",")), `rel="next"`) {
		out = append(out, "link_header")
	}
	var root map[string]json.RawMessage
	if json.Unmarshal(body, &root) != nil {
		return out
	}
	look := func(prefix string, object map[string]json.RawMessage) {
		for _, name := range pageFields {
			if raw, ok := object[name]; ok && string(raw) != "null" && !strings.HasPrefix(string(raw), "[") {
				out = append(out, prefix+name)
			}
		}
	}
	look("", root)
	for _, name := range []string{"meta", "links", "_links", "paging", "pagination", "page_info", "pageInfo"} {
		var below map[string]json.RawMessage
		if json.Unmarshal(root[name], &below) == nil {
			look(name+".", below)
		}
	}
	return out
}

// mask hides secrets in everything that is shown.
func (t *Tried) mask(hide func(string) string) {
	t.URL, t.Body = hide(t.URL), hide(t.Body)
	t.Header, t.Answer = maskHeader(t.Header, hide), maskHeader(t.Answer, hide)
	for i := range t.Sheets {
		for c := range t.Sheets[i].Columns {
			for n, text := range t.Sheets[i].Columns[c].Sample {
				t.Sheets[i].Columns[c].Sample[n] = hide(text)
			}
		}
		for _, row := range t.Sheets[i].Preview {
			for c := range row {
				row[c] = hide(row[c])
			}
		}
	}
}

// alwaysHidden are headers that let somebody in.
var alwaysHidden = []string{"Authorization", "Cookie", "Set-Cookie", "X-Api-Key"}

func maskHeader(h http.Header, hide func(string) string) http.Header {
	out := http.Header{}
	for name, values := range h {
		for _, v := range values {
			if slices.Contains(alwaysHidden, http.CanonicalHeaderKey(name)) {
				v = secret.Dots
			}
			out.Add(name, hide(v))
		}
	}
	return out
}
