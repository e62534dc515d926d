package main

import (
	"bytes"
	"fmt"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"octavo/internal/db"
	"octavo/internal/db/dbtest"
	"octavo/internal/id"
)

// asset is the public id of the asset of an account with a name.
func (p *place) asset(slug, kind, name string) string {
	p.t.Helper()
	d := dbtest.OpenURL(p.t, p.url)
	var account id.Account
	var no int64
	err := d.Read(p.t.Context(), db.System(), func(tx *db.Tx) error {
		_, err := tx.One(p.t.Context(), `SELECT id FROM accounts WHERE slug = :slug`, db.Args{"slug": slug}, &account)
		return err
	})
	if err == nil {
		err = d.Read(p.t.Context(), db.Account(account), func(tx *db.Tx) error {
			_, err := tx.One(p.t.Context(), `SELECT no FROM assets WHERE account_id = :account AND kind = :kind AND name = :name`,
				db.Args{"kind": kind, "name": name}, &no)
			return err
		})
	}
	if err != nil || no == 0 {
		p.t.Fatalf("%s has no %s %s: %v", slug, kind, name, err)
	}
	r := p.run("", "id", fmt.Sprintf("%d/%d", account, no))
	if r.code != 0 {
		p.t.Fatalf("id: %s", r.err)
	}
	return strings.TrimSpace(r.out)
}

// bin puts an asset into the bin, whatever shows it.
func (p *place) bin(public string) {
	p.t.Helper()
	r := p.run("", "id", public)
	account, no, _ := strings.Cut(strings.TrimSpace(r.out), "/")
	var of id.Account
	if _, err := fmt.Sscan(account, &of); err != nil {
		p.t.Fatal(err, r.err)
	}
	err := dbtest.OpenURL(p.t, p.url).Tx(p.t.Context(), db.Account(of), func(tx *db.Tx) error {
		n, err := tx.Exec(p.t.Context(), `UPDATE assets SET deleted_at = 1 WHERE account_id = :account AND no = :no`, db.Args{"no": no})
		if err == nil && n != 1 {
			err = fmt.Errorf("%d assets", n)
		}
		return err
	})
	if err != nil {
		p.t.Fatal(err)
	}
}

// demonstration is an installation with the demo.
var demonstration = dbtest.Prepare(func(t *testing.T, data, url string) {
	(&place{t: t, data: data, url: url}).run("", "demo").want(t, 0, "maya@northlight.example", "")
})

// demoPlace is a copy of it.
func demoPlace(t *testing.T) *place {
	t.Helper()
	data, url := demonstration.Copy(t)
	return &place{t: t, data: data, url: url}
}

func TestSnapshot(t *testing.T) {
	t.Parallel()
	p := demoPlace(t)
	trading, client := p.asset("northlight", "dashboard", "Trading"), p.asset("fjord", "dashboard", "Trading")
	out := t.TempDir()
	file := func(name string) string { return filepath.Join(out, name) }

	p.run("", "snapshot", trading, "-o", file("trading.pdf")).want(t, 0, "", "")
	text, err := exec.CommandContext(t.Context(), "pdftotext", "-layout", file("trading.pdf"), "-").Output()
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{"Trading", "Average order", "Best sellers", "Kenya Nyeri, 250 g", "Online store", "Prepared by Northlight"} {
		if !bytes.Contains(text, []byte(part)) {
			t.Errorf("the PDF does not say %q:\n%s", part, text)
		}
	}

	p.run("", "snapshot", client, "-o", file("client.PNG"), "--theme", "dark").want(t, 0, "", "")
	f, err := os.Open(file("client.PNG"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	img, err := png.Decode(f)
	if err != nil {
		t.Fatal(err)
	}
	if r, g, b, _ := img.At(0, 0).RGBA(); img.Bounds().Dx() != 2880 || r>>8 > 0x20 || g>>8 > 0x20 || b>>8 > 0x20 {
		t.Errorf("a dark picture is %v and begins with %v", img.Bounds(), img.At(0, 0))
	}
	p.faults(trading, file)
}

// faults are snapshots that cannot be made, or only if errors are allowed.
func (p *place) faults(trading string, file func(name string) string) {
	p.t.Helper()
	t := p.t
	klip := p.asset("northlight", "klip", "Best sellers")
	for _, wrong := range []string{"x", strings.Repeat("0", 32), klip} {
		p.run("", "snapshot", wrong, "-o", file("none.pdf")).want(t, 1, "", "not the id of a dashboard")
	}
	p.run("", "snapshot", trading, "-o", file("none.gif")).want(t, 2, "", "neither with .pdf nor with .png")
	p.run("", "snapshot", trading, "-o", file("missing/none.pdf")).want(t, 1, "", "cannot be written")

	before, err := os.ReadFile(file("trading.pdf"))
	if err != nil {
		t.Fatal(err)
	}
	p.bin(klip)
	r := p.run("", "snapshot", trading, "-o", file("trading.pdf"))
	r.want(t, 1, "", "octavo: Klip "+klip+": This Klip was deleted.")
	if !strings.Contains(r.err, "--allow-errors") {
		t.Errorf("it does not say what to do: %s", r.err)
	}
	if after, err := os.ReadFile(file("trading.pdf")); err != nil || !bytes.Equal(before, after) {
		t.Errorf("the file from before was changed, %v", err)
	}
	p.run("", "snapshot", trading, "-o", file("trading.pdf"), "--allow-errors").want(t, 0, "", "This Klip was deleted.")
	text, err := exec.CommandContext(t.Context(), "pdftotext", "-layout", file("trading.pdf"), "-").Output()
	if err != nil || !bytes.Contains(text, []byte("This Klip was deleted.")) || !bytes.Contains(text, []byte("Average order")) {
		t.Errorf("with errors allowed, %v:\n%s", err, text)
	}
	entries, err := os.ReadDir(filepath.Dir(file("x")))
	if err != nil || len(entries) != 2 {
		t.Errorf("files left behind: %v, %v", entries, err)
	}
}

func TestSnapshotBesideARunningServer(t *testing.T) {
	t.Parallel()
	p := demoPlace(t)
	public := p.asset("northlight", "dashboard", "Market")
	serve(t, nil, append(p.flags(), "--addr", "127.0.0.1:0")...)
	file := filepath.Join(t.TempDir(), "market.pdf")
	p.run("", "snapshot", public, "-o", file).want(t, 0, "", "")
	if info, err := os.Stat(file); err != nil || info.Size() < 10_000 {
		t.Errorf("%v, %v", info, err)
	}
}
