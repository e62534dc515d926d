package rest

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"octavo/internal/errs"
	"octavo/internal/fetch"
)

// Paginate says how an answer comes in pages. Paths are keys joined by dots.
type Paginate struct {
	Type       string `json:"type"`                  // page, offset, cursor, next_url, link_header
	In         string `json:"in,omitempty"`          // where param goes: query, header, json; "" = query
	Param      string `json:"param,omitempty"`       // page, offset, cursor
	Start      *int   `json:"start,omitempty"`       // page: 1, offset: 0
	SizeParam  string `json:"size_param,omitempty"`  // page, offset, cursor
	Size       int    `json:"size,omitempty"`        // records of a full page
	TotalPages string `json:"total_pages,omitempty"` // page: path of their number
	TotalItems string `json:"total_items,omitempty"` // page, offset: path of the number of records
	From       string `json:"from,omitempty"`        // cursor, next_url: path, header:Name or last_record.path
	More       string `json:"more,omitempty"`        // cursor: path of a boolean
	MaxPages   int    `json:"max_pages,omitempty"`   // 0 = 1,000
	DelayMS    int    `json:"delay_ms,omitempty"`    // between pages
}

// Limits of pages.
const (
	defaultPages = 1000
	mostPages    = 20000
	mostDelay    = 10_000
	mostSize     = 100_000
)

func (p *Paginate) check() error {
	if p == nil {
		return nil
	}
	bad := func(sentence string) error { return refuse("paginate", sentence) }
	counted := p.Type == "page" || p.Type == "offset"
	switch {
	case !slices.Contains([]string{"page", "offset", "cursor", "next_url", "link_header"}, p.Type):
		return bad("pages are told apart by page, offset, cursor, next_url or link_header")
	case (counted || p.Type == "cursor") && p.Param == "":
		return bad("the name of the parameter is missing")
	case (p.Type == "cursor" || p.Type == "next_url") && p.From == "":
		return bad("the place of the next cursor or address is missing")
	case !slices.Contains([]string{"", "query", "header", "json"}, p.In):
		return bad("a parameter goes into query, header or json")
	case p.In == "header" && (!tokenForm.MatchString(p.Param) || p.SizeParam != "" && !tokenForm.MatchString(p.SizeParam)):
		return bad("a header has a name of letters, digits and hyphens")
	case p.Type == "offset" && p.Size == 0:
		return bad("the size of a page is missing")
	case p.Size < 0 || p.Size > mostSize || p.MaxPages < 0 || p.MaxPages > mostPages || p.DelayMS < 0 || p.DelayMS > mostDelay:
		return bad("a page has at most 100,000 records, a reading 20,000 pages, a pause 10 seconds")
	}
	return nil
}

func (p *Paginate) maxPages() int {
	if p.MaxPages > 0 {
		return p.MaxPages
	}
	return defaultPages
}

func (p *Paginate) start() int {
	switch {
	case p.Start != nil:
		return *p.Start
	case p.Type == "page":
		return 1
	}
	return 0
}

// walk is where a reading of pages stands.
type walk struct {
	*Paginate
	token   string // of the next request; "" = the first one of a cursor
	address string // of the next request, with next_url and link_header
	at      int    // page or offset of the next request
	seen    map[string]bool
}

func (p *Paginate) begin() *walk {
	w := &walk{Paginate: p, at: p.start(), seen: map[string]bool{}}
	if p.Type == "page" || p.Type == "offset" {
		w.token = strconv.Itoa(w.at)
	}
	return w
}

// onto gives the request of the next page.
func (w *walk) onto(first Prepared) (Prepared, error) {
	out := first
	out.Header = first.Header.Clone()
	if w.address != "" {
		address, err := sameOrigin(first.URL, w.address)
		out.URL = address
		return out, err
	}
	var err error
	if w.token != "" {
		err = w.put(&out, w.Param, w.token, w.Type == "page" || w.Type == "offset")
	}
	if err == nil && w.SizeParam != "" && w.Size > 0 {
		err = w.put(&out, w.SizeParam, strconv.Itoa(w.Size), true)
	}
	return out, err
}

