package format

import (
	"bytes"
	"encoding/json"
	"path"
	"strings"
	"unicode/utf8"

	"octavo/internal/errs"
)

// HeadSize is how many bytes of a file Detect should see.
const HeadSize = 64 << 10

// Detect tells the format of a file from its first bytes; media type and name
// help where the bytes allow several. A file that cannot be read is refused
// with a sentence that says what it is: format_unsupported, empty_file.
func Detect(name, mediaType string, head []byte) (string, error) {
	if len(head) == 0 {
		return "", emptyFile()
	}
	if bytes.HasPrefix(head, []byte("PK\x03\x04")) {
		return detectZip(name, head)
	}
	if bytes.HasPrefix(head, []byte("PAR1")) {
		return Parquet, nil
	}
	if what := refusedKind(head); what != "" {
		return "", unsupported(what)
	}
	text, ok := headText(head)
	if !ok {
		return "", unsupported("The file is not text, JSON or an Excel workbook, so it cannot be read.")
	}
	text = bytes.TrimLeft(text, " \t\r\n")
	if len(text) == 0 {
		return "", emptyFile()
	}
	return detectText(strings.ToLower(path.Ext(name)), strings.ToLower(mediaType), text)
}

func unsupported(message string) error {
	return errs.New(errs.Invalid, "format_unsupported", message)
}

