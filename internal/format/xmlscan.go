package format

import (
	"bytes"
	"errors"
	"strconv"
	"unicode/utf8"
)

// Kinds of XML tokens.
const (
	xmlEnd = iota
	xmlStart
	xmlStop
	xmlText
)

// xmlScanner splits XML into tags and texts. It knows comments, CDATA, the five
// entities and numeric ones. Document types that declare something are refused, so
// nothing is expanded.
type xmlScanner struct {
	w     *window
	full  []byte // name of the last tag, with its prefix; valid until the next call
	name  []byte // without prefix
	attrs []byte // of the last start tag
	text  []byte // the last text, as written
	cdata bool   // the last text is literal
	empty bool   // the last start tag closed itself: its stop comes next
}

var (
	errXML     = errors.New("damaged XML")
	errDocType = errors.New("a document type with declarations")
)

// next gives the kind of the next token.
func (x *xmlScanner) next() (int, error) {
	if x.empty {
		x.empty = false
		return xmlStop, nil
	}
	for {
		x.w.keep = x.w.pos
		if x.w.pos == len(x.w.buf) {
			if ok, err := x.w.more(); err != nil || !ok {
				return xmlEnd, err
			}
		}
		if x.w.buf[x.w.pos] != '<' {
			x.cdata = false
			return xmlText, x.upTo("<", &x.text, 0)
		}
		kind, err := x.tag()
		if err != nil || kind != xmlEnd {
			return kind, err
		}
	}
}

// upTo scans to a mark and leaves pos behind the first skip bytes of it.
func (x *xmlScanner) upTo(mark string, out *[]byte, skip int) error {
	w := x.w
	from := w.pos
	for {
		if i := bytes.Index(w.buf[from:], []byte(mark)); i >= 0 {
			*out = w.buf[w.keep : from+i]
			w.pos = from + i + skip
			return nil
		}
		w.pos = max(w.keep, len(w.buf)-len(mark)+1)
		ok, err := w.more()
		if err != nil {
			return err
		}
		from = w.pos
		if !ok {
			*out = w.buf[w.keep:]
			w.pos = len(w.buf)
			if skip > 0 {
				return errXML
			}
			return nil
		}
	}
}

// need makes sure that n bytes are there from pos on.
func (x *xmlScanner) need(n int) error {
	for len(x.w.buf)-x.w.pos < n {
		if ok, err := x.w.more(); err != nil || !ok {
			return cmpErr(err, errXML)
		}
	}
	return nil
}

// tag scans what starts with "<". xmlEnd without an error: it was a comment or the like.
func (x *xmlScanner) tag() (int, error) {
	if err := x.need(2); err != nil {
		return xmlEnd, err
	}
	var skipped []byte
	switch x.w.buf[x.w.pos+1] {
	case '?':
		return xmlEnd, x.upTo("?>", &skipped, 2)
	case '!':
		return x.special()
	case '/':
		x.w.pos += 2
		x.w.keep = x.w.pos
		err := x.upTo(">", &x.full, 1)
		x.full = bytes.TrimSpace(x.full)
		x.name = localName(x.full)
		return xmlStop, err
	}
	return xmlStart, x.start()
}

func (x *xmlScanner) special() (int, error) {
	if err := x.need(4); err != nil {
		return xmlEnd, err
	}
	if bytes.HasPrefix(x.w.buf[x.w.pos:], []byte("<!--")) {
		var skipped []byte
		x.w.pos += 4
		x.w.keep = x.w.pos
		return xmlEnd, x.upTo("-->", &skipped, 3)
	}
	const open = "<![CDATA["
	if err := x.need(len(open)); err != nil {
		return xmlEnd, err
	}
	if !bytes.HasPrefix(x.w.buf[x.w.pos:], []byte(open)) {
		return xmlEnd, x.docType()
	}
	x.w.pos += len(open)
	x.w.keep = x.w.pos
	x.cdata = true
	return xmlText, x.upTo("]]>", &x.text, 3)
}

// docType steps over a document type that only names one.
func (x *xmlScanner) docType() error {
	var text []byte
	if err := x.upTo(">", &text, 1); err != nil {
		return err
	}
	if bytes.IndexByte(text, '[') >= 0 || !bytes.EqualFold(text[:min(len(text), len("<!DOCTYPE"))], []byte("<!DOCTYPE")) {
		return errDocType
	}
	return nil
}