// put writes a parameter of paging into a request.
func (w *walk) put(r *Prepared, name, value string, number bool) error {
	switch w.In {
	case "header":
		r.Header.Set(name, value)
	case "json":
		body, err := setJSON(r.Body, name, value, number)
		r.Body = body
		return err
	default:
		u, err := url.Parse(r.URL)
		if err != nil {
			return fetch.BadURL()
		}
		q := u.Query()
		q.Set(name, value)
		u.RawQuery = q.Encode()
		r.URL = u.String()
	}
	return nil
}

// sameOrigin resolves the address of a next page. What leads to another origin is
// refused: headers of the request would go there.
func sameOrigin(first, next string) (string, error) {
	base, err := url.Parse(first)
	if err != nil {
		return "", err
	}
	u, err := base.Parse(next)
	if err != nil {
		return "", refusedNext()
	}
	a, errA := fetch.Origin(first)
	b, errB := fetch.Origin(u.String())
	if errA != nil || errB != nil || a != b {
		return "", refusedNext()
	}
	return u.String(), nil
}

func refusedNext() error {
	return errs.New(errs.Forbidden, "next_page_elsewhere", "The next page is said to be on another server, which is not asked.")
}

// step moves on after a page; more says whether there is another. loop says that the
// answer leads back to where the reading was before.
func (w *walk) step(pg *page) (more, loop bool) {
	n := len(pg.records)
	switch w.Type {
	case "page":
		w.at++
		if total, ok := pg.number(w.TotalPages); ok {
			more = float64(w.at-w.start()) < total
		} else {
			more = w.full(n)
		}
		if total, ok := pg.number(w.TotalItems); ok && w.Size > 0 {
			more = more && float64((w.at-w.start())*w.Size) < total
		}
		w.token = strconv.Itoa(w.at)
	case "offset":
		w.at += n
		more = w.full(n)
		if total, ok := pg.number(w.TotalItems); ok {
			more = n > 0 && float64(w.at) < total
		}
		w.token = strconv.Itoa(w.at)
	case "cursor":
		w.token = pg.value(w.From)
		more = w.token != "" && n > 0 && (w.More == "" || pg.value(w.More) == "true")
	case "next_url":
		w.address = pg.value(w.From)
		more = w.address != ""
	default:
		w.address = nextLink(pg.header)
		more = w.address != ""
	}
	if !more || n == 0 && (w.Type == "page" || w.Type == "offset") {
		return false, false
	}
	mark := w.token + "\x00" + w.address
	if w.seen[mark] {
		return false, true
	}
	w.seen[mark] = true
	return true, false
}

// came says whether the content of a page came before: a server that does not know the
// parameter sends the same page for ever.
func (w *walk) came(pg *page) bool {
	mark := pg.mark()
	if len(pg.records) > 0 && w.seen[mark] {
		return true
	}
	w.seen[mark] = true
	return false
}

// full says whether a page may be followed by another: it is not empty, and as long as
// a page is where that is known.
func (w *walk) full(n int) bool {
	return n > 0 && (w.Size == 0 || n >= w.Size)
}

// nextLink reads the address with rel="next" of Link headers.
func nextLink(h http.Header) string {
	for _, line := range h.Values("Link") {
		for part := range strings.SplitSeq(line, ",") {
			target, params, ok := strings.Cut(strings.TrimSpace(part), ">")
			if !ok || !strings.HasPrefix(target, "<") {
				continue
			}
			for p := range strings.SplitSeq(params, ";") {
				key, value, _ := strings.Cut(strings.TrimSpace(p), "=")
				if strings.EqualFold(key, "rel") && slices.Contains(strings.Fields(strings.ToLower(strings.Trim(value, `"`))), "next") {
					return target[1:]
				}
			}
		}
	}
	return ""
}
