package format

import (
	"archive/zip"
	"compress/flate"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"

	"octavo/internal/dataset"
	"octavo/internal/errs"
)

// Pack is a file with files inside: gzip or ZIP. Workbooks are ZIP files too, and none.
type Pack struct {
	// Members are the files of a ZIP archive, without what systems add; of gzip none.
	Members []string

	r    io.ReaderAt
	size int64
	name string // of the file inside gzip
	zip  *zip.Reader
}

// maxMembers is how many files an archive may hold.
const maxMembers = 10_000

// OpenPack opens a file that is packed; nil for others. Codes format_mismatch for a
// damaged archive or one whose names lead out of it, too_large for too many files.
func OpenPack(r io.ReaderAt, size int64, name string) (*Pack, error) {
	var start [4]byte
	if n, _ := r.ReadAt(start[:], 0); n < len(start) { // what is so short is not packed
		return nil, nil
	}
	p := &Pack{r: r, size: size, name: name}
	switch {
	case start[0] == 0x1f && start[1] == 0x8b:
		p.name = innerName(name)
		return p, nil
	case string(start[:]) != "PK\x03\x04":
		return nil, nil
	}
	z, err := openZip(r, size)
	if err != nil {
		if isBookName(name) {
			return nil, nil // its reader has a better sentence
		}
		return nil, damagedPack(err)
	}
	if isOffice(z) {
		return nil, nil
	}
	p.zip = z
	return p, p.list()
}

// innerName is the name of what a .gz file holds.
func innerName(name string) string {
	ext := path.Ext(name)
	switch strings.ToLower(ext) {
	case ".gz", ".gzip":
		return name[:len(name)-len(ext)]
	case ".tgz":
		return name[:len(name)-len(ext)] + ".tar"
	}
	return name
}

func isBookName(name string) bool {
	switch strings.ToLower(path.Ext(name)) {
	case ".xlsx", ".xlsm", ".xltx", ".xltm", ".xlsb", ".ods":
		return true
	}
	return false
}

