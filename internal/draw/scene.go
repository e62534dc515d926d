package draw

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// Mark is one mark of a scene. Kind says which of the fields count.
type Mark struct {
	Kind string `json:"kind"` // rect, path, line, circle, text, clip or group

	X      float64 `json:"x"` // rect, clip; anchor of a text
	Y      float64 `json:"y"`
	Width  float64 `json:"width"`
	Height float64 `json:"height"`
	Radius float64 `json:"radius"` // of a rect's corners

	D string `json:"d"` // of a path: absolute M, L, C, Q and Z

	X1 float64 `json:"x1"` // line
	Y1 float64 `json:"y1"`
	X2 float64 `json:"x2"`
	Y2 float64 `json:"y2"`

	CX float64 `json:"cx"` // circle
	CY float64 `json:"cy"`
	R  float64 `json:"r"`

	Text     string  `json:"text"` // text, on the baseline Y
	Size     float64 `json:"size"`
	Weight   int     `json:"weight"` // 400, 500 or 600
	Anchor   string  `json:"anchor"` // "", middle or end
	Rotate   float64 `json:"rotate"` // degrees clockwise round the anchor
	Tabular  bool    `json:"tabular"`
	Tracking float64 `json:"tracking"` // em

	Fill        string    `json:"fill"` // #rrggbb, "" = none
	Stroke      string    `json:"stroke"`
	StrokeWidth float64   `json:"strokeWidth"` // 0 = 1
	Dash        []float64 `json:"dash"`
	Cap         string    `json:"cap"`     // "" or round: ends and corners
	Opacity     *float64  `json:"opacity"` // nil = 1

	Part  string `json:"part"` // of a group
	Marks []Mark `json:"marks"`
}

// Board is a dashboard on pages.
type Board struct {
	Pages []Page `json:"pages"`
}

// Page is one page; sizes are CSS pixels.
type Page struct {
	Width      float64 `json:"width"`
	Height     float64 `json:"height"`
	Background string  `json:"background"`
	Pieces     []Piece `json:"pieces"`
	Cards      []Card  `json:"cards"`
}

// Piece is marks with a place of their own.
type Piece struct {
	X     float64 `json:"x"`
	Y     float64 `json:"y"`
	Marks []Mark  `json:"marks"`
}

// Card is where a Klip stands on a page.
type Card struct {
	ID     string  `json:"id"` // of the placement
	Name   string  `json:"name"`
	X      float64 `json:"x"`
	Y      float64 `json:"y"`
	Width  float64 `json:"width"`
	Height float64 `json:"height"`
}

// parseBoard reads what the drawing code gave. A field that no painter knows is an error.
func parseBoard(text string) (*Board, error) {
	dec := json.NewDecoder(bytes.NewReader([]byte(text)))
	dec.DisallowUnknownFields()
	var b Board
	if err := dec.Decode(&b); err != nil {
		return nil, fmt.Errorf("draw: pages: %w", err)
	}
	return &b, nil
}
