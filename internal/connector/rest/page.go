package rest

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"

	"octavo/internal/errs"
)

// page is one answer of several.
type page struct {
	header  http.Header
	body    []byte
	root    json.RawMessage
	records []json.RawMessage
}

// maxDepth of keys that lead to records.
const maxDepth = 6

// readPage reads an answer; records is the path of its list, nil = not known yet.
func readPage(h http.Header, body []byte, records *string) (*page, string, error) {
	pg := &page{header: h, body: body}
	if err := json.Unmarshal(body, &pg.root); err != nil {
		return nil, "", errs.New(errs.Invalid, "page_not_json", "A page is not JSON, so pages cannot be joined.").WithCause(err)
	}
	path := ""
	if records != nil {
		path = *records
	} else {
		path, _, _ = findList(pg.root, "", 0)
	}
	raw, there := lookup(pg.root, path)
	if !there || string(raw) == "null" {
		return pg, path, nil // a page without its list is empty
	}
	if err := json.Unmarshal(raw, &pg.records); err != nil {
		return nil, "", errs.Newf(errs.Invalid, "records_not_a_list", "What is at %q is no list of records.", path).
			WithParams(map[string]any{"path": path})
	}
	return pg, path, nil
}

// mark names the content of a page, to find one that comes again.
func (p *page) mark() string {
	sum := sha256.Sum256(p.body)
	return string(sum[:])
}

// findList finds the longest list of objects that keys alone lead to, or the first empty one; false = there is none.
func findList(raw json.RawMessage, at string, depth int) (path string, length int, found bool) {
	var list []json.RawMessage
	if json.Unmarshal(raw, &list) == nil && list != nil {
		for _, item := range list {
			if trimmed := bytes.TrimSpace(item); len(trimmed) > 0 && trimmed[0] == '{' {
				length++
			}
		}
		return at, length, length > 0 || len(list) == 0
	}
	keys, members := members(raw)
	if depth >= maxDepth {
		return "", 0, false
	}
	for _, key := range keys {
		below := key
		if at != "" {
			below = at + "." + key
		}
		if p, n, ok := findList(members[key], below, depth+1); ok && (!found || n > length) {
			path, length, found = p, n, true
		}
	}
	return path, length, found
}

// members gives the members of an object in their order.
func members(raw json.RawMessage) ([]string, map[string]json.RawMessage) {
	dec := json.NewDecoder(bytes.NewReader(raw))
	if t, err := dec.Token(); err != nil || t != json.Delim('{') {
		return nil, nil
	}
	var keys []string
	out := map[string]json.RawMessage{}
	for dec.More() {
		t, err := dec.Token()
		key, ok := t.(string)
		var value json.RawMessage
		if err != nil || !ok || dec.Decode(&value) != nil {
			return keys, out
		}
		if _, twice := out[key]; !twice {
			keys = append(keys, key)
		}
		out[key] = value
	}
	return keys, out
}

// lookup follows keys joined by dots; "" is the document itself. $. may stand before.
func lookup(raw json.RawMessage, path string) (json.RawMessage, bool) {
	path = strings.TrimPrefix(strings.TrimPrefix(path, "$"), ".")
	if path == "" {
		return raw, true
	}
	for key := range strings.SplitSeq(path, ".") {
		var object map[string]json.RawMessage
		if json.Unmarshal(raw, &object) != nil {
			return nil, false
		}
		value, ok := object[key]
		if !ok {
			return nil, false
		}
		raw = value
	}
	return raw, true
}

// value is what stands at a place of the page as a text; "" when it is absent, null or no scalar.
func (p *page) value(from string) string {
	if name, ok := strings.CutPrefix(from, "header:"); ok {
		return strings.TrimSpace(p.header.Get(name))
	}
	root := p.root
	if path, ok := strings.CutPrefix(from, "last_record."); ok {
		if len(p.records) == 0 {
			return ""
		}
		root, from = p.records[len(p.records)-1], path
	}
	raw, ok := lookup(root, from)
	if !ok {
		return ""
	}
	var text string
	if json.Unmarshal(raw, &text) == nil {
		return text
	}
	plain := strings.TrimSpace(string(raw))
	if plain == "null" || strings.HasPrefix(plain, "{") || strings.HasPrefix(plain, "[") {
		return ""
	}
	return plain
}

// number is the number at a path; false when none is given or there is none.
func (p *page) number(path string) (float64, bool) {
	if path == "" {
		return 0, false
	}
	f, err := strconv.ParseFloat(p.value(path), 64)
	return f, err == nil
}

// setJSON puts a value at a path of a JSON body.
func setJSON(body []byte, path, value string, number bool) ([]byte, error) {
	root := map[string]any{}
	if len(bytes.TrimSpace(body)) > 0 {
		dec := json.NewDecoder(bytes.NewReader(body))
		dec.UseNumber()
		if err := dec.Decode(&root); err != nil {
			return nil, refuse("paginate", "the body is no JSON object into which a page could go")
		}
	}
	at := root
	keys := strings.Split(path, ".")
	for _, key := range keys[:len(keys)-1] {
		next, ok := at[key].(map[string]any)
		if !ok {
			next = map[string]any{}
			at[key] = next
		}
		at = next
	}
	last := keys[len(keys)-1]
	at[last] = value
	if number {
		at[last] = json.Number(value)
	}
	return json.Marshal(root)
}