// isOffice knows documents that are ZIP files: Detect tells which.
func isOffice(z *zip.Reader) bool {
	return slices.ContainsFunc(z.File, func(f *zip.File) bool {
		name := strings.ToLower(strings.TrimPrefix(strings.ReplaceAll(f.Name, `\`, "/"), "/"))
		return name == "[content_types].xml" || name == "xl/workbook.xml" || name == "mimetype"
	})
}

// maxDirectory bounds the list of files of an archive, which is held in memory.
const maxDirectory = 4 << 20

// openZip opens an archive whose list of files is not too long.
func openZip(r io.ReaderAt, size int64) (*zip.Reader, error) {
	b := &boundedAt{r: r, left: maxDirectory}
	z, err := zip.NewReader(b, size)
	if b.passed {
		return nil, dataset.TooLarge("members", "bytes in the list of an archive's files", maxDirectory, maxDirectory+1)
	}
	b.open = true
	return z, err
}

// boundedAt counts what is read until the archive is open.
type boundedAt struct {
	r            io.ReaderAt
	left         int64
	open, passed bool
}

// ReadAt implements io.ReaderAt.
func (b *boundedAt) ReadAt(p []byte, off int64) (int, error) {
	if !b.open {
		if b.left -= int64(len(p)); b.left < 0 {
			b.passed = true
			return 0, errTooLong
		}
	}
	return b.r.ReadAt(p, off)
}

var errTooLong = errors.New("the list of files is too long")

// list notes the files. A name that leads out of the archive is no mistake of anybody.
func (p *Pack) list() error {
	for _, f := range p.zip.File {
		name := strings.ReplaceAll(f.Name, `\`, "/")
		if slices.Contains(strings.Split(name, "/"), "..") || strings.HasPrefix(name, "/") {
			return mismatch("The ZIP archive holds a name that leads out of it. It was not made by a common program; pack it again.")
		}
		base := path.Base(name)
		if strings.HasSuffix(name, "/") || strings.HasPrefix(name, "__MACOSX/") || strings.HasPrefix(base, ".") {
			continue
		}
		p.Members = append(p.Members, f.Name)
	}
	switch n := len(p.Members); {
	case n > maxMembers:
		return dataset.TooLarge("members", "files in an archive", maxMembers, int64(n))
	case n == 0:
		return errs.New(errs.Invalid, "empty_file", "There is no file in this ZIP archive.")
	}
	return nil
}

// dataEndings are names of files that are data, the likeliest first.
var dataEndings = []string{".csv", ".tsv", ".tab", ".xlsx", ".xlsm", ".json", ".jsonl", ".ndjson", ".xml", ".html", ".htm", ".parquet", ".txt"}

// First is the file that is meant when nobody chose: the first that is named as data,
// else the first.
func (p *Pack) First() string {
	for _, ending := range dataEndings {
		for _, name := range p.Members {
			if strings.EqualFold(path.Ext(name), ending) {
				return name
			}
		}
	}
	return p.Members[0]
}

// Open gives the file inside: of an archive with several the one that member names, a
// whole name, the name without folders, or a pattern as "*.csv"; a single file is the one,
// whatever its name. Reading ends with
// too_large beyond lim or when a few bytes become very many, and with format_mismatch
// when the file is damaged. Codes of Open itself: option_invalid, format_mismatch.
func (p *Pack) Open(ctx context.Context, member string, lim Limits) (r io.ReadCloser, name string, err error) {
	lim = lim.withDefaults()
	packed, name := p.size, p.name
	if p.zip == nil {
		r, err = gzip.NewReader(io.NewSectionReader(p.r, 0, p.size))
	} else {
		var f *zip.File
		if f, err = p.choose(member); err != nil {
			return nil, "", err
		}
		if f.Flags&1 != 0 {
			return nil, "", mismatch("The files in this ZIP archive are locked with a password. Pack them without one.")
		}
		packed, name = int64(min(f.CompressedSize64, uint64(p.size))), f.Name
		r, err = f.Open()
	}
	if err != nil {
		return nil, "", damagedPack(err)
	}
	most := min(lim.Bytes, max(freeUnpacked, maxRatio*packed))
	return &unpacker{ctx: ctx, r: r, most: most}, path.Base(strings.ReplaceAll(name, `\`, "/")), nil
}

func (p *Pack) choose(member string) (*zip.File, error) {
	if member == "" && len(p.Members) > 1 {
		return nil, badOption("zip_member", fmt.Sprintf("The ZIP archive holds %d files. Choose one of them.", len(p.Members)))
	}
	known := map[string]bool{}
	for _, name := range p.Members {
		known[name] = true
	}
	var last *zip.File
	for _, f := range p.zip.File {
		if !known[f.Name] {
			continue
		}
		last = f
		base := path.Base(strings.ReplaceAll(f.Name, `\`, "/"))
		whole, _ := path.Match(member, f.Name) // of a bad pattern false
		short, _ := path.Match(member, base)
		if member == "" || f.Name == member || base == member || whole || short {
			return f, nil
		}
	}
	if len(p.Members) == 1 {
		return last, nil // its name changed since
	}
	return nil, badOption("zip_member", fmt.Sprintf("The ZIP archive holds no file %q.", member))
}

// unpacker ends reading at the limit, whatever the archive declares.
type unpacker struct {
	ctx  context.Context
	r    io.ReadCloser
	n    int64
	most int64
}

// Read implements io.Reader.
func (u *unpacker) Read(b []byte) (int, error) {
	if err := u.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := u.r.Read(b)
	if u.n += int64(n); u.n > u.most {
		return 0, dataset.TooLarge("unpacked", "bytes when unpacked", u.most, u.n)
	}
	if err != nil && !errors.Is(err, io.EOF) {
		err = damagedPack(err)
	}
	return n, err
}

// Close implements io.Closer.
func (u *unpacker) Close() error { return u.r.Close() }

// damagedPack gives errors of unpacking a sentence; others pass.
func damagedPack(err error) error {
	var corrupt flate.CorruptInputError
	for _, known := range []error{zip.ErrFormat, zip.ErrChecksum, zip.ErrAlgorithm, gzip.ErrHeader, gzip.ErrChecksum, io.ErrUnexpectedEOF, io.EOF} {
		if errors.Is(err, known) || errors.As(err, &corrupt) {
			return mismatch("The archive is damaged, or packed in a way that is not known. Pack it again as ZIP or gzip.").WithCause(err)
		}
	}
	return err
}
