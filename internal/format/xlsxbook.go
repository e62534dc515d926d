package format

import (
	"archive/zip"
	"compress/flate"
	"errors"
	"io"
	"path"
	"strings"

	"octavo/internal/dataset"
	"octavo/internal/errs"
)

// maxParts is how many files a workbook may consist of.
const maxParts = 20_000

// A workbook may unpack to so many times its size, and to freeUnpacked whatever its
// size is. Deflate can pack a thousand bytes into one; that of tables, even of
// equal rows, stays below a hundred.
const (
	maxRatio     = 200
	freeUnpacked = 64 << 20
)

// book is an open workbook.
type book struct {
	in        input
	files     map[string]*zip.File
	unpacked  int64 // bytes read from parts so far
	since1904 bool
	sheets    []bookSheet
	styles    *styles
	shared    sharedTexts
}

type bookSheet struct {
	name, part string
	hidden     bool
}

// openBook opens the package and reads everything but the sheets.
func openBook(in input) (*book, error) {
	z, err := openZip(in.r, in.size)
	if errs.KindOf(err) == errs.TooLarge {
		return nil, err
	}
	if err != nil {
		return nil, mismatch("The file is not an XLSX workbook, or it is damaged.").WithCause(err)
	}
	in.lim.Unpacked = min(in.lim.Unpacked, max(freeUnpacked, maxRatio*in.size))
	b := &book{in: in, files: make(map[string]*zip.File, len(z.File))}
	if len(z.File) > maxParts {
		return nil, dataset.TooLarge("parts", "parts of a workbook", maxParts, int64(len(z.File)))
	}
	declared := uint64(0)
	for _, f := range z.File {
		declared += f.UncompressedSize64
		if declared > uint64(in.lim.Unpacked) || f.UncompressedSize64 > uint64(in.lim.Unpacked) {
			return nil, dataset.TooLarge("unpacked", "bytes when unpacked", in.lim.Unpacked, int64(min(declared, 1<<62)))
		}
		b.files[strings.ToLower(strings.TrimPrefix(strings.ReplaceAll(f.Name, "\\", "/"), "/"))] = f
	}
	main := "xl/workbook.xml"
	roots, err := b.relations("")
	if err != nil {
		return nil, err
	}
	for _, r := range roots {
		if strings.HasSuffix(r.kind, "/officeDocument") {
			main = r.target
		}
	}
	return b, b.readBook(main)
}

