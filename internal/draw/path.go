package draw

import (
	"fmt"
	"strconv"
)

// point is a place in pixels.
type point struct{ x, y float64 }

func (p point) plus(q point) point        { return point{p.x + q.x, p.y + q.y} }
func (p point) minus(q point) point       { return point{p.x - q.x, p.y - q.y} }
func (p point) times(f float64) point     { return point{p.x * f, p.y * f} }
func (p point) cross(q point) float64     { return p.x*q.y - p.y*q.x }
func (p point) dot(q point) float64       { return p.x*q.x + p.y*q.y }
func between(p, q point, t float64) point { return p.plus(q.minus(p).times(t)) }

// op is what a step of a path does.
type op byte

const (
	moveTo op = iota + 1
	lineTo
	quadTo // control, end
	cubeTo // two controls, end
	closePath
)

// arguments is how many points each takes, by the letter of a path's text.
var arguments = map[byte]struct {
	op     op
	points int
}{'M': {moveTo, 1}, 'L': {lineTo, 1}, 'Q': {quadTo, 2}, 'C': {cubeTo, 3}, 'Z': {closePath, 0}}

// step is one step of a path.
type step struct {
	op op
	p  [3]point
}

// end is where a step comes to, unless it closes the path.
func (s step) end() point {
	switch s.op {
	case quadTo:
		return s.p[1]
	case cubeTo:
		return s.p[2]
	}
	return s.p[0]
}

// path is an outline or a line.
type path []step

// each gives the path with every point changed.
func (p path) each(change func(point) point) path {
	out := make(path, len(p))
	for i, s := range p {
		out[i].op = s.op
		for k := range s.p {
			out[i].p[k] = change(s.p[k])
		}
	}
	return out
}

func (p path) shift(by point) path { return p.each(by.plus) }

// parsePath reads the text of a path mark: absolute M, L, C, Q and Z.
func parsePath(d string) (path, error) {
	var out path
	s := pathScanner{text: d}
	for s.skip(); s.at < len(d); s.skip() {
		kind, ok := arguments[d[s.at]]
		if !ok || len(out) == 0 && kind.op != moveTo {
			return nil, fmt.Errorf("draw: a path must not have %q at %d", d[s.at], s.at)
		}
		s.at++
		for again := true; again; again = kind.points > 0 && s.isNumber() {
			next := step{op: kind.op}
			for i := range kind.points {
				next.p[i] = point{s.number(), s.number()}
			}
			out = append(out, next)
			if kind.op == moveTo {
				kind.op = lineTo // what SVG says of further pairs
			}
		}
		if s.err != nil {
			return nil, s.err
		}
	}
	return out, nil
}

type pathScanner struct {
	text string
	at   int
	err  error
}

func (s *pathScanner) skip() {
	for s.at < len(s.text) && (s.text[s.at] == ' ' || s.text[s.at] == ',' || s.text[s.at] == '\n') {
		s.at++
	}
}

func (s *pathScanner) isNumber() bool {
	s.skip()
	if s.at == len(s.text) || s.err != nil {
		return false
	}
	c := s.text[s.at]
	return c >= '0' && c <= '9' || c == '-' || c == '+' || c == '.'
}

func (s *pathScanner) number() float64 {
	if !s.isNumber() {
		if s.err == nil {
			s.err = fmt.Errorf("draw: a path lacks a number at %d", s.at)
		}
		return 0
	}
	start, exponent, dot := s.at, false, false
	for s.at++; s.at < len(s.text); s.at++ {
		c, before := s.text[s.at], s.text[s.at-1]
		switch {
		case c >= '0' && c <= '9':
		case c == '.' && !dot && !exponent:
			dot = true
		case c == 'e' && !exponent:
			exponent = true
		case (c == '-' || c == '+') && before == 'e':
		default:
			return s.parse(start)
		}
		dot = dot || s.text[start] == '.'
	}
	return s.parse(start)
}

func (s *pathScanner) parse(start int) float64 {
	v, err := strconv.ParseFloat(s.text[start:s.at], 64)
	if err != nil && s.err == nil {
		s.err = fmt.Errorf("draw: a path has a wrong number at %d: %w", start, err)
	}
	return v
}

// arcFactor is how far the controls of a quarter circle stand, for radius 1.
const arcFactor = 0.5522847498

// rectPath is a rectangle, with round corners where r is more than 0.
func rectPath(x, y, w, h, r float64) path {
	r = min(r, w/2, h/2)
	if r <= 0 {
		return polygon(point{x, y}, point{x + w, y}, point{x + w, y + h}, point{x, y + h})
	}
	k := r * (1 - arcFactor)
	line := func(x, y float64) step { return step{lineTo, [3]point{{x, y}}} }
	curve := func(a, b, c point) step { return step{cubeTo, [3]point{a, b, c}} }
	return path{
		{moveTo, [3]point{{x + r, y}}},
		line(x+w-r, y), curve(point{x + w - k, y}, point{x + w, y + k}, point{x + w, y + r}),
		line(x+w, y+h-r), curve(point{x + w, y + h - k}, point{x + w - k, y + h}, point{x + w - r, y + h}),
		line(x+r, y+h), curve(point{x + k, y + h}, point{x, y + h - k}, point{x, y + h - r}),
		line(x, y+r), curve(point{x, y + k}, point{x + k, y}, point{x + r, y}),
		{op: closePath},
	}
}

func circlePath(cx, cy, r float64) path { return rectPath(cx-r, cy-r, 2*r, 2*r, r) }

// polygon is a closed path through points.
func polygon(points ...point) path {
	out := make(path, 0, len(points)+1)
	for i, p := range points {
		s := step{lineTo, [3]point{p}}
		if i == 0 {
			s.op = moveTo
		}
		out = append(out, s)
	}
	return append(out, step{op: closePath})
}
