package format

import (
	"bytes"
	"errors"
	"io"
	"strings"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// Names of the encodings that are found out.
const (
	encUTF8    = "utf-8"
	encUTF16LE = "utf-16le"
	encUTF16BE = "utf-16be"
	encWindows = "windows-1252"
)

// Said is the encoding of a text whose server names its character set, as Options take it; "" = it is found out from the
// text, which begins with a byte order mark, or the name says nothing or UTF-8, which servers often say of other texts.
func Said(charset string, head []byte) string {
	if charset == "" || hasMark(head) {
		return ""
	}
	if _, name, err := encodingOf(charset); err == nil && name != encUTF8 {
		return name
	}
	return ""
}

func hasMark(head []byte) bool {
	return bytes.HasPrefix(head, utf8BOM) || bytes.HasPrefix(head, []byte("\xff\xfe")) || bytes.HasPrefix(head, []byte("\xfe\xff"))
}

// sniffEncoding tells the encoding from the first bytes of a file: by its byte
// order mark, by the zero bytes of UTF-16 without one, else by whether it is UTF-8.
func sniffEncoding(head []byte) string {
	switch {
	case bytes.HasPrefix(head, utf8BOM):
		return encUTF8
	case bytes.HasPrefix(head, []byte("\xff\xfe")):
		return encUTF16LE
	case bytes.HasPrefix(head, []byte("\xfe\xff")):
		return encUTF16BE
	}
	if even, odd := zeroShares(head); odd > 30 && even < 5 {
		return encUTF16LE
	} else if even > 30 && odd < 5 {
		return encUTF16BE
	}
	if validPrefix(head) {
		return encUTF8
	}
	return encWindows
}

// zeroShares are the percentages of zero bytes at even and at odd offsets.
func zeroShares(b []byte) (even, odd int) {
	if len(b) < 4 {
		return 0, 0
	}
	n := [2]int{}
	for i, c := range b {
		if c == 0 {
			n[i&1]++
		}
	}
	return n[0] * 200 / len(b), n[1] * 200 / len(b)
}

// encodingOf finds an encoding by its IANA or web name. Nil is UTF-8, which needs no decoder.
func encodingOf(name string) (encoding.Encoding, string, error) {
	switch n := strings.ToLower(strings.TrimSpace(name)); n {
	case encUTF8, "utf8", "us-ascii", "ascii":
		return nil, encUTF8, nil
	case encUTF16LE, "utf-16":
		return unicode.UTF16(unicode.LittleEndian, unicode.UseBOM), encUTF16LE, nil
	case encUTF16BE:
		return unicode.UTF16(unicode.BigEndian, unicode.UseBOM), encUTF16BE, nil
	case encWindows:
		return charmap.Windows1252, encWindows, nil
	default:
		e, err := htmlindex.Get(n)
		if err != nil || e == encoding.Replacement {
			return nil, "", badOption("encoding", "This encoding is not known. Use a name such as utf-8, windows-1252 or iso-8859-15.")
		}
		return e, n, nil
	}
}

// decoder reads a file of an encoding as UTF-8, without the byte order mark.
func decoder(r io.Reader, e encoding.Encoding) io.Reader {
	if e == nil {
		return &bomSkipper{r: r}
	}
	return transform.NewReader(r, e.NewDecoder())
}

func decodeAll(name string, b []byte) ([]byte, error) {
	e, _, err := encodingOf(name)
	if err != nil {
		return nil, err
	}
	return io.ReadAll(decoder(bytes.NewReader(b), e))
}

// bomSkipper drops a byte order mark of UTF-8 at the start.
type bomSkipper struct {
	r    io.Reader
	past bool
}

func (s *bomSkipper) Read(p []byte) (int, error) {
	if s.past {
		return s.r.Read(p)
	}
	if len(p) < len(utf8BOM) {
		return 0, io.ErrShortBuffer
	}
	s.past = true
	n, err := io.ReadFull(s.r, p[:len(utf8BOM)])
	if errors.Is(err, io.ErrUnexpectedEOF) {
		err = nil
	}
	if bytes.Equal(p[:n], utf8BOM) {
		return s.r.Read(p)
	}
	return n, err
}
