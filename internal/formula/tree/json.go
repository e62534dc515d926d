package tree

import (
	"fmt"
	"io"

	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// decoded reads a stream as UTF-8; a byte order mark says that it is UTF-16.
func decoded(r io.Reader) io.Reader {
	return transform.NewReader(r, unicode.BOMOverride(transform.Nop))
}

// ReadJSON reads a JSON value: fields become elements, lists repeat the element
// of their field, those without a field are called item. Errors are sentences
// without a subject and a full stop.
func ReadJSON(r io.Reader) (*Document, error) {
	j := jsonReader{builder: newBuilder(), scanner: newScanner(decoded(r))}
	if err := j.top(); err != nil {
		return nil, fmt.Errorf("it is not valid JSON: %w", err)
	}
	return j.document()
}

// ReadJSONLines reads JSON values one after the other, as one on each line, into a
// document as ReadJSON makes it of a list of them.
func ReadJSONLines(r io.Reader) (*Document, error) {
	j := jsonReader{builder: newBuilder(), scanner: newScanner(decoded(r))}
	err := j.lines()
	if err == nil {
		err = j.failed
	}
	if err != nil {
		return nil, fmt.Errorf("it is not valid JSON: %w", err)
	}
	return j.document()
}

func (j *jsonReader) lines() error {
	item := j.id("item")
	for {
		c := j.peek()
		if c == 0 {
			return nil
		}
		if err := j.value(item, c, true); err != nil {
			return err
		}
	}
}

type jsonReader struct {
	*builder
	*scanner
}

func (j *jsonReader) top() (err error) {
	switch c := j.peek(); c {
	case '{':
		err = j.fields()
	case '[':
		err = j.items(j.id("item"))
	default:
		err = j.value(j.id("item"), c, true)
	}
	if err == nil && j.peek() != 0 {
		err = fmt.Errorf("something follows its end at byte %d", j.offset())
	}
	if err == nil {
		err = j.failed
	}
	return err
}

// fields reads an object.
func (j *jsonReader) fields() error {
	j.advance()
	if j.peek() == '}' {
		j.advance()
		return nil
	}
	for {
		if j.peek() != '"' {
			return j.unexpected("a name between quotes")
		}
		key, err := j.string()
		if err != nil {
			return err
		}
		name, ok := j.d.ids[string(key)]
		if !ok {
			name = j.id(string(key))
		}
		if j.peek() != ':' {
			return j.unexpected("a colon")
		}
		j.advance()
		if err := j.value(name, j.peek(), false); err != nil {
			return err
		}
		if more, err := j.more('}'); err != nil || !more {
			return err
		}
	}
}

// items reads a list.
func (j *jsonReader) items(name int32) error {
	j.advance()
	if j.peek() == ']' {
		j.advance()
		return nil
	}
	for {
		if err := j.value(name, j.peek(), true); err != nil {
			return err
		}
		if more, err := j.more(']'); err != nil || !more {
			return err
		}
	}
}

// more passes a comma, or the end.
func (j *jsonReader) more(end byte) (bool, error) {
	switch j.peek() {
	case ',':
		j.advance()
		return true, nil
	case end:
		j.advance()
		return false, nil
	}
	return false, j.unexpected("a comma or " + string(rune(end)))
}

// value reads a value that begins with c; inList says that a list holds it.
func (j *jsonReader) value(name int32, c byte, inList bool) error {
	switch {
	case c == '{' || c == '[' && inList:
		if _, err := j.open(name); err != nil {
			return err
		}
		defer j.close()
		if c == '[' {
			return j.items(j.id("item"))
		}
		return j.fields()
	case c == '[':
		return j.items(name)
	case c == '"':
		text, err := j.string()
		j.leaf(name, Text, text)
		return err
	case c == '-' || c >= '0' && c <= '9':
		text, err := j.number()
		j.leaf(name, Number, text)
		return err
	}
	for word, kind := range map[string]Kind{"true": True, "false": False, "null": Null} {
		if word[0] == c {
			if kind == Null {
				j.leaf(name, Null, nil)
			} else {
				j.leaf(name, kind, []byte(word))
			}
			return j.word(word)
		}
	}
	return j.unexpected("a value")
}
