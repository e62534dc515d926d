package fn

var mapFunc = Func{
	Name: "MAP", Group: DataManipulation, Form: Map,
	Params: []Param{
		{Name: "values", Kind: List},
		{Name: "variable name", Kind: Name},
		{Name: "formula", Kind: Formula},
	},
	Doc: "Evaluates a formula for each item, which it sees as a variable, and gives one result for each: the first item, or a blank.",
	Examples: []Example{
		{`MAP(ARRAY("North","South"), "r", SUM(SELECT(@Units, @Region = $r)))`, "6, 8"},
		{`MAP(GROUP(@Region), r, COUNTIF(@Region = $r))`, "1, 2, 2, 1"},
		{`MAP(@Units, u, SELECT(@Rep, @Units > $u))`, "Bo, Cy, Ines, ∅, Ines, Bo"},
	},
}
