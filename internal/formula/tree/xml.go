package tree

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"

	"golang.org/x/text/encoding/htmlindex"
)

// ReadXML reads an XML document. Names keep their prefixes, declarations of name
// spaces are left out; no entities but the predefined ones and those of HTML are
// known, so that none can grow. Errors are as those of ReadJSON.
func ReadXML(r io.Reader) (*Document, error) {
	x := xmlReader{builder: newBuilder(), d: xml.NewDecoder(decoded(r))}
	x.d.CharsetReader = charset
	x.d.Entity = xml.HTMLEntity
	for {
		t, err := x.d.RawToken()
		if errors.Is(err, io.EOF) {
			return x.finish()
		}
		if err == nil {
			err = x.token(t)
		}
		if err != nil {
			return nil, fmt.Errorf("it is not valid XML: %w", err)
		}
	}
}

// charset decodes the encoding that a declaration names; UTF-16 has been decoded already.
func charset(label string, in io.Reader) (io.Reader, error) {
	lower := strings.ToLower(label)
	if strings.HasPrefix(lower, "utf-16") || strings.HasPrefix(lower, "utf-8") || strings.HasPrefix(lower, "iso-10646") {
		return in, nil
	}
	e, err := htmlindex.Get(lower)
	if err != nil {
		return nil, fmt.Errorf("the encoding %s is not known", label)
	}
	return e.NewDecoder().Reader(in), nil
}

type xmlReader struct {
	*builder
	d       *xml.Decoder
	pending strings.Builder // text since the last tag
}

func (x *xmlReader) finish() (*Document, error) {
	switch {
	case len(x.stack) > 1:
		open := x.d0().names[x.d0().name[x.stack[len(x.stack)-1]]]
		return nil, fmt.Errorf("it is not valid XML: the element %s is not closed", open)
	case len(x.d0().name) == 1:
		return nil, errors.New("it is not valid XML: it has no element")
	}
	x.d0().locals = map[string][]int32{}
	for id, name := range x.d0().names {
		if _, local, ok := strings.Cut(name, ":"); ok {
			x.d0().locals[local] = append(x.d0().locals[local], int32(id))
		}
	}
	return x.document()
}

// d0 is the document that is being built; d is the decoder.
func (x *xmlReader) d0() *Document { return x.builder.d }

func (x *xmlReader) token(t xml.Token) error {
	switch t := t.(type) {
	case xml.StartElement:
		return x.start(t)
	case xml.EndElement:
		return x.end(qualified(t.Name))
	case xml.CharData:
		x.pending.Write(t)
		if len(x.stack) == 1 && strings.TrimSpace(x.pending.String()) != "" {
			return errors.New("text stands outside of the element")
		}
	}
	return nil
}

func qualified(n xml.Name) string {
	if n.Space != "" {
		return n.Space + ":" + n.Local
	}
	return n.Local
}

func (x *xmlReader) start(t xml.StartElement) error {
	if len(x.stack) == 1 && len(x.d0().name) > 1 {
		return errors.New("a second element follows the first one")
	}
	x.flush()
	n, err := x.open(x.id(qualified(t.Name)))
	if err != nil {
		return err
	}
	for _, a := range t.Attr {
		if a.Name.Space == "xmlns" || a.Name.Space == "" && a.Name.Local == "xmlns" {
			continue
		}
		x.attribute(n, x.id(qualified(a.Name)), a.Value)
	}
	return nil
}

// flush keeps text that stands beside elements, unless it is only white space.
func (x *xmlReader) flush() {
	text := x.pending.String()
	x.pending.Reset()
	if len(x.stack) > 1 && strings.TrimSpace(text) != "" {
		x.leaf(NoName, Run, []byte(text))
	}
}

func (x *xmlReader) end(name string) error {
	d := x.d0()
	n := x.stack[len(x.stack)-1]
	if n == Root {
		return fmt.Errorf("nothing is open that %s could close", name)
	}
	if open := d.names[d.name[n]]; open != name {
		return fmt.Errorf("the element %s is closed by %s", open, name)
	}
	if int(n) == len(d.name)-1 { // no children: the text is its own
		d.kind[n] = Text
		x.text.WriteString(x.pending.String())
		x.pending.Reset()
	} else {
		x.flush()
	}
	x.close()
	return nil
}
