package draw

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"math"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestParsePath(t *testing.T) {
	t.Parallel()
	p, err := parsePath("M1,2L-3.5 .25 4e1-2Q1,1 2,2C1,2,3,4,5,6ZM0,0")
	if err != nil {
		t.Fatal(err)
	}
	want := path{
		{moveTo, [3]point{{1, 2}}}, {lineTo, [3]point{{-3.5, .25}}}, {lineTo, [3]point{{40, -2}}},
		{quadTo, [3]point{{1, 1}, {2, 2}}}, {cubeTo, [3]point{{1, 2}, {3, 4}, {5, 6}}}, {op: closePath}, {op: moveTo},
	}
	if diff := cmp.Diff(want, p, cmp.AllowUnexported(step{}, point{})); diff != "" {
		t.Error(diff)
	}
	for _, d := range []string{"L1,2", "M1", "M1,2A1,1,0,0,0,2,2", "M1,2l3,4", "M1,2L3,x", "M1,2 3", "1,2", "M1e999,0"} {
		if p, err := parsePath(d); err == nil {
			t.Errorf("%q is read as %v", d, p)
		}
	}
	if p, err := parsePath(""); err != nil || p != nil {
		t.Errorf("an empty path: %v, %v", p, err)
	}
}

// sheet is a page with marks at its corner.
func sheet(width, height float64, marks ...Mark) *Page {
	return &Page{Width: width, Height: height, Background: "#FFFFFF", Pieces: []Piece{{Marks: marks}}}
}

// ink is how much of a part of a picture is covered, in dots of full black on white.
func ink(img image.Image, r image.Rectangle) float64 {
	sum := 0.0
	for y := r.Min.Y; y < r.Max.Y; y++ {
		for x := r.Min.X; x < r.Max.X; x++ {
			sum += 1 - float64(color.GrayModel.Convert(img.At(x, y)).(color.Gray).Y)/255
		}
	}
	return sum
}

// pictures paints a page both ways, a dot for a pixel, white behind it.
func pictures(t *testing.T, page *Page) map[string]image.Image {
	t.Helper()
	fonts := engine(t).Fonts
	dots, err := fonts.picture(page, 1)
	if err != nil {
		t.Fatal(err)
	}
	pdf := writePDF(t, &Board{Pages: []Page{*page}})
	return map[string]image.Image{"PNG": dots, "PDF": paintPDF(t, pdf, 1, page)}
}

func writePDF(t *testing.T, board *Board) []byte {
	t.Helper()
	var out bytes.Buffer
	info := PDFInfo{Title: "Trading – 語 😀", Made: time.Date(2026, 9, 8, 10, 0, 0, 0, time.UTC)}
	if err := engine(t).Fonts.WritePDF(&out, board, info); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// poppler runs a tool of poppler-utils on a PDF.
func poppler(t *testing.T, pdf []byte, tool string, args ...string) []byte {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), tool, args...)
	var stderr bytes.Buffer
	cmd.Stdin, cmd.Stderr = bytes.NewReader(pdf), &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s: %v\n%s", tool, err, &stderr)
	}
	if stderr.Len() > 0 {
		t.Errorf("%s complains: %s", tool, &stderr)
	}
	return out
}

// paintPDF paints a page of a PDF, a dot for a pixel.
func paintPDF(t *testing.T, pdf []byte, number int, page *Page) image.Image {
	t.Helper()
	n := strconv.Itoa(number)
	out := poppler(t, pdf, "pdftoppm", "-png", "-f", n, "-l", n, "-scale-to-x", strconv.Itoa(int(page.Width)),
		"-scale-to-y", strconv.Itoa(int(math.Ceil(page.Height))), "-")
	img, err := png.Decode(bytes.NewReader(out))
	if err != nil {
		t.Fatal(err)
	}
	return img
}

func half() *float64 {
	h := 0.5
	return &h
}