// scan walks a part. A part that is missing is not walked: found is false.
func (b *book) scan(name string, f func(x *xmlScanner) error) (found bool, err error) {
	file, ok := b.files[strings.ToLower(name)]
	if !ok {
		return false, nil
	}
	r, err := file.Open()
	if err != nil {
		return true, damagedBook(err)
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	// A cell is kept with its tag, and escapes make it longer than its text.
	w := newWindow(b.in.ctx, &partReader{book: b, r: r}, 8*b.in.lim.Cell)
	if _, err := w.more(); err != nil {
		return true, damagedBook(err)
	}
	if strings.HasPrefix(string(w.buf[:min(3, len(w.buf))]), string(utf8BOM)) {
		w.pos = len(utf8BOM)
	}
	return true, damagedBook(f(&xmlScanner{w: w}))
}

// damagedBook gives errors of unpacking and of XML a sentence; others pass.
func damagedBook(err error) error {
	for _, known := range []error{errXML, errDocType, zip.ErrFormat, zip.ErrChecksum, zip.ErrAlgorithm, io.ErrUnexpectedEOF} {
		if errors.Is(err, known) {
			return mismatch("The workbook is damaged. Open it in Excel, save it again and upload that file.").WithCause(err)
		}
	}
	var corrupt flate.CorruptInputError
	if errors.As(err, &corrupt) {
		return mismatch("The workbook is damaged. Open it in Excel, save it again and upload that file.").WithCause(err)
	}
	return err
}

// partReader counts what is really unpacked, whatever the package declares.
type partReader struct {
	book *book
	r    io.Reader
}

func (p *partReader) Read(buf []byte) (int, error) {
	n, err := p.r.Read(buf)
	p.book.unpacked += int64(n)
	if limit := p.book.in.lim.Unpacked; p.book.unpacked > limit {
		return n, dataset.TooLarge("unpacked", "bytes when unpacked", limit, p.book.unpacked)
	}
	return n, err
}

type relation struct{ id, kind, target string }

// relations reads what a part refers to; "" is the package itself.
func (b *book) relations(part string) ([]relation, error) {
	dir, file := path.Split(part)
	var out []relation
	_, err := b.scan(dir+"_rels/"+file+".rels", func(x *xmlScanner) error {
		for {
			kind, err := x.next()
			if err != nil || kind == xmlEnd {
				return err
			}
			if kind == xmlStart && string(x.name) == "Relationship" {
				target := x.attrText("Target")
				if strings.HasPrefix(target, "/") {
					target = target[1:]
				} else {
					target = path.Join(dir, target)
				}
				out = append(out, relation{x.attrText("Id"), x.attrText("Type"), target})
			}
		}
	})
	return out, err
}

func (b *book) readBook(main string) error {
	rels, err := b.relations(main)
	if err != nil {
		return err
	}
	parts := map[string]relation{}
	stylesPart, sharedPart := "", ""
	for _, r := range rels {
		parts[r.id] = r
		switch {
		case strings.HasSuffix(r.kind, "/styles"):
			stylesPart = r.target
		case strings.HasSuffix(r.kind, "/sharedStrings"):
			sharedPart = r.target
		}
	}
	found, err := b.scan(main, func(x *xmlScanner) error { return b.readSheetList(x, parts) })
	if err == nil && (!found || len(b.sheets) == 0) {
		return mismatch("The file is not an XLSX workbook: it has no sheets.")
	}
	if err != nil {
		return err
	}
	if _, err := b.scan(stylesPart, func(x *xmlScanner) (err error) {
		b.styles, err = readStyles(x)
		return err
	}); err != nil {
		return err
	}
	_, err = b.scan(sharedPart, func(x *xmlScanner) error { return b.shared.read(x, b.in.lim) })
	return err
}

func (b *book) readSheetList(x *xmlScanner, parts map[string]relation) error {
	for {
		kind, err := x.next()
		if err != nil || kind == xmlEnd {
			return err
		}
		if kind != xmlStart {
			continue
		}
		switch string(x.name) {
		case "workbookPr":
			v := x.attrText("date1904")
			b.since1904 = v == "1" || v == "true" || v == "on"
		case "sheet":
			rel := parts[x.attrText("id")]
			if strings.HasSuffix(rel.kind, "/worksheet") {
				state := x.attrText("state")
				b.sheets = append(b.sheets, bookSheet{
					name: x.attrText("name"), part: rel.target, hidden: state == "hidden" || state == "veryHidden",
				})
			}
		}
	}
}

// sharedTexts are the texts that cells refer to by number, in one arena.
type sharedTexts struct {
	arena []byte
	ends  []int
}

func (s *sharedTexts) at(i int) ([]byte, bool) {
	if i < 0 || i >= len(s.ends) {
		return nil, false
	}
	start := 0
	if i > 0 {
		start = s.ends[i-1]
	}
	return s.arena[start:s.ends[i]], true
}

func (s *sharedTexts) read(x *xmlScanner, lim Limits) error {
	maxTexts := lim.Texts
	if maxTexts <= 0 {
		maxTexts = dataset.DefaultTexts
	}
	for {
		kind, err := x.next()
		if err != nil || kind == xmlEnd {
			return err
		}
		if kind != xmlStart || string(x.name) != "si" {
			continue
		}
		if s.arena, err = appendRichText(x, s.arena, "si"); err != nil {
			return err
		}
		s.ends = append(s.ends, len(s.arena))
		if n := int64(len(s.arena)); n > maxTexts {
			return dataset.TooLarge("texts", "bytes of different texts", maxTexts, n)
		}
		if n := int64(len(s.ends)); n > dataset.DefaultCells {
			return dataset.TooLarge("texts", "different texts", dataset.DefaultCells, n)
		}
	}
}

// appendRichText appends the text of an element whose start tag was read: all
// runs, without the reading aids of Japanese texts.
func appendRichText(x *xmlScanner, dst []byte, element string) ([]byte, error) {
	start, inText, aid := len(dst), false, false
	for {
		kind, err := x.next()
		if err != nil {
			return dst, err
		}
		switch kind {
		case xmlEnd:
			return dst, errXML
		case xmlText:
			if inText && !aid {
				dst = x.appendText(dst)
			}
			continue
		}
		switch name := string(x.name); {
		case name == element && kind == xmlStop:
			return undoCarriage(dst, start), nil
		case name == "t":
			inText = kind == xmlStart
		case name == "rPh":
			aid = kind == xmlStart
		}
	}
}

// undoCarriage turns "_x000D_" and the like, with which workbooks write control
// characters, back from start on.
func undoCarriage(b []byte, start int) []byte {
	out := start
	for i := start; i < len(b); {
		if r, ok := escapedUnit(b[i:]); ok {
			out += copy(b[out:], string(r))
			i += len("_x0000_")
			continue
		}
		b[out] = b[i]
		out++
		i++
	}
	return b[:out]
}

func escapedUnit(b []byte) (rune, bool) {
	if len(b) < 7 || b[0] != '_' || b[1] != 'x' || b[6] != '_' {
		return 0, false
	}
	r := rune(0)
	for _, c := range b[2:6] {
		d, ok := hexDigit(c)
		if !ok {
			return 0, false
		}
		r = r<<4 | d
	}
	return r, r > 0 && (r < 0xd800 || r > 0xdfff)
}
