package draw

import (
	"bufio"
	"fmt"
	"image"
	"image/color"
	stddraw "image/draw"
	"image/png"
	"io"
	"math"

	"golang.org/x/image/vector"
)

// MaxDots is the largest picture that is painted: a quarter of a gigabyte in memory.
const MaxDots = 64 << 20

// WritePNG paints a page as a picture with scale dots for each pixel.
func (f *Fonts) WritePNG(w io.Writer, page *Page, scale float64) error {
	img, err := f.picture(page, scale)
	if err != nil {
		return err
	}
	out := bufio.NewWriter(w)
	encoder := png.Encoder{CompressionLevel: png.BestSpeed}
	if err := encoder.Encode(out, img); err != nil {
		return fmt.Errorf("draw: PNG: %w", err)
	}
	return out.Flush()
}

// picture paints a page into memory.
func (f *Fonts) picture(page *Page, scale float64) (*image.RGBA, error) {
	width, height := math.Ceil(page.Width*scale), math.Ceil(page.Height*scale)
	if !(width >= 1 && height >= 1 && width*height <= MaxDots) {
		return nil, fmt.Errorf("draw: a picture of %.0f × %.0f dots cannot be made, a PDF can", width, height)
	}
	img := image.NewRGBA(image.Rect(0, 0, int(width), int(height)))
	paper, err := parseColor(page.Background, 1)
	if err != nil {
		return nil, err
	}
	stddraw.Draw(img, img.Bounds(), image.NewUniform(paper), image.Point{}, stddraw.Src)
	c := &pngCanvas{img: img, scale: scale, clips: []image.Rectangle{img.Bounds()}}
	return img, (painter{c, f}).page(page)
}

// pngCanvas paints into a picture.
type pngCanvas struct {
	img    *image.RGBA
	scale  float64 // dots in a pixel
	clips  []image.Rectangle
	raster vector.Rasterizer
}

func (c *pngCanvas) fill(p path, paint color.NRGBA) {
	c.rasterise(p.each(func(q point) point { return q.times(c.scale) }), paint)
}

func (c *pngCanvas) stroke(p path, pen pen, paint color.NRGBA) {
	pen.width *= c.scale
	dash := make([]float64, len(pen.dash))
	for i, d := range pen.dash {
		dash[i] = d * c.scale
	}
	pen.dash = dash
	dots := p.each(func(q point) point { return q.times(c.scale) })
	c.rasterise(strokePath(dots, pen), paint)
}

func (c *pngCanvas) write(text string, from point, turn float64, f *face, size, tracking float64, paint color.NRGBA) error {
	x := 0.0
	for _, r := range text {
		outline, err := f.outline(r)
		if err != nil {
			return err
		}
		if len(outline) > 0 {
			place := func(q point) point {
				return from.plus(rotate(point{x + q.x*size, q.y * size}, turn)).times(c.scale)
			}
			c.rasterise(outline.each(place), paint)
		}
		em, _ := f.advance(r)
		x += (em + tracking) * size
	}
	return nil
}

func (c *pngCanvas) clip(x, y, width, height float64) {
	round := func(v float64) int { return int(math.Round(v * c.scale)) }
	r := image.Rect(round(x), round(y), round(x+width), round(y+height))
	c.clips = append(c.clips, r.Intersect(c.clips[len(c.clips)-1]))
}

func (c *pngCanvas) unclip() { c.clips = c.clips[:len(c.clips)-1] }

// rasterise fills a path in dots. Only the part of the picture that it touches is worked on.
func (c *pngCanvas) rasterise(p path, paint color.NRGBA) {
	area := boundsOf(p).Intersect(c.clips[len(c.clips)-1])
	if area.Empty() || paint.A == 0 {
		return
	}
	c.raster.Reset(area.Dx(), area.Dy())
	at := func(q point) (x, y float32) {
		return float32(q.x - float64(area.Min.X)), float32(q.y - float64(area.Min.Y))
	}
	open := false
	for _, s := range p {
		switch s.op {
		case moveTo:
			if open {
				c.raster.ClosePath()
			}
			c.raster.MoveTo(at(s.p[0]))
			open = true
		case lineTo:
			c.raster.LineTo(at(s.p[0]))
		case quadTo:
			bx, by := at(s.p[0])
			ex, ey := at(s.p[1])
			c.raster.QuadTo(bx, by, ex, ey)
		case cubeTo:
			bx, by := at(s.p[0])
			cx, cy := at(s.p[1])
			ex, ey := at(s.p[2])
			c.raster.CubeTo(bx, by, cx, cy, ex, ey)
		case closePath:
			c.raster.ClosePath()
			open = false
		}
	}
	if open {
		c.raster.ClosePath()
	}
	c.raster.Draw(c.img, area, image.NewUniform(paint), image.Point{})
}

// boundsOf is the dots that a path touches; controls of curves are counted.
func boundsOf(p path) image.Rectangle {
	low, high := point{math.Inf(1), math.Inf(1)}, point{math.Inf(-1), math.Inf(-1)}
	for _, s := range p {
		n := map[op]int{moveTo: 1, lineTo: 1, quadTo: 2, cubeTo: 3}[s.op]
		for _, q := range s.p[:n] {
			low = point{min(low.x, q.x), min(low.y, q.y)}
			high = point{max(high.x, q.x), max(high.y, q.y)}
		}
	}
	if !(low.x <= high.x && low.y <= high.y) || math.IsInf(low.x, 0) || math.IsInf(high.x, 0) || math.IsInf(low.y, 0) || math.IsInf(high.y, 0) {
		return image.Rectangle{}
	}
	const far = 1 << 30
	dot := func(v float64) int { return int(max(-far, min(far, v))) }
	return image.Rect(dot(math.Floor(low.x)), dot(math.Floor(low.y)), dot(math.Ceil(high.x)), dot(math.Ceil(high.y)))
}
