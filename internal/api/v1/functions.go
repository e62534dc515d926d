package v1

import (
	"context"
	"net/http"

	"octavo/internal/formula/fn"
)

var functionRoutes = []entry{
	route(Route{ID: "list-functions", Method: http.MethodGet, Path: "/functions", Tag: "formulas", Public: true,
		Summary: "Lists the functions of the formula language."}, (*Server).listFunctions),
}

// Functions are all functions of the formula language.
type Functions struct {
	Items []Function `json:"items"`
}

// Function is one function of the formula language.
type Function struct {
	Name       string       `json:"name"`
	Group      string       `json:"group"`
	Signature  string       `json:"signature" doc:"As help shows it: SLICE(values, [start], [end])."`
	Parameters []Parameter  `json:"parameters"`
	Doc        string       `json:"doc" doc:"One sentence."`
	Examples   []fn.Example `json:"examples"`
}

// Parameter is one parameter of a function.
type Parameter struct {
	fn.Param
	Keywords []string `json:"keywords" doc:"Words that it takes without quotes; none for most kinds."`
}

func parameters(params []fn.Param) []Parameter {
	out := make([]Parameter, len(params))
	for i, p := range params {
		out[i] = Parameter{Param: p, Keywords: append([]string{}, fn.Keywords(p.Kind)...)}
	}
	return out
}

func (s *Server) listFunctions(context.Context, *Call, *struct{}) (*Answer[Functions], error) {
	out := Functions{Items: []Function{}}
	for _, f := range fn.All() {
		out.Items = append(out.Items, Function{
			Name: f.Name, Group: string(f.Group), Signature: f.Signature(), Doc: f.Doc,
			Parameters: parameters(f.Params), Examples: append([]fn.Example{}, f.Examples...),
		})
	}
	return answer(out), nil
}