// TestMarksCoverWhatTheyShould paints single marks with a known area, in black.
func TestMarksCoverWhatTheyShould(t *testing.T) {
	t.Parallel()
	const black = "#000000"
	stroke := func(m Mark, width float64) Mark {
		m.Stroke, m.StrokeWidth = black, width
		return m
	}
	for name, c := range map[string]struct {
		mark Mark
		area float64
	}{
		"rect":             {Mark{Kind: "rect", X: 50, Y: 50, Width: 100, Height: 80, Fill: black}, 8000},
		"round rect":       {Mark{Kind: "rect", X: 50, Y: 50, Width: 100, Height: 80, Radius: 20, Fill: black}, 8000 - (4-math.Pi)*400},
		"outlined rect":    {stroke(Mark{Kind: "rect", X: 50, Y: 50, Width: 100, Height: 80}, 6), 106*86 - 94*74},
		"circle":           {Mark{Kind: "circle", CX: 100, CY: 100, R: 40, Fill: black}, math.Pi * 1600},
		"ring":             {stroke(Mark{Kind: "circle", CX: 100, CY: 100, R: 40}, 10), math.Pi * (45*45 - 35*35)},
		"line":             {stroke(Mark{Kind: "line", X1: 20, Y1: 30, X2: 140, Y2: 120}, 8), 150 * 8},
		"round line":       {stroke(Mark{Kind: "line", X1: 20, Y1: 30, X2: 140, Y2: 120, Cap: "round"}, 8), 150*8 + math.Pi*16},
		"dashes":           {stroke(Mark{Kind: "line", X1: 20, Y1: 50, X2: 180, Y2: 50, Dash: []float64{20, 20}}, 10), 80 * 10},
		"dashed corner":    {stroke(Mark{Kind: "path", D: "M20,20L60,20L60,180", Dash: []float64{40, 20}}, 10), 10 * (40 + 40 + 40 + 20)},
		"triangle":         {Mark{Kind: "path", D: "M20,180L180,180L20,20Z", Fill: black}, 160 * 160 / 2},
		"open path filled": {Mark{Kind: "path", D: "M20,180L180,180L20,20", Fill: black}, 160 * 160 / 2},
		"parabola":         {Mark{Kind: "path", D: "M20,20Q100,180,180,20Z", Fill: black}, 160 * 80 * 2 / 3},
		"cubic":            {Mark{Kind: "path", D: "M20,20C20,120,180,120,180,20Z", Fill: black}, 160 * 75 * 0.8},
		"miter":            {stroke(Mark{Kind: "path", D: "M20,20L100,20L100,120"}, 20), 20 * (80 + 100)},
		"round corner":     {stroke(Mark{Kind: "path", D: "M20,20L100,20L100,120", Cap: "round"}, 20), 20*180 - 100 + math.Pi*100*1.25},
		"pale":             {Mark{Kind: "rect", X: 50, Y: 50, Width: 100, Height: 80, Fill: black, Opacity: half()}, 4000},
		"pale group": {Mark{Kind: "group", Opacity: half(), Marks: []Mark{
			{Kind: "rect", X: 50, Y: 50, Width: 100, Height: 80, Fill: black, Opacity: half()}}}, 2000},
		"clip": {Mark{Kind: "clip", X: 60, Y: 60, Width: 50, Height: 40, Marks: []Mark{
			{Kind: "rect", X: -900, Y: -900, Width: 2000, Height: 2000, Fill: black}}}, 2000},
		"clip in a clip": {Mark{Kind: "clip", X: 60, Y: 60, Width: 50, Height: 40, Marks: []Mark{
			{Kind: "clip", X: 100, Y: 0, Width: 100, Height: 200, Marks: []Mark{{Kind: "circle", CX: 100, CY: 100, R: 200, Fill: black}}}}}, 400},
		"out of the page": {Mark{Kind: "rect", X: 500, Y: 50, Width: 100, Height: 80, Fill: black}, 0},
		"nothing":         {Mark{Kind: "path", Stroke: black, Fill: black}, 0},
		"a point":         {stroke(Mark{Kind: "path", D: "M100,100L100,100"}, 10), 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for format, img := range pictures(t, sheet(200, 200, c.mark)) {
				// Poppler draws thin lines and edges a little heavier.
				if got := ink(img, img.Bounds()); math.Abs(got-c.area) > 15+0.035*c.area {
					t.Errorf("%s covers %.0f dots, want %.0f", format, got, c.area)
				}
			}
		})
	}
}

