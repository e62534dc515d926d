package draw

import (
	"fmt"
	"image/color"
	"math"
	"strconv"
)

// canvas is what a page is painted on, in pixels of the page.
type canvas interface {
	fill(p path, c color.NRGBA)
	stroke(p path, pen pen, c color.NRGBA)
	// write sets characters that the face has, from a place on the baseline. Turn is in
	// radians clockwise.
	write(text string, from point, turn float64, f *face, size, tracking float64, c color.NRGBA) error
	// clip leaves out what is outside of a rectangle until unclip.
	clip(x, y, width, height float64)
	unclip()
}

// pen is how a line is drawn.
type pen struct {
	width float64
	dash  []float64
	round bool // ends and corners
}

// painter walks marks.
type painter struct {
	canvas canvas
	fonts  *Fonts
}

// page paints a whole page but its background.
func (p painter) page(page *Page) error {
	for i := range page.Pieces {
		piece := &page.Pieces[i]
		if err := p.marks(piece.Marks, point{piece.X, piece.Y}, 1); err != nil {
			return err
		}
	}
	return nil
}

func (p painter) marks(marks []Mark, at point, opacity float64) error {
	for i := range marks {
		if err := p.mark(&marks[i], at, opacity); err != nil {
			return err
		}
	}
	return nil
}

func (p painter) mark(m *Mark, at point, opacity float64) error {
	if m.Opacity != nil {
		opacity *= *m.Opacity
	}
	switch m.Kind {
	case "group":
		return p.marks(m.Marks, at, opacity)
	case "clip":
		p.canvas.clip(at.x+m.X, at.y+m.Y, m.Width, m.Height)
		defer p.canvas.unclip()
		return p.marks(m.Marks, at, opacity)
	case "text":
		return p.text(m, at, opacity)
	case "rect":
		return p.shape(m, rectPath(m.X, m.Y, m.Width, m.Height, m.Radius), at, opacity)
	case "circle":
		return p.shape(m, circlePath(m.CX, m.CY, m.R), at, opacity)
	case "line":
		return p.shape(m, path{{moveTo, [3]point{{m.X1, m.Y1}}}, {lineTo, [3]point{{m.X2, m.Y2}}}}, at, opacity)
	case "path":
		d, err := parsePath(m.D)
		if err != nil {
			return err
		}
		return p.shape(m, d, at, opacity)
	}
	return fmt.Errorf("draw: a mark of the unknown kind %q cannot be painted", m.Kind)
}

func (p painter) shape(m *Mark, d path, at point, opacity float64) error {
	d = d.shift(at)
	if m.Fill != "" && m.Kind != "line" {
		c, err := parseColor(m.Fill, opacity)
		if err != nil {
			return err
		}
		p.canvas.fill(d, c)
	}
	if m.Stroke == "" {
		return nil
	}
	c, err := parseColor(m.Stroke, opacity)
	if err != nil {
		return err
	}
	if m.Cap != "" && m.Cap != "round" {
		return fmt.Errorf("draw: a line with the unknown cap %q cannot be painted", m.Cap)
	}
	stroke := pen{width: m.StrokeWidth, dash: m.Dash, round: m.Cap == "round"}
	if stroke.width == 0 {
		stroke.width = 1
	}
	p.canvas.stroke(d, stroke, c)
	return nil
}

// The box that stands for a character without a glyph, in em from the baseline.
const (
	boxTop    = 0.72
	boxMargin = 0.08
	boxLine   = 0.06
)

func (p painter) text(m *Mark, at point, opacity float64) error {
	f, err := p.fonts.of(m)
	if err != nil {
		return err
	}
	c, err := parseColor(m.Fill, opacity)
	if err != nil {
		return err
	}
	l := f.set(m)
	start := 0.0
	switch m.Anchor {
	case "":
	case "middle":
		start = -l.width / 2
	case "end":
		start = -l.width
	default:
		return fmt.Errorf("draw: a text with the unknown anchor %q cannot be painted", m.Anchor)
	}
	anchor, turn := at.plus(point{m.X, m.Y}), m.Rotate*math.Pi/180
	along := func(q point) point { return anchor.plus(rotate(q, turn)) }
	for _, r := range l.runs {
		if err := p.canvas.write(r.text, along(point{start + r.x, 0}), turn, f, m.Size, m.Tracking, c); err != nil {
			return err
		}
	}
	for _, g := range l.missing {
		margin := boxMargin * m.Size
		box := rectPath(start+g.x+margin, -boxTop*m.Size, g.width-2*margin, boxTop*m.Size, 0)
		p.canvas.stroke(box.each(along), pen{width: boxLine * m.Size}, c)
	}
	return nil
}

func rotate(p point, turn float64) point {
	if turn == 0 {
		return p
	}
	sin, cos := math.Sincos(turn)
	return point{p.x*cos - p.y*sin, p.x*sin + p.y*cos}
}

// parseColor reads #rrggbb.
func parseColor(text string, opacity float64) (color.NRGBA, error) {
	if len(text) != 7 || text[0] != '#' {
		return color.NRGBA{}, fmt.Errorf("draw: %q is no colour", text)
	}
	v, err := strconv.ParseUint(text[1:], 16, 32)
	if err != nil {
		return color.NRGBA{}, fmt.Errorf("draw: %q is no colour", text)
	}
	alpha := math.Round(max(0, min(1, opacity)) * 255)
	return color.NRGBA{R: uint8(v >> 16), G: uint8(v >> 8), B: uint8(v), A: uint8(alpha)}, nil
}
