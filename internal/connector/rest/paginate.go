package rest

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"octavo/internal/fetch"
)

// Paginate says how an answer comes in pages. Paths are keys joined by dots.
type Paginate struct {
	Type       string `json:"type"`                  // page, offset, cursor, next_url, link_header, each, window
	In         string `json:"in,omitempty"`          // where params go: query, header, json, form, path; "" = query
	Param      string `json:"param,omitempty"`       // page, offset, cursor, each
	Start      *int   `json:"start,omitempty"`       // page: 1, offset: 0
	Step       int    `json:"step,omitempty"`        // page: from one number to the next; 0 = 1
	SizeParam  string `json:"size_param,omitempty"`  // page, offset, cursor
	Size       int    `json:"size,omitempty"`        // records of a full page
	BySize     bool   `json:"by_size,omitempty"`     // offset: the next one is Size further, however many records came
	TotalPages string `json:"total_pages,omitempty"` // page: path of their number
	TotalItems string `json:"total_items,omitempty"` // page, offset: path of the number of records
	From       string `json:"from,omitempty"`        // cursor, next_url: path, header:Name or last_record.path
	More       string `json:"more,omitempty"`        // cursor: path of a boolean
	KeepQuery  bool   `json:"keep_query,omitempty"`  // next_url, link_header: parameters that the next address lacks are those of the first
	MaxPages   int    `json:"max_pages,omitempty"`   // 0 = 1,000
	DelayMS    int    `json:"delay_ms,omitempty"`    // between requests
	Partial    string `json:"partial,omitempty"`     // allow: what came before a page that failed is taken; of the outermost only

	Each   *Each     `json:"each,omitempty"`   // of type each
	Window *Window   `json:"window,omitempty"` // of type window
	Then   *Paginate `json:"then,omitempty"`   // each, window: how the answer to one of its requests comes in pages; nil = in one
}

// Each asks once for each value of a list.
type Each struct {
	Values string `json:"values"`       // with commas between, or a JSON list; placeholders
	As     string `json:"as,omitempty"` // name of a column that has the value; "" = none
}

// Window asks once for each stretch of a time, from its beginning on.
type Window struct {
	FromParam string `json:"from_param"`
	ToParam   string `json:"to_param,omitempty"`
	Start     string `json:"start"`            // days or moments by ISO 8601; placeholders
	End       string `json:"end"`              // the last one that is asked for, a day to its end
	Step      string `json:"step"`             // P7D, P2W, P1M, P1Y; PT6H with a format that writes hours
	Format    string `json:"format,omitempty"` // a pattern, unix or iso; "" = yyyy-MM-dd
	Open      bool   `json:"open,omitempty"`   // to is the first day, or moment, that does not belong to it any more
}

// Limits of pages.
const (
	defaultPages = 1000
	mostPages    = 20000
	mostDelay    = 10_000
	mostSize     = 100_000
	mostStep     = 100_000
	mostValues   = 1000
)

// inPath is where a value goes that stands in the path of the address.
const inPath = "${page.token}"

var (
	counted = []string{"page", "offset"}
	named   = []string{"page", "offset", "cursor", "each"} // those with a parameter
	types   = []string{"page", "offset", "cursor", "next_url", "link_header", "each", "window"}
	places  = []string{"", "query", "header", "json", "form", "path"}
)

func (p *Paginate) check(s *Spec) error {
	if p == nil {
		return nil
	}
	bad := func(sentence string) error { return refuse("paginate", sentence) }
	switch {
	case !slices.Contains(types, p.Type):
		return bad("pages are told apart by page, offset, cursor, next_url, link_header, each or window")
	case slices.Contains(named, p.Type) && p.Param == "" && p.In != "path":
		return bad("the name of the parameter is missing")
	case (p.Type == "cursor" || p.Type == "next_url") && p.From == "":
		return bad("the place of the next cursor or address is missing")
	case !slices.Contains(places, p.In):
		return bad("a parameter goes into query, header, json, form or path")
	case p.In == "form" && (s.Body == nil || s.Body.Type != "form"):
		return bad("there is no form into which a parameter could go")
	case p.Type == "offset" && p.Size == 0:
		return bad("the size of a page is missing")
	case p.Size < 0 || p.Size > mostSize || p.MaxPages < 0 || p.MaxPages > mostPages || p.DelayMS < 0 || p.DelayMS > mostDelay || p.Step < 0 || p.Step > mostStep:
		return bad("a page has at most 100,000 records, a reading 20,000 pages, a pause 10 seconds")
	case p.Partial != "" && p.Partial != "allow":
		return bad("partial is allow, or absent")
	case p.Then != nil && p.Then.Partial != "":
		return bad("whether half an answer is taken is said of all pages at once")
	case p.Then != nil && !p.outer():
		return bad("only each and window have pages of their own")
	}
	if err := p.checkPlaces(s); err != nil {
		return err
	}
	return p.checkOuter(s)
}

// outer says whether it asks the same again and again with other values.
func (p *Paginate) outer() bool { return p.Type == "each" || p.Type == "window" }

// checkPlaces looks at where parameters go.
func (p *Paginate) checkPlaces(s *Spec) error {
	for _, name := range p.params() {
		if p.In == "header" && (!tokenForm.MatchString(name) || fetch.CheckHeader(http.Header{name: {""}}) != nil) {
			return refuse("paginate", "a header has a name of letters, digits and hyphens")
		}
	}
	if p.In != "path" {
		return nil
	}
	_, after, _ := strings.Cut(s.URL, "://")
	_, path, _ := strings.Cut(after, "/")
	path, _, _ = strings.Cut(path, "?")
	switch {
	case !slices.Contains(named, p.Type) || p.SizeParam != "":
		return refuse("paginate", "only one value stands in the path")
	case strings.Count(s.URL, inPath) != 1 || !strings.Contains(path, inPath):
		return refuse("paginate", "the path of the address has the place "+inPath+" once")
	}
	return nil
}

// params are the names of the parameters that are set.
func (p *Paginate) params() []string {
	out := []string{p.Param, p.SizeParam}
	if p.Window != nil {
		out = append(out, p.Window.FromParam, p.Window.ToParam)
	}
	return slices.DeleteFunc(out, func(name string) bool { return name == "" })
}

func (p *Paginate) maxPages() int {
	if p.MaxPages > 0 {
		return p.MaxPages
	}
	return defaultPages
}

// delay is the pause between requests.
func (p *Paginate) delay() time.Duration { return time.Duration(p.DelayMS) * time.Millisecond }

func (p *Paginate) start() int {
	switch {
	case p.Start != nil:
		return *p.Start
	case p.Type == "page":
		return 1
	}
	return 0
}
