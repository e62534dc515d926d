package main

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
)

// repeated gives a text over and over, n bytes in all, and holds one of it.
type repeated struct {
	text string
	at   int
	left int64
}

func (r *repeated) Read(p []byte) (int, error) {
	if r.left <= 0 {
		return 0, io.EOF
	}
	n := 0
	for n < len(p) && r.left > 0 {
		m := copy(p[n:min(len(p), n+int(min(r.left, 1<<20)))], r.text[r.at:])
		n, r.at, r.left = n+m, (r.at+m)%len(r.text), r.left-int64(m)
	}
	return n, nil
}

func endless(text string, n int64) io.Reader { return &repeated{text: text, left: n} }

// workbook is an XLSX file with one sheet.
func workbook(t *testing.T, sheet io.Reader) []byte {
	t.Helper()
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for _, part := range []struct {
		name string
		text io.Reader
	}{
		{"[Content_Types].xml", strings.NewReader(`<Types/>`)},
		{"_rels/.rels", strings.NewReader(`<Relationships><Relationship Id="r1" Type="x/officeDocument" Target="xl/workbook.xml"/></Relationships>`)},
		{"xl/workbook.xml", strings.NewReader(`<workbook><sheets><sheet name="S" id="r1"/></sheets></workbook>`)},
		{"xl/_rels/workbook.xml.rels", strings.NewReader(`<Relationships><Relationship Id="r1" Type="x/worksheet" Target="worksheets/s.xml"/></Relationships>`)},
		{"xl/worksheets/s.xml", sheet},
	} {
		w, err := z.Create(part.name)
		if err == nil {
			_, err = io.Copy(w, part.text)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// bomb is a workbook of some hundred kilobytes that unpacks to more than a thousand times that.
func bomb(t *testing.T, size int64) []byte {
	t.Helper()
	return workbook(t, io.MultiReader(strings.NewReader(`<worksheet><sheetData>`),
		endless(`<row/>`, size)))
}

const mib = 1 << 20

// works lets the server do what any does, signing in and reading a file, so that what
// these take is in its memory already.
func (r *rig) works() {
	r.t.Helper()
	r.do(&call{method: "POST", path: "/sign-in", body: map[string]any{"email": "maya@north.test", "password": password}, status: 200})
	r.do(&call{method: "POST", path: "/northlight/clients/" + r.client + "/sign-in", status: 200})
	r.do(r.makesSource())
}

// peak is the most memory that a process has held so far, in bytes.
func peak(t *testing.T, pid int) int64 {
	t.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		t.Fatal(err)
	}
	m := regexp.MustCompile(`VmHWM:\s+(\d+) kB`).FindSubmatch(text)
	if m == nil {
		t.Fatalf("no VmHWM in %s", text)
	}
	n, err := strconv.ParseInt(string(m[1]), 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	return n << 10
}

// TestBadInput sends files that are not what they claim, or far too much. Each is
// refused with a sentence that says what to do, the server stays small, and the data
// that was there before stays.
func TestBadInput(t *testing.T) {
	t.Parallel()
	r := newProductRig(t)
	r.works()
	before := r.state()
	pid := r.server.cmd.Process.Pid
	start := peak(t, pid)
	for _, c := range []struct {
		name, file string
		body       func() io.Reader
		status     int
		code, says string
		most       int64 // MiB that the peak may be above that at the start by then
	}{
		{"nothing", "empty.csv", func() io.Reader { return strings.NewReader("") }, 422, "empty_file", "Export it again", 20},
		{"a picture", "orders.csv", func() io.Reader { return strings.NewReader("\x89PNG\r\n\x1a\n\x00\x00") }, 422, "format_unsupported", "Upload CSV", 20},
		{"a document", "orders.xlsx", func() io.Reader { return strings.NewReader("%PDF-1.7") }, 422, "format_unsupported", "Export the data", 20},
		{"a workbook that is none", "orders.xlsx", func() io.Reader { return strings.NewReader("PK\x03\x04 and so on") }, 422, "format_mismatch", "damaged", 20},
		{"half a workbook", "orders.xlsx", func() io.Reader { all := bomb(t, 10_000); return bytes.NewReader(all[:len(all)/2]) }, 422, "format_mismatch", "damaged", 20},
		{"broken text", "orders.json", func() io.Reader { return strings.NewReader("[{\"a\":\"\xff\xfe\xfd\"}]") }, 422, "encoding_unknown", "encoding", 20},
		{"a million columns", "wide.csv", func() io.Reader { return endless("name,", 5*1_000_000) }, 413, "too_large", "2000 columns", 60},
		{"a million columns of JSON", "wide.json", func() io.Reader { return wideJSON(1_000_000) }, 413, "too_large", "2000 columns", 60},
		{"deep lists", "deep.json", func() io.Reader { return endless("[", 20*mib) }, 413, "too_large", "256 levels", 60},
		{"deep objects", "deep.json", func() io.Reader { return endless(`{"a":`, 20*mib) }, 413, "too_large", "256 levels", 60},
		{"one endless cell", "cell.csv", func() io.Reader { return endless("a", 50*mib) }, 413, "too_large", "one cell", 60},
		{"a zip bomb", "bomb.xlsx", func() io.Reader { return bytes.NewReader(bomb(t, 100*mib)) }, 413, "too_large", "unpacked", 60},
		{"a length of 300 MB", "large.csv", func() io.Reader { return &sized{endless("North,4\n", 300*mib), 300 * mib} }, 413, "too_large", "104857600 bytes", 100},
		{"300 MB without a length", "large.csv", func() io.Reader { return endless("North,4\n", 300*mib) }, 413, "too_large", "104857600 bytes", 100},
	} {
		begun := time.Now()
		detail := r.refused(&call{method: "POST", path: "/northlight/uploads?name=" + c.file, body: c.body()}, c.status, c.code)
		more := (peak(t, pid) - start) / mib
		t.Logf("%s: %s; peak %d MiB above the start, %s", c.name, detail, more, time.Since(begun).Round(time.Millisecond))
		if !strings.Contains(detail, c.says) {
			t.Errorf("%s: it says %q, want %q in it", c.name, detail, c.says)
		}
		if more > c.most {
			t.Errorf("%s: the peak of memory is %d MiB above the start, at most %d are meant", c.name, more, c.most)
		}
	}
	r.do(&call{method: "POST", path: "/northlight/uploads?name=other.json", body: `[{"Region":"Porto"}]`, status: 201})
	r.refused(&call{method: "POST", path: "/northlight/data-sources/" + r.source + "/payload", body: map[string]any{"upload_id": r.upload}}, 422, "format_mismatch")
	if r.state() != before {
		t.Errorf("something changed: %s", different(before, r.state()))
	}
	r.do(&call{method: "GET", path: "/northlight/data-sources/" + r.source + "/preview", status: 200})
	r.check("after bad input")
}

func wideJSON(n int) io.Reader {
	var b strings.Builder
	b.WriteString(`[{`)
	for i := range n {
		fmt.Fprintf(&b, `"c%d":1,`, i)
	}
	b.WriteString(`"last":1}]`)
	return strings.NewReader(b.String())
}

// TestBadCalls sends calls that no program of ours sends.
func TestBadCalls(t *testing.T) {
	t.Parallel()
	r := newProductRig(t)
	r.works()
	before := r.state()
	pid := r.server.cmd.Process.Pid
	start := peak(t, pid)
	klip, board := "/northlight/klips/"+r.klip, "/northlight/dashboards/"+r.dashboard
	version := map[string]string{"If-Match": `"1"`}
	for _, c := range []struct {
		name   string
		call   call
		status int
		code   string
	}{
		{"50 MB with a length", call{method: "POST", path: "/northlight/klips", body: &sized{endless(" ", 50*mib), 50 * mib}}, 413, "body_too_large"},
		{"50 MB without one", call{method: "PUT", path: board, header: version, body: endless(`{"title":`, 50*mib)}, 413, "body_too_large"},
		{"50 MB with a key", call{method: "POST", path: "/northlight/dashboards", header: map[string]string{"Idempotency-Key": "k"}, body: endless(" ", 50*mib)}, 413, "body_too_large"},
		{"no JSON", call{method: "POST", path: "/northlight/dashboards", body: "title: Trading"}, 400, "bad_request"},
		{"deep JSON", call{method: "POST", path: "/northlight/klips", body: endless(`{"a":`, 500_000)}, 400, "bad_request"},
		{"an unknown field", call{method: "POST", path: "/northlight/data-sources", body: `{"name":"A","upload_id":"` + r.upload + `","owner":"me"}`}, 422, "unknown_field"},
		{"an unknown question", call{method: "GET", path: "/northlight/klips?all=1"}, 422, "unknown_field"},
		{"a wrong type", call{method: "POST", path: "/northlight/data-sources", body: `{"name":7,"upload_id":"` + r.upload + `"}`}, 422, "invalid_input"},
		{"a list for an object", call{method: "POST", path: "/northlight/dashboards", body: `[]`}, 422, "invalid_input"},
		{"an upload that is none", call{method: "POST", path: "/northlight/data-sources", body: `{"name":"A","upload_id":"` + strings.Repeat("0", 32) + `"}`}, 422, "unknown_upload"},
		{"a version that is none", call{method: "PUT", path: klip, header: map[string]string{"If-Match": "new"}, body: r.klipDocument("A")}, 422, "bad_etag"},
		{"another account's Klip", call{method: "GET", path: "/" + r.client + "/klips/" + r.klip}, 404, "not_found"},
		{"another account's dashboard", call{method: "PUT", path: "/" + r.client + "/dashboards/" + r.dashboard, header: version, body: r.dashboardDocument("A")}, 404, "not_found"},
		{"another account's source", call{method: "POST", path: "/" + r.client + "/klips", body: r.klipDocument("A")}, 422, "unknown_source"},
		{"another account's upload", call{method: "POST", path: "/" + r.client + "/data-sources", body: map[string]any{"name": "A", "upload_id": r.upload}}, 422, "unknown_upload"},
		{"an id that is none", call{method: "GET", path: "/northlight/klips/x'%20OR%201=1"}, 404, "not_found"},
		{"an account that is none", call{method: "GET", path: "/nobody/klips"}, 404, "not_found"},
	} {
		r.refused(&c.call, c.status, c.code)
		if t.Failed() {
			t.Fatal(c.name)
		}
	}
	if more := (peak(t, pid) - start) / mib; more > 60 {
		t.Errorf("the peak of memory is %d MiB above the start", more)
	} else {
		t.Logf("peak %d MiB above the start", more)
	}
	if r.state() != before {
		t.Errorf("something changed: %s", different(before, r.state()))
	}
}

// TestTooLargeIsRefusedAtOnce asks before it sends: the length alone is enough.
func TestTooLargeIsRefusedAtOnce(t *testing.T) {
	onceForAllEngines(t)
	t.Parallel()
	r := newProductRig(t)
	conn, err := net.Dial("tcp", strings.TrimPrefix(r.server.base, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	address, err := url.Parse(r.server.base)
	if err != nil {
		t.Fatal(err)
	}
	cookie := r.http.Jar.Cookies(address)[0]
	fmt.Fprintf(conn, "POST /api/v1/northlight/uploads?name=a.csv HTTP/1.1\r\nHost: octavo.test\r\nCookie: %s=%s\r\nContent-Length: %d\r\nExpect: 100-continue\r\n\r\n",
		cookie.Name, cookie.Value, 300*mib)
	if err := conn.SetReadDeadline(time.Now().Add(30 * time.Second)); err != nil {
		t.Fatal(err)
	}
	head := make([]byte, 12)
	if _, err := io.ReadFull(conn, head); err != nil || string(head) != "HTTP/1.1 413" {
		t.Errorf("%q, %v; want a refusal before the first byte of the file", head, err)
	}
}
