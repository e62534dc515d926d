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

// walk is where a reading of pages stands.
type walk struct {
	*Paginate
	round   round
	token   string // of the next request; "" = the first one of a cursor
	address string // of the next request, with next_url and link_header
	at      int    // page or offset of the next request
	pages   int    // that came
	seen    map[string]bool
}

// begin starts the pages of one round; nil pages are one answer.
func (p *Paginate) begin(r round) *walk {
	if p == nil {
		p = &Paginate{}
	}
	w := &walk{Paginate: p, round: r, at: p.start(), seen: map[string]bool{}}
	if slices.Contains(counted, p.Type) {
		w.token = strconv.Itoa(w.at)
	}
	return w
}

// onto gives the request of the next page.
func (w *walk) onto(first Prepared) (Prepared, error) {
	out := first
	out.Header = first.Header.Clone()
	for _, p := range w.round.params {
		if err := p.put(&out); err != nil {
			return out, err
		}
	}
	if w.address != "" {
		address, err := sameOrigin(out.URL, w.address)
		if err == nil && w.KeepQuery {
			address, err = lacking(address, out.URL)
		}
		out.URL = address
		return out, err
	}
	var err error
	if w.token != "" || w.In == "path" {
		err = param{in: w.In, name: w.Param, value: w.token, number: slices.Contains(counted, w.Type)}.put(&out)
	}
	if err == nil && w.SizeParam != "" && w.Size > 0 {
		err = param{in: w.In, name: w.SizeParam, value: strconv.Itoa(w.Size), number: true}.put(&out)
	}
	return out, err
}

// lacking adds to an address the parameters that only another one has.
func lacking(address, other string) (string, error) {
	u, err := url.Parse(address)
	if err != nil {
		return "", refusedNext()
	}
	from, err := url.Parse(other)
	if err != nil {
		return "", refusedNext()
	}
	q := u.Query()
	for name, values := range from.Query() {
		if !q.Has(name) {
			q[name] = values
		}
	}
	u.RawQuery = q.Encode()
	return u.String(), nil
}

// param is a value of paging in a request.
type param struct {
	in, name, value string
	number          bool // in JSON it is no text
}

// put writes a parameter into a request.
func (p param) put(r *Prepared) error {
	switch p.in {
	case "header":
		r.Header.Set(p.name, p.value)
	case "json":
		body, err := setJSON(r.Body, p.name, p.value, p.number)
		r.Body = body
		return err
	case "form":
		q, err := url.ParseQuery(string(r.Body))
		if err != nil {
			return refuse("paginate", "the form cannot be read")
		}
		q.Set(p.name, p.value)
		r.Body = []byte(q.Encode())
	case "path":
		return p.putInPath(r)
	default:
		u, err := url.Parse(r.URL)
		if err != nil {
			return fetch.BadURL()
		}
		q := u.Query()
		q.Set(p.name, p.value)
		u.RawQuery = q.Encode()
		r.URL = u.String()
	}
	return nil
}

// putInPath replaces the place in the path. A value cannot lead out of its folder.
func (p param) putInPath(r *Prepared) error {
	for part := range strings.FieldsFuncSeq(p.value, func(c rune) bool { return c == '/' || c == '\\' }) {
		if part == "." || part == ".." {
			return refuse("paginate", "a value in the path would lead to another folder")
		}
	}
	r.URL = strings.Replace(r.URL, url.PathEscape(inPath), url.PathEscape(p.value), 1)
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
		w.pages++
		w.at += max(w.Step, 1)
		if total, ok := pg.number(w.TotalPages); ok {
			more = float64(w.pages) < total
		} else {
			more = w.full(n)
		}
		if total, ok := pg.number(w.TotalItems); ok && w.Size > 0 {
			more = more && float64(w.pages*w.Size) < total
		}
		w.token = strconv.Itoa(w.at)
	case "offset":
		if w.BySize {
			w.at += w.Size
		} else {
			w.at += n
		}
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
	case "link_header":
		w.address = nextLink(pg.header)
		more = w.address != ""
	}
	if !more || n == 0 && slices.Contains(counted, w.Type) {
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
