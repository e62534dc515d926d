package format

import (
	"bytes"
	"compress/gzip"
	"context"
	"io"
	"runtime"
	"strings"
	"testing"
)

// repeated is a large file that is nowhere: a start, a piece again and again, an end.
type repeated struct {
	start, piece, end string
	times             int64
}

func (f repeated) size() int64 {
	return int64(len(f.start)) + int64(len(f.piece))*f.times + int64(len(f.end))
}

// ReadAt implements io.ReaderAt.
func (f repeated) ReadAt(p []byte, off int64) (n int, err error) {
	body := int64(len(f.piece)) * f.times
	for n < len(p) {
		at := off + int64(n)
		var from string
		switch in := at - int64(len(f.start)); {
		case in < 0:
			from = f.start[at:]
		case in < body:
			from = f.piece[in%int64(len(f.piece)):]
		case in-body < int64(len(f.end)):
			from = f.end[in-body:]
		default:
			return n, io.EOF
		}
		n += copy(p[n:], from)
	}
	return n, nil
}

// TestMemoryIsBounded: a file whose columns are small is read with far less memory than
// it has bytes, all that is ever taken counted: below 64 MiB for any size that may be
// uploaded (data-sources.md §3.2).
func TestMemoryIsBounded(t *testing.T) {
	const size, bound = 100 << 20, 20 << 20
	text := strings.Repeat("ä long text, ", 4000)
	files := map[string]repeated{
		CSV:   {start: "a,b\n", piece: "1,\"" + text + "\"\n"},
		JSONL: {piece: `{"a":1,"b":"` + text + `"}` + "\n"},
		JSON:  {start: `{"x":{"y":[0`, piece: `,{"a":1,"b":"` + text + `"}`, end: "]}}"},
		XML:   {start: "<r>", piece: "<o a='1'><b>" + text + "</b><!-- " + text + " --></o>", end: "</r>"},
		HTML:  {start: "<html><table>", piece: "<tr><td>1<td>" + text},
	}
	for format, f := range files {
		f.times = size / int64(len(f.piece))
		took := taken(func() {
			set, _, err := Read(context.Background(), format, f, f.size(), Options{}, Limits{Bytes: 1 << 30})
			if err != nil {
				t.Fatalf("%s: %v", format, err)
			}
			if rows := set.Sheets[0].Rows; rows < int(f.times)-1 {
				t.Errorf("%s: %d rows of %d", format, rows, f.times)
			}
		})
		if took > bound {
			t.Errorf("%s: %d MiB for %d MiB", format, took>>20, f.size()>>20)
		}
	}
}

// TestMemoryOfUnpacking: what is packed goes through, whatever it unpacks to.
func TestMemoryOfUnpacking(t *testing.T) {
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	if _, err := io.Copy(z, zeros(60<<20)); err != nil || z.Close() != nil {
		t.Fatal(err)
	}
	took := taken(func() {
		p, err := OpenPack(bytes.NewReader(packed.Bytes()), int64(packed.Len()), "x.gz")
		if err != nil {
			t.Fatal(err)
		}
		r, _, err := p.Open(context.Background(), "", Limits{})
		if err != nil {
			t.Fatal(err)
		}
		if n, err := io.Copy(io.Discard, r); n != 60<<20 || err != nil {
			t.Errorf("%d bytes, %v", n, err)
		}
	})
	if took > 1<<20 {
		t.Errorf("%d KiB for 60 MiB", took>>10)
	}
}

// taken is how many bytes f takes from the heap, given back or not.
func taken(f func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}
