package draw

import (
	"fmt"
	"io/fs"
	"math"
	"sync"

	"golang.org/x/image/font"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
)

// style names a face of Inter.
type style struct {
	weight  int
	tabular bool
}

// styles are all there are.
var styles = []style{{400, false}, {400, true}, {500, false}, {500, true}, {600, false}, {600, true}}

func (s style) name() string {
	if s.tabular {
		return fmt.Sprintf("inter-%d-tabular", s.weight)
	}
	return fmt.Sprintf("inter-%d", s.weight)
}

// Fonts are the faces that snapshots are set in. Safe for concurrent use.
type Fonts struct{ faces map[style]*face }

// face is one font file.
type face struct {
	style style
	file  []byte // TrueType
	font  *sfnt.Font
	em    fixed.Int26_6

	mu       sync.Mutex // guards what follows and buffer
	buffer   sfnt.Buffer
	advances map[rune]float64 // em; -1 = the font does not have it
	outlines map[rune]path    // em, y downwards from the baseline
}

func readFonts(build fs.FS) (*Fonts, error) {
	f := &Fonts{faces: map[style]*face{}}
	for _, s := range styles {
		file, err := fs.ReadFile(build, s.name()+".ttf")
		if err != nil {
			return nil, fmt.Errorf("draw: %w; run make web and build again", err)
		}
		parsed, err := sfnt.Parse(file)
		if err != nil {
			return nil, fmt.Errorf("draw: %s: %w", s.name(), err)
		}
		f.faces[s] = &face{
			style: s, file: file, font: parsed, em: fixed.I(int(parsed.UnitsPerEm())),
			advances: map[rune]float64{}, outlines: map[rune]path{},
		}
	}
	return f, nil
}

// of gives the face that a text is set in.
func (f *Fonts) of(m *Mark) (*face, error) {
	found, ok := f.faces[style{m.Weight, m.Tabular}]
	if !ok {
		return nil, fmt.Errorf("draw: Inter has no weight %d here", m.Weight)
	}
	return found, nil
}

// Advances that the layout gives to characters that the font does not have, in em.
const (
	unknownAdvance = 0.6
	wideAdvance    = 1.0
)

// advance is the width of a character in em, rounded as the layout's metrics are.
// has is false where the font lacks it.
func (f *face) advance(r rune) (em float64, has bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	em, known := f.advances[r]
	if !known {
		em = f.readAdvance(r)
		f.advances[r] = em
	}
	switch {
	case em >= 0:
		return em, true
	case isWide(r):
		return wideAdvance, false
	}
	return unknownAdvance, false
}

func (f *face) readAdvance(r rune) float64 {
	glyph, err := f.font.GlyphIndex(&f.buffer, r)
	if err != nil || glyph == 0 {
		return -1
	}
	a, err := f.font.GlyphAdvance(&f.buffer, glyph, f.em, font.HintingNone)
	if err != nil {
		return -1
	}
	return math.Round(float64(a)/float64(f.em)*1000) / 1000
}

// outline is the shape of a character in em, nil for one without ink.
func (f *face) outline(r rune) (path, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if p, known := f.outlines[r]; known {
		return p, nil
	}
	glyph, err := f.font.GlyphIndex(&f.buffer, r)
	if err != nil {
		return nil, fmt.Errorf("draw: %s %q: %w", f.style.name(), r, err)
	}
	segments, err := f.font.LoadGlyph(&f.buffer, glyph, f.em, nil)
	if err != nil {
		return nil, fmt.Errorf("draw: %s %q: %w", f.style.name(), r, err)
	}
	p := f.toPath(segments)
	f.outlines[r] = p
	return p, nil
}

func (f *face) toPath(segments sfnt.Segments) path {
	at := func(p fixed.Point26_6) point {
		return point{float64(p.X) / float64(f.em), float64(p.Y) / float64(f.em)}
	}
	var out path
	for i, s := range segments {
		switch s.Op {
		case sfnt.SegmentOpMoveTo:
			if i > 0 {
				out = append(out, step{op: closePath})
			}
			out = append(out, step{moveTo, [3]point{at(s.Args[0])}})
		case sfnt.SegmentOpLineTo:
			out = append(out, step{lineTo, [3]point{at(s.Args[0])}})
		case sfnt.SegmentOpQuadTo:
			out = append(out, step{quadTo, [3]point{at(s.Args[0]), at(s.Args[1])}})
		case sfnt.SegmentOpCubeTo:
			out = append(out, step{cubeTo, [3]point{at(s.Args[0]), at(s.Args[1]), at(s.Args[2])}})
		}
	}
	if out != nil {
		out = append(out, step{op: closePath})
	}
	return out
}

// isWide and isZero are the rules of web/src/draw/measure.ts: scripts whose
// characters fill a square, and what takes no room.
func isWide(r rune) bool {
	return r >= 0x1100 && r <= 0x115f || r >= 0x2e80 && r <= 0xa4cf || r >= 0xac00 && r <= 0xd7a3 ||
		r >= 0xf900 && r <= 0xfaff || r >= 0xfe30 && r <= 0xfe6f || r >= 0xff00 && r <= 0xff60 ||
		r >= 0xffe0 && r <= 0xffe6 || r >= 0x1f300 && r <= 0x1faff || r >= 0x20000 && r <= 0x3fffd
}

func isZero(r rune) bool {
	return r >= 0x300 && r <= 0x36f || r >= 0x200b && r <= 0x200f || r >= 0xfe00 && r <= 0xfe0f || r == 0xfeff || r < 0x20
}

// line is a text cut where the font lacks characters. Places count from its
// beginning, in pixels.
type line struct {
	width   float64
	runs    []run
	missing []gap
}

// run is characters that the font has.
type run struct {
	x    float64
	text string
}

// gap is a character that the font lacks.
type gap struct{ x, width float64 }

// set measures a text and cuts it.
func (f *face) set(m *Mark) line {
	var l line
	var text []rune
	start := 0.0
	end := func() {
		if len(text) > 0 {
			l.runs = append(l.runs, run{start, string(text)})
		}
		text = text[:0]
	}
	for _, r := range m.Text {
		if isZero(r) {
			continue
		}
		em, has := f.advance(r)
		if !has {
			end()
			l.missing = append(l.missing, gap{l.width, em * m.Size})
		} else {
			if len(text) == 0 {
				start = l.width
			}
			text = append(text, r)
		}
		l.width += (em + m.Tracking) * m.Size
	}
	end()
	return l
}
