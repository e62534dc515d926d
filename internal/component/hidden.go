package component

// hiddenData holds a list that is not drawn: other formulas read it. It is a row like
// the others unless it is independent (klips.md §6).
var hiddenData = PartType{
	Name: "hidden_data", Kind: "Hidden data", Title: "Hidden data", Words: "hidden list", Max: 100, Formats: anyFormat, Abbreviate: never, Actions: true,
	Properties: []Property{{Name: "independent", Words: "treatment as independent data", Kind: Toggle, Default: false}},
}

// limitProperty is how many rows a component keeps of those that its actions leave.
var limitProperty = Property{Name: "limit", Words: "number of rows shown", Kind: Whole, Min: 1, Max: 1e6}
