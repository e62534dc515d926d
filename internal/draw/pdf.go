package draw

import (
	"bytes"
	"fmt"
	"image/color"
	"io"
	"math"
	"strings"
	"time"

	"codeberg.org/go-pdf/fpdf"
)

// PDFInfo is what a PDF says about itself.
type PDFInfo struct {
	Title string
	Made  time.Time
}

// Width of A4 across, in points.
const a4Across = 297 / 25.4 * 72

// WritePDF paints the pages as vectors, with text that can be searched and copied.
// Equal input gives equal bytes.
func (f *Fonts) WritePDF(w io.Writer, board *Board, info PDFInfo) error {
	if len(board.Pages) == 0 {
		return fmt.Errorf("draw: a PDF without pages")
	}
	scale := a4Across / board.Pages[0].Width
	doc := fpdf.NewCustom(&fpdf.InitType{UnitStr: "pt", Size: fpdf.SizeType{Wd: a4Across, Ht: board.Pages[0].Height * scale}})
	doc.SetAutoPageBreak(false, 0)
	doc.SetMargins(0, 0, 0)
	doc.SetCellMargin(0)
	doc.SetCatalogSort(true)
	doc.SetTitle(inPlane(info.Title), true)
	doc.SetCreator("Octavo", true)
	doc.SetLang("en-GB")
	doc.SetCreationDate(info.Made.UTC())
	doc.SetModificationDate(info.Made.UTC())
	for i := range board.Pages {
		page := &board.Pages[i]
		doc.AddPageFormat("P", fpdf.SizeType{Wd: page.Width * scale, Ht: page.Height * scale})
		c := &pdfCanvas{doc: doc, scale: scale, added: map[style]bool{}, alpha: 1}
		if err := c.background(page); err != nil {
			return err
		}
		if err := (painter{c, f}).page(page); err != nil {
			return err
		}
	}
	if err := doc.Output(w); err != nil {
		return fmt.Errorf("draw: PDF: %w", err)
	}
	return nil
}

// inPlane leaves out characters that the library writes wrongly: those beyond 16 bits.
func inPlane(text string) string {
	return strings.Map(func(r rune) rune {
		if r > 0xffff {
			return -1
		}
		return r
	}, text)
}

// pdfCanvas paints one page.
type pdfCanvas struct {
	doc   *fpdf.Fpdf
	scale float64        // points in a pixel
	added map[style]bool // faces that the document has
	alpha float64        // that is in force
	stale bool           // the font that the library believes in is not in force
}

func (c *pdfCanvas) background(page *Page) error {
	paper, err := parseColor(page.Background, 1)
	if err != nil {
		return err
	}
	if paper != (color.NRGBA{255, 255, 255, 255}) {
		c.fill(rectPath(0, 0, page.Width, page.Height, 0), paper)
	}
	return nil
}

func (c *pdfCanvas) fill(p path, paint color.NRGBA) {
	c.setAlpha(paint)
	c.doc.SetFillColor(int(paint.R), int(paint.G), int(paint.B))
	c.trace(p)
	c.doc.DrawPath("F")
}

func (c *pdfCanvas) stroke(p path, pen pen, paint color.NRGBA) {
	c.setAlpha(paint)
	c.doc.SetDrawColor(int(paint.R), int(paint.G), int(paint.B))
	c.doc.SetLineWidth(pen.width * c.scale)
	ends, corners := "butt", "miter"
	if pen.round {
		ends, corners = "round", "round"
	}
	c.doc.SetLineCapStyle(ends)
	c.doc.SetLineJoinStyle(corners)
	dash := make([]float64, len(pen.dash))
	for i, d := range pen.dash {
		dash[i] = d * c.scale
	}
	c.doc.SetDashPattern(dash, 0)
	c.trace(p)
	c.doc.DrawPath("D")
}

// trace writes a path for the next fill or stroke.
func (c *pdfCanvas) trace(p path) {
	var at point
	s := func(q point) (x, y float64) { return q.x * c.scale, q.y * c.scale }
	for _, step := range p {
		switch step.op {
		case moveTo:
			c.doc.MoveTo(s(step.p[0]))
		case lineTo:
			c.doc.LineTo(s(step.p[0]))
		case quadTo: // as a cubic one: PDF has no other
			c.curve(between(at, step.p[0], 2.0/3), between(step.p[1], step.p[0], 2.0/3), step.p[1])
		case cubeTo:
			c.curve(step.p[0], step.p[1], step.p[2])
		case closePath:
			c.doc.ClosePath()
			continue
		}
		at = step.end()
	}
}

func (c *pdfCanvas) curve(a, b, end point) {
	k := c.scale
	c.doc.CurveBezierCubicTo(a.x*k, a.y*k, b.x*k, b.y*k, end.x*k, end.y*k)
}

func (c *pdfCanvas) write(text string, from point, turn float64, f *face, size, tracking float64, paint color.NRGBA) error {
	c.setAlpha(paint)
	c.doc.SetTextColor(int(paint.R), int(paint.G), int(paint.B))
	c.setFont(f, size)
	x, y := from.x*c.scale, from.y*c.scale
	if turn != 0 {
		c.doc.TransformBegin()
		c.doc.TransformRotate(-turn*180/math.Pi, x, y)
		defer c.doc.TransformEnd()
	}
	if tracking != 0 {
		c.doc.RawWriteStr(fmt.Sprintf("%.4f Tc", tracking*size*c.scale))
		defer c.doc.RawWriteStr("0 Tc")
	}
	c.doc.Text(x, y, text)
	return c.doc.Error()
}

func (c *pdfCanvas) setFont(f *face, size float64) {
	name := f.style.name()
	if !c.added[f.style] {
		// The library writes into the bytes it was given. A face that was added before is left alone.
		c.doc.AddUTF8FontFromBytes(name, "", bytes.Clone(f.file))
		c.added[f.style] = true
	}
	if c.stale {
		c.doc.SetFont(name, "", 1)
		c.stale = false
	}
	c.doc.SetFont(name, "", size*c.scale)
}

func (c *pdfCanvas) setAlpha(paint color.NRGBA) {
	if alpha := float64(paint.A) / 255; alpha != c.alpha {
		c.doc.SetAlpha(alpha, "Normal")
		c.alpha = alpha
	}
}

func (c *pdfCanvas) clip(x, y, width, height float64) {
	c.doc.ClipRect(x*c.scale, y*c.scale, width*c.scale, height*c.scale, false)
}

// unclip brings the state of before the clip back, of which the library knows nothing.
func (c *pdfCanvas) unclip() {
	c.doc.ClipEnd()
	c.alpha, c.stale = -1, true
}
