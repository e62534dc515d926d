package draw

import (
	"math"
	"slices"
)

// Limits of strokes.
const (
	smoothTurn = 0.95 // cosine of the turn up to which a corner counts as part of a curve
	miterLimit = 4    // a longer tip is cut off, as SVG does
	arcStep    = 0.35 // radians between two points of a round corner
	mostSteps  = 64   // of a flattened curve
	stepLength = 3.0  // dots, of a flattened curve
)

// strokePath gives the outline of a line that is drawn with a pen.
func strokePath(p path, pen pen) path {
	var out path
	for _, l := range flatten(p) {
		for _, part := range dashes(l, pen.dash) {
			out = append(out, strokeLine(part, pen.width/2, pen.round)...)
		}
	}
	return out
}

// polyline is a path of straight pieces, without points that repeat.
type polyline struct {
	points []point
	closed bool
}

// flatten turns curves into straight pieces.
func flatten(p path) []polyline {
	var out []polyline
	add := func(q point) {
		l := &out[len(out)-1]
		if n := len(l.points); n == 0 || l.points[n-1] != q {
			l.points = append(l.points, q)
		}
	}
	var at, start point
	for _, s := range p {
		switch s.op {
		case moveTo:
			out = append(out, polyline{})
			start = s.p[0]
			add(start)
		case lineTo:
			add(s.p[0])
		case quadTo:
			b := s.p
			eachStep(at, b[0], b[1], func(t float64) {
				add(between(between(at, b[0], t), between(b[0], b[1], t), t))
			})
		case cubeTo:
			b := s.p
			eachStep(at, b[0], b[2], func(t float64) {
				ab, bc, cd := between(at, b[0], t), between(b[0], b[1], t), between(b[1], b[2], t)
				add(between(between(ab, bc, t), between(bc, cd, t), t))
			})
		case closePath:
			l := &out[len(out)-1]
			if n := len(l.points); n > 1 && l.points[n-1] == start {
				l.points = l.points[:n-1]
			}
			l.closed = true
			at = start
			continue
		}
		at = s.end()
	}
	return out
}

// eachStep calls for places along a curve, the last one included.
func eachStep(from, control, to point, visit func(t float64)) {
	a, b := control.minus(from), to.minus(control)
	length := math.Hypot(a.x, a.y) + math.Hypot(b.x, b.y)
	n := int(max(4, min(mostSteps, math.Ceil(length/stepLength))))
	for i := 1; i <= n; i++ {
		visit(float64(i) / float64(n))
	}
}

// dashes cuts a line into the parts that are drawn.
func dashes(l polyline, pattern []float64) []polyline {
	total := 0.0
	for _, d := range pattern {
		total += d
	}
	if !(total > 0) || len(l.points) < 2 {
		return []polyline{l}
	}
	points := l.points
	if l.closed {
		points = append(append([]point{}, points...), points[0])
	}
	var out []polyline
	index, left := 0, pattern[0]
	part := polyline{points: []point{points[0]}}
	for i := 1; i < len(points); i++ {
		at, to := points[i-1], points[i]
		for {
			d := to.minus(at)
			length := math.Hypot(d.x, d.y)
			if length <= left {
				left -= length
				part.points = append(part.points, to)
				break
			}
			at = between(at, to, left/length)
			part.points = append(part.points, at)
			if index%2 == 0 {
				out = append(out, part)
			}
			part = polyline{points: []point{at}}
			index++
			left = pattern[index%len(pattern)]
		}
	}
	if index%2 == 0 {
		out = append(out, part)
	}
	return out
}

// strokeLine gives the outline of a line of straight pieces, half wide to each side.
func strokeLine(l polyline, half float64, round bool) path {
	l.points = slices.Compact(l.points) // a dash that begins at a corner has it twice
	switch n := len(l.points); {
	case n == 0 || n == 1 && !round:
		return nil
	case n == 1:
		return circlePath(l.points[0].x, l.points[0].y, half)
	case l.closed && n > 2:
		return append(polygon(side(l.points, true, half, round)...), polygon(side(reversed(l.points), true, half, round)...)...)
	}
	there, back := side(l.points, false, half, round), side(reversed(l.points), false, half, round)
	outline := append([]point{}, there...)
	if round {
		outline = append(outline, halfCircle(l.points[len(l.points)-1], there[len(there)-1])...)
	}
	outline = append(outline, back...)
	if round {
		outline = append(outline, halfCircle(l.points[0], back[len(back)-1])...)
	}
	return polygon(outline...)
}

func reversed(points []point) []point {
	out := make([]point, len(points))
	for i, p := range points {
		out[len(points)-1-i] = p
	}
	return out
}

// side is the edge at the left hand of who walks along the points, y downwards.
func side(points []point, closed bool, half float64, round bool) []point {
	n := len(points)
	directions := make([]point, n)
	for i := range points {
		d := points[(i+1)%n].minus(points[i])
		directions[i] = d.times(1 / math.Hypot(d.x, d.y))
	}
	left := func(d point) point { return point{d.y * half, -d.x * half} }
	var out []point
	for i, p := range points {
		switch {
		case i == 0 && !closed:
			out = append(out, p.plus(left(directions[0])))
		case i == n-1 && !closed:
			out = append(out, p.plus(left(directions[n-2])))
		default:
			out = append(out, corner(p, directions[(i+n-1)%n], directions[i], half, round)...)
		}
	}
	return out
}

// corner is the left edge where the direction changes.
func corner(p, before, after point, half float64, round bool) []point {
	a, b := point{before.y * half, -before.x * half}, point{after.y * half, -after.x * half}
	cosine := before.dot(after)
	outer := before.cross(after) > 0
	// The tip of both edges stands at this multiple of their sum.
	tip := 1 / (1 + cosine)
	switch {
	case cosine > smoothTurn:
		return []point{p.plus(a.plus(b).times(tip))}
	case !outer: // through the middle, so that the edges never cross outside of the line
		return []point{p.plus(a), p, p.plus(b)}
	case round:
		return append(arc(p, a, math.Acos(max(-1, min(1, cosine)))), p.plus(b))
	case 2*tip <= miterLimit*miterLimit:
		return []point{p.plus(a.plus(b).times(tip))}
	}
	return []point{p.plus(a), p.plus(b)}
}

// halfCircle goes clockwise round a middle, from an edge to the other side.
func halfCircle(middle, edge point) []point { return arc(middle, edge.minus(middle), math.Pi) }

// arc is points clockwise round a middle, the last one left out.
func arc(middle, from point, angle float64) []point {
	n := max(1, int(math.Ceil(angle/arcStep)))
	out := make([]point, 0, n)
	for i := range n {
		out = append(out, middle.plus(rotate(from, angle*float64(i)/float64(n))))
	}
	return out
}