func TestTextStandsWhereItShould(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		mark Mark
		box  image.Rectangle // that holds all ink and is reached by it on all sides
	}{
		"start":    {Mark{X: 50, Y: 100}, image.Rect(53, 71, 137, 100)},
		"middle":   {Mark{X: 100, Y: 100, Anchor: "middle"}, image.Rect(58, 71, 142, 100)},
		"end":      {Mark{X: 150, Y: 100, Anchor: "end"}, image.Rect(63, 71, 147, 100)},
		"spaced":   {Mark{X: 20, Y: 100, Tracking: 0.5}, image.Rect(23, 71, 147, 100)},
		"downward": {Mark{X: 100, Y: 50, Rotate: 90}, image.Rect(100, 53, 129, 137)},
		"tabular":  {Mark{X: 50, Y: 100, Tabular: true}, image.Rect(53, 71, 137, 100)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := c.mark
			m.Kind, m.Text, m.Size, m.Weight, m.Fill = "text", "HHH", 40, 600, "#000000"
			for format, img := range pictures(t, sheet(200, 200, m)) {
				all, within, middle := ink(img, img.Bounds()), ink(img, c.box.Inset(-2)), ink(img, c.box.Inset(2))
				if all < 500 || all-within > 0.01*all || within-middle < 0.05*all {
					t.Errorf("%s: %.0f dots of ink, %.0f of it in %v, %.0f well in it", format, all, within, c.box, middle)
				}
			}
		})
	}
}

func TestCharactersWithoutGlyphAreBoxes(t *testing.T) {
	t.Parallel()
	text := Mark{Kind: "text", X: 10, Y: 60, Text: "a語😀☃e\u0301z", Size: 40, Weight: 400, Fill: "#000000"}
	page := sheet(300, 100, text)
	wide := []float64{22.5, 40, 40, 24, 23.3, 22} // of the six, about
	for format, img := range pictures(t, page) {
		x := 10.0
		for i, w := range wide {
			if got := ink(img, image.Rect(int(x), 0, int(x+w), 100)); got < 40 {
				t.Errorf("%s: character %d has %.0f dots of ink", format, i, got)
			}
			x += w
		}
	}
	pdf := writePDF(t, &Board{Pages: []Page{*page}})
	if got := strings.Join(strings.Fields(string(poppler(t, pdf, "pdftotext", "-", "-"))), ""); got != "aez" {
		t.Errorf("the text of the PDF is %q", got)
	}
}

func TestAlphabetsOfEurope(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"Łódź Ñandú Ďábel", "Ελλάδα Ώρα", "Київ Ґанок Београд", "€1,234 − ₴5 → №7"} {
		m := Mark{Kind: "text", X: 10, Y: 60, Text: text, Size: 20, Weight: 500, Tabular: true, Fill: "#000000"}
		f, err := engine(t).Fonts.of(&m)
		if err != nil {
			t.Fatal(err)
		}
		l := f.set(&m)
		pdf := writePDF(t, &Board{Pages: []Page{*sheet(400, 100, m)}})
		got := strings.TrimSpace(string(poppler(t, pdf, "pdftotext", "-", "-")))
		if strings.ContainsAny(text, "→№") { // Inter's files do not have these two
			if len(l.missing) != 2 || !strings.HasPrefix(got, "€1,234 − ₴5") {
				t.Errorf("%q lacks %d characters and reads %q", text, len(l.missing), got)
			}
		} else if got != text || len(l.missing) > 0 {
			t.Errorf("%q lacks %d characters and reads %q", text, len(l.missing), got)
		}
	}
}

