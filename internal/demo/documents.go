package demo

// Short ways to write Klip documents.

// part is a sub-component with one formula.
func part(kind, name, formula string, format map[string]any, more map[string]any) map[string]any {
	p := map[string]any{"type": kind, "displayName": name}
	if formula != "" {
		p["formulas"] = []any{map[string]any{"text": formula}}
	}
	if format != nil {
		p["format"] = format
	}
	for k, v := range more {
		p[k] = v
	}
	return p
}

func klipDoc(title string, sources []string, component map[string]any) map[string]any {
	list := make([]any, len(sources))
	for i, s := range sources {
		list[i] = s
	}
	return map[string]any{
		"title":      title,
		"workspace":  map[string]any{"datasources": list, "activeDatasource": sources[0]},
		"components": []any{component},
	}
}

// value is a Value component; before is what it is compared with, "" = nothing.
type value struct {
	name, formula     string
	format            map[string]any
	before, since     string
	compare, goodWhen string
}

func valueOf(v value) map[string]any {
	parts := []any{part("label", v.name, v.formula, v.format, map[string]any{"role": "primary"})}
	if v.before != "" {
		parts = append(parts, part("label", v.since, v.before, v.format, map[string]any{"role": "secondary"}))
	}
	return map[string]any{
		"type": "simple_value", "displayName": "Value", "components": parts,
		"properties": map[string]any{"compare": v.compare, "goodWhen": v.goodWhen},
	}
}

func chartOf(properties map[string]any, parts ...map[string]any) map[string]any {
	return map[string]any{"type": "chart", "displayName": "Bar and line", "properties": properties, "components": anys(parts)}
}

func tableOf(columns ...map[string]any) map[string]any {
	return map[string]any{"type": "table", "displayName": "Table", "components": anys(columns)}
}

func anys(parts []map[string]any) []any {
	out := make([]any, len(parts))
	for i, p := range parts {
		out[i] = p
	}
	return out
}

func xAxis(name, formula string, format map[string]any) map[string]any {
	return part("chart_axis_x", name, formula, format, nil)
}

func yAxis(name string, format map[string]any) map[string]any {
	return part("chart_axis_y", name, "", format, nil)
}

func series(name, formula, kind string, format map[string]any) map[string]any {
	return part("chart_series", name, formula, format, map[string]any{"properties": map[string]any{"type": kind}})
}

func column(name, formula string, format map[string]any) map[string]any {
	return part("table_column", name, formula, format, nil)
}

var (
	euros    = map[string]any{"as": "currency", "symbol": "€", "decimals": 0.0}
	eurosFit = map[string]any{"as": "currency", "symbol": "€", "abbreviate": "auto"}
	cents    = map[string]any{"as": "currency", "symbol": "€", "decimals": 2.0}
	number   = map[string]any{"as": "number", "decimals": 0.0}
	short    = map[string]any{"as": "number", "abbreviate": "auto"}
	percent  = map[string]any{"as": "percentage", "decimals": 1.0}
	month    = map[string]any{"as": "date", "pattern": "MMM"}
	year     = map[string]any{"as": "date", "pattern": "MMM yyyy"}
	text     = map[string]any{"as": "text"}
)