// start scans a start tag; ">" may stand in an attribute's quotes.
func (x *xmlScanner) start() error {
	w := x.w
	w.pos++
	w.keep = w.pos
	quote := byte(0)
	for {
		for ; w.pos < len(w.buf); w.pos++ {
			switch c := w.buf[w.pos]; {
			case quote != 0:
				if c == quote {
					quote = 0
				}
			case c == '"' || c == '\'':
				quote = c
			case c == '>':
				x.split(w.buf[w.keep:w.pos])
				w.pos++
				return nil
			}
		}
		if ok, err := w.more(); err != nil || !ok {
			return cmpErr(err, errXML)
		}
	}
}

func (x *xmlScanner) split(tag []byte) {
	if n := len(tag); n > 0 && tag[n-1] == '/' {
		x.empty = true
		tag = tag[:n-1]
	}
	end := bytes.IndexAny(tag, " \t\r\n")
	if end < 0 {
		end = len(tag)
	}
	x.full, x.attrs = tag[:end], tag[end:]
	x.name = localName(x.full)
}

func localName(b []byte) []byte {
	if i := bytes.IndexByte(b, ':'); i >= 0 {
		return b[i+1:]
	}
	return b
}

// attr is the value of an attribute by its name without prefix, as written; nil when it is missing.
func (x *xmlScanner) attr(name string) []byte {
	for a := x.attrs; ; {
		eq := bytes.IndexByte(a, '=')
		if eq < 0 {
			return nil
		}
		key := localName(bytes.TrimSpace(a[:eq]))
		a = bytes.TrimLeft(a[eq+1:], " \t\r\n")
		if len(a) == 0 || a[0] != '"' && a[0] != '\'' {
			return nil
		}
		end := bytes.IndexByte(a[1:], a[0])
		if end < 0 {
			return nil
		}
		if string(key) == name {
			return a[1 : 1+end]
		}
		a = a[end+2:]
	}
}

// eachAttr gives the attributes of the last start tag, names with prefix, values as written.
func (x *xmlScanner) eachAttr(f func(name, value []byte) error) error {
	for a := bytes.TrimSpace(x.attrs); len(a) > 0; {
		eq := bytes.IndexByte(a, '=')
		if eq < 0 {
			return errXML
		}
		name := bytes.TrimSpace(a[:eq])
		a = bytes.TrimLeft(a[eq+1:], " \t\r\n")
		if len(name) == 0 || bytes.ContainsAny(name, " \t\r\n") || len(a) == 0 || a[0] != '"' && a[0] != '\'' {
			return errXML
		}
		end := bytes.IndexByte(a[1:], a[0])
		if end < 0 {
			return errXML
		}
		if err := f(name, a[1:1+end]); err != nil {
			return err
		}
		a = bytes.TrimLeft(a[end+2:], " \t\r\n")
	}
	return nil
}

// attrText is an attribute with its entities undone.
func (x *xmlScanner) attrText(name string) string {
	return string(appendUnescaped(nil, x.attr(name)))
}

// appendText appends the last text to dst, entities undone.
func (x *xmlScanner) appendText(dst []byte) []byte {
	if x.cdata {
		return append(dst, x.text...)
	}
	return appendUnescaped(dst, x.text)
}

// longestEntity is the length of "&#x10FFFF;".
const longestEntity = 10

func appendUnescaped(dst, s []byte) []byte {
	for {
		i := bytes.IndexByte(s, '&')
		if i < 0 {
			return append(dst, s...)
		}
		dst = append(dst, s[:i]...)
		s = s[i:]
		end := bytes.IndexByte(s[:min(len(s), longestEntity)], ';')
		r, ok := entity(s, end)
		if !ok {
			dst = append(dst, '&')
			s = s[1:]
			continue
		}
		dst = utf8.AppendRune(dst, r)
		s = s[end+1:]
	}
}

// entity reads "&name;" whose semicolon is at end.
func entity(s []byte, end int) (rune, bool) {
	if end < 2 {
		return 0, false
	}
	switch name := string(s[1:end]); {
	case name == "amp":
		return '&', true
	case name == "lt":
		return '<', true
	case name == "gt":
		return '>', true
	case name == "quot":
		return '"', true
	case name == "apos":
		return '\'', true
	case len(name) > 2 && name[:2] == "#x":
		n, err := strconv.ParseUint(name[2:], 16, 32)
		return rune(n), err == nil && n <= utf8.MaxRune
	case name[0] == '#':
		n, err := strconv.ParseUint(name[1:], 10, 32)
		return rune(n), err == nil && n <= utf8.MaxRune
	}
	return 0, false
}