func TestWhatCannotBePaintedIsAnError(t *testing.T) {
	t.Parallel()
	fonts := engine(t).Fonts
	for says, m := range map[string]Mark{
		`kind "sparkle"`: {Kind: "sparkle"},
		`kind "image"`:   {Kind: "image"},
		`kind ""`:        {},
		"no colour":      {Kind: "rect", Width: 1, Height: 1, Fill: "red"},
		"is no colour":   {Kind: "line", Stroke: "#12345g"},
		`cap "square"`:   {Kind: "line", Stroke: "#000000", Cap: "square"},
		"no weight 450":  {Kind: "text", Text: "x", Size: 10, Weight: 450, Fill: "#000000"},
		`anchor "top"`:   {Kind: "text", Text: "x", Size: 10, Weight: 400, Fill: "#000000", Anchor: "top"},
		"must not have":  {Kind: "path", D: "M0,0H10", Stroke: "#000000"},
	} {
		page := sheet(100, 100, Mark{Kind: "group", Marks: []Mark{{Kind: "clip", Width: 9, Height: 9, Marks: []Mark{m}}}})
		var out bytes.Buffer
		if err := fonts.WritePNG(&out, page, 1); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("PNG of %+v: %v", m, err)
		}
		if err := fonts.WritePDF(&out, &Board{Pages: []Page{*page}}, PDFInfo{}); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("PDF of %+v: %v", m, err)
		}
		if out.Len() > 0 {
			t.Errorf("%d bytes of %+v were written", out.Len(), m)
		}
	}
	for _, page := range []*Page{sheet(0, 10), sheet(math.NaN(), 10), sheet(1e6, 1e6)} {
		if err := fonts.WritePNG(&bytes.Buffer{}, page, 2); err == nil {
			t.Errorf("a picture of %g × %g", page.Width, page.Height)
		}
	}
	if err := fonts.WritePDF(&bytes.Buffer{}, &Board{}, PDFInfo{}); err == nil {
		t.Error("a PDF without pages")
	}
}

// TestBothPaintersPaintTheSame compares a dashboard with every example, dot by dot.
func TestBothPaintersPaintTheSame(t *testing.T) {
	alone(t)
	for _, theme := range []string{"light", "dark"} {
		board := drawBoard(t, "a4", theme)
		pdf := writePDF(t, board)
		cards := 0
		for i := range board.Pages {
			page := &board.Pages[i]
			dots, err := engine(t).Fonts.picture(page, 1)
			if err != nil {
				t.Fatal(err)
			}
			painted := paintPDF(t, pdf, i+1, page)
			if dots.Bounds() != painted.Bounds() {
				t.Fatalf("sizes %v and %v", dots.Bounds(), painted.Bounds())
			}
			for _, c := range page.Cards {
				cards++
				inside := image.Rect(int(c.X)+2, int(c.Y)+2, int(c.X+c.Width)-2, int(c.Y+c.Height)-2)
				for format, img := range map[string]image.Image{"PNG": dots, "PDF": painted} {
					if share := drawn(img, inside); share < 0.01 {
						t.Errorf("%s of %s in %s: %.2f%% is drawn on", format, c.ID, theme, 100*share)
					}
				}
				if off := distance(dots, painted, inside); off > 0.02 {
					t.Errorf("%s in %s: the painters differ by %.3f of black and white", c.ID, theme, off)
				}
			}
		}
		if want := len(examples(t)); cards != want {
			t.Errorf("%d cards of %d", cards, want)
		}
	}
}

// drawn is the share of a part of a picture that differs from its corner.
func drawn(img image.Image, r image.Rectangle) float64 {
	n := 0
	for y := r.Min.Y; y < r.Max.Y; y++ {
		for x := r.Min.X; x < r.Max.X; x++ {
			if img.At(x, y) != img.At(r.Min.X+12, r.Min.Y+12) {
				n++
			}
		}
	}
	return float64(n) / float64(r.Dx()*r.Dy())
}

