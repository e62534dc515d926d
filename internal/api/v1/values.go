package v1

import (
	"net/url"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
)

// beforeValue begins the parameters of an address that give variables of a data source their values: var.region=north.
const beforeValue = "var."

// valueParam describes them; their names are those of the data source.
var valueParam = &huma.Param{Name: beforeValue + "NAME", In: "query", Schema: &huma.Schema{Type: huma.TypeString},
	Description: "Value of the variable NAME, for each variable of the data source that a property of its account gives no value. The call is then for the rows of this set of values."}

// valuesIn are the values that an address gives to variables, as they were sent.
func valuesIn(query url.Values) map[string][]string {
	out := map[string][]string{}
	for key, given := range query {
		if name, ok := strings.CutPrefix(key, beforeValue); ok {
			out[name] = given
		}
	}
	return out
}

// apart keeps values of variables from the check of parameters that a route knows; handlers find them in the call.
func apart(ctx huma.Context, next func(huma.Context)) {
	r, w := humago.Unwrap(ctx)
	query := r.URL.Query()
	for name := range valuesIn(query) {
		query.Del(beforeValue + name)
	}
	inner, address := r.WithContext(ctx.Context()), *r.URL
	address.RawQuery = query.Encode()
	inner.URL = &address
	next(humago.NewContext(ctx.Operation(), inner, w))
}