// refusedKinds are starts of files that are known and not read.
var refusedKinds = []struct{ start, message string }{
	{"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "This is an Excel 97–2003 file (XLS) or a protected workbook. Save it as XLSX without a password and upload it again."},
	{"%PDF", "This is a PDF document. Export the data as CSV or XLSX instead."},
	{"\x89PNG", "This is an image, not data. Upload CSV, XLSX or JSON."},
	{"\xff\xd8\xff", "This is an image, not data. Upload CSV, XLSX or JSON."},
	{"GIF8", "This is an image, not data. Upload CSV, XLSX or JSON."},
	{"\x1f\x8b", "There is an archive inside of the archive. Unpack it and upload what is inside."},
	{"7z\xbc\xaf", "This is a 7-Zip archive. Unpack it and upload what is inside."},
	{"Rar!", "This is a RAR archive. Unpack it and upload what is inside."},
	{"PARE", "This Parquet file is encrypted. Write it without encryption."},
	{"SQLite format 3\x00", "This is an SQLite database, which is not read yet. Export a table as CSV."},
	{"{\\rtf", "This is a text document (RTF). Save the table as CSV or XLSX."},
}

func refusedKind(head []byte) string {
	for _, k := range refusedKinds {
		if bytes.HasPrefix(head, []byte(k.start)) {
			return k.message
		}
	}
	if len(head) > tarMark+5 && string(head[tarMark:tarMark+5]) == "ustar" {
		return "This is a TAR archive. Unpack it and upload what is inside, or pack it as ZIP."
	}
	if isBitmap(head) || isWebP(head) {
		return "This is an image, not data. Upload CSV, XLSX or JSON."
	}
	return ""
}

// tarMark is where a TAR archive says that it is one.
const tarMark = 257

// isBitmap wants more than the two letters with which a text may start too.
func isBitmap(head []byte) bool {
	return len(head) > 14 && head[0] == 'B' && head[1] == 'M' && bytes.Equal(head[6:10], []byte{0, 0, 0, 0})
}

func isWebP(head []byte) bool {
	return len(head) > 12 && string(head[:4]) == "RIFF" && string(head[8:12]) == "WEBP"
}

// detectZip tells a workbook from other packages that are zip files too.
func detectZip(name string, head []byte) (string, error) {
	switch {
	case bytes.Contains(head, []byte("mimetypeapplication/vnd.oasis.opendocument")):
		return "", unsupported("This is an OpenDocument file (ODS), which is not read yet. Save it as XLSX and upload it again.")
	case bytes.Contains(head, []byte("word/")) || bytes.Contains(head, []byte("ppt/")):
		return "", unsupported("This is an Office document, but no workbook. Upload CSV, XLSX or JSON.")
	case bytes.Contains(head, []byte("xl/workbook.bin")) || strings.EqualFold(path.Ext(name), ".xlsb"):
		return "", unsupported("This is a binary Excel workbook (XLSB). Save it as XLSX and upload it again.")
	case bytes.Contains(head, []byte("[Content_Types].xml")) || bytes.Contains(head, []byte("xl/")):
		return XLSX, nil
	}
	switch strings.ToLower(path.Ext(name)) {
	case ".xlsx", ".xlsm", ".xltx", ".xltm":
		return XLSX, nil
	}
	return "", unsupported("There is an archive inside of the archive. Unpack it and upload what is inside.")
}

func detectText(ext, mediaType string, text []byte) (string, error) {
	lower := bytes.ToLower(text[:min(len(text), 512)])
	switch {
	case text[0] == '{' || text[0] == '[':
		if ext == ".csv" || ext == ".tsv" || ext == ".txt" {
			if !looksLikeJSON(text) {
				return CSV, nil
			}
		}
		if isLines(ext, mediaType, text) {
			return JSONL, nil
		}
		return JSON, nil
	case bytes.HasPrefix(lower, []byte("<!doctype html")), bytes.HasPrefix(lower, []byte("<?xml")) && bytes.Contains(lower, []byte("<html")), bytes.HasPrefix(lower, []byte("<html")), bytes.HasPrefix(lower, []byte("<table")):
		return HTML, nil
	case bytes.HasPrefix(lower, []byte("<?xml")), lower[0] == '<' && (bytes.Contains(lower, []byte("</")) || bytes.Contains(lower, []byte("/>")) || ext == ".xml"):
		return XML, nil
	case isLines(ext, mediaType, text):
		return JSONL, nil
	case strings.Contains(mediaType, "json") && ext != ".csv":
		return JSON, nil
	}
	return CSV, nil
}

// isLines says whether a text holds one JSON value on each line: by its name, or because
// another object follows the one of the first line.
func isLines(ext, mediaType string, text []byte) bool {
	if ext == ".jsonl" || ext == ".ndjson" || strings.Contains(mediaType, "ndjson") || strings.Contains(mediaType, "jsonl") {
		return true
	}
	line, rest, ok := bytes.Cut(text, []byte("\n"))
	return ok && text[0] == '{' && bytes.HasPrefix(bytes.TrimLeft(rest, " \t\r\n"), []byte("{")) && json.Valid(line)
}

// looksLikeJSON wants what may follow an opening bracket.
func looksLikeJSON(text []byte) bool {
	rest := bytes.TrimLeft(text[1:], " \t\r\n")
	if len(rest) == 0 {
		return false
	}
	if text[0] == '{' {
		return rest[0] == '"' || rest[0] == '}'
	}
	return strings.IndexByte("{[\"]-0123456789tfn", rest[0]) >= 0
}

// headText gives the head as UTF-8, and false for what is no text.
func headText(head []byte) ([]byte, bool) {
	enc := sniffEncoding(head)
	if enc == encUTF16LE || enc == encUTF16BE {
		text, err := decodeAll(enc, head[:len(head)&^1])
		return text, err == nil && isText(text)
	}
	head = bytes.TrimPrefix(head, utf8BOM)
	return head, isText(head)
}

var utf8BOM = []byte("\xef\xbb\xbf")

// maxControls is how many control characters in 1,000 bytes a text may have.
const maxControls = 5

// isText says whether bytes may be text: no NUL and hardly any other control characters.
func isText(b []byte) bool {
	controls := 0
	for _, c := range b {
		if c == 0 {
			return false
		}
		if c < ' ' && c != '\t' && c != '\n' && c != '\r' && c != '\f' && c != 0x1a {
			controls++
		}
	}
	if controls*1000 > len(b)*maxControls {
		return false
	}
	return validPrefix(b) || highShare(b) < maxHighShare
}

// maxHighShare is the percentage of bytes over 127 from which bytes that are
// no UTF-8 are no text of a single-byte encoding either.
const maxHighShare = 60

func highShare(b []byte) int {
	high := 0
	for _, c := range b {
		if c >= utf8.RuneSelf {
			high++
		}
	}
	return high * 100 / max(len(b), 1)
}

// validPrefix is utf8.Valid for bytes that may be cut within a character.
func validPrefix(b []byte) bool {
	for i := 0; i < utf8.UTFMax && i <= len(b); i++ {
		if utf8.Valid(b[:len(b)-i]) {
			return i == 0 || !utf8.FullRune(b[len(b)-i:])
		}
	}
	return false
}