// distance is how far two pictures are apart, 1 for black and white.
func distance(a, b image.Image, r image.Rectangle) float64 {
	sum := 0.0
	for y := r.Min.Y; y < r.Max.Y; y++ {
		for x := r.Min.X; x < r.Max.X; x++ {
			ra, ga, ba, _ := a.At(x, y).RGBA()
			rb, gb, bb, _ := b.At(x, y).RGBA()
			for _, d := range [][2]uint32{{ra, rb}, {ga, gb}, {ba, bb}} {
				sum += math.Abs(float64(d[0])-float64(d[1])) / 0xffff / 3
			}
		}
	}
	return sum / float64(r.Dx()*r.Dy())
}

func TestPDFIsTextThatCanBeFound(t *testing.T) {
	alone(t)
	board := drawBoard(t, "a4", "light")
	pdf := writePDF(t, board)
	if again := writePDF(t, board); !bytes.Equal(pdf, again) {
		t.Error("equal pages gave different bytes")
	}
	text := strings.Join(strings.Fields(string(poppler(t, pdf, "pdftotext", "-layout", "-", "-"))), " ")
	for _, want := range []string{"Everything Data as of 8 Sep 2026, 10:00", "Prepared by Northlight", "Page 1 of ", "more rows"} {
		if !strings.Contains(text, want) {
			t.Errorf("the text has no %q", want)
		}
	}
	for name, result := range examples(t) {
		if title := result["title"].(string); result["title_visible"].(bool) && !strings.Contains(text, title) {
			t.Errorf("the text has no title %q of %s", title, name)
		}
	}
	info := string(poppler(t, pdf, "pdfinfo", "-"))
	for _, want := range []string{"Title:           Trading – 語", "Creator:         Octavo", "(A4)", "Tue Sep  8 10:00:00 2026 UTC"} {
		if !strings.Contains(info, want) {
			t.Errorf("pdfinfo has no %q:\n%s", want, info)
		}
	}
	for _, line := range strings.Split(strings.TrimSpace(string(poppler(t, pdf, "pdffonts", "-"))), "\n")[2:] {
		if f := strings.Fields(line); len(f) < 7 || f[0][:9] != "utf8inter" || f[4] != "yes" || f[6] != "yes" {
			t.Errorf("a font that is not embedded with its characters: %s", line)
		}
	}
}

func TestPictureIsTwiceAsFineAsTheScreen(t *testing.T) {
	alone(t)
	board := drawBoard(t, "picture", "light")
	var out bytes.Buffer
	if err := engine(t).Fonts.WritePNG(&out, &board.Pages[0], 2); err != nil {
		t.Fatal(err)
	}
	img, err := png.Decode(&out)
	if err != nil {
		t.Fatal(err)
	}
	if want := image.Rect(0, 0, 2880, int(2*board.Pages[0].Height)); len(board.Pages) != 1 || img.Bounds() != want {
		t.Errorf("%d pages, the first is %v, want %v", len(board.Pages), img.Bounds(), want)
	}
	for _, c := range board.Pages[0].Cards {
		r := image.Rect(int(2*c.X)+4, int(2*c.Y)+4, int(2*(c.X+c.Width))-4, int(2*(c.Y+c.Height))-4)
		if share := drawn(img, r); share < 0.01 {
			t.Errorf("%s: %.2f%% is drawn on", c.ID, 100*share)
		}
	}
}

func BenchmarkSnapshot(b *testing.B) {
	in := boardOf(b, "a4", "en")
	in.Placed = in.Placed[:8]
	fonts := engine(b).Fonts
	b.Run("board", func(b *testing.B) {
		for b.Loop() {
			if _, err := engine(b).Board(b.Context(), in); err != nil {
				b.Fatal(err)
			}
		}
	})
	board, err := engine(b).Board(b.Context(), in)
	if err != nil {
		b.Fatal(err)
	}
	for name, write := range map[string]func(*bytes.Buffer) error{
		"pdf": func(w *bytes.Buffer) error { return fonts.WritePDF(w, board, PDFInfo{}) },
		"png": func(w *bytes.Buffer) error { return fonts.WritePNG(w, &board.Pages[0], 2) },
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if err := write(&bytes.Buffer{}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
