package format

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"strings"
	"testing"

	"octavo/internal/errs"
)

// archive is a ZIP file of names and contents.
func archive(t testing.TB, files ...string) []byte {
	t.Helper()
	var buf bytes.Buffer
	z := zip.NewWriter(&buf)
	for i := 0; i < len(files); i += 2 {
		w, err := z.Create(files[i])
		if err == nil {
			_, err = io.WriteString(w, files[i+1])
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

func gzipped(t testing.TB, r io.Reader) []byte {
	t.Helper()
	var buf bytes.Buffer
	z, err := gzip.NewWriterLevel(&buf, gzip.BestSpeed)
	if err == nil {
		_, err = io.Copy(z, r)
	}
	if err != nil || z.Close() != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

// zeros are n bytes.
func zeros(n int64) io.Reader { return io.LimitReader(zeroReader{}, n) }

type zeroReader struct{}

func (zeroReader) Read(p []byte) (int, error) { clear(p); return len(p), nil }

// unpack reads what is packed to the end.
func unpack(data []byte, name, member string, lim Limits) (string, string, error) {
	p, err := OpenPack(bytes.NewReader(data), int64(len(data)), name)
	if err != nil || p == nil {
		return "", "", err
	}
	r, inner, err := p.Open(context.Background(), member, lim)
	if err != nil {
		return "", "", err
	}
	text, err := io.ReadAll(r)
	return inner, string(text), err
}

func TestPack(t *testing.T) {
	two := archive(t, "a/x.csv", "1", "b/y.json", "2", ".hidden", "3", "b/", "")
	for _, tt := range []struct {
		data                        []byte
		name, member, inner, inside string
	}{
		{gzipped(t, strings.NewReader("a,b")), "x.csv.gz", "", "x.csv", "a,b"},
		{append(gzipped(t, strings.NewReader("a,")), gzipped(t, strings.NewReader("b"))...), "x.csv.gz", "", "x.csv", "a,b"},
		{archive(t, "x.csv", "1"), "x.zip", "", "x.csv", "1"},
		{archive(t, "june.csv", "1"), "x.zip", "may.csv", "june.csv", "1"},
		{two, "two.zip", "b/y.json", "y.json", "2"},
		{two, "two.zip", "y.json", "y.json", "2"},
		{two, "two.zip", "*.csv", "x.csv", "1"},
		{[]byte("a,b"), "x.csv", "", "", ""},
		{workbook(t, sample), "x.xlsx", "", "", ""},
	} {
		inner, text, err := unpack(tt.data, tt.name, tt.member, Limits{})
		if inner != tt.inner || text != tt.inside || err != nil {
			t.Errorf("%s %s: %q, %q, %v", tt.name, tt.member, inner, text, err)
		}
	}
	if p, err := OpenPack(bytes.NewReader(two), int64(len(two)), "two.zip"); err != nil || fmt.Sprintf("%v %s", p.Members, p.First()) != "[a/x.csv b/y.json] a/x.csv" {
		t.Errorf("%v, %v", p, err)
	}
}

// TestPackAttacks: bombs end at the limit, names that lead out are refused, and nothing
// is unpacked twice.
func TestPackAttacks(t *testing.T) {
	const mib = 1 << 20
	bomb := gzipped(t, zeros(70*mib)) // about 1 : 1000
	if len(bomb) > mib {
		t.Fatalf("the bomb has %d bytes", len(bomb))
	}
	zipBomb := archive(t, "x.csv", strings.Repeat("0", 70*mib))
	lying := bytes.Clone(zipBomb) // says that it is small
	at := bytes.LastIndex(lying, []byte("PK\x01\x02"))
	binary.LittleEndian.PutUint32(lying[at+24:], 10)
	locked := bytes.Clone(archive(t, "x.csv", "1"))
	locked[bytes.LastIndex(locked, []byte("PK\x01\x02"))+8] |= 1
	var many []string
	for i := range maxMembers + 1 {
		many = append(many, fmt.Sprintf("%05d", i), "")
	}
	var names []string
	for i := range 3000 {
		names = append(names, fmt.Sprintf("%d%s", i, strings.Repeat("n", 2000)), "")
	}
	cut := gzipped(t, strings.NewReader(strings.Repeat("abc", 1000)))
	for _, tt := range []struct {
		what, name, code string
		data             []byte
		lim              Limits
	}{
		{"gzip bomb", "x.gz", "too_large", bomb, Limits{Bytes: 1 << 30}},
		{"zip bomb", "x.zip", "too_large", zipBomb, Limits{Bytes: 1 << 30}},
		{"zip bomb that lies", "x.zip", "format_mismatch", lying, Limits{Bytes: 1 << 30}},
		{"more than a file may have", "x.gz", "too_large", bomb, Limits{Bytes: mib}},
		{"a path with ..", "x.zip", "format_mismatch", archive(t, "../../etc/x.csv", "1"), Limits{}},
		{"a path with .. and backslashes", "x.zip", "format_mismatch", archive(t, `a\..\..\x.csv`, "1"), Limits{}},
		{"a path from the root", "x.zip", "format_mismatch", archive(t, "/etc/x.csv", "1"), Limits{}},
		{"locked", "x.zip", "format_mismatch", locked, Limits{}},
		{"too many files", "x.zip", "too_large", archive(t, many...), Limits{}},
		{"a long list of files", "x.zip", "too_large", archive(t, names...), Limits{}},
		{"several and none chosen", "x.zip", "option_invalid", archive(t, "a", "", "b", ""), Limits{}},
		{"nothing in it", "x.zip", "empty_file", archive(t, "a/", ""), Limits{}},
		{"cut off", "x.gz", "format_mismatch", cut[:len(cut)-9], Limits{}},
		{"damaged", "x.zip", "format_mismatch", []byte("PK\x03\x04 and nothing else"), Limits{}},
	} {
		if _, text, err := unpack(tt.data, tt.name, "", tt.lim); !errs.Is(err, tt.code) {
			t.Errorf("%s: %v after %d bytes", tt.what, err, len(text))
		}
	}
	for name, inner := range map[string]string{"in.zip": string(archive(t, "x.csv", "1")), "in.csv.gz": string(gzipped(t, strings.NewReader("1")))} {
		_, text, err := unpack(archive(t, name, inner), "out.zip", "", Limits{})
		if err != nil {
			t.Fatal(err)
		}
		if got, err := Detect(name, "", []byte(text)); !errs.Is(err, "format_unsupported") {
			t.Errorf("an archive in an archive is %s, %v", got, err)
		}
	}
}
