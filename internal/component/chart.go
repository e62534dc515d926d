package component

import (
	"fmt"

	"octavo/internal/formula/value"
)

var chart = Type{
	Name: "chart", Title: "Chart", Words: "chart", Needs: "labels or dates, and one or more numbers",
	Parts: []PartType{chartX, chartY, chartSeries, hiddenData}, Properties: chartProperties, starter: starterChart, draw: drawChart,
}

var chartProperties = []Property{
	{Name: "orientation", Words: "orientation", Kind: Choice, Default: "vertical", Choices: []string{"vertical", "horizontal"}},
	{Name: "stacking", Words: "stacking", Kind: Choice, Default: "none", Choices: []string{"none", "stacked", "100"}},
	{Name: "legend", Words: "legend", Kind: Choice, Default: "auto", Choices: []string{"auto", "none", "top", "right", "bottom"}},
	limitProperty,
}

var (
	chartX = PartType{
		Name: "chart_axis_x", Kind: "X axis", Words: "X axis", Min: 1, Max: 1, Formats: anyFormat, Abbreviate: never, Actions: true,
	}
	chartY = PartType{
		Name: "chart_axis_y", Kind: "Y axis", Words: "Y axis", Min: 1, Max: 1, Formats: numberFormats, Abbreviate: auto,
		Properties: []Property{
			{Name: "min", Words: "start of the Y axis", Kind: Amount},
			{Name: "max", Words: "end of the Y axis", Kind: Amount},
		},
	}
	chartSeries = PartType{
		Name: "chart_series", Kind: "Series", Title: "Series", Words: "series", Min: 1, Max: 50, Formats: numberFormats, Abbreviate: never, Actions: true,
		Properties: []Property{
			{Name: "type", Words: "type of the series", Kind: Choice, Default: "bar", Choices: []string{"bar", "line", "area"}},
			{Name: "color", Words: "colour", Kind: Whole, Min: 1, Max: paletteSize},
		},
	}
)

// paletteSize is the number of colours that a series can choose from.
const paletteSize = 8

// ChartResult is a chart as a browser draws it.
type ChartResult struct {
	Orientation string        `json:"orientation"`
	Stacking    string        `json:"stacking"`
	Legend      string        `json:"legend"`
	X           ChartAxisX    `json:"x"`
	Y           ChartAxisY    `json:"y"`
	Series      []ChartSeries `json:"series"`
}

// ChartAxisX holds the labels or dates that the series stand over.
type ChartAxisX struct {
	ID    string `json:"id"`
	Name  string `json:"name"`
	Kind  string `json:"kind"`
	Items Items  `json:"items"`
}

// ChartAxisY says how values are measured; Min and Max are nil where the drawing chooses.
type ChartAxisY struct {
	Title  string       `json:"title"`
	Min    *float64     `json:"min"`
	Max    *float64     `json:"max"`
	Format NumberFormat `json:"format"`
}

// ChartSeries is one series; Color is a place in the palette, nil = the next free one.
type ChartSeries struct {
	ID    string   `json:"id"`
	Name  string   `json:"name"`
	Type  string   `json:"type"`
	Color *float64 `json:"color"`
	Items Items    `json:"items"`
}

func drawChart(in Input, out *Output) {
	x, y := first(in.of(chartX.Name)), first(in.of(chartY.Name))
	series := in.of(chartSeries.Name)
	labels, hasX := in.Data[x.ID()]
	drawn := series
	if hasX {
		drawn = append([]Node{x}, series...)
	}
	n := in.lengthOf(drawn, out)
	if n > MaxPoints {
		out.warn(in.Node, "too_many_points", fmt.Sprintf("Only the first %d of %d points are drawn. Group the X axis to see them all.", MaxPoints, n))
		n = MaxPoints
	}
	if !hasX {
		labels = positions(n)
	}
	w := newWriter(labels, in.formatOf(x, &chartX), in.Place, shortenAxis)
	axis := FormatOf(y, &chartY)
	c := &ChartResult{
		Orientation: in.Node.choice(chartProperties, "orientation"),
		Stacking:    in.Node.choice(chartProperties, "stacking"),
		Legend:      in.Node.choice(chartProperties, "legend"),
		X:           ChartAxisX{ID: x.ID(), Name: x.Name(chartX.Title), Kind: w.kind, Items: w.list(labels, n)},
		Y: ChartAxisY{
			Title: y.Name(chartY.Title), Min: y.number(chartY.Properties, "min"), Max: y.number(chartY.Properties, "max"),
			Format: axis.ForAxis(in.Place.Locale),
		},
		Series: []ChartSeries{},
	}
	for _, s := range series {
		c.Series = append(c.Series, in.series(s, axis, n))
	}
	out.Chart = c
}

// series writes the values of a series in full, for the tooltip; without a format
// of its own it takes that of the axis.
func (in Input) series(s Node, axis Format, n int) ChartSeries {
	f := FormatOf(s, &chartSeries)
	if f.As == "" {
		f = axis
		f.Abbreviate = never
	}
	if f.As == "" {
		f.As = AsNumber
	}
	v := in.Data[s.ID()]
	return ChartSeries{
		ID: s.ID(), Name: s.Name(chartSeries.Title), Type: s.choice(chartSeries.Properties, "type"),
		Color: s.number(chartSeries.Properties, "color"), Items: numbersOnly(newWriter(v, f, in.Place, shortenAxis).list(v, n)),
	}
}

// numbersOnly makes a gap of what cannot be drawn as a number.
func numbersOnly(items Items) Items {
	for i, raw := range items.Raw {
		if _, ok := raw.(float64); !ok {
			items.Raw[i], items.Text[i] = nil, noValue
		}
	}
	return items
}

// positions are the labels of a chart whose X axis has no formula: 1, 2, 3 …
func positions(n int) value.Vector {
	nums := make([]float64, n)
	for i := range nums {
		nums[i] = float64(i + 1)
	}
	return value.Numbers(nums, nil)
}

func first(nodes []Node) Node {
	if len(nodes) == 0 {
		return Node{}
	}
	return nodes[0]
}

func starterChart(columns []Column, b *builder) Node {
	x, ok := pick(columns, date)
	line := ok
	if !ok {
		x, ok = pick(columns, text)
	}
	y, hasY := pick(columns, number)
	xPart, yPart := b.part(chartX.Name, "", "", nil), b.part(chartY.Name, "", "", nil)
	series := b.part(chartSeries.Name, "", "", nil)
	if ok && hasY {
		xPart = b.part(chartX.Name, x.Name, "GROUP("+x.ref()+")", x.format())
		series = b.part(chartSeries.Name, y.Name, "GROUPBY("+x.ref()+", "+y.ref()+")", nil)
	}
	if line {
		series["properties"] = map[string]any{"type": "line"}
	}
	return b.component("chart", xPart, yPart, series)
}
