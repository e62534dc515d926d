package v1

import (
	"context"
	"net/http"

	"octavo/internal/asset"
	"octavo/internal/authz"
	"octavo/internal/klip"
)

var formulaRoutes = []entry{
	route(Route{ID: "evaluate-formula", Method: http.MethodPost, Path: "/{account}/formula", Tag: "formulas", MaxBytes: asset.MaxBytes,
		Permission: authz.KlipEdit, Summary: "Evaluates a formula over data sources that the caller sees. What is wrong with the formula is part of the answer."},
		(*Server).evaluateFormula),
}

type formulaInput struct {
	RawBody []byte
	Body    struct {
		Formula string       `json:"formula" maxLength:"65536"`
		Sources []string     `json:"sources" maxItems:"30" doc:"Ids of data sources."`
		Active  string       `json:"active,omitempty" doc:"One of them; the first when left out."`
		Select  *FormulaSpan `json:"select,omitempty" doc:"Only this piece of the formula."`
		All     bool         `json:"all,omitempty" doc:"All rows; otherwise the first 5,000."`
		Klip    KlipTree     `json:"klip,omitempty" doc:"Document of the Klip that the formula belongs to, for references to its other parts."`
		Part    string       `json:"part,omitempty" maxLength:"20" doc:"Id of the part that the formula is for."`
	}
}

// FormulaSpan is a piece of a formula, in characters.
type FormulaSpan struct {
	From int `json:"from" minimum:"0"`
	To   int `json:"to" minimum:"0" doc:"Behind the last character."`
}

// FormulaOutput is what a formula gives.
type FormulaOutput struct {
	Items     []any            `json:"items" doc:"At most 1,000: numbers, texts, booleans, null."`
	Kinds     []string         `json:"kinds" doc:"number, text, boolean or blank, one per item."`
	Count     int              `json:"count" doc:"Items there are."`
	Warnings  []FormulaWarning `json:"warnings"`
	ElapsedMS int64            `json:"elapsed_ms"`
	Error     *FormulaError    `json:"error,omitempty"`
}

// FormulaWarning tells of single items that became blank.
type FormulaWarning struct {
	Code    string `json:"code"`
	Message string `json:"message"`
}

// FormulaError says what is wrong with a formula.
type FormulaError struct {
	Code    string `json:"code"`
	Message string `json:"message"`
	Offset  *int   `json:"offset,omitempty" doc:"In characters of the whole formula."`
	Hint    string `json:"hint,omitempty"`
}

func (s *Server) evaluateFormula(ctx context.Context, c *Call, in *formulaInput) (*Answer[FormulaOutput], error) {
	body, err := objectOf(in.RawBody)
	if err != nil {
		return nil, err
	}
	q := klip.Question{Text: in.Body.Formula, Sources: in.Body.Sources, Active: in.Body.Active, All: in.Body.All, Part: in.Body.Part}
	q.Klip, _ = body["klip"].(map[string]any)
	if in.Body.Select != nil {
		q.From, q.To = in.Body.Select.From, in.Body.Select.To
	}
	o, err := s.Klips.Evaluate(ctx, c.Actor, q)
	if err != nil {
		return nil, err
	}
	out := FormulaOutput{Items: o.Items, Kinds: o.Kinds, Count: o.Count, Warnings: []FormulaWarning{}, ElapsedMS: o.Elapsed.Milliseconds()}
	for _, w := range o.Warnings {
		out.Warnings = append(out.Warnings, FormulaWarning(w))
	}
	if o.Error != nil {
		out.Error = &FormulaError{Code: o.Error.Code, Message: o.Error.Message, Hint: o.Error.Hint}
		if o.Error.Offset >= 0 {
			out.Error.Offset = &o.Error.Offset
		}
	}
	return answer(out), nil
}
