package format

import (
	"octavo/internal/dataset"
)

func (r *recordReader) enter() error {
	r.depth++
	if r.depth > r.lim.Depth {
		return dataset.TooLarge("depth", "levels of nesting", int64(r.lim.Depth), int64(r.depth))
	}
	return nil
}

// members walks an object whose brace was read; f reads the value
// of a key from its first token and copies the key if it needs it after that.
func (r *recordReader) members(f func(key []byte, kind byte) error) error {
	if err := r.enter(); err != nil {
		return err
	}
	for first := true; ; first = false {
		kind, err := r.next()
		if err != nil {
			return err
		}
		if kind == '}' && first {
			break
		}
		if kind != jsonString {
			return r.bad("a key is missing")
		}
		r.key = r.appendString(r.key[:0])
		if kind, err = r.next(); err != nil || kind != ':' {
			return cmpErr(err, r.bad("a colon is missing"))
		}
		if kind, err = r.next(); err != nil {
			return err
		}
		if err := f(r.key, kind); err != nil {
			return err
		}
		if kind, err = r.next(); err != nil {
			return err
		}
		if kind == '}' {
			break
		}
		if kind != ',' {
			return r.bad("a comma or a closing brace is missing")
		}
	}
	r.depth--
	return nil
}

func cmpErr(err, other error) error {
	if err != nil {
		return err
	}
	return other
}

// elements walks an array whose bracket was read.
func (r *recordReader) elements(f func(kind byte) error) error {
	if err := r.enter(); err != nil {
		return err
	}
	for first := true; ; first = false {
		kind, err := r.next()
		if err != nil {
			return err
		}
		if kind == ']' && first {
			break
		}
		if err := f(kind); err != nil {
			return err
		}
		if kind, err = r.next(); err != nil {
			return err
		}
		if kind == ']' {
			break
		}
		if kind != ',' {
			return r.bad("a comma or a closing bracket is missing")
		}
	}
	r.depth--
	return nil
}

// skip steps over a value from its first token.
func (r *recordReader) skip(kind byte) error {
	switch kind {
	case '{':
		return r.members(func(_ []byte, kind byte) error { return r.skip(kind) })
	case '[':
		return r.elements(r.skip)
	case jsonString, jsonNumber, jsonTrue, jsonFalse, jsonNull:
		return nil
	case jsonEnd:
		return r.bad("the file ends too early")
	}
	return r.bad("a value is missing")
}
